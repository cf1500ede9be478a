// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reconciliation_store.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>

namespace firsthand::postgres {
namespace {

constexpr Statement kReferences{"reconcile_references",
                                "select external_id, customer_id from customer_reference"
                                " where source = $1 and external_id = any($2::text[])"};
constexpr Statement kOurs{
    "reconcile_ours",
    "select t.customer_id, t.invoiced, t.received, coalesce((select min(r.external_id)"
    "  from customer_reference r where r.source = $1 and r.customer_id = t.customer_id), '')"
    " from (select customer_id,"
    "  coalesce(sum(amount_cents) filter (where kind in ('invoice','fee')), 0)::bigint as invoiced,"
    "  coalesce(sum(amount_cents) filter (where kind = 'payment'), 0)::bigint as received"
    "  from business_fact where source = $1 and kind in ('invoice','fee','payment')"
    "  group by 1) t"};
constexpr Statement kBegin{
    "reconcile_begin",
    "insert into reconciliation (id, source, file_name, by_user_id, client, customers, equal,"
    " differing, refused) values (nextval('firsthand_id'), $1, $2, $3, $4, $5, $6, $7, $8)"
    " returning id"};
constexpr Statement kLines{
    "reconcile_lines",
    "insert into reconciliation_line (reconciliation_id, place, state, line, reference,"
    " customer_id, our_invoiced, our_received, our_due, their_invoiced, their_received, their_due,"
    " note) select $1, l.* from unnest($2::integer[], $3::text[], $4::bigint[], $5::text[],"
    " $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],"
    " $12::bigint[], $13::text[]) as l"};

#define FIRSTHAND_RECONCILIATION                                                            \
  "select r.id, r.source, r.file_name, u.id, u.name, r.client, r.at, r.customers, r.equal," \
  " r.differing, r.refused from reconciliation r left join user_account u on u.id = r.by_user_id"
constexpr Statement kList{"reconcile_list",
                          FIRSTHAND_RECONCILIATION " order by r.id desc limit 50"};
constexpr Statement kRead{"reconcile_read", FIRSTHAND_RECONCILIATION " where r.id = $1"};
#undef FIRSTHAND_RECONCILIATION
constexpr Statement kDifferences{
    "reconcile_differences",
    "select l.place, l.state, l.line, l.reference, c.id, coalesce(c.name, ''), l.our_invoiced,"
    " l.our_received, l.our_due, l.their_invoiced, l.their_received, l.their_due, l.note"
    " from reconciliation_line l left join customer c on c.id = customer_root(l.customer_id)"
    " where l.reconciliation_id = $1 and l.place > $2 order by l.place limit $3"};

struct Difference {
  std::string state;
  std::optional<std::int64_t> line;
  std::string reference;
  std::optional<std::int64_t> customer;
  std::optional<Totals> ours, theirs;
  std::string note;

  std::int64_t size() const {
    return std::abs((ours ? ours->due_cents : 0) - (theirs ? theirs->due_cents : 0));
  }
};

class Comparison {
 public:
  Comparison(Tx& tx, const NewReconciliation& asked) {
    for (const auto& row : tx.exec(kOurs, asked.source)) {
      Side side;
      Columns columns(row);
      const auto customer = columns.template take<std::int64_t>();
      columns >> side.totals.invoiced_cents >> side.totals.received_cents >> side.reference;
      side.totals.due_cents = side.totals.invoiced_cents - side.totals.received_cents;
      ours_.emplace(customer, std::move(side));
    }
    std::vector<std::string> references;
    for (const auto& one : asked.theirs)
      if (one.refused.empty()) references.push_back(one.reference);
    std::map<std::string, std::int64_t> known;
    for (const auto& row : tx.exec(kReferences, asked.source, array_of(references)))
      known.emplace(read<std::string>(row[0]), read<std::int64_t>(row[1]));
    for (const auto& one : asked.theirs) take(one, known);
    compare();
    std::sort(found.begin(), found.end(), [](const Difference& a, const Difference& b) {
      return std::tuple{-a.size(), a.line, a.customer} < std::tuple{-b.size(), b.line, b.customer};
    });
  }

  std::vector<Difference> found;
  int customers = 0, equal = 0, refused = 0;

 private:
  struct Side {
    Totals totals;
    std::string reference;
    std::int64_t line = 0;
  };

  void take(const TheirTotals& one, const std::map<std::string, std::int64_t>& known) {
    if (!one.refused.empty()) {
      ++refused;
      found.push_back({"refused", one.line, one.reference, {}, {}, {}, one.refused});
      return;
    }
    const auto customer = known.find(one.reference);
    if (customer == known.end()) {
      ++customers;
      found.push_back({"unknown_customer", one.line, one.reference, {}, {}, one.totals, ""});
      return;
    }
    // Two of theirs may be one of ours.
    Side& side =
        theirs_.try_emplace(customer->second, Side{{}, one.reference, one.line}).first->second;
    side.totals.invoiced_cents += one.totals.invoiced_cents;
    side.totals.received_cents += one.totals.received_cents;
    side.totals.due_cents += one.totals.due_cents;
  }

