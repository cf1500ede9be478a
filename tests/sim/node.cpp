// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/node.hpp"

#include "engine/words.hpp"

namespace firsthand::sim {
namespace {

constexpr std::size_t kBatchMax = 32;

std::string clock_key(const SlaClock& clock) {
  return "clock:" + std::to_string(clock.id.value) + ":" + std::to_string(clock.version);
}

}  // namespace

Node::Node(Agenda& agenda, Random& random, const Rules& rules, test::MemoryRows& rows,
           Checkers& checkers, Mutant mutant, Misfortune misfortune)
    : agenda_(agenda),
      random_(random),
      rules_(rules),
      rows_(rows),
      checkers_(checkers),
      mutant_(mutant),
      misfortune_(misfortune),
      queues_(routing::queue_rules(rules.book)) {}

void Node::lag_behind(Rules old, Instant until) {
  old_rules_ = std::move(old);
  lags_until_ = until;
}

const Rules& Node::rules_of_this_node() {
  if (agenda_.now() >= lags_until_ || !random_.percent(30)) return rules_;
  ++counts_.decided_by_old_rules;
  return old_rules_;
}

// ------------------------------------------------------------------------------- the door
void Node::submit(Event event, Done done) {
  jobs_.push_back({std::move(event), std::move(done)});
  open_door(random_.between(Millis{2}, Millis{60}));
}

void Node::deliver(const Event& event, const Done& done) {
  if (random_.permille(misfortune_.duplicate_permille)) {
    const Millis later = random_.between(Millis{1}, Seconds{90});
    agenda_.after(later, [this, event] { submit(event); });
  }
  submit(event, done);
}

void Node::open_door(Millis in) {
  if (door_is_open_) return;
  door_is_open_ = true;
  agenda_.after(in, [this] { run_door(); });
}

void Node::run_door() {
  door_is_open_ = false;
  Batch batch;
  while (!jobs_.empty() && batch.size() < kBatchMax) {
    batch.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
  if (!batch.empty()) decide(std::move(batch), false);
  if (!jobs_.empty()) open_door(Millis{5});
}

std::vector<Outcome> Node::apply_once(const Batch& batch, bool commit, Mutant mutant) {
  std::vector<Event> events;
  for (const auto& job : batch) events.push_back(job.event);
  const Instant now = agenda_.now();
  checkers_.before_batch(now);
  std::vector<Outcome> outcomes;
  Touched touched;
  const Rules& rules = rules_of_this_node();
  {
    SimTx tx{rows_, now, mutant, random_, rules_};
    outcomes = firsthand::apply(tx, events, rules);
    touched = tx.touched();
    if (commit) tx.commit();
  }
  if (!commit) return outcomes;
  checkers_.after_batch(touched, events, outcomes, now);
  if (batch_committed_) batch_committed_(events, outcomes, now, rules);
  return outcomes;
}

void Node::decide(Batch batch, bool lonely) {
  ++counts_.batches;
  const Mutant mutant = lonely ? Mutant::none : mutant_;
  const bool lies = mutant_ == Mutant::answers_before_commit && random_.permille(20);
  try {
    if (!lies && random_.permille(misfortune_.rollback_permille)) {
      // The database went away before COMMIT: the same batch again, before anything else.
      apply_once(batch, false, mutant);
      ++counts_.rollbacks;
      for (auto job = batch.rbegin(); job != batch.rend(); ++job) jobs_.push_front(std::move(*job));
      return open_door(random_.between(Millis{50}, Seconds{4}));
    }
    auto outcomes = apply_once(batch, !lies, mutant);
    if (committed_) committed_();
    look_at(agenda_.now() + Millis{3});
    if (random_.permille(misfortune_.crash_permille)) {
      // Committed, and the answer was lost: whoever has a key sends it again.
      ++counts_.crashes;
      for (auto& job : batch) {
        if (job.event.key.empty()) continue;
        agenda_.after(random_.between(Millis{200}, Seconds{3}),
                      [this, again = std::move(job)] { submit(again.event, again.done); });
      }
      timers_on_the_way_.clear();
      routed_.clear();
      endings_on_the_way_.clear();
      return;
    }
    answer(batch, outcomes);
  } catch (const test::ConstraintViolation& violation) {
    if (batch.size() > 1) {
      for (auto& job : batch) {
        Batch one;
        one.push_back(std::move(job));
        decide(std::move(one), false);
      }
      return;
    }
    const bool left =
        violation.constraint == "must_be_here" || violation.constraint == "nobody_is_orphaned";
    if (left && !lonely && read_rules_again_) {
      read_rules_again_();
      lags_until_ = agenda_.now();
      return decide(std::move(batch), true);
    }
    // The race for a slot is lost: that is what the key is for. Once more, with fresh eyes.
    ++counts_.lost_races;
    if (mutant_ == Mutant::stale_reads && !lonely) return decide(std::move(batch), true);
    checkers_.found(0, std::string{"parked: "} + violation.what() + " by " + batch[0].event.key);
    std::vector<Outcome> parked(1);
    parked[0].refusal = Refusal{"parked", violation.what(), ""};
    answer(batch, parked);
  }
}

void Node::answer(Batch& batch, std::vector<Outcome>& outcomes) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    note(batch[i].event, outcomes[i]);
    if (batch[i].done) batch[i].done(outcomes[i]);
  }
}

