// SPDX-License-Identifier: Apache-2.0
// Who has a case or a customer open: told to whoever may see the record, and to nobody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LookingTest : public ::testing::Test {
 protected:
  ApiServer api;

  Answer look(const std::string& as, const std::string& path, const std::string& body) {
    return api.ask(as, "PUT", "/api/v1" + path + "/looking", body);
  }
  /// The others' names, a star behind who is typing.
  static std::vector<std::string> names(const Answer& answer) {
    std::vector<std::string> out;
    if (answer.status != 200) return {"status " + std::to_string(answer.status)};
    for (const auto& item : answer.at("items").as_array()) {
      out.emplace_back(item.at("name").as_string());
      if (item.at("typing").as_bool()) out.back() += "*";
    }
    return out;
  }
  std::string name_of(const std::string& login) {
    return std::string(api.get(login, "/me").at("user").at("name").as_string());
  }
};

TEST_F(LookingTest, ColleaguesSeeEachOtherWithoutThemselvesAndEachOnce) {
  const std::string path = "/cases/GD2026110001";
  const auto first = look("agent", path, R"({"tab":"a-1"})");
  EXPECT_THAT(api.wrong("Lookers", first), IsEmpty());
  EXPECT_THAT(names(first), IsEmpty());
  EXPECT_THAT(names(look("agent", path, R"({"tab":"a-2","typing":true})")), IsEmpty());
  EXPECT_THAT(names(look("agent2", path, R"({"tab":"b"})")), ElementsAre(name_of("agent") + "*"));
  EXPECT_THAT(names(look("agent", path, R"({"tab":"a-2","leaves":true})")),
              ElementsAre(name_of("agent2")));
  EXPECT_THAT(names(look("agent2", path, R"({"tab":"b"})")), ElementsAre(name_of("agent")));
  EXPECT_THAT(names(look("agent2", "/cases/GD2026110002", R"({"tab":"b"})")), IsEmpty());
}

TEST_F(LookingTest, NobodyLearnsOfARecordThatHeMayNotSee) {
  look("agent", "/cases/GD2026110002", R"({"tab":"a"})");
  look("agent", "/customers/102", R"({"tab":"a"})");
  EXPECT_EQ(api.get("liaison_repair", "/cases/GD2026110002").status, 404);
  for (const char* path : {"/cases/GD2026110002", "/customers/102", "/cases/GD0", "/customers/x"})
    EXPECT_EQ(look("liaison_repair", path, R"({"tab":"c"})").status, 404) << path;
  EXPECT_THAT(names(look("agent2", "/cases/GD2026110002", R"({"tab":"b"})")),
              ElementsAre(name_of("agent")));
  EXPECT_EQ(look("", "/cases/GD2026110002", R"({"tab":"a"})").status, 401);
  EXPECT_EQ(look("token:report", "/customers/101", R"({"tab":"a"})").status, 403);
}

TEST_F(LookingTest, ATabHasAPlainName) {
  for (const char* body :
       {R"({"tab":""})", R"({"tab":"a:1"})", R"({})", R"({"tab":"a","shown":true})"})
    EXPECT_EQ(look("agent", "/cases/GD2026110001", body).status, 422) << body;
}

TEST(LookersHereTest, ATabThatSaysNoMoreIsGone) {
  runtime::LookersHere here;
  const runtime::LookersHere::Time start{std::chrono::hours{1}};
  const std::chrono::seconds ttl{10};
  const auto see = [&](std::int64_t user, const char* tab, int second) {
    runtime::api::Look look;
    look.record = "case:7";
    look.user = UserId{user};
    look.tab = tab;
    std::vector<std::int64_t> users;
    for (const auto& looker : here.see(look, start + std::chrono::seconds{second}, ttl))
      users.push_back(looker.user);
    return users;
  };
  EXPECT_THAT(see(1, "a", 0), ElementsAre(1));
  EXPECT_THAT(see(2, "b", 5), ElementsAre(1, 2));
  EXPECT_THAT(see(2, "b", 9), ElementsAre(1, 2));
  EXPECT_THAT(see(2, "b", 10), ElementsAre(2));
}

}  // namespace
}  // namespace firsthand::test
