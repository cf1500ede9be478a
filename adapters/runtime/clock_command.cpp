// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/clock_command.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include "config/clock_line.hpp"

namespace firsthand::runtime {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

void write_all(int output, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(output, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category(), "writing an answer");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

class Answering {
 public:
  explicit Answering(int output) : output_(output) {}

  void take(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      add(bytes.substr(0, end));
      if (end == std::string_view::npos) return;
      finish();
      bytes.remove_prefix(end + 1);
    }
  }

  void finish() {
    const bool blank = line_.find_first_not_of(" \t\r") == std::string::npos;
    if (too_long_ || !blank) {
      std::string answer = too_long_ ? config::ClockLines::too_long() : lines_.answer(line_);
      answer += '\n';
      write_all(output_, answer);
    }
    line_.clear();
    too_long_ = false;
  }

 private:
  // What is too long is not kept.
  void add(std::string_view part) {
    too_long_ = too_long_ || line_.size() + part.size() > config::kClockLineBytesMax;
    if (!too_long_) line_ += part;
  }

  int output_;
  config::ClockLines lines_;
  std::string line_;
  bool too_long_ = false;
};

}  // namespace

const char* const kClockHelp = R"(
Each line of standard input is one JSON object:

  {"calendar": {"timezone": "Europe/Berlin",             an IANA name
                "week": {"mon": [["09:00","12:00"],["13:00","17:00"]],
                         "fri": [["22:00","06:00"]]},    ends on Saturday morning
                "holidays": ["2013-03-29", {"date":"2013-04-01","name":"Easter Monday"}],
                "days": {"2026-02-14": [["09:00","18:00"]],   the hours of one date win over
                         "2026-02-15": []}},                  weekday and holiday; [] is closed
   "start": "2013-03-21T09:30:00Z",
   "budget": {"working": "PT60M"} | {"calendar": "P56D"} | {"working_days": 5},
   "pauses": [["2013-03-21T10:00:00Z","2013-03-21T10:30:00Z"],
              ["2013-03-22T10:00:00Z",null]],            null: still paused
   "until": "2013-03-21T12:00:00Z"}

calendar  may be left out when the budget is calendar time; "always": true instead of a week is
          24 hours on 7 days. A frame across midnight belongs to the day on which it begins, also
          when the next day is a holiday. A time of day that the clock skips in spring is the first
          one after the gap; of one that happens twice in autumn the first counts.
budget    an ISO 8601 duration; a day is 24 hours and a week 7 days, of working time too. Working
          days: until the end of the nth working day after the day of the start. Negative ("-PT15M",
          -2): the last instant from which the budget leads to `start`; an opening time, not the
          closing time before it; for days the end of the nth working day before the day of `start`.
          Zero: the next working instant. What ends exactly at closing time is due at closing time.

The answer, one line each:

  {"due": "2013-03-21T11:00:00Z",
   "elapsed_s": 3600,
   "explain": [{"from": ..., "to": ..., "kind": "working|paused|closed|holiday", "s": 1800}, ...]}

due        null while an open pause holds the clock, that is when one begins before the budget is
           used up.
elapsed_s  the clock's own time from `start` to `until`; without `until` to `due`, or, while `due`
           is null, to the beginning of the open pause. Of a negative budget: from `due` to `start`.
explain    the same stretch without a gap, in real seconds; those of "working" add up to elapsed_s.
           A pause outside working time is shown as closed. A holiday with a name has "name".

A line that cannot be answered gives {"error": {"code", "message", "field"}} and the next line goes
on. Codes: bad_json too_long wrong_type missing unknown duplicate bad_value conflict out_of_range
no_working_time beyond_calendar.
)";

int run_clock(int input, int output) {
  std::array<char, kReadBytes> buffer;
  Answering answering{output};
  for (;;) {
    const ssize_t got = ::read(input, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category(), "reading the questions");
    if (got == 0) break;
    answering.take({buffer.data(), static_cast<std::size_t>(got)});
  }
  answering.finish();
  return 0;
}

}  // namespace firsthand::runtime
