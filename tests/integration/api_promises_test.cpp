// SPDX-License-Identifier: Apache-2.0
// What owner, department and supervisor settle over the API: chasing, disputes, more time, who
// calls and when, and what customers say afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Promises : public ::testing::Test {
 protected:
  ApiServer api;

  /// The last dispatch of the case in an answer.
  static const boost::json::object& dispatch(const Answer& answer) {
    return answer.at("dispatches").as_array().back().as_object();
  }
  static bool can(const Answer& answer, const char* what) {
    return answer.at("can").at(what).as_bool();
  }
  std::size_t listed(const std::string& path) {
    const auto answer = api.get("supervisor", path);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.at("items").as_array().size();
  }
  static std::string in(std::chrono::hours time) {
    return postgres::to_json_text(
        std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now() + time));
  }
};

TEST_F(Promises, ADepartmentIsChasedAndSeesIt) {
  EXPECT_TRUE(can(api.get("agent", "/cases/GD2026110001"), "chase"));
  EXPECT_EQ(api.post("agent2", "/dispatches/401/chase").status, 403);
  const auto chased = api.post("agent", "/dispatches/401/chase", R"({"note":"客户又来电"})");
  ASSERT_EQ(chased.status, 200) << chased.body;
  EXPECT_THAT(api.wrong("Case", chased), IsEmpty());
  EXPECT_EQ(dispatch(chased).at("chases").as_int64(), 1);
  EXPECT_TRUE(dispatch(chased).at("chase_again_at").is_string());
  const auto again = api.post("agent", "/dispatches/401/chase");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.code(), "chased_already");
  const auto inbox = api.get("liaison_repair", "/inbox");
  EXPECT_THAT(api.wrong("Inbox", inbox), IsEmpty());
  const auto& row = inbox.at("to_accept").as_array().front().at("dispatch");
  EXPECT_EQ(row.at("chases").as_int64(), 1);
  EXPECT_EQ(listed("/dispatches?list=chased"), 0u);
}

TEST_F(Promises, ADisputeGoesToTheSupervisorAndOnToAnotherDepartment) {
  // Long accepted, long past the time in which it could have been returned.
  api.company.run("update dispatch set at = now() - interval '9 days' where id = 401");
  EXPECT_EQ(api.post("liaison_repair", "/dispatches/401/return", R"({"reason":"不是维修"})").code(),
            "too_late_to_return");
  const auto disputed =
      api.post("liaison_repair", "/dispatches/401/dispute", R"({"reason":"不是维修"})");
  ASSERT_EQ(disputed.status, 200) << disputed.body;
  EXPECT_TRUE(dispatch(disputed).at("disputed_at").is_string());
  const auto list = api.get("supervisor", "/dispatches?list=disputed");
  EXPECT_THAT(api.wrong("DispatchList", list), IsEmpty());
  EXPECT_EQ(list.at("items").as_array().size(), 1u);
  EXPECT_EQ(api.get("agent", "/dispatches?list=disputed").status, 403);
  EXPECT_EQ(api.get("supervisor", "/dispatches?list=none").field(), "list");
  const std::string body = R"({"upheld":true,"reason":"属技术问题","department":"technical"})";
  EXPECT_EQ(api.post("agent", "/dispatches/401/settle", body).status, 403);
  const auto settled = api.post("supervisor", "/dispatches/401/settle", body);
  ASSERT_EQ(settled.status, 200) << settled.body;
  EXPECT_EQ(dispatch(settled).at("department").at("code").as_string(), "technical");
  const auto& callback = settled.at("callbacks").as_array().front();
  EXPECT_EQ(callback.at("id").as_int64(), 501) << "the customer was promised this call";
  EXPECT_EQ(callback.at("department").at("code").as_string(), "technical");
  EXPECT_EQ(listed("/dispatches?list=disputed"), 0u);
}

TEST_F(Promises, MoreTimeIsAskedForAndGranted) {
  const std::string body =
      R"({"until":")" + in(std::chrono::hours{24 * 60}) + R"(","reason":"等配件"})";
  EXPECT_EQ(api.post("agent", "/dispatches/401/extension", body).status, 403);
  const auto asked = api.post("liaison_repair", "/dispatches/401/extension", body);
  ASSERT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(listed("/dispatches?list=extension"), 1u);
  EXPECT_TRUE(can(api.get("agent", "/cases/GD2026110001"), "answer_extension"));
  const auto granted = api.post("agent", "/dispatches/401/extension/answer", R"({"granted":true})");
  ASSERT_EQ(granted.status, 200) << granted.body;
  EXPECT_TRUE(dispatch(granted).at("extension_until").is_null());
  EXPECT_EQ(api.company.value("select count(*) from sla_clock where dispatch_id = 401 and kind ="
                              " 'dispatch' and ended_at is null and policy = ''"),
            "1");
  EXPECT_EQ(listed("/dispatches?list=extension"), 0u);
}

