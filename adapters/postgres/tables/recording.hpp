// SPDX-License-Identifier: Apache-2.0
// The columns of recordings; those of the keeper of the files are its own.
#pragma once

#include "adapters/postgres/table.hpp"
#include "engine/model/recording.hpp"

namespace firsthand::postgres {

template <>
struct Table<Recording> {
  static constexpr const char* name = "recording";
  static auto fields() {
    using R = Recording;
    return std::tuple{Field{"id", "bigint", &R::id},
                      Field{"interaction_id", "bigint", &R::interaction},
                      Field{"part", "integer", &R::part},
                      Field{"name", "text", &R::name},
                      Field{"agent_id", "bigint", &R::agent},
                      Field{"state", "text", &R::state},
                      Field{"silent", "boolean", &R::silent},
                      Field{"may_pause", "boolean", &R::may_pause},
                      Field{"paused_by_id", "bigint", &R::paused_by},
                      Field{"paused_at", "timestamptz", &R::paused_at},
                      Field{"paused_until", "timestamptz", &R::paused_until},
                      Field{"began_at", "timestamptz", &R::began_at},
                      Field{"ended_at", "timestamptz", &R::ended_at},
                      Field{"keep_days", "integer", &R::keep_days},
                      Field{"keep_until", "timestamptz", &R::keep_until},
                      Field{"hold_reason", "text", &R::hold_reason},
                      Field{"seconds", "bigint", &R::seconds},
                      Field{"bytes", "bigint", &R::bytes},
                      Field{"sha256", "text", &R::sha256},
                      Field{"deleted_at", "timestamptz", &R::deleted_at},
                      Field{"deleted_why", "text", &R::deleted_why}};
  }
};

}  // namespace firsthand::postgres
