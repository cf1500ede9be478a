// SPDX-License-Identifier: Apache-2.0
// Lists that are read in pages: the page, its size, and the place where one ended and the next goes
// on. A place is two numbers that order the list, most often microseconds and an id; to its readers
// it is opaque text. Value types; any thread.
#pragma once

#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/postgres/db.hpp"

namespace firsthand::postgres {

inline constexpr int kPageMax = 200;
inline constexpr int kPageDefault = 50;
/// Between 1 and kPageMax.
int page_size(int limit);

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;  ///< opaque; hand it back as `after`
};

template <class T>
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out, const Page<T>& page) {
  auto& object = out.emplace_object();
  object["items"] = boost::json::value_from(page.items);
  object["next"] = page.next ? boost::json::value(*page.next) : boost::json::value(nullptr);
}

struct Cursor {
  std::int64_t a = 0, b = 0;
};
/// Microseconds behind every instant of ours, and not yet beyond PostgreSQL's timestamps.
inline constexpr std::int64_t kFarFuture = 9'000'000'000'000'000;
/// Before every row, in a list that begins with the newest.
inline constexpr Cursor kNewest{kFarFuture, std::numeric_limits<std::int64_t>::max()};

std::string to_cursor(std::int64_t a, std::int64_t b);
/// Where to read on: `after`, or `start` when that is empty; nothing for text that is not ours.
std::optional<Cursor> place_of(const std::string& after, Cursor start);
/// The same in a list of which every row has an instant.
std::optional<Cursor> dated_place_of(const std::string& after, Cursor start);

/// Of `limit` + 1 rows with id and place: takes the id behind the page away and answers the next
/// page's cursor; nothing when the list ends here.
std::optional<std::string> cut(std::vector<std::int64_t>& ids, const pqxx::result& rows, int limit);

}  // namespace firsthand::postgres
