// SPDX-License-Identifier: Apache-2.0
// The complaint record, compensation, letters and the register over the API's socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ComplaintApi : public ::testing::Test {
 protected:
  ApiServer api;

  std::string registered(const std::string& words = "屏幕坏了",
                         const std::string& number = "138 0013 8000") {
    const boost::json::object body{{"category", "wxcs"},
                                   {"text", words},
                                   {"customer", {{"name", "演示客户"}}},
                                   {"number", number}};
    const auto made = api.post("agent", "/cases", boost::json::serialize(body));
    EXPECT_EQ(made.status, 201) << made.body;
    return made.text("number");
  }
  Answer record(const std::string& number, const std::string& as = "agent") {
    return api.get(as, "/cases/" + number + "/complaint");
  }
  Answer edit(const std::string& number, int version, const std::string& body,
              const std::string& as = "agent") {
    return api.ask(as, "PATCH", "/api/v1/cases/" + number + "/complaint", body,
                   "If-Match: \"" + std::to_string(version) + "\"\r\n");
  }
  Answer propose(const std::string& number, std::int64_t cents, const std::string& as = "agent") {
    return api.post(as, "/cases/" + number + "/compensations",
                    R"({"what":"误工补偿","amount_cents":)" + std::to_string(cents) + "}");
  }
};

TEST_F(ComplaintApi, ARecordIsEditedByVersion) {
  const std::string number = registered();
  const auto fresh = record(number);
  ASSERT_EQ(fresh.status, 200) << fresh.body;
  EXPECT_THAT(api.wrong("ComplaintRecord", fresh), IsEmpty());
  EXPECT_EQ(fresh.at("version").as_int64(), 0);
  EXPECT_EQ(fresh.text("category_path_zh"), "维修服务 › 维修超时");
  const auto saved =
      edit(number, 0, R"({"justified":"yes","root_cause":"process","remedy_offered":"apology"})");
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(saved.at("version").as_int64(), 1);
  EXPECT_TRUE(saved.at("justified").as_bool());
  EXPECT_EQ(saved.header("ETag"), "\"1\"");
  const auto stale = edit(number, 0, R"({"justified":"no"})");
  EXPECT_EQ(stale.status, 412);
  EXPECT_EQ(stale.at("current").at("version").as_int64(), 1);
  EXPECT_EQ(edit(number, 1, R"({"root_cause":"moon"})").field(), "root_cause");
  EXPECT_EQ(edit(number, 1, R"({"justified":"maybe"})").status, 422);
  // The department to which it was given knows the cause; another one does not see it.
  EXPECT_EQ(edit(number, 1, R"({"root_cause_note":"备件迟到"})", "liaison_repair").status, 200);
  EXPECT_EQ(edit(number, 2, R"({"root_cause_note":"x"})", "liaison_sales").status, 404);
}

TEST_F(ComplaintApi, WhatIsWrittenDownLaterRunsFromWhenTheCustomerSaidIt) {
  using namespace std::chrono;
  const auto now = floor<Millis>(system_clock::now());
  const auto letter = [&](Instant said) {
    const boost::json::object body{{"category", "wxcs"},
                                   {"text", "来信：维修三周没有消息"},
                                   {"customer", {{"name", "演示客户"}}},
                                   {"number", "138 0013 8001"},
                                   {"channel", "email"},
                                   {"received_at", to_iso8601(said)}};
    return api.post("agent", "/cases", boost::json::serialize(body));
  };
  const Instant said = now - hours{30};
  const auto made = letter(said);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.text("opened_at"), to_iso8601(said));
  EXPECT_EQ(made.text("channel"), "email");
  bool resolution = false;
  for (const auto& clock : made.at("clocks").as_array()) {
    if (clock.at("kind").as_string() != "resolution") continue;
    resolution = true;
    EXPECT_EQ(clock.at("started_at").as_string(), to_iso8601(said));
  }
  EXPECT_TRUE(resolution) << made.body;
  const auto history = api.get("agent", "/cases/" + made.text("number") + "/history");
  EXPECT_THAT(history.body, HasSubstr("\"received_at\"")) << "and its history says so";
  for (const Instant wrong : {now + hours{1}, now - days{400}}) {
    const auto refused = letter(wrong);
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.field(), "received_at");
  }
}

