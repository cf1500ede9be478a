// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/signal.hpp"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace firsthand::net {
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

struct Signal::State {
  explicit State(const asio::any_io_executor& executor) : timer(executor) {}
  std::atomic<bool> set{false};
  asio::steady_timer timer;
};

namespace {

asio::awaitable<bool> wait_until(std::atomic<bool>& set, asio::steady_timer& timer,
                                 Clock::time_point until) {
  // A cancel posted by an earlier notify may end a later wait, so every wake-up is checked.
  while (true) {
    if (set.exchange(false)) co_return true;
    if (Clock::now() >= until) co_return false;
    timer.expires_at(until);
    auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await std::move(waiting);
    auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return set.exchange(false);
  }
}

}  // namespace

Signal::Signal(const asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {}
Signal::~Signal() = default;

void Signal::notify() {
  if (state_->set.exchange(true)) return;
  // The timer belongs to the executor; the flag above is what other threads may touch.
  auto executor = state_->timer.get_executor();
  asio::post(executor, [state = state_] { state->timer.cancel(); });
}

asio::awaitable<bool> Signal::wait_for(Clock::duration limit) {
  auto state = state_;
  auto now = Clock::now();
  auto until = limit > Clock::time_point::max() - now ? Clock::time_point::max() : now + limit;
  const bool notified = co_await wait_until(state->set, state->timer, until);
  co_return notified;
}

asio::awaitable<bool> Signal::wait() {
  const bool notified = co_await wait_for(Clock::duration::max());
  co_return notified;
}

}  // namespace firsthand::net
