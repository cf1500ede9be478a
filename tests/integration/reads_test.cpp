// SPDX-License-Identifier: Apache-2.0
// The typed reads over rows put there by SQL: content, scopes, pages, masks, and that each answer
// is what the API's description says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "adapters/postgres/reads/customer_reads.hpp"
#include "adapters/postgres/reads/desk_reads.hpp"
#include "adapters/runtime/api/schemas.hpp"
#include "tests/integration/pg_fixture.hpp"
#include "tests/integration/schema_check.hpp"

namespace firsthand::test {
namespace {

using postgres::Reach;
using postgres::Scope;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Reads : public ::testing::Test {
 protected:
  const Rules& rules() { return *rules_; }

  template <class T>
  void looks_like(const char* schema, const T& value) {
    EXPECT_THAT(SchemaCheck(runtime::api::kSchemas).check(schema, boost::json::value_from(value)),
                IsEmpty());
  }
  std::int64_t repair() { return rules_->department("repair").value; }

  Company company;
  std::shared_ptr<const Rules> rules_ = company.rules();
};

std::vector<std::int64_t> ids(const postgres::Page<postgres::CaseRow>& page) {
  std::vector<std::int64_t> out;
  for (const auto& row : page.items) out.push_back(row.id);
  return out;
}

postgres::CaseFilter list(const char* name) {
  postgres::CaseFilter filter;
  filter.list = name;
  return filter;
}

struct ListRow {
  const char* name;
  Scope scope;
  const char* list;
  std::vector<std::int64_t> expected;
};

TEST_F(Reads, ListsHoldWhatTheirScopeAllows) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  const Scope agent{Reach::own, kAgent, 0};
  const Scope other{Reach::own, kOtherAgent, 0};
  const Scope liaison{Reach::department, kLiaison, repair()};
  const Scope sales{Reach::department, kOtherLiaison, rules().department("sales").value};
  const Scope all{Reach::all, kSupervisor, 0};
  const Scope back_line{Reach::escalated, kBackLine, 0};
  const ListRow table[] = {
      {"my live cases, due first", agent, "mine", {kCase, kResolved}},
      {"another agent's", other, "mine", {kInquiry}},
      {"late ones", agent, "overdue", {kCase}},
      {"not late", other, "overdue", {}},
      {"all of mine, newest first", agent, "all", {kCase, kResolved}},
      {"a department's", liaison, "department", {kCase}},
      {"a department sees nothing else", liaison, "all", {kCase}},
      {"another department sees nothing", sales, "all", {}},
      {"a supervisor sees all", all, "all", {kInquiry, kCase, kResolved}},
      {"open is not resolved", all, "open", {kCase, kInquiry}},
      {"nothing is escalated", back_line, "escalated", {}},
  };
  for (const auto& row : table) {
    const auto page = postgres::list_cases(t, rules(), row.scope, list(row.list));
    ASSERT_TRUE(page) << row.name;
    EXPECT_EQ(ids(*page), row.expected) << row.name;
    EXPECT_FALSE(page->next) << row.name;
  }
}

struct SearchRow {
  const char* q;
  std::vector<std::int64_t> expected;
};

TEST_F(Reads, SearchFindsByNumberNameInitialsAndTelephone) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  const SearchRow table[] = {
      {"GD2026110002", {kInquiry}},
      {"gd20261100", {kInquiry, kCase, kResolved}},
      {"演示", {kCase, kResolved}},
      {"WYS", {kCase, kResolved}},
      {"0000-02", {kInquiry}},
      {"100%", {kInquiry}},
      {"%", {kInquiry}},
      {"_", {}},
      {"' or 1=1 --", {}},
  };
  for (const auto& row : table) {
    auto filter = list("all");
    filter.q = row.q;
    const auto page = postgres::list_cases(t, rules(), {Reach::all, 0, 0}, filter);
    ASSERT_TRUE(page);
    EXPECT_EQ(ids(*page), row.expected) << row.q;
  }
}

