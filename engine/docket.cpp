// SPDX-License-Identifier: Apache-2.0
#include "engine/docket.hpp"

#include <algorithm>

#include "engine/customer_group.hpp"
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
  void want(ReviewActionId id) {
    if (id) wanted.review_actions.push_back(id);
  }
  void want_complaint(CaseId id) {
    want(id);
    if (id) wanted.complaints.push_back(id);
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
  void operator()(const event::CaseEdited& e) { want_complaint(e.case_id); }
  void operator()(const event::Dispatched& e) { want(e.case_id); }
  void operator()(const event::DispatchAccepted& e) { want(e.dispatch); }
  void operator()(const event::DispatchReturned& e) { want(e.dispatch); }
  void operator()(const event::DispatchAnswered& e) { want(e.dispatch); }
  void operator()(const event::DispatchChased& e) { want(e.dispatch); }
  void operator()(const event::DispatchDisputed& e) { want(e.dispatch); }
  void operator()(const event::DisputeSettled& e) { want(e.dispatch); }
  void operator()(const event::ExtensionAsked& e) { want(e.dispatch); }
  void operator()(const event::ExtensionAnswered& e) { want(e.dispatch); }
  void operator()(const event::CustomerTold& e) { want(e.case_id); }
  void operator()(const event::CustomerNotTold& e) { want(e.case_id); }
  void operator()(const event::CaseResolved& e) { want_complaint(e.case_id); }
  void operator()(const event::CaseClosed& e) { want_complaint(e.case_id); }
  void operator()(const event::CaseReopened& e) { want(e.case_id); }
  void operator()(const event::CaseEscalated& e) { want(e.case_id); }
  void operator()(const event::HandOverOffered& e) { want(e.case_id); }
  void operator()(const event::HandOverAnswered& e) { want(e.case_id); }
  void operator()(const event::CaseReassigned& e) { want(e.case_id); }
  void operator()(const event::RepeatLinked& e) {
    want(e.case_id);
    want(e.earlier);
  }
  void operator()(const event::ComplaintRecordEdited& e) { want_complaint(e.case_id); }
  void operator()(const event::CompensationProposed& e) { want_complaint(e.case_id); }
  void operator()(const event::CompensationDecided& e) {
    if (e.compensation) wanted.compensations.push_back(e.compensation);
  }
  void operator()(const event::FinalResponseSent& e) { want_complaint(e.case_id); }
  void operator()(const event::PersonDeparts& e) {
    if (e.user) wanted.departing.push_back(e.user);
    want_desk(e.user);
    for (const auto& receiver : e.receivers) {
      for (const auto id : receiver.cases) want(id);
      for (const auto id : receiver.callbacks) want(id);
      for (const auto id : receiver.accounts) want(id);
      for (const auto id : receiver.review_actions) want(id);
    }
  }
  void operator()(const event::ClocksPaused& e) { want(e.case_id); }
  void operator()(const event::ClocksResumed& e) { want(e.case_id); }
  void operator()(const event::CallbackDialled& e) { want(e.callback); }
  void operator()(const event::OutboundLeg& e) { want(e.interaction); }
  void operator()(const event::CallbackAttempted& e) {
    want(e.callback);
    want(e.interaction);
  }
  void operator()(const event::CallbackRescheduled& e) { want(e.callback); }
  void operator()(const event::CallbackAssigned& e) { want(e.callback); }
  void operator()(const event::CallbackCancelled& e) { want(e.callback); }
  void operator()(const event::ReviewActionAgreed& e) { want(e.case_id); }
  void operator()(const event::ReviewActionChanged& e) { want(e.review_action); }
  void operator()(const event::ReviewActionEnded& e) { want(e.review_action); }
  void operator()(const event::ClockFired& e) { want(e.clock); }
  void operator()(const event::AlertAcknowledged& e) { want(e.alert); }
  void operator()(const event::ClocksRecomputed& e) {
    want(e.case_id);
    want(e.customer);
    want(e.review_action);
  }
  void operator()(const event::CustomerCreated& e) {
    for (const auto& number : e.numbers) want_number(number);
  }
  void operator()(const event::CustomerEdited& e) {
    want(e.customer);
    for (const auto& number : e.numbers_added) want_number(number);
  }
  void operator()(const event::CompanyRoleBegun& e) {
    want(e.company);
    want(e.person);
  }
  void operator()(const event::CompanyRoleEnded& e) {
    if (e.company_role) wanted.company_roles.push_back(e.company_role);
  }
  void operator()(const event::RelationshipBegun& e) {
    want(e.customer);
    want(e.other);
  }
  void operator()(const event::RelationshipEnded& e) {
    if (e.relationship) wanted.relationships.push_back(e.relationship);
  }
  void operator()(const event::CustomersMerged& e) {
    want(e.kept);
    want(e.gone);
  }
  void operator()(const event::CustomersUnmerged& e) {
    if (e.merge) wanted.merges.push_back(e.merge);
  }
  void operator()(const event::CallerNamed& e) {
    want(e.interaction);
    want(e.customer);
  }
  void operator()(const event::TierScored& e) { want(e.customer); }
  void operator()(const event::AccountClaimed& e) { want(e.customer); }
  void operator()(const event::AccountAssigned& e) { want(e.customer); }
  void operator()(const event::AccountExtended& e) { want(e.customer); }
  void operator()(const event::AccountFollowedUp& e) { want(e.customer); }
  void operator()(const event::CustomerNeglected& e) { want(e.customer); }
  void operator()(const event::NumberRevealed& e) { want(e.customer); }
};

