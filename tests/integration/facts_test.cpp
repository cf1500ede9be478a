// SPDX-License-Identifier: Apache-2.0
// Imports over HTTP and the balances that come of them: the same again changes nothing, bad lines
// cost themselves only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <random>
#include <tuple>

#include "adapters/runtime/neglect.hpp"
#include "tests/integration/api_harness.hpp"

namespace firsthand::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Facts : public ::testing::Test {
 protected:
  ApiServer api;

  std::string value(const std::string& sql) { return api.company.value(sql); }

  /// The answer of an import, checked against its schema.
  Answer imported(const std::string& body, const std::string& more = "") {
    const auto answer = api.post("administrator", "/imports", body, more);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_THAT(api.wrong("Import", answer), IsEmpty());
    return answer;
  }
  static std::string counts(const Answer& answer) {
    std::string out = answer.text("state");
    for (const char* name : {"lines", "added", "changed", "unchanged", "refused"})
      out += " " + std::to_string(answer.at(name).as_int64());
    return out;
  }
  /// "line code field" of each refused line.
  std::string refusals(const Answer& answer) {
    const auto page = api.get(
        "administrator", "/imports/" + std::to_string(answer.at("id").as_int64()) + "/refusals");
    EXPECT_THAT(api.wrong("RefusedLines", page), IsEmpty());
    std::string out;
    for (const auto& item : page.at("items").as_array()) {
      out += std::to_string(item.at("line").as_int64()) + " " +
             std::string(item.at("code").as_string()) + " " +
             std::string(item.at("field").as_string()) + ";";
    }
    return out;
  }
  static std::string ago(int days) {
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    return to_iso8601(Date{today - std::chrono::days{days}});
  }
  static std::string quoted(const std::string& text) {
    return boost::json::serialize(boost::json::value(text));
  }
};

constexpr const char* kPeople = R"({"kind":"customers","source":"erp","rows":[
 {"external_id":"K1","name":"示例商贸","kind":"company","numbers":"021-5550 1234","account_owner":"agent"},
 {"external_id":"K2","name":"示例乙","numbers":"13700000002 / 13700000003","email":"b@example.com"},
 {"external_id":"K3","name":"","numbers":"13700000004"},
 {"external_id":"K4","name":"示例丁","numbers":"n/a"},
 {"external_id":"K5","name":"王演示","numbers":"13812345678"},
 {"external_id":"K6","name":"别人","numbers":"13812345678"},
 {"external_id":"K7","name":"示例庚","account_owner":"nobody"}]})";

TEST_F(Facts, customers_come_in_once_and_known_ones_are_met) {
  const auto first = imported(kPeople);
  EXPECT_EQ(counts(first), "done 7 3 0 0 4");
  EXPECT_EQ(refusals(first),
            "4 missing name;5 bad_number numbers;7 duplicate_customer numbers;8 unknown_owner "
            "account_owner;");
  EXPECT_EQ(value("select customer_id from customer_reference where external_id = 'K5'"), "101")
      << "the same name and number is the same customer";
  EXPECT_EQ(value("select a.owner_id from account a join customer_reference r using (customer_id) "
                  "where external_id = 'K1'"),
            std::to_string(kAgent));
  EXPECT_EQ(value("select count(*) from customer_number n join customer_reference r using "
                  "(customer_id) where r.external_id = 'K2'"),
            "2");

  const std::string before = value("select count(*) || ' ' || max(version) from customer");
  const std::string history = value("select count(*) from history");
  EXPECT_EQ(counts(imported(kPeople)), "done 7 0 0 3 4");
  EXPECT_EQ(value("select count(*) || ' ' || max(version) from customer"), before);
  EXPECT_EQ(value("select count(*) from history"), history);

  // A line that differs changes what it names; what people have corrected since stays otherwise.
  const auto edited = imported(
      R"({"kind":"customers","source":"erp","rows":[{"external_id":"K2","name":"示例乙","email":"new@example.com"}]})");
  EXPECT_EQ(counts(edited), "done 1 0 1 0 0");
  EXPECT_EQ(value("select c.email from customer c join customer_reference r on r.customer_id = "
                  "c.id where r.external_id = 'K2'"),
            "new@example.com");
  const auto known = api.get("agent", "/customers/exists?reference=K2&source=erp");
  EXPECT_THAT(api.wrong("KnownCustomers", known), IsEmpty());
  EXPECT_EQ(known.at("items").at(0).at("why").as_string(), "reference");
}

