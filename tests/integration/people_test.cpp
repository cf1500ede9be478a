// SPDX-License-Identifier: Apache-2.0
// Absences and departures over HTTP on a real database: who may, what is shown before, what has
// moved after, and that nodes which have not heard of a departure lose nothing.
#include <future>

#include "tests/integration/api_harness.hpp"
#include "tests/integration/delivery_fixture.hpp"

namespace firsthand::test {
namespace {

std::string iso(std::chrono::seconds from_now) {
  return to_iso8601(std::chrono::floor<Millis>(std::chrono::system_clock::now()) + from_now);
}

class People : public ::testing::Test {
 protected:
  People() {
    // The call of the fixture has ended: nobody leaves in the middle of one.
    run("update interaction set state = 'ended', ended_at = now() where state <> 'ended'");
    run("update offer set state = 'expired', ended_at = now() where state = 'open'");
    run("update desk set presence = 'available', interaction_id = null");
  }
  void run(const std::string& sql) { api.company.run(sql); }
  std::string value(const std::string& sql) { return api.company.value(sql); }
  Answer plan(const std::string& as, const std::string& more,
              std::chrono::seconds from = std::chrono::hours{-1},
              std::chrono::seconds until = std::chrono::hours{8}) {
    return api.post(as, "/absences",
                    R"({"from":")" + iso(from) + R"(","until":")" + iso(until) +
                        R"(","reason":"年假")" + more + "}");
  }
  Answer depart(const std::string& as = "supervisor", const std::string& more = "") {
    return api.post(as, "/departures", R"({"user":11,"otherwise":12,"reason":"离职")" + more + "}");
  }

  ApiServer api;
};

TEST_F(People, are_listed_with_what_they_carry_for_those_who_lead) {
  EXPECT_EQ(api.get("agent", "/users").status, 403);
  const auto answer = api.get("supervisor", "/users");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(api.wrong("PersonList", answer), std::vector<std::string>{});
  bool seen = false;
  for (const auto& item : answer.at("items").as_array()) {
    const auto& person = item.as_object();
    if (person.at("id").as_int64() != kAgent) continue;
    seen = true;
    EXPECT_EQ(person.at("load").as_object().at("open_cases").as_int64(), 1);
    EXPECT_EQ(person.at("presence").as_string(), "available");
  }
  EXPECT_TRUE(seen);
}

TEST_F(People, plan_their_own_absence_and_the_deputy_acts_for_them) {
  EXPECT_EQ(plan("agent", R"(,"user":12)").status, 403);
  const auto planned = plan("agent", R"(,"deputy":12)");
  ASSERT_EQ(planned.status, 201) << planned.body;
  EXPECT_EQ(api.wrong("Absence", planned), std::vector<std::string>{});
  EXPECT_EQ(planned.text("state"), "now");
  EXPECT_EQ(plan("agent", "").code(), "absence_overlaps");
  EXPECT_EQ(plan("agent2", R"(,"deputy":11)").code(), "deputy_circle");
  EXPECT_EQ(plan("supervisor", R"(,"user":16,"deputy":11)").status, 201);
  EXPECT_EQ(plan("agent2", R"(,"deputy":16)").code(), "deputy_circle");  // 12 → 16 → 11 → 12
  EXPECT_EQ(plan("agent2", R"(,"deputy":12)").field(), "deputy");
  EXPECT_EQ(plan("agent2", "", std::chrono::hours{2}, std::chrono::hours{1}).field(), "until");

  // The deputy may do what the owner may, at once, and the history says for whom.
  const auto note = api.post("agent2", "/cases/GD2026110001/notes", R"({"text":"跟进"})");
  ASSERT_EQ(note.status, 200) << note.body;
  EXPECT_EQ(value("select acting_for_id from history where kind = 'note' and actor_id = 12"), "11");
  EXPECT_EQ(api.post("agent2", "/cases/GD2026110001/told", R"({"how":"message"})").status, 200);
  const auto people = api.get("supervisor", "/users");
  EXPECT_EQ(api.wrong("PersonList", people), std::vector<std::string>{});
  EXPECT_NE(people.body.find(R"("stood_in_by":[{"id":12)"), std::string::npos) << people.body;

  const std::string id = std::to_string(planned.at("id").as_int64());
  EXPECT_EQ(api.post("agent2", "/absences/" + id + "/end").status, 403);
  const auto ended = api.post("agent", "/absences/" + id + "/end");
  ASSERT_EQ(ended.status, 200) << ended.body;
  EXPECT_EQ(ended.text("state"), "over");
  EXPECT_EQ(api.post("agent", "/absences/" + id + "/end").code(), "absence_over");
  EXPECT_EQ(api.post("agent2", "/cases/GD2026110001/told", R"({"how":"message"})").status, 403);
  const auto list = api.get("agent", "/absences");
  EXPECT_EQ(api.wrong("AbsenceList", list), std::vector<std::string>{});
  EXPECT_EQ(list.at("items").as_array().size(), 1u);
  EXPECT_EQ(api.get("agent", "/absences?user=12").status, 403);
}