void Node::note(const Event& event, const Outcome& outcome) {
  ++counts_.told;
  if (outcome.refusal) {
    ++counts_.refused;
    return;
  }
  ++(outcome.duplicate ? counts_.duplicates : counts_.granted);
  if (event.key.empty()) return;
  const std::pair key{event.source, event.key};
  if (const auto* arrived = std::get_if<event::CallArrived>(&event.what))
    witness_.calls.emplace(arrived->pbx_channel, Witness::Call{arrived->number, agenda_.now()});
  if (std::holds_alternative<event::CaseRegistered>(event.what)) {
    witness_.registered.insert(key);
    const auto [first, fresh] = witness_.answered.emplace(key, outcome.reply);
    if (!fresh && !(first->second == outcome.reply))
      checkers_.found(10, "one key, two answers: " + event.key);
  }
}

// ------------------------------------------------------------------------------- the loops
void Node::look_at(Instant when) {
  if (when >= next_look_) return;
  next_look_ = when;
  agenda_.at(when, [this, when] {
    if (next_look_ != when) return;  // an earlier look has been asked for meanwhile
    next_look_ = Instant::max();
    run_loops();
  });
}

void Node::run_loops() {
  misfortunes_of_the_hour();
  run_clocks();
  run_endings();
  run_routing();
}

/// A node's clock goes wrong; or Redis comes back with timers of an hour ago, which are sent again.
void Node::misfortunes_of_the_hour() {
  if (agenda_.now() < next_hour_) return;
  next_hour_ = agenda_.now() + std::chrono::hours{1};
  skew_ = Millis{0};
  if (random_.percent(misfortune_.skew_percent)) {
    skew_ = random_.between(Seconds{-12}, Seconds{12});
    ++counts_.skewed;
  }
  if (!random_.percent(misfortune_.roll_back_percent)) return;
  for (std::size_t n = 0; n < 60 && !timers_sent_.empty(); ++n) {
    Event old = random_.pick(timers_sent_);
    // Long ago enough, and the door has forgotten the key.
    if (random_.percent(50)) old.key.clear();
    agenda_.after(random_.between(Millis{0}, Seconds{5}), [this, old] { submit(old); });
    ++counts_.old_timers;
  }
}

/// Somebody pauses the case while its step is on the way, or just before it sets out.
void Node::pause_now(ClockId clock) {
  for (const auto& [id, file] : rows_.world().cases) {
    const bool its = std::any_of(file.clocks.begin(), file.clocks.end(),
                                 [&](const SlaClock& one) { return one.id == clock; });
    if (!its || !file.facts.live()) continue;
    Event event;
    event.source = "console:" + std::to_string(file.facts.owner.value);
    event.actor = file.facts.owner;
    event.what = event::ClocksPaused{
        id, "customer_sends_photos",
        agenda_.now() + random_.between(std::chrono::minutes{1}, std::chrono::minutes{90})};
    submit(event);
    ++counts_.races;
    return;
  }
}

void Node::run_clocks() {
  const Instant now = agenda_.now() + skew_;
  for (const auto& [fire_at, id] : rows_.armed()) {
    const bool early = fire_at > now;
    if (early) look_at(fire_at - skew_);
    if (early && !(fire_at < now + Seconds{60} && random_.permille(misfortune_.early_permille)))
      break;
    const SlaClock& clock = *rows_.clock(id);
    if (!early && !timers_on_the_way_.emplace(id, clock.version).second) continue;
    Event event;
    event.source = "timer";
    event.key = clock_key(clock);
    event.what = event::ClockFired{id, clock.version};
    if (timers_sent_.size() < 2000) timers_sent_.push_back(event);
    const auto send = [this, event, seen = std::pair{id, clock.version}] {
      deliver(event, [this, seen](const Outcome& outcome) {
        if (!outcome.refusal) return;
        timers_on_the_way_.erase(seen);
        // Refused as too early: this node's clock is ahead.
        if (outcome.refusal->code == "too_early") look_at(agenda_.now() + Seconds{1});
      });
    };
    const bool race = random_.permille(misfortune_.race_permille);
    if (race) pause_now(id);
    if (!early && random_.permille(misfortune_.late_permille)) {
      agenda_.after(random_.between(Millis{1}, Seconds{20}), send);
    } else {
      send();
    }
    if (early) break;
  }
}

