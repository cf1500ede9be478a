// SPDX-License-Identifier: Apache-2.0
// The demo company in a real database: what the schema demands, what the domain promises, and what
// the scripts read in sign-in.json.
#include "adapters/import/demo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/postgres/db.hpp"
#include "adapters/postgres/migrate.hpp"
#include "adapters/postgres/secrets.hpp"
#include "config/defaults.hpp"
#include "tests/support/postgres_server.hpp"

namespace firsthand::import {
namespace {

// A Monday morning in Shanghai, after a weekend: desks with fresh and with overdue work.
constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                       std::chrono::hours{3}};

class PgSink : public SqlSink {
 public:
  explicit PgSink(const std::string& url) : connection_{options(url)}, tx_{connection_} {}
  void execute(const std::string& sql) override { tx_.exec_sql(sql); }
  std::vector<std::string> column(const std::string& sql) override {
    std::vector<std::string> found;
    for (const auto& row : tx_.exec_sql(sql)) found.emplace_back(row[0].c_str());
    return found;
  }
  void commit() override { tx_.commit(); }

 private:
  static postgres::ConnectOptions options(const std::string& url) {
    postgres::ConnectOptions options;
    options.url = url;
    options.role = "";
    return options;
  }
  postgres::Connection connection_;
  postgres::Tx tx_;
};

Secrets secrets() {
  return {postgres::new_secret, postgres::stored_form, postgres::hash_password};
}

/// A migrated database with the default rules and departments, as ops/run makes it.
class Company {
 public:
  explicit Company() : database_{test::shared_postgres_url()} {
    const auto migrated = postgres::migrate(database_.url());
    if (!migrated) throw std::runtime_error{"migrate: " + migrated.error().message};
    const auto defaults = config::load_defaults(FIRSTHAND_DEFAULTS);
    if (!defaults) throw std::runtime_error{defaults.error().text()};
    rules_.book = defaults->rules;
    rules_.company_calendar = "china-office";
    const auto today = std::chrono::floor<std::chrono::days>(kNow);
    for (const auto& definition : defaults->calendars) {
      rules_.calendars.emplace(
          definition.code,
          config::compile_calendar(definition, Date{today - std::chrono::days{790}},
                                   Date{today + std::chrono::days{300}})
              .value());
    }
    for (const Department& department : rules_.book.departments) {
      query(
          "insert into department (id, code, name_zh, name_en, return_limit_s) values "
          "(nextval('firsthand_id'), '" +
          department.code + "', '" + department.name_zh + "', '" + department.name_en + "', " +
          std::to_string(department.return_limit_s) + ")");
      rules_.departments[department.code] =
          DepartmentId{number("select id from department where code = '" + department.code + "'")};
    }
    std::string name = (std::filesystem::temp_directory_path() / "firsthand-demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
    directory_ = name;
  }
  ~Company() { std::filesystem::remove_all(directory_); }

  LoadOptions options() const {
    LoadOptions options;
    options.now = kNow;
    options.data_dir = directory_;
    options.url = "http://127.0.0.1:8080";
    return options;
  }
  LoadOptions small() const {
    LoadOptions few = options();
    few.days = 45;
    few.customers = 120;
    few.calls = 260;
    few.written = 60;
    return few;
  }
  LoadReport load(const LoadOptions& with) {
    PgSink sink{database_.url()};
    return load_demo(sink, rules_, secrets(), with);
  }
  LoadReport base(const LoadOptions& with) {
    PgSink sink{database_.url()};
    return create_base(sink, rules_, secrets(), with);
  }
  std::string query(const std::string& sql) const { return database_.query(sql); }
  std::int64_t number(const std::string& sql) const { return std::stoll(query(sql)); }
  boost::json::value sign_in() const {
    std::ifstream in{directory_ / "sign-in.json"};
    return boost::json::parse(std::string{std::istreambuf_iterator<char>{in}, {}});
  }
  std::filesystem::path sign_in_path() const { return directory_ / "sign-in.json"; }

 private:
  test::TestDatabase database_;
  std::filesystem::path directory_;
  Rules rules_;
};

/// Every row answers how many things break the rule: none may.
struct Rule {
  const char* name;
  const char* broken;
};
constexpr Rule kRules[] = {
    {"one first contact in every ledger",
     "select count(*) from case_file c where (select count(*) from ownership_entry o where "
     "o.case_id = c.id and how = 'first_contact') <> 1"},
    {"the owner is the ledger's last",
     "select count(*) from case_file c where owner_id <> (select owner_id from ownership_entry o "
     "where o.case_id = c.id order by id desc limit 1)"},
    {"solved means told",
     "select count(*) from case_file where state in ('resolved','closed') and told_at is null and "
     "told_how <> 'attempts_exhausted'"},
    {"told after opened, resolved after told, closed after resolved",
     "select count(*) from case_file where told_at < opened_at or resolved_at < told_at or "
     "closed_at < resolved_at"},
    {"nothing runs on what is closed",
     "select count(*) from sla_clock k join case_file c on c.id = k.case_id where c.state in "
     "('resolved','closed') and (k.ended_at is null or k.fire_at is not null) and not (k.kind = "
     "'follow_up' and exists (select from callback b where b.id = k.callback_id and b.state = "
     "'open'))"},
    {"a breach is at the due instant",
     "select count(*) from sla_clock where breached_at is not null and breached_at <> due_at"},
    {"late is breached, in time is met",
     "select count(*) from sla_clock where (state = 'met' and ended_at > due_at) or (state = "
     "'running' and breached_at is not null) or (state = 'breached' and breached_at is null)"},
    {"every breach was told to somebody",
     "select count(*) from sla_clock k where breached_at is not null and not exists (select 1 from "
     "alert a where a.clock_id = k.id and a.step = 'breach')"},
    // A share of working days lies elsewhere when a pause has taken some of their time.
    {"alerts fire at their instant, or when a pause ends that moved it into the past",
     "select count(*) from alert a where fired_at <> due_at and not (fired_at > due_at and exists "
     "(select from history h where h.case_id = a.case_id and h.kind = 'unpaused' and h.at = "
     "a.fired_at))"},
    {"running clocks are armed in the future",
     "select count(*) from sla_clock where fire_at <= '2026-11-23T03:00:00Z'"},
    {"history is in order",
     "select count(*) from (select at < lag(at) over (partition by case_id order by id) as back "
     "from history where case_id is not null) x where back"},
    {"every case's history begins with its registration",
     "select count(*) from case_file c where (select kind from history h where h.case_id = c.id "
     "order by id limit 1) not in ('case_registered')"},
    {"closed cases have their whole history",
     "select count(*) from case_file c where state = 'closed' and 3 <> (select count(distinct "
     "kind) from history h where h.case_id = c.id and kind in ('ownership','resolved','closed'))"},
    {"every dispatch is in the history",
     "select (select count(*) from dispatch) - (select count(*) from history where kind = "
     "'dispatched')"},
    {"every alert is in the history",
     "select (select count(*) from alert) - (select coalesce(sum(jsonb_array_length("
     "data->'alerts')), 0) from history where kind in ('clock_warned', 'clock_breached'))"},
    {"a dispatch stands on a number and a callback",
     "select count(*) from dispatch d join case_file c on c.id = d.case_id where c.reach_number = "
     "'' or not exists (select 1 from callback b where b.case_id = c.id and b.kind = 'promised')"},
    {"kept means reached",
     "select count(*) from callback b where state = 'kept' and ended_why = 'reached' and not "
     "exists (select 1 from callback_attempt a where a.callback_id = b.id and outcome = "
     "'reached')"},
    {"no case is followed up by its owner",
     "select count(*) from callback b join case_file c on c.id = b.case_id where b.kind = "
     "'follow_up' and b.user_id = c.owner_id and not exists (select 1 from ownership_entry o where "
     "o.case_id = c.id and o.how = 'hand_over')"},
    {"what is held has one hold period, what is pooled has none",
     "select count(*) from account a where (a.state = 'held')::integer <> (select count(*) from "
     "sla_clock k where k.customer_id = a.customer_id and k.kind = 'pool_hold' and k.ended_at is "
     "null)"},
    {"every lapse is a breach, and the other way round",
     "select (select count(*) from account_entry where how = 'lapsed') - (select count(*) from "
     "sla_clock where kind = 'pool_hold' and breached_at is not null)"},
    {"no call hangs", "select count(*) from interaction where state <> 'ended'"},
    {"no offer is open", "select count(*) from offer where state = 'open'"},
    {"nobody talks twice at a time",
     "select count(*) from (select answered_at < lag(ended_at) over (partition by agent_id order "
     "by answered_at) as twice from interaction where answered_at is not null and channel = "
     "'call') x where twice"},
    {"an abandoned call left a callback",
     "select count(*) from interaction where outcome = 'abandoned' and callback_id is null"},
    {"a call that was given up has a clock while it waits to be called",
     "select count(*) from callback b where b.kind = 'abandoned' and b.state = 'open' and not "
     "exists (select 1 from sla_clock k where k.callback_id = b.id and k.ended_at is null)"},
    {"what a review has agreed on has a clock to its day",
     "select count(*) from review_action r where (select count(*) from sla_clock k where "
     "k.review_action_id = r.id and abs(extract(epoch from k.due_at - r.due_at)) < 1 and "
     "(k.ended_at is null) = (r.state = 'open')) <> 1"},
    {"actions are done, open and late",
     "select 3 - count(*) from (select distinct state, due_at < '2026-11-23T03:00:00Z' as past "
     "from review_action where state <> 'done' union select 'done', true from review_action where "
     "state = 'done') s"},
    {"nothing lies in the future",
     "select (select count(*) from history where at > '2026-11-23T03:00:00Z') + (select count(*) "
     "from case_file where opened_at > '2026-11-23T03:00:00Z')"},
    {"nothing happened before the customer was known",
     "select count(*) from interaction i join customer c on c.id = i.customer_id where "
     "i.enqueued_at < c.created_at"},
    {"the default partition is empty", "select count(*) from history_default"},
    {"no effect is left to be sent", "select count(*) from outbox"},
    {"the ids to come are new",
     "select case when nextval('firsthand_id') > (select max(id) from history) then 0 else 1 end"},
    {"the case numbers to come are new",
     "select count(*) from case_file where right(number, 6)::bigint >= "
     "nextval('case_number_sequence')"},
    {"case numbers carry the local day",
     "select count(*) from case_file where number !~ '^GD[0-9]{14}$' or substr(number, 3, 8) <> "
     "to_char(opened_at at time zone 'Asia/Shanghai', 'YYYYMMDD')"},
};

void check(const Company& company) {
  for (const Rule& rule : kRules) EXPECT_EQ(company.query(rule.broken), "0") << rule.name;
}

TEST(Demo, TheWholeCompany) {
  Company company;
  const auto begun = std::chrono::steady_clock::now();
  const LoadReport report = company.load(company.options());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begun);
  RecordProperty("milliseconds", static_cast<int>(took.count()));
  RecordProperty("history", static_cast<int>(report.history));
  EXPECT_TRUE(report.loaded);
  EXPECT_EQ(report.refused, 0U) << report.last_refusal;

