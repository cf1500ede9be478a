// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <utility>

#include "adapters/asio/signal.hpp"

namespace firsthand::net {
namespace asio = boost::asio;

struct TaskGroup::State {
  State(const asio::any_io_executor& ex, std::size_t most, ErrorHandler handler)
      : executor(ex), limit(most), on_error(std::move(handler)), emptied(ex) {}

  struct Task {
    std::string name;
    asio::cancellation_signal cancellation;
  };

  void ended(std::list<Task>::iterator task, std::exception_ptr error) {
    if (error && !(cancelled && is_cancellation(error)) && on_error) on_error(task->name, error);
    tasks.erase(task);
    if (tasks.empty()) emptied.notify();
  }

  static bool is_cancellation(const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const boost::system::system_error& e) {
      return e.code() == asio::error::operation_aborted;
    } catch (const std::exception&) {
      return false;
    }
  }

  void cancel() {
    cancelled = true;
    // Emitting may end tasks at once and so change the list: walk with the next one in hand.
    for (auto it = tasks.begin(); it != tasks.end();) {
      auto current = it++;
      current->cancellation.emit(asio::cancellation_type::all);
    }
  }

  asio::any_io_executor executor;
  std::size_t limit;
  ErrorHandler on_error;
  Signal emptied;
  std::list<Task> tasks;
  bool cancelled = false;
};

TaskGroup::TaskGroup(const asio::any_io_executor& executor, std::size_t limit,
                     ErrorHandler on_error)
    : state_(std::make_shared<State>(executor, limit, std::move(on_error))) {}

TaskGroup::~TaskGroup() {
  state_->cancel();
}

bool TaskGroup::spawn(std::string name, asio::awaitable<void> task) {
  if (state_->cancelled || state_->tasks.size() >= state_->limit) return false;
  auto& entry = state_->tasks.emplace_back();
  entry.name = std::move(name);
  auto position = std::prev(state_->tasks.end());
  auto on_end = [state = state_, position](std::exception_ptr error) {
    state->ended(position, std::move(error));
  };
  auto slot = entry.cancellation.slot();
  asio::co_spawn(state_->executor, std::move(task),
                 asio::bind_cancellation_slot(slot, std::move(on_end)));
  return true;
}

void TaskGroup::cancel() {
  state_->cancel();
}

asio::awaitable<void> TaskGroup::join() {
  auto state = state_;
  while (!state->tasks.empty()) {
    const bool notified = co_await state->emptied.wait();
    if (!notified) co_return;
  }
}

std::size_t TaskGroup::size() const {
  return state_->tasks.size();
}

}  // namespace firsthand::net
