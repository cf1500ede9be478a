// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/clock_loop.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "adapters/runtime/ask.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr postgres::Statement kDue{
    "clocks_due",
    "select id, version, stage, fire_at from sla_clock where fire_at <= clock_timestamp() - "
    "make_interval(secs => $1::float8) "
    "order by fire_at, id limit 256"};
constexpr postgres::Statement kNext{
    "clocks_next",
    "select ceil(extract(epoch from fire_at - clock_timestamp()) * 1000)::bigint from sla_clock "
    "where fire_at is not null order by fire_at limit 1"};
constexpr postgres::Statement kNamed{"clocks_named",
                                     "select id, version, stage, fire_at from sla_clock where id = "
                                     "any($1::bigint[]) and fire_at <= clock_timestamp()"};

}  // namespace

ClockLoop::ClockLoop(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
                     Projection& projection, metrics::Registry& metrics)
    : door_(door),
      reads_(reads),
      projection_(projection),
      wake_(executor),
      fired_(metrics.counter("firsthand_clock_steps_fired_total", "Ladder steps fired.")),
      swept_(metrics.counter("firsthand_clock_steps_swept_total",
                             "Ladder steps found late by the sweep; should stay 0.")),
      lateness_(metrics.histogram("firsthand_clock_lateness_seconds",
                                  "From a step's due instant to its decision.")) {}

awaitable<ClockLoop::Look> ClockLoop::look(Millis overdue_by) {
  const double seconds = std::chrono::duration<double>(overdue_by).count();
  auto work = [seconds](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    Look seen;
    for (const auto& row : tx.exec(kDue, seconds)) {
      Step step;
      postgres::Columns(row) >> step.clock >> step.version >> step.stage >> step.fire_at;
      seen.due.push_back(step);
    }
    const auto next = tx.exec(kNext);
    if (!next.empty()) seen.until_next = Millis{postgres::read<std::int64_t>(next[0][0])};
    return seen;
  };
  auto seen = co_await postgres::run(reads_, work);
  if (!seen) co_return Look{};
  co_return std::move(*seen);
}

awaitable<std::vector<ClockLoop::Step>> ClockLoop::look_up(std::vector<DueStep> claimed) {
  std::vector<Step> none;
  if (claimed.empty()) co_return none;
  auto work = [claimed = std::move(claimed)](postgres::Connection& connection) {
    postgres::ArrayLiteral ids;
    for (const auto& step : claimed) ids.add(step.clock);
    postgres::Tx tx{connection, postgres::Access::read_only};
    std::vector<Step> found;
    for (const auto& row : tx.exec(kNamed, ids)) {
      Step step;
      postgres::Columns(row) >> step.clock >> step.version >> step.stage >> step.fire_at;
      found.push_back(step);
    }
    return found;
  };
  auto found = co_await postgres::run(reads_, work);
  if (!found) co_return none;
  co_return std::move(*found);
}

awaitable<bool> ClockLoop::fire(std::vector<Step> steps) {
  if (steps.empty()) co_return true;
  // All at once: the door makes one batch of them. The last answer stands for the rest, since the
  // door answers in order.
  bool decided = true;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    Event event;
    event.source = "timer";
    event.key = "clock:" + std::to_string(step.clock.value) + ":" + std::to_string(step.version) +
                ":" + std::to_string(step.stage);
    event.what = event::ClockFired{step.clock, step.version, step.stage};
    const Instant due = step.fire_at;
    if (i + 1 < steps.size()) {
      door_.submit(std::move(event), [this, due](DoorAnswer answer) {
        const auto* outcome = std::get_if<Outcome>(&answer);
        if (!outcome || outcome->refusal || outcome->duplicate) return;
        fired_.add();
        lateness_.observe(
            std::chrono::duration<double>(std::chrono::system_clock::now() - due).count());
      });
      continue;
    }
    const DoorAnswer answer = co_await ask(door_, std::move(event));
    const auto* outcome = std::get_if<Outcome>(&answer);
    decided = outcome != nullptr;
    if (outcome && !outcome->refusal && !outcome->duplicate) {
      fired_.add();
      lateness_.observe(
          std::chrono::duration<double>(std::chrono::system_clock::now() - due).count());
    }
  }
  co_return decided;
}

awaitable<void> ClockLoop::run() {
  constexpr Millis kLongest{5000};
  while (true) {
    Millis sleep = kLongest;
    if (projection_.ready()) {
      auto claimed = co_await projection_.claim_due();
      auto steps = co_await look_up(std::move(claimed));
      const bool any = !steps.empty();
      co_await fire(std::move(steps));
      if (any) continue;
      const auto next = co_await projection_.until_next_due();
      if (next) sleep = std::min(sleep, *next + Millis{1});
    } else {
      auto seen = co_await look(Millis{0});
      const bool any = !seen.due.empty();
      const bool decided = co_await fire(std::move(seen.due));
      if (any && decided) continue;
      sleep = Millis{250};
      if (seen.until_next && decided)
        sleep = std::clamp(*seen.until_next + Millis{1}, Millis{1}, Millis{250});
    }
    co_await wake_.wait_for(sleep);
  }
}

awaitable<void> ClockLoop::sweep() {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer{executor};
  unsigned turn = 0;
  while (true) {
    // Spread over the nodes without randomness: each turn is a little different.
    timer.expires_after(Millis{4700 + 200 * (turn++ % 4)});
    co_await timer.async_wait(boost::asio::use_awaitable);
    auto seen = co_await look(Millis{2000});
    if (seen.due.empty()) continue;
    swept_.add(seen.due.size());
    spdlog::warn("clocks: the sweep found {} late steps", seen.due.size());
    co_await fire(std::move(seen.due));
  }
}

}  // namespace firsthand::runtime
