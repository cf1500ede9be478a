// SPDX-License-Identifier: Apache-2.0
// Calendars over the API: a year day by day, a change tried and saved, two editors at once, what is
// refused, and files of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Calendars : public ::testing::Test {
 protected:
  ApiServer api;

  Answer list() {
    const auto answer = api.get("administrator", "/calendars");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer;
  }
  json::object calendar(const std::string& code) {
    const auto all = list();
    for (const auto& item : all.at("items").as_array()) {
      if (item.as_object().at("code").as_string() == code) return item.as_object();
    }
    ADD_FAILURE() << "no calendar " << code;
    return {};
  }
  std::string version() { return std::to_string(list().at("version").to_number<int>()); }
  Answer put(const std::string& code, const json::object& body, const std::string& version,
             const std::string& as = "administrator") {
    return api.ask(as, "PUT", "/api/v1/calendars/" + code, json::serialize(body),
                   "If-Match: \"" + version + "\"\r\n");
  }
  Answer preview(const std::string& code, const json::object& body) {
    return api.ask("administrator", "PUT", "/api/v1/calendars/" + code + "?preview=1",
                   json::serialize(body));
  }
  json::object day(const std::string& code, const std::string& date) {
    const auto year = api.get("administrator", "/calendars/" + code + "/year/" + date.substr(0, 4));
    EXPECT_EQ(year.status, 200) << year.body;
    for (const auto& row : year.at("days").as_array()) {
      if (row.as_object().at("date").as_string() == date) return row.as_object();
    }
    return {};
  }
  std::set<std::string> paths(const Answer& answer) {
    std::set<std::string> found;
    for (const auto& row : answer.at("errors").as_array()) {
      found.emplace(row.as_object().at("path").as_string());
    }
    return found;
  }
};

TEST_F(Calendars, AreListedWithTheirSetAndWhoUsesThem) {
  const auto answer = list();
  EXPECT_THAT(api.wrong("CalendarList", answer), IsEmpty());
  EXPECT_EQ(answer.header("ETag"), "\"1\"");
  const auto office = calendar("china-office");
  EXPECT_EQ(office.at("known_until").as_string(), "2026-12-31");
  EXPECT_TRUE(office.at("complete_until").is_null()) << "the set's, not its own";
  EXPECT_EQ(office.at("shared").as_object().at("code").as_string(), "cn");
  EXPECT_EQ(office.at("week").as_object().at("mon").as_array().at(0).as_string(), "09:00-18:00");
  EXPECT_FALSE(office.at("used_by").as_object().at("policies").as_array().empty());
  for (const char* reader : {"supervisor", "manager", "administrator"}) {
    EXPECT_EQ(api.get(reader, "/calendars").status, 200) << reader;
  }
  for (const char* other : {"agent", "back_line", "liaison_repair", "token:report"}) {
    EXPECT_EQ(api.get(other, "/calendars").status, 403) << other;
  }
  EXPECT_EQ(put("china-office", office, "1", "supervisor").status, 403);
}

TEST_F(Calendars, TellEachDayOfAYear) {
  const auto year = api.get("manager", "/calendars/china-office/year/2026");
  ASSERT_EQ(year.status, 200) << year.body;
  EXPECT_THAT(api.wrong("CalendarYear", year), IsEmpty());
  EXPECT_EQ(year.at("days").as_array().size(), 365u);
  EXPECT_EQ(year.text("known_until"), "2026-12-31");
  const auto make_up = day("china-office", "2026-02-14");
  EXPECT_EQ(make_up.at("kind").as_string(), "working");
  EXPECT_TRUE(make_up.at("date_specific").as_bool());
  EXPECT_EQ(make_up.at("working_s").to_number<int>(), 9 * 3600);
  const auto holiday = day("china-office", "2026-02-17");
  EXPECT_EQ(holiday.at("kind").as_string(), "holiday");
  EXPECT_EQ(holiday.at("name_zh").as_string(), "春节");
  EXPECT_EQ(day("china-office", "2026-02-21").at("kind").as_string(), "holiday");
  EXPECT_EQ(day("china-office", "2026-03-07").at("kind").as_string(), "closed");
  EXPECT_EQ(day("always", "2026-03-07").at("working_s").to_number<int>(), 86400);
  EXPECT_EQ(api.get("manager", "/calendars/nowhere/year/2026").status, 404);
  EXPECT_EQ(api.get("manager", "/calendars/china-office/year/3000").status, 404);
}

