// SPDX-License-Identifier: Apache-2.0
// The permission check: a matrix of roles and actions over rows, the feed's topics, and that each
// route of the table is guarded as its row says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <map>
#include <set>

#include "adapters/runtime/api/can.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

constexpr std::int64_t kMe = 7;
constexpr std::int64_t kMyDepartment = 70;

Subject person(Role role, std::int64_t id = kMe, std::int64_t department = kMyDepartment) {
  postgres::SignedInUser user;
  user.id = UserId{id};
  user.role = role;
  if (role == Role::liaison)
    user.department = postgres::DepartmentRef{department, "repair", "", ""};
  Subject subject;
  subject.user = user;
  return subject;
}

Subject client(std::vector<std::string> scopes) {
  Subject subject;
  subject.client = postgres::ApiClient{1, "web", std::move(scopes)};
  return subject;
}

Row mine() {
  Row row;
  row.owners = {kMe};
  return row;
}
Row others() {
  Row row;
  row.owners = {1};
  row.departments = {99};
  row.department = 99;
  return row;
}
Row my_departments() {
  Row row = others();
  row.departments = {kMyDepartment};
  row.department = kMyDepartment;
  return row;
}
Row escalated() {
  Row row = others();
  row.escalated = true;
  return row;
}

/// For each action, who may: letters a(gent) b(ack_line) l(iaison) s(upervisor) m(anager)
/// d (administrator), on my own row | another's | my department's | an escalated one.
struct MatrixRow {
  Action action;
  const char* own;
  const char* other;
  const char* department;
  const char* when_escalated;
};

constexpr MatrixRow kMatrix[] = {
    {Action::use_session, "ablsmd", "ablsmd", "ablsmd", "ablsmd"},
    {Action::see_reference, "ablsmd", "ablsmd", "ablsmd", "ablsmd"},
    {Action::work_desk, "abls", "abls", "abls", "abls"},
    {Action::listen_to_calls, "s", "s", "s", "s"},
    {Action::hear_recording, "ablsm", "sm", "sm", "sm"},
    {Action::hold_recording, "sm", "sm", "sm", "sm"},
    {Action::see_cases, "ablsmd", "absmd", "ablsmd", "absmd"},
    {Action::see_case, "ablsmd", "absmd", "ablsmd", "absmd"},
    {Action::register_case, "abs", "abs", "abs", "abs"},
    {Action::edit_case, "ablsmd", "s", "s", "bs"},
    {Action::note_case, "ablsm", "absm", "ablsm", "absm"},
    {Action::add_contact, "abs", "abs", "abs", "abs"},
    {Action::dispatch_case, "ablsmd", "s", "s", "bs"},
    {Action::escalate_case, "ablsmd", "sm", "lsm", "bsm"},
    {Action::resolve_case, "ablsmd", "s", "s", "s"},
    {Action::close_case, "ablsmd", "s", "s", "s"},
    {Action::reopen_case, "abs", "abs", "abs", "abs"},
    {Action::hand_over_case, "ablsmd", "s", "s", "s"},
    {Action::answer_hand_over, "", "", "", ""},
    {Action::reassign_case, "smd", "smd", "smd", "smd"},
    {Action::pause_case, "ablsmd", "s", "s", "bs"},
    {Action::tell_customer, "ablsmd", "s", "s", "bs"},
    {Action::accept_dispatch, "s", "s", "ls", "s"},
    {Action::return_dispatch, "s", "s", "ls", "s"},
    {Action::answer_dispatch, "s", "s", "ls", "s"},
    {Action::see_inbox, "lsmd", "lsmd", "lsmd", "lsmd"},
    {Action::see_callbacks, "ablsmd", "ablsmd", "ablsmd", "ablsmd"},
    {Action::work_callback, "ablsmd", "s", "ls", "s"},
    {Action::assign_callback, "abs", "abs", "abls", "abs"},
    {Action::cancel_callback, "ablsmd", "s", "s", "s"},
    {Action::settle_dispute, "s", "s", "s", "s"},
    {Action::see_promises, "bsmd", "bsmd", "bsmd", "bsmd"},
    {Action::see_alerts, "ablsmd", "ablsmd", "ablsmd", "ablsmd"},
    {Action::acknowledge_alert, "s", "s", "s", "s"},
    {Action::see_customers, "ablsmd", "absmd", "ablsmd", "absmd"},
    {Action::see_customer, "ablsmd", "absmd", "ablsmd", "absmd"},
    {Action::edit_customer, "abs", "abs", "abs", "abs"},
    {Action::reveal_number, "abls", "abs", "abls", "abs"},
    {Action::erase_customer, "md", "md", "md", "md"},
    {Action::create_customer, "abls", "abls", "abls", "abls"},
    {Action::merge_customers, "absm", "absm", "absm", "absm"},
    {Action::score_tier, "smd", "smd", "smd", "smd"},
    {Action::see_pool, "ablsmd", "ablsmd", "ablsmd", "ablsmd"},
    {Action::claim_account, "abl", "abl", "abl", "abl"},
    {Action::give_account, "smd", "smd", "smd", "smd"},
    {Action::give_up_account, "ablsmd", "smd", "smd", "smd"},
    {Action::follow_up_account, "ablsmd", "", "", ""},
    {Action::see_people, "smd", "smd", "smd", "smd"},
    {Action::plan_absence, "smd", "smd", "smd", "smd"},
    {Action::let_go, "smd", "smd", "smd", "smd"},
    {Action::administer_people, "d", "d", "d", "d"},
    {Action::see_wallboard, "absmd", "absmd", "absmd", "absmd"},
    {Action::see_deliveries, "smd", "smd", "smd", "smd"},
    {Action::resend_delivery, "sd", "sd", "sd", "sd"},
    {Action::edit_profile, "ablsmd", "ablsmd", "ablsmd", "ablsmd"},
    {Action::see_rules, "smd", "smd", "smd", "smd"},
    {Action::edit_rules, "d", "d", "d", "d"},
    {Action::see_review_actions, "ablsmd", "ablsmd", "ablsmd", "ablsmd"},
    {Action::edit_review_action, "bsm", "bsm", "bsm", "bsm"},
    {Action::finish_review_action, "ablsmd", "s", "ls", "s"},
    {Action::cancel_review_action, "sm", "sm", "sm", "sm"},
    {Action::edit_complaint, "ablsmd", "s", "ls", "bs"},
    {Action::propose_compensation, "ablsmd", "s", "s", "bs"},
    {Action::decide_compensation, "sm", "sm", "sm", "sm"},
    {Action::send_letter, "ablsmd", "s", "s", "bs"},
    {Action::see_imports, "smd", "smd", "smd", "smd"},
    {Action::import_data, "sd", "sd", "sd", "sd"},
    {Action::reconcile, "smd", "smd", "smd", "smd"},
    {Action::see_neglected, "smd", "smd", "smd", "smd"},
    {Action::make_follow_ups, "sm", "sm", "sm", "sm"},
    {Action::see_register, "bsmd", "bsmd", "bsmd", "bsmd"},
    {Action::export_register, "smd", "smd", "smd", "smd"},
    {Action::file_complaint, "", "", "", ""},
    {Action::push_call_events, "", "", "", ""},
};