/// Gathers feed notes, one for each thing: ten clocks of one case are one look at the case.
class Notes {
 public:
  explicit Notes(std::vector<FeedNote>& out) : out_(out) {}
  void add(std::string topic, std::string_view kind, std::int64_t id, std::int64_t version) {
    if (topic.ends_with(":0")) return;
    const auto [at, made] = places_.try_emplace({std::string{kind}, id}, out_.size());
    if (made) out_.push_back({{}, std::string{kind}, id, version, ""});
    auto& topics = out_[at->second].topics;
    if (std::find(topics.begin(), topics.end(), topic) == topics.end())
      topics.push_back(std::move(topic));
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
  std::map<std::pair<std::string, std::int64_t>, std::size_t> places_;
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

/// What a version stands for. Clocks step and alert by themselves: whoever is editing meanwhile is
/// not told that somebody has changed the case.
bool same_but_clocks(const CaseFile& now, const CaseFile& was) {
  return now.facts == was.facts && now.dispatches == was.dispatches && now.pauses == was.pauses &&
         now.complaint == was.complaint && now.compensations == was.compensations;
}
bool same_but_clocks(const ReviewActionFile& now, const ReviewActionFile& was) {
  return now.facts == was.facts;
}

/// Bumps the version; answers the one for the notes, 0 when it stays and there is news yet.
template <class File>
std::int64_t bump(File& now, const File* was) {
  if (was && same_but_clocks(now, *was)) return 0;
  if (was && now.facts.version == was->facts.version) ++now.facts.version;
  return now.facts.version;
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

bool Wanted::only_firings() const {
  Wanted firings;
  firings.clocks = clocks;
  return *this == firings;
}

void collect(const Event& event, Wanted& wanted) {
  Collector collector{wanted};
  // Who acts may talk on the telephone: the desk says to whom.
  collector.want_desk(event.actor);
  if (std::holds_alternative<event::AccountClaimed>(event.what))
    wanted.claimants.push_back(event.actor);
  std::visit(collector, event.what);
}

Docket::Docket(World loaded, std::function<std::int64_t()> next_id,
               std::function<std::int64_t()> next_case_serial)
    : now(std::move(loaded)),
      before(now),
      next_id_(std::move(next_id)),
      next_case_serial_(std::move(next_case_serial)) {
  for (const auto& [id, file] : now.cases)
    for (const auto& clock : file.clocks) cases_of_clocks_.emplace(clock.id, id);
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
      best = customer(kept_record(now, id));
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

Account* Docket::account(CustomerId id) {
  const CustomerId kept = kept_record(now, id);
  if (Account* own = find(now.accounts, kept)) return own;
  // A record without an account that took in one with: the customer is still somebody's.
  for (auto& [customer_id, account] : now.accounts) {
    if (one_customer(now, customer_id, kept)) return &account;
  }
  return nullptr;
}
ReviewActionFile* Docket::review_action(ReviewActionId id) {
  return find(now.review_actions, id);
}

CaseFile* Docket::case_of(DispatchId id) {
  for (auto& [case_id, file] : now.cases) {
    for (const auto& dispatch : file.dispatches)
      if (dispatch.id == id) return &file;
  }
  return nullptr;
}

CaseFile* Docket::case_of(ClockId id) {
  if (const CaseId* loaded = find(cases_of_clocks_, id)) return case_file(*loaded);
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
  const CustomerId kept = kept_record(now, customer_id);
  for (auto& [id, file] : now.cases) {
    if (file.facts.live() && kept_record(now, file.facts.customer) == kept) found.push_back(&file);
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
  const auto alerts = [&notes](const Clockwork& works, const Clockwork* was, std::int64_t version) {
    for (const auto& alert : works.alerts) {
      const bool same =
          was && std::find(was->alerts.begin(), was->alerts.end(), alert) != was->alerts.end();
      if (!same) notes.user(alert.recipient, "alert", alert.id.value, version);
    }
  };
  each_changed(now.cases, before.cases, [&](CaseFile& file, const CaseFile* was) {
    if (was && only_revisions_differ(file, *was)) return;
    const auto& facts = file.facts;
    const std::int64_t version = bump(file, was);
    for (const UserId who :
         {facts.owner, facts.handler, facts.hand_over_to, was ? was->facts.owner : UserId{}}) {
      notes.user(who, "case", facts.id.value, version);
    }
    notes.department(facts.department, "case", facts.id.value, version);
    if (was && was->facts.department != facts.department) {
      notes.department(was->facts.department, "case", facts.id.value, version);
    }
    notes.add("supervision", "case", facts.id.value, version);
    notes.add("case:" + std::to_string(facts.id.value), "case", facts.id.value, version);
    alerts(file, was, version);
  });
  each_changed(now.customer_clocks, before.customer_clocks,
               [&](const Clockwork& works, const Clockwork* was) { alerts(works, was, 0); });
  each_changed(
      now.review_actions, before.review_actions,
      [&](ReviewActionFile& action, const ReviewActionFile* was) {
        const auto& facts = action.facts;
        const std::int64_t version = bump(action, was);
        for (const UserId who : {facts.assignee, facts.by, was ? was->facts.assignee : UserId{}})
          notes.user(who, "review_action", facts.id.value, version);
        notes.department(facts.department, "review_action", facts.id.value, version);
        notes.add("supervision", "review_action", facts.id.value, version);
        alerts(action, was, version);
      });
  each_changed(now.accounts, before.accounts, [&](Account& account, const Account* was) {
    const std::int64_t id = account.customer.value;
    if (was && account.version == was->version) ++account.version;
    for (const UserId who : {account.owner, was ? was->owner : UserId{}})
      notes.user(who, "account", id, account.version);
    notes.add("supervision", "account", id, account.version);
    const bool was_pooled = was && was->state == AccountState::pooled;
    if (was_pooled || account.state == AccountState::pooled)
      notes.add("pool", "account", id, account.version);
    notes.add("customer:" + std::to_string(id), "customer", id, 0);
  });
  const auto customer_note = [&](CustomerId id) {
    notes.add("customer:" + std::to_string(id.value), "customer", id.value, 0);
  };
  each_changed(now.company_roles, before.company_roles,
               [&](const CompanyRole& role, const CompanyRole*) {
                 customer_note(role.company);
                 customer_note(role.person);
               });
  each_changed(now.relationships, before.relationships,
               [&](const Relationship& link, const Relationship*) {
                 customer_note(link.customer);
                 customer_note(link.other);
               });
  each_changed(now.merges, before.merges, [&](const CustomerMerge& merge, const CustomerMerge*) {
    customer_note(merge.kept);
    customer_note(merge.gone);
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
  } else if (const auto action = now.review_actions.find(ReviewActionId{reply.id});
             action != now.review_actions.end()) {
    reply.version = action->second.facts.version;
  }
}

}  // namespace firsthand
