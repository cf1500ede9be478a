// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/neglect.hpp"

#include <algorithm>

#include "adapters/runtime/ask.hpp"
#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

constexpr std::chrono::hours kIdle{1};
constexpr std::chrono::minutes kAfterStart{10};

struct Found {
  std::string day;
  std::vector<postgres::NeglectedCustomer> customers;
};

Found look_up(postgres::Connection& connection, const Rules& rules) {
  postgres::Tx tx{connection, postgres::Access::read_only};
  const Instant now = postgres::now_of(tx);
  auto question = neglect_question(rules, now);
  Found found;
  found.day = to_iso8601(question.today);
  if (question.days == 0) return found;
  const Instant midnight = rules.company().at_local(question.today, std::chrono::minutes{0});
  // What people can call in a day; the others come tomorrow, who owes most first.
  const auto room =
      rules.book.accounts.no_contact_calls_per_day - postgres::planned_since(tx, midnight);
  if (room <= 0) return found;
  question.only_unplanned = true;
  question.limit = static_cast<int>(room);
  found.customers = postgres::neglected_customers(tx, question);
  return found;
}

}  // namespace

postgres::NeglectQuestion neglect_question(const Rules& rules, Instant now) {
  postgres::NeglectQuestion question;
  question.today = rules.company().local_date(now);
  question.days = rules.book.accounts.warn_no_contact_days;
  question.contract_days = rules.book.accounts.contract_ends_within_days;
  return question;
}

event::CustomerNeglected neglected(const postgres::NeglectedCustomer& customer, UserId to) {
  event::CustomerNeglected e{CustomerId{customer.customer.id},
                             to,
                             customer.overdue_cents > 0 ? "money_due" : "contract_ends",
                             customer.overdue_cents,
                             {}};
  if (customer.contract_ends_on) e.ends_on = parse_date(*customer.contract_ends_on);
  return e;
}

awaitable<int> NeglectLoop::look() {
  const auto rules = rules_();
  auto find = [rules](postgres::Connection& connection) { return look_up(connection, *rules); };
  const auto found = co_await postgres::run(pool_, find);
  if (!found) co_return 0;
  std::vector<Event> events;
  for (const auto& customer : found->customers) {
    Event event;
    event.source = "neglect";
    event.key = std::to_string(customer.customer.id) + ":" + found->day;
    event.what = neglected(customer, {});
    events.push_back(std::move(event));
  }
  const auto answers = co_await ask_all(door_, std::move(events));
  co_return static_cast<int>(
      std::count_if(answers.begin(), answers.end(), [](const DoorAnswer& answer) {
        const auto* outcome = std::get_if<Outcome>(&answer);
        return outcome && !outcome->refusal && !outcome->duplicate;
      }));
}

awaitable<void> NeglectLoop::run() {
  co_await rest(kAfterStart);
  while (true) {
    co_await look();
    co_await rest(kIdle);
  }
}

}  // namespace firsthand::runtime