const std::map<char, Role> kRoles{{'a', Role::agent},   {'b', Role::back_line},
                                  {'l', Role::liaison}, {'s', Role::supervisor},
                                  {'m', Role::manager}, {'d', Role::administrator}};

std::string who_may(Action action, const Row& row) {
  std::string letters;
  for (const char letter : std::string("ablsmd")) {
    if (can(person(kRoles.at(letter)), action, &row)) letters += letter;
  }
  return letters;
}

TEST(Can, FollowsTheMatrix) {
  std::set<Action> covered;
  for (const auto& row : kMatrix) {
    const auto name = word_of(row.action);
    EXPECT_EQ(who_may(row.action, mine()), row.own) << name << " own";
    EXPECT_EQ(who_may(row.action, others()), row.other) << name << " another's";
    EXPECT_EQ(who_may(row.action, my_departments()), row.department) << name << " department's";
    EXPECT_EQ(who_may(row.action, escalated()), row.when_escalated) << name << " escalated";
    covered.insert(row.action);
  }
  for (const auto& [action, name] : kActionWords) {
    EXPECT_TRUE(covered.contains(action)) << name;
    EXPECT_EQ(action_of(word_of(action)), action);
  }
}

TEST(Can, NobodyMayAnything) {
  const Row row = mine();
  for (const auto& each : kMatrix) {
    EXPECT_FALSE(can(Subject{}, each.action)) << word_of(each.action);
    EXPECT_FALSE(can(Subject{}, each.action, &row)) << word_of(each.action);
  }
  // No row's zero is anybody's.
  Row empty;
  EXPECT_FALSE(can(person(Role::agent, 0), Action::resolve_case, &empty));
  EXPECT_FALSE(can(person(Role::liaison, kMe, 0), Action::accept_dispatch, &empty));
  EXPECT_FALSE(can(person(Role::liaison, kMe, 0), Action::see_case, &empty));
}

TEST(Can, ADeputyActsForTheOwner) {
  Row row = others();
  row.owners = {1, kMe};
  EXPECT_TRUE(can(person(Role::agent), Action::resolve_case, &row));
}

TEST(Can, AHandOverIsAnsweredByTheOneAsked) {
  Row row = others();
  row.hand_over_to = kMe;
  EXPECT_TRUE(can(person(Role::agent), Action::answer_hand_over, &row));
  EXPECT_FALSE(can(person(Role::supervisor, 8), Action::answer_hand_over, &row));
}

