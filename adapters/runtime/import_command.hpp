// SPDX-License-Identifier: Apache-2.0
// `firsthand import`: a file of customers or business facts, read at constant memory. Killed in the
// middle and started again it goes on behind its last chunk.
#pragma once

#include <string>

#include "config/settings.hpp"

namespace firsthand::runtime {

struct ImportFile {
  std::string kind, file, mapping, source;
  bool dry_run = false;
};
/// Prints what came of it, refused lines included. 0 also when lines were refused.
int import_file(const config::Settings& settings, const ImportFile& asked);

extern const char* const kImportHelp;

}  // namespace firsthand::runtime
