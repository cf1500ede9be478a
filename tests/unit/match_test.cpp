// SPDX-License-Identifier: Apache-2.0
// routing/match: the pairing, in a few named situations and over thousands of seeded worlds.
#include "routing/match.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "routing/expectation.hpp"

namespace firsthand::routing {
namespace {

constexpr Instant kNoon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} +
                        std::chrono::hours{4}};

AgentState free_agent(int id, int idle_s, std::vector<std::string> skills = {"complaints"}) {
  AgentState state;
  state.user = UserId{id};
  state.presence = Presence::available;
  state.skills = std::move(skills);
  state.languages = {"zh"};
  state.idle_since = kNoon - Seconds{idle_s};
  return state;
}

Waiting caller(int id, int waited_s, std::string queue = "complaints") {
  Waiting waiting;
  waiting.interaction = InteractionId{id};
  waiting.queue = std::move(queue);
  waiting.enqueued_at = kNoon - Seconds{waited_s};
  return waiting;
}

std::vector<QueueRules> queues() {
  QueueRules complaints, billing;
  complaints.code = "complaints";
  complaints.skills = {"complaints"};
  complaints.overflow = "billing";
  complaints.overflow_skills = {"billing"};
  complaints.ring = Seconds{20};
  billing.code = "billing";
  billing.skills = {"billing"};
  return {complaints, billing};
}

using Expected = std::map<std::int64_t, std::int64_t>;

Expected by_interaction(const std::vector<Pair>& pairs) {
  Expected out;
  for (const Pair& pair : pairs) out[pair.interaction.value] = pair.agent.value;
  return out;
}

TEST(Match, LongestIdleTakesTheOldestCaller) {
  const std::vector waiting{caller(100, 5), caller(101, 50)};
  const std::vector agents{free_agent(1, 10), free_agent(2, 99)};
  const auto pairs = match(waiting, agents, queues(), kNoon);
  EXPECT_EQ(by_interaction(pairs), (Expected{{101, 2}, {100, 1}}));
  EXPECT_EQ(pairs.front().ring, Seconds{20});
}

TEST(Match, HeadStartsAreSecondsOfWaiting) {
  std::vector waiting{caller(100, 90), caller(101, 5), caller(102, 20), caller(103, 30),
                      caller(104, 29)};
  waiting[1].tier = Tier::key;                // 5 and 60
  waiting[2].severity = 4;                    // 20 and 90
  waiting[4].slack = Seconds{-100};           // 29 and 60: its promise is broken
  waiting[3].place_at = kNoon - Seconds{31};  // came back: the old place
  const std::vector agents{free_agent(1, 40), free_agent(2, 30), free_agent(3, 20),
                           free_agent(4, 10), free_agent(5, 5)};
  const auto pairs = match(waiting, agents, queues(), kNoon);
  EXPECT_EQ(by_interaction(pairs), (Expected{{102, 1}, {100, 2}, {104, 3}, {101, 4}, {103, 5}}));
}

/// No starvation: however important those are who keep coming, whoever came earlier than the
/// largest head start is before them.
TEST(Match, OvertakingIsBounded) {
  QueueRules rules = queues()[0];
  const HeadStarts& by = rules.head_starts;
  const Seconds most{by.key_s + by.urgent_s + by.late_s};
  Waiting plain = caller(100, 1000);
  Waiting important = caller(101, 0);
  important.tier = Tier::key;
  important.severity = 4;
  important.slack = Seconds{0};
  important.enqueued_at = plain.enqueued_at + most + Seconds{1};
  EXPECT_LT(place_in_line(plain, rules), place_in_line(important, rules));
  important.enqueued_at = plain.enqueued_at + most - Seconds{1};
  EXPECT_GT(place_in_line(plain, rules), place_in_line(important, rules));
}

TEST(Expectation, PlaceAndWait) {
  HandlingTimes times{Seconds{120}};
  auto busy = free_agent(1, 0);
  busy.presence = Presence::talking;
  auto other = free_agent(2, 0);
  other.presence = Presence::wrap_up;
  const std::vector waiting{caller(100, 10), caller(101, 50), caller(102, 1, "billing")};
  auto got = expectations(waiting, Floor{std::vector{busy, other}}, queues(), times);
  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[0].interaction, InteractionId{101});
  EXPECT_EQ(got[0].place, 1);
  EXPECT_EQ(got[0].wait, Seconds{60});  // two at work share calls of 120 s
  EXPECT_EQ(got[1].place, 2);
  EXPECT_EQ(got[1].wait, Seconds{120});
  EXPECT_EQ(got[2].place, 1);
  EXPECT_FALSE(got[2].wait) << "nobody of billing is at work";
  got = expectations(waiting, Floor{std::vector{busy, free_agent(3, 9)}}, queues(), times);
  EXPECT_EQ(got[0].wait, Seconds{0});
  for (int i = 0; i < 100; ++i) times.seen("complaints", Seconds{600});
  EXPECT_NEAR(static_cast<double>(times.of("complaints").count()), 600, 2);
}

