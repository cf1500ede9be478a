// SPDX-License-Identifier: Apache-2.0
// What follows a call, as its queue has it; and the end of a shift.
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class WrapUps : public OnEveryStoreByOwnRules {
 protected:
  WrapUps() { story->arrives_at_work(agent(1)); }
  void queue_has(WrapUpMode mode, int seconds, int longest) {
    for (Queue& queue : in_force.book.queues) {
      queue.wrap_up_mode = mode;
      queue.wrap_up_s = seconds;
      queue.wrap_up_max_s = longest;
    }
  }
  Desk desk() { return story->desk(agent(1)); }
  void talks_and_ends() { story->hangs_up(story->talks("+8613900000001", agent(1))); }
  Event asks(event::WrapUpAction what) const {
    return by(agent(1)).does(event::WrapUp{agent(1), what});
  }
};
FIRSTHAND_ON_EVERY_STORE(WrapUps);

TEST_P(WrapUps, is_extended_up_to_its_longest) {
  queue_has(WrapUpMode::timed, 30, 120);
  talks_and_ends();
  const Instant begun = story->now();
  for (const int until : {90, 120}) {
    story->must(asks(event::WrapUpAction::extend));
    EXPECT_EQ(desk().wrap_up_until, begun + Seconds{until});
  }
  EXPECT_EQ(story->refused(asks(event::WrapUpAction::extend)), "wrap_up_longest");
  story->pass(Seconds{120});
  story->must(timer().does(event::WrapUp{agent(1), event::WrapUpAction::time_is_up}));
  EXPECT_EQ(desk().presence, Presence::available);
  EXPECT_FALSE(desk().wrap_up_limit) << "the next call begins anew";
}

TEST_P(WrapUps, by_hand_ends_when_the_agent_says_so) {
  queue_has(WrapUpMode::by_hand, 30, 0);
  talks_and_ends();
  EXPECT_EQ(desk().presence, Presence::wrap_up);
  EXPECT_FALSE(desk().wrap_up_until);
  story->pass(hours{1});
  EXPECT_EQ(story->refused(timer().does(event::WrapUp{agent(1), event::WrapUpAction::time_is_up})),
            "too_early");
  story->must(asks(event::WrapUpAction::extend));
  EXPECT_EQ(desk().presence, Presence::wrap_up);
  story->must(asks(event::WrapUpAction::finish));
  EXPECT_EQ(desk().presence, Presence::available);
}

TEST_P(WrapUps, by_hand_ends_at_its_longest) {
  queue_has(WrapUpMode::by_hand, 30, 600);
  talks_and_ends();
  EXPECT_EQ(desk().wrap_up_until, story->now() + Seconds{600});
  EXPECT_EQ(story->refused(asks(event::WrapUpAction::extend)), "wrap_up_longest");
}

TEST_P(WrapUps, optional_follows_only_when_it_was_asked_for) {
  queue_has(WrapUpMode::optional, 30, 0);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::WrapUpAsked{agent(1)})), "no_call");
  talks_and_ends();
  EXPECT_EQ(desk().presence, Presence::available);
  const InteractionId call = story->talks("+8613900000001", agent(1));
  story->must(by(agent(1)).does(event::WrapUpAsked{agent(1)}));
  EXPECT_EQ(desk().presence, Presence::talking);
  story->hangs_up(call);
  EXPECT_EQ(desk().presence, Presence::wrap_up);
  EXPECT_EQ(desk().wrap_up_until, story->now() + Seconds{30});
}

/// Agent 1 has a shift that ends in an hour.
class ShiftEnds : public OnEveryStoreByOwnRules {
 protected:
  ShiftEnds() {
    Calendar::Parts parts;
    parts.code = "shift";
    parts.coverage = {story->now() - hours{1000}, story->now() + hours{1000}};
    parts.spans = {{story->now() - hours{7}, story->now() + hours{1}}};
    in_force.calendars.emplace("shift", Calendar{std::move(parts)});
    const std::string login = in_force.user(agent(1))->login;
    in_force.book.shifts = {{"early", "早班", "Early", "shift", {login}, 600}};
    story->arrives_at_work(agent(1));
  }
  Desk desk() { return story->desk(agent(1)); }
  Event over() const { return timer().does(event::ShiftEnded{agent(1)}); }
};
FIRSTHAND_ON_EVERY_STORE(ShiftEnds);

TEST_P(ShiftEnds, whoever_is_free_is_sent_home) {
  EXPECT_EQ(story->refused(over()), "too_early");
  story->pass(hours{1});
  story->must(over());
  EXPECT_EQ(desk().presence, Presence::offline);
  EXPECT_EQ(desk().reason, "shift_over");
  // He stays on, of his own will.
  story->pass(minutes{1});
  story->arrives_at_work(agent(1));
  EXPECT_EQ(story->refused(over()), "too_early");
}

TEST_P(ShiftEnds, a_call_and_its_wrap_up_come_to_their_end_first) {
  const InteractionId call = story->talks("+8613900000001", agent(1));
  story->pass(hours{1});
  EXPECT_EQ(story->refused(over()), "on_a_call");
  story->hangs_up(call);
  EXPECT_EQ(desk().presence, Presence::wrap_up);
  EXPECT_EQ(story->refused(over()), "on_a_call");
  story->must(by(agent(1)).does(event::WrapUp{agent(1), event::WrapUpAction::finish}));
  story->must(over());
  EXPECT_EQ(desk().presence, Presence::offline);
}

TEST_P(ShiftEnds, who_has_no_shift_comes_and_goes_as_he_likes) {
  story->arrives_at_work(agent(2));
  story->pass(hours{1});
  EXPECT_EQ(story->refused(timer().does(event::ShiftEnded{agent(2)})), "too_early");
}

}  // namespace
}  // namespace firsthand::test
