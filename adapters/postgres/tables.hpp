// SPDX-License-Identifier: Apache-2.0
// How each value of the engine lies in its table. A new column is one line in a list and one in a
// migration.
#pragma once

#include "adapters/postgres/table.hpp"
#include "adapters/postgres/tables/callback.hpp"
#include "adapters/postgres/tables/case.hpp"
#include "adapters/postgres/tables/clock.hpp"
#include "adapters/postgres/tables/customer.hpp"
#include "adapters/postgres/tables/interaction.hpp"
#include "adapters/postgres/tables/recording.hpp"
#include "adapters/postgres/tables/review.hpp"
#include "engine/model.hpp"

namespace firsthand::postgres {

template <>
struct Table<HistoryEntry> {
  static constexpr const char* name = "history";
  static auto fields() {
    using H = HistoryEntry;
    return std::tuple{Field{"id", "bigint", &H::id},
                      Field{"at", "timestamptz", &H::at},
                      Field{"customer_id", "bigint", &H::customer},
                      Field{"case_id", "bigint", &H::case_id},
                      Field{"interaction_id", "bigint", &H::interaction},
                      Field{"kind", "text", &H::kind},
                      Field{"actor_id", "bigint", &H::actor},
                      Field{"acting_for_id", "bigint", &H::acting_for},
                      Field{"source", "text", &H::source},
                      Field{"data", "jsonb", &H::data}};
  }
};

template <>
struct Table<Effect> {
  static constexpr const char* name = "outbox";
  static auto fields() {
    using E = Effect;
    return std::tuple{
        Field{"id", "bigint", &E::id},      Field{"kind", "text", &E::kind},
        Field{"key", "text", &E::key},      Field{"payload", "jsonb", &E::payload},
        Field{"at", "timestamptz", &E::at}, Field{"next_try_at", "timestamptz", &E::not_before}};
  }
};

}  // namespace firsthand::postgres
