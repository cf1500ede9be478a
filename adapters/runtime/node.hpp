// SPDX-License-Identifier: Apache-2.0
// One engine node: every part with its place, in the order in which they depend on each other, and
// taken down in the reverse order. run() blocks until SIGINT or SIGTERM.
#pragma once

#include "config/settings.hpp"

namespace firsthand::runtime {

/// Returns the process's exit code. Throws when the node cannot start, with a sentence.
int run_node(const config::Settings& settings);

}  // namespace firsthand::runtime
