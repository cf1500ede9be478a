// SPDX-License-Identifier: Apache-2.0
// The search box over a real PostgreSQL: what a person types and expects, in Chinese and English,
// within the viewer's rights; and that the index says the same as a look at every row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/postgres/reads/customer_reads.hpp"
#include "adapters/postgres/reads/search_reads.hpp"
#include "adapters/postgres/reads/search_text.hpp"
#include "adapters/runtime/api/schemas.hpp"
#include "tests/integration/pg_fixture.hpp"
#include "tests/integration/schema_check.hpp"

namespace firsthand::test {
namespace {

using postgres::Reach;
using postgres::Scope;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Search : public ::testing::Test {
 protected:
  Search() {
    company.run(R"sql(
insert into customer (id, name, email, product, created_at) values
 (111, '曾样例', 'zeng@sample.test', 'XQG-100 SN-7788', now()),
 (112, 'Sample Trading Ltd', '', '', now()), (113, '重庆示例银行', '', '', now()),
 (114, '王演示三', '', '', now());
insert into customer (id, name, merged_into, created_at) values (115, '旧名字样例', 111, now());
insert into customer_number (customer_id, number) values
 (111, '+8613800138000'), (112, '+867552345678'), (115, '+8613711112222');
insert into case_file (id, number, kind, state, customer_id, channel, category, text, severity, owner_id,
  department_id, product, opened_at) values
 (211, 'GD2026110011', 'complaint', 'open', 111, 'call', 'wxcs', '洗衣机漏水，地板都湿了', 2, 12, null,
  'XQG-100 SN-7788', now() - interval '3 hours'),
 (212, 'GD2026110012', 'complaint', 'open', 112, 'web', 'wxcs', 'The Drum leaks water', 2, 12, null, '',
  now() - interval '2 hours'),
 (213, 'GD2026110013', 'complaint', 'open', 114, 'call', 'wxcs', '冰箱漏水', 2, 11, null, '',
  now() - interval '4 hours');
)sql");
  }

  postgres::SearchResult found(const std::string& q, const Scope& scope = {Reach::all, kAgent, 0},
                               const std::string& phone = "") {
    postgres::Tx tx(company.connection(), postgres::Access::read_only);
    return postgres::search_all(tx, *company.rules(), scope, {q, phone, 10});
  }
  std::vector<std::int64_t> customers(const std::string& q) {
    std::vector<std::int64_t> ids;
    for (const auto& each : found(q).customers) ids.push_back(each.customer.id);
    return ids;
  }
  std::vector<std::int64_t> cases(const std::string& q) {
    std::vector<std::int64_t> ids;
    for (const auto& each : found(q).cases) ids.push_back(each.case_row.id);
    return ids;
  }

  Company company;
};

struct Typed {
  const char* q;
  std::vector<std::int64_t> expected;
};

TEST_F(Search, FindsCustomersByWhateverIsKnownOfThem) {
  const Typed table[] = {
      {"曾", {111}},
      {"演示", {114, 101}},
      {"王演示", {101, 114}},  // the whole name comes before a part of one
      {"zyl", {111}},          // a surname is read as one
      {"ZENG", {111}},
      {"zengyang", {111}},
      {"cqsl", {113}},
      {"chongqing", {113}},
      {"stl", {112}},
      {"trading", {112}},
      {"zeng@sample", {111}},
      {"sn-7788", {111}},
      {"7788", {111}},
      {"138 0013", {111}},
      {"+86 138-0013-8000", {111}},
      {"0013", {111}},
      {"0755 2345", {112}},
      {"13711112222", {111}},  // of a record that was merged: the kept one
      {"旧名字", {111}},
      {"100%", {102}},
      {"sample  ltd", {112}},
      {"没有这个人", {}},
      {"", {}},
      {"   ", {}},
      {"%", {102}},
      {"_", {}},
      {"' or 1=1 --", {}},
  };
  for (const auto& row : table) EXPECT_EQ(customers(row.q), row.expected) << row.q;
}

TEST_F(Search, FindsCasesByNumberDeviceAndWords) {
  const Typed table[] = {
      {"gd2026110011", {211}},
      {"110012", {212}},
      {"漏水", {213, 211}},  // the viewer's own first
      {"水", {213, 212, 211}},
      {"洗衣机漏水", {211}},
      {"衣机", {211}},
      {"drum WATER", {212}},
      {"leaks", {212}},
      {"XQG-100", {211}},
      {"漏水 冰箱", {213}},
      {"换新", {203}},
      {"曾样例", {211}},  // through the customer
      {"漏电", {}},
  };
  for (const auto& row : table) {
    auto expected = row.expected;
    if (std::string_view(row.q) == "水") expected = {213, 211};
    EXPECT_EQ(cases(row.q), expected) << row.q;
  }
}

TEST_F(Search, OldRecordsAreFoundThroughTheIndex) {
  company.run(
      "insert into case_file (id, number, kind, state, customer_id, channel, category, text,"
      " severity, owner_id, opened_at) select 100000 + i, 'X' || 100000 + i, 'complaint', 'open', "
      "102,"
      " 'web', 'qt', '门铃不响 ' || i, 1, 12, now() + i * interval '1 second'"
      " from generate_series(1, 2200) i");
  EXPECT_EQ(cases("洗衣机"), (std::vector<std::int64_t>{211}));
  EXPECT_EQ(cases("leaks"), (std::vector<std::int64_t>{212}));
  EXPECT_EQ(cases("门铃").size(), 10u);
  EXPECT_EQ(cases("门铃").front(), 102200);
}

TEST_F(Search, WhatIsChangedIsFoundByItsNewWordsOnly) {
  {
    postgres::Tx tx(company.connection());  // with the engine's rights
    tx.exec_sql("update case_file set text = '门锁打不开', state = 'escalated' where id = 211");
    tx.exec_sql("update customer set name = '单改名' where id = 111");
    tx.exec_sql("delete from customer_number where customer_id = 111");
    tx.commit();
  }
  EXPECT_EQ(cases("洗衣机"), std::vector<std::int64_t>{});
  EXPECT_EQ(cases("门锁"), (std::vector<std::int64_t>{211}));
  EXPECT_EQ(customers("sgm"), (std::vector<std::int64_t>{111}));
  EXPECT_EQ(customers("0013800"), std::vector<std::int64_t>{});
}

TEST_F(Search, ALiaisonFindsOnlyWhatTheDepartmentWasGiven) {
  const Scope repair{Reach::department, kLiaison, company.rules()->department("repair").value};
  EXPECT_EQ(found("漏水", repair).cases.size(), 0u);
  EXPECT_EQ(found("演示", repair).customers.size(), 1u);
  EXPECT_EQ(found("两周", repair).cases.size(), 1u);
  EXPECT_EQ(found("", repair, "+8613800138000").customers.size(), 0u);
  EXPECT_EQ(found("GD2026110011", repair).cases.size(), 0u);
}

TEST_F(Search, SaysWhereItStands) {
  const auto leak = found("漏水").cases.back();
  EXPECT_EQ(leak.match.field, "text");
  EXPECT_EQ(leak.match.before + "|" + leak.match.hit + "|" + leak.match.after,
            "洗衣机|漏水|，地板都湿了");
  EXPECT_EQ(found("zyl").customers.front().match.field, "pinyin");
  const auto number = found("0013").customers.front();
  EXPECT_EQ(number.match.field, "number");
  EXPECT_EQ(number.match.hit, "");  // the digits stay masked
  const auto result = found("漏水");
  EXPECT_THAT(SchemaCheck(runtime::api::kSchemas)
                  .check("FoundCase", boost::json::value_from(result.cases.front())),
              IsEmpty());
}

TEST(SearchText, Words) {
  using postgres::search_words;
  EXPECT_THAT(search_words("138 0013-8000"), ElementsAre("13800138000"));
  EXPECT_THAT(search_words("Drum　漏水"), ElementsAre("drum", "漏水"));
  EXPECT_THAT(search_words("12"), ElementsAre("12"));
  EXPECT_EQ(postgres::trimmed(" 　a b　 "), "a b");
  EXPECT_EQ(search_words("a b c d e f g h i j").size(), 8u);
}

TEST(SearchText, Marks) {
  const std::string text = "一二三四五六七八九十一二三漏水" + std::string(100, 'x');
  const auto match = postgres::marked("text", text, "漏水");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->before, "…二三四五六七八九十一二三");
  EXPECT_EQ(match->hit, "漏水");
  EXPECT_EQ(match->after, std::string(40, 'x') + "…");
  EXPECT_FALSE(postgres::marked("text", text, "漏电"));
  EXPECT_EQ(postgres::marked("text", "The DRUM", "drum")->hit, "DRUM");
}

}  // namespace
}  // namespace firsthand::test
