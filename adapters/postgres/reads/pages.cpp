// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/pages.hpp"

#include <algorithm>
#include <charconv>

namespace firsthand::postgres {
namespace {

// The place of rows without an instant, in lists that have such.
constexpr std::int64_t kUndated = 9'000'000'000'000'000'000;

std::optional<Cursor> read_cursor(std::string_view text) {
  if (text.size() > 48 || text.empty() || text.front() != 'c') return std::nullopt;
  text.remove_prefix(1);
  Cursor cursor;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, cursor.a);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '_') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, cursor.b);
  if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
  if (cursor.a < 0 || (cursor.a > kFarFuture && cursor.a != kUndated)) return std::nullopt;
  return cursor;
}

}  // namespace

int page_size(int limit) {
  return std::clamp(limit, 1, kPageMax);
}

std::string to_cursor(std::int64_t a, std::int64_t b) {
  return "c" + std::to_string(a) + "_" + std::to_string(b);
}

std::optional<Cursor> place_of(const std::string& after, Cursor start) {
  return after.empty() ? start : read_cursor(after);
}

std::optional<Cursor> dated_place_of(const std::string& after, Cursor start) {
  const auto place = place_of(after, start);
  return place && place->a <= kFarFuture ? place : std::nullopt;
}

std::optional<std::string> cut(std::vector<std::int64_t>& ids, const pqxx::result& rows,
                               int limit) {
  if (static_cast<int>(ids.size()) <= limit) return std::nullopt;
  ids.pop_back();
  const auto last = rows[static_cast<pqxx::result::size_type>(limit - 1)];
  return to_cursor(last[1].as<std::int64_t>(), last[0].as<std::int64_t>());
}

}  // namespace firsthand::postgres
