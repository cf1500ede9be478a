// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/cti_events.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <utility>

namespace firsthand::telephony {
namespace {

namespace json = boost::json;
using Fields = std::map<std::string, std::string, std::less<>>;
using Read = boost::system::result<Fields, CtiProblem>;

constexpr std::size_t kFieldsMax = 64;

struct KindName {
  std::string_view name;
  CtiKind kind;
};
// The names that the usual systems send, in lower case.
constexpr std::array<KindName, 15> kKinds = {{
    {"newcall", CtiKind::new_call},
    {"new_call", CtiKind::new_call},
    {"incomingcall", CtiKind::new_call},
    {"outgoingcall", CtiKind::new_call},
    {"ringing", CtiKind::ringing},
    {"answer", CtiKind::answer},
    {"answered", CtiKind::answer},
    {"callaccepted", CtiKind::answer},
    {"hold", CtiKind::hold},
    {"unhold", CtiKind::unhold},
    {"resume", CtiKind::unhold},
    {"transfer", CtiKind::transfer},
    {"hangup", CtiKind::hangup},
    {"hungup", CtiKind::hangup},
    {"end", CtiKind::hangup},
}};

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

Read read_json(std::string_view body) {
  boost::system::error_code error;
  const json::value value = json::parse({body.data(), body.size()}, error);
  const json::object* from = error ? nullptr : value.if_object();
  if (from == nullptr) return CtiProblem{"body", "The body is not a JSON object."};
  if (from->size() > kFieldsMax) return CtiProblem{"body", "The body has too many fields."};
  Fields fields;
  for (const auto& [name, item] : *from) {
    std::string text;
    if (const json::string* string = item.if_string()) {
      text.assign(string->data(), string->size());
    } else if (item.is_int64() || item.is_uint64()) {
      text = json::serialize(item);  // numbers are sent bare by some
    } else if (const json::array* list = item.if_array(); list != nullptr && !list->empty()) {
      // "user": ["one", "two"]: the first is the one who is meant
      if (const json::string* first = list->front().if_string()) {
        text.assign(first->data(), first->size());
      }
    }
    fields.emplace(std::string(name.data(), name.size()), printable(text));
  }
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
  Fields fields;
  while (!body.empty()) {
    if (fields.size() == kFieldsMax) return CtiProblem{"body", "The body has too many fields."};
    const auto end = body.find('&');
    const std::string_view pair = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    const auto equals = pair.find('=');
    std::string name = form_decode(pair.substr(0, equals));
    const std::string value =
        equals == std::string_view::npos ? std::string{} : form_decode(pair.substr(equals + 1));
    if (!is_utf8(name) || !is_utf8(value)) return CtiProblem{"body", "The text is not UTF-8."};
    if (name.ends_with("[]")) name.resize(name.size() - 2);
    if (!name.empty()) fields.emplace(printable(name), printable(value));
  }
  if (fields.empty()) return CtiProblem{"body", "The body has no fields."};
  return fields;
}

std::string first_of(const Fields& fields, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = fields.find(name);
    if (found != fields.end() && !found->second.empty()) return found->second;
  }
  return {};
}

// Seconds or milliseconds since 1970, or RFC 3339.
std::optional<Instant> read_time(const std::string& text) {
  const bool number =
      !text.empty() && text.size() <= 13 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number) return parse_iso8601(text);
  const long long value = std::stoll(text);
  return Instant{Millis{text.size() >= 12 ? value : value * 1000}};
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
  switch (kind) {
    case CtiKind::new_call: return "new_call";
    case CtiKind::ringing: return "ringing";
    case CtiKind::answer: return "answer";
    case CtiKind::hold: return "hold";
    case CtiKind::unhold: return "unhold";
    case CtiKind::transfer: return "transfer";
    case CtiKind::hangup: return "hangup";
  }
  return "hangup";
}

boost::system::result<CtiEvent, CtiProblem> parse_cti_event(std::string_view content_type,
                                                            std::string_view body,
                                                            std::string_view authenticated_source,
                                                            const NumberContext& context,
                                                            const CtiLimits& limits) {
  if (body.size() > limits.body_max) return CtiProblem{"body", "The body is too long."};
  const std::string media = lower(std::string{content_type.substr(0, content_type.find(';'))});
  const bool is_form = media.starts_with("application/x-www-form-urlencoded");
  if (!is_form && !media.starts_with("application/json")) {
    return CtiProblem{"content-type", "Send application/json or a form."};
  }
  const Read read = is_form ? read_form(body) : read_json(body);
  if (read.has_error()) return read.error();
  const Fields& fields = *read;
  for (const auto& [name, value] : fields) {
    if (value.size() > limits.field_max)
      return CtiProblem{name.substr(0, 64), "The value is too long."};
  }

  CtiEvent event;
  event.source = authenticated_source.empty() ? first_of(fields, {"source"})
                                              : std::string{authenticated_source};
  if (event.source.empty()) return CtiProblem{"source", "Say which system this is."};
  event.call_id = first_of(fields, {"call_id", "callId", "callid", "xcid"});
  if (event.call_id.empty()) return CtiProblem{"call_id", "Say which call this is."};
  const std::string kind = lower(first_of(fields, {"event"}));
  const auto known = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const KindName& one) { return one.name == kind; });
  if (known == kKinds.end()) {
    return CtiProblem{"event", "Use newCall, ringing, answer, hold, unhold, transfer or hangup."};
  }
  event.kind = known->kind;
  const std::string direction = lower(first_of(fields, {"direction"}));
  if (direction.starts_with("out")) {
    event.direction = CtiDirection::out;
  } else if (!direction.empty() && !direction.starts_with("in")) {
    return CtiProblem{"direction", "Use in or out."};
  }
  event.from = parse_phone(first_of(fields, {"from", "caller"}), context);
  event.to = parse_phone(first_of(fields, {"to", "called"}), context);
  event.agent = first_of(fields, {"agent", "user", "answeringNumber", "answering_number"});
  event.cause = lower(first_of(fields, {"cause"}));
  const std::string at = first_of(fields, {"at", "timestamp"});
  event.at = read_time(at);
  if (!at.empty() && !event.at) return CtiProblem{"at", "Use RFC 3339 with a zone."};
  event.key = event.source + ":" + event.call_id + ":" + std::string{to_string(event.kind)} + ":" +
              body_hash(body);
  return event;
}

}  // namespace firsthand::telephony
