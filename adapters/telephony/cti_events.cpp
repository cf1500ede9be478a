// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/cti_events.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <map>
#include <utility>

namespace firsthand::telephony {
namespace {

namespace json = boost::json;
using Fields = std::map<std::string, std::string, std::less<>>;
using Read = boost::system::result<Fields, CtiProblem>;

constexpr std::size_t kFieldsMax = 200;
constexpr int kDepthMax = 6;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : static_cast<char>(c);
  });
  return text;
}

// Control characters would only confuse logs and screens; broken UTF-8 is refused by the parser.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) out += c;
  }
  return out;
}

std::string text_of(const json::value& item) {
  if (const json::string* text = item.if_string()) return printable({text->data(), text->size()});
  if (item.is_bool() || item.is_number()) return json::serialize(item);  // bare from some
  return {};
}

/// Puts every value below `item` under its path: "call.id", "users.0.name". A list is also its
/// first member: of "user": ["one", "two"] the first is the one who is meant.
bool flatten(const json::value& item, const std::string& path, int depth, Fields& fields) {
  if (fields.size() > kFieldsMax || depth > kDepthMax) return false;
  const auto below = [&](std::string_view name) {
    return path.empty() ? std::string{name} : path + "." + std::string{name};
  };
  if (const json::object* object = item.if_object()) {
    return std::all_of(object->begin(), object->end(), [&](const auto& entry) {
      return flatten(entry.value(), below({entry.key().data(), entry.key().size()}), depth + 1,
                     fields);
    });
  }
  if (const json::array* list = item.if_array()) {
    if (!list->empty() && !list->front().is_structured())
      fields.emplace(path, text_of(list->front()));
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (!flatten((*list)[i], below(std::to_string(i)), depth + 1, fields)) return false;
    }
    return true;
  }
  fields.emplace(path, text_of(item));
  return true;
}

Read read_json(std::string_view body) {
  boost::system::error_code error;
  const json::value value = json::parse({body.data(), body.size()}, error);
  if (error || !value.is_object()) return CtiProblem{"body", "The body is not a JSON object."};
  Fields fields;
  if (!flatten(value, "", 0, fields)) return CtiProblem{"body", "The body has too many fields."};
  return fields;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string form_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool is_utf8(std::string_view text) {
  // Boost.JSON checks it for the other content type; here the same check serves.
  boost::system::error_code error;
  std::string quoted = "\"";
  for (const char c : text) {
    const bool plain = c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
    quoted += plain ? c : ' ';
  }
  json::parse(quoted + "\"", error);
  return !error;
}

Read read_form(std::string_view body) {
  const auto pairs = form_pairs(body);
  if (!pairs) return CtiProblem{"body", "The body has too many fields."};
  Fields fields;
  for (auto [name, value] : *pairs) {
    if (!is_utf8(name) || !is_utf8(value)) return CtiProblem{"body", "The text is not UTF-8."};
    if (name.ends_with("[]")) name.resize(name.size() - 2);
    if (!name.empty()) fields.emplace(printable(name), printable(value));
  }
  if (fields.empty()) return CtiProblem{"body", "The body has no fields."};
  return fields;
}

std::string first_of(const Fields& fields, const config::PushFormat::Names& names) {
  for (const std::string& name : names) {
    const auto found = fields.find(name);
    if (found != fields.end() && !found->second.empty()) return found->second;
  }
  return {};
}

/// What the sender calls the field, for whoever has to mend it.
std::string named(const config::PushFormat::Names& names) {
  return names.empty() ? "" : names.front();
}

PhoneNumber number_of(const config::PushFormat& format, std::string text,
                      const NumberContext& context) {
  constexpr std::size_t kShortMax = 7;  // an extension, or a number within the town
  const bool bare = text.size() > kShortMax && text.front() != '0' &&
                    text.find_first_not_of("0123456789") == text.npos;
  if (bare && format.numbers == config::PushNumbers::international) text.insert(0, 1, '+');
  return parse_phone(text, context);
}

/// The way of the call: the first of the fields whose word says it.
std::optional<CtiDirection> way_of(const config::PushFormat& format, const Fields& fields,
                                   bool& understood) {
  understood = true;
  for (const std::string& name : format.direction) {
    const std::string word = lower(first_of(fields, {name}));
    if (word.empty()) continue;
    if (const auto known = format.directions.find(word); known != format.directions.end())
      return known->second;
    if (!format.directions.empty()) continue;
    if (word.starts_with("out")) return CtiDirection::out;
    if (word.starts_with("in")) return CtiDirection::in;
    understood = false;
  }
  return std::nullopt;
}

/// "Mon, 16 Aug 2010 03:45:01 +0000" (RFC 5322), as some vendors write instants.
std::optional<Instant> read_mail_time(std::string_view text) {
  if (const auto comma = text.find(", "); comma != text.npos) text.remove_prefix(comma + 2);
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto space = text.find(' ');
  if (space == text.npos || space == 0 || space > 2 || text.size() < space + 24) return {};
  const std::string day{space == 1 ? "0" + std::string{text.substr(0, 1)}
                                   : std::string{text.substr(0, 2)}};
  const auto month = kMonths.find(text.substr(space + 1, 3));
  if (month == kMonths.npos || month % 3 != 0) return {};
  const std::string number = std::to_string(month / 3 + 1);
  const std::string_view year = text.substr(space + 5, 4), time = text.substr(space + 10, 8),
                         zone = text.substr(space + 19);
  if (zone.size() < 5 && zone != "GMT") return {};
  const std::string offset =
      zone == "GMT" ? "Z" : std::string{zone.substr(0, 3)} + ":" + std::string{zone.substr(3, 2)};
  return parse_iso8601(std::string{year} + "-" + (number.size() == 1 ? "0" : "") + number + "-" +
                       day + "T" + std::string{time} + offset);
}

/// Seconds or milliseconds since 1970, RFC 3339 or RFC 5322.
std::optional<Instant> read_time(const std::string& text) {
  const bool number =
      !text.empty() && text.size() <= 13 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (number) {
    const long long value = std::stoll(text);
    return Instant{Millis{text.size() >= 12 ? value : value * 1000}};
  }
  const auto found = parse_iso8601(text);
  return found ? found : read_mail_time(text);
}

std::string body_hash(std::string_view body) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(body.data(), body.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned int i = 0; i < std::min(length, 16U); ++i) {
    text += kHex[digest[i] >> 4];
    text += kHex[digest[i] & 0x0f];
  }
  return text;
}

}  // namespace