Waiting letter(int id, int waited_s) {
  Waiting waiting = caller(id, waited_s);
  waiting.written = true;
  return waiting;
}

TEST(Match, LettersComeBehindEveryCaller) {
  // Older by hours, and its owner is the only one who is free.
  Waiting old_letter = letter(100, 20000);
  old_letter.owner = UserId{1};
  const std::vector waiting{old_letter, caller(101, 1)};
  const std::vector one{free_agent(1, 10)};
  EXPECT_EQ(by_interaction(match(waiting, one, queues(), kNoon)), (Expected{{101, 1}}));
  const std::vector two{free_agent(1, 10), free_agent(2, 5)};
  EXPECT_EQ(by_interaction(match(waiting, two, queues(), kNoon)), (Expected{{101, 2}, {100, 1}}));
}

TEST(Match, LettersAreAskedForAsLongAsTheirQueueSays) {
  auto rules = queues();
  rules[0].written_ring = Seconds{33};
  const auto pairs =
      match(std::vector{letter(100, 1)}, std::vector{free_agent(1, 10)}, rules, kNoon);
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].ring, Seconds{33});
  EXPECT_TRUE(pairs[0].written);
}

TEST(Match, LettersAreNotInAnybodysWay) {
  const std::vector waiting{letter(100, 900), caller(101, 1)};
  const std::vector agents{free_agent(1, 10)};
  const auto expected = expectations(waiting, Floor{agents}, queues(), HandlingTimes{});
  ASSERT_EQ(expected.size(), 1u);
  EXPECT_EQ(expected[0].interaction, InteractionId{101});
  EXPECT_EQ(expected[0].place, 1);
}

TEST(Match, OwnerIsReservedForHisOwnCaller) {
  std::vector waiting{caller(100, 90), caller(101, 1)};
  waiting[0].tier = Tier::key;
  waiting[1].owner = UserId{1};
  // The only free agent is the newer caller's owner.
  EXPECT_EQ(by_interaction(match(waiting, std::vector{free_agent(1, 99)}, queues(), kNoon)),
            (Expected{{101, 1}}));
  EXPECT_EQ(by_interaction(
                match(waiting, std::vector{free_agent(1, 99), free_agent(2, 5)}, queues(), kNoon)),
            (Expected{{100, 2}, {101, 1}}));
}

TEST(Match, TwoCallersOfOneOwner) {
  std::vector waiting{caller(100, 3), caller(101, 4)};
  waiting[0].owner = waiting[1].owner = UserId{1};
  // The second waits for the owner although somebody else is free: he is there.
  const auto got =
      match_all(waiting, Floor{std::vector{free_agent(1, 9), free_agent(2, 9)}}, queues(), kNoon);
  EXPECT_EQ(by_interaction(got.pairs), (Expected{{101, 1}}));
  ASSERT_TRUE(got.next_change_at);
  EXPECT_EQ(*got.next_change_at, waiting[0].enqueued_at + queues()[0].owner_wait);
}

TEST(Match, TheSpecialistIsLeftForWhoNeedsHim) {
  std::vector waiting{caller(100, 90), caller(101, 10)};
  waiting[1].skills = {"hardware"};
  // The older caller would take 1, the longest idle; but only 1 can serve the younger.
  const std::vector agents{free_agent(1, 99, {"complaints", "hardware"}), free_agent(2, 5)};
  EXPECT_EQ(by_interaction(match(waiting, agents, queues(), kNoon)),
            (Expected{{100, 2}, {101, 1}}));
}

TEST(Match, WhoMissedIsNotRungAgain) {
  std::vector waiting{caller(100, 30)};
  waiting[0].excluded = {{UserId{1}, kNoon + Seconds{40}}};
  EXPECT_TRUE(match(waiting, std::vector{free_agent(1, 9)}, queues(), kNoon).empty());
  EXPECT_EQ(by_interaction(
                match(waiting, std::vector{free_agent(1, 9), free_agent(2, 1)}, queues(), kNoon)),
            (Expected{{100, 2}}));
}

