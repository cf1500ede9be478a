// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/fact_reads.hpp"

namespace firsthand::postgres {
namespace {

#define FIRSTHAND_IMPORT                                                                        \
  "select r.id, r.kind, r.source, r.file_name, u.id, u.name, r.client, r.dry_run, r.state,"     \
  " r.error, r.lines, r.added, r.changed, r.unchanged, r.refused, r.bytes_total, r.bytes_done," \
  " r.started_at, r.ended_at from import_run r left join user_account u on u.id = r.by_user_id"
constexpr Statement kImport{"read_import", FIRSTHAND_IMPORT " where r.id = $1"};
constexpr Statement kImports{"read_imports", FIRSTHAND_IMPORT " order by r.id desc limit 50"};
#undef FIRSTHAND_IMPORT

constexpr Statement kRefusals{"read_import_refusals",
                              "select line, code, sentence, field, text from import_refusal"
                              " where run_id = $1 and line > $2 order by line limit $3"};

// $2: today, by the company's calendar.
constexpr Statement kMoney{
    "read_money",
    "select customer_root(c.id), t.invoiced, t.received,"
    " coalesce((select sum(open_cents) from customer_open_items(g.ids) where due_on < $2::date), 0)"
    "  ::bigint,"
    " coalesce((select sum(i.open_cents) from customer_open_items(g.ids) i"
    "  join business_fact f on f.id = i.fact_id where f.kind = 'fee'), 0)::bigint,"
    " (select min(ends_on)::text from business_fact where customer_id = any(g.ids)"
    "  and kind = 'contract' and ends_on >= $2::date),"
    " (select count(*) from business_fact where customer_id = any(g.ids)),"
    " coalesce((select min(currency) from business_fact where customer_id = any(g.ids)), '')"
    " from customer c cross join lateral (select customer_group(c.id) as ids) g"
    " cross join lateral customer_totals(g.ids) t where c.id = $1"};
constexpr Statement kFacts{
    "read_facts",
    "select f.id, f.source, f.kind, f.external_id, f.on_date::text, f.due_on::text,"
    " f.ends_on::text, f.amount_cents, f.currency, f.settles, f.title, coalesce(i.open_cents, 0),"
    " coalesce(i.open_cents > 0 and i.due_on < $2::date, false)"
    " from business_fact f left join customer_open_items(customer_group($1)) i on i.fact_id = f.id"
    " where f.customer_id = any(customer_group($1)) order by f.on_date desc, f.id desc limit 100"};
constexpr Statement kReferences{
    "read_references",
    "select source, external_id from customer_reference"
    " where customer_id = any(customer_group($1)) order by source, external_id limit 50"};

template <class Row>
ImportView take_import(const Row& row) {
  ImportView view;
  Columns columns(row);
  columns >> view.id >> view.kind >> view.source >> view.file_name;
  view.by = take_optional_user(columns);
  columns >> view.client >> view.dry_run >> view.state >> view.error >> view.lines >> view.added >>
      view.changed >> view.unchanged >> view.refused >> view.bytes_total >> view.bytes_done >>
      view.started_at >> view.ended_at;
  return view;
}

}  // namespace

std::optional<ImportView> read_import_view(Tx& tx, std::int64_t run) {
  const auto rows = tx.exec(kImport, run);
  if (rows.empty()) return std::nullopt;
  return take_import(rows[0]);
}

std::vector<ImportView> list_imports(Tx& tx) {
  std::vector<ImportView> imports;
  for (const auto& row : tx.exec(kImports)) imports.push_back(take_import(row));
  return imports;
}

std::vector<RefusedLine> import_refusals(Tx& tx, std::int64_t run, std::int64_t after, int limit) {
  std::vector<RefusedLine> lines;
  for (const auto& row : tx.exec(kRefusals, run, after, limit)) {
    RefusedLine line;
    Columns(row) >> line.line >> line.code >> line.sentence >> line.field >> line.text;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<MoneyView> read_money(Tx& tx, std::int64_t customer, Date today) {
  const std::string day = to_iso8601(today);
  const auto rows = tx.exec(kMoney, customer, day);
  if (rows.empty()) return std::nullopt;
  MoneyView money;
  const auto row = rows[0];
  Columns(row) >> money.customer_id >> money.invoiced_cents >> money.received_cents >>
      money.overdue_cents >> money.fees_due_cents >> money.contract_ends_on >> money.facts_total >>
      money.currency;
  money.due_cents = money.invoiced_cents - money.received_cents;
  for (const auto& line : tx.exec(kFacts, customer, day)) {
    FactView fact;
    Columns(line) >> fact.id >> fact.source >> fact.kind >> fact.external_id >> fact.on_date >>
        fact.due_on >> fact.ends_on >> fact.amount_cents >> fact.currency >> fact.settles >>
        fact.title >> fact.open_cents >> fact.overdue;
    money.facts.push_back(std::move(fact));
  }
  for (const auto& line : tx.exec(kReferences, customer)) {
    ReferenceView reference;
    Columns(line) >> reference.source >> reference.external_id;
    money.references.push_back(std::move(reference));
  }
  return money;
}

namespace statements {
const std::vector<Statement> kFactReads{kImport, kImports, kRefusals, kMoney, kFacts, kReferences};
}

}  // namespace firsthand::postgres
