// SPDX-License-Identifier: Apache-2.0
// A bounded group of coroutines that are started together with their owner and end before it does.
// Nothing is started detached: what a task throws reaches the handler with the task's name.
//
// Thread: the executor given must be serial (one thread or a strand) and every member is called on
// it. Cancelled tasks that end with operation_aborted are not reported.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace firsthand::net {

class TaskGroup {
 public:
  using ErrorHandler = std::function<void(std::string_view name, std::exception_ptr error)>;

  /// `limit` is the largest number of tasks alive at once.
  TaskGroup(const boost::asio::any_io_executor& executor, std::size_t limit, ErrorHandler on_error);
  /// Cancels what still runs. Owners call cancel() and co_await join() first.
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// False, and the task is dropped unstarted, when the group is full or already cancelled.
  bool spawn(std::string name, boost::asio::awaitable<void> task);
  /// Asks every task to end and admits no more.
  void cancel();
  /// Returns when no task is left. One joiner at a time.
  boost::asio::awaitable<void> join();
  std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace firsthand::net
