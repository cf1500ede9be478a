// SPDX-License-Identifier: Apache-2.0
#include "engine/docket.hpp"

#include <algorithm>
#include <set>

#include "engine/facts.hpp"
#include "engine/words.hpp"

namespace firsthand {
namespace {

template <class Map, class Key>
auto* find(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

struct Collector {
  Wanted& wanted;

  void want(CustomerId id) {
    if (id) wanted.customers.push_back(id);
  }
  void want(InteractionId id) {
    if (id) wanted.interactions.push_back(id);
  }
  void want(OfferId id) {
    if (id) wanted.offers.push_back(id);
  }
  void want(CaseId id) {
    if (id) wanted.cases.push_back(id);
  }
  void want(DispatchId id) {
    if (id) wanted.dispatches.push_back(id);
  }
  void want(CallbackId id) {
    if (id) wanted.callbacks.push_back(id);
  }
  void want(ClockId id) {
    if (id) wanted.clocks.push_back(id);
  }
  void want(AlertId id) {
    if (id) wanted.alerts.push_back(id);
  }
  void want_desk(UserId id) {
    if (id) wanted.desks.push_back(id);
  }
  void want_number(const std::string& number) {
    if (!number.empty()) wanted.numbers.push_back(number);
  }

  void operator()(const event::CallArrived& e) {
    wanted.channels.emplace_back(e.pbx, e.pbx_channel);
    want_number(e.number);
  }
  void operator()(const event::CallEnded& e) {
    if (e.interaction) return want(e.interaction);
    wanted.channels.emplace_back(e.pbx, e.pbx_channel);
  }
  void operator()(const event::CallHeld& e) { want(e.interaction); }
  void operator()(const event::CallObserved& e) {
    wanted.channels.emplace_back(e.pbx, e.call);
    want_number(e.number);
  }
  void operator()(const event::OfferMade& e) {
    want(e.interaction);
    want_desk(e.agent);
  }
  void operator()(const event::OfferAccepted& e) { want(e.offer); }
  void operator()(const event::OfferRefused& e) { want(e.offer); }
  void operator()(const event::OfferExpired& e) { want(e.offer); }
  void operator()(const event::WaitExhausted& e) { want(e.interaction); }
  void operator()(const event::PresenceSet& e) { want_desk(e.user); }
  void operator()(const event::PresenceBeat& e) { want_desk(e.user); }
  void operator()(const event::PresenceLost& e) { want_desk(e.user); }
  void operator()(const event::WrapUp& e) { want_desk(e.user); }
  void operator()(const event::HangUpAsked& e) { want(e.interaction); }
  void operator()(const event::HoldAsked& e) { want(e.interaction); }
  void operator()(const event::CaseRegistered& e) {
    want(e.interaction);
    want(e.customer);
    if (!e.customer && !e.interaction) want_number(e.number);
  }
  void operator()(const event::NoteAdded& e) { want(e.case_id); }
  void operator()(const event::ContactAdded& e) {
    want(e.case_id);
    want(e.interaction);
  }
  void operator()(const event::CaseEdited& e) { want(e.case_id); }
  void operator()(const event::Dispatched& e) { want(e.case_id); }
  void operator()(const event::DispatchAccepted& e) { want(e.dispatch); }
  void operator()(const event::DispatchReturned& e) { want(e.dispatch); }
  void operator()(const event::DispatchAnswered& e) { want(e.dispatch); }
  void operator()(const event::CustomerTold& e) { want(e.case_id); }
  void operator()(const event::CaseResolved& e) { want(e.case_id); }
  void operator()(const event::CaseClosed& e) { want(e.case_id); }
  void operator()(const event::CaseReopened& e) { want(e.case_id); }
  void operator()(const event::CaseEscalated& e) { want(e.case_id); }
  void operator()(const event::HandOverOffered& e) { want(e.case_id); }
  void operator()(const event::HandOverAnswered& e) { want(e.case_id); }
  void operator()(const event::CaseReassigned& e) { want(e.case_id); }
  void operator()(const event::ClocksPaused& e) { want(e.case_id); }
  void operator()(const event::ClocksResumed& e) { want(e.case_id); }
  void operator()(const event::CallbackDialled& e) { want(e.callback); }
  void operator()(const event::OutboundLeg& e) { want(e.interaction); }
  void operator()(const event::CallbackAttempted& e) {
    want(e.callback);
    want(e.interaction);
  }
  void operator()(const event::CallbackRescheduled& e) { want(e.callback); }
  void operator()(const event::ClockFired& e) { want(e.clock); }
  void operator()(const event::AlertAcknowledged& e) { want(e.alert); }
  void operator()(const event::ClocksRecomputed& e) { want(e.case_id); }
  void operator()(const event::CustomerEdited& e) { want(e.customer); }
  void operator()(const event::NumberRevealed& e) { want(e.customer); }
};

/// Gathers feed notes without repeats: ten clocks of one case are one look at the case.
class Notes {
 public:
  explicit Notes(std::vector<FeedNote>& out) : out_(out) {}
  void add(std::string topic, std::string_view kind, std::int64_t id, std::int64_t version) {
    if (topic.ends_with(":0")) return;
    if (!seen_.emplace(topic, kind, id).second) return;
    out_.push_back({std::move(topic), std::string{kind}, id, version, ""});
  }
  void user(UserId id, std::string_view kind, std::int64_t entity, std::int64_t version) {
    add("user:" + std::to_string(id.value), kind, entity, version);
  }
  void department(DepartmentId id, std::string_view kind, std::int64_t entity,
                  std::int64_t version) {
    add("department:" + std::to_string(id.value), kind, entity, version);
  }

 private:
  std::vector<FeedNote>& out_;
  std::set<std::tuple<std::string, std::string, std::int64_t>> seen_;
};

/// Calls `changed(now, before or null)` for every value that is new or different.
template <class Map, class F>
void each_changed(Map& now, const Map& before, F changed) {
  for (auto& [id, value] : now) {
    const auto was = before.find(id);
    if (was == before.end()) {
      changed(value, static_cast<decltype(&value)>(nullptr));
    } else if (!(was->second == value)) {
      changed(value, &was->second);
    }
  }
}

/// A clock that was computed again with the same result is nothing to look at.
bool only_revisions_differ(const CaseFile& now, const CaseFile& was) {
  if (now.clocks.size() != was.clocks.size()) return false;
  CaseFile same = was;
  for (std::size_t i = 0; i < same.clocks.size(); ++i) {
    same.clocks[i].revision = now.clocks[i].revision;
  }
  return same == now;
}

}  // namespace

void collect(const Event& event, Wanted& wanted) {
  Collector collector{wanted};
  // Who acts may talk on the telephone: the desk says to whom.
  collector.want_desk(event.actor);
  std::visit(collector, event.what);
}

Customer* Docket::customer(CustomerId id) {
  return find(now.customers, id);
}
Interaction* Docket::interaction(InteractionId id) {
  return find(now.interactions, id);
}
Offer* Docket::offer(OfferId id) {
  return find(now.offers, id);
}
CaseFile* Docket::case_file(CaseId id) {
  return find(now.cases, id);
}
Callback* Docket::callback(CallbackId id) {
  return find(now.callbacks, id);
}

Customer* Docket::customer_by_number(const std::string& number) {
  if (number.empty()) return nullptr;
  Customer* best = nullptr;
  bool best_has_case = false;
  for (auto& [id, person] : now.customers) {
    if (std::find(person.numbers.begin(), person.numbers.end(), number) == person.numbers.end())
      continue;
    const bool has_case = !live_cases(id).empty();
    if (!best || (has_case && !best_has_case)) {
      best = &person;
      best_has_case = has_case;
    }
  }
  return best;
}

Interaction* Docket::interaction_by_channel(const std::string& pbx, const std::string& channel) {
  for (auto& [id, call] : now.interactions) {
    if (call.pbx == pbx && call.pbx_channel == channel) return &call;
  }
  return nullptr;
}

Offer* Docket::open_offer(InteractionId interaction_id) {
  for (auto& [id, candidate] : now.offers) {
    if (candidate.interaction == interaction_id && candidate.state == OfferState::open)
      return &candidate;
  }
  return nullptr;
}

CaseFile* Docket::case_of(DispatchId id) {
  for (auto& [case_id, file] : now.cases) {
    for (const auto& dispatch : file.dispatches)
      if (dispatch.id == id) return &file;
  }
  return nullptr;
}

CaseFile* Docket::case_of(ClockId id) {
  for (auto& [case_id, file] : now.cases) {
    for (const auto& clock : file.clocks)
      if (clock.id == id) return &file;
  }
  return nullptr;
}

CaseFile* Docket::case_of(AlertId id) {
  for (auto& [case_id, file] : now.cases) {
    for (const auto& alert : file.alerts)
      if (alert.id == id) return &file;
  }
  return nullptr;
}

Desk& Docket::desk(UserId id) {
  auto [found, made] = now.desks.try_emplace(id);
  if (made) found->second.user = id;
  return found->second;
}

Desk Docket::desk_as_seen(UserId id) const {
  const auto found = now.desks.find(id);
  if (found != now.desks.end()) return found->second;
  Desk blank;
  blank.user = id;
  return blank;
}

std::vector<CaseFile*> Docket::live_cases(CustomerId customer_id) {
  std::vector<CaseFile*> found;
  for (auto& [id, file] : now.cases) {
    if (file.facts.customer == customer_id && file.facts.live()) found.push_back(&file);
  }
  return found;
}

std::vector<Callback*> Docket::open_callbacks(CaseId case_id) {
  std::vector<Callback*> found;
  for (auto& [id, promise] : now.callbacks) {
    if (promise.case_id == case_id && promise.state == CallbackState::open)
      found.push_back(&promise);
  }
  return found;
}

void Docket::settle() {
  Notes notes{written.feed};
  each_changed(now.cases, before.cases, [&](CaseFile& file, const CaseFile* was) {
    if (was && only_revisions_differ(file, *was)) return;
    auto& facts = file.facts;
    if (was && facts.version == was->facts.version) ++facts.version;
    for (const UserId who :
         {facts.owner, facts.handler, facts.hand_over_to, was ? was->facts.owner : UserId{}}) {
      notes.user(who, "case", facts.id.value, facts.version);
    }
    notes.department(facts.department, "case", facts.id.value, facts.version);
    if (was && was->facts.department != facts.department) {
      notes.department(was->facts.department, "case", facts.id.value, facts.version);
    }
    notes.add("supervision", "case", facts.id.value, facts.version);
    notes.add("case:" + std::to_string(facts.id.value), "case", facts.id.value, facts.version);
    for (const auto& alert : file.alerts) {
      const bool same =
          was && std::find(was->alerts.begin(), was->alerts.end(), alert) != was->alerts.end();
      if (!same) notes.user(alert.recipient, "alert", alert.id.value, facts.version);
    }
  });
  each_changed(now.callbacks, before.callbacks, [&](Callback& promise, const Callback* was) {
    if (was) ++promise.version;
    notes.user(promise.user, "callback", promise.id.value, promise.version);
    notes.department(promise.department, "callback", promise.id.value, promise.version);
    notes.add("supervision", "callback", promise.id.value, promise.version);
  });
  each_changed(now.customers, before.customers, [&](Customer& person, const Customer* was) {
    if (was && person.version == was->version) ++person.version;
    notes.add("customer:" + std::to_string(person.id.value), "customer", person.id.value,
              person.version);
  });
  each_changed(now.interactions, before.interactions,
               [&](Interaction& call, const Interaction* was) {
                 if (was) ++call.version;
                 notes.user(call.agent, "call", call.id.value, call.version);
                 if (was && was->agent != call.agent)
                   notes.user(was->agent, "call", call.id.value, call.version);
                 notes.add("supervision", "interaction", call.id.value, call.version);
               });
  each_changed(now.desks, before.desks, [&](Desk& place, const Desk* was) {
    if (was) ++place.version;
    notes.user(place.user, "desk", place.user.value, place.version);
    notes.add("supervision", "desk", place.user.value, place.version);
  });
  each_changed(now.offers, before.offers, [&](Offer& made, const Offer*) {
    notes.user(made.agent, made.state == OfferState::open ? "ring" : "ring_end", made.id.value, 0);
  });
  for (auto& note : written.feed) {
    if (note.kind == "ring_end") {
      note.data = Facts{}.add("state", word(now.offers.at(OfferId{note.entity}).state)).json();
    }
  }
}

void Docket::stamp(Reply& reply) const {
  // Ids come from one sequence: a case's is never a customer's.
  if (const auto file = now.cases.find(CaseId{reply.id}); file != now.cases.end()) {
    reply.version = file->second.facts.version;
  } else if (const auto person = now.customers.find(CustomerId{reply.id});
             person != now.customers.end()) {
    reply.version = person->second.version;
  }
}

}  // namespace firsthand
