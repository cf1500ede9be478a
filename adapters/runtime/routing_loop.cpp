// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/routing_loop.hpp"

#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "adapters/runtime/ask.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr postgres::Statement kWaiting{
    "routing_waiting",
    "select i.id, i.queue_code, c.tier, i.owner_id, f.handler_user_id, coalesce(f.severity, 1), "
    "c.language, i.enqueued_at, coalesce(i.requeued_at, i.enqueued_at) "
    "from interaction i join customer c on c.id = customer_root(i.customer_id) left join case_file "
    "f on f.id = "
    "i.case_id "
    "where i.state = 'waiting' and i.direction = 'inbound' and not i.observed order by "
    "i.enqueued_at, i.id limit 500"};
constexpr postgres::Statement kRefusals{
    "routing_refusals",
    "select interaction_id, agent_id, ended_at from offer where ended_at > now() - interval '5 "
    "minutes' "
    "and state in ('declined','expired','failed') and interaction_id in "
    "(select id from interaction where state = 'waiting') "
    // Whoever has just given a call away is not asked first.
    "union all select interaction_id, from_id, ended_at from transfer where ended_at > now() - "
    "interval '5 minutes' and interaction_id in "
    "(select id from interaction where state = 'waiting')"};
constexpr postgres::Statement kDesks{
    "routing_desks",
    "select user_id, presence, idle_since, wrap_up_until, interaction_id is null, "
    "lease_until is null or lease_until > clock_timestamp(), misses from desk where presence <> "
    "'offline'"};
constexpr postgres::Statement kEndings{
    "routing_endings",
    "with e as ("
    " select 'offer' as kind, id, 0::bigint as version, expires_at as at from offer where state = "
    "'open'"
    " union all select 'wrap_up', user_id, version, wrap_up_until from desk where wrap_up_until is "
    "not null"
    " union all select 'lease', user_id, version, lease_until from desk where lease_until is not "
    "null and presence <> 'offline'"
    " union all select 'pause', case_id, id, planned_until from clock_pause where until_at is null)"
    " select kind, id, version, ceil(extract(epoch from at - clock_timestamp()) * 1000)::bigint "
    "from e order by at limit 200"};
constexpr postgres::Statement kClock{"routing_clock", "select clock_timestamp()"};

}  // namespace

