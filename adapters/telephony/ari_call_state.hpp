// SPDX-License-Identifier: Apache-2.0
// What Asterisk's events mean: a state machine without input or output. It is fed frames, replies,
// commands, ticks and snapshots, and answers with canonical events, requests to send and results.
// Not thread-safe: one strand per PBX. `now` is handed in. Each call and leg ends once; whatever
// comes late, twice or out of order changes nothing. The facts about Asterisk that it rests on
// were recorded from version 22.10 and 16.28 (tests/fixtures/pbx).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/telephony/ari_codec.hpp"
#include "adapters/telephony/ari_table.hpp"
#include "adapters/telephony/port.hpp"

namespace firsthand::telephony {

struct AriStateOptions {
  std::string pbx_id = "pbx";
  std::string app = "engine";
  std::string agent_endpoint = "PJSIP/{endpoint}";      // {endpoint}: the agent's telephone
  std::string trunk_endpoint = "PJSIP/{number}@trunk";  // {number}: dial_digits of the customer
  DialStyle trunk_style = DialStyle::e164_digits;
  NumberContext numbers = {};
  std::string music_class = {};  // empty: the PBX's default
  // The dialplan gives a call to us for lease_s; we renew while it waits, so that a dead engine
  // loses it to the fallback queue. 0: the dialplan has no lease.
  int lease_s = 30;
  int lease_renew_s = 10;
  int talk_max_s = 14'400;
  int ring_grace_s = 5;  // after its ring time a leg that says nothing is taken for dead
  // The phone's own transfer is only reported (TransferRequested). Set by itself when the PBX can
  // do that: Asterisk 22.3 and later.
  bool report_phone_transfers = false;
  // (context) that ReleaseToDialplan may name; empty list: any well-formed one.
  std::vector<std::string> release_contexts = {};
  std::size_t remembered_max = 20'000;  // ended ids that are kept to recognise late events
};

struct AriRequest {
  std::uint64_t id = 0;  // to be given back with the reply
  std::string method;
  std::string target;  // below /ari, query included
  std::string body;    // JSON or empty
  std::string lane;    // requests of one lane must reach the PBX in this order
};

struct AriSnapshot {
  Instant requested_at{};  // our clock, before the first request was sent
  std::string started_at;  // startup_time of GET /asterisk/info
  std::string version;     // of Asterisk, from there as well
  std::vector<AriChannel> channels;
  std::vector<AriBridge> bridges;
  std::vector<std::string> app_channels;    // what GET /applications lists for our application
  std::vector<std::string> abandoned_apps;  // other engines' applications whose writer is gone
  bool quiet = false;                       // the minute's comparison, not a (re)connect
};

class AriCallState {
 public:
  struct Output {
    std::vector<PbxEvent> events;
    std::vector<AriRequest> requests;
    std::vector<CommandResult> results;
    int differences = 0;  // what a snapshot knew better than we did
  };

  explicit AriCallState(AriStateOptions options);

  Output on_event(const AriEvent& event, Instant now);
  // `status` 0: no answer. `body` is the reply's JSON.
  Output on_reply(std::uint64_t request_id, int status, const std::string& body, Instant now);
  Output on_command(const PbxCommand& command, Instant now);
  // Once a second or so: leases, legs that never answered, doubts of the last quiet comparison.
  Output on_tick(Instant now);
  Output on_snapshot(const AriSnapshot& snapshot, Instant now);

  // The calls and legs that are believed to stand in the PBX: what has been told, and what we have
  // asked for. Without bridges.
  Snapshot standing() const;

  // For metrics.
  std::size_t live_calls() const { return calls_.size(); }
  std::size_t live_legs() const { return legs_.size(); }
  std::size_t pending_requests() const { return waiting_.size(); }

 private:
  using Call = ari::Call;
  using Leg = ari::Leg;
  using Ask = ari::Ask;
  using Role = ari::Role;
  using CallPhase = ari::CallPhase;
  using LegPhase = ari::LegPhase;
  using Waiting = ari::Waiting;

  // commands (ari_commands.cpp)
  void command(const Accept& c);
  void command(const Announce& c);
  void command(const Offer& c);
  void command(const Withdraw& c);
  void command(const Connect& c);
  void command(const Hold& c);
  void command(const Unhold& c);
  void command(const Drop& c);
  void command(const CallBack& c);
  void command(const RenewLease& c);
  void command(const ReleaseToDialplan& c);
  void dial_callback_customer(Call& call);

  // transfers and listeners (ari_transfer.cpp)
  void command(const Arrange& c);
  void command(const TellTransfer& c);
  void command(const Listen& c);
  void reply_arrange(const Waiting& waiting, int status, const std::string& message);
  void play_music(Call& call, const std::string& channel);
  void wait_with_music(Call& call);
  bool somebody_waits(const Call& call) const;
  void snoop(Leg& listener);
  void snoop_entered(const std::string& snoop, const std::string& leg_id);
  bool snoop_left(const std::string& snoop);
  void end_listener(const Leg& listener);
  void drop_listeners_of(const Call& call, const std::string& leg_id);

