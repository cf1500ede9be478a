// SPDX-License-Identifier: Apache-2.0
// Money and days as other systems write them. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/time.hpp"

namespace firsthand::facts {

/// "1,234.50", "-12", "¥ 12.3", "(5.00)" as integer cents. `decimal` is '.' or ','; the other one,
/// blanks and ' group thousands. Nothing for anything else, for more than two decimals that are not
/// zero, and beyond ten thousand million.
std::optional<std::int64_t> parse_cents(std::string_view text, char decimal = '.');

/// yyyy-mm-dd, yyyy/mm/dd, yyyy.mm.dd, yyyymmdd, dd.mm.yyyy, dd/mm/yyyy, mm/dd/yyyy or
/// yyyy年mm月dd日; months and days may have one digit where something stands between them.
bool known_date_format(std::string_view format);
/// A time behind the day is passed over. Only days that exist, from 1990 to 2100.
std::optional<Date> parse_day(std::string_view text, std::string_view format);

/// Without blanks at both ends, also the wide ones of Chinese input.
std::string_view trimmed(std::string_view text);

}  // namespace firsthand::facts
