// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/projection.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/postgres/tables.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
constexpr std::size_t kPendingMax = 20'000;
constexpr auto kCheckEvery = std::chrono::seconds{10};
constexpr auto kRefillEvery = std::chrono::minutes{10};

std::int64_t to_ms(Instant at) {
  return at.time_since_epoch().count();
}

redis::DueItem item(const postgres::SavedClock& clock) {
  return {clock.id.value, clock.version, to_ms(*clock.fire_at)};
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

constexpr postgres::Statement kNearClocks{
    "projection_clocks",
    "select id, version, fire_at from sla_clock where fire_at <= now() + interval '2 hours'"};
// The feed knows the transactions of the last minutes, the row what was seen before.
constexpr postgres::Statement kAgreed{
    "projection_agreed",
    "select epoch, greatest(mark, coalesce((select max(xid) from feed)::text::bigint, 0)), "
    "node <> $1 and at > clock_timestamp() - interval '2 seconds' from redis_index where shard = "
    "0"};
constexpr postgres::Statement kTakeEpoch{
    "projection_take_epoch",
    "update redis_index set epoch = greatest(epoch, $2::bigint) + 1, node = $3, at = "
    "clock_timestamp() where shard = 0 and epoch = $1 returning epoch"};
constexpr postgres::Statement kKeepMark{
    "projection_keep_mark", "update redis_index set mark = $1 where shard = 0 and mark < $1"};

postgres::Saved read_snapshot(postgres::Connection& connection) {
  static const std::string calls_sql = "select " + postgres::column_list<Interaction>() +
                                       " from interaction where state = 'waiting'";
  static const std::string desks_sql =
      "select " + postgres::column_list<Desk>() + " from desk where presence = 'available'";
  static const postgres::Statement calls{"projection_calls", calls_sql.c_str()};
  static const postgres::Statement desks{"projection_desks", desks_sql.c_str()};
  postgres::Tx tx{connection, postgres::Access::read_only};
  postgres::Saved all;
  all.mark = postgres::read<std::int64_t>(tx.exec(kAgreed, "")[0][1]);
  for (const auto& row : tx.exec(kNearClocks)) {
    postgres::SavedClock clock;
    postgres::Columns(row) >> clock.id >> clock.version >> clock.fire_at;
    all.clocks.push_back(clock);
  }
  for (const auto& row : tx.exec(calls))
    all.interactions.push_back(postgres::from_row<Interaction>(row));
  for (const auto& row : tx.exec(desks)) all.desks.push_back(postgres::from_row<Desk>(row));
  return all;
}

}  // namespace

Projection::Projection(redis::Client& client, postgres::Pool& reads, ClockSkew& skew,
                       std::string node)
    : client_(client),
      reads_(reads),
      skew_(skew),
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
      pending_.mark = std::max(pending_.mark, more.mark);
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
  using Clock = std::chrono::steady_clock;
  client_.on_state([this](bool) { lost("the link has changed"); });
  auto refilled = Clock::now();
  auto checked = Clock::now();
  while (true) {
    if (!ready_ && client_.up()) {
      co_await join();
      checked = Clock::now();
    }
    // What is committed while Redis is away waits: the index may be whole but for that.
    if (ready_) {
      postgres::Saved next;
      bool missed = false;
      {
        const std::lock_guard lock{mutex_};
        std::swap(next, pending_);
        missed = std::exchange(overflow_, false);
      }
      co_await put(std::move(next));
      if (missed) co_await refill();
    }
    if (ready_ && Clock::now() - checked > kCheckEvery) {
      checked = Clock::now();
      co_await check();
    }
    // What was further ahead than the window when it was committed comes into it by and by.
    if (ready_ && Clock::now() - refilled > kRefillEvery) {
      refilled = Clock::now();
      co_await refill();
    }
    if (changed_) changed_();
    co_await wake_.wait_for(ready_ || !client_.up() ? Millis{1000} : Millis{200});
  }
}

