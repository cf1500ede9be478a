// SPDX-License-Identifier: Apache-2.0
// What reviews of complaints have given somebody to do. Value types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>

#include "engine/ids.hpp"
#include "engine/model/clock.hpp"
#include "engine/time.hpp"

namespace firsthand {

enum class ReviewActionState { open, done, cancelled };
BOOST_DESCRIBE_ENUM(ReviewActionState, open, done, cancelled)

/// What a review has given a department or a person to do, by a day.
struct ReviewAction {
  ReviewActionId id;
  std::string title;
  std::string text;
  DepartmentId department;
  UserId assignee;  ///< none: the department's liaisons
  CaseId case_id;   ///< the complaint that it grew from, or none
  UserId by;
  Instant agreed_at{};
  Instant due_at{};
  ReviewActionState state = ReviewActionState::open;
  std::string result;
  UserId ended_by;
  std::optional<Instant> ended_at;
  std::int64_t version = 1;
  friend bool operator==(const ReviewAction&, const ReviewAction&) = default;
};

struct ReviewActionFile : Clockwork {
  ReviewAction facts;
  friend bool operator==(const ReviewActionFile&, const ReviewActionFile&) = default;
};

}  // namespace firsthand
