// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/complaint_reads.hpp"

#include <algorithm>

#include "engine/complaint.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kRecord{
    "read_complaint_record",
    "select f.number, f.category, f.repeat_of, f.customer_id, f.product, f.opened_at,"
    " coalesce(r.safety, false), coalesce(r.systemic, false), r.remedy_sought, r.remedy_offered,"
    " coalesce(r.remedy_answer, 'open'), r.root_cause, r.root_cause_note, r.justified, r.regulator,"
    " r.regulator_reference, r.regulator_due_at, r.letter_at, coalesce(r.version, 0)"
    " from case_file f left join complaint_record r on r.case_id = f.id"
    " where f.id = $1 and f.kind = 'complaint'"};

#define FIRSTHAND_COMPENSATION                                                           \
  "select p.id, f.number, c.id, c.name, c.tier, f.category, p.amount_cents, p.currency," \
  " p.what, p.state, b.id, b.name, p.proposed_at, d.id, d.name, p.decided_at,"           \
  " p.decision_reason from compensation p join case_file f on f.id = p.case_id"          \
  " join customer c on c.id = f.customer_id join user_account b on b.id = p.proposed_by" \
  " left join user_account d on d.id = p.decided_by where "

constexpr Statement kOfCase{"read_compensations_of_case",
                            FIRSTHAND_COMPENSATION "p.case_id = $1 order by p.id"};
constexpr Statement kOfState{"list_compensations", FIRSTHAND_COMPENSATION
                             "p.state = $1 and p.id > $2 order by p.id limit $3"};
#undef FIRSTHAND_COMPENSATION

constexpr Statement kCaseOf{"case_of_compensation",
                            "select f.number from compensation p join case_file f on f.id = "
                            "p.case_id where p.id = $1"};

constexpr Statement kEarlier{
    "read_earlier_cases",
    "select f.id, f.number, f.category, f.product, f.state, left(f.text, 200), f.opened_at"
    " from case_file f where f.customer_id = any(customer_group($1)) and f.kind = 'complaint'"
    " and f.category = $2"
    " and ($3 = '' or f.product = '' or f.product = $3) and f.opened_at < $4::timestamptz"
    " and f.opened_at > $4::timestamptz - make_interval(days => $5)"
    " order by f.opened_at desc, f.id desc limit 10"};

constexpr Statement kLetter{"read_sent_letter",
                            "select letter, letter_at from complaint_record where case_id = $1 "
                            "and letter_at is not null"};

template <class Row>
CompensationView compensation_of(const Row& row, const Rules& rules) {
  CompensationView view;
  Columns columns(row);
  columns >> view.id >> view.case_number >> view.customer.id >> view.customer.name >>
      view.customer.tier;
  std::tie(view.category_zh, view.category_en) =
      category_names(rules, columns.template take<std::string>());
  columns >> view.amount_cents >> view.currency >> view.what >> view.state >> view.proposed_by.id >>
      view.proposed_by.name >> view.proposed_at;
  view.decided_by = take_optional_user(columns);
  columns >> view.decided_at >> view.decision_reason;
  return view;
}

}  // namespace

std::pair<std::string, std::string> category_path_names(const Rules& rules,
                                                        const std::string& code) {
  const auto path = category_path(rules.book, code);
  if (path.empty()) return {code, code};
  std::pair<std::string, std::string> names;
  for (const Category* each : path) {
    const char* arrow = names.first.empty() ? "" : " › ";
    names.first += arrow + each->name_zh;
    names.second += arrow + each->name_en;
  }
  return names;
}

std::optional<ComplaintView> read_complaint(Tx& tx, const Rules& rules, std::int64_t case_id) {
  const auto rows = tx.exec(kRecord, case_id);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  ComplaintView view;
  Columns columns(row);
  std::string category, product;
  std::int64_t customer = 0;
  Instant opened_at{};
  columns >> view.number >> category >> view.repeat_of >> customer >> product >> opened_at >>
      view.safety >> view.systemic >> view.remedy_sought >> view.remedy_offered >>
      view.remedy_answer >> view.root_cause >> view.root_cause_note >> view.justified >>
      view.regulator >> view.regulator_reference >> view.regulator_due_at >> view.letter_at >>
      view.version;
  std::tie(view.category_path_zh, view.category_path_en) = category_path_names(rules, category);
  view.earlier = earlier_cases(tx, rules, customer, category, product, opened_at);
  const ComplaintRules& plan = rules.book.complaints;
  view.currency = plan.currency;
  std::int64_t alone = 0;
  for (const auto& each : tx.exec(kOfCase, case_id)) {
    view.compensations.push_back(compensation_of(each, rules));
    const CompensationView& made = view.compensations.back();
    if (made.state == "approved") view.granted_cents += made.amount_cents;
    if (made.state == "approved" && !made.decided_by) alone += made.amount_cents;
    if (made.state == "proposed") view.undecided_cents += made.amount_cents;
  }
  view.alone_left_cents = std::max<std::int64_t>(0, plan.compensation_limit_cents - alone);
  return view;
}

std::optional<Page<CompensationView>> list_compensations(Tx& tx, const Rules& rules,
                                                         const std::string& state,
                                                         const std::string& after, int limit) {
  const auto from = place_of(after, {});
  if (!from) return std::nullopt;
  const int size = page_size(limit);
  Page<CompensationView> page;
  for (const auto& row : tx.exec(kOfState, state, from->b, size + 1))
    page.items.push_back(compensation_of(row, rules));
  if (static_cast<int>(page.items.size()) > size) {
    page.items.pop_back();
    page.next = to_cursor(0, page.items.back().id);
  }
  return page;
}

std::string case_of_compensation(Tx& tx, std::int64_t compensation) {
  const auto rows = tx.exec(kCaseOf, compensation);
  return rows.empty() ? "" : read<std::string>(rows[0][0]);
}

std::vector<EarlierCase> earlier_cases(Tx& tx, const Rules& rules, std::int64_t customer,
                                       const std::string& category, const std::string& product,
                                       Instant before) {
  std::vector<EarlierCase> found;
  for (const auto& row :
       tx.exec(kEarlier, customer, category, product, before, rules.book.complaints.repeat_days)) {
    EarlierCase each;
    Columns columns(row);
    columns >> each.id >> each.number >> each.category >> each.product >> each.state >> each.text >>
        each.opened_at;
    std::tie(each.category_zh, each.category_en) = category_names(rules, each.category);
    found.push_back(std::move(each));
  }
  return found;
}

std::optional<SentLetter> sent_letter(Tx& tx, std::int64_t case_id) {
  const auto rows = tx.exec(kLetter, case_id);
  if (rows.empty()) return std::nullopt;
  return SentLetter{read<std::string>(rows[0][0]), read<Stamp>(rows[0][1])};
}

namespace statements {
const std::vector<Statement> kComplaintReads{kRecord, kOfCase,  kOfState,
                                             kCaseOf, kEarlier, kLetter};
}

}  // namespace firsthand::postgres
