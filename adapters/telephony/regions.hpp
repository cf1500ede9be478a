// SPDX-License-Identifier: Apache-2.0
// The world's numbering plans, as far as normalising needs them (ITU-T E.164 assignments, national
// prefixes and lengths of the ITU's Operational Bulletin). Constant data; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace firsthand::telephony {

struct Region {
  std::string_view code;           // ISO 3166-1 alpha-2
  std::string_view country;        // country calling code
  std::string_view trunk;          // dialled before a national number at home; empty: none
  std::string_view international;  // dialled before a country code; several separated by '|'
  std::uint8_t length_min;         // of the national (significant) number
  std::uint8_t length_max;
};

// Null when unknown.
const Region* find_region(std::string_view code);
// The first region of the table with a country code that `digits` start with; codes are
// prefix-free.
const Region* region_of_number(std::string_view digits);

}  // namespace firsthand::telephony
