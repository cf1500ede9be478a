// SPDX-License-Identifier: Apache-2.0
// Histories, and the little that leaves the house: receipts and the customer's own page.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>

#include "adapters/postgres/reads/case_reads.hpp"

namespace firsthand::postgres {
namespace {

#define FIRSTHAND_HISTORY                                                                  \
  "select h.id, (extract(epoch from h.at) * 1000000)::bigint, h.at, h.kind, a.id, a.name," \
  " g.id, g.name, h.source, f.number, h.interaction_id, h.data"                            \
  " from history h left join user_account a on a.id = h.actor_id"                          \
  " left join user_account g on g.id = h.acting_for_id"                                    \
  " left join case_file f on f.id = h.case_id"

// The calls of a case belong to its story, and the first of them came before there was a case.
constexpr Statement kHistoryOfCase{
    "read_history_of_case", FIRSTHAND_HISTORY
    " where (h.case_id = $1 or (h.interaction_id = any(array("
    "   select i.id from interaction i where i.case_id = $1"
    "   union select c.interaction_id from case_file c where c.id = $1))"
    "  and (h.case_id is null or h.kind like 'call\\_%' or h.kind like 'offer\\_%')))"
    " and (cardinality($2::text[]) = 0 or h.kind = any($2::text[]))"
    " and (h.at, h.id) > (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::bigint)"
    " order by h.at, h.id limit $5"};

// Whose history tells of the customer: every record of his own, and, for as long as one of them was
// merged into another's and is not any more, those who held it.
constexpr Statement kTimelineSources{
    "read_timeline_sources",
    "with recursive own as (select unnest(customer_group($1)) as id),"
    " held(id, since, until) as ("
    "  select m.kept_id, m.at, m.undone_at from customer_merge m join own on own.id = m.gone_id"
    "   where m.undone_at is not null"
    "  union select m.kept_id, held.since, held.until from held"
    "   join customer_merge m on m.gone_id = held.id)"
    " select id, timestamptz '-infinity', timestamptz 'infinity', true from own"
    " union all select id, since, until, false from held where id not in (select id from own)"};

// Each source is read by its own index, newest first, until the page is full. Whose an entry is
// says its case or its call: these are given back when a merge is undone, the history stays as it
// was written. The condition is a CASE because the planner takes any other for a rare one and would
// read and sort everything.
constexpr Statement kTimelineOfCustomer{
    "read_timeline_of_customer",
    "select distinct h.id, (extract(epoch from h.at) * 1000000)::bigint, h.at, h.kind, a.id,"
    " a.name, g.id, g.name, h.source, h.number, h.interaction_id, h.data::text"
    " from unnest($7::bigint[], $8::timestamptz[], $9::timestamptz[]) as s(id, since, until)"
    " cross join lateral ("
    "  select e.*, f.number from history e left join case_file f on f.id = e.case_id"
    "   left join interaction i on i.id = e.interaction_id"
    "   where e.customer_id = s.id"
    "   and (e.at, e.id) < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond',"
    "    $4::bigint)"
    "   and case when e.at < s.since or e.at > s.until then false"
    "    when e.case_id is null and e.interaction_id is null then e.customer_id = any($1::bigint[])"
    "    else coalesce(f.customer_id, i.customer_id, e.customer_id) = any($1::bigint[]) end"
    "   and (cardinality($2::text[]) = 0 or e.kind = any($2::text[]))"
    "   and ($6::bigint = 0 or e.case_id is null or f.department_id = $6::bigint or exists"
    "    (select 1 from dispatch p where p.case_id = e.case_id and p.department_id = $6::bigint))"
    "   order by e.at desc, e.id desc limit $5) h"
    " left join user_account a on a.id = h.actor_id"
    " left join user_account g on g.id = h.acting_for_id"
    " order by h.at desc, h.id desc limit $5"};

constexpr Statement kNames{"read_names_of_customers",
                           "select id, name from customer where id = any($1::bigint[])"};

constexpr Statement kNoteExport{
    "note_history_export",
    "insert into history (id, at, customer_id, case_id, kind, actor_id, source, data)"
    " select nextval('firsthand_id'), now(), coalesce(nullif($1::bigint, 0), f.customer_id), f.id,"
    "  'history_exported', nullif($3::bigint, 0), $4,"
    "  jsonb_build_object('format', $5::text, 'entries', $6::bigint)"
    " from (select 1) one left join case_file f on f.id = $2::bigint returning id"};

constexpr Statement kStatusPage{
    "read_status_page",
    "select f.number, f.state, f.language, o.name, f.opened_at,"
    " (select min(b.due_at) from callback b where b.case_id = f.id and b.state = 'open'"
    "  and b.kind <> 'follow_up')"
    " from case_file f join user_account o on o.id = f.owner_id"
    " where f.public_token = $1 and f.public_token <> ''"};

constexpr Statement kReceipt{
    "read_receipt",
    "select o.id, o.name, f.opened_at from case_file f join user_account o on o.id = f.owner_id"
    " where f.number = $1"};

#undef FIRSTHAND_HISTORY

/// Facts may name telephone numbers; histories are read by many and show them masked.
void mask_numbers(boost::json::object& data) {
  for (auto& fact : data) {
    auto* text = fact.value().if_string();
    if (text == nullptr || text->size() < 7 || text->front() != '+') continue;
    const std::string_view digits(text->data() + 1, text->size() - 1);
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) continue;
    *text = mask_number(std::string_view(text->data(), text->size()));
  }
}

/// The history names customers by id: what they are called is in their records, and only there.
void name_customers(Tx& tx, std::vector<HistoryView>& entries) {
  static constexpr const char* kKeys[] = {"company", "person", "customer", "other",
                                          "kept",    "gone",   "from",     "to"};
  const auto of_customers = [](const std::string& kind) {
    return kind.starts_with("company_role_") || kind.starts_with("relationship_") ||
           kind.starts_with("customers_") || kind == "case_relinked" || kind == "caller_named";
  };
  std::map<std::int64_t, std::string> names;
  std::vector<std::pair<boost::json::object*, const char*>> places;
  for (auto& entry : entries) {
    if (!of_customers(entry.kind)) continue;
    auto& data = entry.data.get_object();
    for (const char* key : kKeys) {
      const auto* id = data.if_contains(key);
      if (id == nullptr || !id->is_int64()) continue;
      names.emplace(id->get_int64(), "");
      places.emplace_back(&data, key);
    }
  }
  if (names.empty()) return;
  std::vector<std::int64_t> ids;
  for (const auto& [id, name] : names) ids.push_back(id);
  for (const auto& row : tx.exec(kNames, array_of(ids)))
    names[read<std::int64_t>(row[0])] = read<std::string>(row[1]);
  for (const auto& [data, key] : places)
    (*data)[std::string(key) + "_name"] = names.at(data->at(key).as_int64());
}

template <class Row>
HistoryView take_history(Columns<Row>& columns) {
  HistoryView entry;
  std::string data;
  columns >> entry.at >> entry.kind;
  entry.actor = take_optional_user(columns);
  entry.acting_for = take_optional_user(columns);
  columns >> entry.source >> entry.case_number >> entry.interaction_id >> data;
  boost::system::error_code error;
  entry.data = boost::json::parse(data, error);
  if (error || !entry.data.is_object()) entry.data = boost::json::object{};
  mask_numbers(entry.data.get_object());
  return entry;
}

Page<HistoryView> history_page(Tx& tx, const pqxx::result& rows, int limit) {
  Page<HistoryView> page;
  std::int64_t micros = 0;
  for (const auto& row : rows) {
    if (static_cast<int>(page.items.size()) == limit) {
      page.next = to_cursor(micros, page.items.back().id);
      break;
    }
    Columns columns(row);
    const auto id = columns.template take<std::int64_t>();
    columns >> micros;
    auto entry = take_history(columns);
    entry.id = id;
    page.items.push_back(std::move(entry));
  }
  name_customers(tx, page.items);
  return page;
}

}  // namespace

