// SPDX-License-Identifier: Apache-2.0
// The Lua scripts of lua/, embedded at build time. Each runs atomically and takes its time from
// Redis, so that nodes with wrong clocks agree. `sha1` is the name Redis caches a script under.
#pragma once

#include <string_view>

namespace firsthand::redis {

struct Script {
  std::string_view name;
  std::string_view sha1;
  std::string_view source;
};

namespace scripts {

extern const Script due_put;
extern const Script due_remove;
extern const Script due_claim;
extern const Script due_next;
extern const Script due_return;
extern const Script due_state;
extern const Script due_rebuild;
extern const Script epoch_finish;
extern const Script route_waiting;
extern const Script route_idle;
extern const Script route_lease;
extern const Script route_release;
extern const Script route_rebuild;
extern const Script presence_beat;
extern const Script presence_alive;
extern const Script presence_expired;
extern const Script looking_see;
extern const Script writer_acquire;
extern const Script writer_renew;
extern const Script writer_release;

}  // namespace scripts
}  // namespace firsthand::redis
