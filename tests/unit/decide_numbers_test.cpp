// SPDX-License-Identifier: Apache-2.0
// A number that proves to be somebody else's goes from the customer's record, and nothing that has
// happened goes with it.
#include <gtest/gtest.h>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;

constexpr const char* kWrong = "+8613900000001";
constexpr const char* kRight = "+8613900000002";

struct Desk1 {
  Desk1() { store.set_now(monday_ten()); }
  Customer record(CustomerId id) { return story.look().world.customers.at(id); }
  Event removal(CustomerId id, std::vector<std::string> removed,
                std::vector<std::string> added = {}) {
    event::CustomerEdited e{};
    e.customer = id;
    e.version = record(id).version;
    e.numbers_removed = std::move(removed);
    e.numbers_added = std::move(added);
    return by(agent(1)).does(e);
  }
  Outcome moves(CaseId id, const std::string& to) {
    return story.tell(by(agent(1)).does(
        event::CallbackRescheduled{story.open_callback(id).id, story.now() + hours{2}, {}, to}));
  }

  Rules rules = company(FIRSTHAND_DEFAULTS);
  MemoryStore store{rules};
  Story story{store};
};

TEST(RemovedNumber, is_nobodys_and_what_came_from_it_stays) {
  Desk1 desk;
  Story& story = desk.story;
  const CaseId id = story.complaint_taken(kWrong, agent(1));
  const CustomerId customer = story.facts(id).customer;
  ASSERT_FALSE(desk.moves(id, kRight).refusal);
  story.must(desk.removal(customer, {kWrong}));
  EXPECT_EQ(desk.record(customer).numbers, std::vector<std::string>{kRight});
  EXPECT_EQ(story.facts(id).customer, customer);
  const InteractionId again = story.call_arrives(kWrong);
  EXPECT_NE(story.call(again).customer, customer) << "a later caller is somebody else";
  std::size_t calls = 0, told = 0;
  for (const auto& [call_id, call] : story.look().world.interactions)
    calls += call.customer == customer && call.number == kWrong;
  EXPECT_EQ(calls, 1u);
  for (const auto& entry : story.look().history) {
    if (entry.kind != "number_removed") continue;
    ++told;
    EXPECT_EQ(entry.customer, customer);
    EXPECT_EQ(entry.data, R"({"number":"*0001"})") << "never the whole number";
  }
  EXPECT_EQ(told, 1u);
}

TEST(RemovedNumber, waits_for_the_call_that_goes_there) {
  Desk1 desk;
  Story& story = desk.story;
  const CaseId id = story.complaint_taken(kWrong, agent(1));
  const CustomerId customer = story.facts(id).customer;
  const auto refused = story.tell(desk.removal(customer, {kWrong}, {kRight})).refusal;
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, "number_in_use");
  EXPECT_EQ(refused->field, "numbers_removed");
  EXPECT_NE(refused->sentence.find(story.facts(id).number), std::string::npos) << refused->sentence;
  EXPECT_EQ(desk.record(customer).numbers, std::vector<std::string>{kWrong});
  // So does the call after the resolution.
  story.resolves(id, agent(1));
  EXPECT_EQ(story.refused(desk.removal(customer, {kWrong})), "number_in_use");
  story.must(by(agent(1)).does(event::CaseClosed{id}));
  story.must(desk.removal(customer, {kWrong}, {kRight}));
  EXPECT_EQ(story.refused(desk.removal(customer, {kWrong})), "invalid") << "it is gone";
  // Nobody calls a wrong number again because the case comes back.
  story.must(by(agent(1)).does(event::CaseReopened{id, "又坏了"}));
  EXPECT_EQ(story.open_callback(id).number, kRight);
}

TEST(RemovedNumber, is_no_longer_where_an_open_case_is_reached) {
  Desk1 desk;
  Story& story = desk.story;
  const CaseId id = story.complaint_taken(kWrong, agent(1));
  const CustomerId customer = story.facts(id).customer;
  story.must(by(agent(1)).does(event::CustomerTold{id, "reply_sent", "已答复"}));
  story.must(desk.removal(customer, {kWrong}));
  EXPECT_EQ(story.facts(id).reach_number, "");
  EXPECT_EQ(story.refused(by(agent(1)).does(event::Dispatched{id, kTechnical, "", {}})),
            "not_reachable");
}

TEST(RemovedNumber, goes_from_every_record_of_the_customer) {
  Desk1 desk;
  Story& story = desk.story;
  const auto made = [&](const char* name, const char* number) {
    event::CustomerCreated e{};
    e.name = name;
    e.numbers = {number};
    return CustomerId{story.must(by(agent(1)).does(e)).id};
  };
  const CustomerId kept = made("示例甲", kRight);
  const CustomerId gone = made("示例乙", kWrong);
  story.must(by(kSupervisor).does(event::CustomersMerged{kept, gone, "同一人"}));
  story.must(desk.removal(kept, {kWrong}));
  EXPECT_TRUE(desk.record(gone).numbers.empty());
  EXPECT_EQ(desk.record(kept).numbers, std::vector<std::string>{kRight});
}

}  // namespace
}  // namespace firsthand::test