TEST_F(Reads, PagesMeetWithoutGapsOrRepeats) {
  company.run(
      "insert into case_file (id, number, kind, state, customer_id, channel, category, text,"
      " severity, owner_id, opened_at) select 10000 + i, 'X' || i, 'complaint', 'open', 102, 'web',"
      " 'qt', 't', 1, 12, now() - i / 3 * interval '1 minute' from generate_series(1, 25) i;"
      "insert into sla_clock (id, case_id, kind, policy, policy_version, calendar, budget_kind,"
      " budget_s, ladder, started_at, due_at, state) select 20000 + i, 10000 + i, 'resolution',"
      " 'complaint', 1, 'china-office', 'working_time', 60, 'desk', now(),"
      " now() + (i / 5) * interval '1 hour', 'running' from generate_series(1, 20) i");
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  for (const char* name : {"mine", "all", "open"}) {
    auto filter = list(name);
    filter.limit = 4;
    std::set<std::int64_t> seen;
    int pages = 0;
    do {
      const auto page = postgres::list_cases(t, rules(), {Reach::own, kOtherAgent, 0}, filter);
      ASSERT_TRUE(page);
      ASSERT_LT(++pages, 20);
      for (const auto& row : page->items) EXPECT_TRUE(seen.insert(row.id).second) << row.id;
      filter.after = page->next.value_or("");
    } while (!filter.after.empty());
    EXPECT_EQ(seen.size(), 26u) << name;
    EXPECT_EQ(pages, 7) << name;
  }
  for (const char* bad : {"x", "c", "c1", "c1_", "c_1", "c1_2_3", "c-1_2",
                          "c99999999999999999999_1", "c1_2; drop table history"}) {
    auto filter = list("all");
    filter.after = bad;
    EXPECT_FALSE(postgres::list_cases(t, rules(), {Reach::all, 0, 0}, filter)) << bad;
  }
}

TEST_F(Reads, ACaseIsWhole) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  const auto facts = postgres::case_facts(t, postgres::CaseBy::number, "GD2026110001");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->owner, kAgent);
  EXPECT_EQ(facts->live_dispatch, "sent");
  EXPECT_THAT(facts->departments, ElementsAre(repair()));
  EXPECT_EQ(postgres::case_facts(t, postgres::CaseBy::dispatch, "401")->id, kCase);
  EXPECT_EQ(postgres::case_facts(t, postgres::CaseBy::callback, "501")->id, kCase);
  EXPECT_EQ(postgres::case_facts(t, postgres::CaseBy::alert, "601")->id, kCase);
  EXPECT_FALSE(postgres::case_facts(t, postgres::CaseBy::number, "GD"));

  const auto view = postgres::read_case(t, rules(), kCase);
  ASSERT_TRUE(view);
  looks_like("Case", *view);
  EXPECT_EQ(view->category_zh, "维修超时");
  EXPECT_EQ(view->customer.number, "138****5678");
  EXPECT_EQ(view->owner.name, "林测试");
  EXPECT_FALSE(view->handler);
  ASSERT_TRUE(view->department);
  EXPECT_EQ(view->department->code, "repair");
  EXPECT_TRUE(view->overdue);
  ASSERT_TRUE(view->clock);
  EXPECT_EQ(view->clock->kind, "callback");
  EXPECT_EQ(view->clocks.size(), 3u);
  for (const auto& clock : view->clocks) {
    ASSERT_TRUE(clock.warn_at) << clock.kind;
    EXPECT_GT(clock.warn_at->at, clock.started_at.at) << clock.kind;
  }
  ASSERT_EQ(view->dispatches.size(), 1u);
  EXPECT_EQ(view->dispatches[0].note, "请今天回电");
  ASSERT_EQ(view->callbacks.size(), 1u);
  EXPECT_EQ(view->callbacks[0].number, "138****5678");
  EXPECT_EQ(view->callbacks[0].last_text, "没人接");
  ASSERT_EQ(view->callbacks[0].tries.size(), 1u);
  EXPECT_EQ(view->callbacks[0].tries[0].by->name, "郭样例");
  ASSERT_EQ(view->ownership.size(), 1u);
  EXPECT_EQ(view->ownership[0].how, "first_contact");
  ASSERT_EQ(view->alerts.size(), 2u);
  const auto channels = [](const postgres::AlertView& alert) {
    std::string out;
    for (const auto& each : alert.channels) out += each.channel + "=" + each.state + " ";
    return out;
  };
  EXPECT_EQ(channels(view->alerts[0]), "console=sent email=sent ");
  EXPECT_EQ(channels(view->alerts[1]), "console=sent webhook=failed ");
}

