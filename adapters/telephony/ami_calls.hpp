// SPDX-License-Identifier: Apache-2.0
// What the manager's events mean: who calls, whose telephone rings, who talks to whom, who hung up.
// A state machine without input or output, for a PBX that routes by itself: it is fed messages and
// looks at what stands there, and answers with observed facts. A call is its customer's channel,
// found by Linkedid and never by a channel's name; who talks to whom is what bridges (and the two
// halves of a Local channel) join. Not thread-safe: one strand per PBX. `now` is handed in and used
// where the PBX sends no Timestamp (manager.conf: timestampevents). Each call ends once; what comes
// late or twice changes nothing. The facts it rests on were recorded from Asterisk 22.10
// (tests/fixtures/pbx, m01 to m22).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <variant>
#include <vector>

#include "adapters/telephony/ami_codec.hpp"
#include "adapters/telephony/cti_events.hpp"
#include "adapters/telephony/port.hpp"

namespace firsthand::telephony {

struct AmiCallsOptions {
  std::string agent_endpoint = "PJSIP/{extension}";  // how an agent's telephone is named
  // The trunks by name ("PJSIP/trunk", "DAHDI/i1"): whoever comes or is called through one is a
  // customer. Empty: whatever is no agent's telephone.
  std::vector<std::string> trunks = {};
  NumberContext numbers = {};
  std::string before_queue = {};      // the context in which a caller may be taken to the owner
  std::string own_prefix = "cb-";     // of the legs that we order: "cb-7-a1", and "cb-7-c1" dialled
  std::size_t channels_max = 20'000;  // more are not looked at
  std::size_t remembered_max = 20'000;  // ended channels and seen messages
};

/// Something about a customer's call, as the call webhook would have reported it.
struct ObservedCall {
  CtiKind kind = CtiKind::new_call;
  CtiDirection direction = CtiDirection::in;
  std::string call;  // the Linkedid by which the call began
  PhoneNumber customer;
  std::string dialled;
  std::string extension;                 // ringing, answer, transfer: whose; hangup: who had talked
  EndReason reason = EndReason::normal;  // hangup only
  Instant at;
  bool approximate = false;  // it happened while nobody was looking
  std::string key;           // the same each time, unique within a PBX
  friend bool operator==(const ObservedCall&, const ObservedCall&) = default;
};

/// A leg that we ordered: what became of it.
struct OrderedLeg {
  enum class What : std::uint8_t { ringing, answered, failed, ended };
  std::string leg_id;
  What what = What::ringing;
  EndReason reason = EndReason::normal;
  Instant at;
  std::string key;
  friend bool operator==(const OrderedLeg&, const OrderedLeg&) = default;
};

/// A caller has come to the place before the queue from which he may be taken to the owner.
struct BeforeQueue {
  std::string call;
  Instant at;
  friend bool operator==(const BeforeQueue&, const BeforeQueue&) = default;
};

using AmiFact = std::variant<ObservedCall, OrderedLeg, BeforeQueue>;

/// CoreShowChannels and QueueStatus.
struct AmiLook {
  std::vector<AmiMessage> channels;
  std::vector<AmiMessage> waiting;
  bool restarted = false;  // the PBX is not the one that we had seen
  // By our clock. Whoever was heard of since then is there, although the list does not know him.
  Instant asked_at = {};
  // The first look of a connection: what is not there has ended. Later ones give an event that is
  // on its way until the next look.
  bool first = true;
};

class AmiCalls {
 public:
  explicit AmiCalls(AmiCallsOptions options) : options_(std::move(options)) {}

  std::vector<AmiFact> on_event(const AmiMessage& event, Instant now);
  std::vector<AmiFact> on_look(const AmiLook& look, Instant now);
  /// The PBX has refused an Originate. A leg that lives or has ended already tells for itself: a
  /// second order for it is refused with the id of the first.
  std::vector<AmiFact> on_refused_originate(const std::string& leg_id, bool unanswered,
                                            Instant now);

