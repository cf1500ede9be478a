// SPDX-License-Identifier: Apache-2.0
// Works through what was uploaded, one import after another, whichever node comes first; and goes
// on with what another node has left. Looks every two seconds. On the io_context it is spawned on.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "adapters/runtime/import_job.hpp"

namespace firsthand::runtime {

/// Works through the run with the text that was uploaded for it.
boost::asio::awaitable<ImportResult> work_through_upload(ImportParts parts,
                                                         postgres::ImportRun run);

class ImportLoop {
 public:
  explicit ImportLoop(ImportParts parts) : parts_(std::move(parts)) {}

  boost::asio::awaitable<void> run();
  /// One import; false: there was none. For tests as well.
  boost::asio::awaitable<bool> step();

 private:
  ImportParts parts_;
};

}  // namespace firsthand::runtime
