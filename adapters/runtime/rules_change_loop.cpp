// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/rules_change_loop.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "adapters/runtime/ask.hpp"
#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

// A node whose rules are older than the newest change must not compute by them, and only one node
// works: whoever holds the lease, or anybody when it has run out.
constexpr postgres::Statement kLease{
    "rules_change_lease",
    "update rule_change set worker = $2, worker_until = now() + interval '5 seconds' "
    "where revision = $1 and revision = (select max(revision) from rule_change) "
    "and (worker = $2 or worker_until is null or worker_until < now()) returning revision"};
// Without order: a clock that has been computed leaves the range of the index, so the first rows
// are always those that are left.
constexpr postgres::Statement kLagging{
    "rules_change_lagging",
    "select case_id, customer_id, review_action_id, max(id) || '.' || sum(version) from "
    "(select * from sla_clock where ended_at is null and revision < $1 and "
    "coalesce(case_id, customer_id, review_action_id) <> all($2::bigint[]) limit $3) k "
    "group by 1, 2, 3"};
// A case that no clock runs for may get one. Those that were asked are remembered until the change
// is done.
constexpr postgres::Statement kWithoutClocks{
    "rules_change_without_clocks",
    "select id, null, null, 'none' from case_file c where state not in ('resolved', 'closed') and "
    "id <> all($2::bigint[]) and not exists (select from sla_clock k where k.case_id = c.id and "
    "k.ended_at is null) and not exists (select from remembered m where m.source = 'rules:' || "
    "$1::bigint "
    "and m.key = c.id || ':none') and exists (select from rule_change where revision = $1::bigint "
    "and done_at is null) limit $3"};
constexpr postgres::Statement kProgress{
    "rules_change_progress",
    "update rule_change set clocks_moved = clocks_moved + $2 where revision = $1"};
// The answers were remembered in the transactions that moved the clocks: their sum is exact, also
// when a node was killed between a move and its count.
constexpr postgres::Statement kDone{
    "rules_change_done",
    "update rule_change r set done_at = now(), worker = '', worker_until = null, "
    "clocks_moved = coalesce((select sum((m.reply->>'id')::bigint) from remembered m "
    "where m.source = 'rules:' || r.revision), 0) "
    "where r.done_at is null and r.revision <= $1 and not exists (select from sla_clock k "
    "where k.ended_at is null and k.revision < r.revision)"};
constexpr postgres::Statement kOpen{
    "rules_change_open",
    "select exists (select from rule_change where done_at is null and revision <= $1)"};

// In clocks; a case, customer or review action that is begun is computed whole.
constexpr std::size_t kChunkMin = 16;
constexpr std::size_t kChunkMax = 400;
constexpr std::size_t kSetAsideMax = 1000;
constexpr Millis kLongTurn{60};
constexpr Millis kShortTurn{30};
constexpr Millis kIdle{2000};

}  // namespace

RulesChangeLoop::RulesChangeLoop(boost::asio::any_io_executor executor, Door& door,
                                 postgres::Pool& pool, RulesSource rules, std::string node,
                                 metrics::Registry& metrics)
    : door_(door),
      pool_(pool),
      rules_(std::move(rules)),
      node_(std::move(node)),
      wake_(std::move(executor)),
      cases_(metrics.counter("firsthand_rules_change_cases_total",
                             "Cases, customers and review actions whose clocks were "
                             "computed by changed rules.")),
      moved_(metrics.counter("firsthand_rules_change_moved_total",
                             "Clocks whose due time a change of the rules moved.")),
      chunk_(32) {}