TEST_F(Reads, HistoriesRunInTheirOrderAndScope) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  postgres::HistoryFilter filter;
  filter.limit = 2;
  auto page = postgres::history_of_case(t, kCase, filter);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[0].kind, "case_registered");
  EXPECT_EQ(page->items[1].kind, "dispatched");
  EXPECT_EQ(page->items[1].acting_for->id, kOtherAgent);
  EXPECT_EQ(page->items[1].data.at("number").as_string(), "138****5678");
  EXPECT_EQ(page->items[1].data.at("note").as_string(), "+1 more");
  EXPECT_EQ(page->items[0].data.at("number").as_string(), "GD2026110001");
  ASSERT_TRUE(page->next);
  filter.after = *page->next;
  page = postgres::history_of_case(t, kCase, filter);
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0].kind, "clock_breached");
  EXPECT_FALSE(page->items[0].actor);
  EXPECT_FALSE(page->next);
  looks_like("HistoryList", *page);

  const auto kinds_seen = [&](const postgres::HistoryFilter& wanted, std::int64_t department) {
    std::vector<std::string> kinds;
    const auto timeline = postgres::timeline_of_customer(t, kCustomer, wanted, department);
    for (const auto& entry : timeline->items) kinds.push_back(entry.kind);
    return kinds;
  };
  EXPECT_THAT(kinds_seen({}, 0),
              ElementsAre("note", "clock_breached", "dispatched", "case_registered", "call_ended"));
  EXPECT_THAT(kinds_seen({}, repair()),
              ElementsAre("clock_breached", "dispatched", "case_registered", "call_ended"));
  postgres::HistoryFilter calls;
  calls.kinds = {"call_ended", "note"};
  EXPECT_THAT(kinds_seen(calls, 0), ElementsAre("note", "call_ended"));
}

TEST_F(Reads, ACustomerCardWarnsAndHidesNumbers) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  const auto card = postgres::read_customer(t, kCustomer);
  ASSERT_TRUE(card);
  looks_like("Customer", *card);
  std::string banner;
  for (const auto& each : card->banner) {
    banner += each.kind + "=" + std::to_string(each.count) + " ";
  }
  EXPECT_EQ(banner, "open_complaint=1 overdue_promise=1 key_customer=1 unpaid_balance=12300 ");
  EXPECT_EQ(card->open_cases, 1);
  EXPECT_EQ(card->calls, 2);
  EXPECT_EQ(card->visits, 1);
  ASSERT_EQ(card->numbers.size(), 2u);
  for (const auto& number : card->numbers) {
    EXPECT_NE(number.number.find("****"), std::string::npos) << number.number;
  }
  EXPECT_EQ(postgres::number_of_customer(t, kCustomer, 1), kNumber);
  EXPECT_EQ(postgres::number_of_customer(t, kCustomer, 9), std::nullopt);

  postgres::CustomerSearch by_phone;
  by_phone.phone = kNumber;
  EXPECT_EQ(postgres::search_customers(t, {Reach::all, 0, 0}, by_phone).size(), 1u);
  EXPECT_EQ(postgres::search_customers(t, {Reach::department, 0, repair()}, by_phone).size(), 1u);
  const std::int64_t sales = rules().department("sales").value;
  EXPECT_EQ(postgres::search_customers(t, {Reach::department, 0, sales}, by_phone).size(), 0u);
  const auto facts = postgres::customer_facts(t, kCustomer, kAgent, repair());
  EXPECT_TRUE(facts.exists && facts.in_department && facts.on_call);
  EXPECT_FALSE(postgres::customer_facts(t, 9999, kAgent, 0).exists);
}

