// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/projection.hpp"

#include <spdlog/spdlog.h>

#include "adapters/postgres/tables.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
constexpr std::size_t kPendingMax = 20'000;
constexpr std::chrono::hours kWindow{2};

std::int64_t to_ms(Instant at) {
  return at.time_since_epoch().count();
}

redis::DueItem item(const SlaClock& clock) {
  return {clock.id.value, clock.version, to_ms(*clock.fire_at)};
}

bool near(const SlaClock& clock) {
  return clock.fire_at &&
         *clock.fire_at < std::chrono::floor<Millis>(std::chrono::system_clock::now()) + kWindow;
}

redis::WaitingInteraction waiting(const Interaction& call) {
  const bool waits =
      call.state == InteractionState::waiting && call.direction == Direction::inbound;
  return {call.id.value, call.version, waits ? (call.queue.empty() ? "default" : call.queue) : "",
          to_ms(call.enqueued_at)};
}

redis::IdleAgent idle(const Desk& desk) {
  const bool free = desk.presence == Presence::available && !desk.interaction;
  return {desk.user.value, desk.version,
          free ? std::optional{to_ms(desk.idle_since)} : std::nullopt};
}

postgres::Saved read_snapshot(postgres::Connection& connection) {
  static const std::string clocks_sql =
      "select " + postgres::column_list<SlaClock>() +
      " from sla_clock where fire_at <= now() + interval '2 hours'";
  static const std::string calls_sql = "select " + postgres::column_list<Interaction>() +
                                       " from interaction where state = 'waiting'";
  static const std::string desks_sql =
      "select " + postgres::column_list<Desk>() + " from desk where presence = 'available'";
  static const postgres::Statement clocks{"projection_clocks", clocks_sql.c_str()};
  static const postgres::Statement calls{"projection_calls", calls_sql.c_str()};
  static const postgres::Statement desks{"projection_desks", desks_sql.c_str()};
  postgres::Tx tx{connection, postgres::Access::read_only};
  postgres::Saved all;
  for (const auto& row : tx.exec(clocks)) all.clocks.push_back(postgres::from_row<SlaClock>(row));
  for (const auto& row : tx.exec(calls))
    all.interactions.push_back(postgres::from_row<Interaction>(row));
  for (const auto& row : tx.exec(desks)) all.desks.push_back(postgres::from_row<Desk>(row));
  return all;
}

}  // namespace

Projection::Projection(redis::Client& client, postgres::Pool& reads, std::string node)
    : client_(client),
      reads_(reads),
      node_(std::move(node)),
      due_(client, 0),
      sets_(client),
      wake_(client.executor()) {}

void Projection::saved(postgres::Saved more) {
  {
    const std::lock_guard lock{mutex_};
    const auto size = pending_.clocks.size() + pending_.interactions.size() + pending_.desks.size();
    if (size > kPendingMax) {
      overflow_ = true;  // Redis has been away long: it will be told everything anew
      pending_ = {};
    } else {
      const auto append = [](auto& to, auto& from) {
        to.insert(to.end(), from.begin(), from.end());
      };
      append(pending_.clocks, more.clocks);
      append(pending_.interactions, more.interactions);
      append(pending_.desks, more.desks);
    }
  }
  wake_.notify();
}

void Projection::lost(const char* what) {
  if (ready_) spdlog::warn("redis: {}; working from PostgreSQL until it is rebuilt", what);
  ready_ = false;
  wake_.notify();
}

awaitable<void> Projection::run() {
  client_.on_state([this](bool) { lost("the link has changed"); });
  auto refilled = std::chrono::steady_clock::now();
  while (true) {
    if (!ready_ && client_.up()) {
      const bool rebuilt = co_await rebuild();
      if (rebuilt) spdlog::info("redis: the index is rebuilt, epoch {}", epoch_);
    }
    postgres::Saved next;
    bool missed = false;
    {
      const std::lock_guard lock{mutex_};
      std::swap(next, pending_);
      missed = std::exchange(overflow_, false);
    }
    if (missed) lost("too much was waiting for it");
    if (ready_) co_await put(std::move(next));
    // What was further ahead than the window when it was committed comes into it by and by.
    if (const auto now = std::chrono::steady_clock::now();
        ready_ && now - refilled > std::chrono::minutes{10}) {
      refilled = now;
      auto work = [](postgres::Connection& connection) { return read_snapshot(connection); };
      auto near_ones = co_await postgres::run(reads_, work);
      if (near_ones) co_await put(std::move(*near_ones));
    }
    if (changed_) changed_();
    co_await wake_.wait_for(std::chrono::seconds{1});
  }
}

