// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/history_sealer.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "adapters/postgres/history_seal.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr std::chrono::seconds kPause{60};
constexpr std::chrono::seconds kPauseInBacklog{1};
// A transaction that has written and does not end is the only thing that sealing waits for.
constexpr double kLateSeconds = 300;

struct Look {
  int rows = 0;
  double lag_s = 0;
};

}  // namespace

HistorySealer::HistorySealer(postgres::Pool& pool, metrics::Registry& metrics)
    : pool_(pool),
      lag_(metrics.gauge("firsthand_history_unsealed_seconds",
                         "Age of the oldest row of the history that is not yet under seal")),
      sealed_(metrics.counter("firsthand_history_rows_sealed_total",
                              "Rows of the history that this node has put under seal")) {}

awaitable<void> HistorySealer::run() {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
  auto pause = kPause;
  while (true) {
    timer.expires_after(pause);
    co_await timer.async_wait(boost::asio::use_awaitable);
    auto work = [](postgres::Connection& connection) {
      postgres::Tx tx{connection};
      Look look;
      look.rows = postgres::seal_history(tx);
      look.lag_s = postgres::history_seal_lag(tx);
      tx.commit();
      return look;
    };
    const auto look = co_await postgres::run(pool_, work);
    pause = kPause;
    if (!look) {
      spdlog::warn("history seal: {}", look.error().message);
      continue;
    }
    sealed_.add(static_cast<std::uint64_t>(look->rows));
    lag_.set(look->lag_s);
    const bool late = look->lag_s > kLateSeconds;
    if (look->rows >= postgres::kSealRows) {
      pause = kPauseInBacklog;
    } else if (late != late_) {
      late_ = late;
      if (late) {
        spdlog::warn("history seal: {} s behind; is a transaction left open?",
                     static_cast<std::int64_t>(look->lag_s));
      } else {
        spdlog::info("history seal: caught up");
      }
    }
  }
}

}  // namespace firsthand::runtime