TEST_F(Facts, facts_are_written_once_and_what_they_were_is_kept) {
  imported(kPeople);
  const auto body = [](const std::string& amount) {
    const std::string invoice =
        R"({"external_id":"F1","kind":"invoice","customer":"K1","on_date":")" + ago(300) +
        R"(","due_on":")" + ago(270) + R"(","amount":")" + amount + R"(","cost":"600.00"})";
    return R"({"kind":"facts","source":"erp","rows":[)" + invoice +
           R"(,{"external_id":"F1","kind":"payment","customer":"K1","on_date":")" + ago(285) +
           R"(","amount":"400","settles":"F1"},)"
           R"({"external_id":"W1","kind":"fee","customer":"K1","on_date":")" +
           ago(250) +
           R"(","amount":"99.99","title":"年费"},)"
           R"({"external_id":"H1","kind":"contract","customer":"K1","on_date":")" +
           ago(300) +
           R"(","ends_on":"2099-12-31","amount":"0"},)"
           R"({"external_id":"F2","kind":"invoice","customer":"K9","on_date":"2026-01-05","amount":"1"},)"
           R"({"external_id":"F3","kind":"invoice","customer":"K1","on_date":"2026-01-32","amount":"1"},)" +
           invoice + "]}";
  };
  auto dry = body("1000.00");
  dry.insert(1, R"("dry_run":true,)");
  EXPECT_EQ(counts(imported(dry)), "done 7 5 0 0 2") << "nothing is written, so both F1 are new";
  EXPECT_EQ(
      value("select count(*) from business_fact where source = 'erp' and import_id is not null"),
      "0");

  const auto first = imported(body("1000.00"));
  EXPECT_EQ(counts(first), "done 7 4 0 1 2");
  EXPECT_EQ(refusals(first), "6 unknown_customer customer;7 bad_date on_date;");
  EXPECT_EQ(counts(imported(body("1000.00"))), "done 7 0 0 5 2");
  EXPECT_EQ(value("select count(*) from business_fact_change"), "0");
  EXPECT_EQ(counts(imported(body("1100.00"))), "done 7 0 1 4 2");
  EXPECT_EQ(value("select before ->> 'amount_cents' from business_fact_change"), "100000");

  const std::string id =
      value("select customer_id from customer_reference where external_id = 'K1'");
  const auto money = api.get("agent", "/customers/" + id + "/money");
  ASSERT_EQ(money.status, 200) << money.body;
  EXPECT_THAT(api.wrong("Money", money), IsEmpty());
  EXPECT_EQ(money.at("invoiced_cents").as_int64(), 119999);
  EXPECT_EQ(money.at("received_cents").as_int64(), 40000);
  EXPECT_EQ(money.at("due_cents").as_int64(), 79999);
  EXPECT_EQ(money.at("overdue_cents").as_int64(), 79999);
  EXPECT_EQ(money.at("fees_due_cents").as_int64(), 9999);
  EXPECT_EQ(money.text("contract_ends_on"), "2099-12-31");
  EXPECT_EQ(money.at("references").as_array().size(), 1u);

  const auto card = api.get("agent", "/customers/" + id);
  EXPECT_THAT(api.wrong("Customer", card), IsEmpty());
  EXPECT_EQ(card.at("unpaid_balance_cents").as_int64(), 79999);
  EXPECT_THAT(card.body, HasSubstr(R"({"kind":"unpaid_balance","count":79999})"));
  EXPECT_EQ(value("select revenue_cents || ' ' || round(margin_percent) from customer_figures "
                  "where customer_id = " +
                  id),
            "119999 45");

  // One line of history a customer and import, and none where nothing has changed.
  EXPECT_EQ(value("select string_agg(data ->> 'added' || '/' || (data ->> 'changed'), ' ' order by "
                  "id) from history where kind = 'facts_imported' and customer_id = " +
                  id),
            "4/0 0/1");
  const auto timeline = api.get("agent", "/customers/" + id + "/timeline");
  EXPECT_THAT(timeline.body, HasSubstr("facts_imported"));
}

TEST_F(Facts, a_request_is_answered_once_and_its_key_means_one_import) {
  const std::string key = "Idempotency-Key: night-1\r\n";
  const auto first = imported(kPeople, key);
  const auto again = imported(kPeople, key);
  EXPECT_EQ(first.at("id"), again.at("id"));
  const auto other = api.post(
      "administrator", "/imports",
      R"({"kind":"customers","source":"erp","rows":[{"external_id":"K9","name":"x"}]})", key);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.code(), "key_reused");
}

