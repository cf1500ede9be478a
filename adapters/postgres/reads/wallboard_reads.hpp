// SPDX-License-Identifier: Apache-2.0
// The wallboard: queues, who is at work, and the work that is open. Called on a pool thread with an
// open transaction.
#pragma once

#include "adapters/postgres/reads/desk_views.hpp"
#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

struct QueueView {
  std::string code, name_zh, name_en;
  std::int64_t waiting = 0, longest_wait_s = 0, talking = 0, answered_today = 0;
  std::int64_t abandoned_today = 0;
  std::int64_t written = 0;             ///< waiting to be read
  std::optional<double> service_level;  ///< answered within 20 s, of answered and abandoned
};
BOOST_DESCRIBE_STRUCT(QueueView, (),
                      (code, name_zh, name_en, waiting, longest_wait_s, talking, answered_today,
                       abandoned_today, written, service_level))

/// Who hears an agent's call.
struct ListenerView {
  UserRef user;
  std::string mode;
};
BOOST_DESCRIBE_STRUCT(ListenerView, (), (user, mode))

struct AgentView {
  UserRef user;
  std::string presence, reason;
  OptionalStamp since;
  std::string extension;
  std::int64_t in_hand = 0;  ///< written contacts taken and not done yet
  std::int64_t cases_open = 0, cases_overdue = 0;
  std::optional<CallView> call;
  std::vector<ListenerView> listeners;
};
BOOST_DESCRIBE_STRUCT(AgentView, (),
                      (user, presence, reason, since, extension, in_hand, cases_open, cases_overdue,
                       call, listeners))

struct CaseCounts {
  std::int64_t open = 0, due_soon = 0, overdue = 0, registered_today = 0;
};
BOOST_DESCRIBE_STRUCT(CaseCounts, (), (open, due_soon, overdue, registered_today))

struct WorkCounts {
  std::int64_t open = 0, overdue = 0;
};
BOOST_DESCRIBE_STRUCT(WorkCounts, (), (open, overdue))

struct WallboardView {
  Stamp now;
  std::vector<QueueView> queues;
  std::vector<AgentView> agents;
  CaseCounts cases;
  WorkCounts callbacks, review_actions;
};
BOOST_DESCRIBE_STRUCT(WallboardView, (), (now, queues, agents, cases, callbacks, review_actions))

/// `day_start`: midnight of the company's day.
WallboardView read_wallboard(Tx& tx, const Rules& rules, Instant day_start);

namespace statements {
extern const std::vector<Statement> kWallboardReads;
}

}  // namespace firsthand::postgres
