// SPDX-License-Identifier: Apache-2.0
// The administrator makes, changes and locks accounts over HTTP on a real database; and the command
// line makes the same ones.
#include <gmock/gmock.h>

#include <future>

#include "adapters/runtime/setup.hpp"
#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kZhao =
    R"({"login":"zhao","name":"赵一","role":"liaison","department":"repair","department_head":true,)"
    R"("office":"north","extension":"8101","email":"zhao@example.test","language":"en",)"
    R"("skills":["repair"],"languages":["zh","en"]})";

class PeopleAdmin : public ::testing::Test {
 protected:
  PeopleAdmin() {
    run("update interaction set state = 'ended', ended_at = now() where state <> 'ended'");
    run("update offer set state = 'expired', ended_at = now() where state = 'open'");
    run("update desk set presence = 'available', interaction_id = null");
    run("insert into office (id, code, name) values (31, 'north', '北方办事处')");
  }
  void run(const std::string& sql) { api.company.run(sql); }
  std::string value(const std::string& sql) { return api.company.value(sql); }

  Answer create(const std::string& body, const std::string& as = "administrator") {
    return api.post(as, "/users", body);
  }
  Answer edit(std::int64_t id, const std::string& body, const std::string& as = "administrator",
              std::optional<std::int64_t> version = std::nullopt) {
    const std::string path = "/users/" + std::to_string(id);
    const std::string seen =
        version ? std::to_string(*version)
                : value("select version from user_account where id = " + std::to_string(id));
    return api.ask(as, "PATCH", "/api/v1" + path, body, "If-Match: \"" + seen + "\"\r\n");
  }
  int sign_in(const std::string& login, const std::string& password) {
    return api
        .ask("", "POST", "/api/v1/session",
             R"({"login":")" + login + R"(","password":")" + password + R"("})")
        .status;
  }
  std::string code_and_field(const Answer& answer) {
    return std::to_string(answer.status) + " " + answer.code() + " " + answer.field();
  }
  void free_of_work(int id) {
    const std::string who = std::to_string(id);
    run("update case_file set owner_id = 12 where owner_id = " + who);
    run("update callback set user_id = 12 where user_id = " + who);
  }

  ApiServer api;
};

TEST_F(PeopleAdmin, somebody_starts_to_work_here) {
  for (const char* as : {"agent", "back_line", "liaison_repair", "supervisor", "manager"})
    EXPECT_EQ(create(kZhao, as).status, 403) << as;
  const auto made = create(kZhao);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(api.wrong("UserCreated", made), std::vector<std::string>{});
  EXPECT_EQ(made.header("Cache-Control"), "no-store");
  const std::string password = made.text("password");
  EXPECT_EQ(password.size(), 19u);
  const auto& user = made.at("user").as_object();
  const std::int64_t id = user.at("id").as_int64();
  EXPECT_EQ(made.header("Location"), "/api/v1/users/" + std::to_string(id));
  EXPECT_EQ(user.at("department").at("code").as_string(), "repair");
  EXPECT_TRUE(user.at("escalation_level").is_null());
  EXPECT_EQ(sign_in("zhao", password), 200);
  EXPECT_EQ(value("select office_id || ' ' || extension || ' ' || email || ' ' || language || ' ' "
                  "|| is_department_head || ' ' || skills::text || ' ' || languages::text from "
                  "user_account where login = 'zhao'"),
            "31 8101 zhao@example.test en true {repair} {zh,en}");
  // The password is nowhere but in that answer.
  const auto shown = api.get("administrator", "/users/" + std::to_string(id));
  ASSERT_EQ(shown.status, 200);
  EXPECT_EQ(api.wrong("User", shown), std::vector<std::string>{});
  EXPECT_EQ(shown.header("ETag"), "\"1\"");
  EXPECT_THAT(shown.body, Not(HasSubstr(password)));
  EXPECT_EQ(value("select kind || ' ' || actor_id || ' ' || source || ' ' || (data->>'login') from "
                  "history where (data->>'user')::bigint = " +
                  std::to_string(id)),
            "person_made 18 console:18 zhao");
  EXPECT_EQ(value("select count(*) from history where data::text like '%" + password + "%'"), "0");
  EXPECT_EQ(api.get("supervisor", "/users/" + std::to_string(id)).status, 403);

  // Known to this node at once: the head is alerted, and named in the reference.
  const User* head = api.company.rules()->user(UserId{id});
  ASSERT_NE(head, nullptr);
  const auto heads = api.company.rules()->liaisons(head->department, true);
  EXPECT_EQ(heads, std::vector{UserId{id}});
  EXPECT_THAT(api.get("agent", "/reference").body, HasSubstr("赵一"));

  const auto chosen =
      create(R"({"login":"qian","name":"钱二","role":"agent","password":"a password of hers"})");
  ASSERT_EQ(chosen.status, 201) << chosen.body;
  EXPECT_TRUE(chosen.at("password").is_null());
  EXPECT_EQ(sign_in("qian", "a password of hers"), 200);
  EXPECT_EQ(value("select skills::text || languages::text from user_account where login = 'qian'"),
            "{complaint,general}{zh}");
  const auto offices = api.get("administrator", "/offices");
  EXPECT_EQ(api.wrong("OfficeList", offices), std::vector<std::string>{});
  EXPECT_THAT(offices.body, HasSubstr("北方办事处"));
}

