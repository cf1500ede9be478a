// SPDX-License-Identifier: Apache-2.0
// The people with what they carry, their absences, and everything that one of them owns: what the
// departure procedure shows before it moves it. Called on a pool thread with an open transaction;
// throws as db.hpp says. The two that plan and end an absence need one that may write.
#pragma once

#include <map>

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

// ------------------------------------------------------------------------------- absences
struct AbsenceView {
  std::int64_t id = 0;
  UserRef user;
  std::optional<UserRef> deputy;
  Stamp from;
  OptionalStamp until;  ///< null: until further notice
  std::string reason;
  std::optional<UserRef> by;
  Stamp at;
  OptionalStamp ended_at;
  std::string state;  ///< planned, now, over
};
BOOST_DESCRIBE_STRUCT(AbsenceView, (),
                      (id, user, deputy, from, until, reason, by, at, ended_at, state))

/// Newest first; the last 100.
std::vector<AbsenceView> absences_of(Tx& tx, std::int64_t user);
std::optional<AbsenceView> read_absence(Tx& tx, std::int64_t id);

struct AbsencePlan {
  std::int64_t user = 0;
  std::int64_t deputy = 0;  ///< 0: nobody stands in
  Instant from{};
  std::optional<Instant> until;
  std::string reason;
};
/// The new absence's id, or why not: it overlaps another, or the deputies would go in a circle.
struct Planned {
  std::int64_t id = 0;
  bool overlaps = false;
  std::vector<std::string> circle;  ///< names, from the person back to the person
};
Planned plan_absence(Tx& tx, const AbsencePlan& plan, std::int64_t by);
/// False when it is over already. One that has not begun is taken back.
bool end_absence(Tx& tx, std::int64_t id, std::int64_t by);

// ------------------------------------------------------------------------------- people
struct PersonLoad {
  int open_cases = 0, callbacks = 0, accounts = 0, review_actions = 0;
};
BOOST_DESCRIBE_STRUCT(PersonLoad, (), (open_cases, callbacks, accounts, review_actions))

struct PersonView {
  std::int64_t id = 0;
  std::string login, name, role;
  std::optional<DepartmentRef> department;
  bool department_head = false;
  std::string office;
  std::string presence;
  PersonLoad load;
  std::optional<AbsenceView> absence;  ///< the one that stands now, or the next
  std::vector<UserRef> stood_in_by;    ///< now: deputy, the deputy's deputy ...
  OptionalStamp left_at;
  bool departed = false;  ///< by the departure procedure; otherwise the account is just locked
};
BOOST_DESCRIBE_STRUCT(PersonView, (),
                      (id, login, name, role, department, department_head, office, presence, load,
                       absence, stood_in_by, left_at, departed))
/// By role, then by name; those who have left at the end.
std::vector<PersonView> list_people(Tx& tx, const Rules& rules, Instant now);
/// Open cases of everybody who has any.
std::map<UserId, int> open_cases_of_all(Tx& tx);

// ------------------------------------------------------------------------------- departures
/// One thing that somebody owns.
struct OwnedItem {
  std::int64_t id = 0;
  std::string title;   ///< case number, customer's name, the action's title
  std::string detail;  ///< category, kind of the callback, tier
  std::string state;
  std::string customer_name;
  OptionalStamp due_at;
  Ids hands;  ///< who had a hand in the case of a follow-up call
};
struct OwnedKind {
  std::vector<OwnedItem> items;  ///< at most kOwnedShown
  int total = 0;
};
inline constexpr int kOwnedShown = 300;
struct Owned {
  OwnedKind cases, callbacks, accounts, review_actions;
  int handled = 0, dispatches = 0, hand_overs = 0;
  bool on_a_call = false;
  std::vector<AbsenceView> stands_in;  ///< for whom, now or planned
};
/// Promises that move with their case are its, not items of their own.
Owned owned_by(Tx& tx, const Rules& rules, std::int64_t user);

struct DepartureCounts {
  std::int64_t id = 0;
  Stamp at;
  int cases = 0, callbacks = 0, accounts = 0, review_actions = 0;
};
BOOST_DESCRIBE_STRUCT(DepartureCounts, (), (id, at, cases, callbacks, accounts, review_actions))
std::optional<DepartureCounts> read_departure(Tx& tx, std::int64_t id);

// ------------------------------------------------------------------------------- reassignment
/// Several cases were to get another owner at once: each case's id with the code of its refusal,
/// "" for what has moved.
using Reassigned = std::map<std::int64_t, std::string>;
Reassigned read_reassignment(Tx& tx, std::int64_t id);

namespace statements {
extern const std::vector<Statement> kPeopleReads;
}

}  // namespace firsthand::postgres