  /// The customer's channel by name while he stands before the queue, has never been in one and
  /// talks to nobody: only then may he be redirected.
  std::optional<std::string> may_redirect(const std::string& call) const;
  /// The channels by which a call, or a leg that we ordered, is hung up.
  std::optional<std::string> channel_of(const std::string& call_or_leg) const;
  bool lives(const std::string& leg_id) const { return channels_.contains(leg_id); }

  std::vector<std::string> live_calls() const;
  std::size_t live_channels() const { return channels_.size(); }
  std::uint64_t not_looked_at() const { return not_looked_at_; }

 private:
  struct Channel {
    std::string name, linked, context, bridge, number, dialled;
    std::string extension;  // of an agent's telephone
    bool trunk = false, local = false;
    bool called = false;  // the PBX made it to call somebody
    bool ringing = false, up = false;
    bool queued = false;  // is or was in a queue
    bool placed = false;  // an agent's telephone that has called a customer
    bool asked_to_end = false;
    bool missing = false;
    Instant heard_at = {};  // by our clock
    int cause = 0;
    std::string call;  // whose customer it is
  };
  struct Call {
    bool own = false;
    CtiDirection direction = CtiDirection::in;
    std::string customer;  // channel; empty while nobody has been dialled
    std::string origin;    // outbound: the agent's channel
    PhoneNumber number;
    std::string dialled;
    std::string agent;          // extension of who talks
    std::string agent_channel;  // his
    std::set<std::string> rang;
    bool answered = false, held = false, stood = false;
    bool agent_up = false, agent_asked_to_end = false, dialled_out = false;
    EndReason failed = EndReason::no_answer;  // outbound: of the last number dialled
  };
  using Facts = std::vector<AmiFact>;

  // What the names and states of channels say (ami_channels.cpp).
  std::string extension_in(std::string_view channel_name) const;
  bool is_trunk(std::string_view channel_name) const;
  void rename(Channel& channel, std::string name) const;
  Channel* touch(const AmiMessage& event, std::string_view prefix);
  void enter(const std::string& id, Channel& channel, std::string bridge);
  std::vector<std::string> joined(const std::string& id) const;
  void forget(const std::string& id);
  bool seen_before(const AmiMessage& event);

  // What they mean for calls.
  Call* call_for(const std::string& linked);
  void began(const std::string& id, Channel& channel, Instant at, Facts& out);
  void dialling(const std::string& id, Channel& channel, std::string_view dial_string, Instant at,
                Facts& out);
  void moved(const std::string& id, Channel& channel, Instant at, Facts& out);
  void rings(const std::string& id, const Channel& channel, Instant at, Facts& out);
  void stands(Channel& channel, Instant at, Facts& out);
  void talking(const std::string& id, Instant at, Facts& out);
  void talks(const std::string& call_id, const std::string& phone, Instant at, Facts& out);
  void holds(const std::string& id, bool hold, Instant at, Facts& out);
  void asked_to_end(const std::string& id, Channel& channel);
  void left(const std::string& id, Channel& channel, Instant at, Facts& out);
  using Instead = std::optional<EndReason>;  // known better than by the cause
  void gone(const std::string& id, Instant at, Instead instead, Facts& out);
  void customer_gone(const std::string& id, const Channel& channel, Instant at, Instead instead,
                     Facts& out);
  void origin_gone(const std::string& id, const Channel& channel, Instant at, Instead instead,
                   Facts& out);
  static EndReason who_ended(const Call& call, const Channel& customer);
  void end_call(const std::string& id, EndReason reason, Instant at, Facts& out);
  ObservedCall fact(CtiKind kind, const std::string& id, const Call& call, Instant at) const;

  AmiCallsOptions options_;
  std::map<std::string, Channel> channels_;  // by Uniqueid
  std::map<std::string, std::set<std::string>> bridges_;
  std::map<std::string, Call> calls_;
  std::unordered_set<std::string> ended_;
  std::deque<std::string> ended_order_;
  std::unordered_set<std::size_t> seen_;
  std::deque<std::size_t> seen_order_;
  std::uint64_t not_looked_at_ = 0;
  Instant now_ = {};
  bool looking_ = false;
};

/// When an event says that it happened; `now` when it does not.
Instant ami_time(const AmiMessage& event, Instant now);

}  // namespace firsthand::telephony
