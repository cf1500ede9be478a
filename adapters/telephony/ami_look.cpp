// SPDX-License-Identifier: Apache-2.0
// What stands in the PBX against what we have seen of it: after each connect, and now and then.
#include <algorithm>
#include <charconv>
#include <set>

#include "adapters/telephony/ami_calls.hpp"

namespace firsthand::telephony {
namespace {

// "00:01:05" is how long a channel has been there.
Millis duration(std::string_view text) {
  std::int64_t seconds = 0;
  for (int part = 0; part < 3 && !text.empty(); ++part) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value < 0 || value > 100'000) return Millis{0};
    seconds = seconds * 60 + value;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(':')) text.remove_prefix(1);
  }
  return Millis{seconds * 1000};
}

}  // namespace

std::vector<AmiFact> AmiCalls::on_look(const AmiLook& look, Instant now) {
  Facts out;
  now_ = now;
  looking_ = true;
  std::set<std::string> present;
  for (const AmiMessage& each : look.channels) present.insert(std::string{each.get("Uniqueid")});

  // What has ended meanwhile. Customers first: they tell whose call it was.
  std::vector<std::string> missing;
  for (auto& [id, channel] : channels_) {
    const bool since = look.asked_at != Instant{} && channel.heard_at >= look.asked_at;
    if (present.contains(id) || since) continue;
    if (std::exchange(channel.missing, true) || look.first) missing.push_back(id);
  }
  std::partition(missing.begin(), missing.end(),
                 [&](const std::string& id) { return !channels_.at(id).call.empty(); });
  const EndReason why = look.restarted ? EndReason::pbx_lost : EndReason::engine_gap;
  for (const std::string& id : missing) gone(id, now, why, out);

  // What is there: all channels before anything is made of them, for they explain each other.
  for (const AmiMessage& each : look.channels) {
    const std::string id{each.get("Uniqueid")};
    const bool known = channels_.contains(id);
    Channel* channel = touch(each, "");
    if (channel == nullptr) continue;
    if (!known) channel->called = id != channel->linked;
    channel->queued = channel->queued || each.get("Application") == "Queue";
    enter(id, *channel, std::string{each.get("BridgeId")});
  }
  for (const AmiMessage& each : look.waiting) {
    const auto found = channels_.find(std::string{each.get("Uniqueid")});
    if (found != channels_.end()) found->second.queued = true;
  }
  for (const AmiMessage& each : look.channels) {
    const std::string id{each.get("Uniqueid")};
    const auto found = channels_.find(id);
    if (found == channels_.end()) continue;
    const Instant since = now - duration(each.get("Duration"));
    moved(id, found->second, since, out);
    dialling(id, found->second, "", since, out);
  }
  for (const AmiMessage& each : look.channels) talking(std::string{each.get("Uniqueid")}, now, out);
  looking_ = false;
  return out;
}

}  // namespace firsthand::telephony
