// SPDX-License-Identifier: Apache-2.0
// The rules over the API: reading, previewing, saving with versions, and what a case would get.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "tests/integration/api_harness.hpp"
#include "tests/integration/rules_world.hpp"

namespace firsthand::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ApiRules : public ::testing::Test {
 protected:
  ApiServer api;

  /// The policies as they are, as a tree to change.
  json::object policies() {
    return api.get("administrator", "/rules/policies").at("parsed").as_object();
  }
  static json::object& clock_of(json::object& tree, const std::string& policy,
                                const std::string& kind) {
    for (auto& each : tree.at("policy").as_array()) {
      if (each.as_object().at("code").as_string() != policy.c_str()) continue;
      for (auto& clock : each.as_object().at("clock").as_array()) {
        if (clock.as_object().at("kind").as_string() == kind.c_str()) return clock.as_object();
      }
    }
    throw std::runtime_error("no clock " + kind + " in " + policy);
  }
  static std::string with_body(const json::object& tree, const std::string& note = "") {
    json::object body{{"body", json::serialize(tree)}};
    if (!note.empty()) body["note"] = note;
    return json::serialize(body);
  }
  Answer put(const std::string& as, const std::string& document, const std::string& body,
             int version) {
    return api.ask(as, "PUT", "/api/v1/rules/" + document, body,
                   "If-Match: \"" + std::to_string(version) + "\"\r\n");
  }
};

TEST_F(ApiRules, AreReadWithTheirVersions) {
  const auto document = api.get("supervisor", "/rules/policies");
  ASSERT_EQ(document.status, 200) << document.body;
  EXPECT_THAT(api.wrong("RuleDocument", document), IsEmpty());
  EXPECT_EQ(document.text("format"), "toml");
  EXPECT_EQ(document.header("ETag"), "\"1\"");
  EXPECT_GT(document.at("parsed").as_object().at("policy").as_array().size(), 3u);
  EXPECT_EQ(api.get("supervisor", "/rules/nothing").status, 404);
  EXPECT_EQ(api.get("supervisor", "/rules/policies?version=7").status, 404);
  EXPECT_EQ(api.get("agent", "/rules/policies").status, 403);
  const auto versions = api.get("manager", "/rules/policies/versions");
  EXPECT_THAT(api.wrong("RuleVersionList", versions), IsEmpty());
  EXPECT_EQ(versions.at("items").as_array().size(), 1u);
  const auto changes = api.get("manager", "/rules/changes");
  EXPECT_THAT(api.wrong("RuleChangeList", changes), IsEmpty());
  EXPECT_EQ(changes.at("items").as_array().size(), 3u);  // policies, ladders and calendars loaded
}

