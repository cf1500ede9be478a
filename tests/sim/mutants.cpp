// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/mutants.hpp"

#include <algorithm>
#include <memory>

namespace firsthand::sim {
namespace {

/// The world as somebody saw it who did not wait for the lock.
World stale(World seen, Random& random) {
  for (auto& [id, desk] : seen.desks) {
    if (desk.presence != Presence::offered || !random.percent(60)) continue;
    desk.presence = Presence::available;
    desk.interaction = {};
  }
  return seen;
}

World everybody_available(World seen) {
  for (auto& [id, desk] : seen.desks) {
    if (desk.presence == Presence::offline || desk.presence == Presence::on_break)
      desk.presence = Presence::available;
    desk.lease_until.reset();
  }
  return seen;
}

template <class F>
void each_file(Docket& docket, F change) {
  for (auto& [id, file] : docket.now.cases) {
    const auto was = docket.before.cases.find(id);
    change(file, was == docket.before.cases.end() ? nullptr : &was->second);
  }
}

const SlaClock* clock_in(const CaseFile* file, ClockId id) {
  if (!file) return nullptr;
  for (const auto& clock : file->clocks)
    if (clock.id == id) return &clock;
  return nullptr;
}

/// The clocks of callbacks that the mutant has taken away.
void drop_clocks_of_nothing(const Docket& docket, Clockwork& works) {
  std::erase_if(works.clocks, [&](const SlaClock& clock) {
    return clock.callback && !docket.now.callbacks.contains(clock.callback) &&
           !docket.before.callbacks.contains(clock.callback);
  });
}

}  // namespace

void prepare(test::MemoryRows& rows, Mutant mutant) {
  if (mutant == Mutant::no_offer_key) {
    rows.drop_constraint("offer_one_per_agent");
    rows.drop_constraint("offer_one_per_interaction");
  }
  if (mutant == Mutant::fires_twice || mutant == Mutant::stage_not_bumped ||
      mutant == Mutant::recompute_fires_again)
    rows.drop_constraint("alert_once");
  if (mutant == Mutant::moves_a_breach || mutant == Mutant::recompute_forgets_a_breach)
    rows.drop_constraint("breached_at");
  if (mutant == Mutant::orphans_a_promise) {
    rows.drop_constraint("nobody_is_orphaned");
    rows.drop_constraint("must_be_here");
  }
  if (mutant == Mutant::doubles_the_callback) rows.drop_constraint("callback_one_live");
  if (mutant == Mutant::approver_is_the_proposer) rows.drop_constraint("second_person");
}

std::vector<Remembered> SimTx::remember(std::span<const Event> events) {
  only_offers_ = std::all_of(events.begin(), events.end(), [](const Event& event) {
    return std::holds_alternative<event::OfferMade>(event.what);
  });
  auto remembered = tx_.remember(events);
  if (mutant_ == Mutant::forgets_keys) {
    for (auto& one : remembered) one = {};
  }
  return remembered;
}

Docket SimTx::load(const Wanted& wanted) {
  Docket docket = tx_.load(wanted);
  const auto as_if = [&](World seen) {
    return Docket{
        std::move(seen), [id = std::make_shared<Docket>(docket)] { return id->new_id(); },
        [serial = std::make_shared<Docket>(docket)] { return serial->new_case_serial(); }};
  };
  if (only_offers_ && (mutant_ == Mutant::stale_reads || mutant_ == Mutant::no_offer_key))
    return as_if(stale(docket.now, random_));
  if (only_offers_ && mutant_ == Mutant::rings_the_absent)
    return as_if(everybody_available(docket.now));
  if (mutant_ == Mutant::resolves_untold) {
    each_file(docket, [&](CaseFile& file, const CaseFile*) {
      if (!file.facts.told_at) file.facts.told_at = now();
    });
    return as_if(docket.now);
  }
  if (misread_clocks(docket.now, wanted)) return as_if(docket.now);
  if (auto misread = misread_records(docket.now, wanted)) return as_if(std::move(*misread));
  return docket;
}

void SimTx::spoil(Docket& docket) {
  switch (mutant_) {
    case Mutant::none:
    case Mutant::stale_reads:
    case Mutant::no_offer_key:
    case Mutant::forgets_keys:
    case Mutant::answers_before_commit:
    case Mutant::rings_the_absent:
    case Mutant::ignores_the_owner:
    case Mutant::resolves_untold:
    case Mutant::accepts_early_timers:
    case Mutant::climbs_regardless:
    case Mutant::forgets_the_merged: return;
    case Mutant::unmerge_forgets_a_call:
    case Mutant::merge_takes_the_cases:
    case Mutant::approver_is_the_proposer:
    case Mutant::reopens_without_a_clock: return spoil_records(docket);
    case Mutant::recompute_forgets_a_breach:
    case Mutant::recompute_hides_lateness:
    case Mutant::recompute_skips_a_clock:
    case Mutant::moves_a_promise:
    case Mutant::never_restarts_progress:
    case Mutant::pauses_the_regulator:
    case Mutant::stage_not_bumped:
    case Mutant::forgets_the_follow_up:
    case Mutant::forgets_clocks_without_a_case:
    case Mutant::forgets_when_it_was_said: return spoil_clocks(docket);
    case Mutant::recompute_fires_again:
    case Mutant::mails_skipped_steps:
    case Mutant::alerts_the_absent:
    case Mutant::alerts_nobody:
    case Mutant::escalation_takes_the_case: return spoil_alerts(docket);
    case Mutant::fires_twice:
      each_file(docket, [&](CaseFile& file, const CaseFile* was) {
        for (auto& clock : file.clocks) {
          const SlaClock* old = clock_in(was, clock.id);
          if (old && clock.stage > old->stage && random_.percent(20)) clock = *old;
        }
      });
      return;
    case Mutant::skips_a_step:
      each_file(docket, [&](CaseFile& file, const CaseFile* was) {
        for (auto& clock : file.clocks)
          if (!clock_in(was, clock.id) && random_.percent(10)) clock.fire_at.reset();
      });
      return;
    case Mutant::moves_a_breach:
      each_file(docket, [&](CaseFile& file, const CaseFile* was) {
        for (auto& clock : file.clocks) {
          const SlaClock* old = clock_in(was, clock.id);
          if (old && old->breached_at && clock.ended_at) clock.breached_at = clock.ended_at;
        }
      });
      return;
    case Mutant::forgets_the_callback:
      std::erase_if(docket.now.callbacks, [&](const auto& entry) {
        return entry.second.kind == CallbackKind::abandoned &&
               !docket.before.callbacks.contains(entry.first);
      });
      for (auto& [id, call] : docket.now.interactions)
        if (!docket.now.callbacks.contains(call.callback)) call.callback = {};
      for (auto& [id, works] : docket.now.customer_clocks) drop_clocks_of_nothing(docket, works);
      for (auto& [id, file] : docket.now.cases) drop_clocks_of_nothing(docket, file);
      return;
    case Mutant::doubles_the_callback:
      for (const auto& [id, call] : docket.now.interactions) {
        const auto old = docket.before.interactions.find(id);
        const bool just_now = call.outcome == "abandoned" && call.callback &&
                              (old == docket.before.interactions.end() || !old->second.ended_at);
        const auto promise = docket.now.callbacks.find(call.callback);
        if (!just_now || promise == docket.now.callbacks.end()) continue;
        Callback again = promise->second;
        again.id = CallbackId{docket.new_id()};
        docket.now.callbacks.emplace(again.id, again);
      }
      return;
    case Mutant::loses_the_call:
      for (auto& [id, call] : docket.now.interactions) {
        const auto old = docket.before.interactions.find(id);
        if (old != docket.before.interactions.end() && call.state == InteractionState::waiting &&
            old->second.state == InteractionState::offered)
          call.state = InteractionState::offered;
      }
      return;
    case Mutant::hands_stay_full:
      for (auto& [id, desk] : docket.now.desks) {
        const auto was = docket.before.desks.find(id);
        if (was != docket.before.desks.end())
          desk.in_hand = std::max(desk.in_hand, was->second.in_hand);
      }
      return;
    case Mutant::forgets_the_ledger:
      if (random_.percent(5)) docket.written.ownership.clear();
      return;
    case Mutant::takes_the_case:
      each_file(docket, [&](CaseFile& file, const CaseFile* was) {
        if (was && file.facts.handler && file.facts.handler != was->facts.handler)
          file.facts.owner = file.facts.handler;
      });
      return;
    case Mutant::orphans_a_promise:
      if (docket.written.departed.empty()) return;
      for (auto& [id, promise] : docket.now.callbacks) {
        const auto was = docket.before.callbacks.find(id);
        if (was != docket.before.callbacks.end() && promise.state == CallbackState::open)
          promise.user = was->second.user;
      }
      return;
    case Mutant::loses_history:
      if (!docket.written.history.empty() && random_.percent(3)) docket.written.history.pop_back();
      return;
  }
}

void SimTx::save(Docket& docket, std::span<const Event> events, std::span<const Outcome> outcomes) {
  spoil(docket);
  for (const auto& [id, file] : docket.now.cases) touched_.cases.insert(id);
  for (const auto& [id, clockwork] : docket.now.customer_clocks) touched_.customers.insert(id);
  for (const auto& [id, action] : docket.now.review_actions) touched_.actions.insert(id);
  if (mutant_ == Mutant::forgets_keys) {
    tx_.save(docket, {}, {});
  } else {
    tx_.save(docket, events, outcomes);
  }
}

}  // namespace firsthand::sim
