// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/rule_changes.hpp"

#include <algorithm>

#include "tests/support/world_builder.hpp"

namespace firsthand::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kChunk = 12;

}  // namespace

RuleChanges::RuleChanges(Agenda& agenda, Random& random, Rules& rules, test::MemoryRows& rows,
                         Node& node, Checkers& checkers)
    : agenda_(agenda),
      random_(random),
      rules_(rules),
      rows_(rows),
      node_(node),
      checkers_(checkers) {
  node_.on_stale_rules([this] { read_departures(); });
}

void RuleChanges::plan(Instant from, Instant to) {
  for (int n = 0; n < 4; ++n) {
    // In working hours, when clocks run and timers fire.
    const auto day = std::chrono::floor<std::chrono::days>(
        from + random_.between(Millis{0}, to - from) + hours{8});
    agenda_.at(Instant{day} - hours{8} + hours{9} + random_.between(Millis{0}, hours{9}),
               [this] { change(); });
  }
  for (Instant at = from + hours{1}; at < to; at += hours{24}) {
    for (int n = 0; n < 3; ++n)
      agenda_.at(at + random_.between(Millis{0}, hours{7}), [this] { absence(); });
  }
  const Instant half = from + (to - from) / 2;
  agenda_.at(half, [this] { let_go(test::agent(2), test::agent(3)); });
  agenda_.at(half + hours{5}, [this] { let_go(test::back_line(1), test::back_line(2)); });
}

void RuleChanges::let_go(UserId who, UserId otherwise) {
  Event event = test::by(test::kSupervisor).does(event::PersonDeparts{who, otherwise, {}, "离职"});
  node_.submit(std::move(event), [=, this](const Outcome& outcome) {
    // On a call: later.
    if (outcome.refusal && outcome.refusal->code == "on_a_call")
      agenda_.after(minutes{3}, [=, this] { let_go(who, otherwise); });
    if (!outcome.refusal)
      agenda_.after(random_.between(Millis{10}, Seconds{5}), [this] { read_departures(); });
  });
}

void RuleChanges::read_departures() {
  const auto& departed = rows_.departed();
  if (departed.size() == departed_) return;
  checkers_.before_the_rules_change(agenda_.now());
  for (; departed_ < departed.size(); ++departed_) {
    const Departure& departure = departed[departed_];
    for (auto& person : rules_.users) {
      if (person.id != departure.user) continue;
      person.disabled = true;
      person.deputy = departure.successor;
      person.deputy_from = agenda_.now();
      person.deputy_until.reset();
    }
  }
}

void RuleChanges::change() {
  checkers_.before_the_rules_change(agenda_.now());
  const Rules old = rules_;
  Rules next = rules_;
  ++next.revision;
  for (auto& policy : next.book.policies) ++policy.version;
  change_budgets(next);
  if (random_.percent(70)) change_ladders(next);
  if (random_.percent(50)) close_a_day(next);
  send_people_away(next);
  rules_ = std::move(next);
  // Another node has not read them yet, and decides by the old ones for a while.
  node_.lag_behind(old, agenda_.now() + random_.between(Seconds{1}, kNodeLag));
  ++made_;
  if (!job_runs_) {
    job_runs_ = true;
    agenda_.after(random_.between(Millis{200}, Seconds{10}), [this] { run_job(); });
  }
}

void RuleChanges::change_budgets(Rules& next) {
  for (auto& policy : next.book.policies) {
    for (auto& clock : policy.clocks) {
      clock.out_of_hours.reset();
      if (clock.kind == ClockKind::final_response) {
        // A month would end after the week does.
        clock.budget = Budget::calendar(hours{20 + random_.below(60)});
      } else if (clock.budget.kind == BudgetKind::working_days) {
        clock.budget.amount = 1 + static_cast<std::int64_t>(random_.below(4));
      } else {
        static const std::vector<std::int64_t> quarters{2, 3, 4, 5, 8};
        clock.budget.amount = clock.budget.amount * random_.pick(quarters) / 4;
      }
    }
    // One promise less, or again what all had.
    if (random_.percent(10)) {
      std::erase_if(policy.clocks, [](const PolicyClock& clock) {
        return clock.kind == ClockKind::acknowledgement;
      });
    }
  }
}

void RuleChanges::change_ladders(Rules& next) {
  for (auto& ladder : next.book.ladders) {
    auto& steps = ladder.steps;
    const auto breach = std::find_if(steps.begin(), steps.end(),
                                     [](const LadderStep& step) { return step.is_breach(); });
    switch (random_.below(4)) {
      case 0:  // a warning less
        if (breach != steps.begin()) steps.erase(steps.begin());
        break;
      case 1: {  // a warning more, of a new name; steps stay in the order in which they fire
        if (steps.front().at.kind != StepKind::percent) break;
        LadderStep step{"warn_20_" + std::to_string(next.revision),
                        StepPoint::percent(20),
                        {RecipientRole::owner},
                        {AlertChannel::console, AlertChannel::email},
                        false,
                        false,
                        0};
        steps.insert(steps.begin(), step);
        break;
      }
      case 2:  // the breach gives the case to the back line
        breach->escalate = 1 + static_cast<int>(random_.below(3));
        breach->recipients = {RecipientRole::liaison, RecipientRole::back_line};
        break;
      default: {  // a climb that waits for nobody's word; steps stay in their order
        const LadderStep climb{"climb_6h_" + std::to_string(next.revision),
                               StepPoint::offset(hours{6}),
                               {RecipientRole::manager},
                               {AlertChannel::console},
                               false,
                               false,
                               3};
        const auto later = std::find_if(steps.begin(), steps.end(), [&climb](const auto& step) {
          return step.at.kind == StepKind::offset && step.at.amount > climb.at.amount;
        });
        steps.insert(later, climb);
      }
    }
  }
}