TEST(Can, AnAlertIsAcknowledgedByItsRecipient) {
  Row row;
  row.person = kMe;
  row.department = kMyDepartment;
  EXPECT_TRUE(can(person(Role::liaison), Action::acknowledge_alert, &row));
  EXPECT_FALSE(can(person(Role::liaison, 8), Action::acknowledge_alert, &row));
  EXPECT_FALSE(can(person(Role::manager, 8), Action::acknowledge_alert, &row));
}

TEST(Can, TokensDoWhatTheirScopesSay) {
  const std::map<std::string, std::set<Action>> expected{
      {"complaints", {Action::file_complaint}},
      {"telephony", {Action::push_call_events}},
      {"read",
       {Action::see_reference, Action::see_cases, Action::see_case, Action::see_callbacks,
        Action::see_alerts, Action::see_customers, Action::see_customer, Action::see_wallboard,
        Action::see_register, Action::see_review_actions, Action::see_imports,
        Action::see_neglected}},
      {"import",
       {Action::import_data, Action::reconcile, Action::see_imports, Action::create_customer,
        Action::see_customers, Action::see_customer}},
      {"", {}},
      {"anything", {}}};
  for (const auto& [scope, allowed] : expected) {
    for (const auto& each : kMatrix) {
      EXPECT_EQ(can(client({scope}), each.action), allowed.contains(each.action))
          << scope << " " << word_of(each.action);
    }
  }
}

TEST(Can, ScopesOfListsAreNarrow) {
  using postgres::Reach;
  EXPECT_EQ(scope_of(person(Role::agent)).reach, Reach::own);
  EXPECT_EQ(scope_of(person(Role::agent), true).reach, Reach::all);
  EXPECT_EQ(scope_of(person(Role::liaison), true).reach, Reach::department);
  EXPECT_EQ(scope_of(person(Role::liaison)).department, kMyDepartment);
  EXPECT_EQ(scope_of(person(Role::supervisor)).reach, Reach::all);
  EXPECT_EQ(scope_of(Subject{}).reach, Reach::own);
  EXPECT_EQ(scope_of(Subject{}).user, 0);
}

struct TopicRow {
  const char* topic;
  const char* who;
};

TEST(Feed, TopicsAreHeardByThoseTheyConcern) {
  const TopicRow table[] = {
      {"user:7", "ablsmd"},   {"user:8", ""},          {"owner:7", "ablsmd"},
      {"desk:7", "ablsmd"},   {"desk:8", ""},          {"department:70", "ls"},
      {"department:71", "s"}, {"supervision", "smd"},  {"wallboard", "absmd"},
      {"case:5", "absmd"},    {"customer:5", "absmd"}, {"case:", ""},
      {"case:x", ""},         {"case:-1", ""},         {"", ""},
      {"anything:7", ""},     {"user:7x", ""},         {"department:0", ""}};
  for (const auto& row : table) {
    std::string letters;
    for (const char letter : std::string("ablsmd")) {
      if (may_hear(person(kRoles.at(letter)), row.topic)) letters += letter;
    }
    EXPECT_EQ(letters, row.who) << row.topic;
    EXPECT_FALSE(may_hear(Subject{}, row.topic)) << row.topic;
    EXPECT_FALSE(may_hear(client({"read"}), row.topic)) << row.topic;
  }
}

TEST(Buttons, FollowStateAndRole) {
  postgres::CaseFacts facts;
  facts.state = "dispatched";
  facts.live_dispatch = "sent";
  Row row = mine();
  row.department = kMyDepartment;
  row.departments = {kMyDepartment};
  auto agent = buttons(person(Role::agent), facts, row);
  EXPECT_TRUE(agent.resolve && agent.note && agent.hand_over && agent.told && agent.pause);
  EXPECT_FALSE(agent.accept || agent.dispatch || agent.close || agent.reopen || agent.reassign);
  row.owners = {1};
  auto liaison = buttons(person(Role::liaison), facts, row);
  EXPECT_TRUE(liaison.accept && liaison.give_back);
  EXPECT_FALSE(liaison.resolve || liaison.answer || liaison.edit);
  facts.live_dispatch = "accepted";
  liaison = buttons(person(Role::liaison), facts, row);
  EXPECT_TRUE(liaison.answer);
  EXPECT_FALSE(liaison.accept);
  facts.state = "resolved";
  facts.live_dispatch = "";
  agent = buttons(person(Role::agent), facts, mine());
  EXPECT_TRUE(agent.close && agent.reopen);
  EXPECT_FALSE(agent.resolve || agent.pause || agent.dispatch);
  facts.state = "closed";
  agent = buttons(person(Role::agent), facts, mine());
  EXPECT_TRUE(agent.reopen);
  EXPECT_FALSE(agent.close || agent.edit);
}

}  // namespace
}  // namespace firsthand::runtime::api
