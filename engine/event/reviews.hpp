// SPDX-License-Identifier: Apache-2.0
// What a review has given somebody to do.
#pragma once

#include <optional>
#include <string>

#include "engine/model/review.hpp"

namespace firsthand::event {

struct ReviewActionAgreed {
  std::string title, text;
  DepartmentId department;
  UserId assignee;
  CaseId case_id;
  Instant due_at;
};
struct ReviewActionChanged {
  ReviewActionId review_action;
  std::int64_t version;
  std::optional<std::string> title, text;
  std::optional<UserId> assignee;
  std::optional<Instant> due_at;
  std::string reason;
};
struct ReviewActionEnded {
  ReviewActionId review_action;
  ReviewActionState how;  ///< done or cancelled
  std::string result;
};

}  // namespace firsthand::event