TEST_F(ComplaintApi, ALargeCompensationWaitsForASecondPerson) {
  const std::string number = registered();
  const auto small = propose(number, 20000);
  ASSERT_EQ(small.status, 200) << small.body;
  EXPECT_EQ(small.at("granted_cents").as_int64(), 20000);
  EXPECT_EQ(small.at("alone_left_cents").as_int64(), 30000);
  const auto large = propose(number, 90000);
  EXPECT_EQ(large.at("undecided_cents").as_int64(), 90000);
  const auto id = large.at("compensations").as_array()[1].at("id").as_int64();
  const std::string path = "/compensations/" + std::to_string(id);
  EXPECT_EQ(api.post("agent", path + "/approve").status, 403);
  EXPECT_EQ(api.get("agent", "/compensations").status, 403);
  const auto waiting = api.get("supervisor", "/compensations?state=proposed");
  EXPECT_THAT(api.wrong("CompensationList", waiting), IsEmpty());
  ASSERT_EQ(waiting.at("items").as_array().size(), 1u);
  EXPECT_EQ(api.post("supervisor", path + "/refuse").code(), "invalid");
  const auto approved = api.post("supervisor", path + "/approve", R"({"reason":"属实"})");
  ASSERT_EQ(approved.status, 200) << approved.body;
  EXPECT_EQ(approved.at("granted_cents").as_int64(), 110000);
  EXPECT_EQ(api.post("supervisor", path + "/refuse", R"({"reason":"晚了"})").code(),
            "compensation_decided");
  // The database would not have it either.
  EXPECT_ANY_THROW(api.company.run("update compensation set decided_by = proposed_by where id = " +
                                   std::to_string(id)));
  const auto own = propose(number, 80000, "supervisor");
  const auto own_id = own.at("compensations").as_array()[2].at("id").as_int64();
  const std::string own_path = "/compensations/" + std::to_string(own_id);
  EXPECT_EQ(api.post("supervisor", own_path + "/approve").code(), "own_proposal");
  EXPECT_EQ(api.post("supervisor", own_path + "/withdraw").status, 200);
}

TEST_F(ComplaintApi, ALetterIsFilledInSentAndPrintedAgain) {
  const std::string number = registered("<script>alert(1)</script> {number}");
  const std::string path = "/cases/" + number + "/letter";
  const auto draft = api.get("agent", path + "?lang=zh&format=json");
  ASSERT_EQ(draft.status, 200) << draft.body;
  EXPECT_THAT(draft.text("text"), HasSubstr("演示客户"));
  EXPECT_THAT(draft.text("text"), HasSubstr("{number}"));  // the customer's own braces
  const auto page = api.get("agent", path + "?lang=en");
  EXPECT_THAT(page.header("Content-Type"), StartsWith("text/html"));
  EXPECT_THAT(page.body, HasSubstr("Final response to complaint " + number));
  EXPECT_THAT(page.body, HasSubstr("@page{size:A4"));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_EQ(api.get("agent", path + "?sent=true").status, 404);
  const auto sent = api.post("agent", path, R"({"how":"mail","text":"答复\n\n第一段 & 第二段"})");
  ASSERT_EQ(sent.status, 200) << sent.body;
  EXPECT_FALSE(sent.at("letter_at").is_null());
  EXPECT_EQ(api.get("agent", "/cases/" + number).text("told_how"), "letter");
  const auto again = api.get("agent", path + "?sent=true");
  EXPECT_THAT(again.body, HasSubstr("第一段 &amp; 第二段"));
  EXPECT_THAT(again.body, Not(HasSubstr("尚未发送")));
}

TEST_F(ComplaintApi, ARepeatIsSuggestedLinkedAndUnlinked) {
  const std::string first = registered();
  const auto customer = api.get("agent", "/cases/" + first).at("customer").at("id").as_int64();
  const std::string who = "/customers/" + std::to_string(customer) + "/repeats";
  const auto suggested = api.get("agent", who + "?category=wxcs");
  EXPECT_THAT(api.wrong("EarlierCaseList", suggested), IsEmpty());
  ASSERT_EQ(suggested.at("items").as_array().size(), 1u) << suggested.body;
  EXPECT_TRUE(api.get("agent", who + "?category=fpwt").at("items").as_array().empty());
  EXPECT_EQ(api.get("agent", who).field(), "category");
  const std::string second = registered();
  EXPECT_EQ(record(second).text("repeat_of"), first);
  EXPECT_EQ(api.post("agent", "/cases/" + second + "/repeat").text("repeat_of"), "");
  const auto linked =
      api.post("agent", "/cases/" + second + "/repeat", R"({"of":")" + first + "\"}");
  EXPECT_EQ(linked.text("repeat_of"), first);
  EXPECT_EQ(api.post("agent", "/cases/" + first + "/repeat", R"({"of":")" + second + "\"}").code(),
            "invalid");
}

TEST_F(ComplaintApi, TheReferenceHasTheTreeAndTheLists) {
  const auto reference = api.get("agent", "/reference");
  EXPECT_THAT(api.wrong("Reference", reference), IsEmpty());
  for (const char* list : {"category_groups", "remedies", "root_causes", "regulators"})
    EXPECT_FALSE(reference.at(list).as_array().empty()) << list;
  for (const auto& category : reference.at("categories").as_array())
    EXPECT_NE(category.at("code").as_string(), "wx");
  EXPECT_EQ(
      api.post("agent", "/cases", R"({"category":"wx","text":"x","number":"13800138000"})").field(),
      "category");
}

