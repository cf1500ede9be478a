// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/record_reads.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <set>
#include <tuple>

#include "adapters/postgres/reads/search_text.hpp"

namespace firsthand::postgres {
namespace {

constexpr int kNodesMax = 60;
constexpr int kRowsMax = 500;

// A row that names a merged record is shown with the kept one.
#define FIRSTHAND_NAMED(alias) alias ".id, " alias ".kind, " alias ".name, " alias ".tier"

constexpr Statement kRoot{"record_root", "select customer_root(id) from customer where id = $1"};

constexpr Statement kRoles{
    "record_roles",
    "select r.id, " FIRSTHAND_NAMED("c") ", " FIRSTHAND_NAMED("p")
    ", r.role, r.title, r.from_at, r.until_at, u.id, u.name from company_role r"
    " join customer c on c.id = customer_root(r.company_id)"
    " join customer p on p.id = customer_root(r.person_id)"
    " left join user_account u on u.id = r.by_user_id"
    " where r.id in (select id from company_role where company_id = any(customer_group($1))"
    "  union select id from company_role where person_id = any(customer_group($1)))"
    " order by r.until_at is not null, r.until_at desc, r.from_at, r.id limit $2"};

constexpr Statement kRelationships{
    "record_relationships",
    "select r.id, " FIRSTHAND_NAMED("c") ", " FIRSTHAND_NAMED("o")
    ", r.kind, r.note, r.from_at, r.until_at, u.id, u.name from relationship r"
    " join customer c on c.id = customer_root(r.customer_id)"
    " join customer o on o.id = customer_root(r.other_id)"
    " left join user_account u on u.id = r.by_user_id"
    " where r.id in (select id from relationship where customer_id = any(customer_group($1))"
    "  union select id from relationship where other_id = any(customer_group($1)))"
    " order by r.until_at is not null, r.until_at desc, r.from_at, r.id limit $2"};

constexpr Statement kMerges{
    "record_merges",
    "select m.id, " FIRSTHAND_NAMED("k") ", " FIRSTHAND_NAMED("g")
    ", m.reason, u.id, u.name, m.at, m.undone_at, x.id, x.name, m.undone_why"
    " from customer_merge m join customer k on k.id = m.kept_id join customer g on g.id = m.gone_id"
    " left join user_account u on u.id = m.by_user_id"
    " left join user_account x on x.id = m.undone_by"
    " where m.id in (select id from customer_merge where kept_id = any(customer_group($1))"
    "  union select id from customer_merge where gone_id = any(customer_group($1)))"
    " order by m.id desc limit $2"};

constexpr Statement kShared{
    "record_shared_numbers",
    "select distinct n.number, " FIRSTHAND_NAMED("c") " from customer_number n"
    " join customer_number s on s.number = n.number"
    " join customer c on c.id = customer_root(s.customer_id)"
    " where n.customer_id = any(customer_group($1)) and c.id <> customer_root($1)"
    " order by n.number, c.id limit $2"};

// Both kinds of ties as (from, to, what), of kept records, one step around the given ones.
constexpr Statement kTies{
    "record_ties",
    "with g as (select distinct unnest(customer_group(i)) as id from unnest($1::bigint[]) i)"
    " select distinct customer_root(t.a), customer_root(t.b), t.what from ("
    "  select person_id as a, company_id as b, role as what from company_role"
    "   where until_at is null and (company_id in (select id from g) or person_id in (select id "
    "from g))"
    "  union all select customer_id, other_id, kind from relationship"
    "   where until_at is null and (customer_id in (select id from g) or other_id in (select id "
    "from g))"
    " ) t order by 1, 2, 3 limit $2"};

constexpr Statement kNamed{
    "record_named",
    "select " FIRSTHAND_NAMED("c") " from customer c where c.id = any($1::bigint[]) order by c.id"};

constexpr Statement kScores{
    "record_tier_scores",
    "select s.at, s.score, s.tier, s.previous_tier, s.rule_version, u.id, u.name, s.why"
    " from tier_score s left join user_account u on u.id = s.by_user_id"
    " where s.customer_id = customer_root($1) order by s.id desc limit 100"};

constexpr Statement kFigures{
    "record_figures",
    "select revenue_cents::double precision, margin_percent, complaints::double precision,"
    " tenure_months, potential from customer_figures where customer_id = customer_root($1)"};

// Before any business record says what customers are worth nobody is scored by the month: a score
// of tenure alone would take every tier away.
constexpr Statement kToScore{
    "record_to_score",
    "select c.id from customer c where c.id > $1 and c.merged_into is null"
    " and exists (select 1 from business_fact where kind in ('invoice','fee')"
    "  and on_date > (now() - interval '1 year')::date) and not exists"
    " (select 1 from tier_score s where s.customer_id = c.id and s.at >= $2::timestamptz)"
    " order by c.id limit $3"};

// Each reason by its own index; the best reason of a customer counts.
constexpr Statement kKnown{
    "record_known",
    "with found as ("
    "  (select n.customer_id as id, 1 as rank, 'number' as why from customer_number n"
    "    where n.number = any($1::text[]) limit 50)"
    "  union all (select r.customer_id, 0, 'reference' from customer_reference r"
    "    where $8 <> '' and r.external_id = $8 and ($9 = '' or r.source = $9) limit 50)"
    "  union all (select n.customer_id, 2, 'number' from customer_number n"
    "    where $2 <> '' and n.number like $2 || '%' order by n.number limit 50)"
    "  union all (select c.id, 3, 'email' from customer c"
    "    where $3 <> '' and c.email <> '' and lower(c.email) = lower($3) limit 50)"
    "  union all (select c.id, case when $5 <> '' and c.address = $5 then 4 else 5 end,"
    "     case when $5 <> '' and c.address = $5 then 'name_and_address' else 'name' end"
    "    from customer c where $4 <> '' and c.name like $4 || '%' and not c.provisional"
    "    order by c.name limit 50)"
    "  union all (select c.id, 6, 'similar_name' from customer c"
    "    where $10 <> '' and c.name % $10 and similarity(c.name, $10) >= 0.45 and not c.provisional"
    "    order by similarity(c.name, $10) desc, c.id limit 50)"
    "  union all (select r.id, 7, 'same_reading' from (select c.id, c.name from customer c"
    "     where $10 <> '' and length(initials($10)) > 1 and c.initials = initials($10)"
    "     and not c.provisional limit 2000) r where syllables(r.name) = syllables($10) limit 50)"
    "), best as (select customer_root(id) as id, min(rank) as rank,"
    "  (array_agg(why order by rank))[1] as why from found group by 1)"
    " select " FIRSTHAND_NAMED("c")
    ", coalesce((select min(n.number) from customer_number n where n.customer_id = c.id), ''),"
    " b.why from best b join customer c on c.id = b.id"
    " where $6 = 0 or c.id <> customer_root($6)"
    " order by b.rank, c.name, c.id limit $7"};

constexpr Statement kFieldsOf{
    "record_fields_of",
    "select c.email, case when c.provisional then '' else c.name end, c.address,"
    " (select array_agg(n.number) from customer_number n"
    "   where n.customer_id = any(customer_group(c.id)))"
    " from customer c where c.id = customer_root($1)"};

constexpr Statement kOthersOfCall{
    "record_others_of_call",
    "select distinct " FIRSTHAND_NAMED("c") " from interaction i"
    " join customer_number n on n.number = i.number"
    " join customer c on c.id = customer_root(n.customer_id)"
    " where i.id = $1 and i.number <> '' and c.id <> customer_root(i.customer_id)"
    " order by c.id limit 20"};

#undef FIRSTHAND_NAMED

template <class Row>
NamedCustomer take_named(Columns<Row>& columns) {
  NamedCustomer named;
  columns >> named.id >> named.kind >> named.name >> named.tier;
  return named;
}

}  // namespace

std::optional<RecordView> read_record(Tx& tx, std::int64_t customer) {
  const auto root = tx.exec(kRoot, customer);
  if (root.empty()) return std::nullopt;
  RecordView record;
  record.id = read<std::int64_t>(root[0][0]);
  for (const auto& row : tx.exec(kRoles, record.id, kRowsMax)) {
    Columns columns(row);
    RoleView role;
    columns >> role.id;
    role.company = take_named(columns);
    role.person = take_named(columns);
    columns >> role.role >> role.title >> role.from >> role.until;
    role.by = take_optional_user(columns);
    record.roles.push_back(std::move(role));
  }
  for (const auto& row : tx.exec(kRelationships, record.id, kRowsMax)) {
    Columns columns(row);
    RelationshipView link;
    columns >> link.id;
    link.customer = take_named(columns);
    link.other = take_named(columns);
    columns >> link.kind >> link.note >> link.from >> link.until;
    link.by = take_optional_user(columns);
    record.relationships.push_back(std::move(link));
  }
  for (const auto& row : tx.exec(kMerges, record.id, kRowsMax)) {
    Columns columns(row);
    MergeView merge;
    columns >> merge.id;
    merge.kept = take_named(columns);
    merge.gone = take_named(columns);
    columns >> merge.reason;
    merge.by = take_optional_user(columns);
    columns >> merge.at >> merge.undone_at;
    merge.undone_by = take_optional_user(columns);
    columns >> merge.undone_why;
    record.merges.push_back(std::move(merge));
  }
  for (const auto& row : tx.exec(kShared, record.id, kRowsMax)) {
    Columns columns(row);
    const std::string number = mask_number(columns.template take<std::string>());
    auto& shared = record.shared_numbers;
    if (shared.empty() || shared.back().number != number) shared.push_back({number, {}});
    shared.back().others.push_back(take_named(columns));
  }
  return record;
}

NetworkView read_network(Tx& tx, std::int64_t customer) {
  NetworkView network;
  const auto root = tx.exec(kRoot, customer);
  if (root.empty()) return network;
  const auto centre = read<std::int64_t>(root[0][0]);
  std::map<std::int64_t, int> distance{{centre, 0}};
  std::set<std::tuple<std::int64_t, std::int64_t, std::string>> links;
  std::vector<std::int64_t> edge{centre};
  for (int step = 1; step <= 2 && !edge.empty(); ++step) {
    std::vector<std::int64_t> next;
    for (const auto& row : tx.exec(kTies, array_of(edge), kRowsMax)) {
      const auto from = read<std::int64_t>(row[0]);
      const auto to = read<std::int64_t>(row[1]);
      if (from == to) continue;
      links.emplace(from, to, read<std::string>(row[2]));
      for (const auto id : {from, to}) {
        if (distance.contains(id)) continue;
        if (static_cast<int>(distance.size()) >= kNodesMax) {
          network.more = true;
          continue;
        }
        distance.emplace(id, step);
        next.push_back(id);
      }
    }
    edge = std::move(next);
  }
  std::vector<std::int64_t> ids;
  for (const auto& [id, steps] : distance) ids.push_back(id);
  for (const auto& row : tx.exec(kNamed, array_of(ids))) {
    Columns columns(row);
    const NamedCustomer named = take_named(columns);
    network.nodes.push_back({named.id, named.kind, named.name, named.tier, distance.at(named.id)});
  }
  std::sort(network.nodes.begin(), network.nodes.end(), [](const auto& a, const auto& b) {
    return std::tie(a.distance, a.id) < std::tie(b.distance, b.id);
  });
  for (const auto& [from, to, what] : links) {
    if (distance.contains(from) && distance.contains(to)) network.links.push_back({from, to, what});
  }
  return network;
}

std::vector<TierScoreView> tier_scores(Tx& tx, std::int64_t customer) {
  std::vector<TierScoreView> out;
  for (const auto& row : tx.exec(kScores, customer)) {
    Columns columns(row);
    TierScoreView score;
    std::string why;
    columns >> score.at >> score.score >> score.tier >> score.previous >> score.rule_version;
    score.by = take_optional_user(columns);
    columns >> why;
    score.why = boost::json::parse(why);
    out.push_back(std::move(score));
  }
  return out;
}

std::optional<CustomerFigures> customer_figures(Tx& tx, std::int64_t customer) {
  const auto rows = tx.exec(kFigures, customer);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  Columns columns(row);
  CustomerFigures figures;
  columns >> figures.revenue >> figures.margin >> figures.complaints >> figures.tenure >>
      figures.potential;
  return figures;
}

Ids customers_to_score(Tx& tx, std::int64_t after, Instant before, int limit) {
  return ids_of(tx.exec(kToScore, after, before, limit));
}

std::vector<KnownCustomer> known_customers(Tx& tx, const KnownQuestion& question) {
  std::vector<KnownCustomer> out;
  const auto rows = tx.exec(kKnown, array_of(question.numbers), like_text(question.number_begins),
                            question.email, like_text(question.name), question.address,
                            question.except, std::clamp(question.limit, 1, 50), question.reference,
                            question.source, question.nearly ? question.name : std::string());
  for (const auto& row : rows) {
    Columns columns(row);
    KnownCustomer known;
    known.customer = take_named(columns);
    columns >> known.number >> known.why;
    known.number = mask_number(known.number);
    out.push_back(std::move(known));
  }
  return out;
}

std::vector<KnownCustomer> look_alikes(Tx& tx, std::int64_t customer) {
  const auto rows = tx.exec(kFieldsOf, customer);
  if (rows.empty()) return {};
  const auto row = rows[0];
  Columns columns(row);
  KnownQuestion question;
  std::string numbers;
  columns >> question.email >> question.name >> question.address >> numbers;
  question.numbers = read_array(numbers);
  question.except = customer;
  question.nearly = true;
  return known_customers(tx, question);
}

std::vector<NamedCustomer> others_with_number(Tx& tx, std::int64_t interaction) {
  std::vector<NamedCustomer> out;
  for (const auto& row : tx.exec(kOthersOfCall, interaction)) {
    Columns columns(row);
    out.push_back(take_named(columns));
  }
  return out;
}

namespace statements {
const std::vector<Statement> kRecordReads{kRoot,  kRoles,    kRelationships, kMerges,  kShared,
                                          kTies,  kNamed,    kScores,        kFigures, kToScore,
                                          kKnown, kFieldsOf, kOthersOfCall};
}

}  // namespace firsthand::postgres
