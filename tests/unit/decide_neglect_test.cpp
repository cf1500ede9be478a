// SPDX-License-Identifier: Apache-2.0
// Nobody is forgotten: who is sent to a customer with whom nobody is in touch, once, and what ends
// it.
#include <gtest/gtest.h>

#include "tests/support/accounts.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;

constexpr const char* kNumber = "+8613900000001";

class Neglect : public ::testing::Test {
 protected:
  Neglect() { store.set_now(monday_ten()); }

  CustomerId customer(const std::string& number) {
    event::CustomerCreated e;
    e.name = "示例客户";
    if (!number.empty()) e.numbers = {number};
    return CustomerId{story.must(by(agent(1)).does(e)).id};
  }
  event::CustomerNeglected about(CustomerId id, UserId to = {}) const {
    return {id, to, "money_due", 120'000, {}};
  }
  Event sent(const event::CustomerNeglected& what) const {
    return Speaker{{}, "neglect"}.does(what);
  }
  Callback planned(CustomerId id) {
    const auto calls = story.callbacks_of(id);
    EXPECT_EQ(calls.size(), 1u);
    return calls.at(0);
  }

  Rules rules = with_pool(company(FIRSTHAND_DEFAULTS));
  MemoryStore store{rules};
  Story story{store};
};

TEST_F(Neglect, the_account_owner_is_to_call_once) {
  const CustomerId id = customer(kNumber);
  story.must(assigned(id, agent(3)));
  story.must(sent(about(id)));
  const Callback call = planned(id);
  EXPECT_EQ(call.kind, CallbackKind::neglected);
  EXPECT_EQ(call.user, agent(3));
  EXPECT_EQ(call.number, kNumber);
  EXPECT_EQ(call.state, CallbackState::open);
  EXPECT_GT(call.due_at, monday_ten() + hours{24});
  EXPECT_EQ(told_of_customer(story, id, "callback_promised"), 1u);
  EXPECT_EQ(story.refused(sent(about(id))), "already_owned");
  EXPECT_EQ(story.refused(sent(about(id, agent(1)))), "already_owned");
}

TEST_F(Neglect, without_an_owner_it_is_spread_or_given_to_whom_the_supervisor_names) {
  const CustomerId one = customer(kNumber);
  const CustomerId other = customer("+8613900000002");
  story.must(sent(about(one)));
  EXPECT_TRUE(planned(one).user);
  story.must(by(kSupervisor).does(about(other, agent(2))));
  EXPECT_EQ(planned(other).user, agent(2));
}

TEST_F(Neglect, what_cannot_be_is_refused) {
  const CustomerId id = customer(kNumber);
  EXPECT_EQ(story.refused(sent(about(CustomerId{424242}))), "not_found");
  auto odd = about(id);
  odd.why = "a feeling";
  EXPECT_EQ(story.refused(sent(odd)), "invalid");
  EXPECT_EQ(story.refused(sent(about(id, UserId{424242}))), "invalid");
  EXPECT_TRUE(story.callbacks_of(id).empty());
}

TEST_F(Neglect, who_cannot_or_must_not_be_called_is_written_to_or_visited) {
  const CustomerId id = customer(kNumber);
  event::CustomerEdited quiet{};
  quiet.customer = id;
  quiet.version = story.look().world.customers.at(id).version;
  quiet.do_not_call = true;
  story.must(by(agent(1)).does(quiet));
  const CustomerId silent = customer("");
  for (const CustomerId each : {id, silent}) {
    story.must(sent(about(each, agent(1))));
    const Callback call = planned(each);
    EXPECT_EQ(call.user, agent(1));
    EXPECT_EQ(call.number, "");
    EXPECT_EQ(story.refused(by(agent(1)).does(event::CallbackDialled{call.id})), "not_reachable");
    story.reached(call.id, agent(1));
    EXPECT_EQ(planned(each).state, CallbackState::kept);
  }
}

TEST_F(Neglect, a_talk_or_a_visit_ends_it_and_a_missed_call_takes_its_place) {
  const CustomerId visited = customer("+8613900000002");
  story.must(assigned(visited, agent(1)));
  story.must(sent(about(visited)));
  story.pass(hours{1});
  story.must(by(agent(1)).does(event::AccountFollowedUp{visited, Channel::field_visit, "拜访"}));
  EXPECT_EQ(planned(visited).ended_why, "in_touch");

  const CustomerId talked = customer(kNumber);
  story.must(sent(about(talked)));
  story.arrives_at_work(agent(1));
  const auto call = story.talks(kNumber, agent(1));
  EXPECT_EQ(planned(talked).ended_why, "in_touch");
  story.hangs_up(call);

  const CustomerId missed = customer("+8613900000003");
  story.must(sent(about(missed)));
  story.hangs_up(story.call_arrives("+8613900000003"));
  const auto calls = story.callbacks_of(missed);
  ASSERT_EQ(calls.size(), 2u);
  for (const auto& each : calls) {
    const bool old = each.kind == CallbackKind::neglected;
    EXPECT_EQ(each.state, old ? CallbackState::cancelled : CallbackState::open);
  }
}

TEST_F(Neglect, whoever_is_reached_is_not_neglected) {
  const CustomerId id = customer(kNumber);
  story.must(assigned(id, agent(1)));
  story.must(sent(about(id)));
  story.pass(hours{2});
  story.reached(planned(id).id, agent(1));
  EXPECT_EQ(planned(id).state, CallbackState::kept);
  EXPECT_EQ(account_of(story, id).followed_up_at, story.now());
}

}  // namespace
}  // namespace firsthand::test
