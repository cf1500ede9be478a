// SPDX-License-Identifier: Apache-2.0
// A customer's erasure takes the words and numbers from everywhere and leaves the seals whole.
#include <gmock/gmock.h>

#include "tests/integration/seal_fixture.hpp"

namespace firsthand::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Erasure : public SealedCompany {};

TEST_F(Erasure, ErasureIsRefusedWhileSomethingIsOpen) {
  EXPECT_EQ(erase(9999), "not_found");
  EXPECT_EQ(erase(kCustomer), "open_cases");
  company.run("update case_file set state = 'closed', closed_at = now(), told_how = 'x'");
  EXPECT_EQ(erase(kCustomer), "open_callbacks");
  company.run("update callback set state = 'kept'");
  EXPECT_EQ(erase(kCustomer), "on_a_call");
  close_everything();
  {
    postgres::Tx tx(company.connection());
    EXPECT_TRUE(postgres::set_legal_hold(tx, kCustomer, kManager, "诉讼"));
    tx.commit();
  }
  EXPECT_EQ(erase(kCustomer), "legal_hold");
  {
    postgres::Tx tx(company.connection());
    EXPECT_TRUE(postgres::set_legal_hold(tx, kCustomer, kManager, ""));
    tx.commit();
  }
  EXPECT_EQ(erase(kCustomer), "erased");
  EXPECT_EQ(erase(kCustomer), "already_erased");
}

/// Every text and JSON column of every table, searched for a marker.
std::vector<std::string> places_of(Company& company, const std::string& marker) {
  std::vector<std::string> out;
  postgres::ConnectOptions owner = company.options();
  owner.role.clear();
  postgres::Connection connection(owner);
  postgres::Tx tx(connection);
  const auto columns = tx.exec_sql(
      "select c.table_name, c.column_name from information_schema.columns c"
      " join information_schema.tables t using (table_schema, table_name)"
      " where c.table_schema = 'public' and t.table_type = 'BASE TABLE'"
      "  and c.data_type in ('text', 'jsonb', 'json', 'ARRAY', 'character varying')");
  EXPECT_GT(columns.size(), 100u);
  for (const auto& column : columns) {
    const std::string table = column[0].c_str(), name = column[1].c_str();
    const auto rows = tx.exec_sql("select count(*) from \"" + table + "\" where \"" + name +
                                      "\"::text ilike '%' || $1 || '%'",
                                  marker);
    if (rows[0][0].as<int>() > 0) out.push_back(table + "." + name);
  }
  return out;
}

