// SPDX-License-Identifier: Apache-2.0
// What happens in the story, one step at a time: each step looks at how things stand and plans the
// next one.
#include <algorithm>

#include "adapters/import/story.hpp"
#include "adapters/import/words.hpp"

namespace firsthand::import {
namespace {

constexpr std::chrono::minutes kLastDial{12};  ///< nobody is on the telephone when the story ends

const Dispatch* live_dispatch(const CaseFile& file) {
  const auto found = std::find_if(file.dispatches.begin(), file.dispatches.end(),
                                  [](const Dispatch& d) { return d.live(); });
  return found == file.dispatches.end() ? nullptr : &*found;
}

}  // namespace

Outcome Story::by(UserId who, Happening what, Instant at) {
  return chronicle_.apply({"console", "", who, {}, std::move(what)}, at);
}

Outcome Story::from(const char* source, Happening what, Instant at) {
  return chronicle_.apply({source, "", {}, {}, std::move(what)}, at);
}

// ------------------------------------------------------------------------------- calls
void Story::call_in(Instant when, CustomerId customer,
                    std::function<void(Instant, InteractionId, UserId)> during, bool hangs_up) {
  chronicle_.at(when, [this, customer, during = std::move(during), hangs_up](Instant t) {
    const Customer* caller = chronicle_.customer(customer);
    if (caller == nullptr) return;
    event::CallArrived call;
    call.pbx = "pbx1";
    call.pbx_channel = "import-" + std::to_string(++channel_);
    call.number = caller->numbers.front();
    call.dialled = caller->language == "en" ? "8003" : chance(12) ? "8002" : "8001";
    call.at = t;
    const InteractionId id{from("pbx1", call, t).reply.id};
    if (hangs_up) {
      chronicle_.at(t + between(12, 70), [this, id](Instant gone) { hang_up(gone, id); });
    } else {
      offer(t + between(1, 2), id, 0, during);
    }
  });
}

void Story::hang_up(Instant at, InteractionId call) {
  from("pbx1", event::CallEnded{{}, {}, call, "caller_hung_up"}, at);
  const Callback* promise = chronicle_.callback_for(call);
  if (promise == nullptr) return;
  chronicle_.at(later(hotline_, at, between(240, 1500)),
                [this, id = promise->id, who = promise->user](Instant t) {
                  attempt(t, id, who, {}, 70, [](Instant, bool) {});
                });
}

void Story::offer(Instant when, InteractionId id, int tries,
                  std::function<void(Instant, InteractionId, UserId)> during) {
  chronicle_.at(when, [this, id, tries, during = std::move(during)](Instant t) {
    const Interaction* call = chronicle_.interaction(id);
    if (call == nullptr || call->state != InteractionState::waiting) return;
    const Desk* best = nullptr;
    OfferReason reason = OfferReason::skills;
    const Queue* queue = rules_.book.queue(call->queue);
    for (const auto& [user, desk] : chronicle_.desks()) {
      const User* agent = rules_.user(user);
      if (agent == nullptr || agent->role != Role::agent) continue;
      if (desk.presence != Presence::available || desk.interaction) continue;
      const bool skilled =
          queue == nullptr ||
          std::all_of(queue->skills.begin(), queue->skills.end(), [&](const auto& skill) {
            return std::find(agent->skills.begin(), agent->skills.end(), skill) !=
                   agent->skills.end();
          });
      if (user == call->owner) {
        best = &desk;
        reason = OfferReason::owner;
        break;
      }
      if (skilled && (best == nullptr || desk.idle_since < best->idle_since)) best = &desk;
    }
    if (best == nullptr) {
      if (tries >= 8) return hang_up(t, id);
      return offer(t + Seconds{15}, id, tries + 1, during);
    }
    const UserId agent = best->user;
    const std::string token = "import-" + std::to_string(chronicle_.new_id());
    const OfferId made{
        from("routing", event::OfferMade{id, agent, reason, token, Seconds{15}}, t).reply.id};
    if (chance(2.5)) {
      chronicle_.at(t + Seconds{15}, [this, id, made, tries, during](Instant missed) {
        from("pbx1", event::OfferRefused{made, "", "missed"}, missed);
        offer(missed + Seconds{1}, id, tries + 1, during);
      });
      return;
    }
    chronicle_.at(t + between(3, 9), [this, id, made, token, agent, during](Instant answered) {
      by(agent, event::OfferAccepted{made, token, event::AcceptedHow::console}, answered);
      const Seconds talk = between(100, 420);
      chronicle_.at(answered + between(40, 95),
                    [id, agent, during](Instant told) { during(told, id, agent); });
      chronicle_.at(answered + talk, [this, id](Instant over) {
        from("pbx1", event::CallEnded{{}, {}, id, "caller_hung_up"}, over);
      });
    });
  });
}

// ------------------------------------------------------------------------------- cases
void Story::tell_of(Instant at, const Wish& wish) {
  call_in(at, wish.customer, [this, wish](Instant t, InteractionId call, UserId agent) {
    const Interaction* there = chronicle_.interaction(call);
    const Customer* customer = chronicle_.customer(wish.customer);
    if (there == nullptr || there->state != InteractionState::talking) return;
    if (there->case_id && chance(55)) {  // it is about the case that is open already
      by(agent, event::ContactAdded{there->case_id, call, "客户来电询问进展。"}, t);
      return;
    }
    event::CaseRegistered e;
    e.interaction = call;
    e.kind = wish.category->kind;
    e.category = wish.category->code;
    e.language = customer->language;
    e.text = customer->language == "en" ? std::string{words::english_text(e.category)}
                                        : std::string{pick(words::complaint_texts(e.category))};
    if (e.kind == CaseKind::service_request) e.department = wish.category->department;
    e.callback = wish.script.wish;
    const Outcome made = by(agent, e, t);
    if (!made.refusal) registered(t, CaseId{made.reply.id}, wish.script, true);
  });
}

void Story::write_in(Instant at, const Wish& wish) {
  const Customer* customer = chronicle_.customer(wish.customer);
  if (customer == nullptr) return;
  event::CaseRegistered e;
  e.customer = wish.customer;
  e.number = customer->numbers.front();
  e.kind = wish.category->kind;
  e.channel = Channel::web;
  e.category = wish.category->code;
  e.language = customer->language;
  e.text = customer->language == "en" ? std::string{words::english_text(e.category)}
                                      : std::string{pick(words::complaint_texts(e.category))};
  if (e.kind == CaseKind::service_request) e.department = wish.category->department;
  e.callback = wish.script.wish;
  const Outcome made = from("web", e, at);
  if (!made.refusal) registered(at, CaseId{made.reply.id}, wish.script, false);
}

void Story::registered(Instant at, CaseId id, const Script& script, bool in_call) {
  scripts_[id] = script;
  side_events(at, id);
  talk_of(at, id);
  const CaseFile* file = chronicle_.file_of(id);
  if (live_dispatch(*file) != nullptr) {
    const Seconds wait = script.slow ? between(600, 5400) : between(60, 840);
    chronicle_.at(later(office_, at, wait), [this, id](Instant t) { accept(t, id); });
    return;
  }
  // A question: answered in the same call, or written back.
  const Instant answer = in_call ? at + Seconds{4} : later(hotline_, at, between(600, 5400));
  chronicle_.at(answer, [this, id, in_call](Instant t) {
    const CaseFile* there = chronicle_.file_of(id);
    if (there == nullptr || !there->facts.live()) return;
    by(there->facts.owner,
       event::CustomerTold{id, in_call ? "answered_in_call" : "email", "已答复客户。"}, t);
    resolve_later(t, id);
  });
}

void Story::side_events(Instant at, CaseId id) {
  const Script& script = scripts_[id];
  const auto when_live = [this, id](auto act) {
    return [this, id, act](Instant t) {
      const CaseFile* file = chronicle_.file_of(id);
      if (file != nullptr && file->facts.live()) act(t, *file);
    };
  };
  if (chance(22)) {
    chronicle_.at(later(hotline_, at, between(300, 7200)),
                  when_live([this, id](Instant t, const CaseFile& file) {
                    by(file.facts.owner, event::NoteAdded{id, std::string{pick(words::kNotes)}}, t);
                  }));
  }
  if (script.escalated) {
    chronicle_.at(later(office_, at, between(1800, 10'000)),
                  when_live([this, id](Instant t, const CaseFile& file) {
                    by(file.facts.owner,
                       event::CaseEscalated{id, {}, std::string{pick(words::kEscalationReasons)}},
                       t);
                  }));
  }
  if (script.paused) {
    chronicle_.at(later(office_, at, between(1800, 9000)),
                  when_live([this, id](Instant t, const CaseFile& file) {
                    if (std::any_of(file.pauses.begin(), file.pauses.end(),
                                    [](const auto& p) { return !p.until; }))
                      return;
                    const bool stays = scripts_[id].stop != Stop::nowhere;
                    const Instant until =
                        stays ? options_.now + std::chrono::hours{20} : t + std::chrono::hours{24};
                    by(file.facts.owner, event::ClocksPaused{id, "waiting_for_customer", until}, t);
                  }));
  }
  if (chance(2) && script.stop == Stop::nowhere) {
    chronicle_.at(
        later(hotline_, at, between(900, 7200)),
        when_live([this, id](Instant t, const CaseFile& file) {
          const auto agents = people(Role::agent);
          const UserId owner = file.facts.owner;
          UserId to = agents[static_cast<std::size_t>(below(static_cast<int>(agents.size())))];
          if (to == owner) to = agents.front() == owner ? agents.back() : agents.front();
          by(owner, event::HandOverOffered{id, to, std::string{pick(words::kHandOverReasons)}}, t);
          chronicle_.at(t + between(60, 1200), [this, id, to](Instant accepted) {
            by(to, event::HandOverAnswered{id, true}, accepted);
          });
        }));
  }
}

void Story::accept(Instant at, CaseId id) {
  Script& script = scripts_[id];
  const CaseFile* file = chronicle_.file_of(id);
  if (file == nullptr || !file->facts.live() || script.stop == Stop::before_accept) return;
  const Dispatch* dispatch = live_dispatch(*file);
  if (dispatch == nullptr) return;
  auto liaisons = people(Role::liaison, dispatch->department);
  if (liaisons.empty()) liaisons = rules_.liaisons(dispatch->department);
  if (liaisons.empty()) return;
  const UserId liaison = pick(std::span<const UserId>{liaisons});
  if (script.returned) {
    script.returned = false;
    std::vector<DepartmentId> others;
    for (const auto& [code, department] : rules_.departments)
      if (department != dispatch->department) others.push_back(department);
    const DepartmentId other =
        others.empty() ? dispatch->department : pick(std::span<const DepartmentId>{others});
    const Outcome sent_back = by(
        liaison,
        event::DispatchReturned{dispatch->id, std::string{pick(words::kReturnReasons)}, other}, at);
    if (sent_back.refusal) return accept(at, id);
    chronicle_.at(later(hotline_, at, between(300, 2400)), [this, id, other](Instant t) {
      const CaseFile* there = chronicle_.file_of(id);
      if (there == nullptr || !there->facts.live()) return;
      by(there->facts.owner, event::Dispatched{id, other, "按建议改派。", {}}, t);
      chronicle_.at(later(office_, t, between(60, 900)),
                    [this, id](Instant again) { accept(again, id); });
    });
    return;
  }
  by(liaison, event::DispatchAccepted{dispatch->id}, at);
  const int kind = below(100);
  const Seconds wait = script.slow ? between(10'000, 32'000)
                       : kind < 72 ? between(180, 800)
                       : kind < 93 ? between(1200, 3400)
                                   : between(3600, 7000);
  chronicle_.at(later(office_, at, wait),
                [this, id, liaison](Instant t) { department_calls(t, id, liaison); });
}

void Story::department_calls(Instant at, CaseId id, UserId liaison) {
  if (scripts_[id].stop == Stop::before_callback) return;
  const Callback* promise = chronicle_.open_callback(id, CallbackKind::promised);
  if (promise == nullptr) return;
  if (promise->caller == CallbackCaller::owner) return owner_calls(at, id);
  attempt(at, promise->id, liaison, {}, 42,
          [this, id](Instant t, bool reached) { resolve_later(t, id, !reached); });
}

void Story::owner_calls(Instant at, CaseId id) {
  const CaseFile* file = chronicle_.file_of(id);
  const Callback* promise = chronicle_.open_callback(id, CallbackKind::promised);
  if (file == nullptr || promise == nullptr) return;
  attempt(at, promise->id, file->facts.owner, {}, 60,
          [this, id](Instant t, bool reached) { resolve_later(t, id, !reached); });
}

void Story::resolve_later(Instant at, CaseId id, bool by_supervisor) {
  if (scripts_[id].stop == Stop::before_resolve) return;
  const Seconds wait = chance(5) ? between(20'000, 60'000) : between(300, 9000);
  chronicle_.at(later(hotline_, at, wait), [this, id, by_supervisor](Instant t) {
    const CaseFile* file = chronicle_.file_of(id);
    if (file == nullptr || !file->facts.live()) return;
    const UserId who = by_supervisor ? supervisor() : file->facts.owner;
    record_complaint(t, id);
    const Outcome done =
        by(who, event::CaseResolved{id, std::string{pick(words::kResolutions)}}, t);
    const Callback* call = chronicle_.open_callback(id, CallbackKind::follow_up);
    if (done.refusal || call == nullptr) return;
    const Instant from = later(office_, std::max(t, call->window_from), between(60, 5 * 3600));
    chronicle_.at(from, [this, id](Instant later_on) { follow_up(later_on, id); });
  });
}

void Story::follow_up(Instant at, CaseId id) {
  Script& script = scripts_[id];
  const Callback* call = chronicle_.open_callback(id, CallbackKind::follow_up);
  if (call == nullptr) return;
  const bool satisfied = !script.dissatisfied;
  attempt(at, call->id, call->user, satisfied, 22, [this, id, satisfied](Instant t, bool reached) {
    if (reached && !satisfied) {
      scripts_[id].dissatisfied = false;
      chronicle_.at(later(office_, t, between(900, 5400)),
                    [this, id](Instant again) { owner_calls(again, id); });
    }
  });
}

// ------------------------------------------------------------------------------- callbacks
void Story::attempt(Instant at, CallbackId id, UserId who, std::optional<bool> satisfied,
                    double dialled, std::function<void(Instant, bool)> done) {
  const Callback* promise = chronicle_.callback(id);
  if (promise == nullptr || promise->state != CallbackState::open) return;
  const auto settled = [this, id, who, satisfied, dialled, done](Instant t) {
    const Callback* there = chronicle_.callback(id);
    if (there != nullptr && there->state == CallbackState::open) {
      const Instant next = later(office_, there->next_try_at.value_or(t), between(30, 900));
      chronicle_.at(
          next, [=, this](Instant again) { attempt(again, id, who, satisfied, dialled, done); });
    } else if (there == nullptr || there->state != CallbackState::cancelled) {
      done(t, there == nullptr || there->state == CallbackState::kept);
    }
  };
  const bool reached = chance(84);
  const AttemptOutcome missed = chance(80) ? AttemptOutcome::no_answer : AttemptOutcome::busy;
  const std::string note{reached ? pick(words::kAnswers) : pick(words::kNoAnswerNotes)};
  const User* person = rules_.user(who);
  if (person == nullptr || person->extension.empty() || !chance(dialled)) {
    by(who,
       event::CallbackAttempted{id,
                                reached ? AttemptOutcome::reached : missed,
                                note,
                                reached ? satisfied : std::nullopt,
                                {},
                                reached ? score_of(satisfied) : std::nullopt},
       at);
    return settled(at);
  }
  if (at > options_.now - kLastDial) return;
  const auto desk = chronicle_.desks().find(who);
  if (desk != chronicle_.desks().end() && desk->second.interaction) {
    chronicle_.at(at + std::chrono::minutes{3},
                  [=, this](Instant again) { attempt(again, id, who, satisfied, dialled, done); });
    return;
  }
  const Outcome ringing = by(who, event::CallbackDialled{id}, at);
  if (ringing.refusal) return;
  const InteractionId call{ringing.reply.id};
  chronicle_.at(at + Seconds{4}, [this, call](Instant t) {
    from("pbx1", event::OutboundLeg{call, "agent", "answered", ""}, t);
  });
  if (!reached) {
    chronicle_.at(at + Seconds{38}, [this, call, missed, settled](Instant t) {
      from("pbx1",
           event::OutboundLeg{call, "customer", "failed",
                              missed == AttemptOutcome::busy ? "busy" : "no_answer"},
           t);
      settled(t);
    });
    return;
  }
  chronicle_.at(at + Seconds{15}, [this, call](Instant t) {
    from("pbx1", event::OutboundLeg{call, "customer", "answered", ""}, t);
  });
  chronicle_.at(at + Seconds{15} + between(60, 320),
                [this, call, id, who, note, satisfied, settled](Instant t) {
                  from("pbx1", event::OutboundLeg{call, "customer", "ended", "normal"}, t);
                  chronicle_.at(t + between(5, 25), [=, this](Instant written) {
                    by(who,
                       event::CallbackAttempted{id, AttemptOutcome::reached, note, satisfied, call,
                                                score_of(satisfied)},
                       written);
                    settled(written);
                  });
                });
}

}  // namespace firsthand::import
