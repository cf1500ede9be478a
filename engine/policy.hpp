// SPDX-License-Identifier: Apache-2.0
// The company's rules as plain values: which case gets which clocks, who is alerted at which point,
// what categories, departments and queues there are. config/ reads and checks them; after that
// every code named here exists. Value types; any thread. `_s` is seconds, `_min` minutes after
// midnight.
#pragma once

#include <algorithm>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/calendar.hpp"
#include "engine/clock_kind.hpp"
#include "engine/clock_math.hpp"
#include "engine/model.hpp"
#include "engine/queue.hpp"
#include "engine/shift.hpp"

namespace firsthand {

// ------------------------------------------------------------------------------- ladders
/// Resolved to people when the step fires, through deputies.
enum class RecipientRole {
  owner,
  handler,
  liaison,
  department_head,
  back_line,
  supervisor,
  manager,
};
BOOST_DESCRIBE_ENUM(RecipientRole, owner, handler, liaison, department_head, back_line, supervisor,
                    manager)

enum class AlertChannel { console, email, webhook };
BOOST_DESCRIBE_ENUM(AlertChannel, console, email, webhook)

struct LadderStep {
  std::string name;  ///< unique in the ladder: warn_50, breach, climb_60 ...
  StepPoint at;
  std::vector<RecipientRole> recipients;
  std::vector<AlertChannel> channels;
  bool needs_acknowledgement = false;
  bool if_unacknowledged = false;  ///< fires only while an earlier step waits to be acknowledged
  int escalate = 0;  ///< 1 to 3: the case gets a back-line handler of that level; 0: it does not
  bool is_breach() const { return at.amount == (at.kind == StepKind::percent ? 100 : 0); }
  friend bool operator==(const LadderStep&, const LadderStep&) = default;
};
BOOST_DESCRIBE_STRUCT(LadderStep, (),
                      (name, at, recipients, channels, needs_acknowledgement, if_unacknowledged,
                       escalate))

/// Steps are in the order in which they fire, and exactly one of them is the breach.
struct Ladder {
  std::string code;
  std::string name_zh;
  std::string name_en;
  std::vector<LadderStep> steps;
  friend bool operator==(const Ladder&, const Ladder&) = default;
};
BOOST_DESCRIBE_STRUCT(Ladder, (), (code, name_zh, name_en, steps))

// ------------------------------------------------------------------------------- policies
/// Whether the customer came within the company's working hours.
enum class Arrival { in_hours, out_of_hours };
BOOST_DESCRIBE_ENUM(Arrival, in_hours, out_of_hours)

/// What the clocks of a policy hang on: cases; customers themselves (callbacks of no case, hold
/// periods of accounts); actions that reviews have agreed on.
enum class PolicyScope { cases, customers, reviews };
BOOST_DESCRIBE_ENUM(PolicyScope, cases, customers, reviews)

/// What a policy looks at. Without a case: the tier, the office of whoever is responsible, and the
/// arrival.
struct CaseTraits {
  CaseKind kind = CaseKind::complaint;
  std::string category;
  int severity = 1;
  Tier tier = Tier::standard;
  Channel channel = Channel::call;
  std::string office;  ///< code of the owner's office, or ""
  Arrival arrival = Arrival::in_hours;
  PolicyScope scope = PolicyScope::cases;
};

/// Each list is "any of"; an empty list matches everything.
struct PolicyConditions {
  std::vector<CaseKind> kinds;
  std::vector<std::string> categories;
  std::vector<int> severities;
  std::vector<Tier> tiers;
  std::vector<Channel> channels;
  std::vector<std::string> offices;
  std::vector<Arrival> arrivals;
  friend bool operator==(const PolicyConditions&, const PolicyConditions&) = default;
};
BOOST_DESCRIBE_STRUCT(PolicyConditions, (),
                      (kinds, categories, severities, tiers, channels, offices, arrivals))

struct PolicyClock {
  ClockKind kind = ClockKind::resolution;
  Budget budget;
  std::optional<Budget> out_of_hours;  ///< for clocks that start outside working time
  std::string calendar;
  std::string ladder;
  friend bool operator==(const PolicyClock&, const PolicyClock&) = default;
};
BOOST_DESCRIBE_STRUCT(PolicyClock, (), (kind, budget, out_of_hours, calendar, ladder))

struct Policy {
  std::string code;
  int version = 0;  ///< of the policies document it came from
  std::string name_zh;
  std::string name_en;
  PolicyScope scope = PolicyScope::cases;
  PolicyConditions when;
  std::vector<PolicyClock> clocks;  ///< at most one of a kind
  friend bool operator==(const Policy&, const Policy&) = default;

