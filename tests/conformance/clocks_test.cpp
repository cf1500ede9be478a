// SPDX-License-Identifier: Apache-2.0
// Promises' clocks: every step once, at its instant; what is stale or early changes nothing.
#include <boost/json/parse.hpp>
#include <map>

#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Clocks : public OnEveryStore {
 protected:
  CaseId id = story->complaint_taken("+8613900000001", agent(1));
};
FIRSTHAND_ON_EVERY_STORE(Clocks);

TEST_P(Clocks, a_callback_clock_warns_breaches_and_climbs_once_each) {
  story->at(monday_ten() + minutes{60});
  story->timers_run();
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "warn_50").size(), 1u);
  story->at(monday_ten() + minutes{96});
  story->timers_run();
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "warn_80").size(), 2u);  // owner, liaison
  EXPECT_FALSE(story->live_clock(id, ClockKind::callback).breached_at);
  story->at(monday_ten() + minutes{120});
  story->timers_run();
  const auto breach = story->alerts(id, ClockKind::callback, "breach");
  ASSERT_EQ(breach.size(), 2u);
  EXPECT_EQ(breach[0].recipient, kRepairLiaison);
  EXPECT_EQ(breach[1].role, "back_line");
  EXPECT_EQ(breach[0].due_at, monday_ten() + hours{2});
  EXPECT_EQ(breach[0].fired_at, breach[0].due_at);
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).breached_at, monday_ten() + hours{2});
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).state, ClockState::breached);
  EXPECT_EQ(story->timers_run(), 0) << "nothing fires twice";
  story->at(monday_ten() + hours{3});
  story->timers_run();
  const auto climbed = story->alerts(id, ClockKind::callback, "climb_1h");
  ASSERT_EQ(climbed.size(), 1u);
  EXPECT_EQ(climbed[0].recipient, kRepairHead);
}

TEST_P(Clocks, a_step_by_webhook_and_mail_leaves_one_of_each_for_each_alert) {
  story->at(monday_ten() + minutes{120});
  const std::size_t before = story->look().effects.size();
  story->timers_run();
  std::map<std::string, boost::json::object> left;
  const auto effects = story->look().effects;
  for (std::size_t i = before; i < effects.size(); ++i) {
    const auto payload = boost::json::parse(effects[i].payload).as_object();
    if (payload.at("step") != "breach" || payload.at("clock_kind") != "callback") continue;
    const bool webhook = effects[i].kind == EffectKind::webhook;
    EXPECT_EQ(effects[i].key.substr(0, 8), webhook ? "webhook:" : "mail:ale");
    EXPECT_TRUE(left.emplace(effects[i].key, payload).second) << effects[i].key;
  }
  const auto breach = story->alerts(id, ClockKind::callback, "breach");
  ASSERT_EQ(breach.size(), 2u);
  EXPECT_EQ(left.size(), 4u);
  for (const Alert& alert : breach) {
    const std::string key = "alert:" + std::to_string(alert.id.value);
    const auto& webhook = left.at("webhook:" + key);
    const auto& mail = left.at("mail:" + key + ":" + std::to_string(alert.recipient.value));
    for (const auto* payload : {&webhook, &mail}) {
      EXPECT_EQ(payload->at("what"), "alert");
      EXPECT_EQ(payload->at("alert"), alert.id.value);
      EXPECT_EQ(payload->at("recipient"), alert.recipient.value);
      EXPECT_EQ(payload->at("case_number").as_string(), story->facts(id).number);
      EXPECT_EQ(payload->at("breach"), true);
      EXPECT_EQ(payload->at("due_at").as_string(), to_iso8601(monday_ten() + hours{2}));
      EXPECT_EQ(payload->at("needs_acknowledgement"), true);
      EXPECT_EQ(payload->at("department"), "repair");
      EXPECT_EQ(payload->at("digest"), false);
      EXPECT_EQ(payload->at("text"), "送修三周没有消息");
    }
    EXPECT_TRUE(mail.contains("to"));
    EXPECT_FALSE(webhook.contains("to")) << "an address is nobody else's business";
    EXPECT_FALSE(webhook.contains("name"));
  }
}

TEST_P(Clocks, an_acknowledged_breach_does_not_climb) {
  story->at(monday_ten() + hours{2});
  story->timers_run();
  for (const auto& alert : story->alerts(id, ClockKind::callback, "breach")) {
    story->must(by(alert.recipient).does(event::AlertAcknowledged{alert.id}));
    story->must(by(alert.recipient).does(event::AlertAcknowledged{alert.id}));
  }
  EXPECT_EQ(story->told_of(id, "alert_acknowledged"), 2u) << "twice is once";
  story->at(monday_ten() + hours{8});
  story->timers_run();
  EXPECT_TRUE(story->alerts(id, ClockKind::callback, "climb_1h").empty());
  EXPECT_TRUE(story->alerts(id, ClockKind::callback, "climb_4h").empty());
}