awaitable<bool> Projection::rebuild() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  epoch_ = std::chrono::duration_cast<Millis>(now).count();
  // Begun before the snapshot is read: what is committed in between is put twice, never lost.
  auto due_begun = co_await due_.begin_rebuild(epoch_);
  auto sets_begun = co_await sets_.begin_rebuild(epoch_);
  if (!due_begun || !sets_begun) co_return false;
  auto work = [](postgres::Connection& connection) { return read_snapshot(connection); };
  auto snapshot = co_await postgres::run(reads_, work);
  if (!snapshot) co_return false;
  std::vector<redis::DueItem> items;
  for (const auto& clock : snapshot->clocks) items.push_back(item(clock));
  auto added = co_await due_.add_rebuild(epoch_, std::move(items));
  if (!added || !*added) co_return false;
  auto due_done = co_await due_.finish_rebuild(epoch_);
  if (!due_done || !*due_done) co_return false;
  snapshot->clocks.clear();
  ready_ = true;
  co_await put(std::move(*snapshot));
  if (!ready_) co_return false;
  auto finished = co_await sets_.finish_rebuild(epoch_);
  ready_ = finished && *finished;
  co_return ready_;
}

awaitable<void> Projection::put(postgres::Saved more) {
  std::vector<redis::DueItem> items;
  std::vector<redis::DueClock> gone;
  for (const auto& clock : more.clocks) {
    if (near(clock)) {
      items.push_back(item(clock));
    } else {
      gone.push_back({clock.id.value, clock.version});
    }
  }
  std::vector<redis::WaitingInteraction> calls;
  for (const auto& call : more.interactions) calls.push_back(waiting(call));
  std::vector<redis::IdleAgent> agents;
  for (const auto& desk : more.desks) agents.push_back(idle(desk));
  if (!items.empty()) {
    auto done = co_await due_.put(std::move(items));
    if (!done) co_return lost("due times could not be written");
  }
  if (!gone.empty()) {
    auto done = co_await due_.remove(std::move(gone));
    if (!done) co_return lost("due times could not be removed");
  }
  if (!calls.empty()) {
    auto done = co_await sets_.project(std::move(calls));
    if (!done) co_return lost("the waiting set could not be written");
  }
  if (!agents.empty()) {
    auto done = co_await sets_.project(std::move(agents));
    if (!done) co_return lost("the idle set could not be written");
  }
}

awaitable<std::vector<DueStep>> Projection::claim_due() {
  std::vector<DueStep> out;
  if (!ready_) co_return out;
  auto claim = co_await due_.claim(epoch_, 256, std::chrono::seconds{10});
  if (!claim || claim->epoch_lost) {
    lost(claim ? "it has forgotten the due times" : "due times could not be claimed");
    co_return out;
  }
  for (const auto& clock : claim->items) out.push_back({ClockId{clock.id}, clock.version});
  co_return out;
}

awaitable<std::optional<Millis>> Projection::until_next_due() {
  if (!ready_) co_return std::nullopt;
  auto next = co_await due_.next_due();
  if (!next) {
    lost("due times could not be read");
    co_return std::nullopt;
  }
  if (!next->due_ms) co_return Millis{std::chrono::hours{1}};
  co_return Millis{std::max<std::int64_t>(0, *next->due_ms - next->now_ms)};
}

awaitable<redis::PairLease> Projection::lease_pair(InteractionId interaction,
                                                   std::vector<UserId> candidates) {
  redis::PairLease first;
  first.outcome = redis::LeaseOutcome::kNoAgent;
  first.interaction = interaction.value;
  if (candidates.empty()) co_return first;
  first.outcome = redis::LeaseOutcome::kLeased;
  first.agent = candidates.front().value;
  if (!ready_) co_return first;
  std::vector<redis::Id> ids;
  for (const UserId id : candidates) ids.push_back(id.value);
  auto lease = co_await sets_.lease_pair(epoch_, interaction.value, std::move(ids),
                                         std::chrono::seconds{2}, node_);
  if (!lease || lease->outcome == redis::LeaseOutcome::kEpochLost) {
    lost("it has forgotten who waits");
    co_return first;
  }
  co_return std::move(*lease);
}

awaitable<void> Projection::release_pair(redis::PairLease lease) {
  if (!ready_ || lease.token.empty()) co_return;
  auto done = co_await sets_.release_pair(std::move(lease));
  if (!done) lost("a lease could not be given back");
}

}  // namespace firsthand::runtime
