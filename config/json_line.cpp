// SPDX-License-Identifier: Apache-2.0
#include "config/json_line.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cstddef>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace firsthand::config {
namespace {

namespace json = boost::json;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kNameShownMax = 60;

// Builds the tree as the library's own parser does, and remembers the names of the open objects.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  explicit Builder(json::storage_ptr storage) { stack_.reset(std::move(storage)); }
  json::value release() { return stack_.release(); }
  const std::optional<std::string>& duplicate() const { return duplicate_; }

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }
  bool on_object_begin(ErrorCode&) {
    levels_.emplace_back(true);
    return true;
  }
  bool on_object_end(std::size_t n, ErrorCode&) {
    levels_.pop_back();
    stack_.push_object(n);
    return true;
  }
  bool on_array_begin(ErrorCode&) {
    levels_.emplace_back(false);
    return true;
  }
  bool on_array_end(std::size_t n, ErrorCode&) {
    levels_.pop_back();
    stack_.push_array(n);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, ErrorCode&) {
    levels_.back().add_part(part);
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, ErrorCode& error) {
    Level& level = levels_.back();
    level.add_part(part);
    level.complete = true;
    stack_.push_key(part);
    if (level.add_name()) return true;
    duplicate_.emplace();
    for (const Level& above : levels_) {
      if (above.object) duplicate_ = member_path(*duplicate_, above.name);
    }
    error = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    return false;
  }
  bool on_string_part(json::string_view part, std::size_t, ErrorCode&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, ErrorCode&) {
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, ErrorCode&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, ErrorCode&) {
    stack_.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, json::string_view, ErrorCode&) {
    stack_.push_uint64(value);
    return true;
  }
  bool on_double(double value, json::string_view, ErrorCode&) {
    stack_.push_double(value);
    return true;
  }
  bool on_bool(bool value, ErrorCode&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(ErrorCode&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, ErrorCode&) { return true; }
  bool on_comment(json::string_view, ErrorCode&) { return true; }

 private:
  struct Level {
    explicit Level(bool is_object) : object(is_object) {}

    void add_part(json::string_view part) {
      if (complete) name.clear();
      complete = false;
      name.append(part.data(), part.size());
    }

    // Few names are compared one by one; many, such as a year of dates, by their hash.
    bool add_name() {
      if (many.empty() && few.size() < 16) {
        for (const std::string& known : few) {
          if (known == name) return false;
        }
        few.push_back(name);
        return true;
      }
      if (many.empty()) many.insert(few.begin(), few.end());
      return many.insert(name).second;
    }

    bool object;
    bool complete = false;  ///< `name` is whole: the next part begins another one
    std::string name;
    std::vector<std::string> few;
    std::unordered_set<std::string> many;
  };

  json::value_stack stack_;
  std::vector<Level> levels_;
  std::optional<std::string> duplicate_;
};

// A cut in the middle of a character would be no UTF-8.
std::string_view shown(std::string_view name) {
  if (name.size() <= kNameShownMax) return name;
  std::size_t size = kNameShownMax;
  while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0) == 0x80) --size;
  return name.substr(0, size);
}

}  // namespace

std::string member_path(std::string_view path, std::string_view name) {
  std::string result{path};
  if (!result.empty()) result += '.';
  result += shown(name);
  return result;
}

std::string element_path(std::string_view path, std::size_t index) {
  return std::string{path} + "[" + std::to_string(index) + "]";
}

boost::system::result<json::value, JsonRefused> parse_json_strictly(std::string_view text,
                                                                    json::storage_ptr storage) {
  json::basic_parser<Builder> parser{json::parse_options{}, std::move(storage)};
  ErrorCode error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (const auto& duplicate = parser.handler().duplicate()) {
    return JsonRefused{true, "is named twice", *duplicate};
  }
  if (error) {
    return JsonRefused{
        false, "is not JSON: " + error.message() + " at byte " + std::to_string(used + 1), ""};
  }
  if (text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    return JsonRefused{false, "has more than one JSON value", ""};
  }
  return parser.handler().release();
}

}  // namespace firsthand::config
