// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/pool.hpp"

#include <algorithm>

namespace firsthand::postgres {

Pool::Pool(PoolOptions options, PoolHooks hooks)
    : options_(std::move(options)), hooks_(std::move(hooks)) {
  const int count = std::max(1, options_.connections);
  threads_.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) threads_.emplace_back([this] { serve(); });
}

Pool::~Pool() {
  stop();
}

void Pool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  std::deque<Job> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(jobs_);
  }
  const Failure stopped{FailureKind::unavailable, "", "the pool is stopping"};
  for (auto& job : left) job.failed(stopped);
}

std::size_t Pool::queued() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void Pool::submit(Work work, Failed failed) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && jobs_.size() < options_.queue_max) {
      jobs_.push_back({std::move(work), std::move(failed), Clock::now()});
      wake_.notify_one();
      return;
    }
  }
  const Failure refused{FailureKind::unavailable, "", "the queue of database jobs is full"};
  report(refused);
  failed(refused);
}

void Pool::serve() {
  Slot slot;
  connect(slot);
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      const auto ready = [this] { return stopping_ || !jobs_.empty(); };
      if (slot.connection) {
        wake_.wait(lock, ready);
      } else {
        wake_.wait_until(lock, slot.next_try, ready);
      }
      if (stopping_) break;
      if (!jobs_.empty()) {
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
    }
    if (!slot.connection && Clock::now() >= slot.next_try) connect(slot);
    if (job.work) run_job(slot, job);
  }
  drop(slot);
}

bool Pool::connect(Slot& slot) {
  try {
    slot.connection = std::make_unique<Connection>(options_.connect);
  } catch (const std::exception& error) {
    Failure failure = failure_of(error);
    failure.kind = FailureKind::unavailable;
    report(failure);
    slot.backoff = std::clamp(slot.backoff * 2, options_.backoff_min, options_.backoff_max);
    slot.next_try = Clock::now() + slot.backoff;
    return false;
  }
  slot.backoff = Millis{0};
  if (connected_.fetch_add(1) == 0 && hooks_.up_changed) hooks_.up_changed(true);
  return true;
}

void Pool::drop(Slot& slot) {
  if (!slot.connection) return;
  slot.connection.reset();
  slot.next_try = Clock::now();
  if (connected_.fetch_sub(1) == 1 && hooks_.up_changed) hooks_.up_changed(false);
}

void Pool::run_job(Slot& slot, Job& job) {
  const auto started = Clock::now();
  const int runs = options_.repeat_broken ? 2 : 1;
  Failure failure{FailureKind::unavailable, "", "no connection to PostgreSQL"};
  for (int i = 0; i < runs && slot.connection; ++i) {
    try {
      job.work(*slot.connection);
      if (hooks_.done) {
        const auto ms = [](auto span) { return std::chrono::duration_cast<Millis>(span); };
        hooks_.done(ms(started - job.at), ms(Clock::now() - started));
      }
      return;
    } catch (const std::exception& error) {
      failure = failure_of(error);
    }
    report(failure);
    if (slot.connection->raw().is_open() && failure.kind != FailureKind::broken) break;
    drop(slot);
    if (i + 1 < runs) connect(slot);
  }
  job.failed(failure);
}

void Pool::report(const Failure& failure) const {
  if (hooks_.failed) hooks_.failed(failure);
}

}  // namespace firsthand::postgres
