// SPDX-License-Identifier: Apache-2.0
#include "adapters/import/ties.hpp"

#include "engine/decide.hpp"
#include "engine/tier_score.hpp"
#include "engine/words.hpp"

namespace firsthand::import {
namespace {

using std::chrono::days;

constexpr std::size_t kFirmsMax = 12;
constexpr std::size_t kPerFirm = 3;

class Ties {
 public:
  Ties(const Rows& rows, const Rules& rules, Instant now,
       const std::function<std::int64_t()>& next_id)
      : rules_(rules), now_(now), docket_(known(rows), next_id, next_id) {
    for (const auto& user : rules.users)
      if (user.role == Role::agent) agents_.push_back(user.id);
    for (const auto& [id, customer] : docket_.now.customers) {
      auto& list = customer.kind == CustomerKind::company ? firms_ : people_;
      list.push_back(id);
    }
  }

  void begin() {
    const CompanyRoleKind roles[] = {CompanyRoleKind::decision_maker, CompanyRoleKind::payer,
                                     CompanyRoleKind::user};
    const char* titles[] = {"总经理", "财务经理", "设备管理员"};
    std::size_t next = 0;
    for (std::size_t firm = 0; firm < firms_.size(); ++firm) {
      for (std::size_t i = 0; i < kPerFirm && next < people_.size(); ++i, ++next) {
        event::CompanyRoleBegun e{firms_[firm], people_[next], roles[i], titles[i], {}};
        const auto made = does(days{200 - static_cast<int>(firm) * 9}, e);
        // Somebody has left the first firm, and somebody else pays there now.
        if (firm != 0 || i != 1) continue;
        does(days{60}, event::CompanyRoleEnded{CompanyRoleId{made}, {}});
        if (++next < people_.size())
          does(days{59},
               event::CompanyRoleBegun{firms_[firm], people_[next], roles[i], "财务主管", {}});
      }
    }
    for (std::size_t firm = 1; firm < firms_.size(); ++firm) {
      const auto kind = firm % 3 == 0   ? RelationshipKind::dealer_of
                        : firm % 3 == 1 ? RelationshipKind::parent
                                        : RelationshipKind::pays_for;
      does(days{90 - static_cast<int>(firm)},
           event::RelationshipBegun{firms_[firm - 1], firms_[firm], kind, ""});
    }
    for (int pair = 0; pair < 6 && next + 1 < people_.size(); ++pair, next += 2) {
      const auto kind =
          pair % 2 == 0 ? RelationshipKind::household : RelationshipKind::introduced_by;
      does(days{40 - pair}, event::RelationshipBegun{people_[next], people_[next + 1], kind, ""});
    }
    // Two pairs of records of one customer: one waits to be found, the other has been merged.
    second_record("+8613800099001", next);
    const CustomerId merged = second_record("+8613800099002", next + 1);
    if (merged && next + 1 < people_.size())
      does(days{3}, event::CustomersMerged{people_[next + 1], merged, "同一位客户换了手机号"});
    scores();
  }

  Docket& docket() { return docket_; }

 private:
  static World known(const Rows& rows) {
    World world;
    std::size_t firms = 0, people = 0;
    for (const auto& [customer, more] : rows.customers) {
      if (customer.provisional) continue;
      const bool firm = more.kind == "company";
      if (firm ? firms == kFirmsMax : people == kFirmsMax * kPerFirm + 20) continue;
      ++(firm ? firms : people);
      Customer one = customer;
      one.kind = firm ? CustomerKind::company : CustomerKind::person;
      world.customers.emplace(one.id, std::move(one));
    }
    return world;
  }

  template <class What>
  std::int64_t does(days ago, What what) {
    Event event;
    event.actor = agents_.empty() ? UserId{} : agents_[turn_++ % agents_.size()];
    event.source = "console:" + std::to_string(event.actor.value);
    event.what = std::move(what);
    return decide(docket_, event, rules_, now_ - ago).reply.id;
  }

  CustomerId second_record(const char* number, std::size_t whose) {
    if (whose >= people_.size()) return {};
    const Customer& first = docket_.now.customers.at(people_[whose]);
    event::CustomerCreated e;
    e.name = first.name;
    e.address = first.address;
    e.numbers = {number};
    e.although_known = true;
    return CustomerId{does(days{10}, e)};
  }