RulesChangeLoop::Look RulesChangeLoop::look(postgres::Connection& connection,
                                            std::int64_t revision) const {
  Look seen;
  {
    postgres::Tx tx{connection, postgres::Access::read_only};
    if (!postgres::read<bool>(tx.exec(kOpen, revision)[0][0]) &&
        tx.exec(kLagging, revision, postgres::array_of(set_aside_), 1).empty()) {
      return seen;
    }
  }
  postgres::Tx tx{connection};
  seen.ours = !tx.exec(kLease, revision, node_).empty();
  if (seen.ours) {
    for (const auto& statement : {kLagging, kWithoutClocks}) {
      if (!seen.matters.empty()) break;
      for (const auto& row : tx.exec(statement, revision, postgres::array_of(set_aside_),
                                     static_cast<std::int64_t>(chunk_))) {
        Lagging one;
        auto& what = one.what;
        postgres::Columns(row) >> what.case_id >> what.customer >> what.review_action >> one.mark;
        seen.matters.push_back(std::move(one));
      }
    }
  }
  tx.commit();
  return seen;
}

void RulesChangeLoop::note(postgres::Connection& connection, std::int64_t revision,
                           std::int64_t moved, bool end) const {
  postgres::Tx tx{connection};
  if (end) {
    tx.exec(kDone, revision);
  } else {
    tx.exec(kProgress, revision, moved);
  }
  tx.commit();
}

void RulesChangeLoop::pace(Millis took) {
  if (took > kLongTurn) chunk_ = std::max(kChunkMin, chunk_ / 2);
  if (took < kShortTurn) chunk_ = std::min(kChunkMax, chunk_ + chunk_ / 2);
  rest_ = std::clamp(took, Millis{5}, Millis{500});
}

awaitable<RulesChangeLoop::Turn> RulesChangeLoop::turn() {
  const std::int64_t revision = rules_()->revision;
  if (revision != revision_) {
    revision_ = revision;
    set_aside_.clear();
  }
  auto find = [this, revision](postgres::Connection& connection) {
    return look(connection, revision);
  };
  const auto seen = co_await postgres::run(pool_, find);
  if (!seen || !seen->ours) co_return Turn::idle;
  if (seen->matters.empty()) {
    auto end = [this, revision](postgres::Connection& connection) {
      note(connection, revision, 0, true);
      return true;
    };
    co_await postgres::run(pool_, end);
    co_return Turn::idle;
  }
  std::vector<Event> events;
  for (const auto& one : seen->matters) {
    Event event;
    event.source = "rules:" + std::to_string(revision);
    // The mark makes a second look at clocks that have changed since another question.
    event.key = std::to_string(one.id()) + ":" + one.mark;
    event.what = one.what;
    events.push_back(std::move(event));
  }
  const auto began = std::chrono::steady_clock::now();
  const auto answers = co_await ask_all(door_, std::move(events));
  pace(std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began));
  std::int64_t moved = 0;
  bool away = false;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto* outcome = std::get_if<Outcome>(&answers[i]);
    if (!outcome) {
      away = true;
      continue;
    }
    if (!outcome->refusal && !outcome->duplicate) {
      moved += outcome->reply.id;
      cases_.add();
      continue;
    }
    // Refused, or decided a moment ago by another node: it must not stop those behind it.
    if (set_aside_.size() < kSetAsideMax) set_aside_.push_back(seen->matters[i].id());
    if (outcome->refusal) {
      spdlog::warn("rules: the clocks of {} cannot be computed: {}", seen->matters[i].id(),
                   outcome->refusal->code);
    }
  }
  moved_.add(static_cast<std::uint64_t>(moved));
  auto count = [this, revision, moved](postgres::Connection& connection) {
    note(connection, revision, moved, false);
    return true;
  };
  if (moved > 0) co_await postgres::run(pool_, count);
  co_return away ? Turn::idle : Turn::worked;
}

awaitable<void> RulesChangeLoop::run() {
  auto tried = std::chrono::steady_clock::now();
  while (true) {
    const Turn took_turn = co_await turn();
    if (took_turn == Turn::worked) {
      co_await rest(rest_);
      continue;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - tried > std::chrono::minutes{1}) {
      set_aside_.clear();
      tried = now;
    }
    co_await wake_.wait_for(kIdle);
  }
}

}  // namespace firsthand::runtime