// ------------------------------------------------------------------------------- histories
std::optional<Page<HistoryView>> history_of_case(Tx& tx, std::int64_t case_id,
                                                 const HistoryFilter& filter) {
  const auto from = dated_place_of(filter.after, {0, 0});
  if (!from) return std::nullopt;
  const int limit = page_size(filter.limit);
  const auto rows =
      tx.exec(kHistoryOfCase, case_id, array_of(filter.kinds), from->a, from->b, limit + 1);
  return history_page(tx, rows, limit);
}

std::optional<Page<HistoryView>> timeline_of_customer(Tx& tx, std::int64_t customer_id,
                                                      const HistoryFilter& filter,
                                                      std::int64_t department) {
  const auto from = dated_place_of(filter.after, kNewest);
  if (!from) return std::nullopt;
  const int limit = page_size(filter.limit);
  ArrayLiteral own, sources, since, until;
  for (const auto& row : tx.exec(kTimelineSources, customer_id)) {
    sources.add(row[0].as<std::int64_t>());
    since.add(row[1].c_str());
    until.add(row[2].c_str());
    if (row[3].as<bool>()) own.add(row[0].as<std::int64_t>());
  }
  const auto rows = tx.exec(kTimelineOfCustomer, own, array_of(filter.kinds), from->a, from->b,
                            limit + 1, department, sources, since, until);
  return history_page(tx, rows, limit);
}

void note_history_export(Tx& tx, const ExportNote& note) {
  tx.exec(kNoteExport, note.customer, note.case_id, note.by, note.source, note.format,
          note.entries);
}

// ------------------------------------------------------------------------------- the public page
std::optional<StatusPage> status_page(Tx& tx, const std::string& public_token) {
  const auto rows = tx.exec(kStatusPage, public_token);
  if (rows.empty()) return std::nullopt;
  StatusPage page;
  std::string owner;
  const auto row = rows[0];
  Columns columns(row);
  columns >> page.number >> page.state >> page.language >> owner >> page.opened_at >>
      page.promised_callback;
  // The given name only. Chinese names put the family name first, in one character; names with a
  // space put the given name first.
  const auto space = owner.find(' ');
  const bool chinese = !owner.empty() && static_cast<unsigned char>(owner.front()) >= 0xE0;
  if (space != std::string::npos) {
    page.owner_given_name = owner.substr(0, space);
  } else if (chinese && owner.size() > 3) {
    page.owner_given_name = owner.substr(3);
  } else {
    page.owner_given_name = owner;
  }
  return page;
}

std::optional<Receipt> receipt_of(Tx& tx, const std::string& case_number) {
  const auto rows = tx.exec(kReceipt, case_number);
  if (rows.empty()) return std::nullopt;
  Receipt receipt;
  const auto row = rows[0];
  Columns columns(row);
  columns >> receipt.owner.id >> receipt.owner.name >> receipt.opened_at;
  return receipt;
}

namespace statements {
const std::vector<Statement> kHistoryReads{kHistoryOfCase, kTimelineSources, kTimelineOfCustomer,
                                           kNames,         kNoteExport,      kStatusPage,
                                           kReceipt};
}

}  // namespace firsthand::postgres
