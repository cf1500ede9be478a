// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/phone_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace firsthand::telephony {
namespace {

constexpr std::size_t kRawMax = 256;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// One code point from the front; a broken sequence gives its first byte as 0xfffd.
std::uint32_t take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  std::size_t length = 1;
  std::uint32_t value = first;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
    value = first & 0x1f;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    value = first & 0x0f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    value = first & 0x07;
  } else if (first >= 0x80) {
    text.remove_prefix(1);
    return 0xfffd;
  }
  if (text.size() < length) {
    text.remove_prefix(1);
    return 0xfffd;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      text.remove_prefix(1);
      return 0xfffd;
    }
    value = (value << 6) | (byte(i) & 0x3f);
  }
  text.remove_prefix(length);
  return value;
}

// What a code point means in a number: an ASCII character, 0 for nothing, or no opinion.
std::optional<char> fold_code_point(std::uint32_t c) {
  if (c >= 0xff01 && c <= 0xff5e) return static_cast<char>(c - 0xff01 + 0x21);  // full width
  if (c >= 0x0660 && c <= 0x0669) return static_cast<char>('0' + (c - 0x0660));
  if (c >= 0x06f0 && c <= 0x06f9) return static_cast<char>('0' + (c - 0x06f0));
  if (c >= 0x2010 && c <= 0x2015) return '-';
  if (c >= 0x2000 && c <= 0x200a) return ' ';
  if ((c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || c == 0xfeff) return '\0';
  if (c >= 0x2066 && c <= 0x2069) return '\0';
  switch (c) {
    case 0x00a0:
    case 0x3000: return ' ';
    case 0x2212:
    case 0x30fc:
    case 0x2500: return '-';
    case 0x00b7:
    case 0x30fb: return '.';
    case 0x3001: return ',';  // the enumeration comma
    default: return std::nullopt;
  }
}

constexpr std::array<std::string_view, 10> kExtensionWords = {
    "转接", "转", "轉", "分机号", "分机", "分機", "内线", "內線", "extension", "extn"};

constexpr std::array<std::string_view, 18> kWithheldWords = {
    "anonymous", "withheld", "private",   "restricted", "unavailable", "unknown",
    "blocked",   "hidden",   "no number", "noid",       "p",           "asserted",
    "匿名",      "未知",     "未知号码",  "隐藏号码",   "私人号码",    "保密"};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// `"Name" <sip:...>` to what stands between the angles.
std::string_view inside_angles(std::string_view text) {
  const auto open = text.find('<');
  if (open == std::string_view::npos) return text;
  const auto close = text.find('>', open);
  return text.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
}

// The value of ";name=" in a URI's parameters.
std::string_view parameter(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + name.size());
  return text.substr(0, text.find_first_of(";@?"));
}

// Leaves the number of a tel: or sip: URI and moves what its parameters say into `found`.
std::string strip_uri(std::string text, PhoneText& found) {
  const bool sip = text.starts_with("sip:") || text.starts_with("sips:");
  const bool tel = text.starts_with("tel:") || text.starts_with("callto:");
  if (!sip && !tel && text.find(";ext=") == std::string::npos) return text;
  if (sip || tel) text.erase(0, text.find(':') + 1);
  for (const char digit : parameter(text, ";ext=")) {
    if (is_digit(digit)) found.extension += digit;
  }
  const std::string context{parameter(text, ";phone-context=")};
  if (sip) text = text.substr(0, text.find('@'));
  text = text.substr(0, text.find_first_of(";?"));
  replace_all(text, "%2b", "+");
  if (context.starts_with('+') && !text.starts_with('+')) text.insert(0, context);
  return text;
}

// Cuts "ext 8001", "x8001", "#8001" and ",8001" off the end. Only the first such mark counts, and
// only when digits follow it and nothing else.
void take_extension(std::string& text, PhoneText& found) {
  const auto mark = text.find_first_of("ex#,");
  if (mark == std::string::npos || mark == 0) return;
  std::string_view tail = std::string_view(text).substr(mark);
  for (const std::string_view word : {"ext.", "ext", "x", "#", ","}) {
    if (!tail.starts_with(word)) continue;
    tail.remove_prefix(word.size());
    break;
  }
  std::string digits;
  for (const char c : tail) {
    if (is_digit(c)) {
      digits += c;
    } else if (c != ' ' && c != ':' && c != '.' && c != '-') {
      return;
    }
  }
  if (digits.size() > 11) return;
  if (!digits.empty()) found.extension = digits;
  text.resize(mark);
}

}  // namespace

std::string fold_phone_text(std::string_view raw) {
  std::string words{raw.substr(0, kRawMax)};
  std::transform(words.begin(), words.end(), words.begin(), lower);
  for (const std::string_view word : kExtensionWords) replace_all(words, word, "x");
  std::string folded;
  for (std::string_view rest = words; !rest.empty();) {
    const std::string_view before = rest;
    const auto plain = fold_code_point(take_code_point(rest));
    if (!plain) {
      folded += before.substr(0, before.size() - rest.size());
    } else if (*plain != '\0') {
      folded += lower(*plain);
    }
  }
  return folded;
}

PhoneText read_phone_text(std::string_view raw) {
  PhoneText found;
  const std::string folded = fold_phone_text(raw);
  const std::string_view inside = trim(inside_angles(folded));
  std::string text = strip_uri(std::string{inside}, found);
  text = std::string{trim(text)};
  for (const std::string_view word : kWithheldWords) {
    if (text == word) {
      found.withheld = true;
      return found;
    }
  }
  take_extension(text, found);
  // "+44 (0)20": the trunk prefix in brackets is not part of the international number.
  if (text.find('+') != std::string::npos) replace_all(text, "(0)", "");
  std::string group;
  for (const char c : text) {
    if (is_digit(c)) {
      group += c;
      found.digits += c;
      continue;
    }
    if (!group.empty()) found.groups.push_back(std::move(group));
    group.clear();
    if (c == '+' && found.digits.empty() && !found.plus) {
      found.plus = true;
    } else if (std::string_view(" -.()[]/\t~").find(c) == std::string_view::npos) {
      return found;  // not clean
    }
  }
  if (!group.empty()) found.groups.push_back(std::move(group));
  found.clean = !found.digits.empty();
  return found;
}

}  // namespace firsthand::telephony