TEST_F(Facts, what_is_wrong_with_a_request_is_said_before_anything_is_read) {
  const auto wrong = [&](const std::string& body) {
    const auto answer = api.post("administrator", "/imports", body);
    EXPECT_EQ(answer.status, 422) << answer.body;
    return answer.field();
  };
  EXPECT_EQ(wrong(R"({"kind":"facts","rows":[]})"), "source");
  EXPECT_EQ(wrong(R"({"kind":"facts","source":"erp"})"), "csv");
  EXPECT_EQ(wrong(R"({"kind":"facts","source":"erp","csv":""})"), "mapping");
  EXPECT_EQ(wrong(R"({"kind":"facts","source":"erp","csv":"a,b\n1,2\n"})"), "mapping");
  EXPECT_EQ(wrong(R"({"kind":"facts","source":"erp","mapping":"x = 1","csv":"a"})"), "mapping");
  EXPECT_EQ(api.post("agent", "/imports", kPeople).status, 403);
  EXPECT_EQ(api.post("token:web", "/imports", kPeople).status, 403);
  EXPECT_EQ(api.get("liaison_repair", "/imports").status, 403);
  EXPECT_EQ(api.get("administrator", "/imports/77").status, 404);
  const auto list = api.get("token:report", "/imports");
  EXPECT_THAT(api.wrong("ImportList", list), IsEmpty());
  EXPECT_EQ(value("select count(*) from import_run"), "0");
}

TEST_F(Facts, another_systems_file_comes_in_by_its_mapping_and_its_report_is_defused) {
  imported(kPeople);
  const std::string csv =
      "单号;类型;客户;日期;金额\nF1;发票;K1;5.1.2026;1.234,50\n=F2;发票;K1;5.1.2026;1,5x\n";
  const std::string mapping =
      "source = \"erp\"\nseparator = \";\"\ndate_format = \"dd.mm.yyyy\"\ndecimal = \",\"\n"
      "[columns]\nexternal_id = \"单号\"\nkind = \"类型\"\ncustomer = \"客户\"\non_date = "
      "\"日期\"\n"
      "amount = \"金额\"\n[words.kind]\n\"发票\" = \"invoice\"\n";
  const auto done = imported(R"({"kind":"facts","mapping":)" + quoted(mapping) + R"(,"csv":)" +
                             quoted(csv) + "}");
  EXPECT_EQ(counts(done), "done 2 1 0 0 1");
  EXPECT_EQ(value("select amount_cents from business_fact where external_id = 'F1'"), "123450");
  const auto report =
      api.get("administrator",
              "/imports/" + std::to_string(done.at("id").as_int64()) + "/refusals?format=csv");
  EXPECT_THAT(report.body, HasSubstr("3,bad_amount,amount,"));
  EXPECT_THAT(report.body, HasSubstr("\"'=F2;"));
}

// What is still open, against a walk that pays the bills one after another.
TEST_F(Facts, open_items_are_what_payments_have_not_covered) {
  std::mt19937_64 random{20261122};
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 60; ++round) {
    api.company.run("delete from business_fact where customer_id = 102");
    struct Item {
      std::string id;
      int due;
      std::int64_t amount, open;
    };
    std::vector<Item> items;
    std::vector<std::pair<std::string, std::int64_t>> payments;
    std::int64_t credit = 0;
    const int count = 1 + below(6);
    for (int i = 0; i < count; ++i) {
      const std::int64_t amount = (1 + below(20)) * 100;
      items.push_back({"F" + std::to_string(i), below(10), amount, amount});
    }
    for (int i = 0; i < below(6); ++i)
      payments.emplace_back(below(3) ? "F" + std::to_string(below(count + 1)) : "",
                            (1 + below(25)) * 100);
    if (below(4) == 0) credit = (1 + below(5)) * 100;
    std::string sql =
        "insert into business_fact (source, kind, external_id, customer_id, on_date, due_on, "
        "amount_cents, currency, settles) values ";
    for (const auto& item : items) {
      sql += "('p','" + std::string(below(2) ? "invoice" : "fee") + "','" + item.id +
             "',102,'2026-01-01',date '2026-02-01' + " + std::to_string(item.due) + "," +
             std::to_string(item.amount) + ",'CNY',''),";
    }
    for (std::size_t i = 0; i < payments.size(); ++i) {
      sql += "('p','payment','S" + std::to_string(i) + "',102,'2026-01-01',null," +
             std::to_string(payments[i].second) + ",'CNY','" + payments[i].first + "'),";
    }
    if (credit > 0)
      sql += "('p','invoice','C',102,'2026-01-01',null," + std::to_string(-credit) + ",'CNY',''),";
    sql.back() = ' ';
    api.company.run(sql);

    std::int64_t money = credit;
    for (const auto& [what, amount] : payments) {
      std::int64_t left = amount;
      for (auto& item : items) {
        if (item.id != what) continue;
        const auto used = std::min(item.open, left);
        item.open -= used;
        left -= used;
      }
      money += left;
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return std::tie(a.due, a.id) < std::tie(b.due, b.id);
    });
    std::string wanted;
    std::int64_t sum = 0;
    for (auto& item : items) {
      const auto used = std::min(item.open, money);
      item.open -= used;
      money -= used;
      sum += item.open;
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.id < b.id; });
    for (const auto& item : items)
      wanted += (wanted.empty() ? "" : " ") + item.id + "=" + std::to_string(item.open);
    EXPECT_EQ(value("select string_agg(f.external_id || '=' || i.open_cents, ' ' order by "
                    "f.external_id) from customer_open_items(array[102::bigint]) i join "
                    "business_fact f on f.id = i.fact_id"),
              wanted)
        << sql;
    EXPECT_EQ(value("select greatest(0, invoiced - received) = " + std::to_string(sum) +
                    " from customer_totals(array[102::bigint])"),
              "t")
        << sql;
  }
}

