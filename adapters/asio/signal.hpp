// SPDX-License-Identifier: Apache-2.0
// A wake-up for one waiting coroutine: "there is something to do". It remembers one notify, so a
// notify that comes before the wait is not lost; many notifies before a wait count as one.
//
// Thread: notify() from anywhere. wait_for() and wait() from one coroutine at a time, on the
// executor given, which must be serial (one thread or a strand). The signal ends before its
// io_context does.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>

namespace firsthand::net {

class Signal {
 public:
  explicit Signal(const boost::asio::any_io_executor& executor);
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void notify();

  /// True when notified; false when the time is up or the waiting coroutine was cancelled.
  boost::asio::awaitable<bool> wait_for(std::chrono::steady_clock::duration limit);

  /// False only when the waiting coroutine was cancelled.
  boost::asio::awaitable<bool> wait();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace firsthand::net