TEST_F(Promises, ClocksArePausedForAReasonOfTheList) {
  const auto pause = [&](const std::string& reason) {
    return api.post(
        "agent", "/cases/GD2026110001/pause",
        R"({"reason":")" + reason + R"(","until":")" + in(std::chrono::hours{48}) + R"("})");
  };
  const auto refused = pause("customer_sends_photos");
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_EQ(refused.code(), "invalid");
  EXPECT_EQ(refused.field(), "reason");
  EXPECT_EQ(refused.text("detail"),
            "A pause needs a reason from the list: waiting_for_customer, customer_asked_later, "
            "waiting_for_parts, third_party.");
  EXPECT_EQ(api.company.value("select count(*) from clock_pause"), "0");
  const auto reference = api.get("agent", "/reference");
  for (const auto& reason : reference.at("pause_reasons").as_array()) {
    const auto paused = pause(std::string(reason.at("code").as_string()));
    ASSERT_EQ(paused.status, 200) << paused.body;
    EXPECT_EQ(paused.at("pause").at("reason"), reason.at("code"));
    ASSERT_EQ(api.post("agent", "/cases/GD2026110001/unpause").status, 200);
  }
  EXPECT_EQ(api.company.value("select count(distinct reason) from clock_pause"), "4");
}

TEST_F(Promises, TheDepartmentCallsAndTheCustomerSaysNobodyDid) {
  const auto tried = api.post("liaison_repair", "/callbacks/501/attempts",
                              R"({"outcome":"reached","note":"已修好"})");
  ASSERT_EQ(tried.status, 200) << tried.body;
  const auto shown = api.get("agent", "/cases/GD2026110001");
  EXPECT_EQ(shown.text("told_how"), "department_reached");
  EXPECT_TRUE(can(shown, "verify"));
  EXPECT_EQ(shown.at("to_verify"), true);
  const auto anew =
      api.post("agent", "/cases/GD2026110001/not-told", R"({"reason":"客户说没接到电话"})");
  ASSERT_EQ(anew.status, 200) << anew.body;
  EXPECT_TRUE(anew.at("told_at").is_null());
  EXPECT_EQ(anew.at("to_verify"), false);
  EXPECT_EQ(dispatch(anew).at("state").as_string(), "sent");
  EXPECT_EQ(dispatch(anew).at("chases").as_int64(), 1);
  EXPECT_EQ(anew.at("callbacks").as_array().back().at("state").as_string(), "open");
}