TEST_F(Reads, TheDeskShowsCallPopAndWork) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  const auto screen = postgres::read_desk_screen(t, rules(), kAgent);
  looks_like("DeskScreen", screen);
  EXPECT_EQ(screen.desk.presence, "talking");
  ASSERT_TRUE(screen.call);
  EXPECT_EQ(screen.call->number, kNumber);
  ASSERT_TRUE(screen.pop);
  EXPECT_EQ(screen.pop->number, kNumber);
  EXPECT_EQ(screen.pop->customer.numbers[1].number, kNumber);
  ASSERT_EQ(screen.pop->open_cases.size(), 1u);
  EXPECT_EQ(screen.pop->suggested_case->id, kCase);
  EXPECT_EQ(screen.pop->overdue.size(), 1u);
  EXPECT_EQ(screen.pop->timeline.size(), 5u);
  ASSERT_EQ(screen.my_cases.size(), 2u);
  EXPECT_EQ(screen.my_cases[0].id, kCase);

  const auto ringing = postgres::read_desk_screen(t, rules(), kOtherAgent);
  ASSERT_TRUE(ringing.offer);
  EXPECT_EQ(ringing.offer->token, "offer-token");
  ASSERT_TRUE(ringing.pop);
  EXPECT_EQ(ringing.pop->customer.id, kQuietCustomer);
  looks_like("DeskScreen", ringing);

  const auto liaison = postgres::read_desk_screen(t, rules(), kLiaison);
  EXPECT_EQ(liaison.desk.presence, "offline");
  EXPECT_EQ(liaison.alerts.size(), 1u);
  EXPECT_EQ(postgres::agent_of_interaction(t, kCall), kAgent);
  EXPECT_EQ(postgres::agent_of_interaction(t, kRinging), kOtherAgent);
}

TEST_F(Reads, TheInboxHasThreeTabs) {
  {
    postgres::Tx t(company.connection(), postgres::Access::read_only);
    const auto inbox = postgres::read_inbox(t, rules(), repair());
    looks_like("Inbox", inbox);
    ASSERT_EQ(inbox.to_accept.size(), 1u);
    EXPECT_EQ(inbox.to_accept[0].text, "请今天回电");
    EXPECT_TRUE(inbox.to_accept[0].accept_by);
    EXPECT_EQ(inbox.to_accept[0].alerts.size(), 1u);
    ASSERT_TRUE(inbox.to_accept[0].callback);
    EXPECT_EQ(inbox.counts.to_accept, 1);
    EXPECT_EQ(inbox.counts.to_call, 0);
  }
  company.run("update dispatch set state = 'accepted', accepted_by = 13, accepted_at = now()");
  {
    postgres::Tx t(company.connection(), postgres::Access::read_only);
    const auto inbox = postgres::read_inbox(t, rules(), repair());
    EXPECT_EQ(inbox.to_accept.size(), 0u);
    EXPECT_EQ(inbox.to_call.size(), 1u);
  }
  company.run("update dispatch set state = 'answered', ended_at = now(), answer = 'x'");
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  EXPECT_EQ(postgres::read_inbox(t, rules(), repair()).done.size(), 1u);
  EXPECT_EQ(postgres::read_inbox(t, rules(), rules().department("sales").value).done.size(), 0u);
}