  void scores() {
    if (rules_.book.tiers.inputs.empty()) return;
    for (const CustomerId firm : firms_) {
      const Customer& customer = docket_.now.customers.at(firm);
      CustomerFigures figures;
      figures.tenure =
          std::chrono::duration<double, std::ratio<2629800>>(now_ - days{20} - customer.created_at)
              .count();
      figures.potential = customer.potential.value_or(0);
      const TierVerdict verdict = score_tier(rules_.book.tiers, figures);
      // The tier the demo customer has was given by hand; a score alone does not take it away here.
      does(days{20},
           event::TierScored{firm, verdict.score, customer.tier,
                             why_tier(verdict, rules_.book.tiers), rules_.book.tiers.version});
    }
  }

  const Rules& rules_;
  const Instant now_;
  Docket docket_;
  std::vector<UserId> agents_;
  std::vector<CustomerId> firms_, people_;
  std::size_t turn_ = 0;
};

void write_new_customers(SqlSink& sink, const World& now, const World& before) {
  RowBatch customers{sink,
                     "customer",
                     {{"id", kId},
                      {"kind", kText},
                      {"name", kText},
                      {"address", kText},
                      {"created_at", kTime},
                      {"merged_into", kId},
                      {"version", kId}}};
  RowBatch numbers{sink, "customer_number", {{"customer_id", kId}, {"number", kText}}};
  for (const auto& [id, one] : now.customers) {
    if (before.customers.contains(id)) continue;
    customers.add(id).add(word(one.kind)).add(one.name).add(one.address).add(one.created_at);
    customers.add(one.merged_into).add(one.version).end_row();
    for (const auto& number : one.numbers) numbers.add(id).add(number).end_row();
  }
  customers.flush();
  numbers.flush();
}

void write_ties(SqlSink& sink, const World& world) {
  RowBatch roles{sink,
                 "company_role",
                 {{"id", kId},
                  {"company_id", kId},
                  {"person_id", kId},
                  {"role", kText},
                  {"title", kText},
                  {"from_at", kTime},
                  {"until_at", kTime},
                  {"by_user_id", kId}}};
  for (const auto& [id, one] : world.company_roles) {
    roles.add(id).add(one.company).add(one.person).add(word(one.role)).add(one.title);
    roles.add(one.from).add(one.until).add(one.by).end_row();
  }
  roles.flush();
  RowBatch links{sink,
                 "relationship",
                 {{"id", kId},
                  {"customer_id", kId},
                  {"other_id", kId},
                  {"kind", kText},
                  {"note", kText},
                  {"from_at", kTime},
                  {"until_at", kTime},
                  {"by_user_id", kId}}};
  for (const auto& [id, one] : world.relationships) {
    links.add(id).add(one.customer).add(one.other).add(word(one.kind)).add(one.note);
    links.add(one.from).add(one.until).add(one.by).end_row();
  }
  links.flush();
  RowBatch merges{sink,
                  "customer_merge",
                  {{"id", kId},
                   {"kept_id", kId},
                   {"gone_id", kId},
                   {"reason", kText},
                   {"by_user_id", kId},
                   {"at", kTime}}};
  for (const auto& [id, one] : world.merges) {
    merges.add(id).add(one.kept).add(one.gone).add(one.reason).add(one.by).add(one.at).end_row();
  }
  merges.flush();
}

void write_scores(SqlSink& sink, const std::vector<TierScore>& scores) {
  RowBatch out{sink,
               "tier_score",
               {{"id", kId},
                {"customer_id", kId},
                {"at", kTime},
                {"score", kInt},
                {"tier", kText},
                {"previous_tier", kText},
                {"why", "jsonb"},
                {"rule_version", kInt}}};
  for (const auto& one : scores) {
    out.add(one.id).add(one.customer).add(one.at).add(one.score).add(word(one.tier));
    out.add(word(one.previous)).add(one.why).add(one.rule_version).end_row();
  }
  out.flush();
}

}  // namespace

std::size_t tie_customers(SqlSink& sink, HistoryWriter& history, const Rows& rows,
                          const Rules& rules, Instant now,
                          const std::function<std::int64_t()>& next_id) {
  Ties ties{rows, rules, now, next_id};
  ties.begin();
  const Docket& docket = ties.docket();
  write_new_customers(sink, docket.now, docket.before);
  write_ties(sink, docket.now);
  write_scores(sink, docket.written.tier_scores);
  history.write_in_order(docket.written.history);
  return docket.now.customers.size() - docket.before.customers.size();
}

}  // namespace firsthand::import
