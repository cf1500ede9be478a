// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/clock_skew.hpp"

#include <spdlog/spdlog.h>

#include <cmath>

#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
using Wall = std::chrono::system_clock;

constexpr int kQuestions = 5;
constexpr postgres::Statement kClock{
    "skew_clock", "select (extract(epoch from clock_timestamp()) * 1000000)::bigint"};

double seconds(Wall::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

ClockSkew::ClockSkew(postgres::Pool& reads, redis::Client& redis, metrics::Registry& metrics)
    : reads_(reads), redis_(redis) {
  constexpr const char* kName = "firsthand_clock_skew_seconds";
  constexpr const char* kHelp = "This node's clock minus the other one.";
  postgres_ = {"postgres", &metrics.gauge(kName, kHelp, {{"against", "postgres"}}), {}, 0};
  memory_ = {"redis", &metrics.gauge(kName, kHelp, {{"against", "redis"}}), {}, 0};
}

Instant ClockSkew::now() const {
  return std::chrono::floor<Millis>(Wall::now()) - Millis{postgres_behind_ms_};
}

awaitable<std::optional<ClockSkew::Sample>> ClockSkew::ask_postgres() {
  // Timed inside the job: waiting for a free connection is no part of the round trip.
  auto work = [](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    Sample best{0, 1e9};
    for (int i = 0; i < kQuestions; ++i) {
      const auto before = Wall::now();
      const auto micros = postgres::read<std::int64_t>(tx.exec(kClock)[0][0]);
      const auto after = Wall::now();
      const Wall::time_point theirs{
          std::chrono::duration_cast<Wall::duration>(std::chrono::microseconds{micros})};
      const double took = seconds(after - before);
      if (took < best.round_trip_s) best = {seconds(before - theirs) + took / 2, took};
    }
    return best;
  };
  auto sample = co_await postgres::run(reads_, work);
  if (!sample) co_return std::nullopt;
  co_return *sample;
}

awaitable<std::optional<ClockSkew::Sample>> ClockSkew::ask_redis() {
  std::optional<Sample> best;
  for (int i = 0; i < kQuestions; ++i) {
    const auto before = Wall::now();
    const auto millis = co_await redis_.server_time_ms();
    const auto after = Wall::now();
    if (!millis) co_return std::nullopt;
    // Cut to milliseconds by Redis: on average half of one is missing.
    const auto half = std::chrono::microseconds{500};
    const Wall::time_point theirs{Millis{*millis} + half};
    const double took = seconds(after - before);
    if (!best || took < best->round_trip_s)
      best = Sample{seconds(before - theirs) + took / 2, took};
  }
  co_return best;
}

void ClockSkew::take(Against& against, const std::optional<Sample>& sample) {
  if (!sample) return;
  against.last = sample;
  against.gauge->set(sample->ahead_s);
  const double off = std::abs(sample->ahead_s);
  const int grade = off > kMax.count() ? 2 : off > kWarn.count() ? 1 : 0;
  if (grade != std::exchange(against.grade, grade)) {
    if (grade > 0) {
      spdlog::warn("clocks: this node is {:+.3f} s from {}", sample->ahead_s, against.name);
    } else {
      spdlog::info("clocks: this node agrees with {} again", against.name);
    }
  }
}

awaitable<void> ClockSkew::measure() {
  const auto database = co_await ask_postgres();
  const auto memory = co_await ask_redis();
  take(postgres_, database);
  take(memory_, memory);
  if (postgres_.last) postgres_behind_ms_ = std::llround(postgres_.last->ahead_s * 1000);
  bool usable = redis_usable_;
  if (postgres_.last && memory_.last && memory) {
    const double behind = memory_.last->ahead_s - postgres_.last->ahead_s;
    redis_behind_ms_ = std::llround(behind * 1000);
    usable = std::abs(behind) <= kMax.count();
    if (!usable && (redis_usable_ || sound_)) {
      spdlog::warn(
          "clocks: Redis is {:+.3f} s from PostgreSQL; due times are looked up in PostgreSQL",
          -behind);
    }
  }
  redis_usable_ = usable;
  sound_ = postgres_.grade < 2 && memory_.grade < 2 && (usable || !memory_.last);
}

awaitable<void> ClockSkew::run() {
  while (true) {
    co_await measure();
    co_await rest(std::chrono::seconds{10});
  }
}

}  // namespace firsthand::runtime