TEST_F(Erasure, ErasureLeavesNoWordAndNoNumberAnywhere) {
  company.run(R"sql(
update customer set name = 'MARKER 王', email = 'MARKER@example.test', address = 'MARKER road', product = 'MARKER 9' where id = 101;
update customer_number set number = '+861MARKER' || number where customer_id = 101;
update case_file set text = 'MARKER t', product = 'MARKER p', resolution = 'MARKER r', reach_number = '+86MARKER',
  hand_over_reason = 'MARKER h' where customer_id = 101;
update dispatch set note = 'MARKER', answer = 'MARKER', return_reason = 'MARKER', dispute_reason = 'MARKER', extension_reason = 'MARKER' where case_id = 201;
update callback set number = '+86MARKER' where customer_id = 101;
update callback_attempt set note = 'MARKER';
update interaction set number = '+86MARKER' where customer_id = 101;
update ownership_entry set reason = 'MARKER' where case_id = 201;
insert into complaint_record (case_id, remedy_sought, remedy_offered, root_cause_note, letter, regulator_reference)
  values (201, 'MARKER', 'MARKER', 'MARKER', 'MARKER', 'MARKER');
insert into compensation (id, case_id, amount_cents, currency, what, state, proposed_by, proposed_at, decision_reason)
  values (9001, 201, 100, 'CNY', 'MARKER', 'withdrawn', 11, now(), 'MARKER');
insert into customer (id, name, merged_into, created_at) values (120, 'MARKER old', 101, now()), (121, '别人', null, now());
insert into customer_number (customer_id, number) values (120, '+86137MARKER');
insert into relationship (id, customer_id, other_id, kind, note, from_at) values (9101, 101, 121, 'household', 'MARKER', now());
insert into company_role (id, company_id, person_id, role, title, from_at) values (9102, 121, 101, 'payer', 'MARKER', now());
insert into customer_merge (id, kept_id, gone_id, reason, at) values (9103, 101, 120, 'MARKER', now());
insert into account (customer_id, state, owner_id, since) values (101, 'held', 11, now());
insert into account_entry (id, customer_id, owner_id, how, reason, at) values (9104, 101, 11, 'assigned', 'MARKER', now());
insert into outbox (id, kind, key, payload, at, next_try_at, done_at) values
  (9201, 'mail', 'mail:x:1', '{"case_number": "GD2026110001", "title": "MARKER"}', now(), now(), now()),
  (9202, 'mail', 'mail:x:2', '{"customer":101,"title": "MARKER"}', now(), now(), now());
insert into parked_event (id, source, key, event, why) values (9301, 'web', 'k', '{"number": "+86137MARKER"}', 'x');
insert into history (id, at, customer_id, case_id, kind, actor_id, source, data) values
 (920, now() - interval '1 day', 101, 201, 'case_registered', 11, 'console:11',
  '{"number": "GD2026110001", "text": "MARKER wrote", "category": "wxcs", "severity": 3, "at": "2026-11-21T10:00:00.000Z"}'),
 (921, now() - interval '1 day', 101, 201, 'note', 11, 'console:11', '{"text": "marker"}'),
 (922, now() - interval '1 day', 101, 201, 'reopened', 11, 'console:11', '{"reason": "MARKER said so"}'),
 (923, now() - interval '1 day', 101, 201, 'callback_promised', 11, 'console:11', '{"number": "+86MARKER", "list": ["MARKER"], "more": {"a": "MARKER"}}'),
 (924, now() - interval '1 day', 120, null, 'call_arrived', null, 'pbx1', '{"from": "+86137MARKER"}'),
 (925, now() - interval '1 day', 121, null, 'company_role_begun', 11, 'console:11', '{"company": 121, "person": 101, "title": "MARKER", "role": "payer"}'),
 (926, now() - interval '1 day', 121, 201, 'note', 11, 'console:11', '{"text": "MARKER of a case that was relinked"}'),
 (927, now() - interval '1 day', 121, null, 'note', 11, 'console:11', '{"text": "of somebody else"}'),
 (928, now() - interval '1 day', 101, 201, 'callback_given_up', 11, 'console:11', '{"why": "marker", "how": "marker said", "name": "marker"}');
insert into review_action (id, title, text, case_id, agreed_at, due_at, state, result, ended_at, department_id)
  values (9401, 'MARKER', 'MARKER', 201, now(), now(), 'done', 'MARKER', now(), (select id from department where code = 'repair'));
insert into customer_reference (source, external_id, customer_id) values ('erp', 'MARKER-7', 101);
insert into import_run (id, kind, source, content_mark, dry_run, state, ended_at) values
  (9501, 'facts', 'erp', 'x', false, 'done', now());
insert into import_refusal (run_id, line, code, sentence, text) values (9501, 3, 'bad_value', 'x', 'MARKER,+86137MARKER');
insert into business_fact (id, source, kind, external_id, customer_id, on_date, amount_cents, currency, title) values
  (9502, 'erp', 'invoice', 'R-1', 101, now(), 12300, 'CNY', 'MARKER 9');
insert into business_fact_change (fact_id, import_id, before) values (9502, 9501, '{"title": "MARKER 8", "amount_cents": 1}');
insert into reconciliation (id, source, customers, equal, differing, refused) values (9503, 'erp', 1, 0, 1, 0);
insert into reconciliation_line (reconciliation_id, place, state, customer_id, reference, note) values
  (9503, 1, 'differs', 101, 'MARKER-7', 'MARKER');
)sql");
  close_everything();
  company.run(
      "update customer set contact_from_min = 1080, contact_until_min = 1200 where id = 101");
  EXPECT_GT(places_of(company, "MARKER").size(), 20u);
  EXPECT_GT(seal(), 5);
  EXPECT_EQ(erase(kCustomer), "erased");
  EXPECT_THAT(places_of(company, "MARKER"), IsEmpty());

  // What happened, when and by whom stays, and so does the proof of it.
  EXPECT_EQ(company.value("select data from history where id = 920"),
            R"({"at": "2026-11-21T10:00:00.000Z", "erased": true, "number": "GD2026110001", )"
            R"("category": "wxcs", "severity": 3})");
  EXPECT_EQ(company.value("select data from history where id = 927"),
            R"({"text": "of somebody else"})");
  EXPECT_EQ(company.value(
                "select count(*) from history where customer_id = 101 and kind = 'customer_erased'"
                " and actor_id = 17"),
            "1");
  EXPECT_EQ(
      company.value("select count(*) from history where erased is not null and salt is not null"),
      "0");
  EXPECT_EQ(
      company.value("select name || '|' || (erased_at is not null) from customer where id = 101"),
      "#101|true");
  EXPECT_EQ(company.value("select num_nonnulls(contact_from_min, contact_until_min) from customer "
                          "where id = 101"),
            "0");
  EXPECT_THAT(findings(), IsEmpty());
  EXPECT_EQ(company.value("select count(*) from customer_number where customer_id = 102"), "1");
  EXPECT_EQ(company.value("select amount_cents from business_fact where id = 9502"), "12300");

  // The erased rows cannot be dressed up either.
  tamper("update history set data = '{\"x\": 1}' where id = 921");
  EXPECT_THAT(findings(), ElementsAre("changed 921"));
  tamper(
      "update history set erased = substr(erased, 1, 32) || facts_digest(data, null) where id = "
      "921");
  const auto told =
      company.value("select id from history where kind = 'customer_erased' and customer_id = 101");
  EXPECT_THAT(findings(), ElementsAre("erasure_changed " + told));
}

TEST_F(Erasure, WhatFollowsAnErasureIsSealedToo) {
  close_everything();
  EXPECT_EQ(erase(kCustomer), "erased");  // never sealed before
  EXPECT_GT(seal(), 0);
  more(5000, 2);
  EXPECT_EQ(seal(), 2);
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(Erasure, TheEngineMayEraseOnlyThisWay) {
  postgres::Tx tx(company.connection());
  EXPECT_THROW(tx.exec_sql("update history set data = '{}' where id = 907"), std::exception);
}

}  // namespace
}  // namespace firsthand::test
