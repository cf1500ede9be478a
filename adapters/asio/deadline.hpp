// SPDX-License-Identifier: Apache-2.0
// A deadline around any awaitable, because Boost 1.81 and 1.83 have no cancel_after.
//
// Thread: the calling coroutine's executor must be serial (one thread or a strand), since the
// cancellation is emitted from there. Errors: throws boost::system::system_error with
// boost::asio::error::timed_out when the time is up first; what `work` throws passes through.
// The work is cancelled and then waited for, so it must honour cancellation. A Beast WebSocket does
// not survive that: give it its own timeouts instead.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace firsthand::net {

namespace detail {

template <typename T>
boost::asio::awaitable<void> run_into(boost::asio::awaitable<T> work, std::optional<T>& value) {
  T outcome = co_await std::move(work);
  value.emplace(std::move(outcome));
}

/// True when `work` ended first (its exception is rethrown), false when the time was up.
inline boost::asio::awaitable<bool> race(boost::asio::awaitable<void> work,
                                         std::chrono::steady_clock::duration limit) {
  namespace asio = boost::asio;
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, limit);
  auto group = asio::experimental::make_parallel_group(
      asio::co_spawn(executor, std::move(work), asio::deferred), timer.async_wait(asio::deferred));
  auto racing = group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  auto [order, thrown, timer_error] = co_await std::move(racing);
  const bool worked = order[0] == 0;
  if (worked && thrown) std::rethrow_exception(thrown);
  // The work may have finished in the same turn as the timer: what it achieved counts.
  co_return worked || !thrown;
}

}  // namespace detail

template <typename T>
boost::asio::awaitable<T> with_deadline(boost::asio::awaitable<T> work,
                                        std::chrono::steady_clock::duration limit) {
  if constexpr (std::is_void_v<T>) {
    const bool worked = co_await detail::race(std::move(work), limit);
    if (!worked) throw boost::system::system_error(boost::asio::error::timed_out);
  } else {
    std::optional<T> value;
    auto inner = detail::run_into<T>(std::move(work), value);
    const bool worked = co_await detail::race(std::move(inner), limit);
    if (!worked) throw boost::system::system_error(boost::asio::error::timed_out);
    co_return std::move(*value);
  }
}

}  // namespace firsthand::net
