// SPDX-License-Identifier: Apache-2.0
// Who is suggested when somebody leaves: the nearest people, the least burdened first.
#include "routing/successors.hpp"

#include <gtest/gtest.h>

namespace firsthand::routing {
namespace {

User person(std::int64_t id, Role role, std::vector<std::string> skills = {},
            DepartmentId department = {}) {
  User user;
  user.id = UserId{id};
  user.role = role;
  user.skills = std::move(skills);
  user.department = department;
  return user;
}

class SuccessorsTest : public ::testing::Test {
 protected:
  SuccessorsTest() {
    rules.users = {person(1, Role::agent, {"repair"}),
                   person(2, Role::agent, {"repair", "english"}),
                   person(3, Role::agent, {"repair"}),
                   person(4, Role::agent, {"general"}),
                   person(5, Role::liaison, {}, DepartmentId{7}),
                   person(6, Role::liaison, {}, DepartmentId{7}),
                   person(7, Role::liaison, {}, DepartmentId{8}),
                   person(8, Role::supervisor)};
  }
  User& user(std::size_t n) { return rules.users[n - 1]; }
  Rules rules;
  const Instant now{};
};

TEST_F(SuccessorsTest, spreads_by_load_among_those_with_the_same_skills) {
  Successors them{rules, UserId{1}, {{UserId{2}, 5}, {UserId{3}, 4}}, now};
  EXPECT_EQ(them.next().user, UserId{3});
  EXPECT_EQ(them.next().user, UserId{2});  // 5 and 5: the lower id
  EXPECT_EQ(them.next().user, UserId{3});
  EXPECT_EQ(them.next({UserId{2}, UserId{3}}).user, UserId{4});
  EXPECT_EQ(them.next({UserId{2}, UserId{3}, UserId{4}}).reason, SuccessorReason::leads);
}

TEST_F(SuccessorsTest, the_own_department_comes_first) {
  Successors them{rules, UserId{5}, {{UserId{6}, 90}}, now};
  EXPECT_EQ(them.next().user, UserId{6});
  EXPECT_EQ(them.all()[1].user, UserId{7});
}

TEST_F(SuccessorsTest, nobody_who_is_away_or_has_left) {
  user(2).disabled = true;
  user(3).deputy_from = now;
  Successors them{rules, UserId{1}, {}, now};
  EXPECT_EQ(them.next().user, UserId{4});
  rules.users.resize(1);
  EXPECT_FALSE((Successors{rules, UserId{1}, {}, now}.next().user));
}

}  // namespace
}  // namespace firsthand::routing
