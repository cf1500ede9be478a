// SPDX-License-Identifier: Apache-2.0
// Contacts in writing: owned from the first moment, in line as callers are, one reader at a time,
// several in hand beside calls, and never let go unread.
#include <algorithm>

#include "routing/rules.hpp"
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// A company whose forms wait in the line of complaints, two for each agent.
class Written : public OnEveryStoreByOwnRules {
 protected:
  Written() {
    for (Queue& queue : in_force.book.queues)
      if (queue.code == "complaints") queue.written = {{Channel::web}, 2, 45};
    for (const int n : {1, 2, 3}) story->arrives_at_work(agent(n));
  }

  /// A form has come; its case.
  CaseId comes(const std::string& number = "+8613900000001") {
    const CaseId file{story->must(web().does(web_complaint(number))).id};
    letter = story->facts(file).interaction;
    return file;
  }
  UserId somebody_but(UserId owner) const { return owner == agent(1) ? agent(2) : agent(1); }
  void takes(InteractionId id, UserId who, OfferReason why = OfferReason::skills) {
    story->answers_in_console(who, story->is_offered(id, who, why));
  }
  /// In the hand of somebody who is not the one who was made the owner first.
  CaseId in_hand(const std::string& number = "+8613900000001") {
    const CaseId file = comes(number);
    reader = somebody_but(story->facts(file).owner);
    takes(letter, reader);
    return file;
  }
  std::size_t commands() const {
    const auto seen = store->look();
    return static_cast<std::size_t>(
        std::count_if(seen.effects.begin(), seen.effects.end(),
                      [](const Effect& effect) { return effect.kind == EffectKind::pbx; }));
  }
  Event done(UserId who) const { return by(who).does(event::WrittenDone{letter}); }
  Event swept() const { return timer().does(event::WrittenDone{letter}); }

  InteractionId letter;
  UserId reader;
};
FIRSTHAND_ON_EVERY_STORE(Written);

TEST_P(Written, a_form_stands_in_line_and_its_case_is_owned_meanwhile) {
  const CaseId file = comes();
  const Interaction seen = story->call(letter);
  EXPECT_EQ(seen.state, InteractionState::waiting);
  EXPECT_EQ(seen.queue, "complaints");
  EXPECT_EQ(seen.owner, story->facts(file).owner);
  EXPECT_TRUE(seen.owner);
  EXPECT_EQ(story->told_of(file, "written_in_line"), 1u);
  EXPECT_TRUE(routing::waiting_of(seen, in_force, story->now()).written);
}

TEST_P(Written, whoever_takes_it_owns_it_and_is_free_for_calls) {
  const CaseId file = in_hand();
  EXPECT_EQ(story->call(letter).state, InteractionState::in_hand);
  EXPECT_EQ(story->facts(file).owner, reader);
  EXPECT_EQ(story->ledger(file).back().how, OwnershipHow::taken);
  EXPECT_EQ(story->desk(reader).in_hand, 1);
  EXPECT_EQ(story->desk(reader).presence, Presence::available);
  EXPECT_EQ(commands(), 0u) << "no telephone rings for it";
  const InteractionId call = story->talks("+8613900000009", reader);
  EXPECT_EQ(story->desk(reader).in_hand, 1);
  story->hangs_up(call);
  EXPECT_EQ(story->call(letter).state, InteractionState::in_hand);
}

TEST_P(Written, the_owner_and_the_deputy_leave_it_where_it_is) {
  const CaseId first = comes();
  takes(letter, story->facts(first).owner, OfferReason::owner);
  EXPECT_EQ(story->ledger(first).size(), 1u);
  const CaseId second = comes("+8613900000002");
  const UserId owner = story->facts(second).owner;
  takes(letter, somebody_but(owner), OfferReason::deputy);
  EXPECT_EQ(story->facts(second).owner, owner);
}

TEST_P(Written, a_case_that_changed_hands_before_stays_where_it_is) {
  const CaseId file = comes();
  const UserId to = story->facts(file).owner == agent(3) ? agent(1) : agent(3);
  story->must(by(kSupervisor).does(event::CaseReassigned{file, to, "熟悉该客户"}));
  takes(letter, to == agent(3) ? agent(1) : agent(3));
  EXPECT_EQ(story->facts(file).owner, to);
}

TEST_P(Written, nobody_has_more_in_hand_than_fits) {
  in_hand("+8613900000001");
  const UserId full = reader;
  for (const char* number : {"+8613900000002", "+8613900000003"}) {
    comes(number);
    const event::OfferMade made{letter, full, OfferReason::skills, "t", Seconds{45}};
    if (story->desk(full).in_hand < 2) {
      takes(letter, full);
    } else {
      EXPECT_EQ(story->refused(router().does(made)), "no_room");
    }
  }
  EXPECT_EQ(story->desk(full).in_hand, 2);
}

TEST_P(Written, whoever_has_it_says_when_it_is_done) {
  const CaseId file = in_hand();
  EXPECT_EQ(story->refused(done(agent(3))), "not_yours");
  story->must(done(reader));
  EXPECT_EQ(story->call(letter).state, InteractionState::ended);
  EXPECT_EQ(story->call(letter).outcome, "handled");
  EXPECT_EQ(story->desk(reader).in_hand, 0);
  EXPECT_TRUE(story->facts(file).live()) << "the case goes on";
  story->must(done(reader));
  EXPECT_EQ(story->desk(reader).in_hand, 0) << "saying so twice changes nothing";
  EXPECT_EQ(story->told_of(file, "written_done"), 1u);
}

