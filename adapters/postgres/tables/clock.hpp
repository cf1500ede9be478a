// SPDX-License-Identifier: Apache-2.0
// The columns of clocks.
#pragma once

#include "adapters/postgres/table.hpp"
#include "engine/model/clock.hpp"

namespace firsthand::postgres {

template <>
struct Table<SlaClock> {
  static constexpr const char* name = "sla_clock";
  static auto fields() {
    using S = SlaClock;
    constexpr auto budget_kind = [](auto& clock) -> auto& { return clock.budget.kind; };
    constexpr auto budget_amount = [](auto& clock) -> auto& { return clock.budget.amount; };
    return std::tuple{Field{"id", "bigint", &S::id},
                      Field{"case_id", "bigint", &S::case_id},
                      Field{"customer_id", "bigint", &S::customer},
                      Field{"review_action_id", "bigint", &S::review_action},
                      Field{"kind", "text", &S::kind},
                      Field{"cycle", "integer", &S::cycle},
                      Field{"callback_id", "bigint", &S::callback},
                      Field{"dispatch_id", "bigint", &S::dispatch},
                      Field{"policy", "text", &S::policy},
                      Field{"policy_version", "integer", &S::policy_version},
                      Field{"calendar", "text", &S::calendar},
                      Field{"budget_kind", "text", budget_kind},
                      Field{"budget_s", "bigint", budget_amount},
                      Field{"ladder", "text", &S::ladder},
                      Field{"started_at", "timestamptz", &S::started_at},
                      Field{"due_at", "timestamptz", &S::due_at},
                      Field{"state", "text", &S::state},
                      Field{"breached_at", "timestamptz", &S::breached_at},
                      Field{"ended_at", "timestamptz", &S::ended_at},
                      Field{"stage", "integer", &S::stage},
                      Field{"step", "text", &S::step},
                      Field{"fire_at", "timestamptz", &S::fire_at},
                      Field{"revision", "bigint", &S::revision},
                      Field{"version", "bigint", &S::version}};
  }
};

template <>
struct Table<ClockPause> {
  static constexpr const char* name = "clock_pause";
  static auto fields() {
    using P = ClockPause;
    return std::tuple{Field{"id", "bigint", &P::id},
                      Field{"case_id", "bigint", &P::case_id},
                      Field{"from_at", "timestamptz", &P::from},
                      Field{"until_at", "timestamptz", &P::until},
                      Field{"planned_until", "timestamptz", &P::planned_until},
                      Field{"reason", "text", &P::reason},
                      Field{"by_user_id", "bigint", &P::by}};
  }
};

template <>
struct Table<Alert> {
  static constexpr const char* name = "alert";
  static auto fields() {
    using A = Alert;
    return std::tuple{Field{"id", "bigint", &A::id},
                      Field{"clock_id", "bigint", &A::clock},
                      Field{"case_id", "bigint", &A::case_id},
                      Field{"customer_id", "bigint", &A::customer},
                      Field{"review_action_id", "bigint", &A::review_action},
                      Field{"cycle", "integer", &A::cycle},
                      Field{"stage", "integer", &A::stage},
                      Field{"step", "text", &A::step},
                      Field{"clock_kind", "text", &A::clock_kind},
                      Field{"recipient_id", "bigint", &A::recipient},
                      Field{"role", "text", &A::role},
                      Field{"needs_acknowledgement", "boolean", &A::needs_acknowledgement},
                      Field{"due_at", "timestamptz", &A::due_at},
                      Field{"fired_at", "timestamptz", &A::fired_at},
                      Field{"acknowledged_at", "timestamptz", &A::acknowledged_at},
                      Field{"acknowledged_by", "bigint", &A::acknowledged_by}};
  }
};

}  // namespace firsthand::postgres
