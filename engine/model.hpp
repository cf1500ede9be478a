// SPDX-License-Identifier: Apache-2.0
// What the engine knows, as plain values: the nouns of the domain with the fields of their tables.
// Enumerators are the very words of SQL, JSON and the screens. Value types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <string>
#include <vector>

#include "engine/model/callback.hpp"
#include "engine/model/case.hpp"
#include "engine/model/clock.hpp"
#include "engine/model/customer.hpp"
#include "engine/model/interaction.hpp"
#include "engine/model/recording.hpp"
#include "engine/model/review.hpp"

namespace firsthand {

enum class Role { agent, back_line, liaison, supervisor, manager, administrator };
BOOST_DESCRIBE_ENUM(Role, agent, back_line, liaison, supervisor, manager, administrator)

// ------------------------------------------------------------ what is left behind
struct HistoryEntry {
  std::int64_t id = 0;
  Instant at{};
  CustomerId customer;
  CaseId case_id;
  InteractionId interaction;
  std::string kind;
  UserId actor;
  UserId acting_for;
  std::string source;
  std::string data = "{}";  ///< a JSON object of small facts
};

enum class EffectKind { pbx, mail, webhook };
BOOST_DESCRIBE_ENUM(EffectKind, pbx, mail, webhook)

/// Something to be done outside, after commit, at least once; the key makes it once.
struct Effect {
  std::int64_t id = 0;
  EffectKind kind = EffectKind::pbx;
  std::string key;
  std::string payload;  ///< JSON
  Instant at{};
  Instant not_before{};
};

/// One thing that consoles must look at again. Ids and versions, no personal data.
struct FeedNote {
  std::vector<std::string> topics;  ///< user:7, department:3, supervision, case:9: who hears of it
  std::string kind;
  std::int64_t entity = 0;
  std::int64_t version = 0;  ///< 0: look again whatever version you have
  std::string data;          ///< JSON or empty
};

}  // namespace firsthand
