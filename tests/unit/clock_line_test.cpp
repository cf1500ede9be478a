// SPDX-License-Identifier: Apache-2.0
// The lines of `firsthand clock`: what is asked, what is answered, what is refused and where.
#include "config/clock_line.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace firsthand::test {
namespace {

namespace json = boost::json;
using config::ClockLines;

const std::string kBerlin =
    R"("calendar":{"timezone":"Europe/Berlin","week":{"mon":[["09:00","17:00"]],)"
    R"("tue":[["09:00","17:00"]],"wed":[["09:00","17:00"]],"thu":[["09:00","17:00"]],)"
    R"("fri":[["09:00","17:00"]]},"holidays":["2013-03-29",)"
    R"({"date":"2013-04-01","name":"Ostermontag"}]})";
const std::string kAlways = R"("calendar":{"timezone":"Asia/Shanghai","always":true})";

// A line may be a calendar by name, with the rest.
std::string line(const std::string& calendar, const std::string& rest) {
  return "{" + calendar + (calendar.empty() ? "" : ",") + rest + "}";
}

std::string calendar_with(const std::string& members) {
  return R"("calendar":{"timezone":"Asia/Shanghai",)" + members + "}";
}

// Eight minutes of work a day, each by itself.
std::string busy_week() {
  json::array frames;
  for (const char* hour : {"08", "09", "10", "11", "12", "13", "14", "15"}) {
    frames.push_back(json::array{std::string{hour} + ":00", std::string{hour} + ":01"});
  }
  json::object week;
  for (const char* day : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}) week[day] = frames;
  return json::serialize(week);
}

json::object ask(const std::string& text) {
  ClockLines lines;
  return json::parse(lines.answer(text)).as_object();
}

// What holds of every answer: no gap, and the working seconds are the elapsed ones.
void check_explanation(const json::object& answer) {
  double working = 0;
  std::string reached;
  for (const json::value& value : answer.at("explain").as_array()) {
    const json::object& span = value.as_object();
    const std::string from{span.at("from").as_string()};
    const std::string to{span.at("to").as_string()};
    if (!reached.empty()) EXPECT_EQ(from, reached);
    reached = to;
    const double seconds = span.at("s").to_number<double>();
    EXPECT_EQ(seconds,
              std::chrono::duration<double>(*parse_iso8601(to) - *parse_iso8601(from)).count());
    EXPECT_GT(seconds, 0);
    if (span.at("kind") == "working") working += seconds;
  }
  EXPECT_EQ(working, answer.at("elapsed_s").to_number<double>());
}

TEST(ClockLine, the_worked_example) {
  ClockLines lines;
  EXPECT_EQ(
      lines.answer(line(kBerlin, R"("start":"2013-03-21T09:30:00Z",)"
                                 R"("budget":{"working":"PT60M"},)"
                                 R"("pauses":[["2013-03-21T10:00:00Z","2013-03-21T10:30:00Z"]])")),
      R"({"due":"2013-03-21T11:00:00Z","elapsed_s":3600,"explain":[)"
      R"({"from":"2013-03-21T09:30:00Z","to":"2013-03-21T10:00:00Z","kind":"working","s":1800},)"
      R"({"from":"2013-03-21T10:00:00Z","to":"2013-03-21T10:30:00Z","kind":"paused","s":1800},)"
      R"({"from":"2013-03-21T10:30:00Z","to":"2013-03-21T11:00:00Z","kind":"working","s":1800}]})");
  // Good Friday, the weekend and Easter Monday, then summer time.
  EXPECT_EQ(
      lines.answer(line(kBerlin, R"("start":"2013-03-28T15:30:00Z",)"
                                 R"("budget":{"working":"PT31M"})")),
      R"({"due":"2013-04-02T07:01:00Z","elapsed_s":1860,"explain":[)"
      R"({"from":"2013-03-28T15:30:00Z","to":"2013-03-28T16:00:00Z","kind":"working","s":1800},)"
      R"({"from":"2013-03-28T16:00:00Z","to":"2013-03-28T23:00:00Z","kind":"closed","s":25200},)"
      R"({"from":"2013-03-28T23:00:00Z","to":"2013-03-29T23:00:00Z","kind":"holiday","s":86400},)"
      R"({"from":"2013-03-29T23:00:00Z","to":"2013-03-31T22:00:00Z","kind":"closed","s":169200},)"
      R"({"from":"2013-03-31T22:00:00Z","to":"2013-04-01T22:00:00Z","kind":"holiday","s":86400,"name":"Ostermontag"},)"
      R"({"from":"2013-04-01T22:00:00Z","to":"2013-04-02T07:00:00Z","kind":"closed","s":32400},)"
      R"({"from":"2013-04-02T07:00:00Z","to":"2013-04-02T07:01:00Z","kind":"working","s":60}]})");
}

