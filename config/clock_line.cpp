// SPDX-License-Identifier: Apache-2.0
#include "config/clock_line.hpp"

#include <algorithm>
#include <array>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "config/json_line.hpp"

namespace firsthand::config {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

// A local date is at most a day and some hours from the UTC date; a night shift reaches one more.
constexpr days kSlack{3};
// Compiled beyond what was asked for, so that the next line need not compile again.
constexpr days kMarginBefore{30};
constexpr days kMarginAfter{120};
// All windows together; about 200 bytes a day.
constexpr std::size_t kDaysHeldMax = 400'000;

// The stretch of time that an answer explains.
struct Answer {
  Due due;
  Span explained{};
  Explanation explanation;
};

// Seconds, as a whole number where it is one.
std::string seconds(Millis time) {
  std::int64_t count = time.count();
  std::string out = count < 0 ? "-" : "";
  count = std::abs(count);
  out += std::to_string(count / 1000);
  if (count % 1000 != 0) {
    std::string digits = std::to_string(1000 + count % 1000);
    digits[0] = '.';
    digits.erase(digits.find_last_not_of('0') + 1);
    out += digits;
  }
  return out;
}

std::string_view kind_text(ExplainKind kind) {
  switch (kind) {
    case ExplainKind::running: return "working";
    case ExplainKind::paused: return "paused";
    case ExplainKind::closed: return "closed";
    case ExplainKind::holiday: return "holiday";
    case ExplainKind::uncovered: return "uncovered";
  }
  return "";
}

std::string json_text(std::string_view text) {
  return json::serialize(json::string_view{text.data(), text.size()});
}

std::string to_json(const Answer& answer) {
  std::string out = R"({"due":)";
  out += answer.due ? "\"" + to_iso8601(*answer.due) + "\"" : "null";
  out += R"(,"elapsed_s":)" + seconds(answer.explanation.elapsed);
  out += R"(,"explain":[)";
  std::string from = "\"" + to_iso8601(answer.explained.from) + "\"";
  bool first = true;
  for (const ExplainSpan& span : answer.explanation.spans) {
    std::string to = "\"" + to_iso8601(span.span.to) + "\"";
    out += first ? R"({"from":)" : R"(,{"from":)";
    out += from;
    out += R"(,"to":)";
    out += to;
    out += R"(,"kind":")";
    out += kind_text(span.kind);
    out += R"(","s":)";
    out += seconds(span.span.to - span.span.from);
    if (!span.name_en.empty()) out += R"(,"name":)" + json_text(span.name_en);
    out += '}';
    from = std::move(to);
    first = false;
  }
  out += "]}";
  return out;
}

Due due_of(const ClockQuestion& question, const Calendar& calendar) {
  if (question.kind == BudgetKind::working_days) {
    const int count = static_cast<int>(std::abs(question.days));
    const Budget budget = Budget::working_days(count);
    return question.backwards() ? back_from(question.start, budget, calendar, question.pauses)
                                : due(question.start, budget, calendar, question.pauses);
  }
  if (question.backwards()) {
    return back_from(question.start, -question.own_time, question.kind, calendar, question.pauses);
  }
  return due_after(question.start, question.own_time, question.kind, calendar, question.pauses);
}

// From the start to `until`; else to or from the due time; else to where an open pause begins.
Span explained_span(const ClockQuestion& question, const Due& due) {
  const Instant start = question.start;
  if (question.until) return {start, std::max(start, *question.until)};
  if (due) return {std::min(start, *due), std::max(start, *due)};
  Instant stood = Instant::max();
  for (const Pause& pause : question.pauses) {
    if (!pause.to) stood = std::min(stood, pause.from);
  }
  return {start, question.backwards() ? start : std::max(start, stood)};
}

ClockRefused beyond(std::string field) {
  return {ClockRefusal::beyond_calendar,
          "lies more than " + std::to_string(kCompiledDaysMax) + " days from the start",
          std::move(field)};
}

// Looks further and further until the budget ends within the calendar.
Asked<Due> due_within(CalendarWindow& window, const ClockQuestion& question) {
  if (!window.has_hours()) {
    return ClockRefused{ClockRefusal::no_working_time,
                        "has no working hours; nothing would ever fall due", "calendar"};
  }
  const Instant until = question.until.value_or(question.start);
  Instant from = std::min(question.start, until);
  Instant to = std::max(question.start, until);
  constexpr days most = days{kCompiledDaysMax} - 3 * kSlack;
  for (days reach{1};; reach *= 4) {
    const Calendar* calendar = window.covering(from, to);
    if (calendar == nullptr) {
      return beyond(question.until ? "until" : "budget");
    }
    const Due due = due_of(question, *calendar);
    if (due.state != DueState::beyond_coverage) return due;
    if (to - from >= most) return beyond("budget");
    const days more = std::min(reach * 90, most);
    if (question.backwards()) {
      from = std::min(from, std::max(question.start - more, to - most));
    } else {
      to = std::max(to, std::min(question.start + more, from + most));
    }
  }
}

}  // namespace

