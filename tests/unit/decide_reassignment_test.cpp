// SPDX-License-Identifier: Apache-2.0
// A supervisor names another owner, for one case or for many: who is told, how often, by whom.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
namespace json = boost::json;

struct Team {
  Team() {
    store.set_now(monday_ten());
    for (int n = 1; n <= 4; ++n) story.arrives_at_work(agent(n));
    first = story.complaint_taken("+8613900000001", agent(1));
    second = story.complaint_taken("+8613900000002", agent(1));
    third = story.complaint_taken("+8613900000003", agent(2));
  }

  void away(UserId who, UserId deputy) {
    User& user = *std::find_if(rules.users.begin(), rules.users.end(),
                               [who](const User& one) { return one.id == who; });
    user.deputy = deputy;
    user.deputy_from = story.now();
    user.deputy_until = story.now() + hours{8};
  }
  Event act(std::vector<CaseId> cases, UserId to) {
    return by(kSupervisor)
        .once("act")
        .does(event::CasesReassigned{std::move(cases), to, "负荷均衡"});
  }
  struct Letter {
    std::string what;
    UserId to;
    std::vector<std::string> cases;
    json::object facts;
  };
  std::vector<Letter> letters() {
    std::vector<Letter> found;
    for (const auto& effect : store.rows().effects()) {
      if (!effect.key.starts_with("mail:reassigned_")) continue;
      const auto facts = json::parse(effect.payload).as_object();
      Letter letter{std::string{facts.at("what").as_string()},
                    UserId{facts.at("recipient").as_int64()},
                    {},
                    facts};
      for (const auto& one : facts.at("cases").as_array())
        letter.cases.emplace_back(one.at("case_number").as_string());
      found.push_back(std::move(letter));
    }
    return found;
  }
  std::string number(CaseId id) { return story.facts(id).number; }

  Rules rules = company(FIRSTHAND_DEFAULTS);
  MemoryStore store{rules};
  Story story{store};
  CaseId first, second, third;
};

TEST(Reassignment, of_many_cases_is_one_letter_to_each_whom_it_concerns) {
  Team team;
  team.story.must(team.act({team.first, team.second, team.third}, agent(3)));
  for (const CaseId id : {team.first, team.second, team.third})
    EXPECT_EQ(team.story.facts(id).owner, agent(3));
  const auto letters = team.letters();
  ASSERT_EQ(letters.size(), 3u);
  EXPECT_EQ(letters[0].what, "reassigned_to");
  EXPECT_EQ(letters[0].to, agent(3));
  EXPECT_EQ(letters[0].cases, (std::vector{team.number(team.first), team.number(team.second),
                                           team.number(team.third)}));
  EXPECT_EQ(letters[0].facts.at("reason").as_string(), "负荷均衡");
  EXPECT_EQ(letters[0].facts.at("by").as_string(),
            json::string_view{team.rules.user(kSupervisor)->name});
  EXPECT_EQ(letters[0].facts.at("case_number").as_string(), "") << "it is about several";
  EXPECT_EQ(letters[1].what, "reassigned_from");
  EXPECT_EQ(letters[1].to, agent(1));
  EXPECT_EQ(letters[1].cases, (std::vector{team.number(team.first), team.number(team.second)}));
  EXPECT_EQ(letters[2].to, agent(2));
  EXPECT_EQ(letters[2].cases, std::vector{team.number(team.third)});
  EXPECT_EQ(letters[2].facts.at("case_number").as_string(),
            json::string_view{letters[2].cases.front()});
}

TEST(Reassignment, repeated_says_the_same_and_nothing_twice) {
  Team team;
  const Event act = team.act({team.first, team.third}, agent(3));
  const Reply reply = team.story.must(act);
  const Outcome again = team.story.tell(act);
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.reply, reply);
  EXPECT_EQ(team.letters().size(), 3u);
  EXPECT_EQ(team.story.ledger(team.first).size(), 2u);
}

TEST(Reassignment, of_what_cannot_move_says_why_and_moves_the_rest) {
  Team team;
  team.story.resolves(team.second, agent(1));
  team.story.must(by(agent(1)).does(event::CaseClosed{team.second}));
  const Reply reply = team.story.must(
      team.act({team.first, team.second, team.third, CaseId{77}, team.first}, agent(2)));
  EXPECT_EQ(team.story.facts(team.first).owner, agent(2));
  EXPECT_EQ(team.story.facts(team.second).owner, agent(1));
  EXPECT_EQ(team.story.ledger(team.third).size(), 1u) << "it was the colleague's already";
  const auto& history = team.store.rows().history();
  const auto told = std::find_if(history.begin(), history.end(),
                                 [&](const auto& entry) { return entry.id == reply.id; });
  ASSERT_NE(told, history.end());
  EXPECT_EQ(told->kind, "cases_reassigned");
  const auto facts = json::parse(told->data).as_object();
  EXPECT_EQ(facts.at("cases").as_int64(), 1);
  std::vector<std::string> refused;
  for (const auto& item : facts.at("items").as_array())
    refused.emplace_back(item.at("refused").as_string());
  EXPECT_EQ(refused, (std::vector<std::string>{"", "already_closed", "already_owner", "not_found",
                                               "already_owner"}));
  const auto letters = team.letters();
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[0].cases, std::vector{team.number(team.first)});
  EXPECT_EQ(letters[1].to, agent(1));
}

TEST(Reassignment, of_nothing_that_moves_writes_no_letter) {
  Team team;
  team.story.must(team.act({team.third}, agent(2)));
  EXPECT_TRUE(team.letters().empty());
}

TEST(Reassignment, goes_to_the_deputies_of_those_who_are_away) {
  Team team;
  team.away(agent(1), agent(4));
  team.away(agent(3), agent(2));
  team.story.must(team.act({team.first, team.third}, agent(3)));
  const auto letters = team.letters();
  ASSERT_EQ(letters.size(), 2u) << "agent 2 stands in for the new owner and reads it there";
  EXPECT_EQ(letters[0].to, agent(2));
  EXPECT_EQ(letters[0].facts.at("stands_in_for").as_string(),
            json::string_view{team.rules.user(agent(3))->name});
  EXPECT_EQ(letters[1].what, "reassigned_from");
  EXPECT_EQ(letters[1].to, agent(4));
}

TEST(Reassignment, to_oneself_is_told_to_the_other_only) {
  Team team;
  team.story.must(
      by(kSupervisor).does(event::CaseReassigned{team.first, kSupervisor, "由主管处理"}));
  auto letters = team.letters();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].to, agent(1));
  team.story.must(by(kSupervisor).does(event::CaseReassigned{team.first, agent(2), "还是坐席"}));
  letters = team.letters();
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[1].what, "reassigned_to");
  EXPECT_EQ(letters[1].to, agent(2));
}

}  // namespace
}  // namespace firsthand::test
