// SPDX-License-Identifier: Apache-2.0
// What reviews have given people to do: the lists, and one action with its clock. Called on a pool
// thread with an open transaction; throws as db.hpp says.
#pragma once

#include "adapters/postgres/reads/case_reads.hpp"

namespace firsthand::postgres {

/// What this viewer may do now.
struct ReviewActionCan {
  bool edit = false, finish = false, cancel = false;
};
BOOST_DESCRIBE_STRUCT(ReviewActionCan, (), (edit, finish, cancel))

struct ReviewActionView {
  std::int64_t id = 0;
  std::string title, text, state;
  std::optional<DepartmentRef> department;
  std::optional<UserRef> assignee;  ///< none: the department's liaisons
  std::optional<std::string> case_number;
  std::optional<UserRef> by;
  Stamp agreed_at, due_at;
  bool late = false;
  std::string result;
  std::optional<UserRef> ended_by;
  OptionalStamp ended_at;
  std::optional<ClockView> clock;  ///< of the day that holds now, or held at the end
  ReviewActionCan can;
  std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(ReviewActionView, (),
                      (id, title, text, state, department, assignee, case_number, by, agreed_at,
                       due_at, late, result, ended_by, ended_at, clock, can, version))

struct ReviewActionFilter {
  std::string list = "mine";  ///< mine department open late all
  std::int64_t user = 0;
  std::int64_t department = 0;
  std::string after;
  int limit = kPageDefault;
};
/// Due first; `all`, which has the ended ones too, due last first. Nothing for an `after` that is
/// not ours.
std::optional<Page<ReviewActionView>> list_review_actions(Tx& tx, const Rules& rules,
                                                          const ReviewActionFilter& filter);

std::optional<ReviewActionView> read_review_action(Tx& tx, const Rules& rules, std::int64_t id);

namespace statements {
extern const std::vector<Statement> kReviewReads;
}

}  // namespace firsthand::postgres
