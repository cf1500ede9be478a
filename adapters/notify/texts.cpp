// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/texts.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace firsthand::notify {
namespace {

Catalogue read(std::string_view json) {
  Catalogue out;
  const boost::json::value value =
      boost::json::parse(boost::json::string_view{json.data(), json.size()});
  for (const auto& [key, text] : value.as_object()) {
    out.emplace(std::string{key}, std::string{text.as_string()});
  }
  return out;
}

}  // namespace

const Catalogue& catalogue(std::string_view language) {
  static const Catalogue zh = read(k_texts_zh);
  static const Catalogue en = read(k_texts_en);
  return language == "en" ? en : zh;
}

const std::string& text(const Catalogue& from, std::string_view key) {
  static const std::string none;
  const auto found = from.find(key);
  return found == from.end() ? none : found->second;
}

std::string fill(std::string_view pattern, const Catalogue& values) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = pattern.find('}', open);
    if (close == std::string_view::npos) {
      out += pattern.substr(open);
      break;
    }
    out += text(values, pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace firsthand::notify
