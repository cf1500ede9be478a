// SPDX-License-Identifier: Apache-2.0
// Somebody leaves, somebody is away: nothing is orphaned, owners change by the ledger only, and the
// history says for whom a deputy acted. By story, and over random sequences (rules 1 and 2).
#include <gtest/gtest.h>
#ifdef FIRSTHAND_RAPIDCHECK
#include <rapidcheck/gtest.h>
#endif

#include <random>

#include "engine/decide.hpp"
#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// People come and go: rules of one's own, as a node has them some seconds after a departure.
struct Office {
  Office() { store.set_now(monday_ten()); }

  User& person(UserId id) {
    return *std::find_if(rules.users.begin(), rules.users.end(),
                         [id](const User& user) { return user.id == id; });
  }
  void away(UserId who, UserId deputy, Millis time) {
    person(who).deputy = deputy;
    person(who).deputy_from = story.now();
    person(who).deputy_until = story.now() + time;
  }
  /// What the rules say once they have been read again.
  void read_rules_again() {
    for (const auto& departure : store.rows().departed()) {
      User& gone = person(departure.user);
      gone.disabled = true;
      gone.deputy = departure.successor;
      gone.deputy_from = monday_ten();
      gone.deputy_until.reset();
    }
  }
  Reply departs(UserId who, UserId otherwise, std::vector<event::Receiver> receivers = {}) {
    const Reply reply = story.must(
        by(kSupervisor).does(event::PersonDeparts{who, otherwise, std::move(receivers), "离职"}));
    read_rules_again();
    return reply;
  }
  std::vector<Effect> mails(const std::string& what) {
    std::vector<Effect> found;
    for (const auto& effect : store.rows().effects()) {
      if (effect.payload.find("\"what\":\"" + what + "\"") != std::string::npos)
        found.push_back(effect);
    }
    return found;
  }

  Rules rules = company(FIRSTHAND_DEFAULTS);
  MemoryStore store{rules};
  Story story{store};
};

TEST(Departure, everything_goes_to_named_people_and_the_rest_to_one) {
  Office office;
  Story& story = office.story;
  for (int n = 1; n <= 4; ++n) story.arrives_at_work(agent(n));
  const CaseId named = story.complaint_taken("+8613900000001", agent(1));
  const CaseId rest = story.complaint_taken("+8613900000002", agent(1));
  const CaseId resolved = story.complaint_taken("+8613900000003", agent(1));
  story.resolves(resolved, agent(1));
  const CaseId closed = story.complaint_taken("+8613900000004", agent(1));
  story.resolves(closed, agent(1));
  story.must(by(agent(1)).does(event::CaseClosed{closed}));
  const CaseId handed = story.complaint_taken("+8613900000005", agent(1));
  story.must(by(agent(1)).does(event::HandOverOffered{handed, agent(4), "休假"}));
  const CaseId offered = story.complaint_taken("+8613900000006", agent(2));
  story.must(by(agent(2)).does(event::HandOverOffered{offered, agent(1), "专长"}));

  const Reply reply =
      office.departs(agent(1), agent(3), {event::Receiver{agent(2), {named}, {}, {}, {}}});

  EXPECT_EQ(story.facts(named).owner, agent(2));
  for (const CaseId id : {rest, resolved, handed}) EXPECT_EQ(story.facts(id).owner, agent(3));
  EXPECT_EQ(story.facts(closed).owner, agent(1));  // what is over stays whose it was
  EXPECT_FALSE(story.facts(handed).hand_over_to);
  EXPECT_FALSE(story.facts(offered).hand_over_to);
  EXPECT_EQ(story.facts(offered).owner, agent(2));
  const OwnershipEntry row = story.ledger(named).back();
  EXPECT_EQ(row.how, OwnershipHow::departure);
  EXPECT_EQ(row.previous_owner, agent(1));
  EXPECT_EQ(row.by, kSupervisor);
  EXPECT_EQ(row.reason, "离职");
  EXPECT_EQ(story.desk(agent(1)).presence, Presence::offline);

  // One mail each, with everything in it.
  EXPECT_EQ(office.mails("departure").size(), 2u);
  const auto& history = office.store.rows().history();
  const auto told = std::find_if(history.begin(), history.end(),
                                 [&](const auto& entry) { return entry.id == reply.id; });
  ASSERT_NE(told, history.end());
  EXPECT_EQ(told->kind, "person_departed");
  EXPECT_NE(told->data.find("\"cases\":4"), std::string::npos) << told->data;
  ASSERT_EQ(office.store.rows().departed().size(), 1u);
  EXPECT_EQ(office.store.rows().departed().front().successor, agent(3));
}