TEST_F(ApiRules, ArePreviewedAndSaved) {
  const std::string registered =
      api.post("agent", "/cases",
               R"({"category":"qt","text":"等了很久","customer":{"name":"新客户"},)"
               R"("number":"138 0013 8000","severity":1})")
          .body;
  ASSERT_THAT(registered, HasSubstr("GD"));
  api.company.run("delete from alert; update sla_clock set ended_at = now() where id < 1000");
  auto tree = policies();
  clock_of(tree, "complaint", "resolution")["budget"] = "9 working days";
  const auto preview = api.post("supervisor", "/rules/policies/preview", with_body(tree));
  ASSERT_EQ(preview.status, 200) << preview.body;
  EXPECT_THAT(api.wrong("RulesPreview", preview), IsEmpty());
  EXPECT_EQ(preview.at("clocks_moved").as_int64(), 1);
  EXPECT_EQ(preview.at("clocks_late").as_int64(), 0);
  EXPECT_EQ(preview.at("examples").as_array()[0].as_object().at("clock_kind"), "resolution");

  EXPECT_EQ(put("supervisor", "policies", with_body(tree), 1).status, 403);
  EXPECT_EQ(api.ask("administrator", "PUT", "/api/v1/rules/policies", with_body(tree)).status, 428);
  const auto saved = put("administrator", "policies", with_body(tree, "多给两天"), 1);
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_THAT(api.wrong("RuleSaved", saved), IsEmpty());
  EXPECT_EQ(saved.at("version").as_int64(), 2);
  // In force at once, on this node.
  EXPECT_EQ(api.company.rules()->revision, saved.at("revision").as_int64());
  EXPECT_EQ(api.company.rules()->book.version, 2);
  const auto now = api.get("supervisor", "/rules/policies");
  EXPECT_EQ(now.text("format"), "json");
  EXPECT_EQ(now.text("note"), "多给两天");
  EXPECT_EQ(now.at("by").as_object().at("id").as_int64(), kAdministrator);
  EXPECT_EQ(now.at("parsed").as_object(), tree);
  const auto changes = api.get("supervisor", "/rules/changes?limit=1");
  const auto& newest = changes.at("items").as_array()[0].as_object();
  EXPECT_EQ(newest.at("document"), "policies");
  EXPECT_TRUE(newest.at("done_at").is_null());
  EXPECT_EQ(newest.at("clocks_left"), newest.at("clocks_total"));
  // Sent again: the same answer. Somebody with the older version: what is there now.
  EXPECT_EQ(
      put("administrator", "policies", with_body(tree, "多给两天"), 1).at("version").as_int64(), 2);
  clock_of(tree, "complaint", "resolution")["budget"] = "8 working days";
  const auto stale = put("administrator", "policies", with_body(tree), 1);
  EXPECT_EQ(stale.status, 412);
  EXPECT_EQ(stale.at("current").as_object().at("version").as_int64(), 2);
  // The old text can be had, and saved again.
  const auto old = api.get("administrator", "/rules/policies?version=1");
  EXPECT_EQ(
      put("administrator", "policies", json::serialize(json::object{{"body", old.at("body")}}), 2)
          .at("version")
          .as_int64(),
      3);
}

TEST_F(ApiRules, SayEveryMistakeWithItsPath) {
  auto tree = policies();
  clock_of(tree, "complaint", "resolution")["budget"] = "soon";
  clock_of(tree, "repair", "dispatch")["calendar"] = "";
  const auto refused = put("administrator", "policies", with_body(tree), 1);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.code(), "invalid_rules");
  const auto& errors = refused.at("errors").as_array();
  ASSERT_EQ(errors.size(), 2u) << refused.body;
  EXPECT_THAT(std::string(errors[0].as_object().at("path").as_string()), HasSubstr("policy[2]"));
  EXPECT_EQ(refused.field(), std::string(errors[0].as_object().at("path").as_string()));
  // With its values apart, so that a console can say it in another language.
  const auto told = [](const boost::json::value& error) {
    return std::string(error.at("code").as_string()) + " " +
           boost::json::serialize(error.at("values"));
  };
  EXPECT_EQ(told(errors[0]), "empty {}");
  EXPECT_EQ(told(errors[1]), R"(no_budget {"written":"soon"})");
  tree = policies();
  clock_of(tree, "complaint", "resolution")["ladder"] = "nowhere";
  const auto dangling = api.post("supervisor", "/rules/policies/preview", with_body(tree));
  EXPECT_EQ(dangling.status, 422);
  EXPECT_THAT(dangling.body, HasSubstr("nowhere"));
  const auto broken = api.post("supervisor", "/rules/policies/preview",
                               R"({"body":"# a line of words\npolicy = ["})");
  EXPECT_EQ(broken.status, 422);
  EXPECT_EQ(broken.at("errors").as_array()[0].as_object().at("line").to_number<int>(), 2);
  EXPECT_EQ(put("administrator", "queues", R"({"body":"x = 1"})", 1).code(), "not_editable");
  EXPECT_EQ(api.company.value("select count(*) from policy_document where name = 'policies'"), "1");
}