TEST_P(Clocks, a_breach_climbs_while_any_of_those_who_were_told_has_not_acknowledged) {
  story->at(monday_ten() + hours{2});
  story->timers_run();
  const auto told = story->alerts(id, ClockKind::callback, "breach");
  ASSERT_EQ(told.size(), 2u);
  story->must(by(told[0].recipient).does(event::AlertAcknowledged{told[0].id}));
  story->at(monday_ten() + hours{3});
  story->timers_run();
  const auto climbed = story->alerts(id, ClockKind::callback, "climb_1h");
  ASSERT_EQ(climbed.size(), 1u) << "one of two has acknowledged";
  // It climbs no further once nobody's is open, the one that it climbed to among them.
  story->must(by(told[1].recipient).does(event::AlertAcknowledged{told[1].id}));
  story->must(by(climbed[0].recipient).does(event::AlertAcknowledged{climbed[0].id}));
  story->at(monday_ten() + hours{8});
  story->timers_run();
  EXPECT_TRUE(story->alerts(id, ClockKind::callback, "climb_4h").empty());
}

TEST_P(Clocks, whoever_edits_a_case_is_not_told_of_a_step_as_of_a_change) {
  const std::int64_t seen = story->facts(id).version;
  const SlaClock armed = story->live_clock(id, ClockKind::callback);
  story->at(*armed.fire_at);
  story->must(timer().does(firing(armed)));
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "warn_50").size(), 1u);
  const Alert told = story->alerts(id, ClockKind::callback, "warn_50").front();
  story->must(by(told.recipient).does(event::AlertAcknowledged{told.id}));
  EXPECT_EQ(story->facts(id).version, seen);
  event::CaseEdited edit{id, seen, {}, {}, {}, {}};
  edit.product = "T900";
  story->must(by(agent(1)).does(edit));
  EXPECT_EQ(story->refused(by(agent(1)).does(edit)), "version_mismatch");
}

TEST_P(Clocks, a_step_that_changes_the_case_itself_is_a_change) {
  const std::int64_t seen = story->facts(id).version;
  while (story->facts(id).escalation_level == 0) story->next_timer();
  EXPECT_GT(story->facts(id).version, seen);
}

TEST_P(Clocks, stale_early_and_repeated_timers_change_nothing) {
  const SlaClock armed = story->live_clock(id, ClockKind::callback);
  EXPECT_EQ(story->refused(timer().once("a").does(firing(armed))), "too_early");
  story->at(*armed.fire_at);
  const Event due = timer().once("a").does(firing(armed));
  EXPECT_EQ(story->refused(due), "");
  const Snapshot before = store->look();
  EXPECT_TRUE(story->tell(due).duplicate);
  EXPECT_EQ(story->refused(timer().once("b").does(firing(armed))), "stale");
  event::ClockFired unheard_of = firing(story->live_clock(id, ClockKind::callback));
  ++unheard_of.version;
  EXPECT_EQ(story->refused(timer().does(unheard_of)), "stale");
  EXPECT_EQ(store->look().world, before.world);
  EXPECT_EQ(store->look().history.size(), before.history.size());
}

TEST_P(Clocks, the_same_step_twice_in_a_batch_fires_once) {
  const SlaClock armed = story->live_clock(id, ClockKind::callback);
  story->at(*armed.fire_at);
  const auto outcomes = story->tell_all({timer().does(firing(armed)), timer().does(firing(armed))});
  EXPECT_FALSE(outcomes.at(0).refusal);
  EXPECT_EQ(outcomes.at(1).refusal->code, "stale");
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "warn_50").size(), 1u);
}

TEST_P(Clocks, late_timers_fire_each_missed_step_in_order) {
  story->at(monday_ten() + hours{2} + minutes{1});
  story->timers_run();
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "warn_50").size(), 1u);
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "warn_80").size(), 2u);
  EXPECT_EQ(story->alerts(id, ClockKind::callback, "breach").size(), 2u);
  EXPECT_EQ(story->live_clock(id, ClockKind::callback).breached_at, monday_ten() + hours{2})
      << "the promise broke when it was due, not when it was noticed";
}

TEST_P(Clocks, a_promise_kept_late_is_a_breach_all_the_same) {
  story->at(monday_ten() + hours{5});
  story->reached(story->open_callback(id).id, agent(1));
  const SlaClock clock = story->newest_clock(id, ClockKind::callback);
  EXPECT_EQ(clock.state, ClockState::breached);
  EXPECT_EQ(clock.breached_at, monday_ten() + hours{2});
  EXPECT_EQ(clock.ended_at, monday_ten() + hours{5});
  EXPECT_EQ(story->told_of(id, "clock_breached"), 1u);
}

TEST_P(Clocks, a_pause_moves_the_due_time_of_what_may_be_paused) {
  const SlaClock resolution = story->live_clock(id, ClockKind::resolution);
  const SlaClock callback = story->live_clock(id, ClockKind::callback);
  story->must(
      by(agent(1)).does(event::ClocksPaused{id, "customer_sends_photos", store->now() + hours{3}}));
  EXPECT_EQ(story->facts(id).state, CaseState::waiting_for_customer);
  EXPECT_FALSE(story->live_clock(id, ClockKind::resolution).due_at);
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).state, ClockState::paused);
  EXPECT_EQ(story->live_clock(id, ClockKind::callback), callback)
      << "the customer waits for the call all the same";
  EXPECT_EQ(story->refused(timer().does(firing(resolution))), "stale");
  story->pass(hours{1});
  story->must(by(agent(1)).does(event::ClocksResumed{id, false}));
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).due_at, *resolution.due_at + hours{1});
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).state, ClockState::running);
}