void Node::run_endings() {
  const Instant now = agenda_.now();
  // A repeat is harmless: each is re-checked against what is stored.
  const auto ends = [&](const char* kind, std::int64_t id, Instant at, Happening what) {
    if (at > now) return look_at(at);
    if (!endings_on_the_way_.emplace(kind, id).second) return;
    const std::pair<std::string, std::int64_t> seen{kind, id};
    agenda_.after(random_.between(Millis{0}, Seconds{2}), [this, seen, what = std::move(what)] {
      Event event;
      event.source = "timer";
      event.what = what;
      submit(event, [this, seen](const Outcome&) { endings_on_the_way_.erase(seen); });
    });
  };
  for (const OfferId id : rows_.open_offers())
    ends("offer", id.value, rows_.world().offers.at(id).expires_at, event::OfferExpired{id});
  for (const auto& [id, desk] : rows_.world().desks) {
    if (desk.wrap_up_until)
      ends("wrap_up", id.value, *desk.wrap_up_until,
           event::WrapUp{id, event::WrapUpAction::time_is_up});
    if (desk.lease_until && desk.presence != Presence::offline)
      ends("lease", id.value, *desk.lease_until, event::PresenceLost{id});
  }
  for (const CaseId id : rows_.paused_cases()) {
    for (const auto& pause : rows_.world().cases.at(id).pauses)
      if (!pause.until)
        ends("pause", pause.id.value, pause.planned_until, event::ClocksResumed{id, true});
  }
  if (now < next_promises_) return;
  next_promises_ = now + std::chrono::minutes{1};
  if (now >= next_letters_) {
    next_letters_ = now + std::chrono::minutes{10};
    // Refused as too early until the customer has been answered.
    for (const InteractionId id : rows_.live_interactions()) {
      if (rows_.world().interactions.at(id).written())
        ends("written", id.value, now, event::WrittenDone{id});
    }
  }
  if (rules_.book.callbacks.queue.empty()) return;
  for (const auto& [id, promise] : rows_.world().callbacks) {
    if (promise.state != CallbackState::open) continue;
    const Instant stands = stands_from(rules_.book.callbacks, promise);
    Instant& stood = stood_[id];
    if (stands > now || stood == stands) continue;
    stood = stands;
    ends("promise", id.value, now, event::CallbackDue{id});
  }
}

routing::Waiting Node::waiting(const Interaction& call) const {
  const Customer& customer = rows_.world().customers.at(call.customer);
  routing::Waiting one = routing::waiting_of(call, rules_, agenda_.now());
  one.tier = customer.tier;
  one.language = customer.language;
  if (mutant_ == Mutant::ignores_the_owner) one.owner = {};
  return one;
}

std::vector<routing::AgentState> Node::agents() const {
  std::vector<routing::AgentState> found;
  for (const auto& [id, desk] : rows_.world().desks) {
    const User* person = rules_.user(id);
    if (!person || person->extension.empty()) continue;
    routing::AgentState agent = routing::agent_state(desk, *person, rules_, agenda_.now());
    if (mutant_ == Mutant::rings_the_absent) {
      agent.presence = Presence::available;
      agent.alive = true;
    }
    const bool stale = mutant_ == Mutant::stale_reads || mutant_ == Mutant::no_offer_key;
    if (stale && desk.presence == Presence::offered) {
      agent.presence = Presence::available;
      agent.capacity_free = true;
    }
    found.push_back(std::move(agent));
  }
  return found;
}

void Node::run_routing() {
  const World& world = rows_.world();
  std::vector<routing::Waiting> all;
  std::map<InteractionId, std::size_t> place;
  for (const InteractionId id : rows_.live_interactions()) {
    const Interaction& call = world.interactions.at(id);
    const bool ours = (call.direction == Direction::inbound || call.virtual_hold) && !call.observed;
    if (call.state != InteractionState::waiting || !ours || routed_.contains(id)) continue;
    place.emplace(id, all.size());
    all.push_back(waiting(call));
  }
  if (all.empty()) return;
  for (auto at = world.offers.rbegin(); at != world.offers.rend(); ++at) {
    const Offer& offer = at->second;
    if (offer.offered_at < agenda_.now() - std::chrono::minutes{10}) break;
    const bool refused = offer.state == OfferState::declined ||
                         offer.state == OfferState::expired || offer.state == OfferState::failed;
    const auto found = place.find(offer.interaction);
    if (refused && found != place.end())
      all[found->second].excluded.push_back({offer.agent, *offer.ended_at + Seconds{60}});
  }
  const auto matching = routing::match_all(all, routing::Floor{agents()}, queues_, agenda_.now());
  const auto tell = [&](InteractionId id, Happening what) {
    routed_.insert(id);
    Event event;
    event.source = "router";
    event.what = std::move(what);
    submit(event, [this, id](const Outcome&) {
      routed_.erase(id);
      look_at(agenda_.now() + Millis{10});
    });
  };
  for (const auto& pair : matching.pairs) {
    const std::string token = "t" + std::to_string(random_.below(1'000'000'000));
    tell(pair.interaction,
         event::OfferMade{pair.interaction, pair.agent, pair.reason, token, pair.ring});
  }
  for (const auto& spent : matching.exhausted) {
    tell(spent.interaction, event::WaitExhausted{spent.interaction, std::string{word(spent.why)}});
  }
  if (matching.next_change_at)
    look_at(std::max(*matching.next_change_at, agenda_.now() + Millis{5}));
}

}  // namespace firsthand::sim
