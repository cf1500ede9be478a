// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/customer_reads.hpp"

#include <algorithm>

namespace firsthand::postgres {
namespace {

// $2 is 0 for everybody, or the department whose customers these must be.
#define FIRSTHAND_CUSTOMER_SCOPE                                                     \
  " ($2::bigint = 0 or exists (select 1 from case_file f where f.customer_id = c.id" \
  "  and (f.department_id = $2::bigint or exists (select 1 from dispatch p"          \
  "   where p.case_id = f.id and p.department_id = $2::bigint))))"

constexpr Statement kByPhone{
    "customer_ids_by_phone",
    "select c.id from customer_number n join customer c on c.id = n.customer_id"
    " where n.number = $1 and" FIRSTHAND_CUSTOMER_SCOPE " order by c.id limit $3"};

constexpr Statement kByText{
    "customer_ids_by_text",
    "select c.id from customer c where ($1 = '' or c.name like '%' || $1 || '%'"
    "  or c.initials like lower($1) || '%' or ($4 <> '' and exists (select 1 from customer_number n"
    "   where n.customer_id = c.id and n.number like '%' || $4))) and" FIRSTHAND_CUSTOMER_SCOPE
    " order by c.name = $1 desc, c.id desc limit $3"};

#undef FIRSTHAND_CUSTOMER_SCOPE

constexpr Statement kNumberAt{
    "customer_number_at",
    "select number from customer_number where customer_id = $1 order by number offset $2 limit 1"};

constexpr Statement kFacts{
    "customer_facts",
    "select exists (select 1 from case_file f where f.customer_id = c.id and (f.department_id = $3"
    "  or exists (select 1 from dispatch p where p.case_id = f.id and p.department_id = $3))),"
    " exists (select 1 from desk d join interaction i on i.id = d.interaction_id"
    "  where d.user_id = $2 and i.customer_id = c.id and i.state <> 'ended')"
    " from customer c where c.id = $1"};

std::string like_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::vector<CustomerCard> search_customers(Tx& tx, const Scope& scope,
                                           const CustomerSearch& search) {
  const std::int64_t department = scope.reach == Reach::department ? scope.department : 0;
  const int limit = std::clamp(search.limit, 1, kPageMax);
  const auto rows = search.phone.empty()
                        ? tx.exec(kByText, like_text(search.q), department, limit, search.digits)
                        : tx.exec(kByPhone, search.phone, department, limit);
  return customer_cards(tx, ids_of(rows));
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
  return {true, rows[0][0].as<bool>(), rows[0][1].as<bool>()};
}

namespace statements {
const std::vector<Statement> kCustomerReads{kByPhone, kByText, kNumberAt, kFacts};
}

}  // namespace firsthand::postgres
