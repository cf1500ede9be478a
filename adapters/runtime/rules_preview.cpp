// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/rules_preview.hpp"

#include <algorithm>
#include <array>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <unordered_set>

#include "engine/clock_rules.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

using postgres::Columns;
using postgres::read_array;
using postgres::Tx;

// Pauses and fired steps come as arrays beside each clock: a clock has few of either. A pause
// without an end is an empty text. Without a case, the responsible person is who calls back, the
// account owner or the assignee. The first live clock of a live case says which kinds the case has.
const std::string kDeclare =
    "declare previewed no scroll cursor for "
    "select k.id, coalesce(k.case_id, c.id), k.kind, coalesce(k.cycle, 1), k.callback_id, "
    "k.dispatch_id, k.policy, coalesce(k.policy_version, 0), k.calendar, k.budget_kind, "
    "coalesce(k.budget_s, 0), k.ladder, coalesce(k.started_at, c.opened_at), k.due_at, "
    "k.state, k.breached_at, coalesce(k.stage, 0), k.step, k.fire_at, coalesce(k.revision, 0), "
    "coalesce(k.version, 0), "
    "c.number, c.kind, c.category, coalesce(c.severity, 1), c.channel, coalesce(c.owner_id, "
    "b.user_id, a.owner_id, r.assignee_id), coalesce(c.opened_at, k.started_at), u.tier, "
    "k.customer_id, k.review_action_id, coalesce(r.title, u.name), "
    "coalesce((select array_agg(p.from_at order by p.id) from clock_pause p where p.case_id = "
    "c.id), '{}'), "
    "coalesce((select array_agg(coalesce(p.until_at::text, '') order by p.id) from clock_pause p "
    "where p.case_id = c.id), '{}'), "
    "coalesce((select array_agg(distinct a.step) from alert a where a.clock_id = k.id), '{}'), "
    "c.cycle, case when c.state not in ('resolved', 'closed') and not exists (select from "
    "sla_clock o where o.case_id = c.id and o.ended_at is null and o.id < k.id) then "
    "(select coalesce(array_agg(o.kind), '{}') from sla_clock o where o.case_id = c.id and "
    "o.state <> 'cancelled' and (o.cycle = c.cycle or o.kind = 'final_response')) end ";
const std::string kBesides =
    "left join customer u on u.id = customer_root(coalesce(c.customer_id, k.customer_id)) "
    "left join review_action r on r.id = k.review_action_id "
    "left join callback b on b.id = k.callback_id "
    "left join account a on a.customer_id = k.customer_id and k.callback_id is null ";
const std::string kLiveClocks = kDeclare +
                                "from sla_clock k left join case_file c on c.id = k.case_id " +
                                kBesides + "where k.ended_at is null";
// Without a clock that runs there may be one that the rules begin.
const std::string kWithoutClocks =
    kDeclare + "from case_file c left join sla_clock k on false " + kBesides +
    "where c.state not in ('resolved', 'closed') and not exists (select from sla_clock o where "
    "o.case_id = c.id and o.ended_at is null)";
constexpr const char* kFetch = "fetch 2000 from previewed";
constexpr const char* kClose = "close previewed";

struct Live {
  SlaClock clock;
  Case facts;
  Tier tier = Tier::standard;
  std::string title;
  std::vector<Pause> pauses;
  std::vector<std::string> fired;
  std::optional<std::vector<SlaClock>> known;  ///< kinds that the case has; of its first clock only
};

template <class Enum, class Row>
Enum take_word(Columns<Row>& columns) {
  return from_word<Enum>(columns.template take<std::string>()).value_or(Enum{});
}

template <class Row>
Live read_live(const Row& row) {
  Live live;
  Columns columns(row);
  SlaClock& clock = live.clock;
  columns >> clock.id >> clock.case_id;
  clock.kind = take_word<ClockKind>(columns);
  columns >> clock.cycle >> clock.callback >> clock.dispatch >> clock.policy >>
      clock.policy_version >> clock.calendar;
  clock.budget.kind = take_word<BudgetKind>(columns);
  columns >> clock.budget.amount >> clock.ladder >> clock.started_at >> clock.due_at;
  clock.state = take_word<ClockState>(columns);
  columns >> clock.breached_at >> clock.stage >> clock.step >> clock.fire_at >> clock.revision >>
      clock.version;
  Case& facts = live.facts;
  columns >> facts.number;
  facts.kind = take_word<CaseKind>(columns);
  columns >> facts.category >> facts.severity;
  facts.channel = take_word<Channel>(columns);
  columns >> facts.owner >> facts.opened_at;
  live.tier = take_word<Tier>(columns);
  columns >> clock.customer >> clock.review_action >> live.title;
  const auto from = read_array(columns.template take<std::string>());
  const auto until = read_array(columns.template take<std::string>());
  for (std::size_t i = 0; i < from.size() && i < until.size(); ++i) {
    Pause pause{postgres::to_instant(from[i]), std::nullopt};
    if (!until[i].empty()) pause.to = postgres::to_instant(until[i]);
    live.pauses.push_back(pause);
  }
  live.fired = read_array(columns.template take<std::string>());
  facts.cycle = columns.template take<std::optional<int>>().value_or(1);
  if (const auto kinds = columns.template take<std::optional<std::string>>()) {
    live.known.emplace();
    for (const auto& kind : read_array(*kinds)) {
      SlaClock one;
      one.kind = from_word<ClockKind>(kind).value_or(ClockKind::resolution);
      one.cycle = facts.cycle;
      live.known->push_back(one);
    }
  }
  return live;
}

