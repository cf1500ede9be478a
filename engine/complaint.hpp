// SPDX-License-Identifier: Apache-2.0
// What several parts of the engine ask about complaints: which categories can be chosen, what still
// stands in the way of closing, which earlier complaint this one repeats. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/docket.hpp"
#include "engine/rules.hpp"

namespace firsthand {

/// Other categories stand below it, so no case is filed under it.
bool is_group(const RuleBook& book, std::string_view category);
/// From the top of the tree down to the category itself; empty for a code nobody knows.
std::vector<const Category*> category_path(const RuleBook& book, std::string_view category);

/// A regulator has asked, and the final response has not gone out.
bool regulator_waits(const CaseFile& file);
/// Why this case cannot be closed yet. The complaint record must have been loaded.
std::optional<Refusal> hinders_closing(const CaseFile& file);

/// Whether both are about the same: the category, and not two different products.
bool same_matter(const Case& a, const Case& b);
/// The number of the newest case of this customer with the same matter within the days that the
/// rules name, or "".
std::string repeat_of(const World& world, const Case& fresh, const Rules& rules);

/// What one person has granted on this case without anybody's approval, in cents.
std::int64_t granted_alone(const CaseFile& file);

}  // namespace firsthand
