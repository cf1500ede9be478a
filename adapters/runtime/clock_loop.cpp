// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/clock_loop.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

// Eight batches of the door: its three writers have one each, the others collect meanwhile.
constexpr std::size_t kFlyingMax = 4096;
constexpr std::size_t kClaimMax = redis::DueIndex::kClaimMax;
constexpr Millis kLongest{5000};
constexpr Millis kLookEvery{250};
// Claimed a little early, by clocks that differ a little: waited for here, still leased.
constexpr Millis kEarlyMax{2000};
// What the door says of a step that is not to fire now, or not any more.
constexpr std::array<std::string_view, 3> kMovedOn{"stale", "too_early", "not_found"};

// statement_timestamp() rather than clock_timestamp(): a volatile function cannot bound the index,
// and every look would read all armed clocks.
constexpr postgres::Statement kDue{
    "clocks_due",
    "select id, version, fire_at from sla_clock where fire_at <= "
    "least(statement_timestamp(), "
    "coalesce($2::timestamptz, 'infinity')) - make_interval(secs => $1::float8) "
    "order by fire_at, id limit $3"};
constexpr postgres::Statement kNext{
    "clocks_next",
    "select ceil(extract(epoch from fire_at - clock_timestamp()) * 1000)::bigint from sla_clock "
    "where fire_at > statement_timestamp() order by fire_at limit 1"};
constexpr postgres::Statement kNamed{
    "clocks_named",
    "select id, version, fire_at, ceil(extract(epoch from fire_at - clock_timestamp()) * "
    "1000)::bigint from sla_clock where id = any($1::bigint[])"};

}  // namespace

ClockLoop::ClockLoop(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
                     Projection& projection, const ClockSkew& skew, metrics::Registry& metrics)
    : door_(door),
      reads_(reads),
      projection_(projection),
      skew_(skew),
      wake_(executor),
      fired_(metrics.counter("firsthand_clock_steps_fired_total", "Ladder steps fired.")),
      swept_(metrics.counter("firsthand_clock_steps_swept_total",
                             "Ladder steps found late by the sweep; should stay 0.")),
      lateness_(metrics.histogram("firsthand_clock_lateness_seconds",
                                  "From a step's due instant to its decision.")) {}

std::size_t ClockLoop::flying() const {
  const std::lock_guard lock{mutex_};
  return flying_.size();
}

awaitable<std::optional<ClockLoop::Look>> ClockLoop::look(Millis overdue_by,
                                                          std::optional<Instant> not_after) {
  const double seconds = std::chrono::duration<double>(overdue_by).count();
  // What is being decided is still due in PostgreSQL: looked past.
  const auto limit = static_cast<std::int64_t>(kClaimMax + flying());
  auto work = [seconds, not_after, limit](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    Look seen;
    for (const auto& row : tx.exec(kDue, seconds, not_after, limit)) {
      DueStep step;
      postgres::Columns(row) >> step.clock >> step.version >> step.due_at;
      seen.due.push_back(step);
    }
    const auto next = tx.exec(kNext);
    if (!next.empty()) seen.until_next = Millis{postgres::read<std::int64_t>(next[0][0])};
    return seen;
  };
  auto seen = co_await postgres::run(reads_, work);
  if (!seen) co_return std::nullopt;
  const std::lock_guard lock{mutex_};
  std::erase_if(seen->due, [this](const DueStep& step) {
    const auto found = flying_.find(step.clock);
    return found != flying_.end() && found->second >= step.version;
  });
  co_return std::move(*seen);
}

awaitable<void> ClockLoop::look_again() {
  struct Found {
    postgres::SavedClock clock;
    std::optional<std::int64_t> until_ms;
  };
  std::vector<DueStep> moved;
  {
    const std::lock_guard lock{mutex_};
    std::swap(moved, moved_);
  }
  if (moved.empty()) co_return;
  auto work = [&moved](postgres::Connection& connection) {
    std::map<ClockId, Found> found;
    postgres::ArrayLiteral ids;
    for (const auto& step : moved) ids.add(step.clock);
    postgres::Tx tx{connection, postgres::Access::read_only};
    for (const auto& row : tx.exec(kNamed, ids)) {
      Found one;
      postgres::Columns(row) >> one.clock.id >> one.clock.version >> one.clock.fire_at >>
          one.until_ms;
      found.emplace(one.clock.id, one);
    }
    return found;
  };
  const auto found = co_await postgres::run(reads_, work);
  if (!found) co_return;  // still leased: the index brings them again
  std::vector<postgres::SavedClock> others;
  for (const auto& step : moved) {
    const auto at = found->find(step.clock);
    if (at == found->end()) {
      others.push_back({step.clock, step.version, std::nullopt});
    } else if (const auto& [clock, until_ms] = at->second;
               clock.fire_at && until_ms && Millis{*until_ms} <= kEarlyMax) {
      early_.push_back({{clock.id, clock.version, *clock.fire_at},
                        Steady::now() + Millis{std::max<std::int64_t>(0, *until_ms)}});
    } else {
      others.push_back(clock);
    }
  }
  if (!others.empty()) co_await projection_.correct(std::move(others));
}