TEST(ClockLine, answers) {
  const std::string start = R"("start":"2013-03-21T09:30:00Z",)";  // Thursday, 10:30 in Berlin
  const std::string shift =
      calendar_with(R"("week":{"mon":[["22:00","06:00"]],"tue":[["00:00","24:00"]],)"
                    R"("wed":[["13:00","18:00"],["09:00","12:00"]]},)"
                    R"("days":{"2026-03-07":[["10:00","11:00"]],"2026-03-09":[]})");
  const std::string monday = R"("start":"2026-03-02T20:00:00+08:00",)";
  struct Row {
    const char* name;
    std::string text;
    const char* due;  // nullptr: null
    double elapsed_s;
  };
  const Row rows[] = {
      {"calendar time needs no calendar",
       line("", R"("start":"2013-03-21T09:30:00+08:00","budget":{"calendar":"P56D"})"),
       "2013-05-16T01:30:00Z", 4838400},
      {"nor minds a null", line(R"("calendar":null)", start + R"("budget":{"calendar":"PT0.25S"})"),
       "2013-03-21T09:30:00.250Z", 0.25},
      {"nor closed hours", line(kBerlin, start + R"("budget":{"calendar":"P2D"})"),
       "2013-03-23T09:30:00Z", 172800},
      {"always open", line(kAlways, start + R"("budget":{"working":"P1W"})"),
       "2013-03-28T09:30:00Z", 604800},
      {"always open: days end at midnight there",
       line(kAlways, start + R"("budget":{"working_days":1})"), "2013-03-22T16:00:00Z", 109800},
      {"zero while open", line(kBerlin, start + R"("budget":{"working":"PT0S"})"),
       "2013-03-21T09:30:00Z", 0},
      {"zero at night",
       line(kBerlin, R"("start":"2013-03-28T20:00:00Z","budget":{"working":"-PT0S"})"),
       "2013-04-02T07:00:00Z", 0},
      {"due at closing time", line(kBerlin, start + R"("budget":{"working":"PT6H30M"})"),
       "2013-03-21T16:00:00Z", 23400},
      {"a second more", line(kBerlin, start + R"("budget":{"working":"PT6H30M1S"})"),
       "2013-03-22T08:00:01Z", 23401},
      {"a day is 24 hours of work", line(kBerlin, start + R"("budget":{"working":"P1DT30M"})"),
       "2013-03-26T10:00:00Z", 88200},
      {"five working days", line(kBerlin, start + R"("budget":{"working_days":5})"),
       "2013-03-28T16:00:00Z", 167400},
      {"five of them as JSON writes a number",
       line(kBerlin, start + R"("budget":{"working_days":5.0})"), "2013-03-28T16:00:00Z", 167400},
      {"the end of today", line(kBerlin, start + R"("budget":{"working_days":0})"),
       "2013-03-21T16:00:00Z", 23400},
      {"across midnight", line(shift, monday + R"("budget":{"working":"PT3H"})"),
       "2026-03-02T17:00:00Z", 10800},
      {"midnight is no seam", line(shift, monday + R"("budget":{"working":"PT26H"})"),
       "2026-03-03T16:00:00Z", 93600},
      {"frames in any order, lunch between",
       line(shift, monday + R"("budget":{"working":"PT30H"})"), "2026-03-04T06:00:00Z", 108000},
      {"hours of one date", line(shift, monday + R"("budget":{"working":"PT35H"})"),
       "2026-03-07T03:00:00Z", 126000},
      {"a date that is closed", line(shift, monday + R"("budget":{"working":"PT36H"})"),
       "2026-03-09T17:00:00Z", 129600},
      {"pauses in any order, one within another",
       line(kBerlin, start + R"("budget":{"working":"PT2H"},"pauses":[)"
                             R"(["2013-03-21T11:00:00Z","2013-03-21T12:00:00Z"],)"
                             R"(["2013-03-20T00:00:00Z","2013-03-21T10:00:00Z"],)"
                             R"(["2013-03-21T11:10:00+00:00","2013-03-21T11:20:00Z"]])"),
       "2013-03-21T13:00:00Z", 7200},
      {"a pause at night does not count",
       line(kBerlin, start + R"("budget":{"working":"PT7H"},"pauses":[)"
                             R"(["2013-03-21T16:00:00Z","2013-03-22T08:00:00Z"]])"),
       "2013-03-22T08:30:00Z", 25200},
      {"an open pause holds it",
       line(kBerlin, start + R"("budget":{"working":"PT60M"},"pauses":[)"
                             R"(["2013-03-21T09:40:00Z","2013-03-21T09:50:00Z"],)"
                             R"(["2013-03-21T10:00:00Z",null]])"),
       nullptr, 1200},
      {"an open pause from before the start",
       line(kBerlin,
            start + R"("budget":{"working":"PT0S"},"pauses":[["2013-03-20T10:00:00Z",null]])"),
       nullptr, 0},
      {"an open pause that begins when the budget is used up",
       line(kBerlin,
            start + R"("budget":{"working":"PT30M"},"pauses":[["2013-03-21T10:00:00Z",null]])"),
       "2013-03-21T10:00:00Z", 1800},
      {"an open pause in the evening",
       line(kBerlin,
            start + R"("budget":{"working":"PT7H"},"pauses":[["2013-03-21T20:00:00Z",null]])"),
       nullptr, 23400},
      {"until, in the middle",
       line(kBerlin, start + R"("budget":{"working":"PT60M"},"until":"2013-03-21T09:45:00.500Z")"),
       "2013-03-21T10:30:00Z", 900.5},
      {"until, long after",
       line(kBerlin, start + R"("budget":{"working":"PT60M"},"until":"2013-03-22T08:00:01Z")"),
       "2013-03-21T10:30:00Z", 23401},
      {"until, before the start",
       line(kBerlin, start + R"("budget":{"working":"PT60M"},"until":"2013-03-20T08:00:01Z")"),
       "2013-03-21T10:30:00Z", 0},
      {"until, while paused",
       line(kBerlin, start + R"("budget":{"working":"PT60M"},"until":"2013-03-22T08:00:01Z",)"
                             R"("pauses":[["2013-03-21T10:00:00Z",null]])"),
       nullptr, 1800},
      {"back", line(kBerlin, start + R"("budget":{"working":"-PT15M"})"), "2013-03-21T09:15:00Z",
       900},
      {"back to the opening", line(kBerlin, start + R"("budget":{"working":"-PT1H30M"})"),
       "2013-03-21T08:00:00Z", 5400},
      {"back to the day before", line(kBerlin, start + R"("budget":{"working":"-PT1H31M"})"),
       "2013-03-20T15:59:00Z", 5460},
      {"back by a day", line(kBerlin, start + R"("budget":{"working_days":-1})"),
       "2013-03-20T16:00:00Z", 5400},
      {"back in calendar time", line("", start + R"("budget":{"calendar":"-P1D"})"),
       "2013-03-20T09:30:00Z", 86400},
      {"back over a pause",
       line(kBerlin, start + R"("budget":{"working":"-PT15M"},"pauses":[)"
                             R"(["2013-03-21T09:20:00Z","2013-03-21T09:25:00Z"]])"),
       "2013-03-21T09:10:00Z", 900},
      {"back with an open pause behind",
       line(kBerlin,
            start + R"("budget":{"working":"-PT15M"},"pauses":[["2013-03-21T09:20:00Z",null]])"),
       nullptr, 0},
      {"back, and until",
       line(kBerlin, start + R"("budget":{"working":"-PT15M"},"until":"2013-03-21T10:00:00Z")"),
       "2013-03-21T09:15:00Z", 1800},
      {"thirty years of Wednesdays",
       line(calendar_with(R"("week":{"wed":[["09:00","10:00"]]})"),
            R"("start":"2026-01-01T00:00:00Z","budget":{"working":"PT1565H"})"),
       "2055-12-29T02:00:00Z", 5634000},
      {"ten years back",
       line(calendar_with(R"("week":{"wed":[["09:00","10:00"]]})"),
            R"("start":"2026-01-01T00:00:00Z","budget":{"working":"-PT522H"})"),
       "2016-01-06T01:00:00Z", 1879200},
      {"a leap day",
       line(calendar_with(R"("days":{"2024-02-29":[["09:00","10:00"]]})"),
            R"("start":"2024-01-31T00:00:00Z","budget":{"working":"PT1H"})"),
       "2024-02-29T02:00:00Z", 3600},
      {"members in any order, nulls for what is not there, spaces",
       R"( { "until" : null , "pauses" : null , "budget" : { "calendar" : "PT1H", "working":null } , )"
       R"("start" : "2013-03-21 09:30:00.000Z" } )",
       "2013-03-21T10:30:00Z", 3600},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const json::object answer = ask(row.text);
    ASSERT_TRUE(answer.contains("due")) << json::serialize(answer);
    EXPECT_EQ(answer.at("due"), row.due != nullptr ? json::value(row.due) : json::value(nullptr));
    EXPECT_EQ(answer.at("elapsed_s").to_number<double>(), row.elapsed_s);
    EXPECT_EQ(answer.size(), 3u);
    check_explanation(answer);
  }
}