std::string_view to_string(CtiKind kind) {
  return boost::describe::enum_to_string(kind, "");
}

std::optional<std::vector<std::pair<std::string, std::string>>> form_pairs(std::string_view body) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!body.empty()) {
    if (pairs.size() == kFieldsMax) return std::nullopt;
    const auto end = body.find('&');
    const std::string_view pair = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    pairs.emplace_back(
        form_decode(pair.substr(0, equals)),
        equals == std::string_view::npos ? std::string{} : form_decode(pair.substr(equals + 1)));
  }
  return pairs;
}

boost::system::result<CtiEvent, CtiProblem> parse_cti_event(
    const config::PushFormat& format, std::string_view content_type, std::string_view body,
    std::string_view source, const NumberContext& context, const CtiLimits& limits) {
  if (body.size() > limits.body_max) return CtiProblem{"body", "The body is too long."};
  const std::string media = lower(std::string{content_type.substr(0, content_type.find(';'))});
  const bool is_form = media.starts_with("application/x-www-form-urlencoded");
  const bool is_json = media.starts_with("application/json");
  if (!is_form && !is_json) return CtiProblem{"content-type", "Send application/json or a form."};
  if (is_form && format.body == config::PushBody::json)
    return CtiProblem{"content-type", "This source sends JSON, not a form."};
  if (is_json && format.body == config::PushBody::form)
    return CtiProblem{"content-type", "This source sends a form, not JSON."};
  const Read read = is_form ? read_form(body) : read_json(body);
  if (read.has_error()) return read.error();
  const Fields& fields = *read;

  CtiEvent event;
  CtiProblem problem;
  const auto take = [&](const config::PushFormat::Names& names) {
    std::string value = first_of(fields, names);
    if (value.size() > limits.field_max && problem.field.empty())
      problem = {named(names), "The value is too long."};
    return value;
  };
  event.source = source;
  event.call_id = take(format.call);
  const std::string word = lower(take(format.event));
  const std::string from = take(format.from), to = take(format.to), at = take(format.at);
  event.agent = take(format.agent);
  event.cause = lower(take(format.cause));
  if (!problem.field.empty()) return problem;
  if (event.call_id.empty()) return CtiProblem{named(format.call), "Say which call this is."};
  const auto known = format.events.find(word);
  if (known == format.events.end()) {
    return CtiProblem{named(format.event), word.empty()
                                               ? "Say what has happened to the call."
                                               : "This source is not known to send such an event."};
  }
  event.kind = known->second;
  bool understood = true;
  event.direction = way_of(format, fields, understood).value_or(CtiDirection::in);
  if (!understood) return CtiProblem{named(format.direction), "Use in or out."};
  event.from = number_of(format, from, context);
  event.to = number_of(format, to, context);
  if (const auto ours = format.causes.find(event.cause); ours != format.causes.end())
    event.cause = ours->second;
  event.at = read_time(at);
  if (!at.empty() && !event.at)
    return CtiProblem{named(format.at), "Use RFC 3339 with a zone, or Unix seconds."};
  event.key = event.source + ":" + event.call_id + ":" + std::string{to_string(event.kind)} + ":" +
              body_hash(body);
  return event;
}

}  // namespace firsthand::telephony
