// SPDX-License-Identifier: Apache-2.0
// Records that are one customer: a record that is merged into another one points at it, and the
// group is the kept record with all that lead to it. Pure looks at a World; any thread.
#pragma once

#include <set>
#include <string>

#include "engine/docket.hpp"

namespace firsthand {

/// The record in which this one is shown: itself, unless it is merged.
CustomerId kept_record(const World& world, CustomerId id);
bool one_customer(const World& world, CustomerId a, CustomerId b);
/// This record and everything that is merged into it, directly or by way of others.
std::set<CustomerId> merged_under(const World& world, CustomerId id);
/// The record of the customer that has this number, the kept one before others; the kept one too
/// when none has it.
CustomerId record_of_number(const World& world, CustomerId customer, const std::string& number);
/// Whether a record of the customer has this number.
bool has_number(const World& world, CustomerId customer, const std::string& number);

}  // namespace firsthand
