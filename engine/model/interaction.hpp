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

enum class InteractionState { waiting, offered, talking, held, ended };
BOOST_DESCRIBE_ENUM(InteractionState, waiting, offered, talking, held, ended)

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
  std::optional<Instant> answered_at;
  std::optional<Instant> ended_at;
  std::string pbx;
  std::string pbx_channel;  ///< the PBX's own id of the customer's leg
  std::string leg;          ///< our id of the agent's leg
  bool observed = false;    ///< reported by a PBX that routes by itself
  std::int64_t version = 1;
  friend bool operator==(const Interaction&, const Interaction&) = default;
};

enum class OfferState { open, accepted, declined, expired, withdrawn, failed };
BOOST_DESCRIBE_ENUM(OfferState, open, accepted, declined, expired, withdrawn, failed)

/// Why this agent: the step of the routing plan.
enum class OfferReason { owner, deputy, team, skills, overflow };
BOOST_DESCRIBE_ENUM(OfferReason, owner, deputy, team, skills, overflow)

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
  std::optional<Instant> wrap_up_until;
  InteractionId interaction;
  int misses = 0;
  std::optional<Instant>
      lease_until;  ///< a console is connected until then; none: a desk phone only
  std::int64_t version = 1;
  friend bool operator==(const Desk&, const Desk&) = default;
};

}  // namespace firsthand