std::string random_token() {
  static constexpr char kHex[] = "0123456789abcdef";
  unsigned char bytes[32];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("no random numbers");
  std::string out;
  for (const unsigned char byte : bytes) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

RoutingLoop::RoutingLoop(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
                         Projection& projection, RulesSource rules, RingTimes ring,
                         metrics::Registry& metrics)
    : door_(door),
      reads_(reads),
      projection_(projection),
      rules_(std::move(rules)),
      ring_(ring),
      wake_(executor),
      offered_(metrics.counter("firsthand_offers_made_total", "Offers the door has granted.")) {}

awaitable<std::optional<RoutingLoop::Look>> RoutingLoop::look() {
  const auto rules = rules_();
  auto work = [rules](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    Look seen;
    seen.now = postgres::read<Instant>(tx.exec(kClock)[0][0]);
    std::map<InteractionId, std::size_t> place;
    for (const auto& row : tx.exec(kWaiting)) {
      routing::Waiting one;
      UserId handler;
      postgres::Columns columns(row);
      columns >> one.interaction >> one.queue;
      one.tier = from_word<Tier>(columns.take<std::string>()).value_or(Tier::standard);
      columns >> one.owner >> handler >> one.severity >> one.language >> one.enqueued_at >>
          one.waits_since;
      if (one.owner) {
        const UserId acting = rules->acting(one.owner, seen.now);
        if (acting != one.owner) one.deputies.push_back(acting);
      }
      if (const User* person = rules->user(handler);
          person && person->role == Role::agent && handler != one.owner) {
        one.team.push_back(handler);
      }
      place.emplace(one.interaction, seen.waiting.size());
      seen.waiting.push_back(std::move(one));
    }
    const auto exclude_for = routing::QueueRules{}.exclude_for;
    for (const auto& row : tx.exec(kRefusals)) {
      const auto found = place.find(postgres::read<InteractionId>(row[0]));
      if (found == place.end()) continue;
      seen.waiting[found->second].excluded.push_back(
          {postgres::read<UserId>(row[1]), postgres::read<Instant>(row[2]) + exclude_for});
    }
    for (const auto& row : tx.exec(kDesks)) {
      routing::AgentState agent;
      postgres::Columns columns(row);
      columns >> agent.user;
      agent.presence = from_word<Presence>(columns.take<std::string>()).value_or(Presence::offline);
      columns >> agent.idle_since >> agent.wrap_up_until >> agent.capacity_free >> agent.alive >>
          agent.misses;
      const User* person = rules->user(agent.user);
      if (!person || person->disabled || person->extension.empty()) continue;
      agent.skills = person->skills;
      agent.languages = person->languages;
      seen.agents.push_back(std::move(agent));
    }
    for (const auto& row : tx.exec(kEndings)) {
      const Millis left{postgres::read<std::int64_t>(row[3])};
      if (left > Millis{0}) {
        seen.until_next_ending = left;
        break;
      }
      seen.endings.push_back({postgres::read<std::string>(row[0]),
                              postgres::read<std::int64_t>(row[1]),
                              postgres::read<std::int64_t>(row[2])});
    }
    return seen;
  };
  auto seen = co_await postgres::run(reads_, work);
  if (!seen) co_return std::nullopt;
  co_return std::move(*seen);
}

std::vector<Reachable> RoutingLoop::reachable() const {
  const std::lock_guard lock{mutex_};
  return reachable_;
}

void RoutingLoop::keep_reachable(const Look& seen) {
  const auto rules = rules_();
  auto agents = seen.agents;
  std::erase_if(agents, [](const routing::AgentState& agent) { return !routing::is_free(agent); });
  std::sort(agents.begin(), agents.end(),
            [](const auto& a, const auto& b) { return a.idle_since < b.idle_since; });
  std::vector<Reachable> free;
  for (const auto& agent : agents) {
    if (const User* person = rules->user(agent.user))
      free.push_back({agent.user, person->extension});
  }
  const std::lock_guard lock{mutex_};
  reachable_ = std::move(free);
}

awaitable<void> RoutingLoop::end(const Ending& ending) {
  Event event;
  event.source = "timer";
  if (ending.kind == "offer") {
    event.what = event::OfferExpired{OfferId{ending.id}};
  } else if (ending.kind == "wrap_up") {
    event.what = event::WrapUp{UserId{ending.id}, event::WrapUpAction::time_is_up};
  } else if (ending.kind == "lease") {
    const UserId user{ending.id};
    bool open = false;
    if (console_open_) open = co_await console_open_(user);
    if (open) {
      event.what = event::PresenceBeat{user, Seconds{0}};
    } else {
      event.what = event::PresenceLost{user};
    }
  } else {
    event.what = event::ClocksResumed{CaseId{ending.id}, true};
  }
  // Not remembered by key: each is re-checked against what is stored, so a repeat is harmless.
  co_await ask(door_, std::move(event));
}

awaitable<void> RoutingLoop::offer(const routing::Pair& pair, const Look& seen) {
  // The pair's own agent first; behind him the others of the plan's first group, should another
  // node have been quicker.
  const auto rules = rules_();
  const auto queue_rules = routing::queue_rules(rules->book);
  std::vector<UserId> candidates{pair.agent};
  for (const auto& waiting : seen.waiting) {
    if (waiting.interaction != pair.interaction) continue;
    const auto plan = routing::plan(waiting, seen.agents,
                                    routing::rules_of(queue_rules, waiting.queue), seen.now);
    for (const auto& group : plan.groups) {
      if (group.reason != pair.reason) continue;
      for (const UserId agent : group.agents) {
        if (agent != pair.agent) candidates.push_back(agent);
      }
    }
  }
  auto lease = co_await projection_.lease_pair(pair.interaction, std::move(candidates));
  if (lease.outcome != redis::LeaseOutcome::kLeased) co_return;
  const UserId agent{lease.agent};
  Event event;
  event.source = "router";
  event::OfferMade made;
  made.interaction = pair.interaction;
  made.agent = agent;
  made.reason = pair.reason;
  made.token = random_token();
  made.ring = pair.reason == OfferReason::owner ? ring_.owner : ring_.others;
  event.what = std::move(made);
  const DoorAnswer answer = co_await ask(door_, std::move(event));
  const auto* outcome = std::get_if<Outcome>(&answer);
  if (outcome && !outcome->refusal) offered_.add();
  co_await projection_.release_pair(std::move(lease));
}

awaitable<void> RoutingLoop::run() {
  while (true) {
    Millis sleep{1000};
    auto seen = co_await look();
    if (seen) {
      keep_reachable(*seen);
      for (const auto& ending : seen->endings) co_await end(ending);
      const auto rules = rules_();
      const auto queue_rules = routing::queue_rules(rules->book);
      const auto matching = routing::match_all(seen->waiting, seen->agents, queue_rules, seen->now);
      if (telephony_up_) {
        for (const auto& pair : matching.pairs) co_await offer(pair, *seen);
      }
      for (const InteractionId interaction : matching.exhausted) {
        Event event;
        event.source = "router";
        event.what = event::WaitExhausted{interaction};
        co_await ask(door_, std::move(event));
      }
      if (!seen->endings.empty()) sleep = Millis{20};  // what has ended may have freed somebody
      if (seen->until_next_ending) sleep = std::min(sleep, *seen->until_next_ending + Millis{2});
      if (matching.next_change_at) {
        sleep = std::min(sleep, std::max(Millis{5}, *matching.next_change_at - seen->now));
      }
    }
    co_await wake_.wait_for(std::max(sleep, Millis{5}));
  }
}

}  // namespace firsthand::runtime
