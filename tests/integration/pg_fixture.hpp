// SPDX-License-Identifier: Apache-2.0
// A migrated database of the test's own, with the company's default rules and a small made-up
// company: six people, two customers, three cases in different states. Ids are fixed, so that a
// test can name them.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "adapters/postgres/db.hpp"
#include "adapters/postgres/migrate.hpp"
#include "adapters/runtime/rules_store.hpp"
#include "tests/support/postgres_server.hpp"

namespace firsthand::test {

// People.
inline constexpr std::int64_t kAgent = 11, kOtherAgent = 12, kLiaison = 13, kOtherLiaison = 14,
                              kSupervisor = 15, kBackLine = 16, kManager = 17, kAdministrator = 18;
// Customers: one with everything, one with nothing.
inline constexpr std::int64_t kCustomer = 101, kQuietCustomer = 102;
// Cases: with the repair department and late; an inquiry of the other agent; a resolved one.
inline constexpr std::int64_t kCase = 201, kInquiry = 202, kResolved = 203;
inline constexpr std::int64_t kDispatch = 401, kCallback = 501, kAlert = 601;
// A call that the agent talks on, and one offered to the other agent.
inline constexpr std::int64_t kCall = 701, kRinging = 702, kOffer = 801;
inline constexpr const char* kNumber = "+8613812345678";

inline const char* company_sql() {
  return R"sql(
insert into user_account (id, login, name, role, department_id, extension, email) values
 (11, 'agent', '林测试', 'agent', null, '8011', 'agent@example.test'),
 (12, 'agent2', '周演示', 'agent', null, '8012', ''),
 (13, 'liaison_repair', '郭样例', 'liaison', (select id from department where code = 'repair'), '8013', ''),
 (14, 'liaison_sales', 'Pat Sample', 'liaison', (select id from department where code = 'sales'), '', ''),
 (15, 'supervisor', '主管样例', 'supervisor', null, '8015', ''),
 (16, 'back_line', '后线样例', 'back_line', null, '', ''),
 (17, 'manager', '经理样例', 'manager', null, '', ''),
 (18, 'administrator', '管理员样例', 'administrator', null, '', '');
insert into customer (id, name, initials, tier, product, do_not_call, created_at) values
 (101, '王演示', 'wys', 'key', 'T900 SN-1', false, now() - interval '400 days'),
 (102, '100% 公司', 'bfbgs', 'standard', '', true, now() - interval '10 days');
insert into business_fact (source, kind, external_id, customer_id, on_date, amount_cents, currency) values
 ('erp', 'invoice', 'FP-1', 101, now()::date - 40, 20000, 'CNY'), ('erp', 'payment', 'SK-1', 101, now()::date - 20, 7700, 'CNY');
insert into customer_number (customer_id, number, label) values
 (101, '+8613812345678', 'mobile'), (101, '+861062345678', 'office'), (102, '+8613900000002', '');
insert into case_file (id, number, kind, state, customer_id, channel, category, text, severity, owner_id,
  department_id, reach_number, product, public_token, opened_at) values
 (201, 'GD2026110001', 'complaint', 'dispatched', 101, 'call', 'wxcs', '修了两周还没好 <b>', 3, 11,
  (select id from department where code = 'repair'), '+8613812345678', 'T900 SN-1', 'token-of-201', now() - interval '2 days'),
 (202, 'GD2026110002', 'inquiry', 'open', 102, 'call', 'cpzx', '问价格', 1, 12, null, '', '', '', now() - interval '1 day');
insert into case_file (id, number, kind, state, customer_id, channel, category, text, severity, owner_id,
  told_at, told_how, resolution, resolved_at, opened_at) values
 (203, 'GD2026110003', 'complaint', 'resolved', 101, 'web', 'qt', '已解决的', 2, 11,
  now() - interval '5 days', 'callback', '换新', now() - interval '5 days', now() - interval '9 days');
insert into ownership_entry (id, case_id, owner_id, how, by_user_id, at) values
 (211, 201, 11, 'first_contact', 11, now() - interval '2 days'),
 (212, 202, 12, 'first_contact', 12, now() - interval '1 day'),
 (213, 203, 11, 'first_contact', 11, now() - interval '9 days');
insert into dispatch (id, case_id, department_id, state, note, by_user_id, at) values
 (401, 201, (select id from department where code = 'repair'), 'sent', '请今天回电', 11, now() - interval '2 days');
insert into callback (id, kind, case_id, customer_id, number, caller, department_id, window_from, due_at, state,
  attempts, promised_at) values
 (501, 'promised', 201, 101, '+8613812345678', 'department', (select id from department where code = 'repair'),
  now() - interval '2 days', now() - interval '1 hour', 'open', 1, now() - interval '2 days');
insert into callback_attempt (id, callback_id, number, by_user_id, at, outcome, note) values
 (511, 501, 1, 13, now() - interval '3 hours', 'no_answer', '没人接');
insert into sla_clock (id, case_id, kind, callback_id, dispatch_id, policy, policy_version, calendar, budget_kind,
  budget_s, ladder, started_at, due_at, state, breached_at, ended_at) values
 (301, 201, 'callback', 501, null, 'any_complaint', 1, 'china-office', 'working_time', 7200, 'department',
  now() - interval '2 days', now() - interval '1 hour', 'breached', date_trunc('milliseconds', now()) - interval '1 hour', null),
 (302, 201, 'resolution', null, null, 'any_complaint', 1, 'china-office', 'working_time', 144000, 'department',
  now() - interval '2 days', now() + interval '3 days', 'running', null, null),
 (303, 201, 'acknowledgement', null, 401, 'any_complaint', 1, 'china-office', 'working_time', 3600, 'department',
  now() - interval '2 days', now() + interval '20 minutes', 'running', null, null),
 (304, 203, 'resolution', null, null, 'any_complaint', 1, 'china-office', 'working_time', 144000, 'department',
  now() - interval '9 days', now() - interval '4 days', 'met', null, now() - interval '5 days');
insert into alert (id, clock_id, case_id, cycle, stage, step, clock_kind, recipient_id, role, needs_acknowledgement,
  due_at, fired_at) values
 (601, 301, 201, 1, 1, 'breach', 'callback', 13, 'liaison', true, now() - interval '1 hour', now() - interval '1 hour'),
 (602, 301, 201, 1, 1, 'breach', 'callback', 16, 'back_line', true, now() - interval '1 hour', now() - interval '1 hour');
insert into notice (effect_key, channel, recipient, state) values
 ('mail:alert:601:13', 'email', '13', 'sent'), ('mail:alert:6010:13', 'email', '99', 'failed'), ('webhook:alert:602', 'webhook', 'x', 'failed');
insert into interaction (id, channel, direction, state, customer_id, case_id, number, queue_code, agent_id,
  enqueued_at, answered_at) values
 (701, 'call', 'inbound', 'talking', 101, 201, '+8613812345678', 'complaints', 11, now() - interval '90 seconds', now() - interval '80 seconds'),
 (702, 'call', 'inbound', 'offered', 102, null, '+8613900000002', 'complaints', null, now() - interval '30 seconds', null);
insert into interaction (id, channel, direction, state, outcome, customer_id, number, queue_code, agent_id,
  enqueued_at, answered_at, ended_at) values
 (703, 'call', 'inbound', 'ended', 'abandoned', 101, '+8613812345678', 'complaints', null, now() - interval '2 seconds', null, now()),
 (704, 'walk_in', 'inbound', 'ended', 'handled', 101, '', '', 11, now() - interval '40 days', now() - interval '40 days', now() - interval '40 days');
insert into offer (id, interaction_id, agent_id, token, reason, state, offered_at, expires_at) values
 (801, 702, 12, 'offer-token', 'skills', 'open', now(), now() + interval '15 seconds');
insert into desk (user_id, presence, since, interaction_id) values
 (11, 'talking', now() - interval '80 seconds', 701), (12, 'offered', now(), 702);
insert into history (id, at, customer_id, case_id, interaction_id, kind, actor_id, acting_for_id, source, data) values
 (901, now() - interval '3 days', 101, null, 704, 'call_ended', 11, null, 'pbx1', '{"reason": "caller_hung_up"}'),
 (905, now() - interval '2 days', 101, 201, 701, 'case_registered', 11, null, 'console:11', '{"number": "GD2026110001"}'),
 (904, now() - interval '1 day', 101, 201, null, 'dispatched', 11, 12, 'console:11', '{"number": "+8613812345678", "note": "+1 more"}'),
 (906, now() - interval '1 hour', 101, 201, null, 'clock_breached', null, null, 'timer', '{"step": "breach"}'),
 (907, now() - interval '1 hour', 101, 203, null, 'note', 11, null, 'console:11', '{"text": "x"}');
)sql";
}

