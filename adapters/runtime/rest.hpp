// SPDX-License-Identifier: Apache-2.0
// A rest of a coroutine, on the executor that it runs on.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace firsthand::runtime {

inline boost::asio::awaitable<void> rest(std::chrono::steady_clock::duration length) {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, length};
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace firsthand::runtime