TEST_F(ComplaintApi, TheRegisterIsFilteredAndItsFileIsDefused) {
  const std::string evil = registered("=HYPERLINK(\"http://evil.example\",\"点我\"), 逗号");
  ASSERT_EQ(
      edit(evil, 0, R"({"safety":true,"regulator":"market","regulator_reference":"@SUM"})").status,
      200);
  registered("+86 号码开头", "138 0013 8001");
  const auto page = api.get("supervisor", "/register?category=wx&regulator=any");
  ASSERT_EQ(page.status, 200) << page.body;
  EXPECT_THAT(api.wrong("Register", page), IsEmpty());
  ASSERT_EQ(page.at("items").as_array().size(), 1u);
  EXPECT_EQ(page.at("items").as_array()[0].at("number").as_string(), evil);
  EXPECT_EQ(page.at("total").as_int64(), 1);
  EXPECT_EQ(api.get("agent", "/register").status, 403);
  EXPECT_EQ(api.get("back_line", "/register").status, 200);
  EXPECT_EQ(api.get("back_line", "/register?format=csv").status, 403);
  EXPECT_EQ(api.get("supervisor", "/register?from=2026-02-30").field(), "from");
  EXPECT_EQ(api.get("supervisor", "/register?category=none").field(), "category");

  const auto file = api.get("supervisor", "/register?format=csv&lang=en");
  ASSERT_EQ(file.status, 200);
  EXPECT_THAT(file.header("Content-Type"), StartsWith("text/csv"));
  EXPECT_THAT(file.body, StartsWith("\xEF\xBB\xBFNumber,Received,Channel,Customer"));
  EXPECT_THAT(file.body, HasSubstr(R"("'=HYPERLINK(""http://evil.example"",""点我""), 逗号")"));
  EXPECT_THAT(file.body, HasSubstr(R"("'@SUM")"));
  EXPECT_THAT(file.body, HasSubstr(R"("'+86 号码开头")"));
  EXPECT_THAT(file.body, HasSubstr("138****8000"));
  EXPECT_THAT(file.body, Not(HasSubstr("13800138000")));
  EXPECT_TRUE(file.body.ends_with("\r\n"));
  const auto full = api.get("supervisor", "/register?format=csv&numbers=full&columns=number,phone");
  EXPECT_THAT(full.body, HasSubstr("13800138000"));
  EXPECT_THAT(full.body, Not(HasSubstr("HYPERLINK")));
  const auto exports = api.get("manager", "/register/exports");
  EXPECT_THAT(api.wrong("ExportList", exports), IsEmpty());
  ASSERT_EQ(exports.at("items").as_array().size(), 2u);
  EXPECT_TRUE(exports.at("items").as_array()[0].at("full_numbers").as_bool());
  EXPECT_FALSE(exports.at("items").as_array()[1].at("full_numbers").as_bool());
}

TEST_F(ComplaintApi, TheSameMatterOfSeveralCustomersIsACluster) {
  for (const char* number : {"138 0013 8011", "138 0013 8012", "138 0013 8013"})
    registered("同样的问题", number);
  const auto found = api.get("back_line", "/register/clusters?days=30");
  EXPECT_THAT(api.wrong("ClusterList", found), IsEmpty());
  ASSERT_FALSE(found.at("items").as_array().empty()) << found.body;
  EXPECT_GE(found.at("items").as_array()[0].at("customers").as_int64(), 3);
}

TEST_F(ComplaintApi, TenThousandRowsAreAFileAndOneMoreIsNot) {
  registered();
  api.company.run(
      "insert into case_file select (jsonb_populate_record(f, jsonb_build_object('id', 900000000 + "
      "n, 'number', 'X' || n, 'public_token', '', 'opened_at', f.opened_at - n * interval '1 "
      "minute'))).* from case_file f cross join generate_series(1, 10000) n where f.id = (select "
      "max(id) from case_file where kind = 'complaint')");
  const auto count = std::stoll(api.company.value(
      "select count(*) from case_file where kind = 'complaint' and opened_at > now() - interval "
      "'30 days'"));
  ASSERT_GT(count, 10000);
  EXPECT_EQ(api.get("supervisor", "/register?format=csv").code(), "too_many_rows");
  api.company.run("delete from case_file where number like 'X%' and id > 900000000 + " +
                  std::to_string(10000 - (count - 10000)));
  const auto started = std::chrono::steady_clock::now();
  const auto file = api.get("supervisor", "/register?format=csv");
  const auto took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - started);
  ASSERT_EQ(file.status, 200) << file.body.substr(0, 300);
  const auto lines = std::count(file.body.begin(), file.body.end(), '\n');
  EXPECT_EQ(lines, 10001);
  std::printf("10000 rows of the register: %lld ms, %zu bytes\n",
              static_cast<long long>(took.count()), file.body.size());
}

}  // namespace
}  // namespace firsthand::test
