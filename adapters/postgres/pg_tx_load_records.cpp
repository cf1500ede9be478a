// SPDX-License-Identifier: Apache-2.0
// What the door's transaction loads beside the cases: who holds whose account and may claim
// another, the complaint records, and what ties customers to one another. See pg_tx_load.cpp.
#include <set>

#include "adapters/postgres/pg_tx.hpp"
#include "adapters/postgres/row_sets.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kCasesOfCompensations{
    "door_cases_of_compensations", "select case_id from compensation where id = any($1::bigint[])"};
constexpr Statement kClaims{
    "door_claims",
    "select by_user_id, at from account_entry where how = 'claimed' and by_user_id = "
    "any($1::bigint[]) and at > now() - interval '48 hours' order by id"};
constexpr Statement kLockClaimants{
    "door_lock_claimants",
    "select pg_advisory_xact_lock(4712, (u % 2000000000)::integer) from (select "
    "unnest($1::bigint[]) as u order by 1) s"};

// Asked for after the lock, so that two claims of one person are counted one after the other.
void load_claims(Tx& tx, World& world, const Wanted& wanted) {
  if (wanted.claimants.empty()) return;
  const std::string ids = ids_of(wanted.claimants);
  tx.exec(kLockClaimants, ids);
  for (const auto& row : tx.exec(kClaims, ids))
    world.claims[read<UserId>(row[0])].push_back(read<Instant>(row[1]));
}

void load_accounts(Tx& tx, World& world, const std::set<CustomerId>& customers) {
  if (customers.empty()) return;
  static const Select<Account> accounts{
      "door_accounts", "where customer_id = any($1::bigint[]) order by customer_id"};
  for (auto& account : accounts.rows(tx, ids_of(customers)))
    world.accounts.emplace(account.customer, account);
}

void load_complaints(Tx& tx, World& world, const Wanted& wanted) {
  std::set<CaseId> complaints{wanted.complaints.begin(), wanted.complaints.end()};
  if (!wanted.compensations.empty())
    read_ids(complaints, tx, kCasesOfCompensations, ids_of(wanted.compensations));
  // A follow-up call may close its case.
  for (const CallbackId id : wanted.callbacks) {
    const auto call = world.callbacks.find(id);
    if (call != world.callbacks.end() && call->second.kind == CallbackKind::follow_up)
      complaints.insert(call->second.case_id);
  }
  if (complaints.empty()) return;
  static const Select<ComplaintRecord> records{"door_complaint_records",
                                               "where case_id = any($1::bigint[])"};
  static const Select<Compensation> compensations{"door_compensations",
                                                  "where case_id = any($1::bigint[]) order by id"};
  const std::string ids = ids_of(complaints);
  for (auto& record : records.rows(tx, ids)) world.cases.at(record.case_id).complaint = record;
  for (auto& row : compensations.rows(tx, ids))
    world.cases.at(row.case_id).compensations.push_back(row);
}

void load_ties(Tx& tx, World& world, const std::set<CustomerId>& customers, const Wanted& wanted) {
  // Two customers are named at once when something between them begins, ends or is undone.
  const bool asked = !wanted.company_roles.empty() || !wanted.relationships.empty() ||
                     !wanted.merges.empty() || customers.size() > 1;
  if (!asked) return;
  static const Select<CompanyRole> roles{
      "door_company_roles",
      "where id = any($1::bigint[]) or (company_id = any($2::bigint[]) and person_id = "
      "any($2::bigint[])) order by id"};
  static const Select<Relationship> relationships{
      "door_relationships",
      "where id = any($1::bigint[]) or (customer_id = any($2::bigint[]) and other_id = "
      "any($2::bigint[])) order by id"};
  static const Select<CustomerMerge> merges{
      "door_merges",
      "where id = any($1::bigint[]) or (gone_id = any($2::bigint[]) and undone_at is null) order "
      "by id"};
  const std::string ids = ids_of(customers);
  for (auto& row : roles.rows(tx, ids_of(wanted.company_roles), ids))
    world.company_roles.emplace(row.id, row);
  for (auto& row : relationships.rows(tx, ids_of(wanted.relationships), ids))
    world.relationships.emplace(row.id, row);
  for (auto& row : merges.rows(tx, ids_of(wanted.merges), ids)) world.merges.emplace(row.id, row);
}

}  // namespace

void PgTx::load_records(World& world, const std::set<CustomerId>& customers, const Wanted& wanted) {
  load_accounts(tx_, world, customers);
  load_complaints(tx_, world, wanted);
  load_ties(tx_, world, customers, wanted);
  load_claims(tx_, world, wanted);
}

}  // namespace firsthand::postgres