awaitable<std::optional<Projection::Agreed>> Projection::agreed() {
  auto work = [node = node_](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    Agreed out;
    postgres::Columns(tx.exec(kAgreed, node)[0]) >> out.epoch >> out.mark >> out.fresh;
    return out;
  };
  auto found = co_await postgres::run(reads_, work);
  if (!found) co_return std::nullopt;
  co_return *found;
}

awaitable<std::optional<std::int64_t>> Projection::take_epoch(Agreed seen, std::int64_t found) {
  auto work = [seen, found, node = node_](postgres::Connection& connection) {
    postgres::Tx tx{connection};
    std::optional<std::int64_t> epoch;
    const auto rows = tx.exec(kTakeEpoch, seen.epoch, found, node);
    if (!rows.empty()) epoch = postgres::read<std::int64_t>(rows[0][0]);
    tx.commit();
    return epoch;
  };
  auto taken = co_await postgres::run(reads_, work);
  if (!taken) co_return std::nullopt;
  co_return *taken;
}

awaitable<void> Projection::join() {
  co_await skew_.measure();
  const auto seen = co_await agreed();
  if (!seen) co_return;
  auto state = co_await due_.state();
  if (state && state->epoch == seen->epoch && state->mark < seen->mark) {
    // Another node has committed and is about to tell Redis; a Redis that has gone back stays back.
    boost::asio::steady_timer pause{client_.executor(), Millis{300}};
    co_await pause.async_wait(boost::asio::use_awaitable);
    state = co_await due_.state();
  }
  if (!state) co_return;
  if (state->epoch == seen->epoch && state->mark >= seen->mark) {
    epoch_ = seen->epoch;
    checked_mark_ = seen->mark;
    ready_ = true;
    spdlog::info("redis: the index of epoch {} is whole", epoch_);
    co_return;
  }
  if (state->building || seen->fresh) co_return;  // another node is at it
  const auto epoch = co_await take_epoch(*seen, state->epoch.value_or(0));
  if (!epoch) co_return;
  const bool rebuilt = co_await rebuild(*epoch);
  if (rebuilt) spdlog::info("redis: the index is rebuilt, epoch {}", epoch_);
}

awaitable<bool> Projection::rebuild(std::int64_t epoch) {
  // Begun before the snapshot is read: what is committed in between is put twice, never lost.
  auto due_begun = co_await due_.begin_rebuild(epoch);
  auto sets_begun = co_await sets_.begin_rebuild(epoch);
  if (!due_begun || !sets_begun) co_return false;
  auto work = [](postgres::Connection& connection) { return read_snapshot(connection); };
  auto snapshot = co_await postgres::run(reads_, work);
  if (!snapshot) co_return false;
  std::vector<redis::DueItem> items;
  for (const auto& clock : snapshot->clocks) items.push_back(item(clock));
  snapshot->clocks.clear();
  const std::int64_t mark = std::exchange(snapshot->mark, 0);
  const bool told = co_await put_sets(std::move(*snapshot));
  if (!told) co_return false;
  auto finished = co_await sets_.finish_rebuild(epoch);
  if (!finished || !*finished) co_return false;
  // The due times last: an epoch there means that everything is whole.
  auto added = co_await due_.add_rebuild(epoch, std::move(items), mark);
  if (!added || !*added) co_return false;
  auto due_done = co_await due_.finish_rebuild(epoch);
  if (!due_done || !*due_done) co_return false;
  epoch_ = epoch;
  checked_mark_ = mark;
  ready_ = true;
  co_return true;
}

awaitable<void> Projection::refill() {
  auto work = [](postgres::Connection& connection) { return read_snapshot(connection); };
  auto near_ones = co_await postgres::run(reads_, work);
  if (near_ones) co_await put(std::move(*near_ones));
}