TEST(Departure, promises_go_along_and_a_follow_up_goes_to_somebody_impartial) {
  Office office;
  Story& story = office.story;
  for (int n = 1; n <= 2; ++n) story.arrives_at_work(agent(n));
  // An inquiry is the owner's own work, and so is its callback.
  event::CaseRegistered inquiry = complaint();
  inquiry.kind = CaseKind::inquiry;
  inquiry.category = "cpzx";
  inquiry.number = "+8613900000001";
  const CaseId own{story.must(by(agent(1)).does(inquiry)).id};
  ASSERT_EQ(story.open_callback(own).user, agent(1));
  const CaseId other = story.complaint_taken("+8613900000002", agent(2));
  story.resolves(other, agent(2));
  const Callback follow_up = story.open_callback(other, CallbackKind::follow_up);

  office.departs(follow_up.user, agent(2));  // who owned the case

  const UserId caller = story.callback(follow_up.id).user;
  EXPECT_NE(caller, follow_up.user);
  EXPECT_NE(caller, agent(2));
  if (follow_up.user != agent(1)) office.departs(agent(1), agent(2));
  EXPECT_EQ(story.open_callback(own).user, agent(2));
}

TEST(Departure, the_department_keeps_the_work_its_liaison_had_accepted) {
  Office office;
  Story& story = office.story;
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const DispatchId dispatch = story.newest_dispatch(id).id;
  story.must(by(kRepairLiaison).does(event::DispatchAccepted{dispatch}));
  ASSERT_EQ(story.facts(id).handler, kRepairLiaison);

  office.departs(kRepairLiaison, kTechnicalLiaison);

  EXPECT_EQ(story.newest_dispatch(id).state, DispatchState::sent);
  EXPECT_FALSE(story.newest_dispatch(id).accepted_by);
  EXPECT_FALSE(story.facts(id).handler);
  EXPECT_EQ(story.facts(id).owner, agent(1));
  EXPECT_EQ(story.live_clock(id, ClockKind::acknowledgement).dispatch, dispatch);
  // Its head stands alone now: the promise is the department's.
  EXPECT_FALSE(story.open_callback(id).user);
  EXPECT_EQ(story.open_callback(id).department, kRepair);
}

TEST(Departure, an_escalated_case_keeps_somebody_of_the_back_line) {
  Office office;
  Story& story = office.story;
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  story.must(by(agent(1)).does(event::CaseEscalated{id, {}, "无进展"}));
  const UserId was = story.facts(id).handler;

  office.departs(was, was == back_line(1) ? back_line(2) : back_line(1));

  const UserId handler = story.facts(id).handler;
  EXPECT_TRUE(handler && handler != was);
  EXPECT_EQ(office.person(handler).role, Role::back_line);
  EXPECT_EQ(story.facts(id).owner, agent(1));
}

TEST(Departure, accounts_and_review_actions_go_too) {
  const Rules rules = company(FIRSTHAND_DEFAULTS);
  World world;
  const CustomerId customer{901};
  world.customers[customer].id = customer;
  world.customers[customer].name = "示例客户";
  Account& account = world.accounts[customer];
  account.customer = customer;
  account.owner = agent(1);
  account.developer = agent(1);
  ReviewActionFile& action = world.review_actions[ReviewActionId{902}];
  action.facts.id = ReviewActionId{902};
  action.facts.title = "复盘";
  action.facts.assignee = agent(1);
  std::int64_t next = 1000;
  Docket docket{world, [&] { return next++; }, [] { return std::int64_t{1}; }};

  const Event event = by(kSupervisor).does(event::PersonDeparts{agent(1), agent(2), {}, "离职"});
  const Outcome outcome = decide(docket, event, rules, monday_ten());

  ASSERT_FALSE(outcome.refusal) << outcome.refusal->sentence;
  EXPECT_EQ(docket.now.accounts.at(customer).owner, agent(2));
  EXPECT_EQ(docket.now.accounts.at(customer).developer, agent(1));  // the credit stays
  ASSERT_EQ(docket.written.account_entries.size(), 1u);
  EXPECT_EQ(docket.written.account_entries.front().how, AccountHow::departure);
  EXPECT_EQ(docket.now.review_actions.at(ReviewActionId{902}).facts.assignee, agent(2));
}

