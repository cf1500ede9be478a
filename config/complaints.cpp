// SPDX-License-Identifier: Apache-2.0
#include "config/complaints.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "config/reader.hpp"

namespace firsthand::config {
namespace {

constexpr std::size_t kLetterMax = 8000;
// The engine looks at what a customer had in the last month.
constexpr std::int64_t kRepeatDaysMax = 30;

constexpr std::array<std::string_view, 13> kWords{
    "customer", "number",       "received", "category",  "product",   "text", "resolution",
    "remedy",   "compensation", "cause",    "regulator", "reference", "today"};

std::vector<Choice> read_choices(Reader& root, std::string_view key, const std::string& file,
                                 Errors& errors) {
  std::vector<Choice> list;
  root.each(key, [&](Reader& reader) {
    list.push_back({reader.code("code"), reader.text("name_zh"), reader.text("name_en")});
  });
  refuse_doubles(list, file, std::string{key}, errors);
  return list;
}

/// Calls `word` with the inside of each pair of braces and `text` with what stands between them.
/// False when a brace has no partner.
bool walk(std::string_view letter, const std::function<void(std::string_view)>& text,
          const std::function<void(std::string_view)>& word) {
  while (!letter.empty()) {
    const auto open = letter.find('{');
    text(letter.substr(0, open));
    if (open == std::string_view::npos) return true;
    const auto close = letter.find('}', open);
    if (close == std::string_view::npos) return false;
    word(letter.substr(open + 1, close - open - 1));
    letter.remove_prefix(close + 1);
  }
  return true;
}

void check_words(Reader& reader, std::string_view key, const std::string& letter) {
  const bool whole = walk(
      letter, [](std::string_view) {},
      [&](std::string_view word) {
        if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return;
        std::string known;
        for (const auto each : kWords) known += (known.empty() ? "" : ", ") + std::string{each};
        reader.fail(key,
                    {why::none_of, {{"written", "{" + std::string{word} + "}"}, {"known", known}}});
      });
  if (!whole) reader.fail(key, why::brace_open);
}

}  // namespace

Checked<ComplaintRules> read_complaints(const Value& document, const std::string& file) {
  Errors errors;
  ComplaintRules rules;
  {
    Reader root{document, file, "", errors};
    rules.compensation_limit_cents = root.number("compensation_limit_cents", 0, 1'000'000'000, 0);
    rules.currency = root.text("currency", "CNY");
    const bool letters = std::all_of(rules.currency.begin(), rules.currency.end(),
                                     [](char c) { return c >= 'A' && c <= 'Z'; });
    if (rules.currency.size() != 3 || !letters) {
      root.fail("currency", why::no_currency);
    }
    rules.repeat_days = static_cast<int>(root.number("repeat_days", 1, kRepeatDaysMax, 30));
    rules.remedies = read_choices(root, "remedy", file, errors);
    rules.root_causes = read_choices(root, "root_cause", file, errors);
    rules.regulators = read_choices(root, "regulator", file, errors);
  }
  if (!errors.empty()) return errors;
  return rules;
}

Checked<std::vector<LetterTemplate>> read_letters(const Value& document, const std::string& file) {
  Errors errors;
  std::vector<LetterTemplate> letters;
  {
    Reader root{document, file, "", errors};
    root.each("letter", [&](Reader& reader) {
      LetterTemplate letter;
      letter.language = reader.text("language");
      if (letter.language != "zh" && letter.language != "en") {
        reader.fail("language", why::no_language);
      }
      const bool twice = std::any_of(letters.begin(), letters.end(), [&](const auto& other) {
        return other.language == letter.language;
      });
      if (twice) reader.fail("language", why::letter_twice);
      letter.title = reader.text("title");
      letter.body = reader.long_text("body", kLetterMax);
      check_words(reader, "title", letter.title);
      check_words(reader, "body", letter.body);
      letters.push_back(std::move(letter));
    });
    if (letters.empty()) root.fail("letter", why::at_least_one);
  }
  if (!errors.empty()) return errors;
  return letters;
}

std::string fill_in(std::string_view text, const std::map<std::string, std::string>& words) {
  std::string out;
  walk(
      text, [&](std::string_view between) { out += between; },
      [&](std::string_view word) {
        const auto found = words.find(std::string{word});
        if (found != words.end()) out += found->second;
      });
  return out;
}

}  // namespace firsthand::config
