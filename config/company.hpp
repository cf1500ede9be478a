// SPDX-License-Identifier: Apache-2.0
// Departments, categories, queues and callback rules as they are written down (config/defaults says
// how). Each function reads one document and reports all of its mistakes. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "config/errors.hpp"
#include "config/toml.hpp"
#include "engine/policy.hpp"

namespace firsthand::config {

Checked<std::vector<Department>> read_departments(const Value& document, const std::string& file);
Checked<std::vector<Category>> read_categories(const Value& document, const std::string& file);
Checked<std::vector<Queue>> read_queues(const Value& document, const std::string& file);
Checked<std::vector<Shift>> read_shifts(const Value& document, const std::string& file);
Checked<CallbackRules> read_callbacks(const Value& document, const std::string& file);

}  // namespace firsthand::config
