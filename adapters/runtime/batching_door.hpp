// SPDX-License-Identifier: Apache-2.0
// The one door over PostgreSQL: while one transaction is in flight, the next batch collects. What
// people and telephones do is decided in the order of its coming, by one writer: a batch gains
// nothing from a second connection (measured: unnest by one writer 99,000 rows/s, 100 a batch).
// Clocks that fire need no order among themselves, so they have a lane and writers of their own:
// nobody waits behind a herd of them, and one batch is decided while another is being committed.
// submit() is thread-safe; answers come on the writers' threads after COMMIT. Never blocks the
// caller: a full lane or an absent database answers Unavailable.
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
#include "adapters/runtime/rules_source.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

struct DoorOptions {
  postgres::ConnectOptions connect;
  std::size_t batch_max = 128;
  std::size_t queue_max = 4096;  ///< of each lane
  std::size_t firings_batch_max = 512;
  std::size_t firing_writers = 3;
  Millis patience{4000};  ///< how long an event waits for a database that has gone away
};

class BatchingDoor final : public Door {
 public:
  BatchingDoor(DoorOptions options, RulesSource rules, metrics::Registry& metrics);
  ~BatchingDoor() override;

  void submit(Event event, std::function<void(DoorAnswer)> done) override;

  /// Called on a writer's thread after each commit that changed something, by several at once. Set
  /// before start().
  void on_commit(std::function<void(postgres::Saved)> hook) { committed_ = std::move(hook); }
  /// Reads the rules anew on the writer's own connection, when the database has refused to give
  /// something to somebody who has left: they know of a departure at another node a little late.
  void on_stale_rules(std::function<void(postgres::Connection&)> read_again) {
    read_rules_again_ = std::move(read_again);
  }
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
  struct Lane {
    std::size_t batch_max;
    std::deque<Job> queue{};
    std::condition_variable wake{};
  };
  using Connection = std::unique_ptr<postgres::Connection>;

  void serve(Lane& lane);
  bool connect(Connection& connection);
  void look(Connection& connection);
  void refuse(Job& job, Refusal refusal);
  void decide(Connection& connection, Batch batch);
  static void park(postgres::Connection& connection, Job& job, const std::string& why);
  bool read_rules_again(postgres::Connection& connection);
  bool nap(Millis time);
  static void answer_unavailable(Batch& batch);

  const DoorOptions options_;
  const RulesSource rules_;
  metrics::Counter& decided_;
  metrics::Counter& refused_;
  metrics::Histogram& batch_seconds_;
  std::function<void(postgres::Saved)> committed_;
  std::function<void(postgres::Connection&)> read_rules_again_;
  postgres::IdBlocks ids_;
  std::atomic<bool> up_{false};
  std::mutex mutex_;
  std::condition_variable ending_;
  Lane first_come_{options_.batch_max};
  Lane firings_{options_.firings_batch_max};
  bool stopping_ = false;
  std::vector<std::thread> writers_;  // last: everything above outlives them
};

}  // namespace firsthand::runtime
