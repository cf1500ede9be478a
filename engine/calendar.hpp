// SPDX-License-Identifier: Apache-2.0
// A working calendar, already compiled: config/ resolves time zones, weekly frames, holidays and
// date-specific hours to UTC spans and to one row per local day; nothing here knows a time zone.
// Immutable after construction, so it may be read from any thread. Intervals are half open.
// Every lookup is a binary search over the spans or the days.
#pragma once

#include <boost/describe/enum.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/time.hpp"

namespace firsthand {

struct Span {
  Instant from;
  Instant to;
  friend bool operator==(const Span&, const Span&) = default;
};

enum class DayKind { working, closed, holiday };
BOOST_DESCRIBE_ENUM(DayKind, working, closed, holiday)

/// A change of the UTC offset within a local day (daylight saving time).
struct OffsetShift {
  Instant at;
  Seconds by;  ///< positive: local time jumps ahead, and leaves a gap
  friend bool operator==(const OffsetShift&, const OffsetShift&) = default;
};

struct Day {
  Date date;
  DayKind kind = DayKind::closed;
  bool date_specific = false;  ///< hours of this very date: a make-up working day, a half day
  std::string name_zh;         ///< of the holiday or of the date-specific hours
  std::string name_en;
  Instant from;  ///< the local day's bounds
  Instant to;
  Seconds offset{0};  ///< local time minus UTC when the day begins
  std::optional<OffsetShift> shift;
  std::optional<Instant> closing;  ///< end of the last frame that begins on this day
};

class Calendar {
 public:
  /// What config/ hands over. Spans may come unsorted and overlapping; days must follow each other.
  struct Parts {
    std::string code;
    std::string name_zh;
    std::string name_en;
    std::string zone;  ///< IANA name, for the screens; nothing here reads it
    Span coverage{};
    std::vector<Span> spans;
    std::vector<Day> days;
    bool always = false;                 ///< 24x7: spans are not needed, coverage has no end
    std::optional<Date> complete_until;  ///< last date whose holidays are known
  };

  /// 24x7 in UTC.
  Calendar();
  explicit Calendar(Parts parts);

  const std::string& code() const { return parts_.code; }
  const std::string& name_zh() const { return parts_.name_zh; }
  const std::string& name_en() const { return parts_.name_en; }
  const std::string& zone() const { return parts_.zone; }
  bool always() const { return parts_.always; }
  Span coverage() const { return parts_.coverage; }
  std::span<const Span> spans() const { return parts_.spans; }
  std::span<const Day> days() const { return parts_.days; }
  std::optional<Date> complete_until() const { return parts_.complete_until; }

  /// Whether the calendar can answer for this instant.
  bool covers(Instant at) const;
  bool is_working(Instant at) const;
  /// `at` itself when it is working time. None: no working time is left in the covered window.
  std::optional<Instant> next_working(Instant at) const;

  /// The end of the nth working day after the local date of `start`, which is not counted itself;
  /// n = 0 is the end of that day, or of the next working day when its working time is over.
  std::optional<Instant> end_of_nth_working_day(Instant start, int n) const;

  /// The working days in their order. `closing` is the end of one: of the last frame that begins on
  /// it. None: beyond coverage.
  std::optional<std::int64_t> nth_working_day(Instant start, int n) const;
  /// The last working day before the local date of `end`; one whose closing time is not before
  /// `end` (a night shift that still lasts, or ends that moment) does not count.
  std::optional<std::int64_t> working_day_before(Instant end) const;
  std::optional<Instant> closing(std::int64_t working_day) const;

  /// Working time from a fixed origin to `at`; only differences mean something.
  Millis worked_before(Instant at, std::size_t* probes = nullptr) const;
  /// The first instant before which `worked` working time has passed: a closing time is answered as
  /// the closing time, not as the next opening. None: beyond coverage.
  std::optional<Instant> when_worked(Millis worked, std::size_t* probes = nullptr) const;
  /// The last such instant: an opening time is answered as the opening time, not as the closing
  /// time before it. None: beyond coverage, or the end of all covered working time.
  std::optional<Instant> when_worked_last(Millis worked, std::size_t* probes = nullptr) const;

  /// The local date; outside the known days the nearest day's offset is used, so this never fails.
  Date local_date(Instant at) const;
  /// Local minus UTC at this instant, by the same rule.
  Seconds local_offset(Instant at) const;
  /// A wall clock time on a local date; `after_midnight` may exceed a day. A time that does not
  /// exist is the first valid instant after the gap; one that happens twice is the first of the
  /// two.
  Instant at_local(Date date, std::chrono::minutes after_midnight) const;

  /// The day that contains `at`, or null outside the known days.
  const Day* day_at(Instant at) const;
  const Day* day_on(Date date) const;

 private:
  std::optional<std::size_t> day_index(Instant at) const;

  Parts parts_;
  std::vector<Millis> worked_;                 ///< working time before each span begins
  std::vector<Instant> closings_;              ///< of the working days, in order
  std::vector<std::size_t> closings_through_;  ///< how many of them belong to days up to this one
};

}  // namespace firsthand
