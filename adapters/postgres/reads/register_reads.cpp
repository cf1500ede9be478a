// SPDX-License-Identifier: Apache-2.0
// The complaint register: rows of a period, what comes together, and who took a copy.
#include <tuple>

#include "adapters/postgres/reads/complaint_reads.hpp"

namespace firsthand::postgres {
namespace {

// $1 from, $2 to, $3 categories, $4 regulator.
#define FIRSTHAND_REGISTER_FILTER                                                              \
  " from case_file f left join complaint_record r on r.case_id = f.id"                         \
  " where f.kind = 'complaint' and f.opened_at >= $1::timestamptz"                             \
  " and f.opened_at < $2::timestamptz and ($3::text[] = '{}' or f.category = any($3::text[]))" \
  " and ($4 = '' or ($4 = 'any' and r.regulator <> '') or r.regulator = $4)"

constexpr Statement kPage{
    "register_rows",
    "with page as (select f.*, r.safety, r.remedy_sought, r.remedy_offered, r.remedy_answer,"
    " r.root_cause, r.root_cause_note, r.justified, r.systemic, r.regulator,"
    " r.regulator_reference, r.regulator_due_at, r.letter_at" FIRSTHAND_REGISTER_FILTER
    " and (f.opened_at, f.id) < (timestamptz 'epoch' + $5::bigint * interval '1 microsecond',"
    "  $6::bigint) order by f.opened_at desc, f.id desc limit $7)"
    " select p.id, (extract(epoch from p.opened_at) * 1000000)::bigint, p.number, p.opened_at,"
    " p.channel, p.state, c.id, c.name, c.tier, p.reach_number, p.product, p.category, p.severity,"
    " coalesce(p.safety, false), p.text, p.remedy_sought, p.remedy_offered,"
    " coalesce(p.remedy_answer, 'open'), coalesce((select sum(m.amount_cents) from compensation m"
    "  where m.case_id = p.id and m.state = 'approved'), 0)::bigint, p.root_cause,"
    " p.root_cause_note, p.justified, coalesce(p.systemic, false), p.regulator,"
    " p.regulator_reference, p.regulator_due_at, p.letter_at, p.resolved_at,"
    " ceil(extract(epoch from coalesce(p.resolved_at, now()) - p.opened_at) / 86400)::integer,"
    " p.resolution, p.repeat_of, u.id, u.name from page p join customer c on c.id = p.customer_id"
    " join user_account u on u.id = p.owner_id order by p.opened_at desc, p.id desc"};
constexpr Statement kCount{"register_count", "select count(*)" FIRSTHAND_REGISTER_FILTER};
#undef FIRSTHAND_REGISTER_FILTER

constexpr Statement kClusters{
    "register_clusters",
    "select category, product, count(*) filter (where recent),"
    " count(distinct customer_id) filter (where recent), count(*) filter (where not recent),"
    " count(*) filter (where recent and systemic) from"
    " (select f.category, f.product, f.customer_id, r.systemic,"
    "   f.opened_at >= now() - make_interval(days => $1::integer) as recent"
    "  from case_file f left join complaint_record r on r.case_id = f.id"
    "  where f.kind = 'complaint' and f.opened_at >= now() - make_interval(days => 2 * $1::integer)"
    " ) x group by category, product"
    " having count(distinct customer_id) filter (where recent) >= 3"
    " order by 3 desc, 1, 2 limit 20"};

constexpr Statement kExports{
    "register_exports",
    "select e.id, e.at, u.id, u.name, e.filter::text, e.row_count, e.full_numbers"
    " from register_export e join user_account u on u.id = e.by_user_id order by e.id desc"
    " limit 50"};
constexpr Statement kNote{"register_note_export",
                          "insert into register_export (by_user_id, filter, row_count, "
                          "full_numbers) values ($1, $2::jsonb, $3, $4)"};

}  // namespace

std::optional<Page<RegisterRow>> read_register(Tx& tx, const Rules& rules,
                                               const RegisterFilter& filter, bool full_numbers) {
  const auto from = dated_place_of(filter.after, kNewest);
  if (!from) return std::nullopt;
  Page<RegisterRow> page;
  std::int64_t last_opened = 0;
  const auto rows = tx.exec(kPage, filter.from, filter.to, array_of(filter.categories),
                            filter.regulator, from->a, from->b, filter.limit + 1);
  for (const auto& row : rows) {
    if (static_cast<int>(page.items.size()) == filter.limit) {
      page.next = to_cursor(last_opened, page.items.back().id);
      break;
    }
    RegisterRow one;
    Columns columns(row);
    columns >> one.id >> last_opened >> one.number >> one.received_at >> one.channel >> one.state >>
        one.customer.id >> one.customer.name >> one.customer.tier >> one.customer.number >>
        one.product >> one.category >> one.severity >> one.safety >> one.text >>
        one.remedy_sought >> one.remedy_offered >> one.remedy_answer >> one.compensation_cents >>
        one.root_cause >> one.root_cause_note >> one.justified >> one.systemic >> one.regulator >>
        one.regulator_reference >> one.regulator_due_at >> one.letter_at >> one.resolved_at >>
        one.days >> one.resolution >> one.repeat_of >> one.owner.id >> one.owner.name;
    if (!full_numbers) one.customer.number = mask_number(one.customer.number);
    one.currency = rules.book.complaints.currency;
    std::tie(one.category_zh, one.category_en) = category_path_names(rules, one.category);
    page.items.push_back(std::move(one));
  }
  return page;
}

std::int64_t count_register(Tx& tx, const RegisterFilter& filter) {
  const auto rows =
      tx.exec(kCount, filter.from, filter.to, array_of(filter.categories), filter.regulator);
  return rows[0][0].as<std::int64_t>();
}

std::vector<ClusterRow> clusters(Tx& tx, const Rules& rules, int days) {
  std::vector<ClusterRow> found;
  for (const auto& row : tx.exec(kClusters, days)) {
    ClusterRow each;
    Columns columns(row);
    columns >> each.category >> each.product >> each.count >> each.customers >> each.before >>
        each.systemic;
    std::tie(each.category_zh, each.category_en) = category_path_names(rules, each.category);
    found.push_back(std::move(each));
  }
  return found;
}

std::vector<ExportRow> register_exports(Tx& tx) {
  std::vector<ExportRow> found;
  for (const auto& row : tx.exec(kExports)) {
    ExportRow each;
    Columns(row) >> each.id >> each.at >> each.by.id >> each.by.name >> each.filter >>
        each.row_count >> each.full_numbers;
    found.push_back(std::move(each));
  }
  return found;
}

void note_export(Tx& tx, std::int64_t user, const std::string& filter, std::int64_t rows,
                 bool full_numbers) {
  tx.exec(kNote, user, filter, rows, full_numbers);
}

namespace statements {
const std::vector<Statement> kRegisterReads{kPage, kCount, kClusters, kExports, kNote};
}

}  // namespace firsthand::postgres
