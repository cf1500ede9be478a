// SPDX-License-Identifier: Apache-2.0
// Whether two stores have answered and stored the same.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tests/support/store.hpp"

namespace firsthand::test {

/// One line for each outcome: what it granted, or the code of its refusal.
std::vector<std::string> answers(std::span<const Outcome> outcomes);
/// Fails the test that runs.
void expect_same(const Snapshot& memory, const Snapshot& postgres);

}  // namespace firsthand::test
