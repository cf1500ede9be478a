// SPDX-License-Identifier: Apache-2.0
// The customer's record over HTTP: new customers and who is known, people and relationships, merges
// and back, the tier, and a timeline of ten thousand entries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Records : public ::testing::Test {
 protected:
  ApiServer api;

  std::string made(const std::string& body) {
    const auto answer = api.post("agent", "/customers", body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_THAT(api.wrong("Customer", answer), IsEmpty());
    return std::to_string(answer.at("id").as_int64());
  }
  std::string person(const std::string& name, const std::string& number) {
    return made(R"({"name":")" + name + R"(","numbers":")" + number + R"("})");
  }
};

TEST_F(Records, a_new_customer_is_checked_against_those_that_are_known) {
  const std::string first = made(
      R"({"kind":"company","name":"示例商贸","numbers":"021-5550 1234, 13700137000","email":"a@example.com"})");
  const auto again =
      api.post("agent", "/customers", R"({"name":"别人","numbers":"137 0013 7000"})");
  ASSERT_EQ(again.status, 409) << again.body;
  EXPECT_EQ(again.code(), "duplicate_customer");
  const auto& candidates = again.at("candidates").as_array();
  ASSERT_EQ(candidates.size(), 1u);
  EXPECT_EQ(candidates[0].at("customer").at("id").as_int64(), std::stoll(first));
  EXPECT_EQ(candidates[0].at("why").as_string(), "number");
  EXPECT_EQ(api.post("agent", "/customers", R"({"name":"别人","email":"A@example.com"})").code(),
            "duplicate_customer");
  EXPECT_EQ(api.post("agent", "/customers",
                     R"({"name":"别人","numbers":"13700137000","although_known":true})")
                .status,
            201);
  EXPECT_EQ(api.post("agent", "/customers", R"({"numbers":"13700137001"})").status, 422);
  EXPECT_EQ(api.post("agent", "/customers", R"({"name":"x","numbers":"abc"})").status, 422);
  EXPECT_EQ(api.post("manager", "/customers", R"({"name":"x"})").status, 403);

  for (const char* asked : {"number=13700137000", "number=137001", "email=a@example.com",
                            "name=%E7%A4%BA%E4%BE%8B%E5%95%86"}) {
    const auto known = api.get("token:report", std::string("/customers/exists?") + asked);
    EXPECT_EQ(known.status, 200) << known.body;
    EXPECT_THAT(api.wrong("KnownCustomers", known), IsEmpty());
    EXPECT_TRUE(known.at("exists").as_bool()) << asked;
    EXPECT_EQ(known.body.find("13700137000"), std::string::npos) << "numbers are masked";
  }
  EXPECT_FALSE(api.get("agent", "/customers/exists?number=19900000000").at("exists").as_bool());
  EXPECT_FALSE(api.get("agent", "/customers/exists").at("exists").as_bool());
}

TEST_F(Records, people_and_relationships_are_on_both_records_with_names) {
  const std::string company = made(R"({"kind":"company","name":"示例公司"})");
  const std::string one = person("示例甲", "13700000001");
  const std::string other = person("示例乙", "13700000002");
  const auto role = api.post("agent", "/company-roles",
                             R"({"company_id":)" + company + R"(,"person_id":)" + one +
                                 R"(,"role":"payer","title":"财务"})");
  ASSERT_EQ(role.status, 201) << role.body;
  EXPECT_THAT(api.wrong("Made", role), IsEmpty());
  const auto link =
      api.post("agent", "/relationships",
               R"({"customer_id":)" + other + R"(,"other_id":)" + one + R"(,"kind":"household"})");
  ASSERT_EQ(link.status, 201) << link.body;

  const auto record = api.get("agent", "/customers/" + one + "/record");
  EXPECT_THAT(api.wrong("CustomerRecord", record), IsEmpty());
  ASSERT_EQ(record.at("roles").as_array().size(), 1u);
  EXPECT_EQ(record.at("roles").at(0).at("company").at("name").as_string(), "示例公司");
  EXPECT_EQ(record.at("relationships").as_array().size(), 1u);
  const auto network = api.get("agent", "/customers/" + company + "/network");
  EXPECT_THAT(api.wrong("CustomerNetwork", network), IsEmpty());
  EXPECT_EQ(network.at("nodes").as_array().size(), 3u) << "two steps far";
  EXPECT_EQ(network.at("links").as_array().size(), 2u);

  const std::string id = std::to_string(role.at("id").as_int64());
  EXPECT_EQ(api.post("agent", "/company-roles/" + id + "/end").status, 200);
  EXPECT_EQ(api.post("agent", "/company-roles/" + id + "/end").code(), "already_ended");
  EXPECT_EQ(api.get("agent", "/customers/" + company + "/network").at("nodes").as_array().size(),
            1u);
  const auto told = api.get("agent", "/customers/" + company + "/timeline");
  EXPECT_THAT(told.body, HasSubstr(R"("person_name":"示例甲")"));
}