std::span<const Pause> pauses_of(const Live& live, ClockKind kind) {
  return pausable(kind) ? std::span<const Pause>{live.pauses} : std::span<const Pause>{};
}

Recomputed compute(const Live& live, const Rules& rules, Instant now) {
  const SlaClock& clock = live.clock;
  const auto without_case = [&](PolicyScope scope) {
    return traits_without_case(scope, live.tier, live.facts.owner, clock.started_at, rules);
  };
  const CaseTraits traits = clock.case_id         ? traits_of(live.facts, live.tier, rules)
                            : clock.review_action ? without_case(PolicyScope::reviews)
                                                  : without_case(PolicyScope::customers);
  return recompute(live.clock, traits, pauses_of(live, clock.kind), live.fired, rules, now);
}

/// The clocks that these rules begin for the case of this clock.
std::vector<SlaClock> begun(const Live& live, const Rules& rules, Instant now) {
  std::vector<SlaClock> clocks;
  if (!live.known) return clocks;
  const CaseTraits traits = traits_of(live.facts, live.tier, rules);
  for (const ClockKind kind : missing_kinds(rules, traits, live.facts.cycle, *live.known)) {
    SlaClock clock;
    clock.kind = kind;
    clock.started_at = begins_at(kind, live.facts, now);
    const auto terms = terms_for(rules, traits, kind, clock.started_at);
    clock.calendar = terms->calendar;
    clock.budget = terms->budget;
    clock.ladder = terms->ladder;
    arm_new(clock, pauses_of(live, kind), rules, now);
    clocks.push_back(std::move(clock));
  }
  return clocks;
}

class Counting {
 public:
  void add(const Live& before, const Recomputed& after) {
    PreviewCount& count = by_kind_[static_cast<std::size_t>(before.clock.kind)];
    ++count.total;
    if (!after.moved && !after.dropped) return;
    ++count.moved;
    count.dropped += after.dropped ? 1 : 0;
    count.late += after.became_late ? 1 : 0;
    note_case(before, after.became_late);
    auto& list = after.became_late ? late_ : moved_;
    if (list.size() >= kPreviewExamplesMax) return;
    list.push_back({before.facts.number, before.title, before.clock.customer,
                    before.clock.review_action, before.clock.kind, before.clock.due_at,
                    after.dropped ? std::nullopt : after.clock.due_at, after.became_late,
                    after.dropped, false});
  }
  void add_begun(const Live& of, const SlaClock& clock, Instant now) {
    PreviewCount& count = by_kind_[static_cast<std::size_t>(clock.kind)];
    const bool late = clock.due_at && *clock.due_at <= now;
    ++count.begun;
    count.late += late ? 1 : 0;
    note_case(of, late);
    auto& list = late ? late_ : moved_;
    if (list.size() >= kPreviewExamplesMax) return;
    list.push_back({of.facts.number,
                    of.title,
                    {},
                    {},
                    clock.kind,
                    std::nullopt,
                    clock.due_at,
                    late,
                    false,
                    true});
  }

  RulesPreview result() && {
    RulesPreview preview;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<ClockKind>>([&](auto each) {
      PreviewCount& count = by_kind_[static_cast<std::size_t>(each.value)];
      if (count.total + count.begun == 0) return;
      count.clock_kind = each.value;
      preview.clocks_total += count.total;
      preview.clocks_moved += count.moved;
      preview.clocks_late += count.late;
      preview.clocks_dropped += count.dropped;
      preview.clocks_begun += count.begun;
      preview.by_kind.push_back(count);
    });
    preview.cases_moved = static_cast<std::int64_t>(cases_.size());
    preview.cases_late = static_cast<std::int64_t>(late_cases_.size());
    preview.examples = std::move(late_);
    for (auto& example : moved_) {
      if (preview.examples.size() < kPreviewExamplesMax) preview.examples.push_back(example);
    }
    return preview;
  }

 private:
  void note_case(const Live& of, bool late) {
    if (!of.clock.case_id) return;
    cases_.insert(of.clock.case_id.value);
    if (late) late_cases_.insert(of.clock.case_id.value);
  }

  static constexpr std::size_t kKinds =
      boost::mp11::mp_size<boost::describe::describe_enumerators<ClockKind>>::value;
  std::array<PreviewCount, kKinds> by_kind_{};
  std::unordered_set<std::int64_t> cases_;
  std::unordered_set<std::int64_t> late_cases_;
  std::vector<PreviewExample> late_;
  std::vector<PreviewExample> moved_;
};

}  // namespace

RulesPreview preview_rules(Tx& tx, const Rules& in_force, const Rules& wanted, Instant now) {
  Counting counting;
  for (const std::string& live_matters : {kLiveClocks, kWithoutClocks}) {
    tx.exec_sql(live_matters);
    for (auto rows = tx.exec_sql(kFetch); !rows.empty(); rows = tx.exec_sql(kFetch)) {
      for (const auto& row : rows) {
        Live live = read_live(row);
        for (const SlaClock& clock : begun(live, wanted, now)) counting.add_begun(live, clock, now);
        if (!live.clock.id) continue;
        if (live.clock.revision < in_force.revision) {
          Recomputed caught_up = compute(live, in_force, now);
          if (caught_up.dropped) continue;
          live.clock = std::move(caught_up.clock);
        }
        counting.add(live, compute(live, wanted, now));
      }
    }
    tx.exec_sql(kClose);
  }
  return std::move(counting).result();
}

}  // namespace firsthand::runtime
