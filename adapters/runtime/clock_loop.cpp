// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/clock_loop.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

// Eight batches of the door: its three writers have one each, the others collect meanwhile.
constexpr std::size_t kFlyingMax = 4096;
constexpr std::size_t kClaimMax = 1024;
constexpr Millis kLongest{5000};
constexpr Millis kLookEvery{250};
// Claimed a little early, by clocks that differ a little: waited for here, still leased.
constexpr Millis kEarlyMax{2000};

// statement_timestamp() rather than clock_timestamp(): a volatile function cannot bound the index,
// and every look would read all armed clocks.
constexpr postgres::Statement kDue{
    "clocks_due",
    "select id, version, stage, fire_at from sla_clock where fire_at <= "
    "least(statement_timestamp(), "
    "coalesce($2::timestamptz, 'infinity')) - make_interval(secs => $1::float8) "
    "order by fire_at, id limit $3"};
constexpr postgres::Statement kNext{
    "clocks_next",
    "select ceil(extract(epoch from fire_at - clock_timestamp()) * 1000)::bigint from sla_clock "
    "where fire_at > statement_timestamp() order by fire_at limit 1"};
constexpr postgres::Statement kNamed{
    "clocks_named",
    "select id, version, stage, fire_at, ceil(extract(epoch from fire_at - clock_timestamp()) * "
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
      Step step;
      postgres::Columns(row) >> step.clock >> step.version >> step.stage >> step.fire_at;
      seen.due.push_back(step);
    }
    const auto next = tx.exec(kNext);
    if (!next.empty()) seen.until_next = Millis{postgres::read<std::int64_t>(next[0][0])};
    return seen;
  };
  auto seen = co_await postgres::run(reads_, work);
  if (!seen) co_return std::nullopt;
  const std::lock_guard lock{mutex_};
  std::erase_if(seen->due, [this](const Step& step) {
    const auto found = flying_.find(step.clock);
    return found != flying_.end() && found->second >= step.version;
  });
  co_return std::move(*seen);
}

awaitable<std::vector<ClockLoop::Step>> ClockLoop::look_up(std::vector<DueStep> claimed) {
  struct Found {
    Step step;
    std::optional<Instant> fire_at;
    std::optional<std::int64_t> until_ms;
  };
  std::vector<Step> due;
  if (claimed.empty()) co_return due;
  auto work = [&claimed](postgres::Connection& connection) {
    postgres::ArrayLiteral ids;
    for (const auto& step : claimed) ids.add(step.clock);
    postgres::Tx tx{connection, postgres::Access::read_only};
    std::vector<Found> found;
    for (const auto& row : tx.exec(kNamed, ids)) {
      Found one;
      postgres::Columns(row) >> one.step.clock >> one.step.version >> one.step.stage >>
          one.fire_at >> one.until_ms;
      found.push_back(one);
    }
    return found;
  };
  auto found = co_await postgres::run(reads_, work);
  if (!found) co_return due;
  std::vector<postgres::SavedClock> others;
  for (auto& one : *found) {
    if (!one.fire_at || !one.until_ms || Millis{*one.until_ms} > kEarlyMax) {
      others.push_back({one.step.clock, one.step.version, one.fire_at});
      continue;
    }
    one.step.fire_at = *one.fire_at;
    if (*one.until_ms <= 0) {
      due.push_back(one.step);
    } else {
      early_.push_back({one.step, Steady::now() + Millis{*one.until_ms}});
    }
  }
  if (!others.empty()) co_await projection_.correct(std::move(others));
  std::sort(due.begin(), due.end(),
            [](const Step& a, const Step& b) { return a.fire_at < b.fire_at; });
  co_return due;
}

std::vector<ClockLoop::Step> ClockLoop::take_early() {
  std::vector<Step> due;
  const auto now = Steady::now();
  std::erase_if(early_, [&](const Early& early) {
    if (early.at > now) return false;
    due.push_back(early.step);
    return true;
  });
  return due;
}

void ClockLoop::fire(std::vector<Step> steps) {
  for (const Step& step : steps) {
    {
      const std::lock_guard lock{mutex_};
      flying_[step.clock] = step.version;
    }
    // Without a key: a repeat meets another version and is refused, nothing is to be remembered.
    Event event;
    event.source = "timer";
    event.what = event::ClockFired{step.clock, step.version, step.stage};
    door_.submit(std::move(event), [this, step](DoorAnswer answer) { fired(step, answer); });
  }
}

void ClockLoop::fired(const Step& step, const DoorAnswer& answer) {
  const auto* outcome = std::get_if<Outcome>(&answer);
  if (outcome && !outcome->refusal && !outcome->duplicate) {
    fired_.add();
    lateness_.observe(std::chrono::duration<double>(skew_.now() - step.fire_at).count());
  }
  bool room = false;
  {
    const std::lock_guard lock{mutex_};
    flying_.erase(step.clock);
    room = flying_.size() == kFlyingMax - kClaimMax;
  }
  if (room) wake_.notify();
}

awaitable<Millis> ClockLoop::turn_by_redis() {
  fire(take_early());
  const std::size_t busy = flying();
  if (busy > kFlyingMax - kClaimMax) co_return kLookEvery;  // an answer wakes
  auto claimed = co_await projection_.claim_due(kClaimMax);
  const bool full = claimed.size() == kClaimMax;
  auto steps = co_await look_up(std::move(claimed));
  front_.reset();
  if (full && !steps.empty()) {
    front_ = steps.front().fire_at;
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
    front_ = seen->due.front().fire_at;
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
      if (projection_.ready() && skew_.redis_usable()) {
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
