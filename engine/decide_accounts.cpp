// SPDX-License-Identifier: Apache-2.0
// Whose customer this is: the account owner keeps in touch, or the hold period lapses and the
// account is in the pool, from where it is claimed or assigned. The developer's credit stays.
#include "engine/account_rules.hpp"
#include "engine/clock_rules.hpp"
#include "engine/decision.hpp"

namespace firsthand {
namespace {

// A supervisor's word lengthens a hold period by a year at most; then it is time to look again.
constexpr std::chrono::days kExtensionMax{366};

int claims_today(const Docket& docket, UserId who, const Rules& rules, Instant now) {
  const Instant today = company_day(rules, now);
  const auto earlier = docket.now.claims.find(who);
  int count = 0;
  if (earlier != docket.now.claims.end()) {
    count += static_cast<int>(std::count_if(earlier->second.begin(), earlier->second.end(),
                                            [&](Instant at) { return at >= today; }));
  }
  for (const auto& entry : docket.written.account_entries) {
    if (entry.how == AccountHow::claimed && entry.by == who) ++count;
  }
  return count;
}

SlaClock* running_hold(Clockwork& clockwork) {
  for (auto& clock : clockwork.clocks) {
    if (clock.live() && clock.kind == ClockKind::pool_hold) return &clock;
  }
  return nullptr;
}

}  // namespace

// ------------------------------------------------------------------------------- entry
UserId Decision::entered_for(const event::CustomerCreated& e) const {
  const User* who = rules.user(event.actor);
  // Whoever leads gives accounts out; everybody else enters for himself or on behalf of another.
  const bool gives = !who || gives_accounts(who->role);
  const UserId whom = e.entered_for || gives ? e.entered_for : e.account_owner;
  return whom == event.actor ? UserId{} : whom;
}

Outcome Decision::check_entry(const event::CustomerCreated& e) const {
  for (const auto& [who, field] : {std::pair{e.account_owner, "account_owner"},
                                   {e.entered_for, "entered_for"},
                                   {e.developer, "developer"}}) {
    const User* person = rules.user(who);
    if (who && (!person || person->disabled))
      return refuse("invalid", "There is no such colleague.", field);
  }
  const UserId whom = entered_for(e);
  if (!whom) return done();
  const User* who = rules.user(event.actor);
  if (e.account_owner && e.account_owner != whom && who && !gives_accounts(who->role)) {
    return refuse("invalid", "The account belongs to whom it is entered for.", "account_owner");
  }
  const User* person = rules.user(whom);
  for (const auto& cut_off : rules.book.accounts.cut_offs) {
    if (cut_off.office != person->office || now < cut_off.until) continue;
    const Date last = rules.company().local_date(cut_off.until - Seconds{1});
    return refuse("entry_for_others_closed",
                  "Entry on behalf of colleagues of this office ended on " + to_iso8601(last) +
                      "; " + person->name + " enters customers in person.",
                  "entered_for");
  }
  return done();
}

void Decision::enter_account(const Customer& customer, const event::CustomerCreated& e) {
  const UserId whom = entered_for(e);
  const UserId owner = e.account_owner ? e.account_owner : whom;
  if (!owner) return;
  Account account;
  account.customer = customer.id;
  account.developer = e.developer ? e.developer : owner;
  account.entered_by = event.actor;
  account.entered_for = whom;
  move_account(docket.now.accounts.emplace(customer.id, account).first->second, owner,
               AccountHow::entered, "");
}

// ------------------------------------------------------------------------------- moves
void Decision::move_account(Account& account, UserId to, AccountHow how,
                            const std::string& reason) {
  const UserId previous = account.owner;
  const Matter hold = matter(account.customer);
  stop_clocks(hold, ClockKind::pool_hold, ClockState::cancelled);
  if (previous) account.previous_owner = previous;
  account.owner = to;
  account.state = to ? AccountState::held : AccountState::pooled;
  account.since = now;
  account.followed_up_at.reset();
  docket.written.account_entries.push_back(
      {docket.new_id(), account.customer, to, previous, how, reason, event.actor, now});
  Facts facts;
  facts.add("how", word(how))
      .add("owner", to)
      .add("previous_owner", previous)
      .add("reason", reason);
  if (how == AccountHow::entered)
    facts.add("entered_for", account.entered_for).add("developer", account.developer);
  record("account", about(hold), facts);
  if (to) start_clock(hold, ClockKind::pool_hold);
}

Outcome Decision::check_account(CustomerId id) const {
  const auto person = docket.now.customers.find(id);
  if (person == docket.now.customers.end()) return not_found("customer");
  if (person->second.merged_into) {
    return refuse("merged", "This record is part of another customer's now.");
  }
  return check_not_erased(person->second);
}

Outcome Decision::done(const Account& account) {
  Outcome outcome;
  outcome.reply = {account.customer.value, "", account.version, ""};
  return outcome;
}

Outcome Decision::on(const event::AccountClaimed& e) {
  if (auto refused = check_account(e.customer); refused.refusal) return refused;
  const User* who = rules.user(event.actor);
  if (!who || who->disabled || !claims_accounts(who->role))
    return refuse("forbidden", "Accounts are claimed by those who talk to customers.");
  Account* account = docket.account(e.customer);
  if (!account) return refuse("not_in_pool", "This customer is not in the pool.");
  Outcome outcome;
  outcome.refusal = why_not_claim(*account, event.actor,
                                  claims_today(docket, event.actor, rules, now), rules, now);
  if (outcome.refusal) return outcome;
  if (account->version != e.version)
    return refuse("version_mismatch", "The account has changed meanwhile.");
  move_account(*account, event.actor, AccountHow::claimed, "");
  return done(*account);
}

Outcome Decision::on(const event::AccountAssigned& e) {
  if (auto refused = check_account(e.customer); refused.refusal) return refused;
  const User* who = rules.user(event.actor);
  const bool leads = who && gives_accounts(who->role);
  Account* account = docket.account(e.customer);
  const bool own = account && answers_for(account->owner);
  if (!leads && (e.to || !own))
    return refuse("forbidden", "A supervisor gives accounts out; an owner may give one up.");
  if (e.reason.empty()) return refuse("invalid", "Say why the account moves.", "reason");
  const UserId owner = account ? account->owner : UserId{};
  if (e.to == owner) {
    return e.to ? refuse("invalid", "The account is this person's already.", "to")
                : refuse("not_held", "Nobody holds this account.");
  }
  const User* to = rules.user(e.to);
  if (e.to && (!to || to->disabled))
    return refuse("invalid", "Name the colleague who is to keep in touch.", "to");
  if (!account) {
    // A customer of nobody becomes somebody's: the credit is that person's.
    account = &docket.now.accounts[e.customer];
    account->customer = e.customer;
    account->developer = e.to;
  }
  move_account(*account, e.to, e.to ? AccountHow::assigned : AccountHow::released, e.reason);
  return done(*account);
}

// ------------------------------------------------------------------------------- the hold period
Outcome Decision::on(const event::AccountExtended& e) {
  if (auto refused = check_account(e.customer); refused.refusal) return refused;
  const User* who = rules.user(event.actor);
  if (!who || !gives_accounts(who->role))
    return refuse("forbidden", "A supervisor extends a hold period.");
  Account* account = docket.account(e.customer);
  if (!account || account->state != AccountState::held)
    return refuse("not_held", "Nobody holds this account.");
  if (e.reason.empty()) return refuse("invalid", "Say why the hold period is longer.", "reason");
  if (e.until <= now || e.until > now + kExtensionMax)
    return refuse("invalid", "The new end lies between now and a year from now.", "until");
  const Matter hold = matter(account->customer);
  if (const SlaClock* running = running_hold(hold.clockwork); running && running->due_at >= e.until)
    return refuse("invalid", "The hold period lasts as long already.", "until");
  stop_clocks(hold, ClockKind::pool_hold, ClockState::cancelled);
  const auto whole = std::chrono::ceil<Seconds>(e.until - now);
  const Promise promise{now + whole, Budget::calendar(whole), rules.company_calendar};
  ClockStart granted;
  granted.promise = &promise;
  start_clock(hold, ClockKind::pool_hold, granted);
  ++account->version;
  docket.written.account_entries.push_back({docket.new_id(), account->customer, account->owner,
                                            account->owner, AccountHow::extended, e.reason,
                                            event.actor, now});
  record("account", about(hold),
         Facts{}
             .add("how", word(AccountHow::extended))
             .add("owner", account->owner)
             .add("until", promise.due)
             .add("reason", e.reason));
  return done(*account);
}

void Decision::followed_up(CustomerId customer, UserId by) {
  Account* account = docket.account(customer);
  if (!account || account->state != AccountState::held) return;
  if (account->owner != by && rules.acting(account->owner, now) != by) return;
  // One touch may be told in several ways: an answered call that is a reached callback.
  if (account->followed_up_at == now) return;
  account->followed_up_at = now;
  const Matter hold = matter(account->customer);
  if (const SlaClock* running = running_hold(hold.clockwork); running && granted(*running)) {
    // What a supervisor has granted is not shortened by a follow-up.
    const auto terms = terms_for(rules, traits(hold, *running), ClockKind::pool_hold, now);
    if (!terms) return;
    const auto anew = due(now, terms->budget, rules.calendar(terms->calendar)).value();
    if (anew && running->due_at > anew) return;
  }
  stop_clocks(hold, ClockKind::pool_hold, ClockState::met);
  start_clock(hold, ClockKind::pool_hold);
}

Outcome Decision::on(const event::AccountFollowedUp& e) {
  if (auto refused = check_account(e.customer); refused.refusal) return refused;
  Account* account = docket.account(e.customer);
  if (!account || account->state != AccountState::held)
    return refuse("not_held", "Nobody holds this account.");
  if (!answers_for(account->owner))
    return refuse("forbidden", "The account owner, or who stands in, keeps in touch.");
  // Calls are seen by themselves; what a person writes down here left no other trace.
  const bool visit = e.channel == Channel::field_visit;
  if (!visit && e.channel != Channel::walk_in && e.channel != Channel::email)
    return refuse("invalid", "This is a visit, a meeting or a letter.", "channel");
  if (e.text.empty()) return refuse("invalid", "Say what came of it.", "text");
  Interaction touch;
  touch.id = InteractionId{docket.new_id()};
  touch.channel = e.channel;
  touch.direction = e.channel == Channel::walk_in ? Direction::inbound : Direction::outbound;
  touch.state = InteractionState::ended;
  touch.outcome = "handled";
  touch.customer = e.customer;
  touch.agent = event.actor;
  touch.enqueued_at = now;
  touch.answered_at = now;
  touch.ended_at = now;
  docket.now.interactions.emplace(touch.id, touch);
  record("account_followed_up", about(touch),
         Facts{}.add("channel", word(e.channel)).add("text", e.text));
  followed_up(e.customer, event.actor);
  no_longer_neglected(e.customer);
  return done(*account);
}

}  // namespace firsthand
