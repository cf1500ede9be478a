// SPDX-License-Identifier: Apache-2.0
#include "engine/calendar.hpp"

#include <algorithm>
#include <utility>

namespace firsthand {
namespace {

// The number of leading elements that satisfy `before`; counts what it looks at.
template <class T, class Before>
std::size_t count_leading(const std::vector<T>& items, Before before, std::size_t* probes) {
  std::size_t low = 0;
  std::size_t high = items.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (probes != nullptr) ++*probes;
    if (before(items[middle])) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Spans in order, touching and overlapping ones joined, empty ones dropped.
std::vector<Span> joined(std::vector<Span> spans) {
  std::erase_if(spans, [](const Span& span) { return span.from >= span.to; });
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.from < b.from; });
  std::vector<Span> result;
  result.reserve(spans.size());
  for (const Span& span : spans) {
    if (!result.empty() && span.from <= result.back().to) {
      result.back().to = std::max(result.back().to, span.to);
    } else {
      result.push_back(span);
    }
  }
  return result;
}

Seconds offset_at_end(const Day& day) {
  return day.offset + (day.shift ? day.shift->by : Seconds{0});
}

}  // namespace

Calendar::Calendar() {
  parts_.code = "always";
  parts_.always = true;
}

Calendar::Calendar(Parts parts) : parts_(std::move(parts)) {
  parts_.spans = joined(std::move(parts_.spans));
  worked_.reserve(parts_.spans.size());
  Millis sum{0};
  for (const Span& span : parts_.spans) {
    worked_.push_back(sum);
    sum += span.to - span.from;
  }
  closings_through_.reserve(parts_.days.size());
  for (const Day& day : parts_.days) {
    if (day.closing) {
      // A night shift may end after the next day's hours; the order of closings follows the days.
      closings_.push_back(closings_.empty() ? *day.closing
                                            : std::max(*day.closing, closings_.back()));
    }
    closings_through_.push_back(closings_.size());
  }
}

bool Calendar::covers(Instant at) const {
  return parts_.always || (parts_.coverage.from <= at && at < parts_.coverage.to);
}

bool Calendar::is_working(Instant at) const {
  if (parts_.always) return true;
  const auto begun =
      count_leading(parts_.spans, [at](const Span& span) { return span.from <= at; }, nullptr);
  return begun > 0 && at < parts_.spans[begun - 1].to;
}

std::optional<Instant> Calendar::next_working(Instant at) const {
  if (parts_.always) return at;
  const auto ended =
      count_leading(parts_.spans, [at](const Span& span) { return span.to <= at; }, nullptr);
  if (ended == parts_.spans.size()) return std::nullopt;
  return std::max(at, parts_.spans[ended].from);
}

std::optional<Instant> Calendar::end_of_nth_working_day(Instant start, int n) const {
  const auto index = nth_working_day(start, n);
  return index ? closing(*index) : std::nullopt;
}

// A calendar without rows of days is 24x7 in UTC: its working days are numbered from the epoch.
std::optional<std::int64_t> Calendar::nth_working_day(Instant start, int n) const {
  if (parts_.days.empty() && parts_.always) {
    return std::chrono::floor<std::chrono::days>(start).time_since_epoch().count() + std::max(n, 0);
  }
  const auto day = day_index(start);
  if (!day) return std::nullopt;
  const auto through = static_cast<std::int64_t>(closings_through_[*day]);
  if (n > 0) return through + n - 1;
  const auto& own = parts_.days[*day].closing;
  return own && *own > start ? through - 1 : through;
}

std::optional<std::int64_t> Calendar::working_day_before(Instant end) const {
  if (parts_.days.empty() && parts_.always) {
    return std::chrono::ceil<std::chrono::days>(end).time_since_epoch().count() - 2;
  }
  const auto day = day_index(end);
  if (!day) return std::nullopt;
  auto before = static_cast<std::int64_t>(closings_through_[*day]);
  if (parts_.days[*day].closing) --before;
  while (before > 0 && closings_[static_cast<std::size_t>(before - 1)] >= end) --before;
  return before - 1;
}

