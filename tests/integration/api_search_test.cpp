// SPDX-License-Identifier: Apache-2.0
// The search box and the papers of a case over HTTP.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

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

TEST_F(ApiSearch, HistoriesAreFilesOfSentences) {
  const auto csv = api.get("agent", "/cases/GD2026110001/history/export?format=csv&lang=zh");
  ASSERT_EQ(csv.status, 200) << csv.body;
  EXPECT_EQ(csv.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_THAT(csv.body, HasSubstr("时间,经办人"));
  EXPECT_THAT(csv.body, HasSubstr("\"'+1 more\""));  // a spreadsheet takes it for text
  EXPECT_THAT(csv.body, Not(HasSubstr("13812345678")));
  const auto text = api.get("agent", "/customers/101/history/export?format=txt&lang=en");
  ASSERT_EQ(text.status, 200);
  EXPECT_THAT(text.body, HasSubstr("林测试"));
  EXPECT_THAT(text.body, HasSubstr("[GD2026110003]"));
  const auto json = api.get("manager", "/customers/101/history/export?format=json");
  ASSERT_EQ(json.status, 200);
  EXPECT_EQ(json.at("items").as_array().size(), 7u);  // five, and two that were taken before
  EXPECT_FALSE(json.at("items").at(0).at("sentence").as_string().empty());
  EXPECT_EQ(api.get("agent", "/cases/GD2026110001/history/export?format=pdf").status, 422);
  EXPECT_EQ(api.get("liaison_sales", "/cases/GD2026110001/history/export").status, 404);
  EXPECT_EQ(api.get("liaison_sales", "/customers/101/history/export").status, 404);
}

TEST_F(ApiSearch, ALongHistoryIsOneFile) {
  api.company.run(
      "insert into history (id, at, customer_id, case_id, kind, source, data) select 10000 + i, "
      "now() - i * interval '1 second', 101, 201, 'note', 'console:11', '{\"text\": \"long\"}' "
      "from generate_series(1, 450) i");
  const auto of_case = api.get("agent", "/cases/GD2026110001/history/export?format=json");
  ASSERT_EQ(of_case.status, 200);
  EXPECT_EQ(of_case.at("items").as_array().size(), 453u);
  EXPECT_TRUE(of_case.at("next").is_null());
  EXPECT_EQ(of_case.header("Link"), "");
  const auto of_customer = api.get("agent", "/customers/101/history/export?format=json");
  // The file before this one is part of the history by now.
  EXPECT_EQ(of_customer.at("items").as_array().size(), 456u);
  EXPECT_EQ(of_customer.at("items").at(0).at("kind").as_string(), "history_exported");
  EXPECT_EQ(api.get("agent", "/customers/101/history/export?after=x").status, 422);
}

TEST_F(ApiSearch, AHistoryIsAPageToPrint) {
  const auto page = api.get("agent", "/cases/GD2026110001/history/export?format=html&lang=en");
  ASSERT_EQ(page.status, 200);
  EXPECT_THAT(page.header("Content-Type"), HasSubstr("text/html"));
  EXPECT_EQ(page.header("Content-Disposition"), "");
  EXPECT_THAT(page.body, HasSubstr("<h1>History GD2026110001</h1>"));
  api.company.run(
      "insert into history (id, at, customer_id, case_id, kind, source, data) values (10001, "
      "now(), "
      "101, 201, 'note', 'console:11', '{\"text\": \"<script>\"}')");
  EXPECT_THAT(api.get("agent", "/cases/GD2026110001/history/export?format=html").body,
              AllOf(HasSubstr("&lt;script&gt;"), Not(HasSubstr("<script"))));
}

TEST_F(ApiSearch, WhoTookAHistoryOutIsNoted) {
  ASSERT_EQ(api.get("manager", "/customers/101/history/export").status, 200);
  EXPECT_EQ(api.company.value("select customer_id || ' ' || actor_id || ' ' || source || ' ' || "
                              "(data->>'format') from history where kind = 'history_exported'"),
            "101 17 console:17 csv");
  EXPECT_EQ(api.get("liaison_sales", "/customers/101/history/export").status, 404);
  EXPECT_EQ(api.company.value("select count(*) from history where kind = 'history_exported'"), "1");
}

TEST_F(ApiSearch, ErasureNeedsAReasonAndNothingOpen) {
  const char* path = "/customers/102/erase";
  EXPECT_EQ(api.post("supervisor", path, R"({"reason":"x"})").status, 403);
  EXPECT_EQ(api.post("manager", path, "{}").status, 422);
  EXPECT_EQ(api.post("manager", path, R"({"reason":"asked"})").code(), "open_cases");
  api.company.run(
      "update case_file set state = 'closed', closed_at = now(), told_how = 'x';"
      "update interaction set state = 'ended', ended_at = now()");
  EXPECT_EQ(
      api.ask("manager", "PUT", "/api/v1/customers/102/legal-hold", R"({"reason":"court"})").status,
      200);
  EXPECT_EQ(api.post("manager", path, R"({"reason":"asked"})").code(), "legal_hold");
  const auto held = api.get("manager", "/customers/102/legal-hold");
  EXPECT_THAT(api.wrong("Holding", held), IsEmpty());
  EXPECT_EQ(held.text("reason"), "court");
  EXPECT_EQ(api.get("agent", "/customers/102/legal-hold").status, 403);
  EXPECT_EQ(
      api.ask("manager", "PUT", "/api/v1/customers/102/legal-hold", R"({"reason":""})").status,
      200);
  const auto done = api.post("manager", path, R"({"reason":"asked"})");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(api.wrong("Customer", done), IsEmpty());
  EXPECT_EQ(done.text("name"), "#102");
  EXPECT_TRUE(api.get("agent", "/search?q=0000002").at("customers").as_array().empty());
  EXPECT_EQ(api.post("manager", path, R"({"reason":"asked"})").code(), "already_erased");
  const char* tie = R"({"customer_id":102,"other_id":101,"kind":"household"})";
  EXPECT_EQ(api.post("agent", "/relationships", tie).code(), "erased");
  EXPECT_EQ(api.post("manager", "/customers/999/erase", R"({"reason":"x"})").status, 404);
}

}  // namespace
}  // namespace firsthand::test
