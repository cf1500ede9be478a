// SPDX-License-Identifier: Apache-2.0
// Over the API's socket: what reviews give people to do, and alerts that are about no case.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/codec/link_token.hpp"
#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReviewApi : public ::testing::Test {
 protected:
  ApiServer api;

  static std::string in_days(int days) {
    return to_iso8601(std::chrono::ceil<Seconds>(std::chrono::system_clock::now()) +
                      std::chrono::days{days});
  }
  Answer agree(const std::string& more, const std::string& who = "supervisor") {
    const auto made = api.post(
        who, "/review-actions",
        R"({"title":"包装加厚","text":"三起破损","due_at":")" + in_days(5) + "\"," + more + "}");
    if (made.status == 201) EXPECT_THAT(api.wrong("ReviewAction", made), IsEmpty()) << made.body;
    return made;
  }
  std::vector<std::int64_t> ids(const std::string& who, const std::string& query) {
    const auto page = api.get(who, "/review-actions" + query);
    EXPECT_EQ(page.status, 200) << page.body;
    EXPECT_THAT(api.wrong("ReviewActionList", page), IsEmpty());
    std::vector<std::int64_t> found;
    for (const auto& item : page.at("items").as_array()) found.push_back(item.at("id").as_int64());
    return found;
  }
  std::int64_t id_of(const Answer& made) { return made.at("id").as_int64(); }
  std::string path(const Answer& made) { return "/review-actions/" + std::to_string(id_of(made)); }
  Answer patch(const std::string& who, const Answer& made, const std::string& body,
               const std::string& version) {
    return api.ask(who, "PATCH", "/api/v1" + path(made), body, "If-Match: " + version + "\r\n");
  }
  std::string value(const std::string& sql) { return api.company.value(sql); }
};

TEST_F(ReviewApi, AgreedChangedAndDone) {
  EXPECT_EQ(agree(R"("department":"repair")", "agent").status, 403);
  EXPECT_EQ(agree(R"("department":"repair")", "liaison_repair").status, 403);
  const auto made = agree(R"("department":"repair","case_number":"GD2026110001")");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.header("ETag"), "\"1\"");
  EXPECT_EQ(made.text("case_number"), "GD2026110001");
  EXPECT_EQ(made.at("clock").at("kind"), "review_action");
  EXPECT_EQ(made.at("clock").at("due_at"), made.at("due_at"));
  EXPECT_TRUE(made.at("can").at("cancel").as_bool());

  const auto seen = api.get("liaison_repair", path(made));
  EXPECT_TRUE(seen.at("can").at("finish").as_bool());
  EXPECT_FALSE(seen.at("can").at("edit").as_bool());
  EXPECT_FALSE(api.get("liaison_sales", path(made)).at("can").at("finish").as_bool());

  const std::string later = in_days(9);
  const std::string body = R"({"due_at":")" + later + R"(","reason":"等待样品"})";
  EXPECT_EQ(api.ask("back_line", "PATCH", "/api/v1" + path(made), body).status, 428);
  EXPECT_EQ(patch("liaison_repair", made, body, "\"1\"").status, 403);
  EXPECT_EQ(patch("back_line", made, R"({"title":"x"})", "\"1\"").field(), "reason");
  const auto moved = patch("back_line", made, body, "\"1\"");
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(moved.header("ETag"), "\"2\"");
  EXPECT_EQ(moved.at("clock").at("due_at"), moved.at("due_at"));
  const auto stale = patch("back_line", made, body, "\"1\"");
  EXPECT_EQ(stale.status, 412);
  EXPECT_EQ(stale.at("current").at("version").as_int64(), 2);

  EXPECT_EQ(api.post("liaison_sales", path(made) + "/done", R"({"result":"好了"})").status, 403);
  EXPECT_EQ(api.post("liaison_repair", path(made) + "/done", "{}").field(), "result");
  const auto done = api.post("liaison_repair", path(made) + "/done", R"({"result":"已换供应商"})");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(api.wrong("ReviewAction", done), IsEmpty());
  EXPECT_EQ(done.text("state"), "done");
  EXPECT_EQ(done.text("result"), "已换供应商");
  EXPECT_EQ(api.post("liaison_repair", path(made) + "/done", R"({"result":"x"})").code(),
            "action_ended");
  EXPECT_EQ(api.post("supervisor", path(made) + "/cancel", R"({"reason":"x"})").code(),
            "action_ended");
  EXPECT_EQ(value("select string_agg(kind, ' ' order by id) from history where case_id = 201 and "
                  "kind like 'review_action%'"),
            "review_action_agreed review_action_changed review_action_done");
  EXPECT_EQ(value("select string_agg(state, ' ' order by id) from sla_clock where "
                  "review_action_id is not null"),
            "cancelled met");
}

