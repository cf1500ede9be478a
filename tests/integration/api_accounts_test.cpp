// SPDX-License-Identifier: Apache-2.0
// Accounts and the pool over the API: who sees what, who may do what, and that two who claim one
// account at the same moment are one owner and one refusal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ApiAccounts : public ::testing::Test {
 protected:
  ApiServer api;

  static std::string path(const std::string& what = "") {
    return "/customers/" + std::to_string(kQuietCustomer) + "/account" + what;
  }
  Answer assign(std::int64_t to) {
    return api.post("supervisor", path("/assign"),
                    R"({"to":)" + std::to_string(to) + R"(,"reason":"客户要求"})");
  }
  std::int64_t version() {
    return api.get("supervisor", path()).at("account").as_object().at("version").as_int64();
  }
  Answer claim(const std::string& who, std::int64_t seen) {
    return api.post(who, path("/claim"), R"({"version":)" + std::to_string(seen) + "}");
  }
};

TEST_F(ApiAccounts, AnAccountIsAssignedExtendedFollowedUpAndGivenUp) {
  auto file = api.get("agent", path());
  ASSERT_EQ(file.status, 200) << file.body;
  EXPECT_THAT(api.wrong("AccountFile", file), IsEmpty());
  EXPECT_TRUE(file.at("account").is_null());
  EXPECT_EQ(assign(kAgent).status, 200);
  file = api.get("agent", path());
  EXPECT_THAT(api.wrong("AccountFile", file), IsEmpty());
  EXPECT_EQ(file.at("account").as_object().at("owner").as_object().at("id"), kAgent);
  EXPECT_TRUE(file.at("can").as_object().at("follow_up").as_bool());
  EXPECT_FALSE(file.at("can").as_object().at("assign").as_bool());
  const auto extended =
      api.post("supervisor", path("/extend"),
               R"({"until":")" + to_iso8601(api.context.now() + std::chrono::days{120}) +
                   R"(","reason":"项目仍在谈判"})");
  ASSERT_EQ(extended.status, 200) << extended.body;
  EXPECT_THAT(api.wrong("AccountFile", extended), IsEmpty());
  const auto& clock = extended.at("account").as_object().at("clock").as_object();
  EXPECT_EQ(clock.at("kind"), "pool_hold");
  EXPECT_EQ(clock.at("policy_version"), 0);
  const auto visit = R"({"channel":"field_visit","text":"上门拜访"})";
  EXPECT_EQ(api.post("agent2", path("/follow-up"), visit).status, 403);
  EXPECT_EQ(api.post("agent", path("/follow-up"), R"({"channel":"call","text":"x"})").status, 422);
  ASSERT_EQ(api.post("agent", path("/follow-up"), visit).status, 200);
  const auto mine = api.get("agent", "/accounts?list=mine");
  EXPECT_THAT(api.wrong("AccountList", mine), IsEmpty());
  ASSERT_EQ(mine.at("items").as_array().size(), 1u);
  EXPECT_FALSE(mine.at("items").as_array()[0].as_object().at("followed_up_at").is_null());
  EXPECT_EQ(api.get("agent2", "/accounts?list=mine").at("items").as_array().size(), 0u);
  EXPECT_EQ(api.get("agent", "/accounts?list=all").status, 422);
  EXPECT_EQ(api.get("supervisor", "/accounts?list=all").at("items").as_array().size(), 1u);
  EXPECT_EQ(api.get("supervisor", "/accounts?list=lapsing").at("items").as_array().size(), 0u);
  EXPECT_EQ(api.post("agent2", path("/release"), R"({"reason":"x"})").status, 403);
  const auto released = api.post("agent", path("/release"), R"({"reason":"客户在外地"})");
  ASSERT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(released.at("account").as_object().at("state"), "pooled");
  EXPECT_EQ(released.at("ledger").as_array().size(), 3u);
  EXPECT_FALSE(released.at("can").as_object().at("claim").as_bool()) << "he held it last";
}

