// SPDX-License-Identifier: Apache-2.0
// The API over its socket: a complaint's way through the desk, versions, repeats, refusals, and
// that no answer differs from the API's own description.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "adapters/runtime/api/can.hpp"
#include "engine/words.hpp"
#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Api : public ::testing::Test {
 protected:
  ApiServer api;

  Answer registered(const std::string& extra = "", const std::string& headers = "") {
    return api.post("agent", "/cases",
                    R"({"category":"wxcs","text":"屏幕坏了","customer":{"name":"新客户"},)"
                    R"("number":"138 0013 8000")" +
                        extra + "}",
                    headers);
  }
};

TEST_F(Api, SignsInAndOut) {
  const auto wrong = api.post("", "/session", R"({"login":"agent","password":"no"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.code(), "wrong_credentials");
  const auto me = api.get("agent", "/me");
  ASSERT_EQ(me.status, 200) << me.body;
  EXPECT_THAT(api.wrong("Me", me), IsEmpty());
  EXPECT_EQ(api.get("", "/me").status, 401);
  const auto ticket = api.post("agent", "/feed-ticket");
  EXPECT_TRUE(api.sessions.take_ticket(ticket.text("ticket")));
  EXPECT_EQ(api.ask("agent", "DELETE", "/api/v1/session").status, 204);
  EXPECT_EQ(api.get("agent", "/me").status, 401);
}

TEST_F(Api, ACookieIsNotEnoughFromAnotherSite) {
  const char* foreign[] = {"Origin: http://evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n"};
  for (const char* header : foreign) {
    EXPECT_EQ(api.post("agent", "/feed-ticket", "{}", header).code(), "other_origin") << header;
  }
  const auto form = api.post("agent", "/feed-ticket", "{}", "Content-Type: text/plain\r\n");
  EXPECT_EQ(form.status, 415) << form.body;
  EXPECT_EQ(api.post("agent", "/feed-ticket", "{}", "Origin: http://127.0.0.1\r\n").status, 200);
}

TEST_F(Api, EveryRouteIsGuardedAsItsRowSays) {
  const std::map<std::string, Role> people{{"agent", Role::agent},
                                           {"back_line", Role::back_line},
                                           {"liaison_repair", Role::liaison},
                                           {"supervisor", Role::supervisor},
                                           {"manager", Role::manager},
                                           {"administrator", Role::administrator}};
  std::set<std::string> operations;
  for (const auto& route : api.router.routes()) {
    EXPECT_TRUE(operations.insert(route->operation_id).second) << route->operation_id;
    if (route->access == "public") continue;
    const auto action = runtime::api::action_of(route->access);
    ASSERT_TRUE(action) << route->pattern << " says " << route->access;
    // Ids that nothing has: what gets past the guard ends as not found or invalid.
    std::string path = route->pattern;
    for (auto at = path.find('{'); at != std::string::npos; at = path.find('{')) {
      path.replace(at, path.find('}') - at + 1, "999999");
    }
    const bool get = route->method == "GET";
    const bool del = route->method == "DELETE";
    const auto body = get || del ? std::nullopt : std::optional<std::string>(R"({"x":1})");
    EXPECT_EQ(api.ask("", route->method, path, body).status, 401) << route->method << path;
    if (route->operation_id == "sign_out") continue;
    for (const auto& [login, role] : people) {
      runtime::api::Subject subject;
      subject.user = postgres::SignedInUser{};
      subject.user->id = UserId{1};
      subject.user->role = role;
      if (role == Role::liaison) subject.user->department = postgres::DepartmentRef{1, "", "", ""};
      const auto answer = api.ask(login, route->method, path, body);
      if (runtime::api::can(subject, *action)) {
        EXPECT_NE(answer.status, 403) << login << " " << route->method << path << answer.body;
        EXPECT_LT(answer.status, 500) << login << " " << route->method << path << answer.body;
      } else {
        EXPECT_EQ(answer.status, 403) << login << " " << route->method << path << answer.body;
      }
    }
    for (const char* token : {"web", "pbx", "report"}) {
      const std::string scope = token == std::string("web")   ? "complaints"
                                : token == std::string("pbx") ? "telephony"
                                                              : "read";
      runtime::api::Subject subject;
      subject.client = postgres::ApiClient{1, token, {scope}};
      const auto answer = api.ask(std::string("token:") + token, route->method, path, body);
      EXPECT_EQ(answer.status == 403, !runtime::api::can(subject, *action))
          << token << " " << route->method << path << answer.status;
      EXPECT_LT(answer.status, 500) << token << " " << route->method << path << answer.body;
    }
  }
  EXPECT_GE(operations.size(), 55u);
}

TEST_F(Api, AnswersLookAsDescribed) {
  const std::pair<const char*, const char*> table[] = {
      {"/desk", "DeskScreen"},
      {"/reference", "Reference"},
      {"/cases?list=mine", "CaseList"},
      {"/callbacks", "CallbackList"},
      {"/alerts?state=all", "AlertList"},
      {"/customers?q=1", "CustomerList"},
      {"/customers/101", "Customer"},
      {"/customers/101/timeline", "HistoryList"},
      {"/cases/GD2026110001", "Case"},
      {"/cases/GD2026110001/history", "HistoryList"},
      {"/cases/GD2026110001/clocks/301", "ClockExplanation"},
      {"/cases/GD2026110001/clocks/302", "ClockExplanation"},
      {"/cases/GD2026110003/clocks/304", "ClockExplanation"},
      {"/wallboard", "Wallboard"}};
  for (const auto& [path, schema] : table) {
    const auto answer = api.get("agent", path);
    EXPECT_EQ(answer.status, 200) << path << answer.body;
    EXPECT_THAT(api.wrong(schema, answer), IsEmpty()) << path;
  }
  const auto inbox = api.get("liaison_repair", "/inbox");
  EXPECT_THAT(api.wrong("Inbox", inbox), IsEmpty());
  const auto described = api.get("", "/openapi.json");
  ASSERT_EQ(described.status, 200);
  EXPECT_EQ(described.text("openapi"), "3.1.0");
  EXPECT_EQ(api.ask("", "GET", "/healthz").status, 200);
  EXPECT_EQ(api.ask("", "GET", "/readyz").status, 200);
  EXPECT_THAT(api.ask("", "GET", "/metrics").body, HasSubstr("# TYPE"));
}

TEST_F(Api, AComplaintGoesItsWay) {
  const auto made = registered();
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(api.wrong("Case", made), IsEmpty());
  const std::string number = made.text("number");
  EXPECT_EQ(made.header("Location"), "/api/v1/cases/" + number);
  EXPECT_EQ(made.text("state"), "dispatched");
  EXPECT_EQ(made.text("reach_number"), "+8613800138000");  // the owner sees it
  EXPECT_EQ(made.at("owner").at("id").as_int64(), kAgent);
  ASSERT_EQ(made.at("dispatches").as_array().size(), 1u);
  ASSERT_EQ(made.at("callbacks").as_array().size(), 1u);
  EXPECT_EQ(api.get("supervisor", "/cases/" + number).text("reach_number"), "138****8000");

  const std::string dispatch =
      std::to_string(made.at("dispatches").as_array()[0].at("id").as_int64());
  EXPECT_EQ(api.post("liaison_sales", "/dispatches/" + dispatch + "/accept").status, 404);
  EXPECT_EQ(api.post("agent", "/dispatches/" + dispatch + "/accept").status, 403);
  const auto accepted = api.post("liaison_repair", "/dispatches/" + dispatch + "/accept");
  ASSERT_EQ(accepted.status, 200) << accepted.body;
  EXPECT_TRUE(accepted.at("can").at("answer").as_bool());

  const auto early = api.post("agent", "/cases/" + number + "/resolve", R"({"resolution":"换屏"})");
  EXPECT_EQ(early.status, 409) << early.body;
  EXPECT_EQ(early.code(), "not_told");

  const std::string callback =
      std::to_string(made.at("callbacks").as_array()[0].at("id").as_int64());
  EXPECT_EQ(api.post("liaison_repair", "/callbacks/" + callback + "/dial").code(),
            "telephony_down");
  const auto reached = api.post("liaison_repair", "/callbacks/" + callback + "/attempts",
                                R"({"outcome":"reached","note":"已约上门"})");
  ASSERT_EQ(reached.status, 200) << reached.body;
  EXPECT_THAT(api.wrong("Callback", reached), IsEmpty());
  EXPECT_EQ(reached.text("state"), "kept");
  // A department that has reached the customer has answered; there is nothing left to say.
  const auto late =
      api.post("liaison_repair", "/dispatches/" + dispatch + "/answer", R"({"answer":"已换屏"})");
  EXPECT_EQ(late.code(), "dispatch_ended") << late.body;
  const auto resolved =
      api.post("agent", "/cases/" + number + "/resolve", R"({"resolution":"换屏"})");
  ASSERT_EQ(resolved.status, 200) << resolved.body;
  EXPECT_EQ(resolved.text("state"), "resolved");

  const auto history = api.get("agent", "/cases/" + number + "/history");
  std::set<std::string> kinds;
  for (const auto& entry : history.at("items").as_array()) {
    kinds.insert(std::string(entry.at("kind").as_string()));
  }
  for (const char* kind :
       {"case_registered", "ownership", "dispatched", "dispatch_accepted", "callback_promised",
        "callback_attempt", "callback_kept", "dispatch_answered", "resolved"}) {
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  }
}

TEST_F(Api, TheSameKeyIsDecidedOnce) {
  const auto first = registered("", "Idempotency-Key: one\r\n");
  const auto again = registered("", "Idempotency-Key: one\r\n");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(again.text("number"), first.text("number"));
  EXPECT_NE(registered("", "Idempotency-Key: two\r\n").text("number"), first.text("number"));
}

TEST_F(Api, EditsNeedTheVersionSeen) {
  const std::string path = "/api/v1/cases/GD2026110001";
  const auto seen = api.ask("agent", "GET", path);
  const std::string etag = seen.header("ETag");
  EXPECT_EQ(api.ask("agent", "PATCH", path, R"({"severity":4})").status, 428);
  EXPECT_EQ(api.ask("agent", "PATCH", path, R"({"severity":4})", "If-Match: x\r\n").status, 422);
  const auto edited =
      api.ask("agent", "PATCH", path, R"({"severity":4})", "If-Match: " + etag + "\r\n");
  ASSERT_EQ(edited.status, 200) << edited.body;
  EXPECT_EQ(edited.at("severity").as_int64(), 4);
  EXPECT_NE(edited.header("ETag"), etag);
  const auto stale =
      api.ask("agent", "PATCH", path, R"({"severity":1})", "If-Match: " + etag + "\r\n");
  ASSERT_EQ(stale.status, 412) << stale.body;
  EXPECT_EQ(stale.code(), "version_mismatch");
  EXPECT_EQ(stale.at("current").at("severity").as_int64(), 4);
  EXPECT_EQ(api.ask("agent2", "PATCH", path, R"({"severity":1})",
                    "If-Match: " + edited.header("ETag") + "\r\n")
                .status,
            403);
  const auto customer = api.ask("agent", "PATCH", "/api/v1/customers/102", R"({"name":"新名"})",
                                "If-Match: \"1\"\r\n");
  EXPECT_EQ(customer.status, 200) << customer.body;
}

TEST_F(Api, RowsAreCheckedOnEveryWayIn) {
  // Sales has nothing to do with these.
  for (const char* path :
       {"/cases/GD2026110001", "/cases/GD2026110001/history", "/cases/GD2026110001/clocks/301",
        "/customers/101", "/customers/101/timeline"}) {
    EXPECT_EQ(api.get("liaison_sales", path).status, 404) << path;
    EXPECT_EQ(api.get("liaison_repair", path).status, 200) << path;
  }
  EXPECT_EQ(api.post("liaison_sales", "/customers/101/reveal", R"({"number_index":0})").status,
            404);
  EXPECT_EQ(api.post("liaison_sales", "/alerts/601/acknowledge").status, 403);
  // A clock of another case, of none, and no number at all.
  for (const char* id : {"304", "999", "x", "99999999999999999999"}) {
    const std::string path = std::string("/cases/GD2026110001/clocks/") + id;
    EXPECT_EQ(api.get("supervisor", path).status, 404) << path;
  }
  EXPECT_EQ(api.post("agent2", "/cases/GD2026110001/resolve", R"({"resolution":"x"})").status, 403);
  EXPECT_EQ(api.post("agent2", "/callbacks/501/attempts", R"({"outcome":"reached"})").status, 403);
  EXPECT_EQ(api.get("liaison_sales", "/cases?list=all&q=GD2026").at("items").as_array().size(), 0u);
  EXPECT_EQ(api.get("liaison_sales", "/customers?phone=13812345678").at("items").as_array().size(),
            0u);
}

TEST_F(Api, NumbersAreMaskedUntilRevealed) {
  for (const char* path : {"/cases/GD2026110001", "/cases?list=all", "/callbacks", "/wallboard",
                           "/customers?q=GD", "/customers/101"}) {
    EXPECT_THAT(api.get("supervisor", path).body, Not(HasSubstr("13812345678"))) << path;
  }
  const auto shown = api.post("supervisor", "/customers/101/reveal", R"({"number_index":1})");
  EXPECT_EQ(shown.text("number"), kNumber);
  EXPECT_EQ(api.company.value("select count(*) from history where kind = 'number_revealed'"
                              " and actor_id = 15"),
            "1");
}

TEST_F(Api, AnAlertIsAcknowledgedOnce) {
  const auto done = api.post("liaison_repair", "/alerts/601/acknowledge");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(api.wrong("Alert", done), IsEmpty());
  EXPECT_EQ(done.at("acknowledged_by").at("id").as_int64(), kLiaison);
  EXPECT_LT(api.post("liaison_repair", "/alerts/601/acknowledge").status, 500);
  EXPECT_EQ(api.company.value("select count(*) from history where kind = 'alert_acknowledged'"),
            "1");
}

TEST_F(Api, ComplaintsComeInOnce) {
  const std::string body =
      R"({"customer":{"name":"陈网页","phone":"13700001111"},"text":"没人理我","category":"wxcs"})";
  const auto no_key = api.post("token:web", "/complaints", body);
  EXPECT_EQ(no_key.code(), "idempotency_key_required");
  EXPECT_EQ(api.post("token:pbx", "/complaints", body, "Idempotency-Key: k\r\n").status, 403);
  EXPECT_EQ(api.post("agent", "/complaints", body, "Idempotency-Key: k\r\n").status, 403);
  const auto first = api.post("token:web", "/complaints", body, "Idempotency-Key: k\r\n");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_THAT(api.wrong("ComplaintReceipt", first), IsEmpty());
  const auto again = api.post("token:web", "/complaints", body, "Idempotency-Key: k\r\n");
  EXPECT_EQ(again.body, first.body);
  std::string other = body;
  other.replace(other.find("wxcs"), 4, "wxzl");
  const auto mismatch = api.post("token:web", "/complaints", other, "Idempotency-Key: k\r\n");
  EXPECT_EQ(mismatch.status, 422);
  EXPECT_EQ(mismatch.code(), "idempotency_mismatch");
  EXPECT_EQ(api.company.value("select count(*) from case_file where text = '没人理我'"), "1");
  const auto bad =
      api.post("token:web", "/complaints", R"({"customer":{"name":"x","phone":"none"},"text":"t"})",
               "Idempotency-Key: b\r\n");
  EXPECT_EQ(bad.field(), "customer.phone");
  const std::string no_category =
      R"({"customer":{"name":"无类别","phone":"13700001112"},"text":"随便说说"})";
  const auto plain = api.post("token:web", "/complaints", no_category, "Idempotency-Key: p\r\n");
  EXPECT_EQ(plain.status, 201) << plain.body;
  const std::string page = first.text("status_url").substr(std::string("http://127.0.0.1").size());
  const auto status = api.ask("", "GET", page + "?lang=en");
  EXPECT_EQ(status.status, 200);
  EXPECT_THAT(status.body, HasSubstr(first.text("case_number")));
  EXPECT_THAT(status.body, Not(HasSubstr("13700001111")));
  EXPECT_EQ(api.ask("", "GET", "/status/unknown").status, 404);
}

std::string form_token(const std::string& html) {
  const std::string mark = "name=\"form_token\" value=\"";
  const auto from = html.find(mark) + mark.size();
  return html.substr(from, html.find('"', from) - from);
}

TEST_F(Api, ThePublicFormFilesAComplaint) {
  const std::string type = "Content-Type: application/x-www-form-urlencoded\r\n";
  const auto page = api.ask("", "GET", "/complaint?lang=en");
  ASSERT_EQ(page.status, 200);
  const std::string token = form_token(page.body);
  const std::string form = "form_token=" + token +
                           "&name=%3Cscript%3E&phone=13700002222&category=wxcs&text=line+1%0D%0A2";
  const auto sent = api.ask("", "POST", "/complaint?lang=en", form, type);
  ASSERT_EQ(sent.status, 303) << sent.body;
  const auto twice = api.ask("", "POST", "/complaint?lang=en", form, type);
  EXPECT_EQ(twice.header("Location"), sent.header("Location"));
  const auto status = api.ask("", "GET", sent.header("Location"));
  EXPECT_EQ(status.status, 200);
  EXPECT_THAT(status.body, HasSubstr("We have received"));
  EXPECT_EQ(api.company.value("select count(*) from case_file where text like 'line 1%2'"), "1");

  const auto wrong = api.ask("", "POST", "/complaint",
                             "form_token=" + token + "&name=%3Cb%3Ex&phone=abc&text=", type);
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(wrong.body, HasSubstr("&lt;b&gt;x"));
  EXPECT_THAT(wrong.body, HasSubstr("role=\"alert\""));
  EXPECT_EQ(api.ask("", "POST", "/complaint", "name=x&phone=13700002222&text=y", type).status, 422);
  EXPECT_EQ(api.ask("", "POST", "/complaint", form + "&website=x", type).status, 200);
  EXPECT_EQ(api.ask("", "POST", "/complaint", "%zz=1", type).status, 400);
  EXPECT_EQ(
      api.ask("", "POST", "/complaint", form, type + "Origin: http://evil.example\r\n").status,
      403);
}

TEST_F(Api, CallEventsComeByTokenOrSignature) {
  const std::string body =
      R"({"call_id":"c-1","event":"new_call","direction":"in","from":"13812345678","to":"4008001234"})";
  const auto first = api.post("token:pbx", "/telephony/events", body);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_FALSE(first.at("duplicate").as_bool());
  EXPECT_TRUE(api.post("token:pbx", "/telephony/events", body).at("duplicate").as_bool());
  EXPECT_EQ(api.post("token:web", "/telephony/events", body).status, 403);
  EXPECT_EQ(api.post("", "/telephony/events", body).status, 401);
  EXPECT_EQ(api.post("", "/telephony/events", body,
                     "webhook-id: a\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,x\r\n")
                .status,
            401);
  EXPECT_EQ(api.post("token:pbx", "/telephony/events", R"({"event":"nonsense"})").status, 422);
}

TEST_F(Api, EveryProblemIsAProblemDocument) {
  const std::pair<int, Answer> table[] = {
      {404, api.get("agent", "/nothing")},
      {404, api.get("agent", "/cases/none")},
      {422, api.get("agent", "/cases?list=none")},
      {422, api.get("agent", "/cases?after=none")},
      {422, api.get("agent", "/customers?phone=none")},
      {400, api.post("agent", "/cases", "{")},
      {422, api.post("agent", "/cases", R"({"category":"wxcs"})")},
      {422,
       api.post("agent", "/cases", R"({"category":"none","text":"t","number":"13800138000"})")},
      {409,
       api.post("agent", "/cases", R"({"category":"wxcs","text":"t","customer":{"name":"x"}})")},
      {401, api.get("", "/cases")}};
  for (const auto& [status, answer] : table) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_THAT(answer.head, HasSubstr("application/problem+json"));
    EXPECT_THAT(api.wrong("Problem", answer), IsEmpty());
  }
  const std::string huge = R"({"category":"wxcs","text":")" + std::string(70000, 'x') + "\"}";
  EXPECT_EQ(api.post("agent", "/cases", huge).status, 413);
}

}  // namespace
}  // namespace firsthand::test