TEST_F(Calendars, AreSavedAsTheNextVersionOfTheDocument) {
  auto office = calendar("china-office");
  office["days"] = json::array{json::object{{"date", "2026-12-24"},
                                            {"hours", json::array{"09:00-12:00"}},
                                            {"name_zh", "提前下班"},
                                            {"name_en", "half day"}}};
  office["note"] = "年终";
  const auto saved = put("china-office", office, "1");
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_THAT(api.wrong("RuleSaved", saved), IsEmpty());
  EXPECT_EQ(saved.at("version").to_number<int>(), 2);
  EXPECT_EQ(day("china-office", "2026-12-24").at("working_s").to_number<int>(), 3 * 3600);
  EXPECT_EQ(day("china-office", "2026-02-14").at("kind").as_string(), "working") << "the set stays";
  EXPECT_EQ(calendar("china-hotline").at("name_en").as_string(), "Hotline hours, China");
  EXPECT_EQ(api.company.value("select by_user_id || '|' || note || '|' || left(body, 1) from "
                              "policy_document where name = 'calendars' and version = 2"),
            std::to_string(kAdministrator) + "|年终|{");
  EXPECT_EQ(api.company.value("select count(*) from rule_change where document = 'calendars' and "
                              "version = 2 and by_user_id = 18"),
            "1");
  // The same again changes nothing more.
  EXPECT_EQ(put("china-office", office, "2").at("version").to_number<int>(), 2);
}

TEST_F(Calendars, TheSecondEditorIsTold) {
  auto office = calendar("china-office");
  office["name_en"] = "Office";
  EXPECT_EQ(put("china-office", office, "1").status, 200);
  office["name_en"] = "Bureau";
  const auto stale = put("china-office", office, "1");
  EXPECT_EQ(stale.status, 412) << stale.body;
  EXPECT_EQ(stale.code(), "version_mismatch");
  EXPECT_EQ(calendar("china-office").at("name_en").as_string(), "Office");
  EXPECT_EQ(
      api.ask("administrator", "PUT", "/api/v1/calendars/china-office", json::serialize(office))
          .status,
      428);
}

TEST_F(Calendars, StartingAgainDoesNotUndoThem) {
  auto office = calendar("china-office");
  office["name_en"] = "Office";
  ASSERT_EQ(put("china-office", office, "1").status, 200);
  const auto load = [&](bool replace) {
    postgres::Tx tx(api.company.connection());
    const auto done = runtime::load_defaults_into(tx, FIRSTHAND_DEFAULTS, replace);
    tx.commit();
    return done;
  };
  EXPECT_THAT(load(false), ::testing::ElementsAre(HasSubstr("calendars: version 2 was edited")));
  EXPECT_EQ(calendar("china-office").at("name_en").as_string(), "Office");
  EXPECT_THAT(load(true), ::testing::ElementsAre("calendars: version 3"));
  EXPECT_EQ(calendar("china-office").at("name_en").as_string(), "Office hours, China");
  EXPECT_THAT(load(false), IsEmpty());
}

TEST_F(Calendars, APreviewSavesNothing) {
  auto office = calendar("china-office");
  office["week"] = json::object{{"mon", json::array{"10:00-11:00"}}};
  const auto seen = preview("china-office", office);
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_THAT(api.wrong("RulesPreview", seen), IsEmpty());
  EXPECT_EQ(version(), "1");
  EXPECT_EQ(api.company.value("select count(*) from policy_document where name = 'calendars'"),
            "1");
  office["zone"] = "Nowhere/At_All";
  EXPECT_EQ(preview("china-office", office).status, 422);
}

TEST_F(Calendars, MistakesNameTheirField) {
  auto office = calendar("china-office");
  struct Row {
    const char* key;
    json::value value;
    const char* path;
  };
  const Row table[] = {
      {"zone", "Asia/Shanghi", "zone"},
      {"name_zh", "", "name_zh"},
      {"week", json::object{{"mon", json::array{"09:00-12:00", "11:00-18:00"}}}, "week.mon"},
      {"week", json::object{{"mon", json::array{"9-18"}}}, "week.mon"},
      {"week", json::object{}, "week"},
      {"holidays",
       json::array{json::object{{"date", "2026-02-30"}, {"name_zh", "x"}, {"name_en", "x"}}},
       "holidays[0].date"},
      {"holidays", json::array{json::object{{"date", "2026-12-30"}, {"name_en", "x"}}},
       "holidays[0].name_zh"},
      {"days",
       json::array{json::object{{"date", "2026-12-30"},
                                {"hours", json::array{"x"}},
                                {"name_zh", "x"},
                                {"name_en", "x"}}},
       "days[0].hours"},
      {"holiday_set", "mars", "holiday_set"},
      {"make_up_hours", json::array{}, "make_up_hours"},
      {"always", true, "always"},
      {"colour", "red", "colour"},
      {"complete_until", "soon", "complete_until"}};
  for (const Row& row : table) {
    auto body = office;
    body[row.key] = row.value;
    const auto answer = put("china-office", body, "1");
    EXPECT_EQ(answer.status, 422) << row.path << answer.body;
    if (answer.status != 422) continue;
    EXPECT_TRUE(paths(answer).contains(row.path)) << row.path << " " << answer.body;
  }
  // One working hour in the year after next: clocks would stand still until then.
  auto sleepy = office;
  sleepy["week"] = json::object{{"mon", json::array{"09:00-18:00"}}};
  json::array closed;
  for (const char* month : {"01", "02", "03", "04", "05", "06"}) {
    for (int day = 1; day <= 28; ++day) {
      const std::string two = (day < 10 ? "0" : "") + std::to_string(day);
      closed.push_back(json::object{{"date", std::string("2027-") + month + "-" + two},
                                    {"name_zh", "停业"},
                                    {"name_en", "closed"}});
    }
  }
  for (const char* rest : {"2027-01-29", "2027-03-29", "2027-05-31"}) {
    closed.push_back(json::object{{"date", rest}, {"name_zh", "停业"}, {"name_en", "closed"}});
  }
  sleepy["holidays"] = closed;
  const auto refused = put("china-office", sleepy, "1");
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("no working time"));
  EXPECT_EQ(api.ask("administrator", "PUT", "/api/v1/calendars/china-office",
                    "{\"a\": ", "If-Match: \"1\"\r\n")
                .status,
            400);
  EXPECT_EQ(put("Office", office, "1").status, 422);
  EXPECT_EQ(version(), "1");
}

