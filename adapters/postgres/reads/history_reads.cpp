// SPDX-License-Identifier: Apache-2.0
// Histories, and the little that leaves the house: receipts and the customer's own page.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <limits>

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

constexpr Statement kTimelineOfCustomer{
    "read_timeline_of_customer", FIRSTHAND_HISTORY
    " where h.customer_id = $1 and (cardinality($2::text[]) = 0 or h.kind = any($2::text[]))"
    " and (h.at, h.id) < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::bigint)"
    " and ($6::bigint = 0 or h.case_id is null or f.department_id = $6::bigint or exists"
    "  (select 1 from dispatch p where p.case_id = h.case_id and p.department_id = $6::bigint))"
    " order by h.at desc, h.id desc limit $5"};

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

int page_size(int limit) {
  return std::clamp(limit, 1, kPageMax);
}

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

Page<HistoryView> history_page(const pqxx::result& rows, int limit) {
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
  return page;
}

}  // namespace

// ------------------------------------------------------------------------------- histories
std::optional<Page<HistoryView>> history_of_case(Tx& tx, std::int64_t case_id,
                                                 const HistoryFilter& filter) {
  Cursor from{0, 0};
  if (!filter.after.empty()) {
    const auto given = read_cursor(filter.after);
    if (!given || given->a > 9'000'000'000'000'000) return std::nullopt;
    from = *given;
  }
  const int limit = page_size(filter.limit);
  const auto rows =
      tx.exec(kHistoryOfCase, case_id, array_of(filter.kinds), from.a, from.b, limit + 1);
  return history_page(rows, limit);
}

std::optional<Page<HistoryView>> timeline_of_customer(Tx& tx, std::int64_t customer_id,
                                                      const HistoryFilter& filter,
                                                      std::int64_t department) {
  Cursor from{9'000'000'000'000'000, std::numeric_limits<std::int64_t>::max()};
  if (!filter.after.empty()) {
    const auto given = read_cursor(filter.after);
    if (!given || given->a > 9'000'000'000'000'000) return std::nullopt;
    from = *given;
  }
  const int limit = page_size(filter.limit);
  const auto rows = tx.exec(kTimelineOfCustomer, customer_id, array_of(filter.kinds), from.a,
                            from.b, limit + 1, department);
  return history_page(rows, limit);
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
const std::vector<Statement> kHistoryReads{kHistoryOfCase, kTimelineOfCustomer, kStatusPage,
                                           kReceipt};
}

}  // namespace firsthand::postgres
