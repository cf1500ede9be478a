// SPDX-License-Identifier: Apache-2.0
// The columns of reviews.
#pragma once

#include "adapters/postgres/table.hpp"
#include "engine/model/review.hpp"

namespace firsthand::postgres {

template <>
struct Table<ReviewAction> {
  static constexpr const char* name = "review_action";
  static auto fields() {
    using A = ReviewAction;
    return std::tuple{Field{"id", "bigint", &A::id},
                      Field{"title", "text", &A::title},
                      Field{"text", "text", &A::text},
                      Field{"department_id", "bigint", &A::department},
                      Field{"assignee_id", "bigint", &A::assignee},
                      Field{"case_id", "bigint", &A::case_id},
                      Field{"by_user_id", "bigint", &A::by},
                      Field{"agreed_at", "timestamptz", &A::agreed_at},
                      Field{"due_at", "timestamptz", &A::due_at},
                      Field{"state", "text", &A::state},
                      Field{"result", "text", &A::result},
                      Field{"ended_by", "bigint", &A::ended_by},
                      Field{"ended_at", "timestamptz", &A::ended_at},
                      Field{"version", "bigint", &A::version}};
  }
};

}  // namespace firsthand::postgres
