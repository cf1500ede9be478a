// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {

using std::chrono::hours;

std::vector<Row> account_rows(Afternoon& a) {
  const auto claim = [](UserId who, CustomerId id, std::int64_t version) {
    return by(who).does(event::AccountClaimed{id, version});
  };
  const auto assign = [](UserId who, CustomerId id, UserId to, const char* reason) {
    return by(who).does(event::AccountAssigned{id, to, reason});
  };
  const auto extend = [](UserId who, CustomerId id, Instant until, const char* reason) {
    return by(who).does(event::AccountExtended{id, until, reason});
  };
  const auto follow = [](UserId who, CustomerId id, Channel channel, const char* words) {
    return by(who).does(event::AccountFollowedUp{id, channel, words});
  };
  event::CustomerCreated entered;
  entered.name = "示例戊";
  entered.entered_for = agent(2);
  event::CustomerCreated nobodys_entry = entered;
  nobodys_entry.entered_for = UserId{7777};
  const CustomerId nobodys = a.story.facts(a.fresh).customer;
  const Instant later = a.story.now() + hours{24};
  return {
      {"claim no customer", claim(agent(2), CustomerId{7}, 1), "not_found"},
      {"a supervisor claims", claim(kSupervisor, a.pooled, 1), "forbidden"},
      {"claim what was never anybody's", claim(agent(2), nobodys, 1), "not_in_pool"},
      {"claim a held account", claim(agent(2), a.held, 1), "account_taken"},
      {"claim what one gave up", claim(agent(1), a.pooled, 1), "cooling_down"},
      {"claim another version", claim(agent(2), a.pooled, 77), "version_mismatch"},
      {"an agent assigns", assign(agent(2), a.held, agent(3), "x"), "forbidden"},
      {"assign without a reason", assign(kSupervisor, a.held, agent(3), ""), "invalid", "reason"},
      {"assign to nobody known", assign(kSupervisor, a.held, kNobody, "x"), "invalid", "to"},
      {"assign to the owner", assign(kSupervisor, a.held, agent(1), "x"), "invalid", "to"},
      {"release what is in the pool", assign(kSupervisor, a.pooled, {}, "x"), "not_held"},
      {"an agent extends", extend(agent(1), a.held, later, "x"), "forbidden"},
      {"extend the pool", extend(kSupervisor, a.pooled, later, "x"), "not_held"},
      {"extend without a reason", extend(kSupervisor, a.held, later, ""), "invalid", "reason"},
      {"extend into the past", extend(kSupervisor, a.held, a.story.now(), "x"), "invalid", "until"},
      {"extend to an earlier day", extend(kSupervisor, a.held, later, "x"), "invalid", "until"},
      {"extend for years", extend(kSupervisor, a.held, later + hours{24 * 400}, "x"), "invalid",
       "until"},
      {"follow up the pool", follow(agent(1), a.pooled, Channel::email, "x"), "not_held"},
      {"follow up another's", follow(agent(2), a.held, Channel::email, "x"), "forbidden"},
      {"follow up by telephone", follow(agent(1), a.held, Channel::call, "x"), "invalid",
       "channel"},
      {"enter for a colleague after the last day", by(agent(1)).does(entered),
       "entry_for_others_closed", "entered_for", true},
      {"enter for somebody unknown", by(agent(1)).does(nobodys_entry), "invalid", "entered_for"},
      {"follow up without words", follow(agent(1), a.held, Channel::email, ""), "invalid", "text"},
  };
}

