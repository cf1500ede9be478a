// SPDX-License-Identifier: Apache-2.0
// The door from a coroutine: hands an event in and resumes on the caller's executor with the
// answer.
#pragma once

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <vector>

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

/// Hands all of them in at once, so that the door can make one batch of them, and resumes with the
/// answers in the same order.
inline boost::asio::awaitable<std::vector<DoorAnswer>> ask_all(Door& door,
                                                               std::vector<Event> events) {
  if (events.empty()) co_return std::vector<DoorAnswer>{};
  auto initiate = [&door, events = std::move(events)](auto handler) mutable {
    struct Waiting {
      decltype(handler) resume;
      std::vector<DoorAnswer> answers;
      std::atomic<std::size_t> missing;
    };
    auto executor = boost::asio::get_associated_executor(handler);
    const std::size_t count = events.size();
    auto waiting =
        std::make_shared<Waiting>(std::move(handler), std::vector<DoorAnswer>(count), count);
    for (std::size_t i = 0; i < count; ++i) {
      door.submit(std::move(events[i]), [waiting, executor, i](DoorAnswer answer) {
        waiting->answers[i] = std::move(answer);
        if (--waiting->missing > 0) return;
        boost::asio::post(executor, [waiting]() mutable {
          std::move(waiting->resume)(std::move(waiting->answers));
        });
      });
    }
  };
  using Token = boost::asio::use_awaitable_t<>;
  auto answers = co_await boost::asio::async_initiate<const Token, void(std::vector<DoorAnswer>)>(
      std::move(initiate), boost::asio::use_awaitable);
  co_return answers;
}

}  // namespace firsthand::runtime