TEST_F(Records, a_name_that_is_nearly_the_same_is_suggested_and_never_refused) {
  const std::string one = person("王晓敏示", "13700000011");
  const std::string sounds = person("王小敏示", "13700000012");
  const std::string other = person("孙无关", "13700000013");
  const auto alike = api.get("agent", "/customers/" + one + "/duplicates");
  EXPECT_THAT(api.wrong("KnownCustomers", alike), IsEmpty());
  ASSERT_EQ(alike.at("items").as_array().size(), 1u) << alike.body;
  EXPECT_EQ(alike.at("items").at(0).at("why").as_string(), "same_reading");
  EXPECT_EQ(alike.at("items").at(0).at("customer").at("id").as_int64(), std::stoll(sounds));

  const std::string company = person("海城示例贸易有限公司", "13700000014");
  const std::string shorter = person("海城示例贸易公司", "13700000015");
  const auto near = api.get("agent", "/customers/" + company + "/duplicates");
  ASSERT_EQ(near.at("items").as_array().size(), 1u) << near.body;
  EXPECT_EQ(near.at("items").at(0).at("why").as_string(), "similar_name");
  EXPECT_TRUE(
      api.get("agent", "/customers/" + other + "/duplicates").at("items").as_array().empty());
}

TEST_F(Records, a_merge_is_seen_everywhere_and_undone_without_a_trace_on_what_was_there) {
  const std::string kept = person("示例甲", "13700000001");
  const std::string gone = person("示例甲", "13700000002");
  const auto filed = api.post("agent", "/cases",
                              R"({"category":"wxcs","text":"屏幕坏了","customer_id":)" + gone +
                                  R"(,"number":"13700000002"})");
  ASSERT_EQ(filed.status, 201) << filed.body;
  const auto alike = api.get("agent", "/customers/" + kept + "/duplicates");
  ASSERT_EQ(alike.at("items").as_array().size(), 1u) << alike.body;

  const std::string body = R"({"gone_id":)" + gone + R"(,"reason":"同一个人"})";
  EXPECT_EQ(api.post("liaison_repair", "/customers/" + kept + "/merge", body).status, 403);
  const auto merge = api.post("agent", "/customers/" + kept + "/merge", body);
  ASSERT_EQ(merge.status, 201) << merge.body;
  EXPECT_EQ(api.post("agent", "/customers/" + kept + "/merge", body).code(), "already_merged");

  for (const std::string& id : {kept, gone}) {
    const auto card = api.get("agent", "/customers/" + id);
    EXPECT_THAT(api.wrong("Customer", card), IsEmpty());
    EXPECT_EQ(card.at("id").as_int64(), std::stoll(kept)) << "either leads to the kept record";
    EXPECT_EQ(card.at("numbers").as_array().size(), 2u);
    EXPECT_EQ(card.at("open_cases").as_int64(), 1);
    EXPECT_EQ(card.at("merged_records").as_int64(), 1);
    EXPECT_THAT(api.get("agent", "/customers/" + id + "/timeline").body,
                HasSubstr("case_registered"));
  }
  const auto found = api.get("agent", "/customers?phone=13700000002");
  ASSERT_EQ(found.at("items").as_array().size(), 1u);
  EXPECT_EQ(found.at("items").at(0).at("id").as_int64(), std::stoll(kept));
  EXPECT_EQ(api.get("agent", "/cases/" + filed.text("number")).at("customer").at("id").as_int64(),
            std::stoll(kept));

  // A complaint by the merged one's number while they are one.
  const auto second = api.post("agent", "/cases",
                               R"({"category":"wxcs","text":"又坏了","customer_id":)" + kept +
                                   R"(,"number":"13700000002"})");
  ASSERT_EQ(second.status, 201) << second.body;
  const auto record = api.get("agent", "/customers/" + kept + "/record");
  EXPECT_THAT(api.wrong("CustomerRecord", record), IsEmpty());
  const std::string id = std::to_string(record.at("merges").at(0).at("id").as_int64());
  EXPECT_EQ(api.post("agent", "/merges/" + id + "/undo").status, 422);
  const auto undone = api.post("agent", "/merges/" + id + "/undo", R"({"reason":"两个人"})");
  ASSERT_EQ(undone.status, 200) << undone.body;
  const auto one = api.get("agent", "/customers/" + kept);
  const auto two = api.get("agent", "/customers/" + gone);
  EXPECT_EQ(one.at("open_cases").as_int64(), 0);
  EXPECT_EQ(two.at("open_cases").as_int64(), 2);
  EXPECT_EQ(two.at("id").as_int64(), std::stoll(gone));
  EXPECT_THAT(api.get("agent", "/customers/" + gone + "/timeline").body, HasSubstr("又坏了"))
      << "what came while merged is told where it belongs";
  EXPECT_EQ(api.get("agent", "/customers/" + kept + "/timeline").body.find("又坏了"),
            std::string::npos);
}