TEST(Match, ExhaustedAreNamedAndNotPaired) {
  const std::vector waiting{caller(100, 601)};
  const auto got = match_all(waiting, Floor{std::vector{free_agent(1, 9)}}, queues(), kNoon);
  EXPECT_TRUE(got.pairs.empty());
  EXPECT_EQ(got.exhausted, (std::vector{Spent{InteractionId{100}, Exhausted::wait_over}}));
}

TEST(Match, AnUnknownQueueIsServedByDefaults) {
  const std::vector waiting{caller(100, 1, "gone")};
  EXPECT_EQ(by_interaction(match(waiting, std::vector{free_agent(1, 9, {})}, queues(), kNoon)),
            (Expected{{100, 1}}));
}

// ---------------------------------------------------------------- properties over seeded worlds

struct World {
  std::vector<Waiting> waiting;
  std::vector<AgentState> agents;
};

World make_world(std::mt19937_64& random) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const std::vector<std::string> skills{"complaints", "billing", "hardware"};
  constexpr Presence kPresences[] = {
      Presence::available, Presence::available, Presence::available,
      Presence::talking,   Presence::wrap_up,   Presence::on_break,
      Presence::offline,   Presence::offered,   Presence::not_responding};
  World world;
  const int agents = 1 + below(9);
  for (int i = 0; i < agents; ++i) {
    AgentState agent = free_agent(1 + i, below(50), {});
    agent.presence = kPresences[below(9)];
    agent.alive = below(8) != 0;
    agent.capacity_free = below(12) != 0;
    agent.misses = below(6) == 0 ? 1 : 0;
    for (const auto& skill : skills)
      if (below(2) == 0) agent.skills.push_back(skill);
    if (below(3) == 0) agent.languages.push_back("en");
    world.agents.push_back(std::move(agent));
  }
  const int callers = 1 + below(9);
  for (int i = 0; i < callers; ++i) {
    Waiting one = caller(100 + i, below(200), below(2) == 0 ? "complaints" : "billing");
    one.tier = below(4) == 0 ? Tier::key : Tier::standard;
    one.severity = 1 + below(2);
    if (below(3) == 0) one.owner = UserId{1 + below(agents)};
    if (below(5) == 0) one.deputies = {UserId{1 + below(agents)}};
    if (below(5) == 0) one.team = {UserId{1 + below(agents)}, UserId{1 + below(agents)}};
    if (below(5) == 0) one.skills = {"hardware"};
    if (below(4) == 0) one.language = "en";
    if (below(4) == 0)
      one.excluded = {{UserId{1 + below(agents)}, kNoon + Seconds{below(40) - 10}}};
    if (below(30) == 0) one.enqueued_at = kNoon - Seconds{700};
    if (below(6) == 0) one.slack = Seconds{below(60) - 20};
    if (below(8) == 0) one.place_at = one.enqueued_at - Seconds{below(90)};
    one.virtual_hold = below(10) == 0;
    one.closed = below(12) == 0;
    world.waiting.push_back(std::move(one));
  }
  return world;
}

bool has_all(const AgentState& agent, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& skill) {
    return std::find(agent.skills.begin(), agent.skills.end(), skill) != agent.skills.end();
  });
}

class MatchProperties : public testing::TestWithParam<unsigned> {};

