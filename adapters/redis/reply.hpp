// SPDX-License-Identifier: Apache-2.0
// One RESP2 reply as a plain value, owned by whoever holds it. Status replies are strings. Strings
// are bytes: they may hold zeros and line ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/redis/error.hpp"

namespace firsthand::redis {

struct Reply {
  enum class Kind { kNil, kInteger, kString, kArray, kError };

  Kind kind = Kind::kNil;
  std::int64_t integer = 0;     // kInteger
  std::string text;             // kString, kError
  std::vector<Reply> elements;  // kArray

  static Reply nil() { return Reply(); }
  static Reply of(std::int64_t value);
  static Reply of(std::string value);
  static Reply error(std::string value);
  static Reply array(std::vector<Reply> values);

  bool is_nil() const { return kind == Kind::kNil; }
  bool is_error() const { return kind == Kind::kError; }
  friend bool operator==(const Reply&, const Reply&) = default;

  /// An integer, or a string that is one in decimal (scripts answer large numbers as strings).
  Result<std::int64_t> as_integer() const;
  Result<std::string> as_string() const;
};

/// The reply as an array of at least `least` elements.
Result<std::vector<Reply>> as_array(Result<Reply> reply, std::size_t least = 0);
Result<std::int64_t> as_integer(const Result<Reply>& reply);

}  // namespace firsthand::redis
