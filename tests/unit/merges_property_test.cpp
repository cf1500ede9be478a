// SPDX-License-Identifier: Apache-2.0
// Merging and undoing it is the identity for what was there before, whatever comes in between by
// other numbers, and in whatever order the merges are undone; and the scoring rule of tiers.
#include <gtest/gtest.h>

#include <random>

#include "engine/customer_group.hpp"
#include "engine/tier_score.hpp"
#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::minutes;

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

/// Whose each thing is, and nothing else of it.
struct Belongings {
  std::map<CaseId, CustomerId> cases;
  std::map<CallbackId, CustomerId> callbacks;
  std::map<InteractionId, CustomerId> calls;
  std::map<CustomerId, std::vector<std::string>> numbers;
  friend bool operator==(const Belongings&, const Belongings&) = default;
};

Belongings belongings(const Snapshot& seen) {
  Belongings out;
  for (const auto& [id, file] : seen.world.cases) out.cases[id] = file.facts.customer;
  for (const auto& [id, promise] : seen.world.callbacks) out.callbacks[id] = promise.customer;
  for (const auto& [id, call] : seen.world.interactions) out.calls[id] = call.customer;
  for (const auto& [id, record] : seen.world.customers) out.numbers[id] = record.numbers;
  return out;
}

/// What was there before, as it is now.
Belongings restricted(const Belongings& now, const Belongings& before) {
  Belongings out;
  for (const auto& [id, whose] : before.cases) out.cases[id] = now.cases.at(id);
  for (const auto& [id, whose] : before.callbacks) out.callbacks[id] = now.callbacks.at(id);
  for (const auto& [id, whose] : before.calls) out.calls[id] = now.calls.at(id);
  for (const auto& [id, numbers] : before.numbers) out.numbers[id] = now.numbers.at(id);
  return out;
}

class World5 {
 public:
  explicit World5(unsigned seed) : store_(rules()), story_(store_), random_(seed) {
    store_.set_now(monday_ten());
    story_.arrives_at_work(agent(1));
    for (int i = 1; i <= 5; ++i) {
      event::CustomerCreated e;
      e.name = "示例" + std::to_string(i);
      e.numbers = {number(i)};
      customers_.push_back(CustomerId{story_.must(by(agent(1)).does(e)).id});
    }
  }

  static std::string number(int i) { return "+861390000000" + std::to_string(i); }
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  CustomerId somebody() { return customers_[static_cast<std::size_t>(pick(5))]; }

  /// A call given up, or a complaint from the web.
  void something_comes() {
    story_.pass(minutes{pick(30) + 1});
    const std::string from = number(pick(5) + 1);
    if (pick(2) == 0) {
      story_.hangs_up(story_.call_arrives(from));
    } else {
      event::CaseRegistered e = web_complaint(from);
      e.public_token = "token-" + std::to_string(++tokens_);
      story_.must(web().does(e));
    }
  }
  void merges_two() {
    story_.pass(minutes{1});
    const Outcome outcome =
        story_.tell(by(agent(1)).does(event::CustomersMerged{somebody(), somebody(), "同"}));
    if (!outcome.refusal) live_.push_back(MergeId{outcome.reply.id});
  }
  void undoes_one() {
    if (live_.empty()) return;
    const auto at = live_.begin() + pick(static_cast<int>(live_.size()));
    story_.must(by(agent(1)).does(event::CustomersUnmerged{*at, "否"}));
    live_.erase(at);
  }
  bool merged() const { return !live_.empty(); }
  Snapshot look() { return store_.look(); }
  const std::vector<CustomerId>& customers() const { return customers_; }

 private:
  MemoryStore store_;
  Story story_;
  std::mt19937 random_;
  std::vector<CustomerId> customers_;
  std::vector<MergeId> live_;
  int tokens_ = 0;
};

TEST(MergesProperty, undoing_every_merge_gives_each_record_back_what_it_had) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    World5 world{seed};
    for (int i = 0; i < 6; ++i) world.something_comes();
    const Belongings before = belongings(world.look());
    for (int i = 0; i < 25; ++i) {
      const int what = world.pick(4);
      if (what == 0) world.merges_two();
      if (what == 1) world.undoes_one();
      if (what >= 2) world.something_comes();
    }
    while (world.merged()) world.undoes_one();
    const Snapshot seen = world.look();
    ASSERT_EQ(restricted(belongings(seen), before), before) << "seed " << seed;
    // And everything that came is with whose number it came by: nobody shares a number here.
    for (const auto& [id, call] : seen.world.interactions) {
      const auto& numbers = seen.world.customers.at(call.customer).numbers;
      ASSERT_NE(std::find(numbers.begin(), numbers.end(), call.number), numbers.end())
          << "seed " << seed << ", call " << id.value;
    }
    for (const auto& [id, file] : seen.world.cases) {
      const auto& call = seen.world.interactions.at(file.facts.interaction);
      ASSERT_EQ(file.facts.customer, call.customer) << "seed " << seed << ", case " << id.value;
    }
    for (const CustomerId id : world.customers())
      ASSERT_FALSE(seen.world.customers.at(id).merged_into);
  }
}

TEST(MergesProperty, the_way_up_always_ends_and_there_is_one_kept_record) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    World5 world{seed};
    for (int i = 0; i < 40; ++i) {
      if (world.pick(3) == 0)
        world.undoes_one();
      else
        world.merges_two();
      const Snapshot seen = world.look();
      for (const CustomerId id : world.customers()) {
        const CustomerId kept = kept_record(seen.world, id);
        ASSERT_FALSE(seen.world.customers.at(kept).merged_into) << "seed " << seed;
      }
    }
  }
}

TEST(TierScore, each_input_grows_up_to_its_full_value_and_weighs_what_it_weighs) {
  TierRules rule;
  rule.inputs = {{"revenue", 60, 1000}, {"complaints", 40, 4}};
  rule.silver = 40;
  rule.gold = 70;
  rule.key = 90;
  EXPECT_EQ(score_tier(rule, {0, 0, 4, 0, 0}).score, 0);
  EXPECT_EQ(score_tier(rule, {0, 0, 0, 0, 0}).score, 40);
  EXPECT_EQ(score_tier(rule, {0, 0, 0, 0, 0}).tier, Tier::silver);
  EXPECT_EQ(score_tier(rule, {500, 0, 2, 0, 0}).score, 50);
  EXPECT_EQ(score_tier(rule, {5000, 0, 2, 0, 0}).score, 80);
  EXPECT_EQ(score_tier(rule, {5000, 0, 2, 0, 0}).tier, Tier::gold);
  EXPECT_EQ(score_tier(rule, {5000, 0, 0, 0, 0}).tier, Tier::key);
  EXPECT_EQ(score_tier(rule, {-10, 0, 99, 0, 0}).score, 0) << "never below zero";
  EXPECT_EQ(why_tier(score_tier(rule, {500, 0, 2, 0, 0}), rule),
            R"({"inputs":[{"input":"revenue","value":500,"full":1000,"weight":60,"points":50},)"
            R"({"input":"complaints","value":2,"full":4,"weight":40,"points":50}],)"
            R"("thresholds":{"silver":40,"gold":70,"key":90}})");
}

TEST(TierScore, without_a_rule_nobody_is_anything) {
  EXPECT_EQ(score_tier({}, {1e9, 100, 0, 100, 100}).score, 0);
  EXPECT_EQ(score_tier({}, {1e9, 100, 0, 100, 100}).tier, Tier::standard);
}

}  // namespace
}  // namespace firsthand::test