TEST(Departure, a_case_of_somebody_who_left_is_reopened_with_the_successor) {
  Office office;
  Story& story = office.story;
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  story.resolves(id, agent(1));
  story.must(by(agent(1)).does(event::CaseClosed{id}));
  office.departs(agent(1), agent(3));
  office.departs(agent(3), agent(4));

  story.must(by(agent(2)).does(event::CaseReopened{id, "又坏了"}));

  EXPECT_EQ(story.facts(id).owner, agent(4));
  EXPECT_EQ(story.ledger(id).back().how, OwnershipHow::departure);
  EXPECT_EQ(story.open_callback(id).user, agent(4));
}

TEST(Departure, nodes_that_have_not_heard_of_it_are_stopped_by_the_store) {
  Office office;
  Story& story = office.story;
  story.arrives_at_work(agent(2));
  story.must(by(kSupervisor).does(event::PersonDeparts{agent(1), agent(2), {}, "离职"}));
  const CaseId id = story.complaint_taken("+8613900000001", agent(2));
  const Event given = by(kSupervisor).does(event::CaseReassigned{id, agent(1), "误派"});
  EXPECT_THROW(story.tell(given), ConstraintViolation);
  EXPECT_EQ(story.facts(id).owner, agent(2));
  office.read_rules_again();
  EXPECT_EQ(story.refused(given), "invalid");
}

TEST(Deputy, acts_for_the_owner_and_the_history_says_so) {
  Office office;
  Story& story = office.story;
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  office.away(agent(1), agent(2), hours{8});
  office.away(agent(2), agent(3), hours{2});
  const auto acted_for = [&](UserId who) {
    story.must(by(who).does(event::NoteAdded{id, "跟进"}));
    return office.store.rows().history().back().acting_for;
  };
  EXPECT_EQ(acted_for(agent(3)), agent(1));  // A -> B -> C
  EXPECT_FALSE(acted_for(agent(2)));
  EXPECT_FALSE(acted_for(agent(1)));
  story.must(by(agent(3)).does(event::CustomerTold{id, "message", "已答复"}));
  EXPECT_EQ(story.refused(by(agent(4)).does(event::CaseResolved{id, "x"})), "not_owner");
  story.must(by(agent(3)).does(event::HandOverOffered{id, agent(5), "专长"}));
  EXPECT_EQ(story.facts(id).owner, agent(1));  // standing in is not owning
  story.pass(hours{3});
  EXPECT_EQ(acted_for(agent(2)), agent(1));  // C has returned the work by himself
  story.pass(hours{9});
  EXPECT_FALSE(acted_for(agent(2)));
}

TEST(HandOver, is_declined_with_a_reason_or_taken_back_by_the_owner) {
  Office office;
  Story& story = office.story;
  story.arrives_at_work(agent(1));
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  story.must(by(agent(1)).does(event::HandOverOffered{id, agent(2), "休假"}));
  EXPECT_EQ(office.mails("hand_over_offered").size(), 1u);
  EXPECT_EQ(story.refused(by(agent(1)).does(event::HandOverAnswered{id, true})), "no_hand_over");
  EXPECT_EQ(story.refused(by(agent(3)).does(event::HandOverAnswered{id, false})), "no_hand_over");
  story.must(by(agent(2)).does(event::HandOverAnswered{id, false, "手上太满"}));
  EXPECT_EQ(story.told_of(id, "hand_over_declined"), 1u);
  EXPECT_EQ(office.mails("hand_over_declined").size(), 1u);
  story.must(by(agent(1)).does(event::HandOverOffered{id, agent(2), "休假"}));
  story.must(by(agent(1)).does(event::HandOverAnswered{id, false, "不走了"}));
  EXPECT_EQ(story.told_of(id, "hand_over_withdrawn"), 1u);
  EXPECT_EQ(story.refused(by(agent(2)).does(event::HandOverAnswered{id, true})), "no_hand_over");
  EXPECT_EQ(story.facts(id).owner, agent(1));
  EXPECT_EQ(story.ledger(id).size(), 1u);
}

