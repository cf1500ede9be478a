// SPDX-License-Identifier: Apache-2.0
// A customer says when he wants to be called: what is proposed keeps to it, and another time needs
// somebody to say that he asked for it.
#include <gtest/gtest.h>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

constexpr const char* kNumber = "+8613900000001";

struct Evenings {
  /// A case of a customer who wants to be called in these hours.
  Evenings(int from_h, int until_h) {
    store.set_now(monday_ten());
    id = story.complaint_taken(kNumber, agent(1));
    asks(event::ContactHours{from_h * 60, until_h * 60});
  }
  void asks(event::ContactHours hours) {
    event::CustomerEdited e{};
    e.customer = story.facts(id).customer;
    e.version = story.look().world.customers.at(e.customer).version;
    e.contact_hours = hours;
    story.must(by(agent(1)).does(e));
  }
  Outcome promises(const std::string& choice, std::optional<Instant> at = {}, bool asked = false) {
    return story.tell(
        by(agent(1)).does(event::Dispatched{id, kRepair, "", CallbackWish{choice, at, {}, asked}}));
  }
  Outcome moves(Instant at, std::optional<Instant> from = {}, bool asked = false) {
    return story.tell(by(agent(1)).does(
        event::CallbackRescheduled{story.open_callback(id).id, at, from, {}, asked}));
  }
  std::string window() {
    const Callback call = story.open_callback(id);
    return local(call.window_from) + " - " + local(call.due_at);
  }
  static std::string local(Instant at) {
    return to_iso8601(at + std::chrono::hours{8}).substr(5, 11);
  }

  Rules rules = company(FIRSTHAND_DEFAULTS);
  MemoryStore store{rules};
  Story story{store};
  CaseId id;
};

std::string code_of(const Outcome& outcome) {
  return outcome.refusal ? outcome.refusal->code + " " + outcome.refusal->field : "";
}

TEST(ContactHours, are_when_a_chosen_promise_is_kept) {
  struct Row {
    int from, until;
    const char* choice;
    const char* window;
  };
  const Row rows[] = {
      {18, 20, "one_hour", "03-04T18:00 - 03-04T20:00"},  // over before they begin: put off
      {18, 20, "tomorrow_10", "03-04T18:00 - 03-05T10:00"},
      {9, 12, "one_hour", "03-04T10:00 - 03-04T11:00"},  // they last: nothing moves
      {8, 9, "today_17", "03-05T08:00 - 03-05T09:00"},
      {22, 2, "two_hours", "03-04T22:00 - 03-05T02:00"},  // across midnight
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.choice);
    Evenings day{row.from, row.until};
    ASSERT_EQ(code_of(day.promises(row.choice)), "");
    EXPECT_EQ(day.window(), row.window);
    EXPECT_EQ(day.story.live_clock(day.id, ClockKind::callback).due_at,
              day.story.open_callback(day.id).due_at);
  }
}

TEST(ContactHours, refuse_another_time_unless_the_customer_asked_for_it) {
  Evenings day{18, 20};
  const Instant at_15 = moment("2030-03-04T15:00:00+08:00");
  const Outcome refused = day.promises("", at_15);
  EXPECT_EQ(code_of(refused), "outside_contact_hours callback.at");
  EXPECT_NE(refused.refusal->sentence.find("from 18:00 to 20:00"), std::string::npos);
  EXPECT_EQ(code_of(day.promises("", moment("2030-03-04T20:00:00+08:00"))), "") << "by the end";
  EXPECT_EQ(day.window(), "03-04T18:00 - 03-04T20:00");
  EXPECT_EQ(code_of(day.promises("", at_15, true)), "");
  EXPECT_EQ(day.window(), "03-04T10:00 - 03-04T15:00");

  EXPECT_EQ(code_of(day.moves(moment("2030-03-05T20:01:00+08:00"))), "outside_contact_hours at");
  const Instant at_19 = moment("2030-03-05T19:00:00+08:00");
  EXPECT_EQ(code_of(day.moves(at_19, at_15)), "outside_contact_hours from");
  EXPECT_EQ(code_of(day.moves(at_19)), "");
  EXPECT_EQ(day.window(), "03-04T18:00 - 03-05T19:00");
  EXPECT_EQ(code_of(day.moves(at_19, at_15, true)), "");
  EXPECT_EQ(day.window(), "03-04T15:00 - 03-05T19:00");

  event::CaseRegistered again = complaint();
  again.customer = day.story.facts(day.id).customer;
  again.callback = {"", at_15, {}, false};
  EXPECT_EQ(day.story.refused(by(agent(1)).does(again)), "outside_contact_hours");
  again.callback.customer_asked = true;
  EXPECT_EQ(day.story.refused(by(agent(1)).does(again)), "");
}

TEST(ContactHours, are_when_a_failed_call_is_tried_again) {
  Evenings day{18, 20};
  day.story.at(moment("2030-03-04T19:30:00+08:00"));
  const CallbackId call = day.story.open_callback(day.id).id;
  day.story.must(
      by(agent(1)).does(event::CallbackAttempted{call, AttemptOutcome::no_answer, "", {}, {}}));
  EXPECT_EQ(day.story.callback(call).next_try_at, moment("2030-03-05T18:00:00+08:00"))
      << "neither at night nor before the customer is at home";
}

TEST(ContactHours, are_taken_back) {
  Evenings day{18, 20};
  day.asks({});
  ASSERT_EQ(code_of(day.promises("", moment("2030-03-04T15:00:00+08:00"))), "");
  EXPECT_EQ(day.window(), "03-04T10:00 - 03-04T15:00");
}

}  // namespace
}  // namespace firsthand::test
