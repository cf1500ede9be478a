// SPDX-License-Identifier: Apache-2.0
#include "config/reasons.hpp"

#include <algorithm>

namespace firsthand::config {

Reason::Reason(const ReasonText& text,
               std::initializer_list<std::pair<std::string_view, std::string>> filled)
    : code(text.code) {
  // The text is walked, not what has been made of it: braces in a value are no blanks.
  std::string_view rest = text.sentence;
  while (true) {
    const auto open = rest.find('{');
    const auto close = rest.find('}', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    const auto found = std::ranges::find_if(filled, [&](const auto& v) { return v.first == name; });
    sentence += rest.substr(0, open);
    if (found != filled.end()) sentence += found->second;
    rest.remove_prefix(close + 1);
  }
  sentence += rest;
  for (const auto& [name, value] : filled) values.emplace_back(name, value);
}

}  // namespace firsthand::config