TEST_F(Records, a_merged_customers_cases_and_numbers_are_those_of_one_customer) {
  const std::string kept = person("示例甲", "13700000001");
  const std::string gone = person("示例甲", "13700000002");
  const auto first = api.post("agent", "/cases",
                              R"({"category":"wxcs","text":"屏幕坏了","customer_id":)" + gone +
                                  R"(,"number":"13700000002"})");
  ASSERT_EQ(first.status, 201) << first.body;
  const auto merge = api.post("agent", "/customers/" + kept + "/merge",
                              R"({"gone_id":)" + gone + R"(,"reason":"同一个人"})");
  ASSERT_EQ(merge.status, 201) << merge.body;

  // What the intake suggests is what the engine links.
  for (const std::string& id : {kept, gone}) {
    const auto earlier = api.get("agent", "/customers/" + id + "/repeats?category=wxcs");
    ASSERT_EQ(earlier.at("items").as_array().size(), 1u) << earlier.body;
    EXPECT_EQ(earlier.at("items").at(0).at("number").as_string(), first.text("number"));
  }
  const auto second = api.post("agent", "/cases",
                               R"({"category":"wxcs","text":"又坏了","customer_id":)" + kept +
                                   R"(,"number":"13700000001"})");
  ASSERT_EQ(second.status, 201) << second.body;
  EXPECT_EQ(second.text("repeat_of"), first.text("number"));

  // The other record's number is offered for the call, and taken.
  const auto& promise = second.at("callbacks").as_array().front();
  const auto moved =
      api.post("agent", "/callbacks/" + std::to_string(promise.at("id").as_int64()) + "/reschedule",
               R"({"at":"2036-01-07T02:00:00Z","number":"137****0002"})");
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(moved.text("number"), "137****0002");
  EXPECT_EQ(api.company.value("select customer_id from customer_number where number ="
                              " '+8613700000002'"),
            gone)
      << "it stays the other record's, for when the merge is undone";
}