TEST_F(PeopleAdmin, what_is_wrong_with_a_new_account_is_said_at_its_field) {
  const auto with = [&](const std::string& more, const std::string& role = "agent") {
    return code_and_field(
        create(R"({"login":"sun","name":"孙三","role":")" + role + R"(")" + more + "}"));
  };
  EXPECT_EQ(code_and_field(create(R"({"login":"sun","name":"孙三"})")), "422 invalid role");
  EXPECT_EQ(code_and_field(create(R"({"login":"","name":"孙三","role":"agent"})")),
            "422 invalid login");
  EXPECT_EQ(code_and_field(create(R"({"login":"Sun!","name":"孙三","role":"agent"})")),
            "422 login_malformed login");
  EXPECT_EQ(code_and_field(create(R"({"login":"agent","name":"孙三","role":"agent"})")),
            "409 login_taken login");
  EXPECT_EQ(with(R"(,"extension":"8011")"), "409 extension_taken extension");
  EXPECT_EQ(with(R"(,"department":"moon")"), "422 department_unknown department");
  EXPECT_EQ(with("", "liaison"), "422 department_missing department");
  EXPECT_EQ(with(R"(,"office":"moon")"), "422 office_unknown office");
  EXPECT_EQ(with(R"(,"escalation_level":2)"), "422 level_not_for_role escalation_level");
  EXPECT_EQ(with(R"(,"escalation_level":4)", "back_line"), "422 invalid escalation_level");
  EXPECT_EQ(with(R"(,"skills":["juggling"])"), "422 skill_unknown skills");
  EXPECT_EQ(with(R"(,"email":"sun")"), "422 email_malformed email");
  EXPECT_EQ(with(R"(,"password":"short")"), "422 password_too_short password");
  EXPECT_EQ(with(R"(,"locked":true)"), "422 invalid locked") << "a new account is open";
  EXPECT_EQ(value("select count(*) from user_account where login = 'sun'"), "0");
  EXPECT_EQ(value("select count(*) from history where kind = 'person_made'"), "0");
}

