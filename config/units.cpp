// SPDX-License-Identifier: Apache-2.0
#include "config/units.hpp"

#include <charconv>
#include <cstdlib>

namespace firsthand::config {
namespace {

constexpr std::int64_t kDurationMax = 10LL * 366 * 24 * 3600;

void skip_spaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
}

std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t value = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value > kDurationMax) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::int64_t> unit_seconds(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86'400;
    default: return std::nullopt;  // a character, not an enum
  }
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() || text.substr(text.size() - suffix.size()) != suffix) {
    return false;
  }
  text.remove_suffix(suffix.size());
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return true;
}

}  // namespace

std::optional<Seconds> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  bool any = false;
  for (skip_spaces(text); !text.empty(); skip_spaces(text)) {
    const auto amount = take_number(text);
    if (!amount || text.empty()) return std::nullopt;
    const auto unit = unit_seconds(text.front());
    if (!unit) return std::nullopt;
    text.remove_prefix(1);
    total += *amount * *unit;
    if (total > kDurationMax) return std::nullopt;
    any = true;
  }
  return any ? std::optional{Seconds{total}} : std::nullopt;
}

std::optional<Budget> parse_budget(std::string_view text) {
  if (take_suffix(text, "working days") || take_suffix(text, "working day")) {
    const auto days = take_number(text);
    if (!days || !text.empty() || *days > 3660) return std::nullopt;
    return Budget::working_days(static_cast<int>(*days));
  }
  const bool working = take_suffix(text, "working");
  if (!working && !take_suffix(text, "calendar")) return std::nullopt;
  const auto length = parse_duration(text);
  if (!length) return std::nullopt;
  return working ? Budget::working(*length) : Budget::calendar(*length);
}

std::optional<StepPoint> parse_step_point(std::string_view text) {
  if (text == "due") return StepPoint::offset(Seconds{0});
  if (text.empty()) return std::nullopt;
  const char sign = text.front();
  if (sign == '+' || sign == '-') {
    const auto length = parse_duration(text.substr(1));
    if (!length) return std::nullopt;
    return StepPoint::offset(sign == '-' ? -*length : *length);
  }
  const auto percent = take_number(text);
  if (!percent || text != "%" || *percent > 1000) return std::nullopt;
  return StepPoint::percent(static_cast<int>(*percent));
}

std::optional<int> parse_time_of_day(std::string_view text) {
  if (text.size() != 5) return std::nullopt;
  const auto hour = firsthand::detail::take_digits(text, 2);
  if (!hour || !firsthand::detail::take_char(text, ':')) return std::nullopt;
  const auto minute = firsthand::detail::take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const int minutes = *hour * 60 + *minute;
  if (minutes > 24 * 60) return std::nullopt;
  return minutes;
}

std::optional<Frame> parse_frame(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_time_of_day(text.substr(0, dash));
  const auto to = parse_time_of_day(text.substr(dash + 1));
  if (!from || !to || *from == 24 * 60 || *from == *to) return std::nullopt;
  return Frame{*from, *to > *from ? *to : *to + 24 * 60};
}

std::optional<std::vector<Date>> parse_dates(std::string_view text) {
  const auto dots = text.find("..");
  const auto first = parse_date(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : parse_date(text.substr(dots + 2));
  if (!first || !last) return std::nullopt;
  const std::chrono::sys_days from{*first};
  const std::chrono::sys_days to{*last};
  if (to < from || to - from > std::chrono::days{366}) return std::nullopt;
  std::vector<Date> dates;
  for (auto day = from; day <= to; day += std::chrono::days{1}) dates.emplace_back(day);
  return dates;
}

std::string to_text(const Frame& frame) {
  const auto time_of_day = [](int minutes) {
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two(minutes / 60) + ":" + two(minutes % 60);
  };
  const int to = frame.to_min > 24 * 60 ? frame.to_min - 24 * 60 : frame.to_min;
  return time_of_day(frame.from_min) + "-" + time_of_day(to);
}

std::string to_text(Seconds duration) {
  std::int64_t left = std::abs(duration.count());
  std::string out;
  for (const auto& [unit, length] : {std::pair{'h', 3600}, {'m', 60}, {'s', 1}}) {
    if (left / length == 0) continue;
    if (!out.empty()) out += ' ';
    out += std::to_string(left / length) + unit;
    left %= length;
  }
  return out.empty() ? "0s" : out;
}

std::string to_text(const Budget& budget) {
  switch (budget.kind) {
    case BudgetKind::working_time: return to_text(Seconds{budget.amount}) + " working";
    case BudgetKind::calendar_time: return to_text(Seconds{budget.amount}) + " calendar";
    case BudgetKind::working_days:
      return std::to_string(budget.amount) +
             (budget.amount == 1 ? " working day" : " working days");
  }
  return {};
}

std::string to_text(const StepPoint& point) {
  if (point.kind == StepKind::percent) return std::to_string(point.amount) + "%";
  if (point.amount == 0) return "due";
  return (point.amount < 0 ? "-" : "+") + to_text(Seconds{point.amount});
}

}  // namespace firsthand::config
