// SPDX-License-Identifier: Apache-2.0
// JSON as strictly as a contract wants it: a member that is named twice is refused, not silently
// the last one. Any thread, one parser at a time.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace firsthand::config {

struct JsonRefused {
  bool duplicate = false;  ///< else the text is not JSON
  std::string message;
  std::string field;  ///< of the duplicate: "calendar.days.2026-02-14"
};

/// The whole text as one value, at most 32 levels deep.
boost::system::result<boost::json::value, JsonRefused> parse_json_strictly(
    std::string_view text, boost::json::storage_ptr storage = {});

/// `name` below `path`: "calendar.week". A name that is long is cut.
std::string member_path(std::string_view path, std::string_view name);
std::string element_path(std::string_view path, std::size_t index);

}  // namespace firsthand::config
