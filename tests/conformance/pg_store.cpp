// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/pg_store.hpp"

#include <functional>

#include "adapters/postgres/migrate.hpp"
#include "adapters/postgres/tables.hpp"

namespace firsthand::test {
namespace {

postgres::ConnectOptions options_for(const std::string& url, const std::string& role) {
  postgres::ConnectOptions options;
  options.url = url;
  options.role = role;
  options.statement_timeout = Millis{20000};
  options.lock_timeout = Millis{10000};
  return options;
}

void fill(const std::string& url, const Rules& rules) {
  if (const auto done = postgres::migrate(url); !done)
    throw std::runtime_error(done.error().message);
  postgres::Connection connection{options_for(url, "")};
  postgres::Tx tx{connection};
  for (const auto& [code, id] : rules.departments) {
    tx.exec_sql("insert into department (id, code, name_zh, name_en) values ($1, $2, $2, $2)",
                id.value, code);
  }
  for (const auto& person : rules.users) {
    tx.exec_sql(
        "insert into user_account (id, login, name, role, department_id, is_department_head, "
        "email, extension) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        person.id, person.login, person.name, word(person.role), person.department,
        person.department_head, person.email, person.extension);
  }
  tx.commit();
}

std::string template_name() {
  // The migrations' text names the template: a changed schema is a new one.
  std::string all;
  for (const auto& migration : postgres::migrations()) all += migration.sql;
  return "firsthand_conformance_" + std::to_string(std::hash<std::string>{}(all));
}

template <class T>
std::vector<T> rows(postgres::Tx& tx) {
  std::vector<T> out;
  const std::string first{std::get<0>(postgres::Table<T>::fields()).name};
  for (const auto& row : tx.exec_sql("select " + postgres::column_list<T>() + " from " +
                                     postgres::Table<T>::name + " order by " + first))
    out.push_back(postgres::from_row<T>(row));
  return out;
}

}  // namespace

std::unique_ptr<TestDatabase> make_company_database(const Rules& rules) {
  const std::string& server = shared_postgres_url();
  ensure_template(server, template_name(), [&](const std::string& url) { fill(url, rules); });
  return std::make_unique<TestDatabase>(server, template_name());
}

PgStore::PgStore(const std::string& url, const Rules& rules)
    : rules_(rules), connection_(options_for(url, "firsthand_engine")) {}

std::vector<Outcome> PgStore::apply(std::span<const Event> batch, const Rules& rules) {
  postgres::Tx tx{connection_};
  postgres::PgTx store{tx, ids_};
  PgTxAt timed{store, now_};
  auto outcomes = firsthand::apply(timed, batch, rules);
  tx.commit();
  return outcomes;
}

Snapshot PgStore::look() {
  postgres::Tx tx{connection_, postgres::Access::read_only};
  Snapshot out;
  for (auto& row : rows<Customer>(tx)) out.world.customers.emplace(row.id, row);
  for (const auto& row : tx.exec_sql(
           "select customer_id, number from customer_number order by customer_id, number")) {
    out.world.customers.at(postgres::read<CustomerId>(row[0]))
        .numbers.push_back(postgres::read<std::string>(row[1]));
  }
  for (auto& row : rows<Interaction>(tx)) out.world.interactions.emplace(row.id, row);
  for (auto& row : rows<Offer>(tx)) out.world.offers.emplace(row.id, row);
  for (auto& row : rows<Transfer>(tx)) out.world.transfers.emplace(row.id, row);
  for (auto& row : rows<Listening>(tx)) out.world.listenings.emplace(row.id, row);
  for (auto& row : rows<Recording>(tx)) out.world.recordings.emplace(row.id, row);
  for (auto& row : rows<Desk>(tx)) out.world.desks.emplace(row.user, row);
  for (auto& row : rows<Callback>(tx)) out.world.callbacks.emplace(row.id, row);
  for (auto& row : rows<Case>(tx)) out.world.cases[row.id].facts = row;
  for (auto& row : rows<Dispatch>(tx)) out.world.cases.at(row.case_id).dispatches.push_back(row);
  for (auto& row : rows<Account>(tx)) out.world.accounts.emplace(row.customer, row);
  for (auto& row : rows<ReviewAction>(tx)) out.world.review_actions[row.id].facts = row;
  for (auto& row : rows<CompanyRole>(tx)) out.world.company_roles.emplace(row.id, row);
  for (auto& row : rows<Relationship>(tx)) out.world.relationships.emplace(row.id, row);
  for (auto& row : rows<CustomerMerge>(tx)) out.world.merges.emplace(row.id, row);
  for (auto& row : rows<ComplaintRecord>(tx)) out.world.cases.at(row.case_id).complaint = row;
  for (auto& row : rows<Compensation>(tx))
    out.world.cases.at(row.case_id).compensations.push_back(row);
  const auto works = [&out](const auto& row) -> Clockwork& {
    if (row.case_id) return out.world.cases.at(row.case_id);
    if (row.review_action) return out.world.review_actions.at(row.review_action);
    return out.world.customer_clocks[row.customer];
  };
  for (auto& row : rows<SlaClock>(tx)) works(row).clocks.push_back(row);
  for (auto& row : rows<ClockPause>(tx)) out.world.cases.at(row.case_id).pauses.push_back(row);
  for (auto& row : rows<Alert>(tx)) works(row).alerts.push_back(row);
  out.ownership = rows<OwnershipEntry>(tx);
  for (const auto& entry : out.ownership)
    out.world.cases.at(entry.case_id).owners.push_back(entry.owner);
  out.attempts = rows<CallbackAttempt>(tx);
  out.history = rows<HistoryEntry>(tx);
  out.effects = rows<Effect>(tx);
  return out;
}

}  // namespace firsthand::test
