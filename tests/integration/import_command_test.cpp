// SPDX-License-Identifier: Apache-2.0
// `firsthand import`: good lines are in, bad ones are reported, a killed import goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "tests/integration/pg_fixture.hpp"
#include "tests/support/child_process.hpp"

namespace firsthand::test {
namespace {

using ::testing::HasSubstr;

/// Files of another system, the same ones each time, with a bad line in fifty.
struct Exports {
  std::filesystem::path folder;
  int customers, facts;
  std::int64_t bad_customers = 0, bad_facts = 0;

  Exports(std::filesystem::path where, int customer_count, int fact_count)
      : folder(std::move(where)), customers(customer_count), facts(fact_count) {
    std::filesystem::create_directories(folder);
    std::mt19937_64 random{4711};
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::ofstream people{folder / "customers.csv"};
    people << "external_id,name,kind,numbers,email\r\n";
    for (int i = 0; i < customers; ++i) {
      const std::string id = "K" + std::to_string(i);
      const std::string number = "139" + std::to_string(10'000'000 + i);
      if (below(50) == 0) {
        const char* bad[] = {",,person,,\r\n", ",robot,", ",person,none,\r\n"};
        const int which = below(3);
        people << id << (which == 0 ? bad[0] : ",客户" + id + bad[which]);
        if (which == 1) people << number << ",\r\n";
        ++bad_customers;
      } else {
        people << id << ",\"客户, " << id << "\"," << (below(5) ? "person" : "company") << ","
               << number << ",\r\n";
      }
    }
    std::ofstream money{folder / "facts.csv"};
    money << "external_id,kind,customer,on_date,amount,title\r\n";
    for (int i = 0; i < facts; ++i) {
      const std::string id = "F" + std::to_string(i);
      const std::string who = "K" + std::to_string(below(customers));
      if (below(50) == 0) {
        const char* bad[] = {",invoice,Kx,2026-01-05,1,\r\n", ",invoice,K1,2026-02-30,1,\r\n",
                             ",invoice,K1,2026-01-05,a lot,\r\n",
                             ",\"invoice\"x,K1,2026-01-05,1,\r\n"};
        money << id << bad[below(4)];
        ++bad_facts;
      } else {
        money << id << "," << (below(2) ? "invoice" : "payment") << "," << who << ",2026-0"
              << 1 + below(9) << "-1" << below(10) << "," << 1 + below(5000) << "."
              << 10 + below(90) << ",\"line \"\"" << i << "\"\"\"\r\n";
      }
    }
  }
};

class CommandLine : public ::testing::Test {
 protected:
  Company company;
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("firsthand-import-" + std::to_string(::getpid()));
  ~CommandLine() override { std::filesystem::remove_all(folder); }

  ChildProcess start(const std::vector<std::string>& words) {
    ChildOptions options;
    options.words = {FIRSTHAND_BINARY, "import"};
    options.words.insert(options.words.end(), words.begin(), words.end());
    options.environment = {"FIRSTHAND_POSTGRES_URL=" + company.url(),
                           "FIRSTHAND_REDIS_URL=", "FIRSTHAND_POSTGRES_STATEMENT_TIMEOUT_MS=60000"};
    options.log_file = folder / "log";
    return ChildProcess(options);
  }
  void import(const std::vector<std::string>& words) {
    auto child = start(words);
    ASSERT_EQ(child.wait(std::chrono::steady_clock::now() + std::chrono::minutes{5}), 0) << log();
  }
  std::string log() const {
    std::ifstream in{folder / "log"};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  std::int64_t number(const std::string& sql) { return std::stoll(company.value(sql)); }
};

TEST_F(CommandLine, good_lines_are_in_bad_ones_reported_and_a_killed_import_goes_on) {
  const Exports files{folder, 4000, 20'000};
  ASSERT_GT(files.bad_customers, 40);
  import({"customers", files.folder / "customers.csv", "--source", "erp"});
  EXPECT_EQ(number("select count(*) from customer_reference"),
            files.customers - files.bad_customers)
      << log();
  EXPECT_EQ(number("select count(*) from import_refusal"), files.bad_customers);
  const auto customers = number("select count(*) from customer");

  // Lines of customers who were refused are refused as well.
  const std::string facts = files.folder / "facts.csv";
  import({"facts", facts, "--source", "erp", "--dry-run"});
  EXPECT_EQ(number("select count(*) from business_fact where source = 'erp' and import_id > 0"), 0);
  const auto wanted = number("select added from import_run where dry_run");
  const auto refused = number("select refused from import_run where dry_run");
  EXPECT_EQ(wanted + refused, files.facts);
  EXPECT_GE(refused, files.bad_facts);

  auto killed = start({"facts", facts, "--source", "erp"});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes{2};
  const std::string far =
      "select coalesce(max(last_line), 0) from import_run where not dry_run and kind = 'facts'";
  while (number(far) < 3000 && killed.running() && std::chrono::steady_clock::now() < deadline) {
  }
  killed.end(SIGKILL);
  const auto stood_at = number(far);
  ASSERT_GE(stood_at, 3000) << log();
  ASSERT_LT(stood_at, files.facts) << "it was done before it was killed";
  import({"facts", facts, "--source", "erp"});
  EXPECT_THAT(log(), HasSubstr("going on behind line"));
  EXPECT_EQ(number("select count(*) from import_run where kind = 'facts' and not dry_run"), 1);
  EXPECT_EQ(
      company.value("select state || ' ' || lines || ' ' || added || ' ' || changed || ' ' || "
                    "refused from import_run where kind = 'facts' and not dry_run"),
      "done " + std::to_string(files.facts) + " " + std::to_string(wanted) + " 0 " +
          std::to_string(refused));
  EXPECT_EQ(number("select count(*) from business_fact where source = 'erp' and import_id > 0"),
            wanted);
  EXPECT_EQ(number("select count(*) from import_refusal r join import_run i on i.id = r.run_id "
                   "where i.kind = 'facts' and not i.dry_run"),
            refused);
  EXPECT_EQ(number("select count(*) from history where kind = 'facts_imported'"),
            number("select count(distinct customer_id) from business_fact where import_id > 0"));

  // Once more: nothing is new, nothing changes, nobody's history grows.
  import({"customers", files.folder / "customers.csv", "--source", "erp"});
  import({"facts", facts, "--source", "erp"});
  EXPECT_EQ(number("select count(*) from customer"), customers);
  EXPECT_EQ(number("select sum(added + changed) from import_run where id in (select max(id) from "
                   "import_run group by kind)"),
            0);
  EXPECT_EQ(number("select count(*) from business_fact_change"), 0);
  EXPECT_EQ(number("select count(*) from history where kind = 'facts_imported'"),
            number("select count(distinct customer_id) from business_fact where import_id > 0"));
}

}  // namespace
}  // namespace firsthand::test
