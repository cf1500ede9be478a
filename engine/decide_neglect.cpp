// SPDX-License-Identifier: Apache-2.0
// Customers with money due or a contract that ends, and nobody in touch: each becomes a call that
// somebody owns, once. Who is not to be called, or cannot be, is written to or visited instead.
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"

namespace firsthand {
namespace {

// Time enough to read the record first, and soon enough to matter.
constexpr int kWithinWorkingDays = 2;

std::string first_number(const World& world, const Customer& of) {
  if (!of.numbers.empty()) return of.numbers.front();
  for (const auto& [id, record] : world.customers) {
    if (!record.numbers.empty() && one_customer(world, id, of.id)) return record.numbers.front();
  }
  return "";
}

}  // namespace

Outcome Decision::on(const event::CustomerNeglected& e) {
  const Customer* customer = docket.customer(kept_record(docket.now, e.customer));
  if (!customer) return not_found("customer");
  if (e.why != "money_due" && e.why != "contract_ends")
    return refuse("invalid", "Say whether money is due or a contract ends.", "why");
  const User* to = rules.user(e.to);
  if (e.to && (!to || to->disabled || to->role == Role::administrator))
    return refuse("invalid", "Name the colleague who is to call.", "to");
  for (const auto& [id, open] : docket.now.callbacks) {
    const bool same = open.state == CallbackState::open && !open.case_id &&
                      one_customer(docket.now, open.customer, customer->id);
    if (same) return refuse("already_owned", "Somebody is to call this customer already.");
  }
  const Account* account = docket.account(customer->id);
  const UserId owner = account ? account->owner : UserId{};
  Callback call;
  call.id = CallbackId{docket.new_id()};
  call.kind = CallbackKind::neglected;
  call.customer = customer->id;
  if (!customer->do_not_call) call.number = first_number(docket.now, *customer);
  call.user = e.to    ? e.to
              : owner ? still_here(owner, call.id.value)
                      : rules.spread(customer->id.value, now);
  const auto& plan = rules.book.callbacks;
  const Budget within = Budget::working_days(kWithinWorkingDays);
  const auto due_at = due(now, within, rules.calendar(plan.calendar)).value();
  Promise promise{due_at.value_or(now + std::chrono::days{kWithinWorkingDays}), within,
                  plan.calendar};
  call.window_from = open_window(call.customer, now, promise);
  call.promised_at = now;
  call.due_at = promise.due;
  const Callback& made = docket.now.callbacks.emplace(call.id, call).first->second;
  Facts facts;
  facts.add("callback", made.id)
      .add("kind", word(made.kind))
      .add("user", made.user)
      .add("due_at", made.due_at)
      .add("why", e.why);
  if (e.overdue_cents > 0) facts.add("overdue_cents", e.overdue_cents);
  if (e.ends_on) facts.add("ends_on", to_iso8601(*e.ends_on));
  record("callback_promised", about(made), facts);
  start_promise_clock(made, promise);
  Outcome outcome;
  outcome.reply.id = made.id.value;
  return outcome;
}

void Decision::no_longer_neglected(CustomerId customer) {
  for (auto& [id, call] : docket.now.callbacks) {
    if (call.kind == CallbackKind::neglected && call.state == CallbackState::open &&
        one_customer(docket.now, call.customer, customer))
      end_callback(call, CallbackState::cancelled, "in_touch");
  }
}

}  // namespace firsthand