TEST_P(Written, it_is_done_by_itself_once_the_customer_has_been_answered) {
  const CaseId file = in_hand();
  EXPECT_EQ(story->refused(swept()), "too_early");
  story->must(by(reader).does(event::CustomerTold{file, "callback", "已说明"}));
  story->must(swept());
  EXPECT_EQ(story->call(letter).state, InteractionState::ended);
  EXPECT_EQ(story->desk(reader).in_hand, 0);
}

TEST_P(Written, nobody_is_asked_any_more_when_the_owner_was_quicker) {
  const CaseId file = comes();
  const UserId owner = story->facts(file).owner;
  const UserId asked = somebody_but(owner);
  const OfferId offer = story->is_offered(letter, asked);
  story->must(by(owner).does(event::CustomerTold{file, "callback", "已说明"}));
  story->must(swept());
  EXPECT_EQ(story->offer(offer).state, OfferState::withdrawn);
  EXPECT_EQ(story->desk(asked).presence, Presence::available);
  EXPECT_EQ(story->call(letter).outcome, "handled");
  EXPECT_EQ(commands(), 0u);
}

TEST_P(Written, who_declines_or_does_not_look_leaves_it_in_its_place) {
  comes();
  const Instant came = story->call(letter).enqueued_at;
  OfferId offer = story->is_offered(letter, agent(1));
  story->must(by(agent(1)).does(event::OfferRefused{offer, story->offer(offer).token, "declined"}));
  EXPECT_EQ(story->call(letter).state, InteractionState::waiting);
  offer = story->is_offered(letter, agent(2));
  story->pass(minutes{1});
  story->must(timer().does(event::OfferExpired{offer}));
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::not_responding);
  EXPECT_EQ(story->call(letter).state, InteractionState::waiting);
  EXPECT_EQ(story->call(letter).enqueued_at, came);
  story->pass(hours{5});
  EXPECT_EQ(story->refused(router().does(event::WaitExhausted{letter})), "not_a_call");
  takes(letter, agent(3));
}

TEST_P(Written, a_caller_goes_before_what_somebody_is_asked_to_read) {
  comes();
  const Instant came = story->call(letter).enqueued_at;
  const OfferId asked = story->is_offered(letter, agent(1));
  const InteractionId call = story->call_arrives("+8613900000002");
  event::OfferMade made{call, agent(1), OfferReason::skills, "t", Seconds{15}};
  EXPECT_EQ(story->refused(router().does(made)), "agent_not_available");
  made.instead_of = letter;
  const OfferId rings{story->must(router().does(made)).id};
  EXPECT_EQ(story->offer(asked).state, OfferState::withdrawn);
  EXPECT_EQ(story->call(letter).state, InteractionState::waiting);
  EXPECT_EQ(story->call(letter).enqueued_at, came) << "in its old place";
  EXPECT_EQ(story->desk(agent(1)).interaction, call);
  EXPECT_EQ(story->desk(agent(1)).misses, 0);
  story->answers_in_console(agent(1), rings);
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
}

TEST_P(Written, a_letter_does_not_go_before_a_letter_nor_a_call_before_a_call) {
  comes();
  const InteractionId first = letter;
  story->is_offered(first, agent(1));
  comes("+8613900000002");
  event::OfferMade made{letter, agent(1), OfferReason::skills, "t", Seconds{15}};
  made.instead_of = first;
  EXPECT_EQ(story->refused(router().does(made)), "agent_not_available");
  const InteractionId call = story->call_arrives("+8613900000003");
  story->is_offered(call, agent(2));
  made = {story->call_arrives("+8613900000004"), agent(2), OfferReason::skills, "t", Seconds{15}};
  made.instead_of = call;
  EXPECT_EQ(story->refused(router().does(made)), "agent_not_available");
}

TEST_P(Written, what_a_leaver_had_in_hand_stands_in_line_again) {
  const CaseId file = in_hand();
  const UserId left = reader;
  const UserId to = left == agent(3) ? agent(4) : agent(3);
  story->must(by(kSupervisor).does(event::PersonDeparts{left, to, {}, "离职"}));
  for (User& user : in_force.users) user.disabled |= user.id == left;
  story->must(swept());
  const Interaction seen = story->call(letter);
  EXPECT_EQ(seen.state, InteractionState::waiting);
  EXPECT_EQ(seen.owner, to);
  EXPECT_EQ(story->desk(left).in_hand, 0);
  takes(letter, to, OfferReason::owner);
  EXPECT_EQ(story->facts(file).owner, to);
}

TEST_P(Written, what_one_of_us_writes_down_has_been_read) {
  event::CaseRegistered e = web_complaint("+8613900000001");
  const CaseId file{story->must(by(agent(2)).does(e)).id};
  EXPECT_EQ(story->call(story->facts(file).interaction).state, InteractionState::ended);
  EXPECT_EQ(story->facts(file).owner, agent(2));
}

TEST_P(Written, a_queue_that_takes_no_forms_asks_nobody) {
  for (Queue& queue : in_force.book.queues) queue.written.channels.clear();
  comes();
  EXPECT_EQ(story->call(letter).state, InteractionState::ended);
}

}  // namespace
}  // namespace firsthand::test
