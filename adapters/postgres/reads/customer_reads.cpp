// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/customer_reads.hpp"

#include "adapters/postgres/reads/search_reads.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kNumberAt{
    "customer_number_at",
    "select distinct number from customer_number where customer_id = any(customer_group($1))"
    " order by number offset $2 limit 1"};

constexpr Statement kFacts{
    "customer_facts",
    "select exists (select 1 from case_file f where f.customer_id = any(g.ids)"
    "  and (f.department_id = $3"
    "  or exists (select 1 from dispatch p where p.case_id = f.id and p.department_id = $3))),"
    " exists (select 1 from desk d join interaction i on i.id = d.interaction_id"
    "  where d.user_id = $2 and i.customer_id = any(g.ids) and i.state <> 'ended'),"
    " coalesce((select a.owner_id from account a where a.customer_id = account_of(c.id)), 0)"
    " from customer c cross join lateral (select customer_group(c.id) as ids) g where c.id = $1"};

}  // namespace

std::vector<CustomerCard> search_customers(Tx& tx, const Scope& scope,
                                           const CustomerSearch& search) {
  const SearchWish wish{search.phone.empty() ? search.q : "", search.phone, search.limit};
  return customer_cards(tx, find_customers(tx, scope, wish));
}

std::optional<CustomerCard> read_customer(Tx& tx, std::int64_t id, bool full_numbers) {
  auto cards = customer_cards(tx, {id}, full_numbers ? id : 0);
  if (cards.empty()) return std::nullopt;
  return std::move(cards.front());
}

std::optional<std::string> number_of_customer(Tx& tx, std::int64_t id, int index) {
  const auto rows = tx.exec(kNumberAt, id, index);
  if (rows.empty()) return std::nullopt;
  return read<std::string>(rows[0][0]);
}

CustomerFacts customer_facts(Tx& tx, std::int64_t id, std::int64_t user, std::int64_t department) {
  const auto rows = tx.exec(kFacts, id, user, department);
  if (rows.empty()) return {};
  return {true, rows[0][0].as<bool>(), rows[0][1].as<bool>(), rows[0][2].as<std::int64_t>()};
}

namespace statements {
const std::vector<Statement> kCustomerReads{kNumberAt, kFacts};
}

}  // namespace firsthand::postgres
