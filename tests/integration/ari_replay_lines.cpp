// SPDX-License-Identifier: Apache-2.0
// Canonical events as text that reads well in a diff.
#include <map>

#include "tests/integration/ari_replay.hpp"

namespace firsthand::telephony::test {
namespace {

// The recordings' channel names differ from run to run; ours ("leg-1") stay.
class Names {
 public:
  std::string operator()(const std::string& id) {
    if (!id.starts_with("pbx1-")) return id.empty() ? "-" : id;
    const auto [found, fresh] = names_.emplace(id, "C" + std::to_string(names_.size() + 1));
    return found->second;
  }

 private:
  std::map<std::string, std::string> names_;
};

std::string text(EndReason reason) {
  return std::string{to_string(reason)};
}

std::string details(const PbxEvent& event, Names& name) {
  if (const auto* e = std::get_if<CallArrived>(&event)) {
    return name(e->channel_id) + " " + e->number.number + " " + e->dialled +
           (e->adopted ? " adopted" : "");
  }
  if (const auto* e = std::get_if<LegRinging>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id);
  }
  if (const auto* e = std::get_if<LegAnswered>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id) + (e->adopted ? " adopted" : "");
  }
  if (const auto* e = std::get_if<LegFailed>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id) + " " + text(e->reason) + " " +
           std::to_string(e->cause) + "/" + std::to_string(e->tech_cause);
  }
  if (const auto* e = std::get_if<LegEnded>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id) + " " + text(e->reason);
  }
  if (const auto* e = std::get_if<CallEnded>(&event)) {
    return name(e->channel_id) + " " + text(e->reason) + (e->answered ? " answered" : "");
  }
  if (const auto* e = std::get_if<Connected>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id) + " " + e->bridge_id +
           (e->adopted ? " adopted" : "");
  }
  if (const auto* e = std::get_if<Held>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id) + " " + std::to_string(e->ordinal);
  }
  if (const auto* e = std::get_if<Unheld>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id) + " " + std::to_string(e->ordinal);
  }
  if (const auto* e = std::get_if<LegReplaced>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id) + " " + name(e->new_leg_id);
  }
  if (const auto* e = std::get_if<TransferRequested>(&event)) {
    return name(e->channel_id) + " " + name(e->leg_id) + " " + e->destination;
  }
  if (const auto* e = std::get_if<Digits>(&event)) return name(e->channel_id) + " " + e->digits;
  if (const auto* e = std::get_if<Snapshot>(&event)) {
    return std::to_string(e->channels.size()) + " channels " + std::to_string(e->legs.size()) +
           " legs";
  }
  return "";
}

}  // namespace

std::vector<std::string> Replay::lines() const {
  Names name;
  std::vector<std::string> out;
  for (const PbxEvent& event : events_) {
    std::string line{event_name(event)};
    const std::string rest = details(event, name);
    if (!rest.empty()) line += " " + rest;
    out.push_back(std::move(line));
  }
  return out;
}

std::multiset<std::string> Replay::ends() const {
  std::multiset<std::string> out;
  for (const PbxEvent& event : events_) {
    const bool end = std::holds_alternative<CallEnded>(event) ||
                     std::holds_alternative<LegEnded>(event) ||
                     std::holds_alternative<LegFailed>(event);
    if (end) out.insert(event_key(event));
  }
  return out;
}

}  // namespace firsthand::telephony::test
