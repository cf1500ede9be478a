// SPDX-License-Identifier: Apache-2.0
// Accounts of the people who work here: how one must look, and what a change may not leave behind.
#include "engine/user_rules.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/accounts.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::test {
namespace {

const DepartmentId kRepair{71}, kSales{72};

User somebody(Role role) {
  User user;
  user.id = UserId{5};
  user.login = "zhao.1";
  user.name = "赵一";
  user.role = role;
  user.languages = {"zh"};
  if (role == Role::liaison) user.department = kRepair;
  return user;
}

UserSurroundings quiet() {
  UserSurroundings around;
  around.other_administrator = true;
  return around;
}

class UserRules : public ::testing::Test {
 protected:
  std::string code(const User& wanted, const User* before, const UserSurroundings& around) {
    const auto refusal = why_not_user(wanted, before, around, rules);
    if (!refusal) return "";
    EXPECT_FALSE(refusal->sentence.empty());
    return refusal->code + " " + refusal->field;
  }
  Rules rules = company(FIRSTHAND_DEFAULTS);
};

TEST_F(UserRules, an_account_looks_as_it_must) {
  struct Case {
    const char* name;
    std::function<void(User&, UserSurroundings&)> but;
    const char* code;
  };
  const Case cases[] = {
      {"a plain one", [](User&, auto&) {}, ""},
      {"a login of one letter", [](User& u, auto&) { u.login = "z"; }, "login_malformed login"},
      {"a login in capitals", [](User& u, auto&) { u.login = "Zhao"; }, "login_malformed login"},
      {"a login in characters", [](User& u, auto&) { u.login = "赵一"; }, "login_malformed login"},
      {"a login that is somebody else's", [](User&, auto& a) { a.login_taken = true; },
       "login_taken login"},
      {"a name of blanks", [](User& u, auto&) { u.name = "  "; }, "name_missing name"},
      {"an address without an at", [](User& u, auto&) { u.email = "zhao"; },
       "email_malformed email"},
      {"two addresses", [](User& u, auto&) { u.email = "a@b.cn,c@d.cn"; }, "email_malformed email"},
      {"an address", [](User& u, auto&) { u.email = "zhao@example.cn"; }, ""},
      {"an extension that would be another address", [](User& u, auto&) { u.extension = "1/2@x"; },
       "extension_malformed extension"},
      {"a desk phone that rings somebody else",
       [](User& u, auto& a) { u.extension = "1001", a.extension_taken = true; },
       "extension_taken extension"},
      {"an unknown department", [](User&, auto& a) { a.department_known = false; },
       "department_unknown department"},
      {"a liaison of nothing", [](User& u, auto&) { u.role = Role::liaison, u.department = {}; },
       "department_missing department"},
      {"the head of nothing", [](User& u, auto&) { u.department_head = true; },
       "department_missing department"},
      {"an unknown office", [](User&, auto& a) { a.office_known = false; },
       "office_unknown office"},
      {"a level for an agent", [](User& u, auto&) { u.escalation_level = 2; },
       "level_not_for_role escalation_level"},
      {"a level of the back line",
       [](User& u, auto&) { u.role = Role::back_line, u.escalation_level = 3; }, ""},
      {"a fourth level", [](User& u, auto&) { u.role = Role::back_line, u.escalation_level = 4; },
       "level_unknown escalation_level"},
      {"a skill that no queue asks for", [](User& u, auto&) { u.skills = {"general", "juggling"}; },
       "skill_unknown skills"},
      {"skills that queues ask for", [](User& u, auto&) { u.skills = {"general", "english"}; }, ""},
      {"nobody's language", [](User& u, auto&) { u.languages = {}; },
       "language_malformed languages"},
      {"a console in a third language", [](User& u, auto&) { u.language = "fr"; },
       "language_unknown language"},
  };
  for (const Case& each : cases) {
    User wanted = somebody(Role::agent);
    UserSurroundings around = quiet();
    each.but(wanted, around);
    EXPECT_EQ(code(wanted, nullptr, around), each.code) << each.name;
  }
}

TEST_F(UserRules, a_change_leaves_nothing_behind) {
  struct Case {
    const char* name;
    Role role;
    std::function<void(User&, UserSurroundings&)> change;
    const char* code;
  };
  const auto locks = [](User& u) { u.disabled = true; };
  const Case cases[] = {
      {"locked with nothing in hand", Role::agent, [&](User& u, auto&) { locks(u); }, ""},
      {"locked with a case", Role::agent, [&](User& u, auto& a) { locks(u), a.holds.cases = 1; },
       "still_owns locked"},
      {"locked with a promised call", Role::agent,
       [&](User& u, auto& a) { locks(u), a.holds.callbacks = 1; }, "still_owns locked"},
      {"locked with customers", Role::agent,
       [&](User& u, auto& a) { locks(u), a.holds.accounts = 1; }, "still_owns locked"},
      {"locked with what a review agreed on", Role::agent,
       [&](User& u, auto& a) { locks(u), a.holds.review_actions = 1; }, "still_owns locked"},
      {"locked with accepted work", Role::liaison,
       [&](User& u, auto& a) { locks(u), a.holds.dispatches = 1; }, "still_owns locked"},
      {"locked on a call", Role::agent,
       [&](User& u, auto& a) { locks(u), a.holds.on_a_call = true; }, "on_a_call locked"},
      {"locks himself", Role::administrator, [&](User& u, auto& a) { locks(u), a.oneself = true; },
       "yourself locked"},
      {"the last administrator locked", Role::administrator,
       [&](User& u, auto& a) { locks(u), a.other_administrator = false; },
       "last_administrator locked"},
      {"the last administrator becomes a manager", Role::administrator,
       [](User& u, auto& a) { u.role = Role::manager, a.other_administrator = false; },
       "last_administrator role"},
      {"one of two administrators becomes a manager", Role::administrator,
       [](User& u, auto&) { u.role = Role::manager; }, ""},
      {"an agent with cases goes to the back line", Role::agent,
       [](User& u, auto& a) { u.role = Role::back_line, a.holds.cases = 3; }, ""},
      {"an agent with cases becomes a manager", Role::agent,
       [](User& u, auto& a) { u.role = Role::manager, a.holds.cases = 3; }, "still_owns role"},
      {"an agent with cases becomes a liaison", Role::agent,
       [](User& u, auto& a) { u.role = Role::liaison, u.department = kRepair, a.holds.cases = 3; },
       "still_owns role"},
      {"an agent with calls to make becomes an administrator", Role::agent,
       [](User& u, auto& a) { u.role = Role::administrator, a.holds.callbacks = 1; },
       "still_owns role"},
      {"an agent with customers becomes a supervisor", Role::agent,
       [](User& u, auto& a) { u.role = Role::supervisor, a.holds.accounts = 1; },
       "still_owns role"},
      {"another role during a call", Role::agent,
       [](User& u, auto& a) { u.role = Role::supervisor, a.holds.on_a_call = true; },
       "on_a_call role"},
      {"a liaison with accepted work goes to another department", Role::liaison,
       [](User& u, auto& a) { u.department = kSales, a.holds.dispatches = 1; },
       "still_owns department"},
      {"a liaison goes to another department", Role::liaison,
       [](User& u, auto&) { u.department = kSales; }, ""},
      {"a new name with hands full", Role::agent,
       [](User& u, auto& a) { u.name = "赵二", a.holds.cases = 9, a.holds.on_a_call = true; }, ""},
  };
  for (const Case& each : cases) {
    const User before = somebody(each.role);
    User wanted = before;
    UserSurroundings around = quiet();
    each.change(wanted, around);
    EXPECT_EQ(code(wanted, &before, around), each.code) << each.name;
  }
}

TEST_F(UserRules, what_was_so_before_is_no_reason) {
  User before = somebody(Role::agent);
  before.login = "Old Login", before.email = "none", before.extension = "SIP/7",
  before.skills = {"juggling"};
  User wanted = before;
  wanted.name = "赵二";
  UserSurroundings around = quiet();
  around.extension_taken = true;
  EXPECT_EQ(code(wanted, &before, around), "");
  before.disabled = true;
  EXPECT_EQ(code(wanted, &before, around), "extension_taken extension") << "it would ring again";
}

TEST_F(UserRules, sessions_end_with_what_their_screens_were_made_for) {
  const User before = somebody(Role::liaison);
  const auto after = [&](const std::function<void(User&)>& change) {
    User wanted = before;
    change(wanted);
    return ends_sessions(wanted, before);
  };
  EXPECT_TRUE(after([](User& u) { u.role = Role::agent; }));
  EXPECT_TRUE(after([](User& u) { u.department = kSales; }));
  EXPECT_TRUE(after([](User& u) { u.disabled = true; }));
  EXPECT_FALSE(after([](User& u) { u.name = "钱二", u.department_head = true; }));
}

}  // namespace
}  // namespace firsthand::test
