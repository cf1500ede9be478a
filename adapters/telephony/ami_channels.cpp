// SPDX-License-Identifier: Apache-2.0
// The channels of a PBX as its manager names them: whose they are, which bridge joins them.
#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "adapters/telephony/ami_calls.hpp"

namespace firsthand::telephony {
namespace {

constexpr std::string_view kPlace = "{extension}";
constexpr int kRing = 4, kRinging = 5, kUp = 6;  // ast_channel_state
constexpr std::size_t kNameMax = 256;

bool digits_only(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "PJSIP/1001" of "PJSIP/1001-0000003c".
std::string_view endpoint_of(std::string_view channel_name) {
  return channel_name.substr(0, channel_name.rfind('-'));
}

// The number that the caller dialled, or nothing: "s" and "i" are the dialplan's own.
std::string number_in(std::string_view exten) {
  const std::string_view digits = exten.starts_with('+') ? exten.substr(1) : exten;
  return digits_only(digits) && digits.size() <= 32 ? std::string{exten} : std::string{};
}

// Local channels come in two halves: "Local/1002@agents-00000001;1" and ";2".
std::string other_half(std::string name) {
  if (name.ends_with(";1"))
    name.back() = '2';
  else if (name.ends_with(";2"))
    name.back() = '1';
  return name;
}

}  // namespace

Instant ami_time(const AmiMessage& event, Instant now) {
  const std::string_view text = event.get("Timestamp");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || seconds < 0 || seconds > 100'000'000'000) return now;
  std::int64_t millis = 0, weight = 100;
  const char* const last = text.data() + text.size();
  for (const char* at = end + 1; end != last && *end == '.' && at < last && weight > 0; ++at) {
    if (*at < '0' || *at > '9') break;
    millis += (*at - '0') * weight;
    weight /= 10;
  }
  return Instant{Millis{seconds * 1000 + millis}};
}

std::string AmiCalls::extension_in(std::string_view channel_name) const {
  const std::string_view pattern = options_.agent_endpoint;
  const auto place = pattern.find(kPlace);
  if (place == std::string_view::npos) return {};
  const std::string_view before = pattern.substr(0, place);
  const std::string_view after = pattern.substr(place + kPlace.size());
  std::string_view endpoint = endpoint_of(channel_name);
  if (!endpoint.starts_with(before) || !endpoint.ends_with(after)) return {};
  if (endpoint.size() < before.size() + after.size()) return {};
  endpoint.remove_prefix(before.size());
  endpoint.remove_suffix(after.size());
  return digits_only(endpoint) ? std::string{endpoint} : std::string{};
}

bool AmiCalls::is_trunk(std::string_view channel_name) const {
  const std::string_view endpoint = endpoint_of(channel_name);
  if (options_.trunks.empty()) return extension_in(channel_name).empty();
  return std::any_of(options_.trunks.begin(), options_.trunks.end(), [&](const std::string& trunk) {
    return endpoint == trunk || (endpoint.starts_with(trunk) && endpoint[trunk.size()] == '/');
  });
}

void AmiCalls::rename(Channel& channel, std::string name) const {
  channel.local = name.starts_with("Local/");
  channel.trunk = !channel.local && is_trunk(name);
  channel.extension = channel.local || channel.trunk ? std::string{} : extension_in(name);
  channel.name = std::move(name);
}

// The channel that an event names, with what the event says of it. `prefix` is "Dest" for the one
// that is called.
AmiCalls::Channel* AmiCalls::touch(const AmiMessage& event, std::string_view prefix) {
  const auto field = [&](std::string_view key) {
    return event.get(std::string{prefix} + std::string{key});
  };
  const std::string id{field("Uniqueid")};
  const std::string_view name = field("Channel"), linked = field("Linkedid");
  if (id.empty() || name.empty() || linked.empty() || ended_.contains(id)) return nullptr;
  if (id.size() > kNameMax || name.size() > kNameMax || linked.size() > kNameMax) return nullptr;
  int state = -1;
  const std::string_view digits = field("ChannelState");
  std::from_chars(digits.data(), digits.data() + digits.size(), state);
  auto found = channels_.find(id);
  if (found == channels_.end()) {
    if (channels_.size() >= options_.channels_max) {
      ++not_looked_at_;
      return nullptr;
    }
    found = channels_.emplace(id, Channel{}).first;
    rename(found->second, std::string{name});
    found->second.called = state != kRing && state != kUp;
    found->second.dialled = number_in(field("Exten"));
  }
  Channel& channel = found->second;
  channel.linked = linked;
  channel.missing = false;
  channel.heard_at = now_;
  channel.ringing = channel.ringing || state == kRinging;
  channel.up = channel.up || state == kUp;
  if (const auto context = field("Context"); context.size() <= kNameMax) channel.context = context;
  // The name on a line is not the one who speaks: what was first said stays.
  if (channel.number.empty()) {
    const std::string_view number = field("CallerIDNum");
    if (number != "<unknown>" && number.size() <= kNameMax) channel.number = number;
  }
  return &channel;
}

void AmiCalls::enter(const std::string& id, Channel& channel, std::string bridge) {
  if (channel.bridge == bridge) return;
  if (const auto left = bridges_.find(channel.bridge); left != bridges_.end()) {
    left->second.erase(id);
    if (left->second.empty()) bridges_.erase(left);
  }
  channel.bridge = std::move(bridge);
  if (!channel.bridge.empty()) bridges_[channel.bridge].insert(id);
}

// Everybody who hears this channel: through its bridge, and on through Local channels.
std::vector<std::string> AmiCalls::joined(const std::string& id) const {
  std::vector<std::string> reached{id};
  const auto reach = [&](const std::string& other) {
    if (std::find(reached.begin(), reached.end(), other) == reached.end()) reached.push_back(other);
  };
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const auto channel = channels_.find(reached[i]);
    if (channel == channels_.end()) continue;
    if (const auto bridge = bridges_.find(channel->second.bridge); bridge != bridges_.end()) {
      for (const std::string& other : bridge->second) reach(other);
    }
    if (!channel->second.local) continue;
    const std::string half = other_half(channel->second.name);
    for (const auto& [other, each] : channels_) {
      if (each.local && each.name == half) reach(other);
    }
  }
  return reached;
}

void AmiCalls::forget(const std::string& id) {
  const auto found = channels_.find(id);
  if (found != channels_.end()) {
    enter(id, found->second, "");
    channels_.erase(found);
  }
  if (!ended_.insert(id).second) return;
  ended_order_.push_back(id);
  if (ended_order_.size() <= options_.remembered_max) return;
  ended_.erase(ended_order_.front());
  ended_order_.pop_front();
}

// The same message to the microsecond is the same event. Without timestamps two holds look alike,
// and only the state tells a repeat.
bool AmiCalls::seen_before(const AmiMessage& event) {
  if (event.get("Timestamp").empty()) return false;
  std::string text;
  for (const auto& [key, value] : event.fields) text.append(key).append("\n").append(value) += '\n';
  const std::size_t hash = std::hash<std::string>{}(text);
  if (!seen_.insert(hash).second) return true;
  seen_order_.push_back(hash);
  if (seen_order_.size() > options_.remembered_max) {
    seen_.erase(seen_order_.front());
    seen_order_.pop_front();
  }
  return false;
}

}  // namespace firsthand::telephony