/// No working hours today or tomorrow: what was due then is due later, or was late too early.
void RuleChanges::close_a_day(Rules& next) {
  const Calendar& was = next.calendars.at("china-office");
  Calendar::Parts parts;
  parts.code = was.code();
  parts.coverage = was.coverage();
  parts.complete_until = was.complete_until();
  parts.days.assign(was.days().begin(), was.days().end());
  parts.spans.assign(was.spans().begin(), was.spans().end());
  const Day* day = was.day_at(agenda_.now() + hours{24 * random_.below(2)});
  std::erase_if(parts.spans,
                [&](const Span& span) { return span.from >= day->from && span.from < day->to; });
  for (auto& each : parts.days) {
    if (each.date != day->date) continue;
    each.kind = DayKind::closed;
    each.closing.reset();
  }
  next.calendars.insert_or_assign("china-office", Calendar{std::move(parts)});
}

/// Of every role somebody stays; some have a deputy, some have none.
void RuleChanges::send_people_away(Rules& next) {
  for (auto& person : next.users) {
    const bool stays = person.id == test::kSupervisor || person.id == test::kManager ||
                       person.id == test::back_line(3) || person.role == Role::administrator;
    if (person.disabled) continue;
    person.deputy = {};
    person.deputy_from.reset();
    person.deputy_until.reset();
    if (stays || !random_.percent(25)) continue;
    person.deputy_from = agenda_.now();
    person.deputy_until = agenda_.now() + random_.between(minutes{20}, hours{30});
    if (random_.percent(50)) person.deputy = test::kSupervisor;
  }
}

void RuleChanges::absence() {
  User& person = rules_.users[random_.below(rules_.users.size())];
  const User& deputy = rules_.users[random_.below(rules_.users.size())];
  const bool stays = person.id == test::kSupervisor || person.id == test::kManager ||
                     person.id == test::back_line(3) || person.role == Role::administrator;
  if (stays || person.disabled || deputy.disabled || person.deputy_from) return;
  checkers_.before_the_rules_change(agenda_.now());
  // Mostly a colleague, who may be away as well: then it is that one's deputy.
  person.deputy = deputy.id == person.id ? test::kSupervisor : deputy.id;
  person.deputy_from = agenda_.now();
  person.deputy_until = agenda_.now() + random_.between(minutes{30}, hours{9});
  ++absences_;
  const Millis away = *person.deputy_until - agenda_.now();
  // By itself when the time is up; the screen shows it until somebody takes it away.
  agenda_.after(random_.percent(30) ? away / 2 : away + minutes{1},
                [this, who = person.id] { come_back(who); });
}

void RuleChanges::come_back(UserId who) {
  for (auto& person : rules_.users) {
    if (person.id != who || person.disabled || !person.deputy_from) continue;
    checkers_.before_the_rules_change(agenda_.now());
    person.deputy = {};
    person.deputy_from.reset();
    person.deputy_until.reset();
  }
}

/// As the runtime's job: what lags, a chunk at a time, until nothing is left.
void RuleChanges::run_job() {
  std::vector<event::ClocksRecomputed> lagging;
  const auto behind = [&](const Clockwork& works) {
    return std::any_of(works.clocks.begin(), works.clocks.end(), [&](const SlaClock& clock) {
      return clock.live() && clock.revision < rules_.revision;
    });
  };
  const World& world = rows_.world();
  for (const auto& [id, file] : world.cases)
    if (behind(file)) lagging.push_back({id, {}, {}});
  for (const auto& [id, clockwork] : world.customer_clocks)
    if (behind(clockwork)) lagging.push_back({{}, id, {}});
  for (const auto& [id, action] : world.review_actions)
    if (behind(action)) lagging.push_back({{}, {}, id});
  if (lagging.empty()) {
    job_runs_ = false;
    return;
  }
  for (std::size_t n = 0; n < kChunk && !lagging.empty(); ++n) {
    const std::size_t which = random_.below(lagging.size());
    const event::ClocksRecomputed one = lagging[which];
    lagging.erase(lagging.begin() + static_cast<std::ptrdiff_t>(which));
    const auto send = [this, one] {
      Event event;
      event.source = "rules";
      event.what = one;
      node_.submit(event, [this](const Outcome&) { ++recomputed_; });
    };
    agenda_.after(random_.between(Millis{0}, Millis{400}), send);
    if (random_.percent(15)) agenda_.after(random_.between(Millis{0}, Seconds{20}), send);
  }
  agenda_.after(random_.between(Millis{100}, Seconds{5}), [this] { run_job(); });
}

}  // namespace firsthand::sim
