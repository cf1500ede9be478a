// SPDX-License-Identifier: Apache-2.0
// The people and the calendar of the story: who there is, and on which days they call.
#include "adapters/import/story.hpp"

#include <algorithm>

#include "adapters/import/words.hpp"
#include "engine/complaint.hpp"

namespace firsthand::import {
namespace {

const Calendar& hotline_of(const Rules& rules) {
  return rules.book.queues.empty() ? rules.company()
                                   : rules.calendar(rules.book.queues.front().calendar);
}

/// How often a matter comes up, by category code; one that is not listed counts as 2.
int weight_of(const std::string& code) {
  static const std::unordered_map<std::string, int> weights{
      {"wxcs", 18}, {"wxzl", 10}, {"pjqh", 8}, {"fwtd", 5},  {"cpzl", 14}, {"aqyh", 2},
      {"rjgz", 9},  {"jszc", 9},  {"xcbf", 4}, {"cxwdx", 5}, {"fpwt", 6},  {"thh", 6},
      {"fhyw", 6},  {"jxsjf", 2}, {"smyy", 8}, {"cpzx", 8},  {"qt", 2}};
  const auto found = weights.find(code);
  return found == weights.end() ? 2 : found->second;
}

std::string digits(int value, int width) {
  std::string out = std::to_string(value);
  return std::string(static_cast<std::size_t>(std::max(0, width - static_cast<int>(out.size()))),
                     '0') +
         out;
}

}  // namespace

Story::Story(Chronicle& chronicle, const Rules& rules, StoryOptions options)
    : chronicle_{chronicle},
      rules_{rules},
      options_{options},
      start_{options.now - std::chrono::days{options.days}},
      office_{rules.calendar(rules.book.callbacks.calendar)},
      hotline_{hotline_of(rules)},
      random_{options.seed},
      recording_{options.seed + 1} {}

void Story::plan() {
  for (const UserId agent : people(Role::agent)) {
    Desk desk;
    desk.user = agent;
    desk.presence = Presence::available;
    desk.since = desk.idle_since = start_;
    chronicle_.seat(desk);
  }
  chronicle_.on_alert = [this](const Alert& alert, Instant at) {
    if (!alert.needs_acknowledgement || scripts_[alert.case_id].unacknowledged) return;
    const Seconds wait = chance(12) ? between(7200, 6 * 3600) : between(180, 2400);
    chronicle_.at(later(office_, at, wait),
                  [this, id = alert.id, who = alert.recipient](Instant t) {
                    by(who, event::AlertAcknowledged{id}, t);
                  });
  };
  plan_customers();
  plan_personas();
  plan_days();
  plan_open_cases();
  plan_approvals();
  plan_reviews();
}

Instant Story::later(const Calendar& calendar, Instant from, Seconds worked) const {
  const auto at = calendar.when_worked(calendar.worked_before(from) + worked);
  return std::max(from, at.value_or(from + worked));
}

Instant Story::earlier(const Calendar& calendar, Instant to, Seconds worked) const {
  const auto at = calendar.when_worked(calendar.worked_before(to) - worked);
  return std::min(to - worked, at.value_or(to - worked));
}

std::vector<UserId> Story::people(Role role, DepartmentId department) const {
  std::vector<UserId> found;
  for (const User& user : rules_.users) {
    if (user.role != role || (department && user.department != department)) continue;
    if (role == Role::liaison && user.department_head) continue;  // heads only when they must
    found.push_back(user.id);
  }
  return found;
}

UserId Story::supervisor() const {
  return people(Role::supervisor).front();
}

const Category* Story::some_category() {
  const auto weight = [this](const Category& category) {
    return is_group(rules_.book, category.code) ? 0 : weight_of(category.code);
  };
  int total = 0;
  for (const Category& category : rules_.book.categories) total += weight(category);
  int at = below(total);
  for (const Category& category : rules_.book.categories) {
    at -= weight(category);
    if (at < 0) return &category;
  }
  return &rules_.book.categories.back();
}

CustomerId Story::some_caller(Instant at) {
  // Some call often, most seldom: the smaller of two draws leans to the front of the list.
  for (int tries = 0; tries < 50; ++tries) {
    const int n = static_cast<int>(callers_.size());
    const auto& [since, id] = callers_[static_cast<std::size_t>(std::min(below(n), below(n)))];
    if (since <= at) return id;
  }
  return callers_.front().second;
}

Story::Script Story::usual_script() {
  Script script;
  script.returned = chance(5);
  script.dissatisfied = chance(6);
  script.slow = chance(7);
  script.paused = chance(2);
  script.escalated = chance(2.5);
  return script;
}

void Story::plan_customers() {
  for (int i = 0; i < options_.customers; ++i) {
    Customer customer;
    Rows::CustomerMore more;
    customer.id = CustomerId{chronicle_.new_id()};
    if (chance(6)) {
      const auto& name = pick(words::kCompanies);
      more.kind = "company";
      customer.name = std::string{name.text} + "（" + digits(i, 4) + "）";
      more.initials = name.initials;
      if (i % 3) customer.potential = 5 + i % 19 * 5;  // the account owners' estimates
      if (chance(20)) more.unpaid_cents = 10'000 * (1 + below(900));
    } else {
      const auto& surname = pick(words::kSurnames);
      const auto& given = pick(words::kGiven);
      customer.name = std::string{surname.text} + std::string{given.text};
      more.initials = {surname.initial, given.initial};
    }
    const int rank = below(100);
    customer.tier = rank < 2    ? Tier::key
                    : rank < 8  ? Tier::gold
                    : rank < 20 ? Tier::silver
                                : Tier::standard;
    customer.language = chance(3) ? "en" : "zh";
    // Numbers nobody has: 138000xxxxx is not given out, 5550 is no exchange of these cities.
    customer.numbers.push_back("+86138000" + digits(i, 5));
    if (chance(35)) customer.numbers.push_back("+8610" + std::string{"5550"} + digits(i, 4));
    if (chance(8)) customer.numbers.push_back("+8621" + std::string{"5550"} + digits(i, 4));
    if (chance(60)) customer.email = "customer" + std::to_string(i) + "@example.com";
    customer.address = std::string{pick(words::kStreets)} + std::to_string(1 + below(300)) + "号";
    customer.product = std::string{pick(words::kProducts)} + " SN" + digits(below(100'000'000), 8);
    customer.do_not_call = chance(0.5);
    customer.created_at = i < options_.customers * 2 / 3
                              ? start_ - between(0, 25 * 86400)
                              : start_ + between(0, (options_.days - 30) * 86400);
    callers_.emplace_back(customer.created_at, customer.id);
    chronicle_.at(customer.created_at,
                  [this, customer, more](Instant t) { chronicle_.add(customer, more, t); });
  }
}

void Story::plan_personas() {
  const auto person = [&](const char* name, const char* initials, const char* number, Tier tier) {
    Customer customer;
    customer.id = CustomerId{chronicle_.new_id()};
    customer.name = name;
    customer.numbers = {number};
    customer.tier = tier;
    customer.product = std::string{words::kProducts[3]} + " SN20260007";
    customer.address = std::string{words::kStreets[0]} + "8号";
    customer.created_at = start_;
    Rows::CustomerMore more;
    more.initials = initials;
    chronicle_.at(start_, [this, customer, more](Instant t) { chronicle_.add(customer, more, t); });
    return customer.id;
  };
  const auto ago = [&](int days) {
    return later(hotline_, options_.now - std::chrono::days{days}, Seconds{5400});
  };
  const CustomerId first = person("王建国", "wjg", "+8613800138000", Tier::gold);
  const CustomerId second = person("李秀英", "lxy", "+8613800138001", Tier::standard);
  person("孙丽华", "slh", "+8613800138002", Tier::standard);
  if (options_.days < 400) return;
  const Category* parts = rules_.book.category("pjqh");
  const Category* question = rules_.book.category("cpzx");
  if (parts) tell_of(ago(390), {first, parts, {}});
  if (question) tell_of(ago(95), {first, question, {}});
  call_in(ago(210), second, [](Instant, InteractionId, UserId) {});
}

void Story::plan_days() {
  const Date today = hotline_.local_date(options_.now);
  const Date first = hotline_.local_date(start_);
  const int days =
      static_cast<int>((std::chrono::sys_days{today} - std::chrono::sys_days{first}).count());
  const auto load_of = [&](int day) {
    const std::chrono::weekday weekday{std::chrono::sys_days{first} + std::chrono::days{day}};
    const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
    return (weekend ? 0.5 : 1.0) * (0.8 + 0.4 * day / std::max(1, days));
  };
  double whole = 0;
  for (int day = 0; day <= days; ++day) whole += load_of(day);
  const Instant last = options_.now - std::chrono::minutes{15};
  const auto count = [&](int total, int day) {
    const double exact = total * load_of(day) / whole;
    const int floor = static_cast<int>(exact);
    return floor + (chance(100.0 * (exact - floor)) ? 1 : 0);
  };
  for (int day = 0; day <= days; ++day) {
    const Date date{std::chrono::sys_days{first} + std::chrono::days{day}};
    for (int i = count(options_.calls, day); i > 0; --i) {
      // More in the morning than late: the earlier of two draws, between 8:00 and 21:30.
      const int minute = std::min(below(810), below(900)) + 480;
      const Instant at = hotline_.at_local(date, std::chrono::minutes{minute}) + between(0, 59);
      if (at < start_ || at > last) continue;
      chronicle_.at(at, [this](Instant t) {
        const CustomerId caller = some_caller(t);
        const int kind = below(100);
        if (kind < 70) {
          tell_of(t, {caller, some_category(), usual_script()});
        } else {
          call_in(t, caller, [](Instant, InteractionId, UserId) {}, kind >= 96);
        }
      });
    }
    for (int i = count(options_.written, day); i > 0; --i) {
      const Instant at =
          hotline_.at_local(date, std::chrono::minutes{below(1440)}) + between(0, 59);
      if (at < start_ || at > last) continue;
      chronicle_.at(at, [this](Instant t) {
        write_in(t, {some_caller(t), some_category(), usual_script()});
      });
    }
  }
}

void Story::plan_open_cases() {
  // What lies on the desks this morning: a few of every kind, opened so much working time ago.
  struct Kind {
    int count, from_min, to_min;
    Stop stop;
    bool due_today, paused, escalated, unacknowledged;
    Talk talk = Talk::nothing;
  };
  constexpr Kind kKinds[] = {
      {7, 2, 20, Stop::before_accept, false, false, false, false},
      {8, 20, 100, Stop::before_callback, false, false, false, false},
      {7, 200, 900, Stop::before_callback, false, false, false, false},
      {3, 60, 240, Stop::before_accept, false, false, false, true},
      {6, 60, 400, Stop::before_callback, true, false, false, false},
      {4, 120, 600, Stop::before_resolve, false, false, false, false},
      {3, 400, 1200, Stop::before_callback, true, true, false, false},
      {4, 240, 1500, Stop::before_callback, false, false, true, true},
      {2, 500, 900, Stop::before_callback, false, false, false, false, Talk::chased},
      {2, 200, 500, Stop::before_callback, false, false, false, false, Talk::asks_time},
      {2, 500, 900, Stop::before_callback, false, false, false, false, Talk::disputed},
      {2, 200, 500, Stop::before_callback, false, false, false, false, Talk::unreachable},
  };
  std::vector<const Category*> complaints;
  for (const Category& category : rules_.book.categories) {
    if (category.kind == CaseKind::complaint && !category.department.empty())
      complaints.push_back(&category);
  }
  if (complaints.empty()) return;
  for (const Kind& kind : kKinds) {
    for (int i = 0; i < kind.count; ++i) {
      Script script;
      script.stop = kind.stop;
      script.paused = kind.paused;
      script.escalated = kind.escalated;
      script.unacknowledged = kind.unacknowledged;
      script.talk = kind.talk;
      if (kind.due_today) script.wish.at = options_.now + between(3600, 6 * 3600);
      const Instant at =
          earlier(office_, options_.now, between(kind.from_min * 60, kind.to_min * 60));
      // By letter: certain to become a case of its own, and nobody is still talking when we begin.
      const bool written =
          script.talk != Talk::nothing || options_.now - at < std::chrono::minutes{15};
      chronicle_.at(
          at,
          [this, script, written,
           category =
               complaints[static_cast<std::size_t>(below(static_cast<int>(complaints.size())))]](
              Instant t) {
            const Wish wish{some_caller(t), category, script};
            written ? write_in(t, wish) : tell_of(t, wish);
          });
    }
  }
}

}  // namespace firsthand::import