TEST_F(Promises, WhoCallsTheCustomerIsChosen) {
  const auto filed = [this](const std::string& callback) {
    return api.post("agent", "/cases",
                    R"({"category":"wxcs","text":"屏幕坏了","number":"13700000021")"
                    R"(,"callback":)" +
                        callback + "}");
  };
  const auto caller = [](const Answer& answer) {
    EXPECT_LT(answer.status, 300) << answer.body;
    const auto& promise = answer.at("callbacks").as_array().back();
    EXPECT_EQ(promise.at("state").as_string(), "open");
    return std::string(promise.at("caller").as_string());
  };
  EXPECT_EQ(caller(filed("{}")), "department") << "what nobody chooses";
  const auto by_department = filed(R"({"caller":"department"})");
  ASSERT_EQ(by_department.status, 201) << by_department.body;
  EXPECT_EQ(caller(by_department), "department");
  const auto by_owner = filed(R"({"choice":"two_hours","caller":"owner"})");
  ASSERT_EQ(by_owner.status, 201) << by_owner.body;
  EXPECT_THAT(api.wrong("Case", by_owner), IsEmpty());
  EXPECT_EQ(caller(by_owner), "owner");
  const auto& promise = by_owner.at("callbacks").as_array().back();
  EXPECT_EQ(promise.at("user").at("id").as_int64(), kAgent);
  EXPECT_TRUE(promise.at("department").is_null());
  EXPECT_EQ(dispatch(by_owner).at("state").as_string(), "sent") << "the work goes out all the same";
  EXPECT_EQ(filed(R"({"caller":"customer"})").field(), "callback.caller");

  // Sent on: the standing promise changes hands, not its time.
  const std::string path = "/cases/" + by_owner.text("number") + "/dispatch";
  const std::string back = "/dispatches/" + std::to_string(dispatch(by_owner).at("id").as_int64());
  ASSERT_EQ(api.post("liaison_repair", back + "/return", R"({"reason":"不是维修"})").status, 200);
  const auto theirs =
      api.post("agent", path, R"({"department":"technical","callback":{"caller":"department"}})");
  ASSERT_EQ(theirs.status, 200) << theirs.body;
  EXPECT_EQ(caller(theirs), "department");
  const auto& same = theirs.at("callbacks").as_array().back();
  EXPECT_EQ(same.at("id"), promise.at("id"));
  EXPECT_EQ(same.at("due_at"), promise.at("due_at"));
  EXPECT_EQ(same.at("department").at("code").as_string(), "technical");
  const auto mine =
      api.post("supervisor", path, R"({"department":"repair","callback":{"caller":"owner"}})");
  ASSERT_EQ(mine.status, 200) << mine.body;
  EXPECT_EQ(caller(mine), "owner");
  EXPECT_EQ(mine.at("callbacks").as_array().back().at("user").at("id").as_int64(), kAgent);

  // The owner calls with the answer, so the department only writes it.
  EXPECT_EQ(api.post("liaison_repair",
                     "/callbacks/" + std::to_string(promise.at("id").as_int64()) + "/attempts",
                     R"({"outcome":"reached"})")
                .status,
            403);
  // Without a department nobody would be there to call.
  const auto nobodys = api.post("agent", "/cases",
                                R"({"category":"qt","kind":"inquiry","text":"问价格","number":)"
                                R"("13700000022","callback":{"caller":"department",)"
                                R"("choice":"two_hours"}})");
  EXPECT_EQ(nobodys.status, 422) << nobodys.body;
  EXPECT_EQ(nobodys.field(), "callback.caller");
}

TEST_F(Promises, ACallbackMovesIsGivenAwayAndCalledOff) {
  const std::string later = in(std::chrono::hours{48});
  const auto moved = api.post("agent", "/callbacks/501/reschedule",
                              R"({"at":")" + later + R"(","from":")" + in(std::chrono::hours{47}) +
                                  R"(","number":"021 6123 4567"})");
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_THAT(api.wrong("Callback", moved), IsEmpty());
  EXPECT_EQ(moved.text("due_at").substr(0, 16), later.substr(0, 16));
  EXPECT_EQ(api.company.value("select number from callback where id = 501"), "+862161234567");
  EXPECT_EQ(api.company.value("select reach_number from case_file where id = 201"),
            "+862161234567");
  // As the screen shows the customer's other number.
  const auto hidden = api.post("agent", "/callbacks/501/reschedule",
                               R"({"at":")" + later + R"(","number":"138****5678"})");
  ASSERT_EQ(hidden.status, 200) << hidden.body;
  EXPECT_EQ(api.company.value("select number from callback where id = 501"), "+8613812345678");
  EXPECT_EQ(api.post("agent", "/callbacks/501/reschedule",
                     R"({"at":")" + later + R"(","number":"199****0000"})")
                .field(),
            "number");
  EXPECT_EQ(api.post("agent2", "/callbacks/501/assign", R"({"to":12})").status, 403);
  const auto given = api.post("agent", "/callbacks/501/assign", R"({"to":12})");
  ASSERT_EQ(given.status, 200) << given.body;
  EXPECT_EQ(given.at("user").at("id").as_int64(), 12);
  EXPECT_EQ(given.text("caller"), "owner");
  EXPECT_EQ(api.post("agent2", "/callbacks/501/cancel", R"({"reason":"x"})").status, 403);
  const auto off = api.post("supervisor", "/callbacks/501/cancel", R"({"reason":"客户不需要了"})");
  ASSERT_EQ(off.status, 200) << off.body;
  EXPECT_EQ(off.text("state"), "cancelled");
  EXPECT_EQ(off.text("ended_why"), "客户不需要了");
}

