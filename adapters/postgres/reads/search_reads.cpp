// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/search_reads.hpp"

#include <algorithm>
#include <map>

#include "adapters/postgres/reads/search_text.hpp"

namespace firsthand::postgres {
namespace {

// $2 is 0 for everybody, or the department whose records these must be.
#define FIRSTHAND_CUSTOMER_IN_REACH                                                  \
  " ($2::bigint = 0 or exists (select 1 from case_file f where f.customer_id = c.id" \
  "  and (f.department_id = $2::bigint or exists (select 1 from dispatch p"          \
  "   where p.case_id = f.id and p.department_id = $2::bigint))))"
#define FIRSTHAND_CASE_IN_REACH                                                          \
  " ($2::bigint = 0 or f.department_id = $2::bigint or exists (select 1 from dispatch p" \
  "  where p.case_id = f.id and p.department_id = $2::bigint))"

// Those many of the newest are looked at first: what half of all texts say is found among them, and
// the index need not fetch a hundred thousand rows to name the newest of them. It stands in the
// text, because for a parameter PostgreSQL would plan to look at a tenth of them all.
#define FIRSTHAND_NEWEST "2000"

// ------------------------------------------------------------------------------- customers
constexpr Statement kByNumber{
    "search_customers_by_number",
    "select c.id from customer_number n join customer c on c.id = n.customer_id"
    " where n.number = $1 and" FIRSTHAND_CUSTOMER_IN_REACH " order by c.id limit $3"};
constexpr Statement kByName{"search_customers_by_name",
                            "select c.id from customer c where c.name = $1"
                            " and" FIRSTHAND_CUSTOMER_IN_REACH " order by c.id desc limit $3"};
constexpr Statement kByInitials{"search_customers_by_initials",
                                "select c.id from customer c where c.initials like lower($1) || '%'"
                                " and" FIRSTHAND_CUSTOMER_IN_REACH
                                " order by c.initials = lower($1) desc, c.id desc limit $3"};
constexpr Statement kNewCustomers{
    "search_customers_newest",
    "select c.id from (select id from customer order by id desc limit " FIRSTHAND_NEWEST
    ") c"
    " join customer_search s on s.customer_id = c.id where s.words like all ($1::text[])"
    " and" FIRSTHAND_CUSTOMER_IN_REACH " order by c.id desc limit $3"};
constexpr Statement kAllCustomers{
    "search_customers_whole",
    "with found as materialized (select s.customer_id as id from customer_search s"
    "  where search_grams(s.words) @> search_grams($4, true) and s.words like all ($1::text[]))"
    " select c.id from found c where" FIRSTHAND_CUSTOMER_IN_REACH " order by c.id desc limit $3"};
constexpr Statement kKept{"search_customers_kept",
                          "select coalesce(c.merged_into, c.id) from unnest($1::bigint[])"
                          " with ordinality as w(id, n) join customer c on c.id = w.id order by n"};
constexpr Statement kCustomerTexts{
    "search_customer_texts",
    "select c.id, c.name, array_to_string(syllables(c.name), ''), c.initials, c.email, c.product,"
    " array(select number from customer_number n where n.customer_id = c.id order by number)"
    " from customer c where c.id = any($1::bigint[])"};

// ------------------------------------------------------------------------------- cases
constexpr Statement kCaseByNumber{
    "search_case_by_number",
    "select f.id from case_file f where f.number = upper($1) and" FIRSTHAND_CASE_IN_REACH
    " limit $3"};
// The viewer's own open cases first: somebody who is typing a name mostly means one of these.
constexpr Statement kCasesOfCustomers{
    "search_cases_of_customers",
    "select f.id from case_file f where f.customer_id = any($1::bigint[]) and f.state <> 'closed'"
    " and" FIRSTHAND_CASE_IN_REACH " order by f.owner_id = $4 desc, f.id desc limit $3"};
constexpr Statement kOwnCases{
    "search_cases_own",
    "select f.id from case_file f join case_search s on s.case_id = f.id"
    " where f.owner_id = $4 and f.state <> 'closed' and s.words like all ($1::text[])"
    " and" FIRSTHAND_CASE_IN_REACH " order by f.id desc limit $3"};
constexpr Statement kNewCases{"search_cases_newest",
                              "select f.id from (select id, department_id, opened_at from case_file"
                              "  order by opened_at desc, id desc limit " FIRSTHAND_NEWEST
                              ") f join case_search s on s.case_id = f.id"
                              " where s.words like all ($1::text[]) and" FIRSTHAND_CASE_IN_REACH
                              " order by f.opened_at desc, f.id desc limit $3"};
constexpr Statement kAllCases{
    "search_cases_whole",
    "with found as materialized (select s.case_id from case_search s"
    "  where search_grams(s.words) @> search_grams($4, true) and s.words like all ($1::text[]))"
    " select f.id from found w join case_file f on f.id = w.case_id"
    " where" FIRSTHAND_CASE_IN_REACH " order by f.opened_at desc, f.id desc limit $3"};
constexpr Statement kCaseTexts{"search_case_texts",
                               "select id, number, text, product, resolution from case_file"
                               " where id = any($1::bigint[])"};
constexpr Statement kHasGrams{"search_has_grams", "select cardinality(search_grams($1, true)) > 0"};

#undef FIRSTHAND_NEWEST
#undef FIRSTHAND_CUSTOMER_IN_REACH
#undef FIRSTHAND_CASE_IN_REACH

/// Ids in the order in which they were found, each once, up to a number.
class Best {
 public:
  explicit Best(int limit) : limit_(static_cast<std::size_t>(limit)) {}
  bool full() const { return ids_.size() >= limit_; }
  void add(const pqxx::result& rows) {
    for (const auto id : ids_of(rows)) add(id);
  }
  void add(std::int64_t id) {
    if (!full() && std::find(ids_.begin(), ids_.end(), id) == ids_.end()) ids_.push_back(id);
  }
  const Ids& ids() const { return ids_; }

