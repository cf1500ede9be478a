// SPDX-License-Identifier: Apache-2.0
// The search box and the papers of a case over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::IsEmpty;

class ApiSearch : public ::testing::Test {
 protected:
  ApiServer api;
};

TEST_F(ApiSearch, FindsWhatWasJustRegistered) {
  const auto made =
      api.post("agent", "/cases",
               R"({"category":"wxcs","text":"烤箱门关不上","customer":{"name":"单新客"},)"
               R"("number":"138 0013 8000"})");
  ASSERT_EQ(made.status, 201) << made.body;
  for (const char* q : {"%E7%83%A4%E7%AE%B1", "sxk", "shanxin", "138%200013%208000", "00138"}) {
    const auto found = api.get("agent2", std::string("/search?q=") + q);
    ASSERT_EQ(found.status, 200) << found.body;
    EXPECT_THAT(api.wrong("SearchResult", found), IsEmpty());
    const auto& cases = found.at("cases").as_array();
    ASSERT_EQ(cases.size(), 1u) << q;
    EXPECT_EQ(cases[0].at("case").at("number"), made.at("number")) << q;
  }
  EXPECT_EQ(api.get("", "/search?q=x").status, 401);
  EXPECT_TRUE(api.get("liaison_sales", "/search?q=sxk").at("customers").as_array().empty());
}

}  // namespace
}  // namespace firsthand::test
