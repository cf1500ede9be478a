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
constexpr int kRulesReadAgainMax = 3;
constexpr std::string_view kSomebodyHasLeft = "FH002";  // raised by the triggers of the schema

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
  writers_.emplace_back([this] { serve(first_come_); });
  for (std::size_t i = 0; i < options_.firing_writers; ++i)
    writers_.emplace_back([this] { serve(firings_); });
}

void BatchingDoor::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  ending_.notify_all();
  for (Lane* lane : {&first_come_, &firings_}) lane->wake.notify_all();
  for (auto& writer : writers_) writer.join();
  writers_.clear();
  Batch left;
  {
    const std::lock_guard lock{mutex_};
    for (Lane* lane : {&first_come_, &firings_}) {
      std::move(lane->queue.begin(), lane->queue.end(), std::back_inserter(left));
      lane->queue.clear();
    }
  }
  answer_unavailable(left);
}

void BatchingDoor::submit(Event event, std::function<void(DoorAnswer)> done) {
  {
    Lane& lane = std::holds_alternative<event::ClockFired>(event.what) ? firings_ : first_come_;
    const std::lock_guard lock{mutex_};
    if (!stopping_ && lane.queue.size() < options_.queue_max) {
      lane.queue.push_back({std::move(event), std::move(done), Clock::now()});
      lane.wake.notify_one();
      return;
    }
  }
  done(Unavailable{});
}

bool BatchingDoor::nap(Millis time) {
  std::unique_lock lock{mutex_};
  ending_.wait_for(lock, time, [this] { return stopping_; });
  return !stopping_;
}

bool BatchingDoor::connect(Connection& connection) {
  if (connection) return true;
  try {
    connection = std::make_unique<postgres::Connection>(options_.connect);
    if (!up_.exchange(true)) spdlog::info("door: PostgreSQL is there");
    return true;
  } catch (const std::exception& error) {
    if (up_.exchange(false)) spdlog::error("door: PostgreSQL is away: {}", error.what());
    return false;
  }
}

void BatchingDoor::look(Connection& connection) {
  if (!connect(connection)) return;
  try {
    postgres::Tx tx{*connection, postgres::Access::read_only};
    tx.exec(kAlive);
  } catch (const std::exception&) {
    connection.reset();
    connect(connection);  // it may be back already: another writer has found it
  }
}

void BatchingDoor::serve(Lane& lane) {
  Connection connection;
  connect(connection);
  while (true) {
    Batch batch;
    {
      std::unique_lock lock{mutex_};
      lane.wake.wait_for(lock, Millis{1000}, [&] { return stopping_ || !lane.queue.empty(); });
      if (stopping_) return;
      while (!lane.queue.empty() && batch.size() < lane.batch_max) {
        batch.push_back(std::move(lane.queue.front()));
        lane.queue.pop_front();
      }
    }
    if (batch.empty()) {
      look(connection);  // an idle door notices by itself that PostgreSQL has gone, or is back
      continue;
    }
    decide(connection, std::move(batch));
  }
}

void BatchingDoor::answer_unavailable(Batch& batch) {
  for (auto& job : batch) job.done(Unavailable{});
  batch.clear();
}

void BatchingDoor::refuse(Job& job, Refusal refusal) {
  refused_.add();
  Outcome outcome;
  outcome.refusal = std::move(refusal);
  job.done(std::move(outcome));
}

void BatchingDoor::decide(Connection& connection, Batch batch) {
  std::vector<Event> events;
  events.reserve(batch.size());
  for (const auto& job : batch) events.push_back(job.event);

  for (int attempt = 0;; ++attempt) {
    if (!connect(connection)) {
      const bool waited = Clock::now() - batch.front().since > options_.patience;
      if (waited || !nap(Millis{200})) return answer_unavailable(batch);
      continue;
    }
    const auto began = Clock::now();
    try {
      std::vector<Outcome> outcomes;
      postgres::Saved saved;
      {
        postgres::Tx tx{*connection};
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
          connection.reset();
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
        decide(connection, std::move(batch));
        decide(connection, std::move(second));
        return;
      }
      // Somebody has left since the rules were read: decided anew, it goes to somebody else.
      if (failure.sqlstate == kSomebodyHasLeft) {
        if (attempt < kRulesReadAgainMax && read_rules_again(*connection)) continue;
        return refuse(batch.front(), {"owner_has_left",
                                      "This person has left: nothing can be given to them.", ""});
      }
      // Two racers for one slot: the unique key has refused the second, and that is an answer.
      if (failure.sqlstate == "23505" && attempt < 1) continue;
      spdlog::error("door: parked {} {}: {}", events[0].source, events[0].key, failure.message);
      park(*connection, batch.front(), failure.message);
      return refuse(batch.front(),
                    {"parked", "This could not be carried out; a person will look at it.", ""});
    }
  }
}

bool BatchingDoor::read_rules_again(postgres::Connection& connection) {
  if (!read_rules_again_) return false;
  try {
    read_rules_again_(connection);
    return true;
  } catch (const std::exception& error) {
    spdlog::warn("door: the rules could not be read again: {}", error.what());
    return false;
  }
}

void BatchingDoor::park(postgres::Connection& connection, Job& job, const std::string& why) {
  try {
    postgres::Tx tx{connection};
    tx.exec(kPark, job.event.source, job.event.key, static_cast<int>(job.event.what.index()),
            job.event.actor, why);
    tx.commit();
  } catch (const std::exception& error) {
    spdlog::error("door: could not park an event: {}", error.what());
  }
}

}  // namespace firsthand::runtime