TEST_F(PeopleAdmin, an_account_is_changed_by_whoever_has_seen_it) {
  for (const char* as : {"agent", "supervisor", "manager"})
    EXPECT_EQ(edit(kBackLine, R"({"name":"后线甲"})", as).status, 403) << as;
  EXPECT_EQ(api.ask("administrator", "PATCH", "/api/v1/users/16", R"({"name":"后线甲"})").status,
            428);
  const auto edited = edit(kBackLine, R"({"name":"后线甲","escalation_level":3,"office":"north"})");
  ASSERT_EQ(edited.status, 200) << edited.body;
  EXPECT_EQ(api.wrong("User", edited), std::vector<std::string>{});
  EXPECT_EQ(edited.at("escalation_level").as_int64(), 3);
  EXPECT_EQ(edited.header("ETag"), "\"" + std::to_string(edited.at("version").as_int64()) + "\"");
  EXPECT_EQ(api.company.rules()->user(UserId{kBackLine})->escalation_level, 3) << "at once";
  const auto& last = edited.at("changes").as_array().at(0).as_object();
  EXPECT_EQ(last.at("by").at("id").as_int64(), kAdministrator);
  EXPECT_EQ(boost::json::serialize(last.at("changed").at("escalation_level")), "[1,3]");
  EXPECT_EQ(boost::json::serialize(last.at("changed").at("office")), R"(["","north"])");
  EXPECT_FALSE(last.at("changed").as_object().contains("login"));

  const auto late =
      edit(kBackLine, R"({"name":"后线乙"})", "administrator", edited.at("version").as_int64() - 1);
  EXPECT_EQ(late.status, 412);
  EXPECT_EQ(late.at("current").at("name").as_string(), "后线甲");
  const auto same = edit(kBackLine, R"({"name":"后线甲"})");
  ASSERT_EQ(same.status, 200);
  EXPECT_EQ(same.at("version").as_int64(), edited.at("version").as_int64()) << "nothing changed";
  EXPECT_EQ(edit(999, R"({"name":"无人"})", "administrator", 1).status, 404);

  // A level ends with the role that has it; empty takes away.
  const auto moved = edit(kBackLine, R"({"role":"liaison","department":"sales","office":""})");
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(
      value("select escalation_level || ' ' || coalesce(office_id, 0) from user_account where "
            "id = 16"),
      "1 0");
}