  EXPECT_EQ(company.number("select count(*) from customer"), 3005);
  const auto between = [&](const char* sql, std::int64_t low, std::int64_t high) {
    const auto found = company.number(sql);
    EXPECT_TRUE(low <= found && found <= high) << sql << ": " << found;
  };
  between("select count(*) from interaction", 10'000, 14'000);
  between("select count(*) from case_file", 5'500, 6'500);
  between("select count(*) from case_file where state not in ('resolved','closed')", 45, 110);
  between("select count(*) from customer_number", 3'003, 9'000);
  check(company);

  // Work of every kind lies on the desks.
  for (const char* sql :
       {"select count(*) from dispatch where state = 'sent'",
        "select count(*) from dispatch where state = 'accepted'",
        "select count(*) from sla_clock where state = 'running'",
        "select count(*) from sla_clock where state = 'breached' and ended_at is null",
        "select count(*) from alert where acknowledged_at is null and needs_acknowledgement",
        "select count(*) from clock_pause where until_at is null",
        "select count(*) from case_file where state = 'escalated'",
        "select count(*) from callback where state = 'open' and kind = 'follow_up'",
        "select count(*) from callback where state = 'open' and due_at < '2026-11-23T03:00:00Z'",
        "select count(*) from callback where state = 'open' and due_at > '2026-11-23T03:00:00Z' "
        "and due_at < '2026-11-23T16:00:00Z'",
        "select count(*) from case_file where cycle > 1 and state = 'closed'",
        "select count(*) from dispatch where state = 'returned'",
        "select count(*) from ownership_entry where how = 'hand_over'",
        "select count(*) from account where state = 'pooled'",
        "select count(*) from account_entry where how = 'claimed'",
        "select count(*) from account_entry where how = 'extended'",
        "select count(*) from account where followed_up_at is not null",
        "select count(*) from sla_clock where kind = 'pool_hold' and ended_at is null and due_at < "
        "'2026-11-30T03:00:00Z'",
        "select count(*) from case_file where repeat_of <> ''",
        "select count(*) from interaction where outcome = 'abandoned'",
        "select count(*) from customer c, customer_totals(array[c.id]) t where c.kind = 'company' "
        "and "
        "t.invoiced > t.received",
        "select count(*) from business_fact where kind = 'contract' and ends_on < '2026-12-31'",
        "select count(*) from customer_figures where revenue_cents > 0 and margin_percent > 0",
        "select count(*) from customer_figures where potential > 0"}) {
    EXPECT_GE(company.number(sql), 2) << sql;
  }

