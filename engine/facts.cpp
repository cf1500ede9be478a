// SPDX-License-Identifier: Apache-2.0
#include "engine/facts.hpp"

namespace firsthand {
namespace {

void append_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"': out += "\\\""; continue;
      case '\\': out += "\\\\"; continue;
      case '\n': out += "\\n"; continue;
      case '\r': out += "\\r"; continue;
      case '\t': out += "\\t"; continue;
      case '\0': continue;  // PostgreSQL's text and jsonb cannot hold it
      default: break;
    }
    if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void Facts::key(std::string_view name) {
  if (!body_.empty()) body_ += ',';
  append_string(body_, name);
  body_ += ':';
}

Facts& Facts::add(std::string_view name, std::string_view text) {
  key(name);
  append_string(body_, text);
  return *this;
}

Facts& Facts::add(std::string_view name, std::int64_t number) {
  return add_raw(name, std::to_string(number));
}

Facts& Facts::add(std::string_view name, bool value) {
  return add_raw(name, value ? "true" : "false");
}

Facts& Facts::add(std::string_view name, const std::vector<Facts>& items) {
  std::string list;
  for (const Facts& item : items) list += (list.empty() ? "" : ",") + item.json();
  return add_raw(name, "[" + list + "]");
}

Facts& Facts::add_raw(std::string_view name, std::string_view json) {
  key(name);
  body_ += json;
  return *this;
}

}  // namespace firsthand
