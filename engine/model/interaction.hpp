// SPDX-License-Identifier: Apache-2.0
// Interactions with customers, the offers of them to agents, and the desks where agents sit. Value
// types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>

#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand {

enum class Channel { call, web, email, walk_in, field_visit, api };
BOOST_DESCRIBE_ENUM(Channel, call, web, email, walk_in, field_visit, api)

enum class Direction { inbound, outbound };
BOOST_DESCRIBE_ENUM(Direction, inbound, outbound)

/// in_hand: in writing, and somebody works on it.
enum class InteractionState { waiting, offered, talking, held, in_hand, ended };
BOOST_DESCRIBE_ENUM(InteractionState, waiting, offered, talking, held, in_hand, ended)

struct Interaction {
  InteractionId id;
  Channel channel = Channel::call;
  Direction direction = Direction::inbound;
  InteractionState state = InteractionState::waiting;
  std::string
      outcome;  ///< how it ended: handled, abandoned, released, failed, engine_gap, pbx_lost
  CustomerId customer;
  CaseId case_id;
  CallbackId callback;
  std::string number;
  std::string dialled;
  std::string queue;
  UserId agent;
  UserId owner;  ///< who should get it first, as known on arrival
  Instant enqueued_at{};
  std::optional<Instant> place_at;  ///< in line, when it is another than enqueued_at
  bool virtual_hold = false;        ///< has hung up and keeps the place: called when it comes
  /// Since when it waits again after a talk: its waits count from here, its place from enqueued_at.
  std::optional<Instant> requeued_at;
  std::optional<Instant> answered_at;
  std::optional<Instant> ended_at;
  std::string pbx;
  std::string pbx_channel;  ///< the PBX's own id of the customer's leg
  std::string leg;          ///< our id of the agent's leg
  bool observed = false;    ///< reported by a PBX that routes by itself
  std::int64_t version = 1;
  /// Stands, or stood, in line to be read; on the telephone nobody is kept waiting by it.
  bool written() const { return channel != Channel::call; }
  friend bool operator==(const Interaction&, const Interaction&) = default;
};

enum class OfferState { open, accepted, declined, expired, withdrawn, failed };
BOOST_DESCRIBE_ENUM(OfferState, open, accepted, declined, expired, withdrawn, failed)

/// Why this agent: the step of the routing plan; or a colleague transfers the call, asks for
/// advice, or has his transfer back because nobody took it.
enum class OfferReason { owner, deputy, team, skills, overflow, transfer, consult, returned };
BOOST_DESCRIBE_ENUM(OfferReason, owner, deputy, team, skills, overflow, transfer, consult, returned)

struct Offer {
  OfferId id;
  InteractionId interaction;
  UserId agent;
  std::string token;
  std::string leg;
  OfferReason reason = OfferReason::skills;
  OfferState state = OfferState::open;
  Instant offered_at{};
  Instant expires_at{};
  std::optional<Instant> ended_at;
  friend bool operator==(const Offer&, const Offer&) = default;
};

enum class TransferHow { blind, consult };
BOOST_DESCRIBE_ENUM(TransferHow, blind, consult)

/// Of a consultation: who hears whom. Whoever does not talk hears music.
enum class TransferState { ringing, returning, consulting, colleague_waits, conference, ended };
BOOST_DESCRIBE_ENUM(TransferState, ringing, returning, consulting, colleague_waits, conference,
                    ended)

/// A call on its way from who talks to a colleague or a queue; one at a time for a call.
struct Transfer {
  TransferId id;
  InteractionId interaction;
  UserId from;
  UserId to;          ///< none: to a queue
  std::string queue;  ///< code, or ""
  TransferHow how = TransferHow::blind;
  TransferState state = TransferState::ringing;
  std::string note;
  OfferId offer;             ///< the ring that it is about
  std::string leg;           ///< the consulted colleague's, from his answer on
  std::string return_token;  ///< of the ring at `from`, should nobody take it
  Instant began_at{};
  std::optional<Instant> ended_at;
  std::string
      ended_why;  ///< taken, queued, cancelled, caller_gone, agent_gone, or why nobody took it
  bool live() const { return state != TransferState::ended; }
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

enum class ListenMode { listen, whisper };
BOOST_DESCRIBE_ENUM(ListenMode, listen, whisper)

/// A supervisor hears a call; whispering, the agent hears him and the customer does not.
struct Listening {
  ListeningId id;
  InteractionId interaction;
  UserId agent;
  UserId listener;
  ListenMode mode = ListenMode::listen;
  std::string leg;
  Instant began_at{};
  std::optional<Instant> answered_at;
  std::optional<Instant> ended_at;
  friend bool operator==(const Listening&, const Listening&) = default;
};

enum class Presence { available, offered, talking, wrap_up, on_break, offline, not_responding };
// `break` is a C++ keyword; everywhere else the word is "break" (engine/words.hpp maps it).
BOOST_DESCRIBE_ENUM(Presence, available, offered, talking, wrap_up, on_break, offline,
                    not_responding)

struct Desk {
  UserId user;
  Presence presence = Presence::offline;
  std::string reason;
  Instant since{};
  Instant idle_since{};
  Instant came_at{};  ///< when this person last said that he is at work
  std::optional<Instant> wrap_up_until;
  std::optional<Instant> wrap_up_limit;  ///< it is not extended beyond
  InteractionId interaction;
  int in_hand = 0;  ///< written interactions that this person has taken and not done yet
  int misses = 0;
  std::optional<Instant>
      lease_until;  ///< a console is connected until then; none: a desk phone only
  std::int64_t version = 1;
  friend bool operator==(const Desk&, const Desk&) = default;
};

// Reasons that the engine gives, beside those of breaks.
inline constexpr std::string_view kConsoleLost = "console_lost";
inline constexpr std::string_view kShiftOver = "shift_over";
inline constexpr std::string_view kWrapUpAsked = "wrap_up_asked";        ///< while he talks
inline constexpr std::string_view kAskedInWriting = "asked_in_writing";  ///< offered, but no call

/// He is asked to take something written: a call may still come in between.
inline bool asked_in_writing(const Desk& desk) {
  return desk.presence == Presence::offered && desk.reason == kAskedInWriting;
}

}  // namespace firsthand
