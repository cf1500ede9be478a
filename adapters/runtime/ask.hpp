// SPDX-License-Identifier: Apache-2.0
// The door from a coroutine: hands an event in and resumes on the caller's executor with the
// answer.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "engine/door.hpp"

namespace firsthand::runtime {

inline boost::asio::awaitable<DoorAnswer> ask(Door& door, Event event) {
  auto initiate = [&door, event = std::move(event)](auto handler) mutable {
    auto executor = boost::asio::get_associated_executor(handler);
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    door.submit(std::move(event), [resume, executor](DoorAnswer answer) {
      boost::asio::post(executor, [resume, answer = std::move(answer)]() mutable {
        std::move (*resume)(std::move(answer));
      });
    });
  };
  using Token = boost::asio::use_awaitable_t<>;
  return boost::asio::async_initiate<const Token, void(DoorAnswer)>(std::move(initiate),
                                                                    boost::asio::use_awaitable);
}

}  // namespace firsthand::runtime
