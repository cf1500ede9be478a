// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/roll_call.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr Seconds kAfterStart{20};
constexpr Seconds kAfterNodeDied{1};

constexpr postgres::Statement kHere{"roll_call_here",
                                    "select user_id from desk where presence <> 'offline'"};

}  // namespace

RollCall::RollCall(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
                   const FeedHub& feed, redis::Client& client, bool several_nodes)
    : door_(door),
      reads_(reads),
      feed_(feed),
      client_(client),
      presence_(client),
      several_nodes_(several_nodes),
      wake_(executor) {}

void RollCall::give_up(UserId user, Seconds lease) {
  Event event;
  event.source = "feed";
  event.what = event::PresenceBeat{user, lease};
  door_.submit(std::move(event), [](DoorAnswer) {});
}

awaitable<void> RollCall::call() {
  for (int i = 0; i < 20 && several_nodes_ && !client_.up(); ++i) co_await rest(Millis{100});
  std::set<std::int64_t> elsewhere;
  if (client_.up()) {
    const auto alive = co_await presence_.alive();
    if (alive) elsewhere.insert(alive->begin(), alive->end());
  }
  auto work = [](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    std::vector<UserId> here;
    for (const auto& row : tx.exec(kHere)) here.push_back(postgres::read<UserId>(row[0]));
    return here;
  };
  auto here = co_await postgres::run(reads_, work);
  if (!here) co_return;
  for (const UserId user : *here) {
    if (!elsewhere.contains(user.value) && !feed_.open(user)) give_up(user, kAfterStart);
  }
}

awaitable<bool> RollCall::console_open(UserId user) {
  if (feed_.open(user)) co_return true;
  if (!client_.up()) co_return false;
  const auto alive = co_await presence_.alive();
  if (!alive) co_return false;
  co_return std::find(alive->begin(), alive->end(), user.value) != alive->end();
}

void RollCall::beat(UserId user, const std::string& connection, bool alive) {
  if (!several_nodes_) return;
  {
    const std::lock_guard lock{mutex_};
    beats_[connection] = {user, alive};
  }
  wake_.notify();
}

awaitable<void> RollCall::tell_redis() {
  while (true) {
    co_await wake_.wait();
    std::map<std::string, Beat> beats;
    {
      const std::lock_guard lock{mutex_};
      std::swap(beats, beats_);
    }
    for (const auto& [connection, beat] : beats) {
      if (!client_.up()) break;  // a console that is there beats again within seconds
      if (beat.alive) {
        co_await presence_.beat(beat.user.value, connection);
      } else {
        co_await presence_.drop(beat.user.value, connection);
      }
    }
  }
}

awaitable<void> RollCall::watch() {
  std::int64_t since = 0;
  while (true) {
    co_await rest(std::chrono::seconds{3});
    auto expired = co_await presence_.expired(since);
    if (!expired) continue;
    const bool first = std::exchange(since, expired->next_since_ms) == 0;
    if (first) continue;  // what ran out before this node was there was dealt with by call()
    for (const auto& gone : expired->gone) {
      if (!gone.agent_alive) give_up(UserId{gone.agent}, kAfterNodeDied);
    }
  }
}

}  // namespace firsthand::runtime
