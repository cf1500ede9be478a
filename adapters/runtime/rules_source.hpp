// SPDX-License-Identifier: Apache-2.0
// Where the rules in force are asked for, each time they are needed. Any thread.
#pragma once

#include <functional>
#include <memory>

#include "engine/rules.hpp"

namespace firsthand::runtime {

using RulesSource = std::function<std::shared_ptr<const Rules>()>;

}  // namespace firsthand::runtime