TEST_F(Promises, WhatIsNotToBeTriedYetComesAfterWhatIsDueNow) {
  api.company.run(
      "update callback set user_id = 11 where id = 501;"
      "insert into callback (id, kind, customer_id, number, caller, user_id, window_from, due_at,"
      " state, attempts, promised_at) values"
      " (531, 'abandoned', 102, '+8613900000002', 'owner', 11, now() - interval '1 hour',"
      "  now() - interval '10 minutes', 'open', 0, now() - interval '1 hour')");
  const auto order = [this](const std::string& path, const char* name) {
    const auto answer = api.get("agent", path);
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::int64_t> ids;
    for (const auto& item : answer.at(name).as_array()) ids.push_back(item.at("id").as_int64());
    return ids;
  };
  EXPECT_THAT(order("/callbacks?list=overdue", "items"), ElementsAre(501, 531)) << "oldest first";
  const auto tried = api.post("agent", "/callbacks/501/attempts", R"({"outcome":"no_answer"})");
  ASSERT_EQ(tried.status, 200) << tried.body;
  EXPECT_GT(tried.text("next_try_at"), in(std::chrono::hours{0}));
  EXPECT_THAT(order("/callbacks?list=overdue", "items"), ElementsAre(531, 501));
  EXPECT_THAT(order("/desk", "callbacks"), ElementsAre(531, 501));
  const auto first = api.get("agent", "/callbacks?list=all&limit=1");
  EXPECT_EQ(first.at("items").as_array().front().at("id").as_int64(), 531);
  EXPECT_THAT(order("/callbacks?list=all&after=" + first.text("next"), "items"), ElementsAre(501));
  // Its time has come: the oldest promise is first again.
  api.company.run("update callback set next_try_at = now() - interval '1 second' where id = 501");
  EXPECT_THAT(order("/callbacks?list=overdue", "items"), ElementsAre(501, 531));
}

TEST_F(Promises, WhoCannotBeReachedIsTheSupervisorsToDecide) {
  const auto tried = api.post("agent", "/callbacks/501/attempts", R"({"outcome":"wrong_number"})");
  ASSERT_EQ(tried.status, 200) << tried.body;
  EXPECT_EQ(tried.text("state"), "exhausted");
  EXPECT_EQ(listed("/callbacks?list=exhausted"), 1u);
  const auto again =
      api.post("supervisor", "/callbacks/501/reschedule",
               R"({"at":")" + in(std::chrono::hours{20}) + R"(","number":"021 6123 4567"})");
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_NE(again.at("id").as_int64(), 501);
  EXPECT_EQ(again.text("state"), "open");
  EXPECT_EQ(listed("/callbacks?list=exhausted"), 0u);
}

TEST_F(Promises, SatisfactionIsCountedByOwnerCategoryAndOffice) {
  const auto none = api.get("supervisor", "/satisfaction");
  ASSERT_EQ(none.status, 200) << none.body;
  EXPECT_THAT(api.wrong("Satisfaction", none), IsEmpty());
  EXPECT_TRUE(none.at("total").at("mean").is_null());
  api.company.run(
      "insert into callback (id, kind, case_id, customer_id, number, caller, user_id, window_from,"
      " due_at, state, attempts, promised_at, ended_at, satisfied, score) values"
      " (521, 'follow_up', 203, 101, '1', 'owner', 12, now(), now(), 'kept', 1, now(),"
      "  now() - interval '1 day', true, 5),"
      " (522, 'follow_up', 203, 101, '1', 'owner', 12, now(), now(), 'kept', 1, now(),"
      "  now() - interval '1 day', false, 2),"
      " (523, 'follow_up', 203, 101, '1', 'owner', 12, now(), now(), 'exhausted', 3, now(),"
      "  now() - interval '1 day', null, null),"
      " (524, 'follow_up', 203, 101, '1', 'owner', 12, now(), now(), 'kept', 1, now(),"
      "  now() - interval '40 days', true, 5)");
  for (const char* by : {"owner", "category", "office"}) {
    const auto found = api.get("supervisor", "/satisfaction?by=" + std::string(by));
    ASSERT_EQ(found.status, 200) << found.body;
    EXPECT_THAT(api.wrong("Satisfaction", found), IsEmpty());
    const auto& total = found.at("total");
    EXPECT_EQ(total.at("asked").as_int64(), 3) << by;
    EXPECT_EQ(total.at("answered").as_int64(), 2);
    EXPECT_EQ(total.at("satisfied").as_int64(), 1);
    EXPECT_DOUBLE_EQ(total.at("mean").to_number<double>(), 3.5);
    EXPECT_DOUBLE_EQ(total.at("share").to_number<double>(), 0.5);
    EXPECT_EQ(found.at("items").as_array().size(), 1u);
  }
  EXPECT_EQ(api.get("agent", "/satisfaction").status, 403);
  EXPECT_EQ(api.get("supervisor", "/satisfaction?by=none").field(), "by");
}

}  // namespace
}  // namespace firsthand::test
