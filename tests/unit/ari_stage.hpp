// SPDX-License-Identifier: Apache-2.0
// One PBX on stage, without a socket: tells the call state what Asterisk would, answers its
// requests, and keeps what it told and asked for.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {

class AriStage : public testing::Test {
 protected:
  static AriChannel channel(const std::string& id, const std::string& args = {}) {
    AriChannel one;
    one.id = id;
    one.state = AriChannelState::up;
    one.caller_number = "13800138000";
    one.created_at = kStart;
    if (!args.empty()) {
      one.app_name = "Stasis";
      for (std::size_t at = 0; at <= args.size();) {
        const auto comma = std::min(args.find(',', at), args.size());
        one.app_data.push_back(args.substr(at, comma - at));
        at = comma + 1;
      }
    }
    return one;
  }
  AriEvent event(AriKind kind, const std::string& id) {
    AriEvent one;
    one.kind = kind;
    one.at = now += std::chrono::milliseconds{10};
    one.channel = channel(id);
    return one;
  }
  void tell(const AriEvent& one) { take(state.on_event(one, now)); }
  void arrive(const std::string& id = "c1") {
    AriEvent one = event(AriKind::stasis_start, id);
    one.args = {"in", "7000", "13800138000"};
    tell(one);
  }
  void answer(const std::string& leg) { tell(event(AriKind::stasis_start, leg)); }
  void hang_up(const std::string& id) {
    tell(event(AriKind::channel_hangup_request, id));
    tell(event(AriKind::stasis_end, id));
  }
  void order(PbxCommand command) { take(state.on_command(command, now)); }
  void tick(std::chrono::seconds later) { take(state.on_tick(now += later)); }
  // Answers the oldest open request whose method and target begin so.
  void reply(const std::string& method, const std::string& target, int status,
             const std::string& body = {}) {
    const auto found = std::find_if(open.begin(), open.end(), [&](const AriRequest& one) {
      return one.method == method && one.target.starts_with(target);
    });
    ASSERT_NE(found, open.end()) << method << " " << target << " was not asked for";
    const std::uint64_t id = found->id;
    open.erase(found);
    take(state.on_reply(id, status, body, now));
  }
  bool asked(const std::string& method, const std::string& target) const {
    return std::any_of(open.begin(), open.end(), [&](const AriRequest& one) {
      return one.method == method && one.target.starts_with(target);
    });
  }
  int times_asked(const std::string& method, const std::string& target) const {
    return static_cast<int>(std::count_if(open.begin(), open.end(), [&](const AriRequest& one) {
      return one.method == method && one.target.starts_with(target);
    }));
  }
  void look(AriSnapshot snapshot) {
    if (snapshot.requested_at == Instant{}) snapshot.requested_at = now;
    if (snapshot.started_at.empty()) snapshot.started_at = "first";
    take(state.on_snapshot(snapshot, now += std::chrono::milliseconds{10}));
  }
  template <typename E>
  std::vector<E> told() const {
    std::vector<E> found;
    for (const PbxEvent& one : events) {
      if (const E* e = std::get_if<E>(&one)) found.push_back(*e);
    }
    return found;
  }
  /// Of every answer to this command, in order.
  std::vector<CommandStatus> statuses(const std::string& id) const {
    std::vector<CommandStatus> found;
    for (const CommandResult& one : results) {
      if (one.command_id == id) found.push_back(one.status);
    }
    return found;
  }
  CommandResult result(const std::string& id) const {
    for (const CommandResult& one : results) {
      if (one.command_id == id) return one;
    }
    return {id, CommandStatus::unknown, "none"};
  }
  // c1 talks with o-1 in b-1.
  void connected() {
    arrive();
    order(Offer{"x1", "c1", "o-1", "1001"});
    reply("POST", "/channels?", 200);
    answer("o-1");
    order(Connect{"x2", "c1", "o-1", "b-1"});
    reply("POST", "/bridges?", 200);
    reply("POST", "/bridges/b-1/addChannel", 204);
    ASSERT_EQ(told<Connected>().size(), 1U);
  }

  static constexpr Instant kStart{std::chrono::milliseconds{1'795'000'000'000}};
  Instant now = kStart;
  AriCallState state{AriStateOptions{}};
  std::vector<PbxEvent> events;
  std::vector<AriRequest> open;
  std::vector<CommandResult> results;
  int differences = 0;

 private:
  void take(AriCallState::Output out) {
    events.insert(events.end(), out.events.begin(), out.events.end());
    open.insert(open.end(), out.requests.begin(), out.requests.end());
    results.insert(results.end(), out.results.begin(), out.results.end());
    differences += out.differences;
  }
};

}  // namespace firsthand::telephony