TEST_F(ApiRules, WhatMovesNoClockIsEditedAsText) {
  const auto shown = api.get("administrator", "/rules/accounts");
  ASSERT_EQ(shown.status, 200) << shown.body;
  const std::string stored{shown.at("body").as_string()};
  const auto with = [&](const char* was, const char* now) {
    std::string text = stored;
    text.replace(text.find(was), std::string{was}.size(), now);
    return json::serialize(json::object{{"body", text}});
  };
  const auto refused =
      put("administrator", "accounts", with("claims_per_day = 5", "claims_per_day = -5"), 1);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.field(), "claims_per_day") << refused.body;
  const auto seen = api.post("supervisor", "/rules/accounts/preview",
                             with("claims_per_day = 5", "claims_per_day = 1"));
  EXPECT_EQ(seen.at("clocks_moved").as_int64(), 0) << seen.body;
  const auto saved = put("administrator", "accounts",
                         with("claims_per_day = 5",
                              "claims_per_day = 1\ncut_off = [{office = \"chengdu\", last_day = "
                              "\"2026-12-31\"}]"),
                         1);
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(api.company.value("select clocks_total || ' ' || (done_at is not null) from "
                              "rule_change where document = 'accounts'"),
            "0 true");
  const auto rules = api.company.rules();
  EXPECT_EQ(rules->book.accounts.claims_per_day, 1);
  EXPECT_EQ(rules->book.accounts.cut_offs.size(), 1u);
}

TEST_F(ApiRules, AStepPutIntoALadderIsShownBeforeAndGivenToClocksThatRun) {
  const auto registered =
      api.post("agent", "/cases",
               R"({"category":"wxcs","text":"等了很久","customer":{"name":"新客户"},)"
               R"("number":"138 0013 8000","severity":2})");
  ASSERT_EQ(registered.status, 201) << registered.body;
  const std::string running =
      " from sla_clock where ended_at is null and case_id = (select max(id) from case_file) and "
      "ladder = 'department' ";
  const std::string of_all = api.company.value("select count(*)" + running);
  ASSERT_NE(of_all, "0");
  const auto resolution = [&](const std::string& what) {
    return api.company.value("select " + what + running + "and kind = 'resolution'");
  };
  const auto iso = [](const std::string& column) {
    return "to_char(" + column + R"( at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))";
  };
  const std::string due = resolution("due_at");
  EXPECT_EQ(resolution("step"), "warn_50");

  json::object ladders = api.get("administrator", "/rules/ladders").at("parsed").as_object();
  for (auto& ladder : ladders.at("ladder").as_array()) {
    if (ladder.at("code") != "department") continue;
    auto& steps = ladder.at("step").as_array();
    steps.insert(steps.begin(), json::parse(R"({"name":"warn_20","at":"20%",)"
                                            R"("recipients":["owner"],"channels":["console"]})"));
  }
  // By a text that nobody has saved: the step of a case like this one, to the second.
  json::object question{
      {"category", "wxcs"}, {"severity", 2}, {"arrived_at", resolution(iso("started_at"))}};
  const auto first_step = [&] {
    const auto asked = api.post("supervisor", "/policies/what-if", json::serialize(question));
    EXPECT_EQ(asked.status, 200) << asked.body;
    for (const auto& clock : asked.at("clocks").as_array())
      if (clock.at("kind") == "resolution") return clock.at("steps").as_array()[0].as_object();
    throw std::runtime_error("no such clock: " + asked.body);
  };
  EXPECT_EQ(first_step().at("name"), "warn_50");
  question["ladders"] = json::serialize(ladders);
  const json::object shown = first_step();
  EXPECT_EQ(shown.at("name"), "warn_20");
  EXPECT_EQ(shown.at("at_text"), "20%");
  const auto preview = api.post("supervisor", "/rules/ladders/preview", with_body(ladders));
  ASSERT_EQ(preview.status, 200) << preview.body;
  EXPECT_EQ(preview.at("clocks_moved").as_int64(), 0) << "a step moves no due time";
  EXPECT_EQ(resolution("step"), "warn_50");

  const auto saved = put("administrator", "ladders", with_body(ladders, "早一点提醒"), 1);
  ASSERT_EQ(saved.status, 200) << saved.body;
  RulesNode node(api.company.options(), "one");
  EXPECT_GT(node.turn_until_idle(), 0);
  EXPECT_EQ(resolution(iso("fire_at")), std::string(shown.at("at").as_string()));
  EXPECT_EQ(resolution("due_at"), due);
  EXPECT_EQ(api.company.value("select count(*)" + running + "and step = 'warn_20'"), of_all);
  EXPECT_EQ(api.company.value("select done_at is not null from rule_change where revision = " +
                              std::to_string(saved.at("revision").as_int64())),
            "t");
}

