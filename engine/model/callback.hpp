// SPDX-License-Identifier: Apache-2.0
// Promises to call a customer, and what came of trying. Value types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>

#include "engine/clock_kind.hpp"
#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand {

/// Told to the customer; owed for a missed call; to ask how it was; or nobody was in touch for
/// long.
enum class CallbackKind { promised, abandoned, follow_up, neglected };
BOOST_DESCRIBE_ENUM(CallbackKind, promised, abandoned, follow_up, neglected)
/// By which clock such a call runs.
constexpr ClockKind clock_of(CallbackKind kind) {
  return kind == CallbackKind::follow_up ? ClockKind::follow_up : ClockKind::callback;
}
enum class CallbackCaller { owner, department };
BOOST_DESCRIBE_ENUM(CallbackCaller, owner, department)
enum class CallbackState { open, kept, exhausted, cancelled };
BOOST_DESCRIBE_ENUM(CallbackState, open, kept, exhausted, cancelled)
enum class AttemptOutcome { reached, no_answer, busy, wrong_number, refused, failed };
BOOST_DESCRIBE_ENUM(AttemptOutcome, reached, no_answer, busy, wrong_number, refused, failed)

struct Callback {
  CallbackId id;
  CallbackKind kind = CallbackKind::promised;
  CaseId case_id;
  CustomerId customer;
  InteractionId interaction;
  std::string number;
  CallbackCaller caller = CallbackCaller::owner;
  UserId user;
  DepartmentId department;
  Instant window_from{};
  Instant due_at{};
  CallbackState state = CallbackState::open;
  int attempts = 0;
  std::optional<Instant> next_try_at;
  std::optional<Instant> ended_at;
  std::string ended_why;
  Instant promised_at{};
  std::optional<bool> satisfied;
  std::optional<int> score;  ///< of a follow-up call: 1 very dissatisfied ... 5 very satisfied
  std::int64_t version = 1;
  friend bool operator==(const Callback&, const Callback&) = default;
};

struct CallbackAttempt {
  std::int64_t id = 0;
  CallbackId callback;
  int number = 0;
  UserId by;
  InteractionId interaction;
  Instant at{};
  AttemptOutcome outcome = AttemptOutcome::no_answer;
  std::string note;
};

}  // namespace firsthand
