// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/batching_door.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace firsthand::runtime {
namespace {

constexpr postgres::Statement kPark{
    "door_park",
    "insert into parked_event (id, source, key, event, why) values (nextval('firsthand_id'), $1, "
    "$2, "
    "jsonb_build_object('kind', $3::int, 'actor', $4::bigint), $5)"};
constexpr postgres::Statement kAlive{"door_alive", "select 1"};
constexpr int kRetriesMax = 8;

}  // namespace

BatchingDoor::BatchingDoor(DoorOptions options, RulesSource rules, metrics::Registry& metrics)
    : options_(std::move(options)),
      rules_(std::move(rules)),
      decided_(metrics.counter("firsthand_events_decided_total", "Events decided and committed.")),
      refused_(metrics.counter("firsthand_events_refused_total", "Events refused with a reason.")),
      batch_seconds_(
          metrics.histogram("firsthand_batch_seconds", "Time of one door transaction.")) {}

BatchingDoor::~BatchingDoor() {
  stop();
}

void BatchingDoor::start() {
  writer_ = std::thread{[this] { serve(); }};
}

void BatchingDoor::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  if (writer_.joinable()) writer_.join();
  Batch left;
  {
    const std::lock_guard lock{mutex_};
    std::move(queue_.begin(), queue_.end(), std::back_inserter(left));
    queue_.clear();
  }
  answer_unavailable(left);
}

void BatchingDoor::submit(Event event, std::function<void(DoorAnswer)> done) {
  {
    const std::lock_guard lock{mutex_};
    if (!stopping_ && queue_.size() < options_.queue_max) {
      queue_.push_back({std::move(event), std::move(done), Clock::now()});
      wake_.notify_one();
      return;
    }
  }
  done(Unavailable{});
}

bool BatchingDoor::nap(Millis time) {
  std::unique_lock lock{mutex_};
  wake_.wait_for(lock, time, [this] { return stopping_; });
  return !stopping_;
}

bool BatchingDoor::connect() {
  if (connection_) return true;
  try {
    connection_ = std::make_unique<postgres::Connection>(options_.connect);
    if (!up_.exchange(true)) spdlog::info("door: PostgreSQL is there");
    return true;
  } catch (const std::exception& error) {
    if (up_.exchange(false)) spdlog::error("door: PostgreSQL is away: {}", error.what());
    return false;
  }
}

void BatchingDoor::look() {
  if (!connect()) return;
  try {
    postgres::Tx tx{*connection_, postgres::Access::read_only};
    tx.exec(kAlive);
  } catch (const std::exception& error) {
    connection_.reset();
    if (up_.exchange(false)) spdlog::error("door: PostgreSQL is away: {}", error.what());
  }
}

void BatchingDoor::serve() {
  connect();
  while (true) {
    Batch batch;
    {
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, Millis{1000}, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      while (!queue_.empty() && batch.size() < options_.batch_max) {
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    if (batch.empty()) {
      look();  // an idle door notices by itself that PostgreSQL has gone, or is back
      continue;
    }
    decide(std::move(batch));
  }
}

void BatchingDoor::answer_unavailable(Batch& batch) {
  for (auto& job : batch) job.done(Unavailable{});
  batch.clear();
}

void BatchingDoor::decide(Batch batch) {
  std::vector<Event> events;
  events.reserve(batch.size());
  for (const auto& job : batch) events.push_back(job.event);

  for (int attempt = 0;; ++attempt) {
    if (!connect()) {
      const bool waited = Clock::now() - batch.front().since > options_.patience;
      if (waited || !nap(Millis{200})) return answer_unavailable(batch);
      continue;
    }
    const auto began = Clock::now();
    try {
      std::vector<Outcome> outcomes;
      postgres::Saved saved;
      {
        postgres::Tx tx{*connection_};
        postgres::PgTx store{tx, ids_};
        outcomes = apply(store, events, *rules_());
        saved = store.take_saved();
        tx.commit();
      }
      batch_seconds_.observe(std::chrono::duration<double>(Clock::now() - began).count());
      // Others may look before the askers do: an answer may lead to a question at once.
      if (committed_) committed_(std::move(saved));
      for (std::size_t i = 0; i < batch.size(); ++i) {
        (outcomes[i].refusal ? refused_ : decided_).add();
        batch[i].done(std::move(outcomes[i]));
      }
      return;
    } catch (const std::exception& error) {
      const auto failure = postgres::failure_of(error);
      switch (failure.kind) {
        case postgres::FailureKind::broken:
        case postgres::FailureKind::unavailable:
          // The fate of the COMMIT is unknown: the same keys are sent again, and remembered.
          connection_.reset();
          up_ = false;
          spdlog::warn("door: connection lost: {}", failure.message);
          if (Clock::now() - batch.front().since > options_.patience)
            return answer_unavailable(batch);
          continue;
        case postgres::FailureKind::retry:
        case postgres::FailureKind::timeout:
          if (attempt < kRetriesMax && nap(Millis{2 << attempt})) continue;
          return answer_unavailable(batch);
        case postgres::FailureKind::constraint:
        case postgres::FailureKind::data:
        case postgres::FailureKind::other: break;
      }
      if (batch.size() > 1) {
        // One event spoils the batch: halve it until the culprit stands alone.
        const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
        Batch second{std::make_move_iterator(middle), std::make_move_iterator(batch.end())};
        batch.erase(middle, batch.end());
        decide(std::move(batch));
        decide(std::move(second));
        return;
      }
      // Two racers for one slot: the unique key has refused the second, and that is an answer.
      if (failure.sqlstate == "23505" && attempt < 1) continue;
      spdlog::error("door: parked {} {}: {}", events[0].source, events[0].key, failure.message);
      park(batch.front(), failure.message);
      refused_.add();
      Outcome outcome;
      outcome.refusal =
          Refusal{"parked", "This could not be carried out; a person will look at it.", ""};
      batch.front().done(std::move(outcome));
      return;
    }
  }
}

void BatchingDoor::park(Job& job, const std::string& why) {
  try {
    postgres::Tx tx{*connection_};
    tx.exec(kPark, job.event.source, job.event.key, static_cast<int>(job.event.what.index()),
            job.event.actor, why);
    tx.commit();
  } catch (const std::exception& error) {
    spdlog::error("door: could not park an event: {}", error.what());
  }
}

}  // namespace firsthand::runtime
