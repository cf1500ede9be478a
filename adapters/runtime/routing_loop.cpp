// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/routing_loop.hpp"

#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "adapters/runtime/ask.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
using Clock = std::chrono::steady_clock;

constexpr Millis kLookEvery{1000};
constexpr auto kLoadsEvery = std::chrono::seconds{10};
constexpr auto kPromisesEvery = std::chrono::seconds{5};
constexpr std::size_t kOffersAtOnce = 256;

Instant wall_clock() {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

void died(std::string_view name, std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& what) {
    spdlog::critical("routing: {} ended: {}", name, what.what());
    std::abort();
  }
}

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
      offered_(metrics.counter("firsthand_offers_made_total", "Offers the door has granted.")),
      tasks_(executor, kOffersAtOnce, died) {}

void RoutingLoop::saved(const postgres::Saved& saved) {
  {
    const std::lock_guard lock{mutex_};
    interactions_.insert(interactions_.end(), saved.interactions.begin(), saved.interactions.end());
    desks_.insert(desks_.end(), saved.desks.begin(), saved.desks.end());
  }
  wake_.notify();
}

void RoutingLoop::look_anew() {
  anew_ = true;
  wake_.notify();
}

void RoutingLoop::telephony_up(const std::string& pbx, bool up) {
  {
    const std::lock_guard lock{mutex_};
    if (up) {
      linked_.insert(pbx);
    } else {
      linked_.erase(pbx);
    }
  }
  wake_.notify();
}

bool RoutingLoop::any_pbx() const {
  const std::lock_guard lock{mutex_};
  return !linked_.empty();
}

Instant RoutingLoop::now() const {
  return wall_clock() + ahead_;
}

std::vector<Reachable> RoutingLoop::reachable() const {
  const std::lock_guard lock{mutex_};
  return reachable_;
}

void RoutingLoop::keep_reachable() {
  std::vector<routing::AgentState> free;
  for (const auto& [user, agent] : picture_.floor().agents()) {
    if (routing::is_free(agent)) free.push_back(agent);
  }
  std::sort(free.begin(), free.end(),
            [](const auto& a, const auto& b) { return a.idle_since < b.idle_since; });
  std::vector<Reachable> found;
  for (const auto& agent : free) {
    if (const User* person = rules_seen_->user(agent.user))
      found.push_back({agent.user, person->extension});
  }
  const std::lock_guard lock{mutex_};
  reachable_ = std::move(found);
}

awaitable<void> RoutingLoop::look_at_everything() {
  const auto begun = Clock::now();
  const bool picks_by_load = std::any_of(
      queues_.begin(), queues_.end(),
      [](const routing::QueueRules& queue) { return queue.pick == Pick::least_loaded; });
  const auto rules = rules_();
  // Promised calls stand in line while somebody could be rung for them.
  const Queue* queue = rules->book.queue(rules->book.callbacks.queue);
  const bool open = queue && any_pbx() && rules->is_open(*queue, now());
  const LookWish wish{picks_by_load && begun - loads_looked_ > kLoadsEvery,
                      open && begun - promises_looked_ > kPromisesEvery};
  picture_.look_begins();
  auto work = [rules, wish](postgres::Connection& connection) {
    return runtime::look_at_everything(connection, *rules, wish);
  };
  auto seen = co_await postgres::run(reads_, work);
  looked_ = Clock::now();
  look_took_ = std::chrono::duration_cast<Millis>(looked_ - begun);
  looking_ = false;
  sound_ = static_cast<bool>(seen);
  if (!seen) {
    picture_.look_failed();
    co_return;
  }
  if (wish.loads) loads_looked_ = begun;
  if (wish.promises) promises_looked_ = begun;
  ahead_ = std::chrono::duration_cast<Millis>(seen->now - wall_clock()) + look_took_ / 2;
  const auto endings = std::move(seen->endings);
  picture_.look_ends(std::move(*seen), *rules, rules != rules_seen_);
  if (rules != rules_seen_) {
    rules_seen_ = rules;
    queues_ = routing::queue_rules(rules->book);
  }
  keep_reachable();
  if (line_) line_(picture_, times_);
  for (const Ending& ending : endings) tasks_.spawn("ending", end(ending));
  wake_.notify();
}

/// What this node has committed. Of those who have begun to wait, or wait again, the details are
/// read: who owns their case, who has refused them.
awaitable<void> RoutingLoop::take_changes() {
  std::vector<Interaction> interactions;
  std::vector<Desk> desks;
  {
    const std::lock_guard lock{mutex_};
    std::swap(interactions, interactions_);
    std::swap(desks, desks_);
  }
  const auto rules = rules_();
  for (const Desk& desk : desks) picture_.desk_changed(desk, *rules, now());
  std::vector<InteractionId> waiting;
  for (const Interaction& call : interactions) {
    if (call.state == InteractionState::ended && call.answered_at && call.ended_at) {
      const Queue* queue = rules->book.queue(call.queue);
      const auto talk = std::chrono::duration_cast<Seconds>(*call.ended_at - *call.answered_at);
      times_.seen(call.queue, talk + Seconds{queue ? queue->wrap_up_s : 0});
    }
    if (picture_.interaction_changed(call)) waiting.push_back(call.id);
  }
  if (waiting.empty()) co_return;
  auto work = [rules, waiting](postgres::Connection& connection) {
    return look_at(connection, *rules, waiting);
  };
  auto found = co_await postgres::run(reads_, work);
  if (found) {
    picture_.details(waiting, std::move(*found));
  } else {
    anew_ = true;
  }
}

awaitable<void> RoutingLoop::tell(Happening what) {
  Event event;
  event.source = "timer";
  event.what = std::move(what);
  // Not remembered by key: each is re-checked against what is stored, so a repeat is harmless.
  co_await ask(door_, std::move(event));
}