TEST_F(Reads, WorkListsFollowTheirScope) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  postgres::CallbackFilter filter;
  const auto count = [&](Scope scope, const char* name) {
    filter.list = name;
    filter.end_of_day = Instant{Millis{4102444800000}};
    const auto page = postgres::list_callbacks(t, rules(), scope, filter);
    looks_like("CallbackList", *page);
    return page->items.size();
  };
  EXPECT_EQ(count({Reach::department, kLiaison, repair()}, "overdue"), 1u);
  EXPECT_EQ(count({Reach::department, kOtherLiaison, 1}, "all"), 0u);
  EXPECT_EQ(count({Reach::own, kAgent, 0}, "all"), 0u);
  EXPECT_EQ(count({Reach::all, kSupervisor, 0}, "today"), 1u);
  const auto alerts = [&](Scope scope) {
    const auto page = postgres::list_alerts(t, rules(), scope, true, "", 50);
    looks_like("AlertList", *page);
    return page->items.size();
  };
  EXPECT_EQ(alerts({Reach::own, kAgent, 0}), 0u);
  EXPECT_EQ(alerts({Reach::department, kLiaison, repair()}), 1u);
  EXPECT_EQ(alerts({Reach::escalated, kBackLine, 0}), 1u);
  EXPECT_EQ(alerts({Reach::all, kManager, 0}), 2u);
}

TEST_F(Reads, TheWallboardCounts) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  const auto board =
      postgres::read_wallboard(t, rules(), postgres::now_of(t) - std::chrono::hours{1});
  looks_like("Wallboard", board);
  const auto* queue = [&]() -> const postgres::QueueView* {
    for (const auto& each : board.queues) {
      if (each.code == "complaints") return &each;
    }
    return nullptr;
  }();
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ(queue->waiting, 1);
  EXPECT_GE(queue->longest_wait_s, 29);
  EXPECT_EQ(queue->talking, 1);
  EXPECT_EQ(queue->answered_today, 1);
  EXPECT_EQ(queue->abandoned_today, 1);
  EXPECT_DOUBLE_EQ(queue->service_level.value_or(-1), 0.5);
  EXPECT_EQ(board.cases.open, 2);
  EXPECT_EQ(board.cases.overdue, 1);
  EXPECT_EQ(board.cases.due_soon, 1);
  EXPECT_EQ(board.callbacks.overdue, 1);
  ASSERT_EQ(board.agents.size(), 2u);
  for (const auto& agent : board.agents) {
    if (agent.user.id == kAgent) {
      EXPECT_EQ(agent.cases_open, 1);
      EXPECT_EQ(agent.cases_overdue, 1);
      ASSERT_TRUE(agent.call);
      EXPECT_EQ(agent.call->number, "138****5678");
    }
  }
}

TEST_F(Reads, TheStatusPageSaysLittle) {
  postgres::Tx t(company.connection(), postgres::Access::read_only);
  const auto page = postgres::status_page(t, "token-of-201");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->number, "GD2026110001");
  EXPECT_EQ(page->owner_given_name, "测试");
  EXPECT_TRUE(page->promised_callback);
  EXPECT_FALSE(postgres::status_page(t, ""));  // most cases have no token
  EXPECT_FALSE(postgres::status_page(t, "token-of-20"));
  EXPECT_EQ(postgres::receipt_of(t, "GD2026110001")->owner.id, kAgent);
}

struct MaskRow {
  const char* number;
  const char* shown;
};

TEST(Masks, HideTheMiddle) {
  for (const MaskRow& row :
       {MaskRow{"+8613812345678", "138****5678"}, MaskRow{"13812345678", "138****5678"},
        MaskRow{"95588", "95588"}, MaskRow{"", ""}, MaskRow{"+14155550123", "+141****0123"}}) {
    EXPECT_EQ(postgres::mask_number(row.number), row.shown);
  }
}

}  // namespace
}  // namespace firsthand::test