TEST_F(People, leave_and_nobody_is_forgotten) {
  run("insert into callback (id, kind, case_id, customer_id, number, caller, user_id, window_from, "
      "due_at, state, promised_at) values (551, 'follow_up', 203, 101, '+8613812345678', 'owner', "
      "11, now(), now() + interval '1 day', 'open', now())");
  run("insert into account (customer_id, state, owner_id, since) values (102, 'held', 11, now())");
  run("insert into review_action (id, title, assignee_id, agreed_at, due_at, state) values (651, "
      "'复盘', 11, now(), now() + interval '9 days', 'open')");
  EXPECT_EQ(api.get("agent", "/departures/preview?user=11").status, 403);
  const auto preview = api.get("supervisor", "/departures/preview?user=11");
  ASSERT_EQ(preview.status, 200) << preview.body;
  EXPECT_EQ(api.wrong("DeparturePreview", preview), std::vector<std::string>{});
  const auto total = [&](const char* kind) {
    return preview.at(kind).as_object().at("total").as_int64();
  };
  EXPECT_EQ(total("cases"), 2);
  EXPECT_EQ(total("callbacks"), 1);
  EXPECT_EQ(total("accounts"), 1);
  EXPECT_EQ(total("review_actions"), 1);
  // The follow-up call: not by whoever owns the case; there is one other agent.
  EXPECT_EQ(preview.at("callbacks")
                .as_object()
                .at("items")
                .as_array()
                .at(0)
                .as_object()
                .at("suggested")
                .as_object()
                .at("user")
                .as_object()
                .at("id")
                .as_int64(),
            kOtherAgent);

  ASSERT_EQ(api.get("agent", "/me").status, 200);
  EXPECT_EQ(depart("agent2").status, 403);
  EXPECT_EQ(depart("supervisor", R"(,"receivers":[{"to":999}])").field(), "receivers");
  EXPECT_EQ(depart("supervisor", R"(,"receivers":[{"to":0}])").field(), "receivers[0].to");
  // Something comes in between the preview and the click: it goes along all the same.
  run("insert into review_action (id, title, assignee_id, agreed_at, due_at, state) values (652, "
      "'晚到', 11, now(), now() + interval '9 days', 'open')");
  const auto done = depart("supervisor", R"(,"receivers":[{"to":15,"cases":[201]}])");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(api.wrong("Departure", done), std::vector<std::string>{});
  EXPECT_EQ(done.at("cases").as_int64(), 2);
  EXPECT_EQ(done.at("callbacks").as_int64(), 1);
  EXPECT_EQ(done.at("accounts").as_int64(), 1);
  EXPECT_EQ(done.at("review_actions").as_int64(), 2);

  EXPECT_EQ(value("select owner_id from case_file where id = 201"), "15");
  EXPECT_EQ(value("select owner_id from case_file where id = 203"), "12");
  EXPECT_EQ(value("select count(*) from outbox where key like 'mail:departure:%'"), "0")
      << "the fixture's receivers have no address";
  EXPECT_EQ(api.get("agent", "/me").status, 401);
  EXPECT_EQ(
      api.ask("", "POST", "/api/v1/session", R"({"login":"agent","password":"a password"})").status,
      401);
  EXPECT_EQ(depart().code(), "already_left");
  EXPECT_EQ(api.get("supervisor", "/departures/preview?user=11").code(), "already_left");
  EXPECT_EQ(api.post("supervisor", "/cases/GD2026110002/reassign", R"({"to":11,"reason":"误派"})")
                .field(),
            "to");
  const auto mine = api.get("supervisor", "/cases?list=mine");
  EXPECT_NE(mine.body.find("GD2026110001"), std::string::npos) << mine.body;
}