TEST_F(Facts, customers_nobody_is_in_touch_with_become_somebodys_calls_once) {
  imported(kPeople);
  imported(R"({"kind":"facts","source":"erp","rows":[)"
           R"({"external_id":"F1","kind":"invoice","customer":"K1","on_date":")" +
           ago(90) + R"(","due_on":")" + ago(60) +
           R"(","amount":"1000"},)"
           R"({"external_id":"H2","kind":"contract","customer":"K2","on_date":")" +
           ago(300) + R"(","ends_on":")" + ago(-20) + R"(","amount":"0"}]})");
  const auto names = [&] {
    const auto list = api.get("supervisor", "/customers/neglected");
    EXPECT_EQ(list.status, 200) << list.body;
    EXPECT_THAT(api.wrong("NeglectedList", list), IsEmpty());
    std::string out;
    for (const auto& item : list.at("items").as_array()) {
      const auto& planned = item.at("planned");
      out += std::string(item.at("customer").at("name").as_string()) +
             (planned.is_null() ? ";" : "!;");
    }
    return out;
  };
  // Somebody is talking with customer 101, who owes money as well.
  EXPECT_EQ(names(), "示例商贸;示例乙;");
  EXPECT_EQ(api.post("agent", "/customers/neglected/follow-ups").status, 403);
  EXPECT_EQ(api.post("supervisor", "/customers/neglected/follow-ups", R"({"to":77})").status, 422);
  const auto made = api.post("supervisor", "/customers/neglected/follow-ups");
  EXPECT_THAT(api.wrong("FollowUpsMade", made), IsEmpty());
  EXPECT_EQ(made.at("made").as_int64(), 2) << made.body;
  EXPECT_EQ(api.post("supervisor", "/customers/neglected/follow-ups").at("made").as_int64(), 0);
  EXPECT_EQ(names(), "示例商贸!;示例乙!;");
  const std::string call = value(
      "select b.id from callback b join customer_reference r using (customer_id) where "
      "r.external_id = 'K1' and b.kind = 'neglected' and b.user_id = " +
      std::to_string(kAgent));
  ASSERT_NE(call, "") << "the account owner calls";
  const auto mine = api.get("agent", "/callbacks?list=all");
  EXPECT_THAT(mine.body, HasSubstr("neglected"));
  EXPECT_EQ(
      api.post("agent", "/callbacks/" + call + "/attempts", R"({"outcome":"reached"})").status,
      200);
  EXPECT_EQ(names(), "示例乙!;") << "somebody has talked with them";

  // The daily look finds the same, and makes no second call.
  int calls_per_day = 100, contract_within = 60;
  runtime::NeglectLoop loop{api.door, api.pool, [&] {
                              auto rules = std::make_shared<Rules>(*api.company.rules());
                              rules->book.accounts.no_contact_calls_per_day = calls_per_day;
                              rules->book.accounts.contract_ends_within_days = contract_within;
                              return rules;
                            }};
  boost::asio::io_context io;
  int planned = -1;
  const auto look = [&] {
    io.restart();
    boost::asio::co_spawn(io, loop.look(), [&](std::exception_ptr, int count) { planned = count; });
    io.run();
    return planned;
  };
  EXPECT_EQ(look(), 0);
  api.company.run(
      "update callback set state = 'exhausted', ended_at = now(), promised_at = now() - "
      "interval '70 days' where kind = 'neglected' and state = 'open'");
  contract_within = 10;
  EXPECT_EQ(look(), 0) << "the contract ends in twenty days";
  contract_within = 60;
  calls_per_day = 0;
  EXPECT_EQ(look(), 0) << "people can make no call more";
  calls_per_day = 100;
  EXPECT_EQ(look(), 1) << "nobody was reached, and that is long ago";
}

}  // namespace
}  // namespace firsthand::test