class Company {
 public:
  explicit Company(bool filled = true)
      : database_(shared_postgres_url(), prepared_template()), rules_("china-office") {
    connection_ = std::make_unique<postgres::Connection>(options());
    if (filled) run(company_sql());
    postgres::Tx tx(*connection_);
    rules_.refresh(tx);
    tx.commit();
  }

  postgres::ConnectOptions options() const {
    postgres::ConnectOptions out;
    out.url = database_.url();
    out.statement_timeout = Millis{60000};  // other builds may share this machine
    return out;
  }
  const std::string& url() const { return database_.url(); }
  postgres::Connection& connection() { return *connection_; }
  std::shared_ptr<const Rules> rules() const { return rules_.current(); }
  /// Takes rules that were saved meanwhile.
  void refresh(postgres::Connection& connection) {
    postgres::Tx tx(connection, postgres::Access::read_only);
    rules_.refresh(tx);
  }

  /// As the owner of the tables, who may do what the engine may not.
  void run(const std::string& sql) {
    postgres::ConnectOptions owner = options();
    owner.role.clear();
    postgres::Connection connection(owner);
    postgres::Tx tx(connection);
    tx.exec_sql(sql);
    tx.commit();
  }
  std::string value(const std::string& sql) const { return database_.query(sql); }

 private:
  static std::string prepared_template() {
    std::string all;
    for (const auto& migration : postgres::migrations()) all += migration.sql;
    const std::string name = "firsthand_reads_" + std::to_string(std::hash<std::string>{}(all));
    ensure_template(shared_postgres_url(), name, [](const std::string& url) {
      const auto report = postgres::migrate(url);
      if (!report) throw std::runtime_error("migration failed: " + report.error().message);
      postgres::ConnectOptions options;
      options.url = url;
      options.role.clear();
      postgres::Connection connection(options);
      postgres::Tx tx(connection);
      runtime::load_defaults_into(tx, FIRSTHAND_DEFAULTS);
      tx.commit();
    });
    return name;
  }

  TestDatabase database_;
  runtime::RulesStore rules_;
  std::unique_ptr<postgres::Connection> connection_;
};

}  // namespace firsthand::test
