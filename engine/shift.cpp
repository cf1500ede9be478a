// SPDX-License-Identifier: Apache-2.0
#include "engine/shift.hpp"

#include <algorithm>

#include "engine/rules.hpp"

namespace firsthand {
namespace {

/// The first span that ends after `at`.
auto next_span(const Calendar& calendar, Instant at) {
  const auto spans = calendar.spans();
  return std::upper_bound(spans.begin(), spans.end(), at,
                          [](Instant instant, const Span& span) { return instant < span.to; });
}

std::vector<const Shift*> shifts_of(const Rules& rules, const User& person) {
  std::vector<const Shift*> his;
  for (const Shift& shift : rules.book.shifts) {
    if (std::binary_search(shift.people.begin(), shift.people.end(), person.login))
      his.push_back(&shift);
  }
  return his;
}

std::optional<OnDuty> on_duty(const Rules& rules, const std::vector<const Shift*>& shifts,
                              Instant now) {
  std::optional<OnDuty> found;
  // One shift may begin where another ends.
  for (bool longer = true; longer;) {
    longer = false;
    const Instant at = found ? found->until : now;
    for (const Shift* shift : shifts) {
      const Calendar& calendar = rules.calendar(shift->calendar);
      const auto span = next_span(calendar, at);
      if (span == calendar.spans().end() || span->from > at) continue;
      if (found && span->to <= found->until) continue;
      found = OnDuty{span->to, span->to - Seconds{shift->last_calls_s}};
      longer = true;
    }
  }
  return found;
}

}  // namespace

std::optional<OnDuty> on_duty(const Rules& rules, const User& person, Instant now) {
  return on_duty(rules, shifts_of(rules, person), now);
}

ShiftState shift_state(const Rules& rules, const User& person, const Desk& desk, Instant now) {
  const auto shifts = shifts_of(rules, person);
  if (shifts.empty()) return ShiftState::on;
  if (const auto duty = on_duty(rules, shifts, now)) {
    return now < duty->last_calls_from ? ShiftState::on : ShiftState::last_calls;
  }
  // Over for whoever has been there since before it ended.
  for (const Shift* shift : shifts) {
    const Calendar& calendar = rules.calendar(shift->calendar);
    const auto next = next_span(calendar, now);
    if (next != calendar.spans().begin() && desk.came_at < std::prev(next)->to)
      return ShiftState::over;
  }
  return ShiftState::on;
}

}  // namespace firsthand