TEST_F(People, a_case_is_handed_over_by_its_owner_to_somebody_who_may_answer) {
  const std::string path = "/cases/GD2026110001/hand-over";
  const auto offered = [&](const std::string& as, int to) {
    return api.post(as, path, R"({"to":)" + std::to_string(to) + R"(,"reason":"专长"})");
  };
  for (const char* as : {"agent2", "back_line", "liaison_repair", "liaison_sales", "manager"})
    EXPECT_EQ(offered(as, kSupervisor).status, 403) << as;
  EXPECT_EQ(api.post("agent", path, R"({"to":12})").field(), "reason");
  for (const auto to : {kAgent, kLiaison, kManager, kAdministrator}) {
    const auto refused = offered("agent", static_cast<int>(to));
    EXPECT_EQ(refused.status, 422) << to;
    EXPECT_EQ(refused.field(), "to");
  }
  EXPECT_TRUE(api.get("agent", "/cases/GD2026110001").at("hand_over_to").is_null());

  const auto asked = offered("agent", kOtherAgent);
  ASSERT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(asked.at("hand_over_to").at("id").as_int64(), kOtherAgent);
  EXPECT_EQ(asked.at("owner").at("id").as_int64(), kAgent) << "until it is accepted";
  const std::string why = R"({"reason":"手上太满"})";
  for (const char* as : {"agent", "supervisor", "back_line", "liaison_repair", "manager"}) {
    EXPECT_EQ(api.post(as, path + "/accept").status, 403) << as;
    EXPECT_EQ(api.post(as, path + "/decline", why).status, 403) << as;
  }
  for (const char* as : {"agent2", "back_line", "manager"})
    EXPECT_EQ(api.post(as, path + "/withdraw").status, 403) << as;
  EXPECT_EQ(api.post("agent2", path + "/decline").field(), "reason");
  const auto declined = api.post("agent2", path + "/decline", why);
  ASSERT_EQ(declined.status, 200) << declined.body;
  EXPECT_TRUE(declined.at("hand_over_to").is_null());
  EXPECT_EQ(api.post("agent2", path + "/accept").status, 403) << "it has been declined";

  ASSERT_EQ(offered("supervisor", kBackLine).status, 200);
  const auto accepted = api.post("back_line", path + "/accept");
  ASSERT_EQ(accepted.status, 200) << accepted.body;
  EXPECT_EQ(accepted.at("owner").at("id").as_int64(), kBackLine);
  EXPECT_EQ(value("select how || ' ' || owner_id || ' ' || previous_owner_id from ownership_entry"
                  " where case_id = 201 order by id desc limit 1"),
            "hand_over 16 11");

  ASSERT_EQ(offered("back_line", kSupervisor).status, 200);
  EXPECT_EQ(api.post("agent", path + "/withdraw").status, 403) << "no longer the owner";
  ASSERT_EQ(api.post("back_line", path + "/withdraw").status, 200);
  EXPECT_EQ(api.post("supervisor", path + "/accept").status, 403) << "it has been taken back";
  ASSERT_EQ(offered("back_line", kAgent).status, 200);
  const auto taken_back = api.post("supervisor", path + "/withdraw", why);
  ASSERT_EQ(taken_back.status, 200) << taken_back.body;
  EXPECT_EQ(taken_back.at("owner").at("id").as_int64(), kBackLine);
  EXPECT_EQ(
      api.post("agent", "/cases/GD2026110003/hand-over", R"({"to":12,"reason":"专长"})").status,
      409)
      << "what is resolved stays whose it is";
}