awaitable<void> RoutingLoop::end(Ending ending) {
  if (ending.kind == "offer") {
    co_await tell(event::OfferExpired{OfferId{ending.id}});
  } else if (ending.kind == "lease") {
    const UserId user{ending.id};
    bool open = false;
    if (console_open_) open = co_await console_open_(user);
    if (open) {
      co_await tell(event::PresenceBeat{user, Seconds{0}});
    } else {
      co_await tell(event::PresenceLost{user});
    }
  } else if (ending.kind == "written") {
    co_await tell(event::WrittenDone{InteractionId{ending.id}});
  } else if (ending.kind == "shift") {
    co_await tell(event::ShiftEnded{UserId{ending.id}});
  } else if (ending.kind == "promise") {
    co_await tell(event::CallbackDue{CallbackId{ending.id}});
  } else {
    co_await tell(event::ClocksResumed{CaseId{ending.id}, true});
  }
}

awaitable<void> RoutingLoop::offer(routing::Pair pair) {
  // The pair's own agent first; behind him the others of his group, should another node have been
  // quicker.
  std::vector<UserId> candidates{pair.agent};
  candidates.insert(candidates.end(), pair.others.begin(), pair.others.end());
  auto lease = co_await projection_.lease_pair(pair.interaction, std::move(candidates));
  const bool elsewhere = lease.outcome == redis::LeaseOutcome::kAlreadyLeased;
  bool doubted = false;
  if (!elsewhere) {
    // Redis may not have heard of the two yet: the fence is in PostgreSQL.
    const bool leased = lease.outcome == redis::LeaseOutcome::kLeased;
    event::OfferMade made;
    made.interaction = pair.interaction;
    made.agent = leased ? UserId{lease.agent} : pair.agent;
    made.reason = pair.reason;
    made.token = random_token();
    made.ring = pair.written                        ? pair.ring
                : pair.reason == OfferReason::owner ? ring_.owner
                                                    : ring_.others;
    made.steps = std::move(pair.steps);
    made.instead_of = picture_.asked_about(made.agent);
    Event event;
    event.source = "router";
    event.what = std::move(made);
    const DoorAnswer answer = co_await ask(door_, std::move(event));
    const auto* outcome = std::get_if<Outcome>(&answer);
    doubted = !outcome || outcome->refusal;
    if (!doubted) offered_.add();
    if (leased) co_await projection_.release_pair(std::move(lease));
  }
  picture_.offered(pair.interaction, pair.agent, doubted || elsewhere);
  if (doubted) anew_ = true;
  wake_.notify();
}

void RoutingLoop::match() {
  const Instant at = now();
  auto waiting = picture_.waiting();
  // Of callers whom nobody could be rung for only the waits go on.
  std::set<std::string, std::less<>> linked;
  {
    const std::lock_guard lock{mutex_};
    linked = linked_;
  }
  const auto out_of_reach =
      std::partition(waiting.begin(), waiting.end(), [&](const routing::Waiting& one) {
        if (one.written) return true;
        const std::string& pbx = picture_.line().at(one.interaction).pbx;
        return pbx.empty() ? !linked.empty() : linked.contains(pbx);
      });
  if (out_of_reach != waiting.end()) {
    const auto they =
        routing::match_all({out_of_reach, waiting.end()}, picture_.floor(), queues_, at);
    give_up(they.exhausted);
  }
  auto matching =
      routing::match_all({waiting.begin(), out_of_reach}, picture_.floor(), queues_, at);
  next_change_ = matching.next_change_at;
  for (auto& pair : matching.pairs) {
    const auto interaction = pair.interaction;
    const auto agent = pair.agent;
    picture_.offering(interaction, agent);
    if (!tasks_.spawn("offer", offer(std::move(pair)))) {
      picture_.offered(interaction, agent, false);
      next_change_ = at + Millis{20};  // as many at once as there may be
      break;
    }
  }
  give_up(matching.exhausted);
  for (const UserId user : picture_.wrap_ups_over(at)) {
    tasks_.spawn("wrap-up", tell(event::WrapUp{user, event::WrapUpAction::time_is_up}));
  }
}

void RoutingLoop::give_up(const std::vector<routing::Spent>& exhausted) {
  for (const routing::Spent& spent : exhausted) {
    if (!spent_.insert(spent.interaction).second) continue;
    const auto told = [](RoutingLoop& self, routing::Spent one) -> awaitable<void> {
      co_await self.tell(event::WaitExhausted{one.interaction, std::string{word(one.why)}});
      self.spent_.erase(one.interaction);
    };
    if (!tasks_.spawn("wait", told(*this, spent))) spent_.erase(spent.interaction);
  }
}

awaitable<void> RoutingLoop::run() {
  rules_seen_ = rules_();
  queues_ = routing::queue_rules(rules_seen_->book);
  while (true) {
    // A look never takes more than a third of the time, however many there are to look at.
    const auto since = Clock::now() - looked_;
    const bool due = since >= kLookEvery || (anew_ && since >= 2 * look_took_);
    if (due && !looking_) {
      anew_ = false;
      looking_ = true;
      if (!tasks_.spawn("look", look_at_everything())) looking_ = false;
    }
    co_await take_changes();
    if (sound_) match();
    Millis sleep = anew_ ? std::max(Millis{5}, 2 * look_took_) : kLookEvery;
    const auto until = [&](std::optional<Instant> at) {
      if (at) sleep = std::min(sleep, *at - now() + Millis{2});
    };
    if (sound_) {
      until(next_change_);
      until(picture_.next_wrap_up());
    }
    co_await wake_.wait_for(std::max(sleep, Millis{5}));
  }
}

}  // namespace firsthand::runtime