  void compare() {
    for (const auto& [customer, theirs] : theirs_) {
      ++customers;
      const auto own = ours_.find(customer);
      const Totals ours = own == ours_.end() ? Totals{} : own->second.totals;
      if (ours == theirs.totals) {
        ++equal;
        continue;
      }
      found.push_back({own == ours_.end() ? "only_theirs" : "differs", theirs.line,
                       theirs.reference, customer, ours, theirs.totals, ""});
    }
    for (const auto& [customer, ours] : ours_) {
      // Whom finance leaves out owes nothing there.
      if (theirs_.contains(customer) || ours.totals.due_cents == 0) continue;
      ++customers;
      found.push_back({"only_ours", {}, ours.reference, customer, ours.totals, {}, ""});
    }
  }

  std::map<std::int64_t, Side> ours_, theirs_;  ///< by customer
};

void write(Tx& tx, std::int64_t id, const std::vector<Difference>& found) {
  constexpr std::size_t kAtOnce = 5000;
  for (std::size_t from = 0; from < found.size(); from += kAtOnce) {
    ArrayLiteral places, states, lines, references, customers, notes, cents[6];
    for (std::size_t i = from; i < std::min(found.size(), from + kAtOnce); ++i) {
      const Difference& one = found[i];
      places.add(static_cast<std::int64_t>(i + 1));
      states.add(one.state);
      lines.add(one.line);
      references.add(one.reference);
      customers.add(one.customer);
      notes.add(one.note);
      const auto side = [&cents](std::size_t at, const std::optional<Totals>& totals) {
        const auto each = [&](std::size_t place, std::int64_t Totals::* member) {
          if (totals) {
            cents[place].add((*totals).*member);
          } else {
            cents[place].null();
          }
        };
        each(at, &Totals::invoiced_cents);
        each(at + 1, &Totals::received_cents);
        each(at + 2, &Totals::due_cents);
      };
      side(0, one.ours);
      side(3, one.theirs);
    }
    tx.exec(kLines, id, places, states, lines, references, customers, cents[0], cents[1], cents[2],
            cents[3], cents[4], cents[5], notes);
  }
}

template <class Row>
ReconciliationView take_view(const Row& row) {
  ReconciliationView view;
  Columns columns(row);
  columns >> view.id >> view.source >> view.file_name;
  view.by = take_optional_user(columns);
  columns >> view.client >> view.at >> view.customers >> view.equal >> view.differing >>
      view.refused;
  return view;
}

template <class Row>
std::optional<Totals> take_totals(Columns<Row>& columns) {
  if (columns.next_is_null()) {
    columns.skip(3);
    return std::nullopt;
  }
  Totals totals;
  columns >> totals.invoiced_cents >> totals.received_cents >> totals.due_cents;
  return totals;
}

}  // namespace

std::int64_t reconcile(Tx& tx, const NewReconciliation& asked) {
  const Comparison comparison{tx, asked};
  const std::optional<std::int64_t> by = asked.by == 0 ? std::nullopt : std::optional{asked.by};
  const int differing = static_cast<int>(comparison.found.size()) - comparison.refused;
  const auto id = read<std::int64_t>(tx.exec(kBegin, asked.source, asked.file_name, by,
                                             asked.client, comparison.customers, comparison.equal,
                                             differing, comparison.refused)[0][0]);
  write(tx, id, comparison.found);
  return id;
}

std::vector<ReconciliationView> list_reconciliations(Tx& tx) {
  std::vector<ReconciliationView> out;
  for (const auto& row : tx.exec(kList)) out.push_back(take_view(row));
  return out;
}

std::optional<ReconciliationView> read_reconciliation(Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kRead, id);
  if (rows.empty()) return std::nullopt;
  return take_view(rows[0]);
}

std::vector<DifferenceView> differences(Tx& tx, std::int64_t id, int after, int limit) {
  std::vector<DifferenceView> out;
  for (const auto& row : tx.exec(kDifferences, id, after, limit)) {
    DifferenceView one;
    Columns columns(row);
    columns >> one.place >> one.state >> one.line >> one.reference >> one.customer_id >>
        one.customer_name;
    one.ours = take_totals(columns);
    one.theirs = take_totals(columns);
    columns >> one.note;
    one.difference_cents =
        (one.ours ? one.ours->due_cents : 0) - (one.theirs ? one.theirs->due_cents : 0);
    out.push_back(std::move(one));
  }
  return out;
}

namespace statements {
const std::vector<Statement> kReconciliations{kReferences, kOurs, kBegin,      kLines,
                                              kList,       kRead, kDifferences};
}

}  // namespace firsthand::postgres
