// SPDX-License-Identifier: Apache-2.0
#include "engine/customer_group.hpp"

#include <algorithm>

namespace firsthand {

CustomerId kept_record(const World& world, CustomerId id) {
  // Only a record that is not merged takes others in, so the way up has an end.
  for (auto found = world.customers.find(id);
       found != world.customers.end() && found->second.merged_into;
       found = world.customers.find(id)) {
    id = found->second.merged_into;
  }
  return id;
}

bool one_customer(const World& world, CustomerId a, CustomerId b) {
  return a == b || kept_record(world, a) == kept_record(world, b);
}

std::set<CustomerId> merged_under(const World& world, CustomerId id) {
  std::set<CustomerId> found{id};
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const auto& [other, record] : world.customers) {
      if (found.contains(record.merged_into)) found.insert(other);
    }
  }
  return found;
}

CustomerId record_of_number(const World& world, CustomerId customer, const std::string& number) {
  const CustomerId kept = kept_record(world, customer);
  const auto has = [&](CustomerId id) {
    const auto found = world.customers.find(id);
    if (found == world.customers.end()) return false;
    const auto& numbers = found->second.numbers;
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
  };
  if (has(kept)) return kept;
  const auto records = merged_under(world, kept);
  const auto found = std::find_if(records.begin(), records.end(), has);
  return found == records.end() ? kept : *found;
}

bool has_number(const World& world, CustomerId customer, const std::string& number) {
  return std::any_of(world.customers.begin(), world.customers.end(), [&](const auto& entry) {
    const auto& numbers = entry.second.numbers;
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end() &&
           one_customer(world, entry.first, customer);
  });
}

}  // namespace firsthand
