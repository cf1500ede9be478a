// SPDX-License-Identifier: Apache-2.0
// The one door over PostgreSQL: while one transaction is in flight, the next batch collects. One
// writer thread, because a batch gains nothing from a second connection (measured: unnest by one
// writer 99,000 rows/s, 100 a batch). submit() is thread-safe; answers come on the writer thread
// after COMMIT. Never blocks the caller: a full queue or an absent database answers Unavailable.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "adapters/metrics/registry.hpp"
#include "adapters/postgres/pg_tx.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

using RulesSource = std::function<std::shared_ptr<const Rules>()>;

struct DoorOptions {
  postgres::ConnectOptions connect;
  std::size_t batch_max = 128;
  std::size_t queue_max = 4096;
  Millis patience{4000};  ///< how long an event waits for a database that has gone away
};

class BatchingDoor final : public Door {
 public:
  BatchingDoor(DoorOptions options, RulesSource rules, metrics::Registry& metrics);
  ~BatchingDoor() override;

  void submit(Event event, std::function<void(DoorAnswer)> done) override;

  /// Called on the writer thread after each commit that changed something. Set before start().
  void on_commit(std::function<void(postgres::Saved)> hook) { committed_ = std::move(hook); }
  void start();
  /// Decides what has been taken in, answers Unavailable to the rest.
  void stop();
  bool up() const { return up_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Job {
    Event event;
    std::function<void(DoorAnswer)> done;
    Clock::time_point since;
  };
  using Batch = std::vector<Job>;

  void serve();
  bool connect();
  void look();
  void decide(Batch batch);
  void park(Job& job, const std::string& why);
  bool nap(Millis time);
  static void answer_unavailable(Batch& batch);

  const DoorOptions options_;
  const RulesSource rules_;
  metrics::Counter& decided_;
  metrics::Counter& refused_;
  metrics::Histogram& batch_seconds_;
  std::function<void(postgres::Saved)> committed_;
  std::unique_ptr<postgres::Connection> connection_;
  postgres::IdBlocks ids_;
  std::atomic<bool> up_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread writer_;  // last: everything above outlives it
};

}  // namespace firsthand::runtime
