// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/import_store.hpp"

#include "engine/words.hpp"

namespace firsthand::postgres {
namespace {

// Whoever works on a run says so again with each chunk; after a minute without, others may take it.
#define FIRSTHAND_CLAIM_ENDS "now() + interval '1 minute'"
#define FIRSTHAND_RUN                                                           \
  "id, kind, source, content_mark, mapping, coalesce(by_user_id, 0), dry_run, " \
  "state, last_line"

constexpr Statement kSame{
    "import_same",
    "select " FIRSTHAND_RUN
    " from import_run where kind = $1 and source = $2"
    " and content_mark = $3 and dry_run = $4 and state = 'running' order by id limit 1"};
constexpr Statement kAsked{"import_asked",
                           "select " FIRSTHAND_RUN
                           " from import_run where client = $1"
                           " and coalesce(by_user_id, 0) = $2 and request_key = $3"};
constexpr Statement kBegin{
    "import_begin",
    "insert into import_run (id, kind, source, file_name, content_mark, mapping, by_user_id,"
    " client, request_key, dry_run, state, bytes_total, claimed_until) values"
    " (nextval('firsthand_id'), $1, $2, $3, $4, $5, $6, $7, nullif($8, ''), $9, 'running', $10,"
    " " FIRSTHAND_CLAIM_ENDS ") returning " FIRSTHAND_RUN};
constexpr Statement kKeepBody{"import_keep_body",
                              "insert into import_body (run_id, body) values ($1, $2)"};
constexpr Statement kDropBody{"import_drop_body", "delete from import_body where run_id = $1"};
constexpr Statement kBody{"import_body", "select body from import_body where run_id = $1"};
constexpr Statement kRead{"import_read", "select " FIRSTHAND_RUN " from import_run where id = $1"};
constexpr Statement kClaim{
    "import_claim", "update import_run set claimed_until = " FIRSTHAND_CLAIM_ENDS
                    " where id ="
                    " (select r.id from import_run r join import_body b on b.run_id = r.id"
                    "  where r.state = 'running' and r.claimed_until < now() order by r.id limit 1"
                    "  for update of r skip locked) returning " FIRSTHAND_RUN};
#undef FIRSTHAND_RUN

#define FIRSTHAND_FACT_LINES                                                                   \
  "unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[],"          \
  " $8::date[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::text[]) as"        \
  " l(place, kind, external_id, customer, on_date, due_on, ends_on, amount_cents, cost_cents," \
  " currency, settles, title)"

constexpr Statement kCompare{
    "import_compare_facts",
    "select l.place, r.customer_id, f.id, (f.customer_id, f.on_date, f.due_on, f.ends_on,"
    " f.amount_cents, f.cost_cents, f.currency, f.settles, f.title) is not distinct from"
    " (r.customer_id, l.on_date, l.due_on, l.ends_on, l.amount_cents, l.cost_cents, l.currency,"
    " l.settles, l.title) from " FIRSTHAND_FACT_LINES
    " left join customer_reference r on r.source = $1 and r.external_id = l.customer"
    " left join business_fact f on f.source = $1 and f.kind = l.kind"
    "  and f.external_id = l.external_id order by l.place"};
// What facts were is kept before they are overwritten.
constexpr Statement kRemember{
    "import_remember_facts",
    "insert into business_fact_change (fact_id, import_id, before) select id, $2,"
    " to_jsonb(f) - 'id' - 'source' - 'kind' - 'external_id' from business_fact f"
    " where id = any($1::bigint[]) order by id"};
// $14: the run; $15: the places of the lines that are new or differ.
constexpr Statement kStore{
    "import_store_facts",
    "insert into business_fact (source, kind, external_id, customer_id, on_date, due_on, ends_on,"
    " amount_cents, cost_cents, currency, settles, title, import_id)"
    " select $1, l.kind, l.external_id, r.customer_id, l.on_date, l.due_on, l.ends_on,"
    " l.amount_cents, l.cost_cents, l.currency, l.settles, l.title, $14::bigint"
    " from " FIRSTHAND_FACT_LINES
    " join customer_reference r on r.source = $1 and r.external_id = l.customer"
    " where l.place = any($15::integer[])"
    " on conflict (source, kind, external_id) do update set customer_id = excluded.customer_id,"
    " on_date = excluded.on_date, due_on = excluded.due_on, ends_on = excluded.ends_on,"
    " amount_cents = excluded.amount_cents, cost_cents = excluded.cost_cents,"
    " currency = excluded.currency, settles = excluded.settles, title = excluded.title,"
    " imported_at = now(), import_id = excluded.import_id"};
#undef FIRSTHAND_FACT_LINES

constexpr Statement kMove{
    "import_move",
    "update import_run set last_line = $3, lines = lines + $4, added = added + $5,"
    " changed = changed + $6, unchanged = unchanged + $7, refused = refused + $8,"
    " bytes_done = $9, claimed_until = " FIRSTHAND_CLAIM_ENDS
    " where id = $1 and last_line = $2 and state = 'running' returning id"};
constexpr Statement kRefuse{
    "import_refuse",
    "insert into import_refusal (run_id, line, code, sentence, field, text) select $1, l.* from"
    " unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) as l"
    " on conflict do nothing"};

// A line of history for each customer whom the run has touched, some thousand at a time.
constexpr Statement kTell{
    "import_tell",
    "with run as (select * from import_run where id = $1 and state = 'running' for update),"
    " touched as (select distinct f.customer_id from business_fact f join run on true"
    "  where f.import_id = run.id and f.customer_id > run.told_to order by 1 limit 2000),"
    " counted as (select f.customer_id, count(*) filter (where c.fact_id is null) as added,"
    "  count(c.fact_id) as changed, (array_agg(jsonb_build_object('kind', f.kind,"
    "   'external_id', f.external_id, 'amount_cents', f.amount_cents, 'on_date', f.on_date)"
    "   order by f.on_date desc, f.id))[1:5] as facts"
    "  from business_fact f join touched t on t.customer_id = f.customer_id"
    "  left join (select distinct fact_id from business_fact_change where import_id = $1) c"
    "   on c.fact_id = f.id where f.import_id = $1 group by 1),"
    " told as (insert into history (id, at, customer_id, kind, actor_id, source, data)"
    "  select nextval('firsthand_id'), date_trunc('milliseconds', clock_timestamp()),"
    "  c.customer_id, 'facts_imported', run.by_user_id, 'import:' || run.source,"
    "  jsonb_build_object('import', run.id, 'source', run.source, 'added', c.added, 'changed', "
    "c.changed,"
    "   'facts', to_jsonb(c.facts)) from counted c, run)"
    " update import_run r set told_to = t.last, claimed_until = " FIRSTHAND_CLAIM_ENDS
    " from (select max(customer_id) as last from touched) t"
    " where r.id = $1 and t.last is not null returning r.id"};
constexpr Statement kEnd{
    "import_end",
    "update import_run set state = case when $2 = '' then 'done' else 'failed' end, error = $2,"
    " ended_at = now(), bytes_done = case when $2 = '' then bytes_total else bytes_done end"
    " where id = $1 and state = 'running'"};
#undef FIRSTHAND_CLAIM_ENDS

constexpr Statement kReferenced{
    "import_referenced",
    "select r.external_id, r.row_hash, c.id, c.kind, c.name, c.email, c.address, c.language,"
    " c.product, c.version, (select coalesce(array_agg(n.number), '{}') from customer_number n"
    "  where n.customer_id = any(customer_group(c.id)))"
    " from customer_reference r join customer c on c.id = customer_root(r.customer_id)"
    " where r.source = $1 and r.external_id = any($2::text[])"};
constexpr Statement kHolders{
    "import_holders",
    "select distinct n.number, c.id, c.name, c.provisional, c.version from customer_number n"
    " join customer c on c.id = customer_root(n.customer_id) where n.number = any($1::text[])"
    " order by 1, 2"};
constexpr Statement kRefer{
    "import_refer",
    "insert into customer_reference (source, external_id, customer_id, row_hash)"
    " select $1, l.* from unnest($2::text[], $3::bigint[], $4::text[]) as l"
    " on conflict (source, external_id) do update set customer_id = excluded.customer_id,"
    " row_hash = excluded.row_hash, imported_at = now()"};

std::optional<ImportRun> take_run(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  ImportRun run;
  const auto row = rows[0];
  Columns columns(row);
  columns >> run.id >> run.kind >> run.source >> run.content_mark >> run.mapping >> run.by >>
      run.dry_run >> run.state >> run.last_line;
  return run;
}

ArrayLiteral& add(ArrayLiteral& array, const std::optional<Date>& date) {
  return date ? array.add(to_iso8601(*date)) : array.null();
}

}  // namespace

ImportRun begin_import(Tx& tx, const NewImport& import) {
  std::optional<ImportRun> known;
  if (!import.request_key.empty())
    known = take_run(tx.exec(kAsked, import.client, import.by, import.request_key));
  if (!known)
    known =
        take_run(tx.exec(kSame, import.kind, import.source, import.content_mark, import.dry_run));
  if (known) {
    known->resumed = true;
    return *known;
  }
  const std::optional<std::int64_t> by = import.by == 0 ? std::nullopt : std::optional{import.by};
  auto run = take_run(tx.exec(kBegin, import.kind, import.source, import.file_name,
                              import.content_mark, import.mapping, by, import.client,
                              import.request_key, import.dry_run, import.bytes_total));
  if (!import.body.empty()) tx.exec(kKeepBody, run->id, import.body);
  return *run;
}

std::optional<ImportRun> read_import(Tx& tx, std::int64_t run) {
  return take_run(tx.exec(kRead, run));
}

std::optional<ImportRun> claim_import(Tx& tx) {
  return take_run(tx.exec(kClaim));
}

std::string import_body(Tx& tx, std::int64_t run) {
  const auto rows = tx.exec(kBody, run);
  return rows.empty() ? "" : read<std::string>(rows[0][0]);
}

StoredFacts store_facts(Tx& tx, const ImportRun& run, const std::vector<BusinessFact>& facts) {
  StoredFacts stored;
  if (facts.empty()) return stored;
  ArrayLiteral places, kinds, ids, customers, on, due, ends, amounts, costs, currencies, settles,
      titles;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const BusinessFact& fact = facts[i];
    places.add(static_cast<std::int64_t>(i));
    kinds.add(word(fact.kind));
    ids.add(fact.external_id);
    customers.add(fact.customer);
    on.add(to_iso8601(fact.on));
    add(due, fact.due_on);
    add(ends, fact.ends_on);
    amounts.add(fact.amount_cents);
    costs.add(fact.cost_cents);
    currencies.add(fact.currency);
    settles.add(fact.settles);
    titles.add(fact.title);
  }
  std::vector<std::int64_t> news, before;
  for (const auto& row : tx.exec(kCompare, run.source, places, kinds, ids, customers, on, due, ends,
                                 amounts, costs, currencies, settles, titles)) {
    const auto place = read<std::int64_t>(row[0]);
    if (row[1].is_null()) {
      stored.unknown_customer.push_back(static_cast<std::size_t>(place));
    } else if (row[2].is_null()) {
      ++stored.counts.added;
      news.push_back(place);
    } else if (read<bool>(row[3])) {
      ++stored.counts.unchanged;
    } else {
      ++stored.counts.changed;
      news.push_back(place);
      before.push_back(read<std::int64_t>(row[2]));
    }
  }
  if (run.dry_run || news.empty()) return stored;
  if (!before.empty()) tx.exec(kRemember, array_of(before), run.id);
  tx.exec(kStore, run.source, places, kinds, ids, customers, on, due, ends, amounts, costs,
          currencies, settles, titles, run.id, array_of(news));
  return stored;
}

