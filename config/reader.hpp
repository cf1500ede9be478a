// SPDX-License-Identifier: Apache-2.0
// Reads typed values out of one TOML table and remembers which keys were asked for: whatever is
// left over is an unknown key and refused. Every mistake is added to the errors with its file, full
// key and line, and a harmless value is returned, so that reading goes on and finds the next
// mistake. One thread at a time.
#pragma once

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/errors.hpp"
#include "config/toml.hpp"

namespace firsthand::config {

inline constexpr std::size_t kListMax = 1000;
inline constexpr std::size_t kTextMax = 500;

class Reader {
 public:
  /// `table` and `errors` must outlive the reader. A `value` that is no table is an error.
  Reader(const Value& value, std::string file, std::string path, Errors& errors);
  /// Adds an error for each key nobody asked for.
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool has(std::string_view key) const;
  /// Missing: an error when `fallback` is absent.
  std::string text(std::string_view key, std::optional<std::string> fallback = std::nullopt);
  /// A required text that may have several lines, of `max` bytes.
  std::string long_text(std::string_view key, std::size_t max);
  /// 1 to 64 characters of a-z 0-9 - _ . : what other files refer to.
  std::string code(std::string_view key);
  std::int64_t number(std::string_view key, std::int64_t min, std::int64_t max,
                      std::optional<std::int64_t> fallback = std::nullopt);
  bool flag(std::string_view key, bool fallback);
  std::vector<std::string> texts(std::string_view key);
  std::vector<int> numbers(std::string_view key, int min, int max);
  /// A table of texts whose keys are free, such as other people's words.
  std::map<std::string, std::string, std::less<>> dictionary(std::string_view key);

  /// A text in a small language, such as parse_budget; `otherwise` says what it looks like.
  template <class Parse>
  auto parsed(std::string_view key, Parse parse, const ReasonText& otherwise)
      -> decltype(parse(std::string_view{})) {
    const std::string written = text(key);
    if (written.empty()) return std::nullopt;
    auto value = parse(std::string_view{written});
    if (!value) fail(key, {otherwise, {{"written", written}}});
    return value;
  }

  template <class E>
  E word(std::string_view key, std::optional<E> fallback = std::nullopt) {
    if (fallback && !has(key)) return *fallback;
    const std::string written = text(key);
    E value{};
    if (!written.empty()) from_word(key, written, value);
    return value;
  }

  template <class E>
  std::vector<E> words(std::string_view key) {
    std::vector<E> values;
    for (const std::string& written : texts(key)) {
      E value{};
      if (from_word(key, written, value)) values.push_back(value);
    }
    return values;
  }

  /// Calls `read` with a reader for each table of an array of tables.
  void each(std::string_view key, const std::function<void(Reader&)>& read);
  /// Calls `read` for a table below this one, when there is one.
  void below(std::string_view key, const std::function<void(Reader&)>& read);

  /// Whether a text is a word of E; an error for `key` when it is not.
  template <class E>
  bool is_word(std::string_view key, const std::string& written, E& value) {
    return from_word(key, written, value);
  }

  void fail(std::string_view key, Reason reason);
  const std::string& path() const { return path_; }

 private:
  const Value* take(std::string_view key);
  std::string full(std::string_view key) const;

  template <class E>
  bool from_word(std::string_view key, const std::string& written, E& value) {
    if (boost::describe::enum_from_string(written.c_str(), value)) return true;
    std::string known;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
      known += (known.empty() ? "" : ", ") + std::string{enumerator.name};
    });
    fail(key, {why::none_of, {{"written", written}, {"known", known}}});
    return false;
  }

  const Table* table_;
  int line_;
  std::string file_;
  std::string path_;
  Errors& errors_;
  std::set<std::string, std::less<>> asked_;
};

/// An error for each code that appears twice in the list.
template <class T>
void refuse_doubles(const std::vector<T>& list, const std::string& file, const std::string& key,
                    Errors& errors) {
  std::set<std::string> seen;
  for (const T& item : list) {
    if (!item.code.empty() && !seen.insert(item.code).second) {
      errors.add(file, key, Reason{why::code_twice, {{"code", item.code}}});
    }
  }
}

}  // namespace firsthand::config
