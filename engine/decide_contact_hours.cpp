// SPDX-License-Identifier: Apache-2.0
// The hours in which a customer wants to be called: every call that is proposed keeps to them, and
// whoever promises another time says that the customer has asked for it.
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"
#include "engine/find.hpp"

namespace firsthand {
namespace {

std::string time_of_day(int minutes) {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(minutes / 60) + ":" + two(minutes % 60);
}

}  // namespace

const Customer* Decision::with_contact_hours(CustomerId id) const {
  const Customer* customer = find(docket.now.customers, kept_record(docket.now, id));
  return customer && customer->contact_from_min ? customer : nullptr;
}

Instant Decision::in_contact_hours(CustomerId id, Instant at) const {
  const Customer* customer = with_contact_hours(id);
  if (!customer) return at;
  return after_hours(at, *customer->contact_until_min, *customer->contact_from_min,
                     rules.calendar(rules.book.callbacks.calendar));
}

Outcome Decision::check_hours(CustomerId id, Instant at, std::string field) const {
  // A call by 20:00 is within hours that end at 20:00.
  if (in_contact_hours(id, at) == at || in_contact_hours(id, at - Seconds{1}) == at - Seconds{1})
    return done();
  const Customer* customer = with_contact_hours(id);
  return refuse("outside_contact_hours",
                "This customer wants to be called from " +
                    time_of_day(*customer->contact_from_min) + " to " +
                    time_of_day(*customer->contact_until_min) +
                    ". Say that the customer asked for this time, or choose another.",
                std::move(field));
}

Instant Decision::open_window(CustomerId id, Instant from, Promise& promise) const {
  const Instant opens = in_contact_hours(id, from);
  if (opens < promise.due || opens == from) return std::min(opens, promise.due);
  const Calendar& calendar = rules.calendar(rules.book.callbacks.calendar);
  const std::chrono::minutes until{*with_contact_hours(id)->contact_until_min};
  const auto day = std::chrono::sys_days{calendar.local_date(opens)};
  const Instant today = calendar.at_local(Date{day}, until);
  const Instant closes =
      today > opens ? today : calendar.at_local(Date{day + std::chrono::days{1}}, until);
  promise = promise_at(closes, promise.calendar);
  return opens;
}

}  // namespace firsthand
