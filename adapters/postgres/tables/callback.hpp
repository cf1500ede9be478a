// SPDX-License-Identifier: Apache-2.0
// The columns of callbacks.
#pragma once

#include "adapters/postgres/table.hpp"
#include "engine/model/callback.hpp"

namespace firsthand::postgres {

template <>
struct Table<Callback> {
  static constexpr const char* name = "callback";
  static auto fields() {
    using C = Callback;
    return std::tuple{Field{"id", "bigint", &C::id},
                      Field{"kind", "text", &C::kind},
                      Field{"case_id", "bigint", &C::case_id},
                      Field{"customer_id", "bigint", &C::customer},
                      Field{"interaction_id", "bigint", &C::interaction},
                      Field{"number", "text", &C::number},
                      Field{"caller", "text", &C::caller},
                      Field{"user_id", "bigint", &C::user},
                      Field{"department_id", "bigint", &C::department},
                      Field{"window_from", "timestamptz", &C::window_from},
                      Field{"due_at", "timestamptz", &C::due_at},
                      Field{"state", "text", &C::state},
                      Field{"attempts", "integer", &C::attempts},
                      Field{"next_try_at", "timestamptz", &C::next_try_at},
                      Field{"ended_at", "timestamptz", &C::ended_at},
                      Field{"ended_why", "text", &C::ended_why},
                      Field{"promised_at", "timestamptz", &C::promised_at},
                      Field{"satisfied", "boolean", &C::satisfied},
                      Field{"score", "integer", &C::score},
                      Field{"version", "bigint", &C::version}};
  }
};

template <>
struct Table<CallbackAttempt> {
  static constexpr const char* name = "callback_attempt";
  static auto fields() {
    using A = CallbackAttempt;
    return std::tuple{Field{"id", "bigint", &A::id},
                      Field{"callback_id", "bigint", &A::callback},
                      Field{"number", "integer", &A::number},
                      Field{"by_user_id", "bigint", &A::by},
                      Field{"interaction_id", "bigint", &A::interaction},
                      Field{"at", "timestamptz", &A::at},
                      Field{"outcome", "text", &A::outcome},
                      Field{"note", "text", &A::note}};
  }
};

}  // namespace firsthand::postgres