std::optional<Instant> Calendar::closing(std::int64_t working_day) const {
  if (parts_.days.empty() && parts_.always) {
    return Instant{std::chrono::days{working_day + 1}};
  }
  if (working_day < 0 || static_cast<std::size_t>(working_day) >= closings_.size()) {
    return std::nullopt;
  }
  return closings_[static_cast<std::size_t>(working_day)];
}

Millis Calendar::worked_before(Instant at, std::size_t* probes) const {
  if (parts_.always) return at.time_since_epoch();
  const auto begun =
      count_leading(parts_.spans, [at](const Span& span) { return span.from < at; }, probes);
  if (begun == 0) return Millis{0};
  const Span& span = parts_.spans[begun - 1];
  return worked_[begun - 1] + (std::min(at, span.to) - span.from);
}

std::optional<Instant> Calendar::when_worked(Millis worked, std::size_t* probes) const {
  if (parts_.always) return Instant{worked};
  // Strictly less: work that is complete when a span ends is answered in that span, not the next.
  const auto begun =
      count_leading(worked_, [worked](Millis before) { return before < worked; }, probes);
  if (begun == 0) return std::nullopt;
  const Span& span = parts_.spans[begun - 1];
  const Instant at = span.from + (worked - worked_[begun - 1]);
  if (at > span.to) return std::nullopt;
  return at;
}

std::optional<Instant> Calendar::when_worked_last(Millis worked, std::size_t* probes) const {
  if (parts_.always) return Instant{worked};
  const auto begun =
      count_leading(worked_, [worked](Millis before) { return before <= worked; }, probes);
  if (begun == 0) return std::nullopt;
  const Span& span = parts_.spans[begun - 1];
  const Instant at = span.from + (worked - worked_[begun - 1]);
  if (at >= span.to) return std::nullopt;
  return at;
}

std::optional<std::size_t> Calendar::day_index(Instant at) const {
  const auto begun =
      count_leading(parts_.days, [at](const Day& day) { return day.from <= at; }, nullptr);
  if (begun == 0 || at >= parts_.days[begun - 1].to) return std::nullopt;
  return begun - 1;
}

const Day* Calendar::day_at(Instant at) const {
  const auto index = day_index(at);
  return index ? &parts_.days[*index] : nullptr;
}

const Day* Calendar::day_on(Date date) const {
  if (parts_.days.empty() || !date.ok()) return nullptr;
  const auto index =
      (std::chrono::sys_days{date} - std::chrono::sys_days{parts_.days.front().date}).count();
  if (index < 0 || static_cast<std::size_t>(index) >= parts_.days.size()) return nullptr;
  return &parts_.days[static_cast<std::size_t>(index)];
}

Seconds Calendar::local_offset(Instant at) const {
  if (parts_.days.empty()) return Seconds{0};
  if (at < parts_.days.front().from) return parts_.days.front().offset;
  const Day* day = day_at(at);
  if (day == nullptr) return offset_at_end(parts_.days.back());
  return day->shift && at >= day->shift->at ? offset_at_end(*day) : day->offset;
}

Date Calendar::local_date(Instant at) const {
  if (const Day* day = day_at(at)) return day->date;
  return Date{std::chrono::floor<std::chrono::days>(at + local_offset(at))};
}

Instant Calendar::at_local(Date date, std::chrono::minutes after_midnight) const {
  const auto extra_days = std::chrono::floor<std::chrono::days>(after_midnight);
  const auto midnight = std::chrono::sys_days{date} + extra_days;
  const Instant wall{midnight + (after_midnight - extra_days)};
  const Day* day = day_on(Date{midnight});
  if (day == nullptr) return wall - local_offset(wall);
  Instant at = wall - day->offset;
  if (day->shift && at >= day->shift->at) {
    // In an overlap the first of the two lies before the shift and never comes here; in a gap the
    // wall clock time falls before the shift once the new offset is used.
    at = std::max(at - day->shift->by, day->shift->at);
  }
  return std::clamp(at, day->from, day->to);
}

}  // namespace firsthand
