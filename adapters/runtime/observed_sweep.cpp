// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/observed_sweep.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "adapters/runtime/ask.hpp"
#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr std::chrono::minutes kIdle{1};
constexpr int kBatchMax = 200;
// The live calls are few and have an index of their own.
constexpr postgres::Statement kUnended{
    "observed_unended",
    "select id from interaction where state <> 'ended' and observed and "
    "case when answered_at is null then enqueued_at < now() - $1 * interval '1 second' "
    "else answered_at < now() - $2 * interval '1 second' end order by enqueued_at limit $3"};

std::vector<InteractionId> unended(postgres::Connection& connection,
                                   const config::CallSources& bounds) {
  postgres::Tx tx{connection, postgres::Access::read_only};
  std::vector<InteractionId> found;
  for (const auto& row :
       tx.exec(kUnended, bounds.longest_wait.count(), bounds.longest_talk.count(), kBatchMax)) {
    found.push_back(postgres::read<InteractionId>(row[0]));
  }
  return found;
}

}  // namespace

namespace statements {
const std::vector<postgres::Statement> kObservedSweep{kUnended};
}

awaitable<int> ObservedSweep::look() {
  const auto bounds = sources_();
  auto find = [bounds](postgres::Connection& connection) { return unended(connection, *bounds); };
  const auto found = co_await postgres::run(pool_, find);
  if (!found) co_return 0;
  std::vector<Event> events;
  for (const InteractionId id : *found) {
    event::CallEnded ended;
    ended.interaction = id;
    ended.reason = "engine_gap";
    Event event;
    event.source = "observed";
    event.key = "unended:" + std::to_string(id.value);
    event.what = std::move(ended);
    events.push_back(std::move(event));
  }
  const auto answers = co_await ask_all(door_, std::move(events));
  const auto ended = std::count_if(answers.begin(), answers.end(), [](const DoorAnswer& answer) {
    const auto* outcome = std::get_if<Outcome>(&answer);
    return outcome && !outcome->refusal && !outcome->duplicate;
  });
  if (ended > 0) spdlog::warn("telephone: {} reported calls had no end and are ended", ended);
  co_return static_cast<int>(ended);
}

awaitable<void> ObservedSweep::run() {
  while (true) {
    co_await rest(kIdle);
    co_await look();
  }
}

}  // namespace firsthand::runtime