// ------------------------------------------------------------------------------- rules 1 and 2
/// People work, are away, come back and leave; by `seed`. Answers what was violated, or "".
std::string random_months(unsigned seed, int turns) {
  std::mt19937 random{seed};
  const auto below = [&random](std::size_t n) { return random() % n; };
  Office office;
  Story& story = office.story;
  const auto& world = office.store.rows().world();
  const auto here = [&] {
    std::vector<UserId> found;
    for (const auto& user : office.rules.users) {
      if (!user.disabled && (user.role == Role::agent || user.role == Role::back_line))
        found.push_back(user.id);
    }
    return found;
  };
  const auto any_case = [&] {
    auto at = world.cases.begin();
    if (at != world.cases.end()) std::advance(at, static_cast<long>(below(world.cases.size())));
    return at == world.cases.end() ? CaseId{} : at->first;
  };
  for (int turn = 0; turn < turns; ++turn) {
    story.pass(minutes{below(300)});
    const auto people = here();
    const UserId one = people[below(people.size())];
    const UserId other = people[below(people.size())];
    const CaseId id = any_case();
    Event event = by(one).does(event::NoteAdded{id, "跟进"});
    switch (below(13)) {
      case 0:
      case 1:
      case 2: {
        event::CaseRegistered what = web_complaint("+86139000000" + std::to_string(10 + below(9)));
        what.public_token.clear();
        event = below(2) ? web().does(what) : by(one).does(what);
        break;
      }
      case 3: event = by(one).does(event::HandOverOffered{id, other, "休假"}); break;
      case 4: event = by(one).does(event::HandOverAnswered{id, below(3) > 0}); break;
      case 5: event = by(kSupervisor).does(event::CaseReassigned{id, other, "负荷"}); break;
      case 6: event = by(one).does(event::CaseEscalated{id, {}, "无进展"}); break;
      case 7: event = by(one).does(event::CustomerTold{id, "message", ""}); break;
      case 8: event = by(kSupervisor).does(event::CaseResolved{id, "已解决"}); break;
      case 9: event = by(one).does(event::CaseReopened{id, "又坏了"}); break;
      case 10: office.away(one, other, hours{1 + static_cast<int>(below(60))}); break;
      case 11: event = by(kSupervisor).does(event::CaseClosed{id}); break;
      case 12:
        if (people.size() > 3)
          event = by(kSupervisor).does(event::PersonDeparts{one, other, {}, "离职"});
        break;
    }
    story.tell(event);
    office.read_rules_again();

    const auto gone = [&](UserId who) { return who && office.person(who).disabled; };
    std::map<CaseId, UserId> by_ledger;
    for (const auto& row : office.store.rows().ownership()) {
      const auto held = by_ledger.find(row.case_id);
      if (held != by_ledger.end() && row.previous_owner != held->second)
        return "the ledger has a gap";
      if ((held == by_ledger.end()) != (row.how == OwnershipHow::first_contact))
        return "first contact is not first";
      by_ledger[row.case_id] = row.owner;
    }
    for (const auto& [case_id, file] : world.cases) {
      const Case& c = file.facts;
      if (!c.owner) return "a case without an owner";
      if (by_ledger[case_id] != c.owner) return "an owner whom the ledger does not know";
      if (c.state == CaseState::closed) continue;
      if (gone(c.owner)) return "a case owned by somebody who has left";
      if (gone(c.handler)) return "a case handled by somebody who has left";
      if (gone(c.hand_over_to)) return "a case offered to somebody who has left";
    }
    for (const auto& [callback_id, promise] : world.callbacks) {
      if (promise.state != CallbackState::open) continue;
      if (gone(promise.user)) return "a promise of somebody who has left";
      if (!promise.user && !promise.department) return "a promise of nobody";
    }
  }
  return "";
}

#ifdef FIRSTHAND_RAPIDCHECK
RC_GTEST_PROP(Ownership, is_never_empty_and_changes_by_the_ledger_only, ()) {
  const auto seed = *rc::gen::arbitrary<unsigned>();
  RC_ASSERT(random_months(seed, 150) == "");
}
#endif

TEST(Ownership, holds_over_a_long_sequence) {
  EXPECT_EQ(random_months(7, 1500), "");
}

}  // namespace
}  // namespace firsthand::test
