// SPDX-License-Identifier: Apache-2.0
// N threads with N connections behind a bounded queue of jobs: libpqxx blocks, event loops must
// not. A broken connection is dropped and made anew with back-off; while there is none, jobs fail
// at once instead of waiting. submit() and up() may be called from any thread; jobs and hooks run
// on pool threads. Times are Millis.
#pragma once

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/result.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "adapters/postgres/db.hpp"

namespace firsthand::postgres {

template <class T>
using Result = boost::system::result<T, Failure>;

struct PoolOptions {
  ConnectOptions connect;
  int connections = 4;
  std::size_t queue_max = 1024;
  /// Run a job once more on a fresh connection when the first one broke. Only where every job may
  /// be repeated: reads.
  bool repeat_broken = false;
  Millis backoff_min{100};
  Millis backoff_max{3000};
};

/// All optional. Called on pool threads and must not block.
struct PoolHooks {
  std::function<void(bool up)> up_changed;
  std::function<void(const Failure&)> failed;           ///< a job threw, or a connect failed
  std::function<void(Millis waited, Millis ran)> done;  ///< a job ended well
};

class Pool {
 public:
  using Work = std::function<void(Connection&)>;
  using Failed = std::function<void(const Failure&)>;

  explicit Pool(PoolOptions options, PoolHooks hooks = {});
  ~Pool();  ///< stops: running jobs end, waiting ones fail as unavailable
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Queues `work`. If it throws, or no connection is there, `failed` is called instead; exactly
  /// one of the two paths completes. A full or stopped pool calls `failed` before returning.
  void submit(Work work, Failed failed);

  bool up() const { return connected_.load() > 0; }
  std::size_t queued() const;
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Job {
    Work work;
    Failed failed;
    Clock::time_point at;
  };
  struct Slot {  // one thread's connection
    std::unique_ptr<Connection> connection;
    Clock::time_point next_try{};
    Millis backoff{0};
  };

  void serve();
  bool connect(Slot& slot);
  void drop(Slot& slot);
  void run_job(Slot& slot, Job& job);
  void report(const Failure& failure) const;

  const PoolOptions options_;
  const PoolHooks hooks_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::atomic<int> connected_{0};
  std::vector<std::thread> threads_;  // last: ends first
};

/// Runs `work(Connection&)` on the pool and resumes on the caller's executor with its value or the
/// failure. `work` must be a named object in the caller (see the house rule on co_await).
template <class F>
auto run(Pool& pool, F work)
    -> boost::asio::awaitable<Result<std::invoke_result_t<F&, Connection&>>> {
  using Value = std::invoke_result_t<F&, Connection&>;
  auto initiate = [&pool, work = std::move(work)](auto handler) mutable {
    // Shared, because the two paths are std::functions; the handler itself moves only.
    struct Waiting {
      decltype(handler) resume;
      F work;
    };
    auto executor = boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                        boost::asio::execution::outstanding_work.tracked);
    auto waiting = std::make_shared<Waiting>(Waiting{std::move(handler), std::move(work)});
    auto resume_with = [waiting, executor](Result<Value> result) {
      boost::asio::post(executor, [waiting, result = std::move(result)]() mutable {
        std::move(waiting->resume)(std::move(result));
      });
    };
    auto on_pool = [waiting, resume_with](Connection& connection) {
      if constexpr (std::is_void_v<Value>) {
        waiting->work(connection);
        resume_with(Result<Value>());
      } else {
        resume_with(Result<Value>(waiting->work(connection)));
      }
    };
    auto on_failure = [resume_with](const Failure& failure) {
      resume_with(Result<Value>(failure));
    };
    pool.submit(std::move(on_pool), std::move(on_failure));
  };
  using Token = boost::asio::use_awaitable_t<>;
  return boost::asio::async_initiate<const Token, void(Result<Value>)>(std::move(initiate),
                                                                       boost::asio::use_awaitable);
}

}  // namespace firsthand::postgres