  const PolicyClock* clock(ClockKind kind) const {
    const auto found = std::find_if(clocks.begin(), clocks.end(),
                                    [kind](const PolicyClock& c) { return c.kind == kind; });
    return found == clocks.end() ? nullptr : &*found;
  }
};
BOOST_DESCRIBE_STRUCT(Policy, (), (code, version, name_zh, name_en, scope, when, clocks))

inline bool matches(const PolicyConditions& when, const CaseTraits& traits) {
  const auto any_of = [](const auto& list, const auto& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  return any_of(when.kinds, traits.kind) && any_of(when.categories, traits.category) &&
         any_of(when.severities, traits.severity) && any_of(when.tiers, traits.tier) &&
         any_of(when.channels, traits.channel) && any_of(when.offices, traits.office) &&
         any_of(when.arrivals, traits.arrival);
}

/// The budget for a clock that starts at `start`.
inline Budget budget_at(const PolicyClock& clock, Instant start, const Calendar& calendar) {
  return clock.out_of_hours && !calendar.is_working(start) ? *clock.out_of_hours : clock.budget;
}

// ------------------------------------------------------------------------------- callbacks
/// One choice of the intake form. With `within` it is a budget from now; otherwise it is a wall
/// clock time `days_ahead` days from today, on working days only when `working_day` is set.
struct CallbackChoice {
  std::string code;
  std::string name_zh;
  std::string name_en;
  std::optional<Budget> within;
  int days_ahead = 0;
  int at_min = 0;
  bool working_day = false;
  friend bool operator==(const CallbackChoice&, const CallbackChoice&) = default;
};
BOOST_DESCRIBE_STRUCT(CallbackChoice, (),
                      (code, name_zh, name_en, within, days_ahead, at_min, working_day))

struct CallbackRules {
  int attempts_max = 3;
  int retry_delay_s = 7200;
  std::vector<int> retry_delays_s;      ///< after the 1st, 2nd ... failure; empty: retry_delay_s
  int quiet_from_min = 21 * 60;         ///< customers are not called from here ...
  int quiet_to_min = 8 * 60;            ///< ... to here, local time of `calendar`
  int chase_after_s = 0;                ///< working time between two chases of a department
  std::string calendar;                 ///< of choices, quiet hours and the two budgets below
  Budget abandoned_within;              ///< for callers who hung up while they waited
  Budget follow_up_after;               ///< the satisfaction call, counted from the resolution
  std::string queue;                    ///< where due calls stand in line; "": on lists only
  int offer_before_s = 900;             ///< so long before a call is due it stands there
  std::vector<CallbackChoice> choices;  ///< in the order of the form
  friend bool operator==(const CallbackRules&, const CallbackRules&) = default;
};
BOOST_DESCRIBE_STRUCT(CallbackRules, (),
                      (attempts_max, retry_delay_s, quiet_from_min, quiet_to_min, calendar,
                       choices))

/// From when a promised call stands in line: who gave up waiting is called at once, everybody else
/// shortly before the promised time, when there is an answer to tell.
inline Instant stands_from(const CallbackRules& rules, const Callback& promise) {
  const Instant first =
      promise.kind == CallbackKind::abandoned
          ? promise.window_from
          : std::max(promise.window_from, promise.due_at - Seconds{rules.offer_before_s});
  return std::max(first, promise.next_try_at.value_or(first));
}

/// The instant a choice means now; none when it has passed already ("today 17:00" in the evening)
/// or the calendar does not reach that far.
inline std::optional<Instant> callback_at(const CallbackChoice& choice, Instant now,
                                          const Calendar& calendar) {
  if (choice.within) return due(now, *choice.within, calendar).value();
  auto day = std::chrono::sys_days{calendar.local_date(now)} + std::chrono::days{choice.days_ahead};
  if (choice.working_day && choice.days_ahead > 0) {
    const Day* known = calendar.day_on(Date{day});
    while (known != nullptr && known->kind != DayKind::working) {
      day += std::chrono::days{1};
      known = calendar.day_on(Date{day});
    }
    if (known == nullptr && !calendar.always()) return std::nullopt;
  }
  const Instant at = calendar.at_local(Date{day}, std::chrono::minutes{choice.at_min});
  return at > now ? std::optional{at} : std::nullopt;
}

/// The first instant from `at` on that does not lie between these times of the day, in minutes
/// after midnight, across midnight too. The same twice: there is nothing between them.
inline Instant after_hours(Instant at, int from_min, int to_min, const Calendar& calendar) {
  const std::chrono::minutes from{from_min};
  const std::chrono::minutes to{to_min};
  if (from == to) return at;
  const auto today = std::chrono::sys_days{calendar.local_date(at)};
  // A quiet night began yesterday or begins today; one within a day begins today.
  for (const auto begin : {today - std::chrono::days{1}, today}) {
    const auto end = from < to ? begin : begin + std::chrono::days{1};
    const Instant until = calendar.at_local(Date{end}, to);
    if (at >= calendar.at_local(Date{begin}, from) && at < until) return until;
  }
  return at;
}

/// The first instant from `at` on at which a customer may be called.
inline Instant after_quiet_hours(const CallbackRules& rules, Instant at, const Calendar& calendar) {
  return after_hours(at, rules.quiet_from_min, rules.quiet_to_min, calendar);
}

// ------------------------------------------------------------------------------- company
/// `code` is the short code people type; `pinyin` the initials of the Chinese name.
struct Category {
  std::string code;
  std::string parent;  ///< code of the category above it, or ""
  std::string name_zh;
  std::string name_en;
  std::string pinyin;
  CaseKind kind = CaseKind::complaint;
  std::string department;        ///< or "": the owner works on it
  int default_severity = 1;      ///< 1 minor, 2 moderate, 3 serious, 4 urgent
  std::string default_callback;  ///< a CallbackChoice, or "" for the policy's callback clock
  friend bool operator==(const Category&, const Category&) = default;
};
BOOST_DESCRIBE_STRUCT(Category, (),
                      (code, parent, name_zh, name_en, pinyin, kind, department, default_severity,
                       default_callback))

struct Department {
  std::string code;
  std::string name_zh;
  std::string name_en;
  std::string email;
  int return_limit_s = 0;  ///< working time after a dispatch in which it may be returned
  friend bool operator==(const Department&, const Department&) = default;
};
BOOST_DESCRIBE_STRUCT(Department, (), (code, name_zh, name_en, email, return_limit_s))

// ------------------------------------------------------------------------------- the book
/// A choice of a list: remedies, root causes, regulators.
struct Choice {
  std::string code;
  std::string name_zh;
  std::string name_en;
  friend bool operator==(const Choice&, const Choice&) = default;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (code, name_zh, name_en))

struct ComplaintRules {
  std::int64_t compensation_limit_cents = 0;  ///< above it a second person approves
  std::string currency = "CNY";
  int repeat_days = 30;  ///< the same matter within them is suggested as a repeat
  std::vector<Choice> remedies;
  std::vector<Choice> root_causes;
  std::vector<Choice> regulators;
  friend bool operator==(const ComplaintRules&, const ComplaintRules&) = default;
};

/// Until when a clerk of this office may enter customers on behalf of others.
struct OfficeCutOff {
  std::string office;
  Instant until{};
  friend bool operator==(const OfficeCutOff&, const OfficeCutOff&) = default;
};

struct AccountRules {
  int claims_per_day = 0;  ///< from the pool, by one person; 0: none may claim
  int cool_down_days = 0;  ///< for whoever let the account lapse
  /// Money due or a contract ending, and nobody in touch for so long: neglected; 0: never.
  int warn_no_contact_days = 0;
  int contract_ends_within_days = 60;  ///< a contract that ends so soon wants a word
  int no_contact_calls_per_day = 100;  ///< to the neglected, by everybody together
  std::vector<OfficeCutOff> cut_offs;
  friend bool operator==(const AccountRules&, const AccountRules&) = default;
};

/// The scoring rule: points of 0 to 100 for each input, weighted; the tier is the highest whose
/// threshold is reached. An input's points grow evenly from 0 up to its `full` value.
struct TierInput {
  std::string code;  ///< revenue, margin, complaints, tenure, potential
  int weight = 0;
  double full = 1;  ///< cents a year, percent, cases a year, months, 0 to 100
  friend bool operator==(const TierInput&, const TierInput&) = default;
};

struct TierRules {
  int version = 0;
  std::vector<TierInput> inputs;
  int silver = 101;  ///< thresholds, 0 to 100; beyond 100: nobody
  int gold = 101;
  int key = 101;
  friend bool operator==(const TierRules&, const TierRules&) = default;
};

/// All rules together. Lists keep the order of their files: the first matching policy applies.
struct RuleBook {
  int version = 0;  ///< of the policies document; goes into each clock
  std::vector<Policy> policies;
  std::vector<Ladder> ladders;
  std::vector<Category> categories;
  std::vector<Department> departments;
  std::vector<Queue> queues;
  std::vector<Shift> shifts;
  CallbackRules callbacks;
  ComplaintRules complaints;
  AccountRules accounts;
  TierRules tiers;
  friend bool operator==(const RuleBook&, const RuleBook&) = default;

  template <class T>
  static const T* by_code(const std::vector<T>& list, std::string_view code) {
    const auto found =
        std::find_if(list.begin(), list.end(), [code](const T& item) { return item.code == code; });
    return found == list.end() ? nullptr : &*found;
  }
  const Policy* policy(std::string_view code) const { return by_code(policies, code); }
  const Ladder* ladder(std::string_view code) const { return by_code(ladders, code); }
  const Category* category(std::string_view code) const { return by_code(categories, code); }
  const Department* department(std::string_view code) const { return by_code(departments, code); }
  const Queue* queue(std::string_view code) const { return by_code(queues, code); }
  const CallbackChoice* callback_choice(std::string_view code) const {
    return by_code(callbacks.choices, code);
  }
  const Policy* policy_for(const CaseTraits& traits) const {
    const auto found = std::find_if(policies.begin(), policies.end(), [&](const Policy& p) {
      return p.scope == traits.scope && matches(p.when, traits);
    });
    return found == policies.end() ? nullptr : &*found;
  }
  const Queue* queue_for_dialled(std::string_view number) const {
    const auto takes = [this](std::string_view wanted) -> const Queue* {
      const auto found = std::find_if(queues.begin(), queues.end(), [&](const Queue& q) {
        return std::find(q.dialled.begin(), q.dialled.end(), wanted) != q.dialled.end();
      });
      return found == queues.end() ? nullptr : &*found;
    };
    const Queue* exact = takes(number);
    return exact != nullptr ? exact : takes("*");
  }
  /// Where contacts of this channel wait to be read; none: nobody is asked.
  const Queue* queue_for_written(Channel channel) const {
    const auto found = std::find_if(queues.begin(), queues.end(), [channel](const Queue& q) {
      const auto& taken = q.written.channels;
      return std::find(taken.begin(), taken.end(), channel) != taken.end();
    });
    return found == queues.end() ? nullptr : &*found;
  }
};
BOOST_DESCRIBE_STRUCT(RuleBook, (),
                      (version, policies, ladders, categories, departments, queues, callbacks))

}  // namespace firsthand
