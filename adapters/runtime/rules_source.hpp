// SPDX-License-Identifier: Apache-2.0
// Where the rules in force are asked for, each time they are needed. Any thread.
#pragma once

#include <functional>
#include <memory>

#include "config/call_sources.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime {

using RulesSource = std::function<std::shared_ptr<const Rules>()>;
using CallSourcesSource = std::function<std::shared_ptr<const config::CallSources>()>;

}  // namespace firsthand::runtime