 private:
  std::size_t limit_;
  Ids ids_;
};

bool letters_only(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

/// 0755 2345 is written +86 755 2345: the 0 is dialled inside the country only.
std::vector<std::string> without_trunk_zero(std::vector<std::string> words) {
  if (words.size() == 1 && words[0].size() > 3 && words[0][0] == '0' && words[0][1] != '0' &&
      words[0].find_first_not_of("0123456789") == std::string::npos) {
    words[0].erase(0, 1);
  }
  return words;
}

/// What was typed, made ready once for every statement.
struct Wanted {
  Wanted(Tx& tx, const Scope& scope, const SearchWish& wish)
      : text(trimmed(wish.q)),
        words(search_words(text)),
        patterns(array_of(like_patterns(words))),
        international(array_of(like_patterns(without_trunk_zero(words)))),
        in_index(read<bool>(tx.exec(kHasGrams, joined(words))[0][0])),
        department(scope.reach == Reach::department ? scope.department : 0),
        user(scope.user),
        limit(std::clamp(wish.limit, 1, kSearchMax)) {}
  bool nothing() const { return words.empty(); }

  std::string text;
  std::vector<std::string> words;  ///< in small letters
  std::string patterns;
  std::string international;  ///< the same for numbers, which are stored with their country
  bool in_index;  ///< the index of grams can help; without it only the newest are looked at
  std::int64_t department, user;
  int limit;
};

Ids customers_of(Tx& tx, const Wanted& wanted, const std::string& phone) {
  Best found(wanted.limit);
  if (!phone.empty()) found.add(tx.exec(kByNumber, phone, wanted.department, wanted.limit));
  if (wanted.nothing()) return found.ids();
  found.add(tx.exec(kByName, wanted.text, wanted.department, wanted.limit));
  if (!found.full() && letters_only(wanted.text)) {
    found.add(tx.exec(kByInitials, wanted.text, wanted.department, wanted.limit));
  }
  if (!found.full()) {
    found.add(tx.exec(kNewCustomers, wanted.international, wanted.department, wanted.limit));
  }
  if (!found.full() && wanted.in_index) {
    found.add(tx.exec(kAllCustomers, wanted.international, wanted.department, wanted.limit,
                      joined(without_trunk_zero(wanted.words))));
  }
  Best kept(wanted.limit);
  kept.add(tx.exec(kKept, array_of(found.ids())));
  return kept.ids();
}

Ids cases_of(Tx& tx, const Wanted& wanted, const Ids& customers) {
  Best found(wanted.limit);
  if (wanted.nothing()) return found.ids();
  found.add(tx.exec(kCaseByNumber, wanted.text, wanted.department, 1));
  const Ids likeliest(customers.begin(),
                      customers.begin() + std::min<std::ptrdiff_t>(3, std::ssize(customers)));
  if (!likeliest.empty()) {
    found.add(tx.exec(kCasesOfCustomers, array_of(likeliest), wanted.department,
                      std::max(1, wanted.limit / 2), wanted.user));
  }
  found.add(tx.exec(kOwnCases, wanted.patterns, wanted.department, wanted.limit, wanted.user));
  if (!found.full()) {
    found.add(tx.exec(kNewCases, wanted.patterns, wanted.department, wanted.limit));
  }
  if (!found.full() && wanted.in_index) {
    found.add(
        tx.exec(kAllCases, wanted.patterns, wanted.department, wanted.limit, joined(wanted.words)));
  }
  return found.ids();
}

using Matches = std::map<std::int64_t, SearchMatch>;

/// The first field that says the first word; what was found through its customer says so.
SearchMatch best_match(std::initializer_list<std::pair<const char*, std::string>> fields,
                       const std::vector<std::string>& words) {
  for (const auto& [field, text] : fields) {
    if (words.empty()) break;
    if (auto match = marked(field, text, words.front())) return std::move(*match);
  }
  return {"customer", "", "", ""};
}

Matches customer_matches(Tx& tx, const Ids& ids, const Wanted& wanted) {
  Matches out;
  for (const auto& row : tx.exec(kCustomerTexts, array_of(ids))) {
    const auto name = read<std::string>(row[1]);
    SearchMatch match = best_match({{"name", name},
                                    {"email", read<std::string>(row[4])},
                                    {"product", read<std::string>(row[5])},
                                    {"pinyin", read<std::string>(row[2])},
                                    {"pinyin", read<std::string>(row[3])}},
                                   wanted.words);
    // Numbers stay masked, so which of their digits were meant cannot be shown.
    if (match.field == "customer") match.field = "number";
    out.emplace(row[0].as<std::int64_t>(), std::move(match));
  }
  return out;
}

Matches case_matches(Tx& tx, const Ids& ids, const Wanted& wanted) {
  Matches out;
  for (const auto& row : tx.exec(kCaseTexts, array_of(ids))) {
    out.emplace(row[0].as<std::int64_t>(), best_match({{"number", read<std::string>(row[1])},
                                                       {"text", read<std::string>(row[2])},
                                                       {"product", read<std::string>(row[3])},
                                                       {"resolution", read<std::string>(row[4])}},
                                                      wanted.words));
  }
  return out;
}

}  // namespace

void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out,
                const FoundCase& found) {
  out = boost::json::object{{"case", boost::json::value_from(found.case_row)},
                            {"match", boost::json::value_from(found.match)}};
}

Ids find_customers(Tx& tx, const Scope& scope, const SearchWish& wish) {
  const Wanted wanted(tx, scope, wish);
  if (!wanted.nothing() || !wish.phone.empty()) return customers_of(tx, wanted, wish.phone);
  // Nothing was asked for: the newest, as a list shows them.
  Best newest(wanted.limit), kept(wanted.limit);
  newest.add(tx.exec(kNewCustomers, wanted.international, wanted.department, wanted.limit));
  kept.add(tx.exec(kKept, array_of(newest.ids())));
  return kept.ids();
}

SearchResult search_all(Tx& tx, const Rules& rules, const Scope& scope, const SearchWish& wish) {
  const Wanted wanted(tx, scope, wish);
  SearchResult result;
  const Ids customers = customers_of(tx, wanted, wish.phone);
  Matches matches = customer_matches(tx, customers, wanted);
  for (auto& card : customer_cards(tx, customers)) {
    result.customers.push_back({std::move(card), std::move(matches[card.id])});
  }
  const Ids cases = cases_of(tx, wanted, customers);
  matches = case_matches(tx, cases, wanted);
  for (auto& row : case_rows(tx, rules, cases)) {
    result.cases.push_back({std::move(row), std::move(matches[row.id])});
  }
  return result;
}

namespace statements {
const std::vector<Statement> kSearchReads{
    kByNumber, kByName,        kByInitials,   kNewCustomers,     kAllCustomers,
    kKept,     kCustomerTexts, kCaseByNumber, kCasesOfCustomers, kOwnCases,
    kNewCases, kAllCases,      kCaseTexts,    kHasGrams};
}

}  // namespace firsthand::postgres