bool end_chunk(Tx& tx, const ImportRun& run, const ImportedChunk& chunk) {
  const auto moved = tx.exec(kMove, run.id, chunk.from_line, chunk.to_line, chunk.lines,
                             chunk.counts.added, chunk.counts.changed, chunk.counts.unchanged,
                             static_cast<std::int64_t>(chunk.refusals.size()), chunk.bytes_done);
  if (moved.empty()) return false;
  if (chunk.refusals.empty()) return true;
  ArrayLiteral lines, codes, sentences, fields, texts;
  for (const auto& refusal : chunk.refusals) {
    lines.add(refusal.line);
    codes.add(refusal.code);
    sentences.add(refusal.sentence);
    fields.add(refusal.field);
    texts.add(refusal.text);
  }
  tx.exec(kRefuse, run.id, lines, codes, sentences, fields, texts);
  return true;
}

bool tell_customers(Tx& tx, const ImportRun& run) {
  if (run.dry_run) return false;
  return !tx.exec(kTell, run.id).empty();
}

void end_import(Tx& tx, const ImportRun& run, const std::string& error) {
  tx.exec(kEnd, run.id, error);
  tx.exec(kDropBody, run.id);
}

std::vector<ReferencedCustomer> referenced_customers(Tx& tx, const std::string& source,
                                                     const std::vector<std::string>& external_ids) {
  std::vector<ReferencedCustomer> found;
  if (external_ids.empty()) return found;
  for (const auto& row : tx.exec(kReferenced, source, array_of(external_ids))) {
    ReferencedCustomer one;
    Customer& customer = one.customer;
    std::string kind, numbers;
    Columns columns(row);
    columns >> one.external_id >> one.row_hash >> customer.id >> kind >> customer.name >>
        customer.email >> customer.address >> customer.language >> customer.product >>
        customer.version >> numbers;
    customer.kind = from_word<CustomerKind>(kind).value_or(CustomerKind::person);
    customer.numbers = read_array(numbers);
    found.push_back(std::move(one));
  }
  return found;
}

std::vector<NumberHolder> holders_of(Tx& tx, const std::vector<std::string>& numbers) {
  std::vector<NumberHolder> found;
  if (numbers.empty()) return found;
  for (const auto& row : tx.exec(kHolders, array_of(numbers))) {
    NumberHolder one;
    Columns(row) >> one.number >> one.customer >> one.name >> one.provisional >> one.version;
    found.push_back(std::move(one));
  }
  return found;
}

void store_references(Tx& tx, const std::string& source, const std::vector<Reference>& references) {
  if (references.empty()) return;
  ArrayLiteral ids, customers, hashes;
  for (const auto& one : references) {
    ids.add(one.external_id);
    customers.add(one.customer);
    hashes.add(one.row_hash);
  }
  tx.exec(kRefer, source, ids, customers, hashes);
}

namespace statements {
const std::vector<Statement> kImportStore{
    kSame,     kAsked, kBegin, kKeepBody, kDropBody, kBody, kRead,       kClaim,   kCompare,
    kRemember, kStore, kMove,  kRefuse,   kTell,     kEnd,  kReferenced, kHolders, kRefer};
}

}  // namespace firsthand::postgres
