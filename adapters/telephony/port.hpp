// SPDX-License-Identifier: Apache-2.0
// The port between the desk and any PBX: canonical commands down, canonical events up. No PBX words
// here: an adapter translates. Plain values; pass them between threads freely. Times are UTC
// milliseconds, waits are seconds. Everything may arrive twice: the receiver drops repeats by
// (pbx_id, event_key).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/telephony/phone_number.hpp"
#include "engine/time.hpp"

namespace firsthand::telephony {

// Why a call or a leg ended. A reason of our own (withdrawn, dropped, ...) wins over the cause the
// network gave, because we know better.
enum class EndReason : std::uint8_t {
  normal,          // the far end hung up an answered leg
  busy,            // the leg failed ...
  no_answer,       //
  declined,        //
  bad_number,      // ... the number does not exist
  unreachable,     // ... the phone is not there
  congestion,      // ... no line
  refused,         // the PBX would not place the leg (unknown endpoint, bad request)
  failed,          // any other cause
  withdrawn,       // we took the offer back
  timed_out,       // it rang past its time and the PBX did not say so
  caller_gone,     // the customer had hung up
  caller_hung_up,  // the call: the customer hung up
  agent_hung_up,   // the call: the last agent hung up
  transferred,     // the leg was replaced by a transfer
  dropped,         // we ended it on command
  released,        // given back to the PBX's own queue on command
  lease_lost,  // left our hands alive without our asking (lease ran out, another engine took it)
  pbx_lost,    // the PBX restarted
  engine_gap,  // ended while nobody was looking; the time is approximate
};
std::string_view to_string(EndReason reason);

// ---------------------------------------------------------------------------------- events, up

struct CallArrived {
  std::string pbx_id, channel_id;
  std::string number_raw;  // as the PBX gave it
  PhoneNumber number;
  std::string caller_name;
  std::string dialled;
  Instant at;               // when it reached the PBX: the waiting time counts from here
  std::string protocol_id;  // the SIP Call-ID, to match with the carrier's records
  bool adopted = false;     // found standing in the PBX after a gap, not announced by it
  friend bool operator==(const CallArrived&, const CallArrived&) = default;
};
struct LegRinging {
  std::string leg_id, channel_id;
  Instant at;
  friend bool operator==(const LegRinging&, const LegRinging&) = default;
};
struct LegAnswered {
  std::string leg_id, channel_id;
  Instant at;
  bool adopted = false;
  friend bool operator==(const LegAnswered&, const LegAnswered&) = default;
};
// Never answered.
struct LegFailed {
  std::string leg_id, channel_id;
  EndReason reason;
  int cause = 0;       // the network's cause (Q.850), 0 = unknown
  int tech_cause = 0;  // the SIP status, 0 = unknown
  Instant at;
  friend bool operator==(const LegFailed&, const LegFailed&) = default;
};
// Had been answered.
struct LegEnded {
  std::string leg_id, channel_id;
  EndReason reason;
  Instant at;
  friend bool operator==(const LegEnded&, const LegEnded&) = default;
};
struct CallEnded {
  std::string channel_id;
  EndReason reason;
  int cause = 0;
  bool answered = false;  // an agent and the customer had been connected
  Instant at;
  friend bool operator==(const CallEnded&, const CallEnded&) = default;
};
// Both parties are in the bridge.
struct Connected {
  std::string channel_id, leg_id, bridge_id;
  Instant at;
  bool adopted = false;
  friend bool operator==(const Connected&, const Connected&) = default;
};
struct Held {
  std::string channel_id, leg_id;  // leg_id is empty when the console or the customer did it
  int ordinal = 1;
  Instant at;
  friend bool operator==(const Held&, const Held&) = default;
};
struct Unheld {
  std::string channel_id, leg_id;
  int ordinal = 1;  // of the Held that it ends
  Instant at;
  friend bool operator==(const Unheld&, const Unheld&) = default;
};
// A transfer by the telephone itself: from now on `new_leg_id` stands in the old one's place.
struct LegReplaced {
  std::string leg_id, new_leg_id, channel_id;
  Instant at;
  std::string dialled = {};  // where it leads to
  friend bool operator==(const LegReplaced&, const LegReplaced&) = default;
};
struct TransferRequested {
  std::string leg_id, channel_id, destination;
  Instant at;
  friend bool operator==(const TransferRequested&, const TransferRequested&) = default;
};
struct Digits {
  std::string channel_id, digits;
  int ordinal = 1;
  Instant at;
  friend bool operator==(const Digits&, const Digits&) = default;
};

// By itself or on command; `reason` is "" unless it broke off.
struct RecordingEnded {
  std::string name, reason;
  Instant at;
  friend bool operator==(const RecordingEnded&, const RecordingEnded&) = default;
};

// What stands in the PBX and is ours, seen in one look after a (re)connect, or quietly in between.
// Everything that is known to have begun or ended by then has been told before. Whatever the store
// holds open and is not in here ended unheard (reason engine_gap).
struct Snapshot {
  struct Channel {
    std::string channel_id;
    Instant created_at;
    bool connected = false;
    bool ending = false;  // it is being hung up or given back: its end follows
    friend bool operator==(const Channel&, const Channel&) = default;
  };
  struct Leg {
    std::string leg_id, channel_id;  // channel_id is empty while it is not known
    bool answered = false;
    friend bool operator==(const Leg&, const Leg&) = default;
  };
  struct Bridge {
    std::string bridge_id;
    std::vector<std::string> channel_ids;
    friend bool operator==(const Bridge&, const Bridge&) = default;
  };
  Instant at;
  std::vector<Channel> channels;
  std::vector<Leg> legs;
  std::vector<Bridge> bridges;
  bool quiet = false;  // the link was up all the time
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

struct LinkUp {
  Instant at;
  std::string pbx_started_at;  // compare with the last one kept: another value = it restarted
  int adopted = 0;
  friend bool operator==(const LinkUp&, const LinkUp&) = default;
};
struct LinkDown {
  Instant at;
  std::string why;
  friend bool operator==(const LinkDown&, const LinkDown&) = default;
};
struct PbxRestarted {
  Instant at;
  std::string pbx_started_at;
  friend bool operator==(const PbxRestarted&, const PbxRestarted&) = default;
};
// Another engine has taken our place. No command is obeyed until start() is called again.
struct Fenced {
  Instant at;
  friend bool operator==(const Fenced&, const Fenced&) = default;
};

// After each connect the order is: PbxRestarted?, ends of what is gone, CallArrived{adopted},
// LegAnswered{adopted}, Connected{adopted}, Snapshot, LinkUp, then live events; among them, every
// minute, a quiet Snapshot.
using PbxEvent = std::variant<CallArrived, LegRinging, LegAnswered, LegFailed, LegEnded, CallEnded,
                              Connected, Held, Unheld, LegReplaced, TransferRequested, Digits,
                              RecordingEnded, Snapshot, LinkUp, LinkDown, PbxRestarted, Fenced>;

// The idempotency key of a fact about a call, unique within a PBX: "arrived:<channel>",
// "answered:<leg>", "held:<channel>:2". Empty for Snapshot and the link's own events.
std::string event_key(const PbxEvent& event);
std::string_view event_name(const PbxEvent& event);  // "call_arrived", "leg_ringing", ...
Instant event_time(const PbxEvent& event);

// ------------------------------------------------------------------------------ commands, down
// A command id is chosen by the caller and comes back with the result. Leg and bridge ids are
// chosen by the caller too and never used again: "o-<call>-<n>", "b-<call>", "cb-<id>-a<n>".

struct Accept {  // answer the customer, play music while waiting
  std::string command_id, channel_id;
  std::string music_class = {};
};
// What comes after an announcement.
enum class Afterwards : std::uint8_t { music, hang_up, release };
// Plays to a caller who waits; a repeat while it plays changes nothing. The result comes when the
// announcement and what follows it are over.
struct Announce {
  std::string command_id, channel_id;
  std::string media;  // "sound:queue-thankyou,number:3"
  Afterwards then = Afterwards::music;
  std::string context = {}, extension = {};  // of release
};
struct Offer {
  std::string command_id, channel_id, leg_id;
  std::string endpoint;  // the agent's telephone, as configured ("1001")
  int ring_s = 20;
  std::string caller_number = {};  // shown on the agent's telephone
  std::string caller_name = {};
  bool auto_answer =
      false;  // the agent has answered elsewhere: the telephone is to pick up by itself
};
struct Withdraw {
  std::string command_id, leg_id;
};
// Also to another agent's answered leg while one is connected: the customer moves over, the first
// leg stays until it is dropped or hangs up. The bridge id must be a new one then.
struct Connect {
  std::string command_id, channel_id, leg_id, bridge_id;
};
struct Hold {
  std::string command_id, channel_id, bridge_id;
};
struct Unhold {
  std::string command_id, channel_id, bridge_id;
};
struct Drop {
  std::string command_id;
  std::string id;  // a channel or a leg
};
// The agent's telephone first; when it is answered the customer through the trunk; then both into
// one bridge. Events for both legs carry channel_id = customer_leg_id. When either leg ends, so
// does the other.
struct CallBack {
  std::string command_id, agent_leg_id, customer_leg_id;
  std::string endpoint;
  PhoneNumber customer;
  std::string bridge_id;
  int agent_ring_s = 20, customer_ring_s = 45;
  std::string caller_number = {};  // shown to the customer; empty leaves it to the trunk
  bool auto_answer = false;        // the agent's telephone is to pick up by itself
};
struct RenewLease {
  std::string command_id, channel_id;
};
struct ReleaseToDialplan {
  std::string command_id, channel_id, context, extension;
};

// Who of a call hears whom, whatever stood before: those named as talking are in the bridge
// together, the others hear music; an agent who would be alone in it hears ringing. The customer
// belongs to the first of `talking`. `gone` with "leg <id>": that one cannot be joined any more,
// and the customer, if he was to be, hears music and waits.
struct Arrange {
  std::string command_id, channel_id, bridge_id;
  bool customer_talks = false;
  std::vector<std::string> talking = {}, waiting = {}, dropped = {};  // legs
};
// How the transfer ended that a telephone has asked for (TransferRequested).
struct TellTransfer {
  std::string command_id, leg_id;
  bool done = true;
};
// Rings a supervisor's telephone; from his answer on he hears the agent's leg and, whispering, is
// heard by the agent alone. The leg ends with the agent's. Again with the same leg: the other mode.
struct Listen {
  std::string command_id, channel_id, leg_id, agent_leg_id;
  std::string endpoint;
  bool whisper = false;
  int ring_s = 20;
  std::string caller_number = {};
};
// What is said in the call's bridge goes into the file `name`, from the moment in which customer
// and agent are in it; while paused nothing is written. Whoever repeats it finds the same file:
// what is being recorded is not begun twice. `refused` with "over": it has ended.
enum class RecordWant : std::uint8_t { run, pause, stop };
struct Record {
  std::string command_id, channel_id, name;
  RecordWant want = RecordWant::run;
};

using PbxCommand =
    std::variant<Accept, Announce, Offer, Withdraw, Connect, Hold, Unhold, Drop, CallBack,
                 RenewLease, ReleaseToDialplan, Arrange, TellTransfer, Listen, Record>;
const std::string& command_id(const PbxCommand& command);

enum class CommandStatus : std::uint8_t {
  done,
  already_done,  // a repeat; nothing was changed
  gone,          // what it names has ended
  refused,       // `reason` says why; a repeat would be refused too
  unknown,       // no answer in time; the events or the next snapshot will tell
};
std::string_view to_string(CommandStatus status);

struct CommandResult {
  std::string command_id;
  CommandStatus status = CommandStatus::unknown;
  std::string reason = {};
  friend bool operator==(const CommandResult&, const CommandResult&) = default;
};

}  // namespace firsthand::telephony