TEST_F(PeopleAdmin, another_role_leaves_nobody_with_what_it_may_not_have) {
  const auto to = [&](std::int64_t id, const char* role) {
    return code_and_field(
        edit(id, std::string(R"({"role":")") + role + R"(","department":"repair"})"));
  };
  EXPECT_EQ(to(kAgent, "manager"), "409 still_owns role");
  EXPECT_EQ(to(kAgent, "liaison"), "409 still_owns role");
  ASSERT_EQ(api.get("agent", "/me").status, 200);
  const auto promoted = edit(kAgent, R"({"role":"supervisor"})");
  ASSERT_EQ(promoted.status, 200) << promoted.body;
  EXPECT_EQ(value("select owner_id from case_file where id = 201"), "11") << "it may own";
  EXPECT_EQ(api.get("agent", "/me").status, 401) << "the screens of the old role are closed";
  EXPECT_EQ(value("select count(*) from feed where kind = 'left' and entity_id = 11"), "1");
  EXPECT_EQ(sign_in("agent", "a password"), 200);

  run("update desk set presence = 'talking', interaction_id = 701 where user_id = 12");
  EXPECT_EQ(to(kOtherAgent, "back_line"), "409 on_a_call role");
  run("update dispatch set state = 'accepted', accepted_by = 13 where id = 401");
  EXPECT_EQ(code_and_field(edit(kLiaison, R"({"department":"sales"})")),
            "409 still_owns department");
}

TEST_F(PeopleAdmin, an_account_is_locked_only_when_nothing_is_left_in_it) {
  EXPECT_EQ(code_and_field(edit(kAgent, R"({"locked":true})")), "409 still_owns locked");
  EXPECT_THAT(edit(kAgent, R"({"locked":true})").text("detail"), HasSubstr("departure"));
  EXPECT_EQ(value("select disabled_at is null from user_account where id = 11"), "t");
  free_of_work(11);
  ASSERT_EQ(api.get("agent", "/me").status, 200);
  const auto locked = edit(kAgent, R"({"locked":true})");
  ASSERT_EQ(locked.status, 200) << locked.body;
  EXPECT_FALSE(locked.at("locked_at").is_null());
  EXPECT_EQ(api.get("agent", "/me").status, 401);
  EXPECT_EQ(sign_in("agent", "a password"), 401);
  const auto people = api.get("supervisor", "/users");
  EXPECT_EQ(api.wrong("PersonList", people), std::vector<std::string>{});
  EXPECT_THAT(people.body, Not(HasSubstr("\"departed\":true")));
  EXPECT_EQ(api.post("supervisor", "/cases/GD2026110002/reassign", R"({"to":11,"reason":"误派"})")
                .field(),
            "to");
  // The desk phone is free meanwhile, and comes back only to a free one.
  ASSERT_EQ(edit(kOtherAgent, R"({"extension":"8011"})").status, 200);
  EXPECT_EQ(code_and_field(edit(kAgent, R"({"locked":false})")), "409 extension_taken extension");
  const auto back = edit(kAgent, R"({"locked":false,"extension":"8111"})");
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(sign_in("agent", "a password"), 200);
}

TEST_F(PeopleAdmin, who_has_left_may_come_back_and_is_no_longer_away) {
  ASSERT_EQ(
      api.post("supervisor", "/departures", R"({"user":11,"otherwise":12,"reason":"离职"})").status,
      200);
  EXPECT_THAT(api.get("supervisor", "/users").body, HasSubstr("\"departed\":true"));
  ASSERT_EQ(edit(kAgent, R"({"locked":false})").status, 200);
  const auto rules = api.company.rules();
  EXPECT_FALSE(
      rules->away(UserId{kAgent}, std::chrono::floor<Millis>(std::chrono::system_clock::now())));
  EXPECT_EQ(
      api.post("supervisor", "/cases/GD2026110002/reassign", R"({"to":11,"reason":"回来"})").status,
      200);
}

TEST_F(PeopleAdmin, somebody_is_always_left_who_administers) {
  EXPECT_EQ(code_and_field(edit(kAdministrator, R"({"role":"manager"})")),
            "409 last_administrator role");
  EXPECT_EQ(code_and_field(edit(kAdministrator, R"({"locked":true})")), "409 yourself locked");
  const auto second = create(
      R"({"login":"second","name":"管理员乙","role":"administrator","password":"a password"})");
  EXPECT_EQ(code_and_field(second), "422 password_too_short password");
  ASSERT_EQ(create(R"({"login":"second","name":"管理员乙","role":"administrator",)"
                   R"("password":"a longer password"})")
                .status,
            201);
  const std::string id = value("select id from user_account where login = 'second'");

  // Both at once, each the other: one of them stays, whichever way it is tried.
  const auto locks = [&](const std::string& who) {
    return std::async(std::launch::async, [this, who] {
      try {
        run("update user_account set disabled_at = now() where id = " + who);
        return true;
      } catch (const std::exception&) {
        return false;
      }
    });
  };
  auto one = locks(id), other = locks("18");
  EXPECT_NE(one.get(), other.get());
  EXPECT_EQ(value("select count(*) from user_account where role = 'administrator' and "
                  "disabled_at is null"),
            "1");
}

TEST_F(PeopleAdmin, a_new_password_ends_every_session) {
  ASSERT_EQ(api.get("agent", "/me").status, 200);
  EXPECT_EQ(api.post("supervisor", "/users/11/password").status, 403);
  const auto made = api.post("administrator", "/users/11/password");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(api.wrong("PasswordMade", made), std::vector<std::string>{});
  EXPECT_EQ(made.header("Cache-Control"), "no-store");
  EXPECT_EQ(api.get("agent", "/me").status, 401);
  EXPECT_EQ(sign_in("agent", "a password"), 401);
  EXPECT_EQ(sign_in("agent", made.text("password")), 200);
  EXPECT_EQ(value("select count(*) from feed where kind = 'left' and entity_id = 11"), "1");
  EXPECT_EQ(value("select actor_id from history where kind = 'password_reset' and "
                  "(data->>'user')::bigint = 11"),
            "18");
  EXPECT_EQ(
      code_and_field(api.post("administrator", "/users/11/password", R"({"password":"short"})")),
      "422 password_too_short password");
  const auto chosen =
      api.post("administrator", "/users/11/password", R"({"password":"one that was chosen"})");
  EXPECT_TRUE(chosen.at("password").is_null());
  EXPECT_EQ(sign_in("agent", "one that was chosen"), 200);
  EXPECT_EQ(api.post("administrator", "/users/999/password").status, 404);
}

TEST_F(PeopleAdmin, everybody_changes_their_own_password_and_stays_signed_in) {
  EXPECT_EQ(sign_in("agent", "a password"), 200);
  ASSERT_EQ(value("select count(*) from session where user_id = 11"), "1");
  ASSERT_EQ(api.get("agent", "/me").status, 200);
  const auto changed = [&](const std::string& current, const std::string& password) {
    return api.post("agent", "/me/password",
                    R"({"current":")" + current + R"(","password":")" + password + "\"}");
  };
  EXPECT_EQ(code_and_field(changed("a password", "short")), "422 password_too_short password");
  EXPECT_EQ(code_and_field(changed("not this one", "one of my own")), "422 wrong_password current");
  EXPECT_EQ(
      api.post("token:web", "/me/password", R"({"current":"x","password":"one of my own"})").status,
      403);
  EXPECT_EQ(changed("a password", "one of my own").status, 204);
  EXPECT_EQ(api.get("agent", "/me").status, 200) << "where it was changed one goes on";
  EXPECT_EQ(value("select count(*) from session where user_id = 11"), "1");
  EXPECT_EQ(value("select count(*) from feed where kind = 'left' and entity_id = 11"), "1");
  EXPECT_EQ(value("select actor_id from history where kind = 'password_reset'"), "11");
  EXPECT_EQ(sign_in("agent", "a password"), 401);
  EXPECT_EQ(sign_in("agent", "one of my own"), 200);
  // Whoever tries one after the other is slowed down.
  int last = 0;
  for (int i = 0; i < 10 && last != 429; ++i)
    last = changed("guess " + std::to_string(i), "something else").status;
  EXPECT_EQ(last, 429);
}

