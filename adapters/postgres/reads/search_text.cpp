// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/search_text.hpp"

#include <algorithm>
#include <optional>

#include "adapters/postgres/reads/search_reads.hpp"

namespace firsthand::postgres {
namespace {

constexpr std::size_t kWordsMax = 8;
constexpr std::string_view kWideSpace = "\u3000";

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// At most so many characters from the end, or from the beginning.
std::string_view last_characters(std::string_view text, int count) {
  auto at = text.size();
  while (at > 0 && count > 0) {
    --at;
    if (begins_character(text[at])) --count;
  }
  return text.substr(at);
}
std::string_view first_characters(std::string_view text, int count) {
  std::size_t at = 0;
  while (at < text.size() && (count > 0 || !begins_character(text[at]))) {
    if (begins_character(text[at])) --count;
    ++at;
  }
  return text.substr(0, at);
}

}  // namespace

std::string trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  for (bool changed = true; changed && !text.empty();) {
    changed = false;
    if (is_space(text.front())) text.remove_prefix(1), changed = true;
    if (!text.empty() && is_space(text.back())) text.remove_suffix(1), changed = true;
    if (text.starts_with(kWideSpace)) text.remove_prefix(kWideSpace.size()), changed = true;
    if (text.ends_with(kWideSpace)) text.remove_suffix(kWideSpace.size()), changed = true;
  }
  return std::string(text);
}

std::string digits_of_number(std::string_view text, std::size_t least) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (std::string_view(" +-()").find(c) == std::string_view::npos) {
      return "";
    }
  }
  return digits.size() >= least ? digits : "";
}

std::vector<std::string> search_words(std::string_view text) {
  const std::string digits = digits_of_number(text, 3);
  if (!digits.empty()) return {digits};
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(kWideSpace)) {
      plain += ' ';
      at += kWideSpace.size();
    } else {
      plain += small(text[at++]);
    }
  }
  std::vector<std::string> words;
  std::size_t from = 0;
  while (from < plain.size() && words.size() < kWordsMax) {
    const auto to = std::min(plain.find_first_of(" \t\r\n", from), plain.size());
    if (to > from) words.push_back(plain.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

std::string like_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::vector<std::string> like_patterns(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const auto& word : words) out.push_back("%" + like_text(word) + "%");
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::optional<SearchMatch> marked(std::string field, std::string_view text,
                                  std::string_view wanted) {
  constexpr int kBefore = 12, kAfter = 40;
  if (wanted.empty()) return std::nullopt;
  const auto found = std::search(text.begin(), text.end(), wanted.begin(), wanted.end(),
                                 [](char a, char b) { return small(a) == small(b); });
  if (found == text.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(found - text.begin());
  const auto before = last_characters(text.substr(0, at), kBefore);
  const auto after = first_characters(text.substr(at + wanted.size()), kAfter);
  SearchMatch match{std::move(field), std::string(before),
                    std::string(text.substr(at, wanted.size())), std::string(after)};
  if (before.size() < at) match.before.insert(0, "…");
  if (at + wanted.size() + after.size() < text.size()) match.after += "…";
  return match;
}

}  // namespace firsthand::postgres