TEST_F(Calendars, ANewOneAndAChangedSetAreSavedTogether) {
  auto office = calendar("china-office");
  office["code"] = "works";
  office["name_zh"] = "工厂";
  office["name_en"] = "Works";
  office["holiday_set"] = "cn";
  auto shared = office["shared"].as_object();
  shared["complete_until"] = "2027-12-31";
  shared["holidays"].as_array().push_back(
      json::object{{"date", "2027-01-01"}, {"name_zh", "元旦"}, {"name_en", "New Year's Day"}});
  office["shared"] = shared;
  const auto saved = put("works", office, "1");
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(day("works", "2027-01-01").at("kind").as_string(), "holiday");
  EXPECT_EQ(day("china-office", "2027-01-01").at("kind").as_string(), "holiday") << "shared";
  EXPECT_EQ(calendar("china-office").at("known_until").as_string(), "2027-12-31");
}

TEST_F(Calendars, AFileIsReadAndNothingIsSaved) {
  const std::string ical =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:2027\r\n"
      "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270206\r\nDTEND;VALUE=DATE:20270214\r\n"
      "SUMMARY:春节（休）\r\nEND:VEVENT\r\n"
      "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270220\r\nSUMMARY:春节（班）\r\nEND:VEVENT\r\n"
      "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270214\r\nSUMMARY:情人节\r\nEND:VEVENT\r\n"
      "END:VCALENDAR\r\n";
  const auto import = [&](const json::object& body) {
    return api.post("administrator", "/calendars/china-office/import", json::serialize(body));
  };
  const auto answer = import({{"format", "ical"}, {"body", ical}, {"mode", "merge"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(api.wrong("CalendarImport", answer), IsEmpty());
  EXPECT_EQ(answer.at("understood").as_array().size(), 9u);
  EXPECT_EQ(answer.at("ignored").as_array().at(0).as_object().at("reason").as_string(), "unmarked");
  EXPECT_EQ(answer.text("complete_until"), "2027-12-31");
  EXPECT_EQ(version(), "1");
  // What came back is what may be saved.
  const auto wanted = answer.at("calendar").as_object();
  ASSERT_EQ(put("china-office", wanted, "1").status, 200);
  EXPECT_EQ(day("china-office", "2027-02-08").at("kind").as_string(), "holiday");
  EXPECT_EQ(day("china-office", "2027-02-20").at("kind").as_string(), "working") << "a Saturday";
  EXPECT_EQ(day("china-office", "2026-10-01").at("kind").as_string(), "holiday");

  const auto own = import({{"format", "json"},
                           {"target", "calendar"},
                           {"body", R"({"days":{"2026-12-31":[["09:00","12:00"]]}})"}});
  ASSERT_EQ(own.status, 200) << own.body;
  EXPECT_EQ(own.at("calendar").as_object().at("days").as_array().size(), 1u);

  EXPECT_EQ(import({{"format", "ical"}, {"body", "hello"}}).status, 422);
  EXPECT_EQ(import({{"format", "xml"}, {"body", "hello"}}).field(), "format");
  EXPECT_EQ(import({{"format", "json"}, {"body", "{}"}, {"extra", 1}}).field(), "extra");
  EXPECT_EQ(api.post("supervisor", "/calendars/china-office/import", "{}").status, 403);
  EXPECT_EQ(api.post("administrator", "/calendars/none/import",
                     R"({"format":"json","body":"{\"holidays\":[]}"})")
                .status,
            404);
}

}  // namespace
}  // namespace firsthand::test
