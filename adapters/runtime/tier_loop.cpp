// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/tier_loop.hpp"

#include <algorithm>
#include <chrono>

#include "adapters/postgres/reads/record_reads.hpp"
#include "adapters/runtime/ask.hpp"
#include "adapters/runtime/rest.hpp"
#include "adapters/runtime/tier_scoring.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr int kChunk = 64;
// Scoring is never urgent: calls, intake and clocks come first. Nine tenths of the time it rests.
constexpr int kRestsFor = 9;
constexpr Millis kRestMin{250};
constexpr std::chrono::hours kIdle{1};
constexpr std::chrono::seconds kAfterStart{30};

struct Due {
  std::int64_t last = 0;
  std::string month;
  std::vector<event::TierScored> scores;
};

Due look(postgres::Connection& connection, const TierRules& rules, std::int64_t after) {
  postgres::Tx tx{connection, postgres::Access::read_only};
  const auto today = std::chrono::floor<std::chrono::days>(postgres::now_of(tx));
  const std::chrono::year_month_day date{today};
  const auto first = std::chrono::sys_days{date.year() / date.month() / 1};
  Due due;
  due.month = std::to_string(static_cast<int>(date.year())) + "-" +
              std::to_string(static_cast<unsigned>(date.month()));
  for (const auto id : postgres::customers_to_score(tx, after, Instant{first}, kChunk)) {
    due.last = id;
    if (auto score = tier_of(tx, rules, id)) due.scores.push_back(std::move(*score));
  }
  return due;
}

}  // namespace

awaitable<std::int64_t> TierLoop::chunk(std::int64_t after) {
  const auto rules = rules_();
  if (rules->book.tiers.inputs.empty()) co_return 0;
  auto find = [after, rules](postgres::Connection& connection) {
    return look(connection, rules->book.tiers, after);
  };
  const auto due = co_await postgres::run(pool_, find);
  if (!due) co_return 0;
  std::vector<Event> events;
  for (const auto& score : due->scores) {
    Event event;
    event.source = "tiers";
    event.key = std::to_string(score.customer.value) + ":" + due->month;
    event.what = score;
    events.push_back(std::move(event));
  }
  co_await ask_all(door_, std::move(events));
  co_return due->last;
}

awaitable<void> TierLoop::run() {
  co_await rest(kAfterStart);
  while (true) {
    std::int64_t last = 0;
    do {
      const auto begun = std::chrono::steady_clock::now();
      last = co_await chunk(last);
      const auto worked = std::chrono::ceil<Millis>(std::chrono::steady_clock::now() - begun);
      co_await rest(std::max(kRestMin, kRestsFor * worked));
    } while (last != 0);
    co_await rest(kIdle);
  }
}

}  // namespace firsthand::runtime
