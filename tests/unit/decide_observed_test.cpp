// SPDX-License-Identifier: Apache-2.0
// Calls that another telephone system reports: the same reports end in the same call, in whatever
// order they come, however often each comes, and as well as can be when some never come.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

constexpr const char* kCaller = "+8613900000001";

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

struct Report {
  const char* what;
  int after_s;  ///< the beginning of the call
  const char* extension = "1001";
  const char* cause = "";
  const char* number = kCaller;
};

/// One call from the first ring to the last word, as seen by the other system.
const std::vector<Report> kWholeCall = {
    {"new_call", 0, ""}, {"ringing", 5},           {"answer", 10},     {"hold", 20},
    {"unhold", 30},      {"transfer", 40, "1002"}, {"hangup", 60, ""},
};

class Observed {
 public:
  Observed() {
    store.set_now(monday_ten());
    story.pass(Seconds{100});  // every report is of the past: it was on its way
  }
  void hears(const Report& report) {
    event::CallObserved e{};
    e.pbx = "cti";
    e.call = "c1";
    e.what = report.what;
    e.number = report.number;
    e.extension = report.extension;
    e.cause = report.cause;
    e.at = begun() + Seconds{report.after_s};
    story.must(Speaker{{}, "cti"}.once(std::to_string(++heard_)).does(e));
  }
  void hears(const std::vector<Report>& reports) {
    for (const Report& report : reports) hears(report);
  }
  void gives_up_waiting_for_more() {
    event::CallEnded e;
    e.interaction = call().id;
    e.reason = "engine_gap";
    story.must(Speaker{{}, "observed"}.once("unended").does(e));
  }
  Interaction call() {
    const auto calls = store.look().world.interactions;
    EXPECT_EQ(calls.size(), 1u);
    return calls.begin()->second;
  }
  std::size_t open_callbacks() {
    std::size_t open = 0;
    for (const auto& [id, promise] : store.look().world.callbacks)
      open += promise.state == CallbackState::open;
    return open;
  }
  static Instant begun() { return monday_ten(); }
  static Instant at(int seconds) { return begun() + Seconds{seconds}; }

  MemoryStore store{rules()};
  Story story{store};

 private:
  int heard_ = 0;
};

std::string told(const std::vector<Report>& reports) {
  std::string out;
  for (const Report& report : reports) out += std::string{report.what} + " ";
  return out;
}

void expect_whole_call(const std::vector<Report>& reports) {
  SCOPED_TRACE(told(reports));
  Observed pbx;
  pbx.hears(reports);
  const Interaction call = pbx.call();
  EXPECT_EQ(call.state, InteractionState::ended);
  EXPECT_EQ(call.outcome, "handled");
  EXPECT_EQ(call.agent, agent(2)) << "who had it last";
  EXPECT_EQ(call.enqueued_at, Observed::at(0));
  EXPECT_EQ(call.answered_at, Observed::at(10));
  // Who was taken for one who gave up has ended when that was heard.
  EXPECT_TRUE(call.ended_at == Observed::at(60) || call.ended_at == pbx.story.now());
  EXPECT_EQ(pbx.open_callbacks(), 0u) << "nobody is called back who was talked with";
}

