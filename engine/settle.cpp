// SPDX-License-Identifier: Apache-2.0
// What a batch leaves behind once everything is decided: versions, and notes for the consoles.
#include <algorithm>

#include "engine/docket.hpp"
#include "engine/facts.hpp"
#include "engine/words.hpp"

namespace firsthand {
namespace {

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

/// One part for each kind of thing; a note says who has to look at it again.
class Settling {
 public:
  Settling(World& now, const World& before, std::vector<FeedNote>& feed)
      : now_(now), before_(before), notes_(feed) {}

  void all() {
    cases();
    each_changed(now_.customer_clocks, before_.customer_clocks,
                 [&](const Clockwork& works, const Clockwork* was) { alerts(works, was, 0); });
    review_actions();
    accounts();
    records();
    callbacks();
    calls();
  }

 private:
  /// For whom these clocks alert; a note names what they hang on. Whether there was anybody.
  bool alerts(const Clockwork& works, const Clockwork* was, std::int64_t version) {
    bool any = false;
    for (const auto& alert : works.alerts) {
      if (was && std::find(was->alerts.begin(), was->alerts.end(), alert) != was->alerts.end())
        continue;
      const std::int64_t matter = alert.case_id         ? alert.case_id.value
                                  : alert.review_action ? alert.review_action.value
                                                        : alert.customer.value;
      notes_.user(alert.recipient, "alert", matter, version);
      any = true;
    }
    return any;
  }

  void cases() {
    each_changed(now_.cases, before_.cases, [&](CaseFile& file, const CaseFile* was) {
      if (was && only_revisions_differ(file, *was)) return;
      const auto& facts = file.facts;
      const std::int64_t version = bump(file, was);
      // One note for both: who looks at the alerts of a case looks at the case.
      const char* kind = alerts(file, was, version) ? "alert" : "case";
      for (const UserId who :
           {facts.owner, facts.handler, facts.hand_over_to, was ? was->facts.owner : UserId{}})
        notes_.user(who, kind, facts.id.value, version);
      notes_.department(facts.department, kind, facts.id.value, version);
      if (was && was->facts.department != facts.department)
        notes_.department(was->facts.department, kind, facts.id.value, version);
      notes_.add("supervision", kind, facts.id.value, version);
      notes_.add("case:" + std::to_string(facts.id.value), kind, facts.id.value, version);
    });
  }

  void review_actions() {
    each_changed(
        now_.review_actions, before_.review_actions,
        [&](ReviewActionFile& action, const ReviewActionFile* was) {
          const auto& facts = action.facts;
          const std::int64_t version = bump(action, was);
          for (const UserId who : {facts.assignee, facts.by, was ? was->facts.assignee : UserId{}})
            notes_.user(who, "review_action", facts.id.value, version);
          notes_.department(facts.department, "review_action", facts.id.value, version);
          notes_.add("supervision", "review_action", facts.id.value, version);
          alerts(action, was, version);
        });
  }

  void accounts() {
    each_changed(now_.accounts, before_.accounts, [&](Account& account, const Account* was) {
      const std::int64_t id = account.customer.value;
      if (was && account.version == was->version) ++account.version;
      for (const UserId who : {account.owner, was ? was->owner : UserId{}})
        notes_.user(who, "account", id, account.version);
      notes_.add("supervision", "account", id, account.version);
      const bool was_pooled = was && was->state == AccountState::pooled;
      if (was_pooled || account.state == AccountState::pooled)
        notes_.add("pool", "account", id, account.version);
      customer(account.customer);
    });
  }

  /// A customer's own record, and what ties it to others.
  void records() {
    each_changed(now_.company_roles, before_.company_roles,
                 [&](const CompanyRole& role, const CompanyRole*) {
                   customer(role.company);
                   customer(role.person);
                 });
    each_changed(now_.relationships, before_.relationships,
                 [&](const Relationship& link, const Relationship*) {
                   customer(link.customer);
                   customer(link.other);
                 });
    each_changed(now_.merges, before_.merges,
                 [&](const CustomerMerge& merge, const CustomerMerge*) {
                   customer(merge.kept);
                   customer(merge.gone);
                 });
    each_changed(now_.customers, before_.customers, [&](Customer& person, const Customer* was) {
      if (was && person.version == was->version) ++person.version;
      customer(person.id, person.version);
    });
  }
  void customer(CustomerId id, std::int64_t version = 0) {
    notes_.add("customer:" + std::to_string(id.value), "customer", id.value, version);
  }

  void callbacks() {
    each_changed(now_.callbacks, before_.callbacks, [&](Callback& promise, const Callback* was) {
      if (was) ++promise.version;
      notes_.user(promise.user, "callback", promise.id.value, promise.version);
      notes_.department(promise.department, "callback", promise.id.value, promise.version);
      notes_.add("supervision", "callback", promise.id.value, promise.version);
    });
  }

  void calls() {
    each_changed(now_.interactions, before_.interactions,
                 [&](Interaction& call, const Interaction* was) {
                   if (was) ++call.version;
                   notes_.user(call.agent, "call", call.id.value, call.version);
                   if (was && was->agent != call.agent)
                     notes_.user(was->agent, "call", call.id.value, call.version);
                   notes_.add("supervision", "interaction", call.id.value, call.version);
                 });
    // Both ends of a transfer see how it goes; who has given the call away sees no more of it then.
    each_changed(now_.transfers, before_.transfers, [&](Transfer& transfer, const Transfer*) {
      for (const UserId who : {transfer.from, transfer.to})
        notes_.user(who, "call", transfer.interaction.value, 0);
    });
    each_changed(now_.listenings, before_.listenings, [&](Listening& listening, const Listening*) {
      notes_.add("supervision", "interaction", listening.interaction.value, 0);
    });
    each_changed(now_.recordings, before_.recordings, [&](Recording& recording, const Recording*) {
      const auto call = now_.interactions.find(recording.interaction);
      if (call == now_.interactions.end()) return;
      notes_.user(call->second.agent, "call", recording.interaction.value, 0);
      for (const auto& [id, transfer] : now_.transfers) {
        if (transfer.interaction == recording.interaction && transfer.live())
          notes_.user(transfer.to, "call", recording.interaction.value, 0);
      }
      notes_.add("supervision", "interaction", recording.interaction.value, 0);
      const std::int64_t customer = call->second.customer.value;
      notes_.add("customer:" + std::to_string(customer), "customer", customer, 0);
    });
    each_changed(now_.desks, before_.desks, [&](Desk& place, const Desk* was) {
      if (was) ++place.version;
      notes_.user(place.user, "desk", place.user.value, place.version);
      notes_.add("supervision", "desk", place.user.value, place.version);
    });
    each_changed(now_.offers, before_.offers, [&](Offer& made, const Offer*) {
      const bool open = made.state == OfferState::open;
      notes_.user(made.agent, open ? "ring" : "ring_end", made.id.value, 0);
    });
  }

  World& now_;
  const World& before_;
  Notes notes_;
};

}  // namespace

void Docket::settle() {
  Settling{now, before, written.feed}.all();
  for (const Departure& departure : written.departed) {
    const std::int64_t user = departure.user.value;
    written.feed.push_back({{"user:" + std::to_string(user)}, "left", user, 0, ""});
  }
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
