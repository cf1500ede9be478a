// SPDX-License-Identifier: Apache-2.0
// Request bodies, checked against a table before anything else looks at them: which fields there
// are, their types and sizes; unknown fields are refused. The first mistake is the answer: 400 for
// text that is no JSON, 422 with the field's name for everything else. Pure; any thread.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/http/message.hpp"
#include "engine/time.hpp"

namespace firsthand::runtime::api {

inline constexpr std::int64_t kTextMax = 8000;  ///< bytes of UTF-8, for what people write
inline constexpr std::int64_t kLineMax = 200;   ///< names, reasons, codes
inline constexpr std::int64_t kPasswordMax = 256;
inline constexpr std::int64_t kIdMax = (std::int64_t{1} << 53) - 1;

struct Rule {
  enum class Kind { text, number, flag, instant, word, object, list };
  std::string name;
  Kind kind = Kind::text;
  bool required = false;
  std::int64_t min = 0;  ///< of the number, or of the text's length
  std::int64_t max = 0;  ///< the same; or how many a list holds
  std::vector<std::string> words;
  std::vector<Rule> inside;  ///< an object's fields; the one rule of a list's items

  Rule&& needed() && {
    required = true;
    // A required text says something.
    if (kind == Kind::text && min == 0) min = 1;
    return std::move(*this);
  }
};
Rule text(std::string name, std::int64_t max = kTextMax);
Rule number(std::string name, std::int64_t min, std::int64_t max);
inline Rule id(std::string name) {
  return number(std::move(name), 1, kIdMax);
}
Rule flag(std::string name);
Rule instant(std::string name);
Rule word(std::string name, std::vector<std::string> words);
Rule object(std::string name, std::vector<Rule> inside);
Rule list(std::string name, Rule item, std::int64_t max);

/// A body that has passed: every getter may trust the types. Absent and null are the same.
class Body {
 public:
  Body() = default;
  explicit Body(boost::json::object fields) : fields_(std::move(fields)) {}

  bool has(std::string_view name) const;
  std::string text(std::string_view name) const;  ///< "" when absent
  std::optional<std::string> maybe_text(std::string_view name) const;
  std::int64_t number(std::string_view name) const;  ///< 0 when absent
  std::optional<std::int64_t> maybe_number(std::string_view name) const;
  std::optional<bool> maybe_flag(std::string_view name) const;
  std::optional<Instant> maybe_instant(std::string_view name) const;
  Body inside(std::string_view name) const;  ///< empty when absent
  // The items of a list; none when absent.
  std::vector<std::int64_t> numbers(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::vector<Body> objects(std::string_view name) const;

 private:
  const boost::json::value* find(std::string_view name) const;
  boost::json::object fields_;
};

/// Minutes after midnight of "08:00" or "8:00"; nothing for anything else.
std::optional<int> minutes_of_day(const std::string& text);

std::variant<Body, http::Response> read_body(const http::Request& request,
                                             const std::vector<Rule>& rules);

}  // namespace firsthand::runtime::api
