// SPDX-License-Identifier: Apache-2.0
// The rows that AriCallState keeps: calls, legs and requests under way. Plain values; private to
// the state machine's own files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "adapters/telephony/port.hpp"

namespace firsthand::telephony::ari {

enum class Role : std::uint8_t { agent, callback_agent, callback_customer, listener };
enum class CallPhase : std::uint8_t { waiting, connecting, connected };
enum class LegPhase : std::uint8_t { placing, ringing, answered };

// What is to be recorded of a call: begun when customer and agent are joined.
struct Recorded {
  std::string name, command_id;  // the command that waits for its result
  bool pause = false;
  bool asked = false, started = false;
};

struct Call {
  std::string id;       // the first channel's id, or a callback's customer leg
  std::string channel;  // the customer's channel now (a transfer may replace it)
  CallPhase phase = CallPhase::waiting;
  bool is_callback = false;
  bool was_connected = false;
  bool hangup_seen = false;
  int cause = 0;
  std::optional<EndReason> pending;  // our own reason
  std::string bridge_id;
  std::string connected_leg;
  // While another agent takes the call over: whom it falls back to if that fails.
  std::string fallback_leg, fallback_bridge;
  std::set<std::string> old_bridges;
  std::set<std::string> legs;       // live ones
  std::set<std::string> inside;     // channels that we have put into the bridge
  std::set<std::string> music;      // legs that wait for a consultation to go on
  std::set<std::string> ringing;    // answered legs that hear ringing
  std::map<std::string, int> held;  // by whom -> ordinal
  int holds = 0;
  int digits = 0;
  bool accepted = false;
  bool drop_sent = false;
  std::string transfer_told;
  std::string dialled;
  Instant last_hold{}, last_digit{};
  Instant created_at{}, first_seen{}, lease_at{};
  std::optional<Instant> doubted_at;
  CallBack callback;
  std::string playback;  // of what is being told: the command's id
  Announce announcement;
  Instant announced_at{};
  Recorded recording;
};

struct Leg {
  std::string id, call_id;
  Role role = Role::agent;
  LegPhase phase = LegPhase::placing;
  bool placed = false;  // the PBX has confirmed it
  bool drop_sent = false;
  bool ringing_told = false;
  bool hangup_seen = false;
  std::optional<EndReason> pending;
  // Of a listener: whom he hears, by which channel, and how often that was made anew.
  std::string hears, snoop;
  int snoops = 0;
  bool whispers = false;
  Instant first_seen{}, deadline{};
  std::optional<Instant> doubted_at;
};

// What a request under way was for.
enum class Ask : std::uint8_t {
  nothing,  // the reply does not matter
  accept_answer,
  accept_music,
  announce,
  announce_probe,
  offer,
  drop_leg,
  drop_call,
  connect_bridge,
  connect_add,
  connect_probe,
  hold_remove,
  hold_music,
  unhold_add,
  callback_agent,
  callback_customer,
  callback_bridge,
  callback_add,
  renew,
  release,
  arrange_add,
  tell_transfer,
  snoop,
  record_start,
  record_pause,
  record_stop,
};

struct Waiting {
  Ask ask = Ask::nothing;
  std::string call_id, leg_id, command_id;
};

}  // namespace firsthand::telephony::ari
