// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/body.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace firsthand::runtime::api {
namespace json = boost::json;
namespace {

using Mistake = std::optional<http::Response>;

json::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

Mistake invalid(const std::string& field, std::string sentence) {
  return http::Response::problem(422, "invalid", std::move(sentence), field);
}

Mistake check_text(const Rule& rule, const std::string& path, const json::value& value) {
  if (!value.is_string()) return invalid(path, "This must be a text.");
  const auto& text = value.get_string();
  if (static_cast<std::int64_t>(text.size()) > rule.max) {
    return invalid(path, "This text is longer than " + std::to_string(rule.max) + " bytes.");
  }
  const std::string_view bytes(text.data(), text.size());
  // PostgreSQL cannot keep a zero byte, and nobody means one.
  if (bytes.find('\0') != std::string_view::npos) {
    return invalid(path, "This text holds a character that cannot be stored.");
  }
  const bool blank = bytes.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (rule.min > 0 && blank) return invalid(path, "This must not be empty.");
  return std::nullopt;
}

Mistake check_number(const Rule& rule, const std::string& path, const json::value& value) {
  const std::int64_t* number = value.if_int64();
  if (number == nullptr) return invalid(path, "This must be a whole number.");
  if (*number < rule.min || *number > rule.max) {
    return invalid(path, "This number must be from " + std::to_string(rule.min) + " to " +
                             std::to_string(rule.max) + ".");
  }
  return std::nullopt;
}

Mistake check_instant(const std::string& path, const json::value& value) {
  if (!value.is_string()) return invalid(path, "This must be an instant in RFC 3339.");
  const auto& text = value.get_string();
  const auto at = parse_iso8601(std::string_view(text.data(), text.size()));
  // Instants far from any promise would overflow the arithmetic behind.
  using namespace std::chrono;
  const bool sane = at && *at > sys_days{year{2000} / 1 / 1} && *at < sys_days{year{2100} / 1 / 1};
  if (!sane) return invalid(path, "This must be an instant in RFC 3339, with its zone.");
  return std::nullopt;
}

Mistake check_word(const Rule& rule, const std::string& path, const json::value& value) {
  if (value.is_string()) {
    const auto& text = value.get_string();
    const std::string_view given(text.data(), text.size());
    if (std::find(rule.words.begin(), rule.words.end(), given) != rule.words.end()) {
      return std::nullopt;
    }
  }
  std::string known;
  for (const auto& each : rule.words) known += (known.empty() ? "" : ", ") + each;
  return invalid(path, "This must be one of: " + known + ".");
}

Mistake check_object(const std::vector<Rule>& rules, const std::string& prefix,
                     const json::object& fields);
Mistake check_field(const Rule& rule, const std::string& path, const json::value& value);

Mistake check_list(const Rule& rule, const std::string& path, const json::value& value) {
  if (!value.is_array()) return invalid(path, "This must be a list.");
  const auto& items = value.get_array();
  if (static_cast<std::int64_t>(items.size()) > rule.max) {
    return invalid(path, "This list holds more than " + std::to_string(rule.max) + ".");
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string at = path + "[" + std::to_string(i) + "]";
    if (auto mistake = check_field(rule.inside.front(), at, items[i])) return mistake;
  }
  return std::nullopt;
}

/// What is shown of a long name; cut between characters, since it goes back to the caller.
std::string_view beginning_of(std::string_view name) {
  std::size_t length = std::min<std::size_t>(name.size(), 64);
  const auto inside = [&](std::size_t at) {
    return at < name.size() && (static_cast<unsigned char>(name[at]) & 0xC0) == 0x80;
  };
  while (length > 0 && inside(length)) --length;
  return name.substr(0, length);
}

Mistake check_field(const Rule& rule, const std::string& path, const json::value& value) {
  switch (rule.kind) {
    case Rule::Kind::text: return check_text(rule, path, value);
    case Rule::Kind::number: return check_number(rule, path, value);
    case Rule::Kind::flag:
      if (!value.is_bool()) return invalid(path, "This must be true or false.");
      return std::nullopt;
    case Rule::Kind::instant: return check_instant(path, value);
    case Rule::Kind::word: return check_word(rule, path, value);
    case Rule::Kind::object:
      if (!value.is_object()) return invalid(path, "This must be an object.");
      return check_object(rule.inside, path + ".", value.get_object());
    case Rule::Kind::list: return check_list(rule, path, value);
  }
  return std::nullopt;
}

Mistake check_object(const std::vector<Rule>& rules, const std::string& prefix,
                     const json::object& fields) {
  for (const auto& field : fields) {
    const std::string_view name(field.key().data(), field.key().size());
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const Rule& each) { return each.name == name; });
    if (rule == rules.end()) {
      return invalid(prefix + std::string(beginning_of(name)), "There is no such field.");
    }
    if (field.value().is_null()) continue;
    if (auto mistake = check_field(*rule, prefix + rule->name, field.value())) return mistake;
  }
  for (const auto& rule : rules) {
    const auto* value = fields.if_contains(view(rule.name));
    if (rule.required && (value == nullptr || value->is_null())) {
      return invalid(prefix + rule.name, "This field is missing.");
    }
  }
  return std::nullopt;
}

}  // namespace