TEST(ObservedCalls, TheOrderOfTheReportsDoesNotMatter) {
  // Each order of the five reports that matter most, then the seven in many orders and twice over.
  std::vector<Report> five = {kWholeCall[0], kWholeCall[1], kWholeCall[2], kWholeCall[5],
                              kWholeCall[6]};
  std::vector<int> order(five.size());
  std::iota(order.begin(), order.end(), 0);
  do {
    std::vector<Report> mixed;
    for (const int i : order) mixed.push_back(five[static_cast<std::size_t>(i)]);
    expect_whole_call(mixed);
    if (::testing::Test::HasFailure()) return;
  } while (std::next_permutation(order.begin(), order.end()));

  std::mt19937 dice{20260101};
  for (int round = 0; round < 300; ++round) {
    std::vector<Report> mixed = kWholeCall;
    mixed.insert(mixed.end(), kWholeCall.begin(), kWholeCall.end());
    std::shuffle(mixed.begin(), mixed.end(), dice);
    expect_whole_call(mixed);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(ObservedCalls, OneLostReportIsMadeUpForByTheOthers) {
  for (std::size_t lost = 0; lost + 1 < kWholeCall.size(); ++lost) {
    std::vector<Report> some = kWholeCall;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(lost));
    for (const bool backwards : {false, true}) {
      if (backwards) std::reverse(some.begin(), some.end());
      SCOPED_TRACE(told(some));
      Observed pbx;
      pbx.hears(some);
      EXPECT_EQ(pbx.call().outcome, "handled");
      EXPECT_GE(pbx.call().ended_at, Observed::at(60));
      EXPECT_TRUE(pbx.call().answered_at.has_value());
      EXPECT_EQ(pbx.open_callbacks(), 0u);
    }
  }
}

TEST(ObservedCalls, ALostAnswerIsToldByTheCauseOfTheHangUp) {
  struct Row {
    const char* cause;
    const char* outcome;
    std::size_t callbacks;
  };
  const std::vector<Row> rows = {{"answered", "handled", 0},    {"cancel", "abandoned", 1},
                                 {"no_answer", "abandoned", 1}, {"voicemail", "abandoned", 1},
                                 {"", "abandoned", 1},          {"forwarded", "released", 0},
                                 {"blocked", "released", 0}};
  for (const Row& row : rows) {
    for (const bool backwards : {false, true}) {
      std::vector<Report> reports = {
          {"new_call", 0}, {"ringing", 5}, {"hangup", 30, "", row.cause}};
      if (backwards) std::reverse(reports.begin(), reports.end());
      Observed pbx;
      pbx.hears(reports);
      EXPECT_EQ(pbx.call().outcome, row.outcome) << row.cause;
      EXPECT_GE(pbx.call().ended_at, Observed::at(30)) << row.cause;
      EXPECT_EQ(pbx.open_callbacks(), row.callbacks) << row.cause;
    }
  }
}

TEST(ObservedCalls, WhoIsCallingMayBeSaidLast) {
  // Only the first report names the caller, and it comes last.
  Observed pbx;
  pbx.hears({{"hangup", 30, "", "cancel", ""}, {"ringing", 5, "1001", "", ""}});
  EXPECT_EQ(pbx.open_callbacks(), 0u) << "there is no number yet";
  pbx.hears(Report{"new_call", 0, ""});
  EXPECT_EQ(pbx.call().number, kCaller);
  EXPECT_EQ(pbx.call().enqueued_at, Observed::at(0));
  ASSERT_EQ(pbx.open_callbacks(), 1u);
  const auto promises = pbx.story.callbacks_of(pbx.call().customer);
  ASSERT_EQ(promises.size(), 1u);
  EXPECT_EQ(promises[0].number, kCaller);
}

TEST(ObservedCalls, WhoWasTalkedWithIsOwedNoCallAlsoWhenHisNumberIsSaidLast) {
  Observed pbx;
  event::CallObserved gave_up{};
  gave_up.pbx = "cti";
  gave_up.call = "c0";
  gave_up.what = "hangup";
  gave_up.number = kCaller;
  gave_up.at = Observed::begun() - Seconds{60};
  pbx.story.must(Speaker{{}, "cti"}.once("gave-up").does(gave_up));
  ASSERT_EQ(pbx.open_callbacks(), 1u);
  pbx.hears({"answer", 10, "1001", "", ""});
  EXPECT_EQ(pbx.open_callbacks(), 1u) << "nobody knows who talks";
  pbx.hears({"new_call", 0, ""});
  EXPECT_EQ(pbx.open_callbacks(), 0u);
}

TEST(ObservedCalls, WithoutAnEndTheyAreEndedForWantOfNews) {
  Observed talking;
  talking.hears({{"new_call", 0}, {"answer", 10}});
  talking.gives_up_waiting_for_more();
  EXPECT_EQ(talking.call().state, InteractionState::ended);
  EXPECT_EQ(talking.call().outcome, "engine_gap");
  EXPECT_EQ(talking.open_callbacks(), 0u);
  talking.hears(Report{"hangup", 60, ""});
  EXPECT_EQ(talking.call().outcome, "handled") << "the report came after all";
  EXPECT_EQ(talking.call().ended_at, Observed::at(60));

  Observed waiting;
  waiting.hears({{"new_call", 0}, {"ringing", 5}});
  waiting.gives_up_waiting_for_more();
  EXPECT_EQ(waiting.call().outcome, "abandoned");
  EXPECT_EQ(waiting.open_callbacks(), 1u) << "nobody knows that he was served";
  waiting.hears(Report{"answer", 10});
  EXPECT_EQ(waiting.call().outcome, "handled");
  EXPECT_EQ(waiting.open_callbacks(), 0u);
}

TEST(ObservedCalls, OutboundOnesLeaveNoCallback) {
  Observed pbx;
  for (const char* what : {"hangup", "new_call"}) {
    event::CallObserved e{};
    e.pbx = "cti";
    e.call = "c1";
    e.what = what;
    e.number = kCaller;
    e.direction = Direction::outbound;
    e.cause = "no_answer";
    e.at = Observed::at(20);
    pbx.story.must(Speaker{{}, "cti"}.once(what).does(e));
  }
  EXPECT_EQ(pbx.call().direction, Direction::outbound);
  EXPECT_EQ(pbx.call().state, InteractionState::ended);
  EXPECT_EQ(pbx.open_callbacks(), 0u);
}

}  // namespace
}  // namespace firsthand::test