TEST_F(ReviewApi, ListsAreByWhoseAndByWhen) {
  const auto repairs = agree(R"("department":"repair")");
  const auto agents = agree(R"("assignee":11)");
  const auto late = agree(R"("department":"sales")");
  api.company.run("update review_action set due_at = now() - interval '1 hour' where id = " +
                  std::to_string(id_of(late)));
  EXPECT_THAT(ids("liaison_repair", ""), ElementsAre(id_of(repairs)));
  EXPECT_THAT(ids("agent", "?list=mine"), ElementsAre(id_of(agents)));
  EXPECT_THAT(ids("liaison_repair", "?list=department"), ElementsAre(id_of(repairs)));
  EXPECT_THAT(ids("supervisor", "?list=department&department=sales"), ElementsAre(id_of(late)));
  EXPECT_THAT(ids("agent", "?list=late"), ElementsAre(id_of(late)));
  EXPECT_THAT(ids("manager", "?list=open"),
              ElementsAre(id_of(late), id_of(repairs), id_of(agents)));
  api.post("supervisor", path(repairs) + "/cancel", R"({"reason":"停产"})");
  EXPECT_THAT(ids("manager", "?list=open"), ElementsAre(id_of(late), id_of(agents)));
  EXPECT_THAT(ids("manager", "?list=all"), ElementsAre(id_of(agents), id_of(repairs), id_of(late)));
  const auto first = api.get("manager", "/review-actions?list=all&limit=2");
  EXPECT_THAT(ids("manager", "?list=all&limit=2&after=" + first.text("next")),
              ElementsAre(id_of(late)));
  EXPECT_EQ(api.get("manager", "/review-actions?list=some").field(), "list");
  EXPECT_EQ(api.get("manager", "/review-actions?after=some").field(), "after");
  const auto inbox = api.get("liaison_sales", "/inbox");
  EXPECT_EQ(inbox.at("counts").at("review_actions").as_int64(), 1);
  const auto wallboard = api.get("supervisor", "/wallboard");
  EXPECT_EQ(wallboard.at("review_actions").at("open").as_int64(), 2);
  EXPECT_EQ(wallboard.at("review_actions").at("overdue").as_int64(), 1);
  EXPECT_EQ(api.get("token:report", "/review-actions?list=all").status, 200);
  EXPECT_EQ(api.get("", "/review-actions").status, 401);
}

TEST_F(ReviewApi, WhatIsRefusedNamesItsField) {
  EXPECT_EQ(agree(R"("department":"moon")").field(), "department");
  EXPECT_EQ(agree(R"("assignee":4711)").field(), "assignee");
  EXPECT_EQ(agree(R"("department":"repair","case_number":"GD0")").field(), "case_number");
  const auto past =
      api.post("supervisor", "/review-actions",
               R"({"title":"x","department":"repair","due_at":")" + in_days(-1) + "\"}");
  EXPECT_EQ(past.field(), "due_at");
  const auto policy =
      api.post("supervisor", "/review-actions", R"({"title":"x","department":"repair"})");
  EXPECT_EQ(policy.status, 201) << "by the policy of reviews: " << policy.body;
  EXPECT_EQ(api.get("agent", "/review-actions/4711").status, 404);
}

/// Alerts of an account of the customer 101 and of a review action, as a firing leaves them.
class AlertsWithoutACase : public ReviewApi {
 protected:
  void SetUp() override {
    action = id_of(agree(R"("department":"repair","assignee":13)"));
    const std::string clock =
        value("select id from sla_clock where review_action_id = " + std::to_string(action));
    api.company.run(
        "insert into sla_clock (id, customer_id, kind, policy, policy_version, calendar, "
        "budget_kind, budget_s, ladder, started_at, due_at, state, step, fire_at, revision) values "
        "(7001, 101, 'pool_hold', 'customers', 1, 'always', 'calendar_time', 7776000, 'pool', "
        "now() - interval '85 days', now() + interval '5 days', 'running', 'warn_3d', now() + "
        "interval '2 days', 0);"
        "insert into alert (id, clock_id, customer_id, review_action_id, cycle, stage, step, "
        "clock_kind, recipient_id, role, needs_acknowledgement, due_at, fired_at) values "
        "(7101, 7001, 101, null, 1, 0, 'warn_7d', 'pool_hold', 11, 'owner', true, now(), now()),"
        "(7102, " +
        clock + ", null, " + std::to_string(action) +
        ", 1, 1, 'breach', 'review_action', 13, 'owner', true, now(), now());"
        "insert into account (customer_id, state, owner_id, since) values (101, 'held', 11, "
        "now())");
  }
  std::string link(std::int64_t alert) {
    const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    return "/a/" + codec::make_link_token(
                       value("select encode(value, 'hex') from installation where name = "
                             "'link_key'"),
                       "acknowledge", {alert, now.time_since_epoch().count() + 3600});
  }
  const boost::json::value& row(const Answer& list, std::int64_t id) {
    for (const auto& item : list.at("items").as_array())
      if (item.at("id").as_int64() == id) return item;
    throw std::runtime_error("no such alert in " + list.body);
  }
  std::int64_t action = 0;
};