std::vector<DueStep> ClockLoop::take_early() {
  std::vector<DueStep> due;
  const auto now = Steady::now();
  std::erase_if(early_, [&](const Early& early) {
    if (early.at > now) return false;
    due.push_back(early.step);
    return true;
  });
  return due;
}

void ClockLoop::fire(std::vector<DueStep> steps) {
  for (const DueStep& step : steps) {
    {
      const std::lock_guard lock{mutex_};
      flying_[step.clock] = step.version;
    }
    // Without a key: a repeat meets another version and is refused, nothing is to be remembered.
    Event event;
    event.source = "timer";
    event.what = event::ClockFired{step.clock, step.version};
    door_.submit(std::move(event), [this, step](DoorAnswer answer) { fired(step, answer); });
  }
}

void ClockLoop::fired(const DueStep& step, const DoorAnswer& answer) {
  const auto* outcome = std::get_if<Outcome>(&answer);
  const bool moved =
      outcome && outcome->refusal && by_redis_ &&
      std::find(kMovedOn.begin(), kMovedOn.end(), outcome->refusal->code) != kMovedOn.end();
  if (outcome && outcome->step_due) {
    fired_.add();
    lateness_.observe(std::chrono::duration<double>(skew_.now() - *outcome->step_due).count());
  }
  bool room = false;
  {
    const std::lock_guard lock{mutex_};
    flying_.erase(step.clock);
    if (moved) moved_.push_back(step);
    room = flying_.size() == kFlyingMax - kClaimMax;
  }
  if (room || moved) wake_.notify();
}

awaitable<Millis> ClockLoop::turn_by_redis() {
  co_await look_again();
  fire(take_early());
  const std::size_t busy = flying();
  if (busy > kFlyingMax - kClaimMax) co_return kLookEvery;  // an answer wakes
  auto steps = co_await projection_.claim_due(kClaimMax);
  const bool full = steps.size() == kClaimMax;
  front_.reset();
  if (full) {
    front_ = steps.front().due_at;
    front_at_ = Steady::now();
  }
  fire(std::move(steps));
  if (full) co_return Millis{0};
  Millis sleep = kLongest;
  const auto next = co_await projection_.until_next_due();
  if (next) sleep = std::min(sleep, *next + Millis{1});
  for (const auto& early : early_) {
    const auto left = std::chrono::ceil<Millis>(early.at - Steady::now());
    sleep = std::clamp(left, Millis{0}, sleep);
  }
  co_return sleep;
}

awaitable<Millis> ClockLoop::turn_by_postgres() {
  early_.clear();  // PostgreSQL tells them again
  front_.reset();
  if (flying() > kFlyingMax - kClaimMax) co_return kLookEvery;
  auto seen = co_await look(Millis{0}, std::nullopt);
  if (!seen) co_return kLookEvery;
  const bool full = seen->due.size() >= kClaimMax;
  if (full) {
    seen->due.resize(kClaimMax);
    front_ = seen->due.front().due_at;
    front_at_ = Steady::now();
  }
  fire(std::move(seen->due));
  if (full) co_return Millis{0};
  if (!seen->until_next) co_return kLookEvery;
  co_return std::clamp(*seen->until_next + Millis{1}, Millis{1}, kLookEvery);
}

awaitable<void> ClockLoop::run() {
  while (true) {
    Millis sleep = kLookEvery;
    if (reads_.up()) {  // else a claim would be leased for nothing
      by_redis_ = projection_.ready() && skew_.redis_usable();
      if (by_redis_) {
        sleep = co_await turn_by_redis();
      } else {
        sleep = co_await turn_by_postgres();
      }
    }
    if (sleep > Millis{0}) co_await wake_.wait_for(sleep);
  }
}

awaitable<void> ClockLoop::sweep() {
  unsigned turn = 0;
  while (true) {
    // Spread over the nodes without randomness: each turn is a little different.
    co_await rest(Millis{4700 + 200 * (turn++ % 4)});
    const bool behind = front_ && Steady::now() - front_at_ < std::chrono::seconds{2};
    auto seen = co_await look(Millis{2000}, behind ? front_ : std::nullopt);
    if (!seen || seen->due.empty()) continue;
    swept_.add(seen->due.size());
    spdlog::warn("clocks: the sweep found {} late steps", seen->due.size());
    fire(std::move(seen->due));
  }
}

}  // namespace firsthand::runtime
