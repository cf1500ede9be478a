// SPDX-License-Identifier: Apache-2.0
// Why a clock is due when it is: the working spans, holidays and pauses between its start and its
// end, the steps of its ladder with whom they reached or would reach, the policy and its version.
// By the calendars in force now. Called on a pool thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

struct ExplainedClock : ClockView {
  std::string step;  ///< fires next; "" when nothing is left
  std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(ExplainedClock, (ClockView), (step, revision))
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out,
                const ExplainedClock& clock);

struct ExplainedPolicy {
  std::string code;
  int version = 0;  ///< that gave the clock
  std::string name_zh, name_en;
  int current_version = 0;
};
BOOST_DESCRIBE_STRUCT(ExplainedPolicy, (), (code, version, name_zh, name_en, current_version))

struct ExplainedCalendar {
  std::string code, name_zh, name_en, zone;
  std::optional<std::string> complete_until;  ///< last date whose holidays are published
  bool due_beyond = false;                    ///< the due time lies behind it
};
BOOST_DESCRIBE_STRUCT(ExplainedCalendar, (),
                      (code, name_zh, name_en, zone, complete_until, due_beyond))

struct ExplainedSpan {
  Stamp from, to;
  std::string kind;  ///< working, paused, closed, holiday, uncovered
  std::string name_zh, name_en;
  std::int64_t s = 0;
};
BOOST_DESCRIBE_STRUCT(ExplainedSpan, (), (from, to, kind, name_zh, name_en, s))

struct ExplainedRecipient {
  std::string role, name;  ///< no name while the role is not resolved
};
BOOST_DESCRIBE_STRUCT(ExplainedRecipient, (), (role, name))

struct ExplainedStep {
  std::string name;
  OptionalStamp at;  ///< none while the clock is paused
  OptionalStamp fired_at;
  std::string state;  ///< fired, next, later, skipped
  std::vector<ExplainedRecipient> recipients;
  std::vector<std::string> channels;
  bool needs_acknowledgement = false, if_unacknowledged = false;
  int escalate = 0;
};
BOOST_DESCRIBE_STRUCT(ExplainedStep, (),
                      (name, at, fired_at, state, recipients, channels, needs_acknowledgement,
                       if_unacknowledged, escalate))

struct ExplainedPause {
  Stamp from;
  OptionalStamp to;  ///< none: the clock stands still now
  Stamp planned_until;
  std::string reason;
  std::optional<UserRef> by;
};
BOOST_DESCRIBE_STRUCT(ExplainedPause, (), (from, to, planned_until, reason, by))

struct ClockExplanation {
  ExplainedClock clock;
  ExplainedPolicy policy;
  ExplainedCalendar calendar;
  std::string ladder;
  Stamp now;
  Stamp until;                 ///< where the spans end: behind the due time when there is more
  std::int64_t elapsed_s = 0;  ///< the clock's own time so far
  std::int64_t budget_s = 0;   ///< in its own time, also of a budget in working days
  /// The rules in force give this very due time. Not so when the clock has breached, or was
  /// promised to a customer, before the calendar was changed.
  bool reproduced = true;
  std::vector<ExplainedSpan> spans;  ///< gapless from the start; one ends at the due time
  bool truncated = false;
  std::vector<ExplainedStep> steps;
  std::vector<ExplainedPause> pauses;  ///< only what stops a clock of this kind
};
BOOST_DESCRIBE_STRUCT(ClockExplanation, (),
                      (clock, policy, calendar, ladder, now, until, elapsed_s, budget_s, reproduced,
                       spans, truncated, steps, pauses))

inline constexpr std::size_t kExplainedSpansMax = 1000;  // two years of office days

/// What a clock hangs on: one of the three, the others are 0.
struct ClockPlace {
  std::int64_t case_id = 0, customer = 0, review_action = 0;
};
std::optional<ClockPlace> place_of_clock(Tx& tx, std::int64_t clock_id);

/// Nothing when there is no such clock.
std::optional<ClockExplanation> explain_clock(Tx& tx, const Rules& rules, std::int64_t clock_id);

namespace statements {
extern const std::vector<Statement> kExplainReads;
}

}  // namespace firsthand::postgres
