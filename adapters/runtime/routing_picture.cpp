// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/routing_picture.hpp"

#include <utility>

namespace firsthand::runtime {
namespace {

ShiftState shift_of(const Desk& desk, const Rules& rules, Instant now) {
  const User* person = rules.user(desk.user);
  return person ? shift_state(rules, *person, desk, now) : ShiftState::on;
}

}  // namespace

void RoutingPicture::look_begins() {
  looking_ = true;
  desks_touched_.clear();
  line_touched_.clear();
}

void RoutingPicture::look_failed() {
  looking_ = false;
}

void RoutingPicture::look_ends(FullLook seen, const Rules& rules, bool anew) {
  if (seen.loads && *seen.loads != loads_) {
    loads_ = std::move(*seen.loads);
    anew = true;
  }
  std::unordered_set<UserId> there;
  for (const Desk& desk : seen.desks) {
    there.insert(desk.user);
    if (desks_touched_.contains(desk.user)) continue;
    const auto known = desks_.find(desk.user);
    const bool same = known != desks_.end() && known->second.desk.version == desk.version &&
                      known->second.state.alive == routing::is_alive(desk, seen.now) &&
                      known->second.state.shift == shift_of(desk, rules, seen.now);
    if (anew || !same) {
      desk_changed(desk, rules, seen.now);
    } else if (desk.wrap_up_until) {
      wrap_ups_.insert({*desk.wrap_up_until, desk.user});  // told the door, and nothing came of it
    }
  }
  looking_ = false;
  std::vector<UserId> gone;
  for (const auto& [user, place] : desks_) {
    if (!there.contains(user) && !desks_touched_.contains(user)) gone.push_back(user);
  }
  for (const UserId user : gone) {
    const auto at = desks_.find(user);
    if (at->second.desk.wrap_up_until) {
      wrap_ups_.erase({*at->second.desk.wrap_up_until, user});
    }
    desks_.erase(at);
    floor_.remove(user);
  }
  const auto before = std::exchange(doubted_, {});
  for (const UserId user : before) settle(user);

  std::unordered_map<InteractionId, InLine> line;
  for (InLine& one : seen.waiting) {
    const InteractionId id = one.waiting.interaction;
    if (!line_touched_.contains(id)) line.emplace(id, std::move(one));
  }
  for (const InteractionId id : line_touched_) {
    if (auto known = line_.extract(id)) line.insert(std::move(known));
  }
  line_ = std::move(line);
}

void RoutingPicture::desk_changed(const Desk& desk, const Rules& rules, Instant now) {
  if (looking_) desks_touched_.insert(desk.user);
  const User* person = rules.user(desk.user);
  const auto known = desks_.find(desk.user);
  if (known != desks_.end()) {
    if (known->second.desk.version > desk.version) return;
    if (const auto until = known->second.desk.wrap_up_until) wrap_ups_.erase({*until, desk.user});
  }
  const bool rung = person && !person->disabled && !person->extension.empty();
  if (!rung || desk.presence == Presence::offline) {
    desks_.erase(desk.user);
    floor_.remove(desk.user);
    return;
  }
  if (desk.wrap_up_until) wrap_ups_.insert({*desk.wrap_up_until, desk.user});
  routing::AgentState state = routing::agent_state(desk, *person, rules, now);
  if (const auto load = loads_.find(desk.user); load != loads_.end()) state.load = load->second;
  desks_[desk.user] = {desk, std::move(state)};
  settle(desk.user);
}

/// What routing may believe of somebody: what the desk says, unless we are asking him just now.
void RoutingPicture::settle(UserId user) {
  const auto known = desks_.find(user);
  if (known == desks_.end()) return;
  routing::AgentState state = known->second.state;
  const bool busy = asked_.contains(user) || doubted_.contains(user);
  if (busy && routing::is_free(state)) {
    state.presence = Presence::offered;
    state.asked_about = {};
  }
  floor_.put(state);
}

InteractionId RoutingPicture::asked_about(UserId user) const {
  const auto known = desks_.find(user);
  return known == desks_.end() ? InteractionId{} : known->second.state.asked_about;
}

bool RoutingPicture::interaction_changed(const Interaction& call) {
  if (looking_) line_touched_.insert(call.id);
  const bool waits = call.state == InteractionState::waiting && !call.observed &&
                     (call.direction == Direction::inbound || call.virtual_hold);
  if (!waits) line_.erase(call.id);
  return waits;
}

void RoutingPicture::details(const std::vector<InteractionId>& asked, std::vector<InLine> found) {
  for (const InteractionId id : asked) {
    if (looking_) line_touched_.insert(id);
    line_.erase(id);
  }
  for (InLine& one : found) {
    const InteractionId id = one.waiting.interaction;
    line_.insert_or_assign(id, std::move(one));
  }
}

void RoutingPicture::offering(InteractionId interaction, UserId agent) {
  offering_.insert(interaction);
  ++asked_[agent];
  settle(agent);
}

void RoutingPicture::offered(InteractionId interaction, UserId agent, bool doubted) {
  offering_.erase(interaction);
  if (const auto at = asked_.find(agent); at != asked_.end() && --at->second <= 0) asked_.erase(at);
  if (doubted) doubted_.insert(agent);
  settle(agent);
}

std::vector<routing::Waiting> RoutingPicture::waiting() const {
  std::vector<routing::Waiting> all;
  all.reserve(line_.size());
  for (const auto& [id, one] : line_) {
    if (!offering_.contains(id)) all.push_back(one.waiting);
  }
  return all;
}

std::vector<UserId> RoutingPicture::wrap_ups_over(Instant now) {
  std::vector<UserId> over;
  while (!wrap_ups_.empty() && wrap_ups_.begin()->first <= now) {
    over.push_back(wrap_ups_.begin()->second);
    wrap_ups_.erase(wrap_ups_.begin());
  }
  return over;
}

std::optional<Instant> RoutingPicture::next_wrap_up() const {
  if (wrap_ups_.empty()) return std::nullopt;
  return wrap_ups_.begin()->first;
}

}  // namespace firsthand::runtime