TEST_F(PeopleAdmin, the_command_line_makes_the_same_accounts) {
  config::Settings settings;
  settings.postgres.url = api.company.url();
  runtime::NewUser user;
  user.login = "li", user.name = "李四", user.role = "back_line", user.office = "north";
  user.department = "repair", user.department_head = true, user.escalation_level = 2;
  user.email = "li@example.test", user.skills = {"english"}, user.password = "twelve letters";
  EXPECT_EQ(runtime::create_user(settings, user), 0);
  EXPECT_EQ(sign_in("li", "twelve letters"), 200);
  EXPECT_EQ(value("select escalation_level || ' ' || is_department_head || ' ' || office_id || ' ' "
                  "|| email || ' ' || skills::text from user_account where login = 'li'"),
            "2 true 31 li@example.test {english}");
  EXPECT_EQ(value("select source || ' ' || (actor_id is null) from history where kind = "
                  "'person_made'"),
            "command true");
  const auto refusal = [&](const std::function<void(runtime::NewUser&)>& but) {
    runtime::NewUser other = user;
    other.login = "wang";
    but(other);
    try {
      runtime::create_user(settings, other);
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal([](auto& u) { u.login = "li"; }), HasSubstr("--login"));
  EXPECT_THAT(refusal([](auto& u) { u.department = "moon"; }), HasSubstr("--department"));
  EXPECT_THAT(refusal([](auto& u) { u.role = "agent"; }), HasSubstr("--level"));
  EXPECT_THAT(refusal([](auto& u) { u.skills = {"juggling"}; }), HasSubstr("--skill"));
  EXPECT_THAT(refusal([](auto& u) { u.role = "king"; }), HasSubstr("--role"));
  EXPECT_THAT(refusal([](auto& u) { u.password = "short"; }), HasSubstr("12"));
  testing::internal::CaptureStdout();
  EXPECT_EQ(refusal([](auto& u) { u.password = ""; }), "");
  const std::string said = testing::internal::GetCapturedStdout();
  const auto at = said.find("password: ");
  ASSERT_NE(at, std::string::npos) << said;
  EXPECT_EQ(sign_in("wang", said.substr(at + 10, 19)), 200);
}

}  // namespace
}  // namespace firsthand::test