  // The people of the story.
  const std::string first =
      company.query("select customer_id from customer_number where number = '+8613800138000'");
  EXPECT_EQ(company.query("select name from customer where id = " + first), "王建国");
  EXPECT_GE(company.number("select count(*) from case_file where customer_id = " + first), 2);
  EXPECT_EQ(company.number("select count(*) from case_file where state <> 'closed' and "
                           "customer_id = " +
                           first),
            0);
  EXPECT_EQ(company.query("select name from customer c join customer_number n on n.customer_id = "
                          "c.id where number = '+8613800138001'"),
            "李秀英");
  EXPECT_EQ(
      company.number("select count(*) from callback b join customer_number n using "
                     "(customer_id) where n.number like '+861380013800%' and b.state = 'open'"),
      0);
  // Something for the supervisor to decide.
  for (const char* waits :
       {"chases >= 3", "disputed_at is not null", "extension_until is not null"}) {
    EXPECT_GE(
        company.number("select count(*) from dispatch where state in ('sent', 'accepted') and " +
                       std::string{waits}),
        1)
        << waits;
  }
  EXPECT_GE(company.number("select count(*) from callback where score is not null"), 1000);
  EXPECT_EQ(company.number("select count(*) from user_account where role = 'agent'"), 6);
  EXPECT_EQ(company.number("select count(*) from user_account where role = 'back_line'"), 12);
  EXPECT_EQ(company.query("select extension from user_account where login = 'liaison_repair'"),
            "1011");
}

TEST(Demo, ASecondRunAddsNothing) {
  Company company;
  ASSERT_TRUE(company.load(company.small()).loaded);
  check(company);
  const std::string before = company.query("select count(*) from history");
  const auto sign_in = company.sign_in();

  EXPECT_FALSE(company.load(company.small()).loaded);
  EXPECT_EQ(company.sign_in(), sign_in);

  auto elsewhere = company.small();
  elsewhere.url = "http://127.0.0.1:8090";
  EXPECT_FALSE(company.load(elsewhere).loaded);
  EXPECT_EQ(company.sign_in().at("url").as_string(), "http://127.0.0.1:8090");
  EXPECT_EQ(company.sign_in().at("users"), sign_in.at("users"));

  std::filesystem::remove(company.sign_in_path());
  const LoadReport renewed = company.load(company.small());
  EXPECT_FALSE(renewed.loaded);
  EXPECT_TRUE(renewed.sign_in_renewed);
  EXPECT_NE(company.sign_in().at("users").at("agent").at("password"),
            sign_in.at("users").at("agent").at("password"));
  EXPECT_EQ(company.query("select count(*) from history"), before);
}

TEST(Demo, SignInFileOpensTheDoors) {
  Company company;
  company.load(company.small());
  struct stat file{};
  ASSERT_EQ(stat(company.sign_in_path().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  const auto sign_in = company.sign_in();
  EXPECT_EQ(sign_in.at("url").as_string(), "http://127.0.0.1:8080");
  for (const char* role :
       {"agent", "agent2", "back_line", "liaison_repair", "liaison_sales", "liaison_marketing",
        "liaison_technical", "supervisor", "manager", "administrator"}) {
    const auto& entry = sign_in.at("users").at(role);
    const std::string login{entry.at("login").as_string()};
    const std::string hash =
        company.query("select password_hash from user_account where login = '" + login + "'");
    EXPECT_TRUE(postgres::password_fits(hash, std::string{entry.at("password").as_string()}))
        << role;
  }
  for (const char* name : {"web", "pbx", "finance"}) {
    const std::string token{sign_in.at("tokens").at(name).as_string()};
    EXPECT_EQ(company.query("select name from api_token where token_hash = '" +
                            postgres::stored_form(token) + "'"),
              name);
  }
  EXPECT_EQ(company.query("select scopes from api_token where name = 'pbx'"), "{telephony}");
  const std::string signing{sign_in.at("pbx_signing_secret").as_string()};
  EXPECT_EQ(company.query("select signing_secret from api_token where name = 'pbx'"), signing);
  EXPECT_EQ(codec::WebhookSecret{signing}.key().size(), 32U);
}

TEST(Demo, TheSameSeedTellsTheSameStory) {
  const char* digest =
      "select md5(string_agg(number || state || owner_id || coalesce(closed_at::text, '') || text, "
      "',' order by id)) || (select md5(string_agg(kind || at || data, ',' order by id)) from "
      "history) from case_file";
  std::string first;
  for (int i = 0; i < 2; ++i) {
    Company company;
    company.load(company.small());
    if (i == 0) first = company.query(digest);
    EXPECT_EQ(company.query(digest), first);
  }
}

TEST(Demo, BaseHasAnAdministratorOnly) {
  Company company;
  EXPECT_TRUE(company.base(company.options()).loaded);
  EXPECT_EQ(company.query("select string_agg(login, ',') from user_account"), "administrator");
  EXPECT_EQ(company.number("select count(*) from customer"), 0);
  EXPECT_EQ(company.sign_in().at("users").as_object().size(), 1U);
  EXPECT_FALSE(company.base(company.options()).loaded);
  EXPECT_FALSE(company.load(company.options()).loaded);  // never on top of people
}

}  // namespace
}  // namespace firsthand::import