std::vector<Row> record_rows(Afternoon& a) {
  const auto me = by(agent(1));
  const CustomerId nobody{7};
  const auto customer = [&](const char* name, const char* number, CustomerKind kind) {
    event::CustomerCreated e;
    e.kind = kind;
    e.name = name;
    e.numbers = {number};
    return CustomerId{a.story.must(me.does(e)).id};
  };
  const CustomerId firm = customer("示例公司", "+8613900000061", CustomerKind::company);
  const CustomerId one = customer("示例甲", "+8613900000062", CustomerKind::person);
  const CustomerId two = customer("示例乙", "+8613900000063", CustomerKind::person);
  const CustomerId gone = customer("示例丙", "+8613900000064", CustomerKind::person);
  const CustomerId back = customer("示例丁", "+8613900000065", CustomerKind::person);
  const event::CompanyRoleBegun works{firm, one, CompanyRoleKind::user, "", {}};
  const event::CompanyRoleBegun pays{firm, one, CompanyRoleKind::payer, "", {}};
  const CompanyRoleId role{a.story.must(me.does(works)).id};
  const CompanyRoleId over{a.story.must(me.does(pays)).id};
  a.story.must(me.does(event::CompanyRoleEnded{over, {}}));
  const auto home = RelationshipKind::household;
  a.story.must(me.does(event::RelationshipBegun{one, two, home, ""}));
  const RelationshipId loose{
      a.story.must(me.does(event::RelationshipBegun{one, gone, home, ""})).id};
  a.story.must(me.does(event::RelationshipEnded{loose}));
  const MergeId merged{a.story.must(me.does(event::CustomersMerged{one, gone, "同"})).id};
  const MergeId undone{a.story.must(me.does(event::CustomersMerged{one, back, "同"})).id};
  a.story.must(me.does(event::CustomersUnmerged{undone, "否"}));
  event::CustomerCreated nameless, known;
  known.name = "示例甲";
  known.numbers = {"+8613900000062"};
  event::CustomerEdited edit_gone;
  edit_gone.customer = gone;
  const event::TierScored scored{one, 50, Tier::silver, "{}", 1};
  const auto tier = [&](CustomerId who, int score) {
    event::TierScored e = scored;
    e.customer = who;
    e.score = score;
    return me.does(e);
  };
  const Instant tomorrow = a.story.now() + hours{24};
  const auto begin = [&](CustomerId company, CustomerId person, std::optional<Instant> from) {
    return me.does(event::CompanyRoleBegun{company, person, CompanyRoleKind::user, "", from});
  };
  const CustomerId lost = customer("示例戊", "+8613900000066", CustomerKind::person);
  a.store.rows().erase(lost, a.story.now());
  event::CustomerEdited edit_lost;
  edit_lost.customer = lost;
  edit_lost.version = 2;
  const Case called = a.story.facts(a.dispatched);
  const auto removal = [&](const std::string& number) {
    event::CustomerEdited e{};
    e.customer = called.customer;
    e.version = a.story.look().world.customers.at(called.customer).version;
    e.numbers_removed = {number};
    return me.does(e);
  };
  const auto hours_of = [&](std::optional<int> from, std::optional<int> until) {
    event::CustomerEdited e{};
    e.customer = two;
    e.version = a.story.look().world.customers.at(two).version;
    e.contact_hours = event::ContactHours{from, until};
    return me.does(e);
  };
  const CustomerId evenings = customer("示例己", "+8613900000067", CustomerKind::person);
  event::CustomerEdited after_six{};
  after_six.customer = evenings;
  after_six.version = 1;
  after_six.contact_hours = event::ContactHours{18 * 60, 20 * 60};
  a.story.must(me.does(after_six));
  const auto at_midnight = [&](event::CaseRegistered& e) {
    e.customer = evenings;
    e.callback.choice.clear();
    e.callback.at =
        rules().company().at_local(rules().company().local_date(tomorrow), std::chrono::minutes{0});
  };
  const auto about_lost = [lost](event::CaseRegistered& e) { e.customer = lost; };
  return {
      {"contact hours without an end", hours_of(1080, {}), "invalid", "contact_until"},
      {"contact hours without a beginning", hours_of({}, 1080), "invalid", "contact_from"},
      {"contact hours of a longer day", hours_of(1080, 1440), "invalid", "contact_until"},
      {"contact hours of no time", hours_of(1080, 1080), "invalid", "contact_until"},
      {"promise a call at midnight", me.does(with(at_midnight)), "outside_contact_hours",
       "callback.at"},
      {"remove a number of somebody else", removal("+8613900000066"), "invalid", "numbers_removed"},
      {"remove the number of a callback", removal(called.reach_number), "number_in_use",
       "numbers_removed"},
      {"edit an erased record", me.does(edit_lost), "erased"},
      {"name an erased caller", me.does(event::CallerNamed{a.talking, lost}), "erased", "customer"},
      {"a role of an erased person", begin(firm, lost, {}), "erased", "person"},
      {"a tie to an erased person", me.does(event::RelationshipBegun{one, lost, home, ""}),
       "erased", "other"},
      {"merge into an erased record", me.does(event::CustomersMerged{lost, two, "同"}), "erased",
       "kept"},
      {"merge an erased record", me.does(event::CustomersMerged{two, lost, "同"}), "erased",
       "gone"},
      {"claim an erased customer", me.does(event::AccountClaimed{lost}), "erased"},
      {"a case of an erased customer", me.does(with(about_lost)), "erased", "customer_id"},
      {"a customer without a name", me.does(nameless), "invalid", "name"},
      {"a customer who is known", me.does(known), "duplicate_customer", "numbers"},
      {"edit a merged record", me.does(edit_gone), "merged"},
      {"name a caller of no call", me.does(event::CallerNamed{InteractionId{7}, one}), "not_found"},
      {"name nobody as the caller", me.does(event::CallerNamed{a.talking, nobody}), "not_found"},
      {"name the caller of an ended call", me.does(event::CallerNamed{a.ended, one}), "call_ended"},
      {"a role of nobody", begin(firm, nobody, {}), "not_found"},
      {"a role in a person", begin(two, one, {}), "not_a_company", "company"},
      {"a role of a company", begin(firm, firm, {}), "not_a_person", "person"},
      {"a role from tomorrow on", begin(firm, two, tomorrow), "invalid", "from"},
      {"a role twice", me.does(works), "already_has_role", "role"},
      {"end no role", me.does(event::CompanyRoleEnded{CompanyRoleId{7}, {}}), "not_found"},
      {"end a role tomorrow", me.does(event::CompanyRoleEnded{role, tomorrow}), "invalid", "until"},
      {"end a role twice", me.does(event::CompanyRoleEnded{over, {}}), "already_ended"},
      {"a tie to nobody", me.does(event::RelationshipBegun{one, nobody, home, ""}), "not_found"},
      {"a tie to himself", me.does(event::RelationshipBegun{one, gone, home, ""}), "same_customer",
       "other"},
      {"a tie twice", me.does(event::RelationshipBegun{two, one, home, ""}), "already_related",
       "kind"},
      {"end no tie", me.does(event::RelationshipEnded{RelationshipId{7}}), "not_found"},
      {"end a tie twice", me.does(event::RelationshipEnded{loose}), "already_ended"},
      {"merge without a reason", me.does(event::CustomersMerged{one, two, ""}), "invalid",
       "reason"},
      {"merge nobody", me.does(event::CustomersMerged{one, nobody, "同"}), "not_found"},
      {"merge with himself", me.does(event::CustomersMerged{one, one, "同"}), "same_customer",
       "gone"},
      {"merge what is merged", me.does(event::CustomersMerged{two, gone, "同"}), "already_merged",
       "gone"},
      {"merge into what is merged", me.does(event::CustomersMerged{gone, two, "同"}),
       "already_merged", "kept"},
      {"merge a company and a person", me.does(event::CustomersMerged{firm, two, "同"}),
       "different_kinds", "gone"},
      {"undo no merge", me.does(event::CustomersUnmerged{MergeId{7}, "否"}), "not_found"},
      {"undo a merge twice", me.does(event::CustomersUnmerged{undone, "否"}), "already_undone"},
      {"undo without a reason", me.does(event::CustomersUnmerged{merged, ""}), "invalid", "reason"},
      {"score nobody", tier(nobody, 50), "not_found"},
      {"score a merged record", tier(gone, 50), "merged"},
      {"score beyond the scale", tier(one, 101), "invalid", "score"},
  };
}

std::vector<Row> neglect_rows(Afternoon& a) {
  const auto me = by(kSupervisor);
  const auto customer = [&](const std::vector<std::string>& numbers) {
    event::CustomerCreated e;
    e.name = "示例客户";
    e.numbers = numbers;
    return CustomerId{a.story.must(by(agent(1)).does(e)).id};
  };
  const CustomerId one = customer({"+8613900000081"});
  const CustomerId owned = customer({"+8613900000083"});
  const auto sent = [&](CustomerId who, UserId to = {}, const char* why = "money_due") {
    return me.does(event::CustomerNeglected{who, to, why, 100, {}});
  };
  a.story.must(sent(owned));
  const CustomerId silent = customer({});
  a.story.must(sent(silent));
  const CallbackId letter = a.story.callbacks_of(silent).at(0).id;
  return {
      {"dial who has no number", by(agent(1)).does(event::CallbackDialled{letter}),
       "not_reachable"},
      {"call nobody", sent(CustomerId{7}), "not_found"},
      {"call for no reason", sent(one, {}, "a feeling"), "invalid", "why"},
      {"send nobody", sent(one, UserId{7}), "invalid", "to"},
      {"send somebody twice", sent(owned), "already_owned"},
  };
}

}  // namespace firsthand::test
