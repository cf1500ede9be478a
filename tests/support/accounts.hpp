// SPDX-License-Identifier: Apache-2.0
// Rules with a hold period of 90 days (30 for gold customers, 10 in the office "north") and the
// sentences of accounts, for every store. One thread.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/world_builder.hpp"

namespace firsthand::test {

using std::chrono::days;

inline Policy hold_policy(std::string code, PolicyConditions when, std::int64_t hold_days) {
  Policy policy;
  policy.code = std::move(code);
  policy.version = 1;
  policy.scope = PolicyScope::customers;
  policy.when = std::move(when);
  PolicyClock hold;
  hold.kind = ClockKind::pool_hold;
  hold.budget = Budget::calendar(Seconds{hold_days * 86'400});
  hold.calendar = "always";
  hold.ladder = "hold";
  policy.clocks = {hold};
  return policy;
}

inline Rules with_pool(Rules rules) {
  RuleBook& book = rules.book;
  std::erase_if(book.policies, [](const Policy& p) { return p.scope == PolicyScope::customers; });
  const auto step = [](std::string name, StepPoint at, std::vector<RecipientRole> to) {
    return LadderStep{
        std::move(name), at, std::move(to), {AlertChannel::console, AlertChannel::email}, false,
        false,           0};
  };
  using enum RecipientRole;
  book.ladders.push_back({"hold",
                          "",
                          "",
                          {step("warn_7d", StepPoint::offset(-days{7}), {owner}),
                           step("warn_3d", StepPoint::offset(-days{3}), {owner}),
                           step("warn_1d", StepPoint::offset(-days{1}), {owner}),
                           step("breach", StepPoint::offset(Seconds{0}), {owner, supervisor})}});
  PolicyConditions north;
  north.offices = {"north"};
  PolicyConditions gold;
  gold.tiers = {Tier::gold};
  book.policies.push_back(hold_policy("hold-north", north, 10));
  book.policies.push_back(hold_policy("hold-gold", gold, 30));
  book.policies.push_back(hold_policy("hold", {}, 90));
  book.accounts.claims_per_day = 2;
  book.accounts.cool_down_days = 30;
  book.accounts.cut_offs = {{"north", moment("2030-03-01T00:00:00+08:00")}};
  for (auto& user : rules.users) {
    if (user.id == agent(4)) user.office = "north";
  }
  return rules;
}

/// Somebody known, who is nobody's yet.
inline CustomerId known_customer(Story& story, const std::string& number) {
  event::CaseRegistered e = complaint();
  e.number = number;
  e.channel = Channel::walk_in;
  const CaseId id{story.must(by(agent(6)).does(e)).id};
  return story.facts(id).customer;
}

inline Account account_of(Story& story, CustomerId id) {
  const auto seen = story.look();
  const auto found = seen.world.accounts.find(id);
  if (found == seen.world.accounts.end()) throw std::runtime_error("no account");
  return found->second;
}

inline std::vector<SlaClock> holds_of(Story& story, CustomerId id) {
  const auto seen = story.look();
  const auto found = seen.world.customer_clocks.find(id);
  std::vector<SlaClock> holds;
  if (found == seen.world.customer_clocks.end()) return holds;
  std::copy_if(found->second.clocks.begin(), found->second.clocks.end(), std::back_inserter(holds),
               [](const SlaClock& c) { return c.kind == ClockKind::pool_hold; });
  return holds;
}

/// The one hold period that runs; throws when there is none or more than one.
inline SlaClock hold_of(Story& story, CustomerId id) {
  auto holds = holds_of(story, id);
  std::erase_if(holds, [](const SlaClock& c) { return !c.live(); });
  if (holds.size() != 1) throw std::runtime_error("not one live hold period");
  return holds.front();
}

inline std::size_t told_of_customer(Story& story, CustomerId id, std::string_view kind,
                                    std::string_view with = "") {
  const auto seen = story.look();
  return static_cast<std::size_t>(
      std::count_if(seen.history.begin(), seen.history.end(), [&](const HistoryEntry& entry) {
        return entry.customer == id && entry.kind == kind &&
               entry.data.find(with) != std::string::npos;
      }));
}

inline Event assigned(CustomerId customer, UserId to, const std::string& reason = "为客户安排") {
  return by(kSupervisor).does(event::AccountAssigned{customer, to, reason});
}
inline Event claimed(Story& story, CustomerId customer, UserId who) {
  return by(who).does(event::AccountClaimed{customer, account_of(story, customer).version});
}

}  // namespace firsthand::test