awaitable<void> Projection::check() {
  auto state = co_await due_.state();
  if (!state || state->epoch != epoch_) co_return lost("it holds another index");
  // What PostgreSQL had committed at the last check must have arrived by now.
  if (state->mark < checked_mark_) co_return lost("it has gone back in time");
  const auto seen = co_await agreed();
  if (!seen) co_return;
  checked_mark_ = seen->mark;
  auto work = [mark = state->mark](postgres::Connection& connection) {
    postgres::Tx tx{connection};
    tx.exec(kKeepMark, mark);
    tx.commit();
  };
  co_await postgres::run(reads_, work);
}

awaitable<void> Projection::put(postgres::Saved more) {
  std::vector<redis::DueItem> items;
  std::vector<redis::DueClock> gone;
  for (const auto& clock : more.clocks) {
    if (clock.fire_at) {
      items.push_back(item(clock));
    } else {
      gone.push_back({clock.id.value, clock.version});
    }
  }
  if (!gone.empty()) {
    auto done = co_await due_.remove(std::move(gone));
    if (!done) co_return lost("due times could not be removed");
  }
  // The mark last, when everything that it stands for is there.
  const std::int64_t mark = more.mark;
  const bool told = co_await put_sets(std::move(more));
  if (!told) co_return;
  if (!items.empty() || mark > 0) {
    auto done = co_await due_.put(std::move(items), mark);
    if (!done) co_return lost("due times could not be written");
  }
}

awaitable<bool> Projection::put_sets(postgres::Saved more) {
  std::vector<redis::WaitingInteraction> calls;
  for (const auto& call : more.interactions) calls.push_back(waiting(call));
  std::vector<redis::IdleAgent> agents;
  for (const auto& desk : more.desks) agents.push_back(idle(desk));
  if (!calls.empty()) {
    auto done = co_await sets_.project(std::move(calls));
    if (!done) {
      lost("the waiting set could not be written");
      co_return false;
    }
  }
  if (!agents.empty()) {
    auto done = co_await sets_.project(std::move(agents));
    if (!done) {
      lost("the idle set could not be written");
      co_return false;
    }
  }
  co_return true;
}

awaitable<std::vector<DueStep>> Projection::claim_due(std::size_t limit) {
  std::vector<DueStep> out;
  if (!ready_) co_return out;
  auto claim = co_await due_.claim(epoch_, limit, std::chrono::seconds{10}, skew_.redis_behind());
  if (!claim || claim->epoch_lost) {
    lost(claim ? "it has forgotten the due times" : "due times could not be claimed");
    co_return out;
  }
  for (const auto& clock : claim->items)
    out.push_back({ClockId{clock.id}, clock.version, Instant{Millis{clock.due_ms}}});
  co_return out;
}

awaitable<void> Projection::correct(std::vector<postgres::SavedClock> clocks) {
  std::vector<redis::DueItem> later;
  std::vector<redis::DueClock> gone;
  for (const auto& clock : clocks) {
    if (clock.fire_at) {
      later.push_back(item(clock));
    } else {
      gone.push_back({clock.id.value, clock.version});
    }
  }
  if (!later.empty()) {
    auto done = co_await due_.put_back(std::move(later));
    if (!done) co_return lost("due times could not be put back");
  }
  if (!gone.empty()) {
    auto done = co_await due_.remove(std::move(gone));
    if (!done) co_return lost("due times could not be removed");
  }
}

awaitable<std::optional<Millis>> Projection::until_next_due() {
  if (!ready_) co_return std::nullopt;
  auto next = co_await due_.next_due();
  if (!next) {
    lost("due times could not be read");
    co_return std::nullopt;
  }
  if (!next->due_ms) co_return Millis{std::chrono::hours{1}};
  const std::int64_t now_ms = next->now_ms + skew_.redis_behind().count();
  co_return Millis{std::max<std::int64_t>(0, *next->due_ms - now_ms)};
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
