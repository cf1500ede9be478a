// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/history_sealer.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "adapters/postgres/history_seal.hpp"
#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr std::chrono::seconds kPause{60};
constexpr std::chrono::seconds kPauseInBacklog{1};
// A transaction that has written and does not end is the only thing that sealing waits for.
constexpr double kLateSeconds = 300;

}  // namespace

HistorySealer::HistorySealer(postgres::Pool& pool, metrics::Registry& metrics)
    : pool_(pool),
      waiting_(metrics.gauge("firsthand_history_unsealed_seconds",
                             "How long the history's oldest row without a seal has waited since it "
                             "was written or since the last seal, whichever is later")),
      sealed_(metrics.counter("firsthand_history_rows_sealed_total",
                              "Rows of the history that this node has put under seal")) {}

awaitable<int> HistorySealer::seal() {
  auto work = [](postgres::Connection& connection) {
    postgres::Tx tx{connection};
    const int rows = postgres::seal_history(tx);
    tx.commit();
    return rows;
  };
  const auto rows = co_await postgres::run(pool_, work);
  if (!rows) {
    spdlog::warn("history seal: {}", rows.error().message);
    co_return 0;
  }
  sealed_.add(static_cast<std::uint64_t>(*rows));
  co_return *rows;
}

/// The age of the oldest row that is still without a seal. By itself, so that the gauge rises while
/// sealing fails.
awaitable<double> HistorySealer::measure() {
  const std::chrono::duration<double> sealing_for = std::chrono::steady_clock::now() - begun_;
  auto work = [sealing_for_s = sealing_for.count()](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    return postgres::history_seal_lag(tx, sealing_for_s);
  };
  const auto lag = co_await postgres::run(pool_, work);
  if (!lag) co_return 0;
  waiting_.set(lag->waiting_s);
  say_whether_late(lag->waiting_s);
  co_return lag->oldest_s;
}

void HistorySealer::say_whether_late(double waiting_s) {
  const bool late = waiting_s > kLateSeconds;
  if (late == std::exchange(late_, late)) return;
  if (late) {
    spdlog::warn("history seal: {} s behind; is a transaction left open?",
                 static_cast<std::int64_t>(waiting_s));
  } else {
    spdlog::info("history seal: caught up");
  }
}

awaitable<void> HistorySealer::run() {
  auto pause = kPause;
  while (true) {
    co_await rest(pause);
    const int rows = co_await seal();
    const double oldest_s = co_await measure();
    // What was left over was there at the last look as well: the next piece of a backlog.
    const bool backlog = rows > 0 && oldest_s > std::chrono::duration<double>(kPause).count();
    pause = backlog ? kPauseInBacklog : kPause;
  }
}

}  // namespace firsthand::runtime