// ------------------------------------------------------------------------------- rules
Rule text(std::string name, std::int64_t max) {
  Rule rule;
  rule.name = std::move(name);
  rule.max = max;
  return rule;
}
Rule number(std::string name, std::int64_t min, std::int64_t max) {
  Rule rule;
  rule.name = std::move(name);
  rule.kind = Rule::Kind::number;
  rule.min = min;
  rule.max = max;
  return rule;
}
Rule flag(std::string name) {
  Rule rule;
  rule.name = std::move(name);
  rule.kind = Rule::Kind::flag;
  return rule;
}
Rule instant(std::string name) {
  Rule rule;
  rule.name = std::move(name);
  rule.kind = Rule::Kind::instant;
  return rule;
}
Rule word(std::string name, std::vector<std::string> words) {
  Rule rule;
  rule.name = std::move(name);
  rule.kind = Rule::Kind::word;
  rule.words = std::move(words);
  return rule;
}
Rule object(std::string name, std::vector<Rule> inside) {
  Rule rule;
  rule.name = std::move(name);
  rule.kind = Rule::Kind::object;
  rule.inside = std::move(inside);
  return rule;
}

Rule list(std::string name, Rule item, std::int64_t max) {
  Rule rule;
  rule.name = std::move(name);
  rule.kind = Rule::Kind::list;
  rule.max = max;
  rule.inside.push_back(std::move(item));
  return rule;
}

// ------------------------------------------------------------------------------- getters
const json::value* Body::find(std::string_view name) const {
  const auto* value = fields_.if_contains(view(name));
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool Body::has(std::string_view name) const {
  return find(name) != nullptr;
}

std::optional<std::string> Body::maybe_text(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value->get_string().data(), value->get_string().size());
}

std::string Body::text(std::string_view name) const {
  return maybe_text(name).value_or("");
}

std::optional<std::int64_t> Body::maybe_number(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return value->get_int64();
}

std::int64_t Body::number(std::string_view name) const {
  return maybe_number(name).value_or(0);
}

std::optional<bool> Body::maybe_flag(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return value->get_bool();
}

std::optional<Instant> Body::maybe_instant(std::string_view name) const {
  const auto given = maybe_text(name);
  return given ? parse_iso8601(*given) : std::nullopt;
}

Body Body::inside(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr ? Body() : Body(value->get_object());
}

std::vector<std::int64_t> Body::numbers(std::string_view name) const {
  std::vector<std::int64_t> out;
  if (const auto* value = find(name)) {
    for (const auto& item : value->get_array()) out.push_back(item.get_int64());
  }
  return out;
}

std::vector<std::string> Body::texts(std::string_view name) const {
  std::vector<std::string> out;
  if (const auto* value = find(name)) {
    for (const auto& item : value->get_array())
      out.emplace_back(item.get_string().data(), item.get_string().size());
  }
  return out;
}

std::vector<Body> Body::objects(std::string_view name) const {
  std::vector<Body> out;
  if (const auto* value = find(name)) {
    for (const auto& item : value->get_array()) out.emplace_back(item.get_object());
  }
  return out;
}

std::variant<Body, http::Response> read_body(const http::Request& request,
                                             const std::vector<Rule>& rules) {
  boost::system::error_code error;
  json::value parsed = json::object{};
  // A POST that needs nothing may come without a body.
  if (!request.body.empty()) parsed = json::parse(view(request.body), error);
  if (error) {
    return http::Response::problem(400, "malformed_json", "The body is not valid JSON.");
  }
  if (!parsed.is_object()) {
    return http::Response::problem(422, "invalid", "The body must be a JSON object.");
  }
  if (auto mistake = check_object(rules, "", parsed.get_object())) return std::move(*mistake);
  return Body(std::move(parsed.get_object()));
}

std::optional<int> minutes_of_day(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon > 2 || text.size() != colon + 3) return {};
  int numbers[2] = {0, 0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == colon) continue;
    if (text[i] < '0' || text[i] > '9') return {};
    int& number = numbers[i > colon ? 1 : 0];
    number = number * 10 + (text[i] - '0');
  }
  if (numbers[0] > 23 || numbers[1] > 59) return {};
  return numbers[0] * 60 + numbers[1];
}

}  // namespace firsthand::runtime::api