TEST_F(People, several_cases_get_another_owner_at_once) {
  run("update case_file set state = 'closed', closed_at = now() where id = 203");
  const auto asked = [&](const std::string& as, int to, const std::string& key = "k1") {
    return api.post(as, "/cases/reassign",
                    R"({"cases":["GD2026110001","GD2026110003","GD2026110002","GD0"],"to":)" +
                        std::to_string(to) + R"(,"reason":"负荷"})",
                    "Idempotency-Key: " + key + "\r\n");
  };
  EXPECT_EQ(asked("agent", 16).status, 403);
  for (const auto to : {kLiaison, kManager, kAdministrator}) {
    const auto refused = asked("supervisor", static_cast<int>(to));
    EXPECT_EQ(refused.code(), "invalid") << to;
    EXPECT_EQ(refused.field(), "to") << to;
  }
  const auto done = asked("supervisor", 12);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(api.wrong("ManyReassignedDone", done), std::vector<std::string>{});
  EXPECT_EQ(done.at("reassigned").as_int64(), 1);
  std::map<std::string, std::string> refused;
  for (const auto& item : done.at("items").as_array())
    refused.emplace(item.at("number").as_string(), item.at("refused").as_string());
  EXPECT_EQ(refused, (std::map<std::string, std::string>{{"GD0", "not_found"},
                                                         {"GD2026110001", ""},
                                                         {"GD2026110002", "already_owner"},
                                                         {"GD2026110003", "already_closed"}}));
  EXPECT_EQ(value("select owner_id from case_file where id = 201"), "12");
  // The same request again says what became of the first one.
  EXPECT_EQ(asked("supervisor", 12).body, done.body);
  EXPECT_EQ(value("select count(*) from ownership_entry where case_id = 201"), "2");
  EXPECT_EQ(asked("supervisor", 12, "k2").at("reassigned").as_int64(), 0);
}

TEST_F(People, whose_cases_are_reassigned_are_told_by_one_letter_each) {
  run("update user_account set email = login || '@example.test', language = case id when 16 then "
      "'en' else 'zh' end, version = version + 1");
  api.company.refresh(api.company.connection());
  SmtpServer smtp;
  runtime::Room room{runtime::room_options(api.company.options(), smtp.port()),
                     [this] { return api.company.rules(); }};
  const auto done =
      api.post("supervisor", "/cases/reassign",
               R"({"cases":["GD2026110001","GD2026110002"],"to":16,"reason":"按技能重新分配"})");
  ASSERT_EQ(done.at("reassigned").as_int64(), 2) << done.body;
  const auto letter = [&](const std::string& to) {
    const auto mail = smtp.wait_for_mail(runtime::kPatience, [&](const Mail& one) {
      return one.to.front() == to + "@example.test";
    });
    EXPECT_TRUE(mail) << to;
    return mail.value_or(Mail{});
  };
  const Mail mine = letter("back_line");
  EXPECT_EQ(mine.subject, "Reassigned to you: 2 cases");
  EXPECT_NE(mine.text.find("https://cc.example.test/cases/GD2026110001\n"), std::string::npos);
  EXPECT_NE(mine.text.find("was with 周演示"), std::string::npos) << mine.text;
  EXPECT_NE(mine.text.find("Reason: 按技能重新分配\nBy: 主管样例\n"), std::string::npos);
  const Mail first = letter("agent");
  EXPECT_EQ(first.subject, "【改派】工单 GD2026110001 已转由 后线样例 负责");
  EXPECT_EQ(letter("agent2").subject, "【改派】工单 GD2026110002 已转由 后线样例 负责");
  EXPECT_EQ(value("select count(*) from outbox where kind = 'mail'"), "3");
  // To oneself: only the other one hears of it.
  const auto taken =
      api.post("supervisor", "/cases/GD2026110001/reassign", R"({"to":15,"reason":"由主管处理"})");
  ASSERT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(letter("back_line").subject, "No longer yours: case GD2026110001, now with 主管样例");
  EXPECT_EQ(value("select count(*) from outbox where kind = 'mail'"), "4");
}

TEST_F(People, a_node_that_has_not_heard_of_a_departure_chooses_somebody_else) {
  // Another node let the other agent go; this one's rules are older.
  run("update case_file set owner_id = 11 where owner_id = 12");
  run("update user_account set disabled_at = now(), version = version + 1 where id = 12");
  for (int n = 0; n < 6; ++n) {
    const auto filed =
        api.ask("token:web", "POST", "/api/v1/complaints",
                R"({"customer":{"name":"赵样例","phone":"1390000)" + std::to_string(1000 + n) +
                    R"("},"text":"没有消息","category":"wxcs"})",
                "Idempotency-Key: k" + std::to_string(n) + "\r\n");
    EXPECT_EQ(filed.status, 201) << filed.body;
  }
  EXPECT_EQ(value("select count(*) from case_file where owner_id = 12"), "0");
  EXPECT_EQ(value("select count(*) from parked_event"), "0");
}

}  // namespace
}  // namespace firsthand::test
