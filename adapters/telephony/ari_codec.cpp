// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ari_codec.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace firsthand::telephony {
namespace {

namespace json = boost::json;
namespace errc = boost::system::errc;

constexpr std::size_t kTextMax = 512;  // no field that we read is longer
constexpr std::size_t kArgsMax = 16;

boost::system::error_code bad() {
  return errc::make_error_code(errc::bad_message);
}

// Length of the well-formed UTF-8 sequence at `at`, 0 when it is none. The database refuses others,
// and a caller's name is whatever his exchange sent.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  std::size_t length = 0;
  if (first >= 0xc2 && first <= 0xdf) length = 2;
  if (first >= 0xe0 && first <= 0xef) length = 3;
  if (first >= 0xf0 && first <= 0xf4) length = 4;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(at + 1);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) {
    return 0;
  }
  return length;
}

std::string clean(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (out.size() + std::max<std::size_t>(length, 1) > kTextMax) break;
    if (length == 0) {
      out += '?';
      ++at;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  return out;
}

std::optional<json::value> parse_json(std::string_view text, std::size_t size_max) {
  if (text.size() > size_max) return std::nullopt;
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return std::nullopt;
  return value;
}

const json::object* object_at(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_at(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  return value == nullptr ? nullptr : value->if_array();
}

std::string text_of(const json::value& value) {
  const json::string* text = value.if_string();
  return text == nullptr ? std::string{} : clean({text->data(), text->size()});
}

std::string text_at(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  return value == nullptr ? std::string{} : text_of(*value);
}

int int_at(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  const std::int64_t* number = value == nullptr ? nullptr : value->if_int64();
  return number != nullptr && *number >= 0 && *number < 100'000 ? static_cast<int>(*number) : 0;
}

bool bool_at(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  const bool* flag = value == nullptr ? nullptr : value->if_bool();
  return flag != nullptr && *flag;
}

std::vector<std::string> texts_at(const json::object& from, std::string_view name,
                                  std::size_t count_max) {
  std::vector<std::string> texts;
  if (const json::array* array = array_at(from, name)) {
    for (const json::value& value : *array) {
      if (texts.size() == count_max) break;
      texts.push_back(text_of(value));
    }
  }
  return texts;
}

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty() && parts.size() < kArgsMax) {
    const auto end = text.find(',');
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

AriChannelState channel_state(std::string_view text) {
  if (text == "Down") return AriChannelState::down;
  if (text == "Ring") return AriChannelState::ring;
  if (text == "Ringing") return AriChannelState::ringing;
  if (text == "Up") return AriChannelState::up;
  if (text == "Busy") return AriChannelState::busy;
  return AriChannelState::other;
}

AriChannel read_channel(const json::object& from) {
  AriChannel channel;
  channel.id = text_at(from, "id");
  channel.name = text_at(from, "name");
  channel.protocol_id = text_at(from, "protocol_id");
  channel.state = channel_state(text_at(from, "state"));
  if (const json::object* caller = object_at(from, "caller")) {
    channel.caller_name = text_at(*caller, "name");
    channel.caller_number = text_at(*caller, "number");
  }
  if (const json::object* dialplan = object_at(from, "dialplan")) {
    channel.context = text_at(*dialplan, "context");
    channel.exten = text_at(*dialplan, "exten");
    channel.app_name = text_at(*dialplan, "app_name");
    channel.app_data = split_commas(text_at(*dialplan, "app_data"));
  }
  channel.created_at = parse_ari_time(text_at(from, "creationtime")).value_or(Instant{});
  return channel;
}

AriBridge read_bridge(const json::object& from) {
  return {text_at(from, "id"), text_at(from, "bridge_type"), text_at(from, "bridge_class"),
          texts_at(from, "channels", kAriListMax)};
}

struct KindName {
  std::string_view name;
  AriKind kind;
};
constexpr std::array<KindName, 17> kKinds = {{
    {"StasisStart", AriKind::stasis_start},
    {"StasisEnd", AriKind::stasis_end},
    {"ChannelStateChange", AriKind::channel_state_change},
    {"ChannelDestroyed", AriKind::channel_destroyed},
    {"ChannelHangupRequest", AriKind::channel_hangup_request},
    {"ChannelEnteredBridge", AriKind::channel_entered_bridge},
    {"ChannelLeftBridge", AriKind::channel_left_bridge},
    {"ChannelHold", AriKind::channel_hold},
    {"ChannelUnhold", AriKind::channel_unhold},
    {"ChannelDtmfReceived", AriKind::channel_dtmf},
    {"ChannelTransfer", AriKind::channel_transfer},
    {"PlaybackFinished", AriKind::playback_finished},
    {"RecordingFinished", AriKind::recording_finished},
    {"RecordingFailed", AriKind::recording_failed},
    {"Dial", AriKind::dial},
    {"BridgeDestroyed", AriKind::bridge_destroyed},
    {"ApplicationReplaced", AriKind::application_replaced},
}};

// Who asks for the transfer, and where to.
void read_transfer(const json::object& from, AriEvent& event) {
  if (const json::object* by = object_at(from, "referred_by")) {
    if (const json::object* source = object_at(*by, "source_channel")) {
      event.channel = read_channel(*source);
    }
  }
  if (const json::object* to = object_at(from, "refer_to")) {
    if (const json::object* wanted = object_at(*to, "requested_destination")) {
      event.text = text_at(*wanted, "destination");
    }
  }
  event.dial_status = text_at(from, "state");  // empty: the request itself
}

}  // namespace

std::optional<Instant> parse_ari_time(std::string_view text) {
  // RFC 3339 but for the missing colon in the zone.
  if (text.size() > 5 && (text[text.size() - 5] == '+' || text[text.size() - 5] == '-')) {
    std::string with_colon{text};
    with_colon.insert(with_colon.size() - 2, ":");
    return parse_iso8601(with_colon);
  }
  return parse_iso8601(text);
}

boost::system::result<AriEvent> parse_ari_event(std::string_view frame) {
  const auto value = parse_json(frame, kAriFrameMax);
  const json::object* from = value ? value->if_object() : nullptr;
  if (from == nullptr) return bad();
  AriEvent event;
  event.type = text_at(*from, "type");
  if (event.type.empty()) return bad();
  for (const KindName& known : kKinds) {
    if (known.name == event.type) event.kind = known.kind;
  }
  event.application = text_at(*from, "application");
  event.at = parse_ari_time(text_at(*from, "timestamp")).value_or(Instant{});
  const bool is_dial = event.kind == AriKind::dial;
  if (const json::object* channel = object_at(*from, is_dial ? "peer" : "channel")) {
    event.channel = read_channel(*channel);
  }
  if (const json::object* bridge = object_at(*from, "bridge")) event.bridge = read_bridge(*bridge);
  if (event.kind == AriKind::stasis_start) {
    event.args = texts_at(*from, "args", kArgsMax);
    if (const json::object* old = object_at(*from, "replace_channel")) {
      event.replaced = read_channel(*old);
    }
  }
  if (event.kind == AriKind::channel_transfer) {
    read_transfer(*from, event);
  } else if (event.kind == AriKind::playback_finished) {
    if (const json::object* playback = object_at(*from, "playback")) {
      event.text = text_at(*playback, "id");
      const std::string target = text_at(*playback, "target_uri");
      if (target.starts_with("channel:")) event.channel.id = target.substr(8);
    }
  } else if (event.kind == AriKind::recording_finished || event.kind == AriKind::recording_failed) {
    if (const json::object* recording = object_at(*from, "recording"))
      event.text = text_at(*recording, "name");
  } else if (is_dial) {
    event.dial_status = text_at(*from, "dialstatus");
  } else if (event.kind == AriKind::channel_dtmf) {
    event.text = text_at(*from, "digit");
  }
  event.cause = int_at(*from, "cause");
  event.tech_cause = int_at(*from, "tech_cause");
  event.soft = bool_at(*from, "soft");
  return event;
}

boost::system::result<std::vector<AriChannel>> parse_ari_channels(std::string_view body) {
  const auto value = parse_json(body, kAriFrameMax * 16);
  const json::array* list = value ? value->if_array() : nullptr;
  if (list == nullptr || list->size() > kAriListMax) return bad();
  std::vector<AriChannel> channels;
  for (const json::value& item : *list) {
    if (const json::object* from = item.if_object()) channels.push_back(read_channel(*from));
  }
  return channels;
}

boost::system::result<std::vector<AriBridge>> parse_ari_bridges(std::string_view body) {
  const auto value = parse_json(body, kAriFrameMax * 16);
  const json::array* list = value ? value->if_array() : nullptr;
  if (list == nullptr || list->size() > kAriListMax) return bad();
  std::vector<AriBridge> bridges;
  for (const json::value& item : *list) {
    if (const json::object* from = item.if_object()) bridges.push_back(read_bridge(*from));
  }
  return bridges;
}

boost::system::result<AriInfo> parse_ari_info(std::string_view body) {
  const auto value = parse_json(body, kAriFrameMax);
  const json::object* from = value ? value->if_object() : nullptr;
  if (from == nullptr) return bad();
  AriInfo info;
  if (const json::object* status = object_at(*from, "status")) {
    info.startup_time = text_at(*status, "startup_time");
  }
  if (const json::object* system = object_at(*from, "system")) {
    info.version = text_at(*system, "version");
  }
  if (info.startup_time.empty()) return bad();
  return info;
}

boost::system::result<std::vector<std::string>> parse_ari_application_channels(
    std::string_view body, std::string_view application) {
  const auto value = parse_json(body, kAriFrameMax * 16);
  const json::array* list = value ? value->if_array() : nullptr;
  if (list == nullptr) return bad();
  for (const json::value& item : *list) {
    const json::object* from = item.if_object();
    if (from != nullptr && text_at(*from, "name") == application) {
      return texts_at(*from, "channel_ids", kAriListMax);
    }
  }
  return std::vector<std::string>{};
}

std::string parse_ari_message(std::string_view body) {
  const auto value = parse_json(body, kAriFrameMax);
  const json::object* from = value ? value->if_object() : nullptr;
  if (from == nullptr) return {};
  std::string message = text_at(*from, "message");
  return message.empty() ? text_at(*from, "error") : message;
}

std::string ari_escape(std::string_view segment) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : segment) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                       (byte >= '0' && byte <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0x0f];
    }
  }
  return out;
}

std::string ari_query(const std::vector<std::pair<std::string_view, std::string_view>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    out += out.empty() ? '?' : '&';
    out += ari_escape(name);
    out += '=';
    out += ari_escape(value);
  }
  return out;
}

std::string ari_variables(const std::vector<std::pair<std::string, std::string>>& variables) {
  json::object values;
  for (const auto& [name, value] : variables) values[name] = value;
  json::object body;
  body["variables"] = std::move(values);
  return json::serialize(body);
}

}  // namespace firsthand::telephony