bool CalendarWindow::has_hours() const {
  const auto any = [](const auto& item) { return !item.frames.empty(); };
  return definition_.always ||
         std::any_of(definition_.week.begin(), definition_.week.end(),
                     [](const auto& frames) { return !frames.empty(); }) ||
         std::any_of(definition_.dates.begin(), definition_.dates.end(), any);
}

const Calendar* CalendarWindow::covering(Instant from, Instant to) {
  const sys_days first = floor<days>(from) - kSlack;
  const sys_days last = floor<days>(to) + kSlack;
  if (compiled_ && first_ <= first && last <= last_) return &*compiled_;
  constexpr days most{kCompiledDaysMax - 1};
  if (last - first > most) return nullptr;
  // As much of what is known already, and of the margins, as the limit allows.
  sys_days begin = first - kMarginBefore;
  sys_days end = last + kMarginAfter;
  if (compiled_ && std::max(end, last_) - std::min(begin, first_) <= most) {
    begin = std::min(begin, first_);
    end = std::max(end, last_);
  }
  if (end - begin > most) {
    begin = first;
    end = last;
  }
  auto calendar = compile_calendar(definition_, Date{begin}, Date{end});
  if (!calendar) return nullptr;
  compiled_.emplace(std::move(*calendar));
  first_ = begin;
  last_ = end;
  return &*compiled_;
}

std::string ClockLines::refusal(const ClockRefused& refused) {
  const char* code = boost::describe::enum_to_string(refused.code, "");
  return R"({"error":{"code":")" + std::string{code} + R"(","message":)" +
         json_text(refused.message) + R"(,"field":)" + json_text(refused.field) + "}}";
}

std::string ClockLines::too_long() {
  return refusal({ClockRefusal::too_long,
                  "the line has more than " + std::to_string(kClockLineBytesMax) + " bytes", ""});
}

Asked<CalendarWindow*> ClockLines::window_for(const json::value& calendar) {
  std::string key = json::serialize(calendar);
  const auto known = windows_.find(key);
  if (known != windows_.end()) return known->second.get();
  auto definition = read_clock_calendar(calendar);
  if (!definition) return std::move(definition).error();
  std::size_t held = 0;
  for (const auto& [text, window] : windows_) held += window->days_held() + 1000;
  if (held > kDaysHeldMax) windows_.clear();
  auto made = std::make_unique<CalendarWindow>(std::move(*definition));
  return windows_.emplace(std::move(key), std::move(made)).first->second.get();
}

Asked<std::string> ClockLines::answer_object(const json::object& line) {
  auto question = read_clock_question(line);
  if (!question) return std::move(question).error();
  CalendarWindow* window = nullptr;
  const json::value* calendar = line.if_contains("calendar");
  if (calendar != nullptr && !calendar->is_null()) {
    const auto found = window_for(*calendar);
    if (!found) return found.error();
    window = *found;
  }

  // Calendar time needs no calendar: nothing is compiled for it.
  static const Calendar never_closed;
  const Calendar* covered = &never_closed;
  Answer answer;
  if (question->kind == BudgetKind::calendar_time) {
    answer.due = due_of(*question, never_closed);
    answer.explained = explained_span(*question, answer.due);
  } else {
    const auto found = due_within(*window, *question);
    if (!found) return found.error();
    answer.due = *found;
    answer.explained = explained_span(*question, answer.due);
    covered = window->covering(answer.explained.from, answer.explained.to);
    if (covered == nullptr) return beyond("pauses");
  }
  answer.explanation = explain(answer.explained.from, answer.explained.to, question->kind, *covered,
                               question->pauses, kClockSpansMax);
  if (answer.explanation.truncated) {
    return ClockRefused{
        ClockRefusal::too_long,
        "the explanation would have more than " + std::to_string(kClockSpansMax) + " spans", ""};
  }
  return to_json(answer);
}

std::string ClockLines::answer(std::string_view line) {
  if (line.size() > kClockLineBytesMax) return too_long();
  std::array<unsigned char, 16 * 1024> buffer;
  json::monotonic_resource memory{buffer.data(), buffer.size()};
  const auto value = parse_json_strictly(line, &memory);
  if (!value) {
    const JsonRefused& refused = value.error();
    return refusal({refused.duplicate ? ClockRefusal::duplicate : ClockRefusal::bad_json,
                    refused.message, refused.field});
  }
  if (!value->is_object())
    return refusal({ClockRefusal::wrong_type, "the line is not an object", ""});
  const auto answered = answer_object(value->get_object());
  return answered ? *answered : refusal(answered.error());
}

}  // namespace firsthand::config