TEST_P(Clocks, a_pause_ends_by_itself_when_it_was_planned_to) {
  const SlaClock resolution = story->live_clock(id, ClockKind::resolution);
  story->must(
      by(agent(1)).does(event::ClocksPaused{id, "customer_sends_photos", store->now() + hours{2}}));
  EXPECT_EQ(story->refused(timer().does(event::ClocksResumed{id, true})), "too_early");
  story->pass(hours{2} + minutes{7});  // the timer comes late
  story->must(timer().does(event::ClocksResumed{id, true}));
  EXPECT_EQ(story->live_clock(id, ClockKind::resolution).due_at, *resolution.due_at + hours{2});
  EXPECT_EQ(story->refused(timer().does(event::ClocksResumed{id, true})), "not_paused");
}

TEST_P(Clocks, a_breach_stays_one_whatever_changes_later) {
  story->at(monday_ten() + hours{2});
  story->timers_run();
  const auto breached_at = story->live_clock(id, ClockKind::callback).breached_at;
  ASSERT_TRUE(breached_at);
  story->must(
      by(agent(1)).does(event::ClocksPaused{id, "customer_sends_photos", store->now() + hours{2}}));
  story->reached(story->open_callback(id).id, agent(1));
  EXPECT_EQ(story->newest_clock(id, ClockKind::callback).breached_at, breached_at);
  EXPECT_EQ(story->newest_clock(id, ClockKind::callback).state, ClockState::breached);
}

TEST_P(Clocks, alerts_go_to_the_owners_of_today) {
  story->must(by(kSupervisor).does(event::CaseReassigned{id, agent(4), "负荷均衡"}));
  story->at(monday_ten() + minutes{60});
  story->timers_run();
  const auto warned = story->alerts(id, ClockKind::callback, "warn_50");
  ASSERT_EQ(warned.size(), 1u);
  EXPECT_EQ(warned[0].recipient, agent(4));
}

// ------------------------------------------------------------------------------- kinds
TEST_P(Clocks, news_are_promised_anew_after_each_contact) {
  const SlaClock first = story->live_clock(id, ClockKind::progress_update);
  story->pass(hours{1});
  story->must(by(agent(1)).does(event::CustomerTold{id, "message", "正在处理"}));
  const SlaClock second = story->live_clock(id, ClockKind::progress_update);
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.started_at, store->now());
  EXPECT_EQ(second.cycle, first.cycle);
  story->pass(hours{1});
  story->must(by(agent(1)).does(event::NoteAdded{id, "内部备注"}));
  EXPECT_EQ(story->live_clock(id, ClockKind::progress_update), second) << "a note is no contact";
}

TEST_P(Clocks, a_regulators_period_runs_through_a_pause_and_ends_with_the_resolution) {
  event::CaseRegistered urgent = web_complaint("+8613900000077");
  urgent.category = "aqyh";
  urgent.severity = 4;
  const CaseId other{story->must(web().once("urgent").does(urgent)).id};
  const SlaClock period = story->live_clock(other, ClockKind::final_response);
  EXPECT_EQ(period.due_at, period.started_at + hours{30 * 24});
  story->must(
      by(story->facts(other).owner)
          .does(event::ClocksPaused{other, "customer_sends_photos", store->now() + hours{5}}));
  EXPECT_EQ(story->live_clock(other, ClockKind::final_response), period);
  const UserId owner = story->facts(other).owner;
  story->must(by(owner).does(event::CustomerTold{other, "message", "已答复"}));
  EXPECT_EQ(story->live_clock(other, ClockKind::final_response), period) << "telling is not it";
  story->resolves(other, owner);
  EXPECT_EQ(story->newest_clock(other, ClockKind::final_response).state, ClockState::met);
}

TEST_P(Clocks, what_was_said_earlier_counts_from_then_and_warns_of_nothing_past) {
  event::CaseRegistered letter = web_complaint("+8613900000078");
  letter.received_at = monday_ten() - hours{72};  // on Friday
  const CaseId late{story->must(web().once("letter").does(letter)).id};
  EXPECT_EQ(story->live_clock(late, ClockKind::resolution).started_at, *letter.received_at);
  story->timers_run();
  EXPECT_EQ(story->live_clock(late, ClockKind::first_response).breached_at.has_value(), true);
  EXPECT_TRUE(story->alerts(late, ClockKind::first_response, "warn_75").empty());
  EXPECT_EQ(story->alerts(late, ClockKind::first_response, "breach").size(), 2u);
  event::CaseRegistered tomorrow = web_complaint("+8613900000079");
  tomorrow.received_at = monday_ten() + hours{24};
  EXPECT_EQ(story->refused(web().once("tomorrow").does(tomorrow)), "invalid");
}

}  // namespace
}  // namespace firsthand::test
