// SPDX-License-Identifier: Apache-2.0
// Asterisk's REST interface as text: the JSON frames of its event socket and its replies, read into
// plain values, and the few pieces of text that go the other way. Pure; any thread. Unknown event
// types, unknown fields and bytes that are no UTF-8 are tolerated; nothing here throws on content.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/time.hpp"

namespace firsthand::telephony {

inline constexpr std::size_t kAriFrameMax = 1024 * 1024;  // 60 callers in one bridge make 2.2 KB
inline constexpr std::size_t kAriListMax = 10'000;        // channels or bridges of one reply

enum class AriChannelState : std::uint8_t { down, ring, ringing, up, busy, other };

struct AriChannel {
  std::string id, name, protocol_id;
  AriChannelState state = AriChannelState::other;
  std::string caller_name, caller_number;
  std::string context, exten;
  std::string app_name;               // "Stasis" while an application holds it
  std::vector<std::string> app_data;  // "engine,in,7000,+49..." split at the commas
  Instant created_at{};
};

struct AriBridge {
  std::string id, type, bridge_class;
  std::vector<std::string> channels;
};

enum class AriKind : std::uint8_t {
  stasis_start,
  stasis_end,
  channel_state_change,
  channel_destroyed,
  channel_hangup_request,
  channel_entered_bridge,
  channel_left_bridge,
  channel_hold,
  channel_unhold,
  channel_dtmf,
  channel_transfer,
  playback_finished,
  recording_finished,
  recording_failed,
  dial,
  bridge_destroyed,
  application_replaced,
  other,  // known or not, nothing that we act on
};

struct AriEvent {
  AriKind kind = AriKind::other;
  std::string type;  // Asterisk's word
  std::string application;
  Instant at{};
  AriChannel channel;                  // for dial: the channel that is being rung (peer)
  std::optional<AriChannel> replaced;  // stasis_start: whose place it takes
  AriBridge bridge;
  std::vector<std::string> args;
  std::string dial_status;
  std::string
      text;  // the digit; the transfer's destination; the playback's id; the recording's name
  int cause = 0;
  int tech_cause = 0;
  bool soft = false;
};

struct AriInfo {
  std::string startup_time, version;
};

// A frame that is no JSON object with a "type" is an error; everything else gives an event.
boost::system::result<AriEvent> parse_ari_event(std::string_view frame);

boost::system::result<std::vector<AriChannel>> parse_ari_channels(std::string_view body);
boost::system::result<std::vector<AriBridge>> parse_ari_bridges(std::string_view body);
boost::system::result<AriInfo> parse_ari_info(std::string_view body);
// The channels that one application holds or watches, of GET /applications.
boost::system::result<std::vector<std::string>> parse_ari_application_channels(
    std::string_view body, std::string_view application);
// {"message": "..."} or {"error": "..."} of a refusal; empty when there is none.
std::string parse_ari_message(std::string_view body);

// "2026-11-21T21:45:25.947+0000"
std::optional<Instant> parse_ari_time(std::string_view text);

// ?a=1&b=2 with everything but unreserved characters percent-encoded; empty values are left out.
std::string ari_query(const std::vector<std::pair<std::string_view, std::string_view>>& fields);
std::string ari_escape(std::string_view segment);
// {"variables": {...}}
std::string ari_variables(const std::vector<std::pair<std::string, std::string>>& variables);

}  // namespace firsthand::telephony