TEST_P(MatchProperties, Hold) {
  std::mt19937_64 random{GetParam()};
  const auto rules = queues();
  std::size_t paired = 0;
  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE(round);
    World world = make_world(random);
    const Matching got = match_all(world.waiting, Floor{world.agents}, rules, kNoon);
    paired += got.pairs.size();

    std::map<UserId, const AgentState*> agents;
    for (const AgentState& agent : world.agents) agents[agent.user] = &agent;
    std::map<InteractionId, const Waiting*> waiting;
    for (const Waiting& one : world.waiting) waiting[one.interaction] = &one;

    std::set<UserId> used;
    std::map<InteractionId, Pair> served;
    for (const Pair& pair : got.pairs) {
      EXPECT_TRUE(used.insert(pair.agent).second) << "an agent twice";
      EXPECT_TRUE(served.emplace(pair.interaction, pair).second) << "an interaction twice";
      const AgentState& agent = *agents.at(pair.agent);
      const Waiting& one = *waiting.at(pair.interaction);
      EXPECT_TRUE(agent.alive && agent.capacity_free && agent.presence == Presence::available);
      const QueueRules& own_rules = rules_of(rules, one.queue);
      EXPECT_LT(kNoon, one.enqueued_at +
                           (one.virtual_hold ? own_rules.virtual_hold : own_rules.total_wait));
      for (const Exclusion& exclusion : one.excluded)
        EXPECT_FALSE(exclusion.agent == pair.agent && exclusion.until > kNoon);
      const QueueRules& queue = rules_of(rules, one.queue);
      switch (pair.reason) {
        case OfferReason::owner: EXPECT_EQ(pair.agent, one.owner); break;
        case OfferReason::deputy:
        case OfferReason::team: break;  // they know the case; skills are not asked for
        case OfferReason::skills:
          EXPECT_TRUE(has_all(agent, queue.skills) && has_all(agent, one.skills));
          break;
        case OfferReason::overflow:
          EXPECT_TRUE(has_all(agent, queue.overflow_skills) && has_all(agent, one.skills));
          break;
        case OfferReason::transfer:
        case OfferReason::consult:
        case OfferReason::returned: ADD_FAILURE() << "not for the plan to say"; break;
      }
    }

    for (const Waiting& one : world.waiting) {
      const QueueRules& queue = rules_of(rules, one.queue);
      const RoutingPlan own = plan(one, world.agents, queue, kNoon);
      const auto mine = served.find(one.interaction);
      // Owner first where the owner has a free slot and is not promised to another caller of his.
      if (!own.groups.empty() && own.groups.front().reason == OfferReason::owner) {
        const bool has_owner = mine != served.end() && mine->second.agent == one.owner;
        const bool owners_other_caller =
            std::any_of(got.pairs.begin(), got.pairs.end(), [&](const Pair& pair) {
              return pair.agent == one.owner && pair.reason == OfferReason::owner;
            });
        EXPECT_TRUE(has_owner || owners_other_caller);
      }
      if (mine != served.end()) continue;
      for (const CandidateGroup& group : own.groups) {
        for (const UserId agent : group.agents) {
          EXPECT_TRUE(used.contains(agent)) << "waits although somebody asked for is left free";
          // Nobody of the same queue and standing who came later took an agent this one could have.
          for (const auto& [id, pair] : served) {
            const Waiting& other = *waiting.at(id);
            const bool bypassed = pair.agent == agent && other.queue == one.queue &&
                                  place_in_line(other, queue) > place_in_line(one, queue) &&
                                  pair.reason != OfferReason::owner;
            EXPECT_FALSE(bypassed) << id.value << " passed " << one.interaction.value;
          }
        }
      }
    }

    // The order of the input does not matter.
    std::shuffle(world.waiting.begin(), world.waiting.end(), random);
    std::shuffle(world.agents.begin(), world.agents.end(), random);
    EXPECT_EQ(match(world.waiting, world.agents, rules, kNoon), got.pairs);
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GT(paired, 200U) << "the worlds are too empty to show anything";
}

INSTANTIATE_TEST_SUITE_P(Seeds, MatchProperties, testing::Range(1U, 11U));

/// Time alone brings every caller to an end: answered or given a callback, by the plan's own
/// next_change_at, in a bounded number of looks.
TEST(MatchProperty, EveryWaitEndsByFollowingNextChange) {
  std::mt19937_64 random{77};
  const auto rules = queues();
  for (int round = 0; round < 300; ++round) {
    const World world = make_world(random);
    for (const Waiting& one : world.waiting) {
      const QueueRules& queue = rules_of(rules, one.queue);
      Instant now = one.enqueued_at;
      int looks = 0;
      while (true) {
        const RoutingPlan own = plan(one, world.agents, queue, now);
        if (own.exhausted || !own.groups.empty()) break;
        ASSERT_TRUE(own.next_change_at) << "nobody would ever look again";
        ASSERT_GT(*own.next_change_at, now);
        // Between two looks nothing changes.
        const Instant between = now + (*own.next_change_at - now) / 2;
        ASSERT_TRUE(plan(one, world.agents, queue, between).groups.empty());
        now = *own.next_change_at;
        ASSERT_LT(++looks, 12);
      }
      ASSERT_LE(now, one.enqueued_at + (one.virtual_hold ? queue.virtual_hold : queue.total_wait));
    }
  }
}

}  // namespace
}  // namespace firsthand::routing
