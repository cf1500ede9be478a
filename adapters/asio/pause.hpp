// SPDX-License-Identifier: Apache-2.0
// A wait that somebody may cut short by cancelling its timer. One executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace firsthand::net {

inline boost::asio::awaitable<void> pause_on(boost::asio::steady_timer& timer,
                                             std::chrono::steady_clock::duration time) {
  timer.expires_after(time);
  boost::system::error_code ignored;  // a cancelled wait is a wake-up
  auto waiting = timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  co_await std::move(waiting);
}

}  // namespace firsthand::net