  // recordings (ari_record.cpp)
  void command(const Record& c);
  void start_recording(Call& call);
  void pause_or_resume(Call& call);
  void reply_record(const Waiting& waiting, int status, const std::string& message);
  void recording_over(const AriEvent& event, bool failed);

  // events (ari_events.cpp)
  void stasis_start(const AriEvent& event);
  void replaced(const AriEvent& event);
  void left_application(const AriEvent& event, bool destroyed);
  void hold_changed(const AriEvent& event, bool on);
  void digit(const AriEvent& event);
  void transfer(const AriEvent& event);
  void bridge_changed(const AriEvent& event, bool entered);
  void arrived(const AriChannel& channel, const std::vector<std::string>& args, bool adopted);
  void leg_ringing(Leg& leg, Instant at);
  void leg_answered(Leg& leg, Instant at, bool adopted);

  // announcements (ari_announce.cpp)
  void reply_announce(const Waiting& waiting, int status);
  void announcement_over(Call& call);
  void stop_announcement(Call& call);
  void playback_finished(const AriEvent& event);
  void probe_announcements();
  void end_overlong_announcements();

  // replies (ari_replies.cpp)
  void reply(const Waiting& waiting, int status, const std::string& message);
  void reply_offer(const Waiting& waiting, int status, const std::string& message);
  void reply_connect(const Waiting& waiting, int status, const std::string& message);
  void reply_hold(const Waiting& waiting, int status, const std::string& message);
  void reply_callback(const Waiting& waiting, int status, const std::string& message);
  void back_to_waiting(Call& call);

  // snapshots (ari_reconcile.cpp)
  void adopt_leg(const AriChannel& channel, const std::vector<std::string>& args);
  void adopt_by_bridge(const AriChannel& channel, const AriSnapshot& snapshot);
  void settle_bridges(const AriSnapshot& snapshot);
  void end_missing(const AriSnapshot& snapshot);
  void tell_snapshot(const AriSnapshot& snapshot);
  void lose_everything(EndReason reason);

  // shared (ari_call_state.cpp)
  void mark_connected(Call& call, Instant at, bool adopted);
  void end_callback_leg(Call& call, Role role);
  void drop_strangers(const Call& call);
  std::string another_leg_in_bridge(const Call& call) const;
  void end_leg(const std::string& leg_id, EndReason reason, int cause, int tech_cause, Instant at);
  void end_call(const std::string& call_id, EndReason reason, int cause, Instant at);
  void drop_leg(Leg& leg, EndReason why, std::string command_id = {});
  void drop_call(Call& call, EndReason why, std::string command_id = {});
  void renew_lease(Call& call, std::string command_id = {});
  void set_limit(const std::string& channel, int seconds, const std::string& lane);
  void subscribe(const std::string& channel, const std::string& lane);
  void discard(const std::string& channel, const std::string& lane);
  void send(Ask ask, std::string method, std::string target, const std::string& lane,
            Waiting about = {}, std::string body = {});
  void finish(std::string command_id, CommandStatus status, std::string reason = {});
  void emit(PbxEvent event) { out_.events.push_back(std::move(event)); }
  void remember_ended(const std::string& id);
  bool has_ended(const std::string& id) const { return ended_.contains(id); }
  Call* call_of_channel(const std::string& channel);
  Call* find_call(const std::string& id);
  // The call with this customer, who was called or called himself.
  Call* talk_with(const std::string& channel);
  Leg* find_leg(const std::string& id);
  Leg& add_leg(const std::string& id, const std::string& call_id, Role role);

  AriStateOptions options_;
  Instant now_{};
  Output out_;
  std::uint64_t next_request_ = 1;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::map<std::string, Call> calls_;                   // live, by id
  std::map<std::string, Leg> legs_;                     // live, by id
  std::unordered_map<std::string, std::string> moved_;  // a replaced customer channel -> call id
  struct BridgeSeen {
    Instant at;
    std::set<std::string> channels;
  };
  std::map<std::string, BridgeSeen> bridges_;  // as last told
  std::set<std::string> ended_;
  std::deque<std::string> ended_order_;
  std::string started_at_;
  bool fenced_ = false;  // until the next look around
};

// Q.850 causes of a leg that was never answered.
EndReason reason_of_cause(int cause);
// Asterisk 22.3 and later report a telephone's own transfer and leave it to us.
bool reports_phone_transfers(std::string_view version);
// Letters, digits and . _ : - only, 1 to 100 of them: safe as an id, an endpoint, a context.
bool is_plain_name(std::string_view text);

}  // namespace firsthand::telephony