TEST_F(AlertsWithoutACase, AreListedWithWhatTheyAreAbout) {
  const auto all = api.get("supervisor", "/alerts?state=open");
  EXPECT_THAT(api.wrong("AlertList", all), IsEmpty()) << all.body;
  const auto& account = row(all, 7101);
  EXPECT_EQ(account.at("case_number"), "");
  EXPECT_EQ(account.at("title").as_string(), value("select name from customer where id = 101"));
  EXPECT_EQ(account.at("customer_id").as_int64(), 101);
  const auto& review = row(all, 7102);
  EXPECT_EQ(review.at("title"), "包装加厚");
  EXPECT_EQ(review.at("review_action_id").as_int64(), action);
  EXPECT_EQ(review.at("department_code"), "repair");
  const auto desk = api.get("agent", "/desk");
  ASSERT_EQ(desk.status, 200);
  EXPECT_THAT(desk.body, HasSubstr("\"id\":7101"));
}

TEST_F(AlertsWithoutACase, AreAcknowledgedAtTheConsole) {
  EXPECT_EQ(api.post("agent2", "/alerts/7101/acknowledge").status, 403);
  const auto done = api.post("agent", "/alerts/7101/acknowledge");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(api.wrong("Alert", done), IsEmpty());
  EXPECT_EQ(done.at("acknowledged_by").at("id").as_int64(), 11);
  EXPECT_EQ(api.post("liaison_repair", "/alerts/7102/acknowledge").status, 200);
  EXPECT_EQ(value("select count(*) from history where kind = 'alert_acknowledged' and customer_id "
                  "= 101"),
            "1");
}

TEST_F(AlertsWithoutACase, AreAcknowledgedByTheLinkOfAMail) {
  const auto shown = api.ask("", "GET", link(7101));
  EXPECT_EQ(shown.status, 200);
  EXPECT_THAT(shown.body, HasSubstr("公海保护期"));
  EXPECT_THAT(shown.body, HasSubstr("href=\"/customers/101\""));
  const auto pressed =
      api.ask("", "POST", link(7102), "", "Content-Type: application/x-www-form-urlencoded\r\n");
  EXPECT_EQ(pressed.status, 200);
  EXPECT_THAT(pressed.body, HasSubstr("包装加厚"));
  EXPECT_THAT(pressed.body, HasSubstr("/review-actions/" + std::to_string(action)));
  EXPECT_EQ(value("select acknowledged_by from alert where id = 7102"), "13");
}

TEST_F(AlertsWithoutACase, TheirClocksAreExplained) {
  const auto account = api.get("agent", "/clocks/7001");
  ASSERT_EQ(account.status, 200) << account.body;
  EXPECT_THAT(api.wrong("ClockExplanation", account), IsEmpty());
  EXPECT_EQ(account.at("policy").at("name_zh"), "客户");
  const auto& steps = account.at("steps").as_array();
  ASSERT_EQ(steps.size(), 4u);
  EXPECT_EQ(steps[0].at("state"), "fired");
  EXPECT_EQ(steps[1].at("state"), "next");
  EXPECT_EQ(steps[1].at("recipients").at(0).at("role"), "owner");
  EXPECT_NE(steps[1].at("recipients").at(0).at("name"), "") << "the account owner";
  const std::string clock = value("select id from sla_clock where review_action_id is not null");
  EXPECT_EQ(api.get("liaison_sales", "/clocks/" + clock).status, 200);
  const std::string of_case = value("select min(id) from sla_clock where case_id = 201");
  EXPECT_EQ(api.get("agent", "/clocks/" + of_case).status, 200);
  EXPECT_EQ(api.get("agent", "/clocks/4711").status, 404);
}

TEST_F(ReviewApi, WhatWouldACustomerOrAReviewGet) {
  const auto ask = [&](const std::string& body) {
    const auto answer = api.post("supervisor", "/policies/what-if", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(api.wrong("WhatIf", answer), IsEmpty());
    return answer;
  };
  EXPECT_EQ(ask(R"({"scope":"customers","tier":"key"})").text("policy"), "customers-key");
  const auto standard = ask(R"({"scope":"customers"})");
  EXPECT_EQ(standard.text("policy"), "customers");
  ASSERT_EQ(standard.at("passed_over").as_array().size(), 1u) << "policies of cases are no matter";
  EXPECT_EQ(standard.at("passed_over").at(0).at("policy"), "customers-key");
  EXPECT_EQ(ask(R"({"scope":"reviews"})").at("clocks").at(0).at("kind"), "review_action");
  EXPECT_EQ(api.post("supervisor", "/policies/what-if", "{}").field(), "category");
}

}  // namespace
}  // namespace firsthand::test