TEST(ClockLine, refusals) {
  const std::string start = R"("start":"2013-03-21T09:30:00Z",)";
  const std::string budget = R"("budget":{"working":"PT1H"})";
  const std::string rest = start + budget;
  const auto in_calendar = [&](const std::string& members) {
    return line(calendar_with(members), rest);
  };
  struct Row {
    const char* name;
    std::string text;
    const char* code;
    const char* field;
  };
  const Row rows[] = {
      {"no JSON", "due when?", "bad_json", ""},
      {"half of it", line(kBerlin, rest).substr(0, 100), "bad_json", ""},
      {"two values", line(kBerlin, rest) + " {}", "bad_json", ""},
      {"a comma too many", R"({"start":"2013-03-21T09:30:00Z",})", "bad_json", ""},
      {"not a number", line("", start + R"("budget":{"calendar":NaN})"), "bad_json", ""},
      {"no UTF-8", "{\"start\":\"\xff\xfe\"}", "bad_json", ""},
      {"too deep", std::string(100, '[') + std::string(100, ']'), "bad_json", ""},
      {"an array", "[]", "wrong_type", ""},
      {"a member twice", line(kBerlin, rest + "," + budget), "duplicate", "budget"},
      {"a member twice, below", in_calendar(R"("week":{"mon":[["09:00","10:00"]],"mon":[]})"),
       "duplicate", "calendar.week.mon"},
      {"an empty name twice", R"({"":1,"":2})", "duplicate", ""},
      {"an unknown member", line(kBerlin, rest + R"(,"priority":1)"), "unknown", "priority"},
      {"an unknown member of the calendar", in_calendar(R"("zone":"UTC")"), "unknown",
       "calendar.zone"},
      {"an unknown weekday", in_calendar(R"("week":{"monday":[]})"), "unknown",
       "calendar.week.monday"},
      {"an unknown budget", line(kBerlin, start + R"("budget":{"hours":1})"), "unknown",
       "budget.hours"},
      {"nothing", "{}", "missing", "start"},
      {"no budget", R"({"start":"2013-03-21T09:30:00Z"})", "missing", "budget"},
      {"an empty budget", line(kBerlin, start + R"("budget":{})"), "missing", "budget"},
      {"no calendar", line("", rest), "missing", "calendar"},
      {"no calendar for days", line("", start + R"("budget":{"working_days":1})"), "missing",
       "calendar"},
      {"no zone", line(R"("calendar":{"always":true})", rest), "missing", "calendar.timezone"},
      {"a holiday without a date", in_calendar(R"("holidays":[{"name":"x"}])"), "missing",
       "calendar.holidays[0].date"},
      {"both budgets", line(kBerlin, start + R"("budget":{"working":"PT1H","calendar":"PT1H"})"),
       "conflict", "budget"},
      {"a start that is a number", line(kBerlin, R"("start":1363858200,)" + budget), "wrong_type",
       "start"},
      {"a budget that is a number", line(kBerlin, start + R"("budget":{"working":60})"),
       "wrong_type", "budget.working"},
      {"a budget that is a text", line(kBerlin, start + R"("budget":"PT1H")"), "wrong_type",
       "budget"},
      {"half a day", line(kBerlin, start + R"("budget":{"working_days":0.5})"), "wrong_type",
       "budget.working_days"},
      {"days as a text", line(kBerlin, start + R"("budget":{"working_days":"5"})"), "wrong_type",
       "budget.working_days"},
      {"a calendar that is a text", line(R"("calendar":"Europe/Berlin")", rest), "wrong_type",
       "calendar"},
      {"a week that is a list", in_calendar(R"("week":[])"), "wrong_type", "calendar.week"},
      {"frames that are one frame", in_calendar(R"("week":{"mon":["09:00","17:00"]})"),
       "wrong_type", "calendar.week.mon[0]"},
      {"a frame of three", in_calendar(R"("week":{"mon":[["09:00","12:00","17:00"]]})"),
       "wrong_type", "calendar.week.mon[0]"},
      {"a time that is a number", in_calendar(R"("week":{"mon":[[9,17]]})"), "wrong_type",
       "calendar.week.mon[0][0]"},
      {"always as a text", in_calendar(R"("always":"yes")"), "wrong_type", "calendar.always"},
      {"a holiday that is a number", in_calendar(R"("holidays":[20130329])"), "wrong_type",
       "calendar.holidays[0]"},
      {"days as a list", in_calendar(R"("days":["2026-02-14"])"), "wrong_type", "calendar.days"},
      {"pauses that are one pause",
       line(kBerlin, rest + R"(,"pauses":["2013-03-21T10:00:00Z",null])"), "wrong_type",
       "pauses[0]"},
      {"a pause without a beginning", line(kBerlin, rest + R"(,"pauses":[[null,null]])"),
       "wrong_type", "pauses[0][0]"},
      {"an unknown zone", line(R"("calendar":{"timezone":"Mars/Olympus"})", rest), "bad_value",
       "calendar.timezone"},
      {"a path for a zone", line(R"("calendar":{"timezone":"../../etc/passwd"})", rest),
       "bad_value", "calendar.timezone"},
      {"a folder of zones", line(R"("calendar":{"timezone":"Europe"})", rest), "bad_value",
       "calendar.timezone"},
      {"no zone at all", line(R"("calendar":{"timezone":""})", rest), "bad_value",
       "calendar.timezone"},
      {"a time of day", in_calendar(R"("week":{"mon":[["09:00","17:00"],["9:00","1700"]]})"),
       "bad_value", "calendar.week.mon[1][0]"},
      {"25 o'clock", in_calendar(R"("week":{"mon":[["09:00","25:00"]]})"), "bad_value",
       "calendar.week.mon[0][1]"},
      {"from 24:00", in_calendar(R"("week":{"mon":[["24:00","01:00"]]})"), "bad_value",
       "calendar.week.mon[0][0]"},
      {"an empty frame", in_calendar(R"("week":{"mon":[["09:00","09:00"]]})"), "bad_value",
       "calendar.week.mon[0]"},
      {"no such date", in_calendar(R"("holidays":["2013-03-28","2013-02-29"])"), "bad_value",
       "calendar.holidays[1]"},
      {"no such date of hours", in_calendar(R"("days":{"14.02.2026":[]})"), "bad_value",
       "calendar.days.14.02.2026"},
      {"an instant without a zone", line(kBerlin, R"("start":"2013-03-21T09:30:00",)" + budget),
       "bad_value", "start"},
      {"no such instant", line(kBerlin, rest + R"(,"until":"2013-02-30T00:00:00Z")"), "bad_value",
       "until"},
      {"no duration", line(kBerlin, start + R"("budget":{"working":"1h"})"), "bad_value",
       "budget.working"},
      {"a month", line("", start + R"("budget":{"calendar":"P1M"})"), "bad_value",
       "budget.calendar"},
      {"a pause that ends before it begins",
       line(kBerlin, rest + R"(,"pauses":[["2013-03-21T10:00:00Z","2013-03-21T09:59:59Z"]])"),
       "bad_value", "pauses[0][1]"},
      {"frames that overlap",
       in_calendar(R"("week":{"fri":[["13:00","17:00"],["09:00","13:01"]]})"), "conflict",
       "calendar.week.fri[1]"},
      {"frames that overlap after midnight",
       in_calendar(R"("days":{"2026-02-14":[["20:00","06:00"],["22:00","23:00"]]})"), "conflict",
       "calendar.days.2026-02-14[1]"},
      {"never closed, with hours",
       in_calendar(R"("always":true,"week":{"mon":[["09:00","17:00"]]})"), "conflict",
       "calendar.always"},
      {"a holiday twice", in_calendar(R"("holidays":["2013-03-29",{"date":"2013-03-29"}])"),
       "duplicate", "calendar.holidays[1]"},
      {"hours of a date twice", in_calendar(R"("days":{"2026-02-14":[],"2026-02-14":[]})"),
       "duplicate", "calendar.days.2026-02-14"},
      {"in the year 1800", line(kBerlin, R"("start":"1800-03-21T09:30:00Z",)" + budget),
       "out_of_range", "start"},
      {"in the year 3000", line(kBerlin, rest + R"(,"until":"3000-01-01T00:00:00Z")"),
       "out_of_range", "until"},
      {"a thousand years", line("", start + R"("budget":{"calendar":"P365000D"})"), "out_of_range",
       "budget.calendar"},
      {"a million days", line(kBerlin, start + R"("budget":{"working_days":1e6})"), "out_of_range",
       "budget.working_days"},
      {"no hours", in_calendar(R"("week":{},"days":{"2026-02-14":[]})"), "no_working_time",
       "calendar"},
      {"hours in the past only", in_calendar(R"("days":{"2012-02-14":[["09:00","17:00"]]})"),
       "beyond_calendar", "budget"},
      {"sixty years of work", line(kBerlin, start + R"("budget":{"working":"PT120000H"})"),
       "beyond_calendar", "budget"},
      {"sixty years back", line(kBerlin, start + R"("budget":{"working":"-PT120000H"})"),
       "beyond_calendar", "budget"},
      {"until, sixty years later", line(kBerlin, rest + R"(,"until":"2073-01-01T00:00:00Z")"),
       "beyond_calendar", "until"},
      {"more than a megabyte", std::string(config::kClockLineBytesMax + 1, ' '), "too_long", ""},
      {"an endless explanation",
       line(calendar_with(R"("week":)" + busy_week()),
            R"("start":"2013-03-21T09:30:00Z","budget":{"working":"PT1M"},)"
            R"("until":"2052-01-01T00:00:00Z")"),
       "too_long", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const json::object answer = ask(row.text);
    ASSERT_TRUE(answer.contains("error")) << json::serialize(answer);
    const json::object& error = answer.at("error").as_object();
    EXPECT_EQ(error.at("code"), row.code);
    EXPECT_EQ(error.at("field"), row.field);
    EXPECT_FALSE(error.at("message").as_string().empty());
    EXPECT_EQ(error.size(), 3u);
  }
}

// One object that answers everything, as the command does: what is kept changes no answer.
TEST(ClockLine, what_is_kept_changes_nothing) {
  ClockLines kept;
  std::vector<std::string> lines;
  for (const int year : {2013, 1975, 2044, 2014, 2190, 2013}) {
    for (const char* budget : {"PT1H", "-PT9H", "PT4000H", "-PT700H"}) {
      for (const std::string& calendar : {kBerlin, kAlways}) {
        lines.push_back(line(calendar, R"("start":")" + std::to_string(year) +
                                           R"(-03-21T09:30:00Z","budget":{"working":")" + budget +
                                           R"("})"));
      }
    }
  }
  for (const std::string& text : lines) {
    ClockLines fresh;
    EXPECT_EQ(kept.answer(text), fresh.answer(text)) << text;
  }
}

}  // namespace
}  // namespace firsthand::test