TEST_F(ApiRules, SayWhatACaseWouldGet) {
  const auto asked = api.post("supervisor", "/policies/what-if",
                              R"({"category":"wxcs","severity":2,"arrived_at":)"
                              R"("2026-11-18T02:00:00Z"})");
  ASSERT_EQ(asked.status, 200) << asked.body;
  EXPECT_THAT(api.wrong("WhatIf", asked), IsEmpty());
  EXPECT_EQ(asked.text("policy"), "repair");
  EXPECT_EQ(asked.text("arrival"), "in_hours");
  const auto& why = asked.at("why").as_array();
  ASSERT_EQ(why.size(), 2u);
  EXPECT_EQ(why[1].as_object().at("condition"), "categories");
  EXPECT_TRUE(why[1].as_object().at("holds").as_bool());
  const auto& passed = asked.at("passed_over").as_array();
  ASSERT_EQ(passed.size(), 2u);
  EXPECT_EQ(passed[1].as_object().at("policy"), "key-account");
  EXPECT_EQ(passed[1].as_object().at("failed").as_array()[0].as_object().at("has"), "standard");
  json::object acknowledgement;
  for (const auto& clock : asked.at("clocks").as_array()) {
    if (clock.as_object().at("kind") == "acknowledgement") acknowledgement = clock.as_object();
  }
  // Wednesday 10:00 in Shanghai and half an hour of working time.
  EXPECT_EQ(acknowledgement.at("due_at"), "2026-11-18T02:30:00.000Z");
  EXPECT_EQ(acknowledgement.at("budget_text"), "30m working");
  const auto& steps = acknowledgement.at("steps").as_array();
  EXPECT_EQ(steps[0].as_object().at("at"), "2026-11-18T02:15:00.000Z");
  const auto& breach = steps[2].as_object();
  EXPECT_EQ(breach.at("recipients").as_array()[0].as_object().at("role"), "liaison");
  EXPECT_THAT(json::serialize(breach.at("recipients")), HasSubstr("郭样例"));

  const auto night = api.post("supervisor", "/policies/what-if",
                              R"({"category":"wxcs","arrived_at":"2026-11-18T16:00:00Z"})");
  EXPECT_EQ(night.text("arrival"), "out_of_hours");
  EXPECT_THAT(night.body, HasSubstr(R"("budget_text":"1h working","out_of_hours":true)"));

  // By a text that nobody has saved.
  auto tree = policies();
  clock_of(tree, "repair", "acknowledgement")["budget"] = "45m working";
  json::object question{{"category", "wxcs"},
                        {"arrived_at", "2026-11-18T02:00:00Z"},
                        {"body", json::serialize(tree)}};
  const auto unsaved = api.post("supervisor", "/policies/what-if", json::serialize(question));
  EXPECT_THAT(unsaved.body, HasSubstr("2026-11-18T02:45:00.000Z"));
  EXPECT_EQ(unsaved.at("version").as_int64(), 2);
  question["body"] = "{}";
  EXPECT_EQ(api.post("supervisor", "/policies/what-if", json::serialize(question)).status, 422);
  EXPECT_EQ(api.post("supervisor", "/policies/what-if", R"({"category":"none"})").field(),
            "category");
  EXPECT_EQ(api.post("agent", "/policies/what-if", R"({"category":"wxcs"})").status, 403);
}

}  // namespace
}  // namespace firsthand::test