TEST_F(Records, a_tier_is_scored_on_demand_and_says_why) {
  const std::string id = person("示例甲", "13700000001");
  EXPECT_THAT(api.get("agent", "/customers/" + id + "/tier").at("items").as_array(), IsEmpty());
  EXPECT_EQ(api.post("agent", "/customers/" + id + "/tier/score").status, 403);
  const auto scored = api.post("supervisor", "/customers/" + id + "/tier/score");
  ASSERT_EQ(scored.status, 200) << scored.body;
  EXPECT_THAT(api.wrong("TierScores", scored), IsEmpty());
  ASSERT_EQ(scored.at("items").as_array().size(), 1u);
  const auto& why = scored.at("items").at(0).at("why").at("inputs").as_array();
  EXPECT_EQ(why.size(), 5u);
  EXPECT_EQ(api.post("supervisor", "/customers/999999/tier/score").status, 404);

  const auto points = [](const Answer& answer) {
    for (const auto& line : answer.at("items").at(0).at("why").at("inputs").as_array())
      if (line.at("input") == "potential") return line.at("points").as_int64();
    return std::int64_t{-1};
  };
  EXPECT_EQ(points(scored), 0) << "nobody has estimated it";
  const auto estimate = [&](const std::string& body) {
    const auto version = api.get("agent", "/customers/" + id).at("version").as_int64();
    return api.ask("agent", "PATCH", "/api/v1/customers/" + id, body,
                   "If-Match: " + std::to_string(version) + "\r\n");
  };
  const auto refused = estimate(R"({"potential":101})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.text("field"), "potential");
  const auto estimated = estimate(R"({"potential":80})");
  ASSERT_EQ(estimated.status, 200) << estimated.body;
  EXPECT_EQ(estimated.at("potential").as_int64(), 80);
  EXPECT_THAT(api.wrong("Customer", estimated), IsEmpty());
  EXPECT_EQ(points(api.post("supervisor", "/customers/" + id + "/tier/score")), 80);
}

TEST_F(Records, ten_thousand_entries_are_read_by_the_index) {
  const std::string id = person("示例甲", "13700000001");
  api.company.run(
      "insert into history (id, at, customer_id, kind, source, data) select "
      "nextval('firsthand_id'), now() - i * interval '1 hour', " +
      id +
      ", case when i % 10 = 0 then 'note' else 'call_arrived' end, 'test', '{}' "
      "from generate_series(1, 10000) i; analyze history");
  std::string after;
  std::size_t seen = 0;
  const auto began = std::chrono::steady_clock::now();
  for (int page = 0; page < 3; ++page) {
    const auto answer = api.get("agent", "/customers/" + id + "/timeline?limit=200&after=" + after);
    ASSERT_EQ(answer.status, 200) << answer.body;
    seen += answer.at("items").as_array().size();
    after = answer.text("next");
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  RecordProperty("three_pages_ms", static_cast<int>(took.count()));
  EXPECT_EQ(seen, 600u);
  const auto notes = api.get("agent", "/customers/" + id + "/timeline?kinds=note&limit=50");
  EXPECT_EQ(notes.at("items").as_array().size(), 50u);

  postgres::Tx tx{api.company.connection()};
  std::string plan;
  for (const auto& row :
       tx.exec_sql("explain (costs off) select e.id from history e where e.customer_id = " + id +
                   " and (e.at, e.id) < (now(), 1) order by e.at desc, e.id desc limit 50")) {
    plan += row[0].c_str();
    plan += '\n';
  }
  EXPECT_THAT(plan, HasSubstr("Index"));
  // In the order of the index: nothing is gathered and sorted first.
  EXPECT_EQ(plan.find("Seq Scan"), std::string::npos) << plan;
  EXPECT_EQ(plan.find("Bitmap"), std::string::npos) << plan;
}

TEST_F(Records, a_wrong_number_goes_when_no_callback_needs_it) {
  const std::string path = "/api/v1/customers/101";
  const auto numbers = [&] {
    std::vector<std::string> found;
    const auto card = api.get("agent", "/customers/101");
    for (const auto& entry : card.at("numbers").as_array())
      found.emplace_back(entry.at("number").as_string());
    return found;
  };
  // The agent is on the telephone with this customer and reads the numbers in full.
  ASSERT_EQ(numbers(), (std::vector<std::string>{"+861062345678", "+8613812345678"}));
  const auto removed = [&](const std::string& places) {
    const auto card = api.get("agent", "/customers/101");
    return api.ask("agent", "PATCH", path, R"({"numbers_removed":)" + places + "}",
                   "If-Match: " + card.header("ETag") + "\r\n");
  };
  EXPECT_EQ(removed("[1001]").field(), "numbers_removed[0]");
  EXPECT_EQ(removed("[7]").field(), "numbers_removed");
  const auto refused = removed("[0,1]");
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_EQ(refused.code(), "number_in_use");
  EXPECT_EQ(refused.field(), "numbers_removed");
  EXPECT_THAT(refused.text("detail"), HasSubstr("GD2026110001"));
  EXPECT_EQ(numbers().size(), 2u) << "one refusal keeps all of them";

  const auto moved =
      api.post("supervisor", "/callbacks/501/reschedule",
               R"({"at":")" +
                   to_iso8601(std::chrono::floor<Millis>(std::chrono::system_clock::now()) +
                              std::chrono::hours{3}) +
                   R"(","number":"010-6234 5678"})");
  ASSERT_EQ(moved.status, 200) << moved.body;
  const auto done = removed("[1]");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(api.wrong("Customer", done), IsEmpty());
  EXPECT_EQ(numbers(), std::vector<std::string>{"+861062345678"});
  EXPECT_EQ(api.company.value("select count(*) from customer_number where number = "
                              "'+8613812345678'"),
            "0");
  EXPECT_EQ(api.company.value("select count(*) from interaction where customer_id = 101 and number "
                              "= '+8613812345678'"),
            "2")
      << "the calls stay";
  EXPECT_EQ(api.company.value("select data from history where kind = 'number_removed'"),
            R"({"number": "*5678"})");
  const auto timeline = api.get("agent", "/customers/101/timeline?kinds=number_removed");
  EXPECT_EQ(timeline.at("items").as_array().size(), 1u);
  EXPECT_EQ(api.get("agent", "/customers?phone=13812345678").at("items").as_array().size(), 0u);
}

}  // namespace
}  // namespace firsthand::test