TEST_F(ApiAccounts, ThePoolSaysWhoMayClaimAndWhyNot) {
  ASSERT_EQ(assign(kAgent).status, 200);
  EXPECT_EQ(api.get("agent2", "/pool").at("items").as_array().size(), 0u);
  ASSERT_EQ(api.post("agent", path("/release"), R"({"reason":"换区"})").status, 200);
  const auto pool = api.get("agent2", "/pool");
  ASSERT_EQ(pool.status, 200) << pool.body;
  EXPECT_THAT(api.wrong("Pool", pool), IsEmpty());
  ASSERT_EQ(pool.at("items").as_array().size(), 1u);
  const auto& row = pool.at("items").as_array()[0].as_object();
  EXPECT_EQ(row.at("customer").as_object().at("id"), kQuietCustomer);
  EXPECT_EQ(row.at("do_not_call"), true);
  EXPECT_TRUE(row.at("hindrance").is_null());
  const auto own = api.get("agent", "/pool");
  const auto& hindrance = own.at("items").as_array()[0].as_object().at("hindrance").as_object();
  EXPECT_EQ(hindrance.at("code"), "cooling_down");
  EXPECT_FALSE(hindrance.at("until").is_null());
  EXPECT_EQ(api.get("agent", "/pool?tier=key").at("items").as_array().size(), 0u);
  EXPECT_EQ(api.get("agent", "/pool?since=2999-01-01T00:00:00Z").at("items").as_array().size(), 0u);
  EXPECT_EQ(api.get("agent", "/pool?since=yesterday").status, 422);
  EXPECT_EQ(api.get("agent", "/pool?after=x").status, 422);
  EXPECT_EQ(claim("supervisor", version()).status, 403);
  EXPECT_EQ(claim("agent2", 99).code(), "version_mismatch");
  EXPECT_EQ(claim("agent", version()).code(), "cooling_down");
  const auto claimed = claim("liaison_sales", version());
  ASSERT_EQ(claimed.status, 200) << claimed.body;
  EXPECT_EQ(claimed.at("claims").as_object().at("today"), 1);
  EXPECT_EQ(claim("agent2", version()).code(), "account_taken");
  // Whose customer it is sees the customer, in whichever department.
  EXPECT_EQ(api.get("liaison_sales", "/customers/" + std::to_string(kQuietCustomer)).status, 200);
  EXPECT_EQ(api.get("liaison_repair", "/customers/" + std::to_string(kQuietCustomer)).status, 404);
  // And opens what the customer complains of, without a hand in it.
  const auto filed = api.post("agent", "/cases",
                              R"({"category":"rjgz","text":"又坏了","customer_id":)" +
                                  std::to_string(kQuietCustomer) + "}");
  ASSERT_EQ(filed.status, 201) << filed.body;
  const std::string matter = "/cases/" + filed.text("number");
  const auto seen = api.get("liaison_sales", matter);
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(seen.at("can").at("resolve"), false);
  EXPECT_EQ(seen.at("can").at("note"), true);
  EXPECT_EQ(api.get("liaison_sales", matter + "/history").status, 200);
  EXPECT_EQ(api.get("liaison_repair", matter).status, 404);
}

TEST_F(ApiAccounts, TwoWhoClaimAtOnceAreOneOwnerAndOneRefusal) {
  ASSERT_EQ(assign(kAgent).status, 200);
  ASSERT_EQ(api.post("agent", path("/release"), R"({"reason":"换区"})").status, 200);
  const std::int64_t seen = version();
  for (const char* who : {"agent2", "back_line"}) api.session(who);
  auto first = std::async(std::launch::async, [&] { return claim("agent2", seen); });
  const auto second = claim("back_line", seen);
  const auto other = first.get();
  EXPECT_EQ(std::min(other.status, second.status), 200);
  EXPECT_EQ(std::max(other.status, second.status), 409);
  EXPECT_EQ((other.status == 409 ? other : second).code(), "account_taken");
  EXPECT_EQ(api.company.value("select count(*) from account_entry where how = 'claimed'"), "1");
}

}  // namespace
}  // namespace firsthand::test
