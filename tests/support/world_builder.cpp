// SPDX-License-Identifier: Apache-2.0
#include "tests/support/world_builder.hpp"

#include <algorithm>

#include "config/defaults.hpp"

namespace firsthand::test {
namespace {

template <class Map, class Id>
auto row(const Map& map, Id id, const char* what) {
  const auto found = map.find(id);
  if (found == map.end())
    throw std::runtime_error("no " + std::string{what} + " " + std::to_string(id.value));
  return found->second;
}

User person(UserId id, std::string login, Role role) {
  User user;
  user.id = id;
  user.login = std::move(login);
  user.name = "演示" + user.login;
  user.role = role;
  user.email = user.login + "@example.com";
  user.languages = {"zh"};
  return user;
}

std::vector<User> people() {
  std::vector<User> all;
  for (int n = 1; n <= 6; ++n) {
    User user = person(agent(n), "agent" + std::to_string(n), Role::agent);
    user.extension = std::to_string(1000 + n);
    user.skills = n <= 4 ? std::vector<std::string>{"complaint", "general"}
                         : std::vector<std::string>{"repair", "general"};
    if (n == 6) {
      user.skills.insert(user.skills.end(), {"complaint", "english"});
      user.languages.push_back("en");
    }
    all.push_back(std::move(user));
  }
  for (int n = 1; n <= 3; ++n)
    all.push_back(person(back_line(n), "back" + std::to_string(n), Role::back_line));
  const auto liaison = [&](UserId id, const char* login, DepartmentId department, bool head,
                           Role role = Role::liaison) {
    User user = person(id, login, role);
    user.department = department;
    user.department_head = head;
    user.extension = std::to_string(1700 + id.value);
    all.push_back(std::move(user));
  };
  liaison(kRepairLiaison, "repair1", kRepair, false);
  // The head of the repair centre reads its alerts only when they climb.
  liaison(kRepairHead, "repair2", kRepair, true, Role::manager);
  liaison(kTechnicalLiaison, "technical1", kTechnical, true);
  liaison(kSalesLiaison, "sales1", kSales, true);
  liaison(kMarketingLiaison, "marketing1", kMarketing, true);
  all.push_back(person(kSupervisor, "supervisor", Role::supervisor));
  all.back().extension = "1401";
  all.push_back(person(kManager, "manager", Role::manager));
  all.push_back(person(kAdministrator, "admin", Role::administrator));
  return all;
}

}  // namespace

Instant moment(std::string_view text) {
  return parse_iso8601(text).value();
}

Instant monday_ten() {
  return moment("2030-03-04T10:00:00+08:00");
}

Rules company(const std::string& directory) {
  auto defaults = config::load_defaults(directory);
  if (!defaults) throw std::runtime_error(defaults.error().text());
  Rules rules;
  rules.book = std::move(defaults->rules);
  rules.company_calendar = "china-office";
  const Date first = parse_date("2026-01-01").value();
  const Date last = parse_date("2030-12-31").value();
  for (const auto& definition : defaults->calendars) {
    rules.calendars.emplace(definition.code,
                            config::compile_calendar(definition, first, last).value());
  }
  rules.departments = {
      {"sales", kSales}, {"marketing", kMarketing}, {"technical", kTechnical}, {"repair", kRepair}};
  rules.users = people();
  return rules;
}

event::CaseRegistered complaint(InteractionId call) {
  event::CaseRegistered e;
  e.interaction = call;
  e.kind = CaseKind::complaint;
  e.category = "wxcs";
  e.text = "送修三周没有消息";
  e.callback.choice = "two_hours";
  return e;
}

event::CaseRegistered web_complaint(const std::string& number) {
  event::CaseRegistered e = complaint();
  e.channel = Channel::web;
  e.number = number;
  e.customer_name = "示例客户";
  e.email = "customer@example.net";
  e.public_token = "token-of-" + number;
  return e;
}

event::ClockFired firing(const SlaClock& clock) {
  return {clock.id, clock.version};
}

// ------------------------------------------------------------------------------- telling
Outcome Story::tell(const Event& event) {
  return store_.apply({&event, 1}).at(0);
}

Reply Story::must(const Event& event) {
  const Outcome outcome = tell(event);
  if (outcome.refusal)
    throw std::runtime_error("refused: " + outcome.refusal->code + ": " +
                             outcome.refusal->sentence);
  return outcome.reply;
}

std::string Story::refused(const Event& event) {
  const Outcome outcome = tell(event);
  return outcome.refusal ? outcome.refusal->code : "";
}

// ------------------------------------------------------------------------------- sentences
void Story::arrives_at_work(UserId who) {
  must(by(who).does(event::PresenceSet{who, Presence::available, ""}));
}

InteractionId Story::call_arrives(const std::string& number, const std::string& dialled) {
  const std::string channel = "chan-" + std::to_string(++spoken_);
  const event::CallArrived e{"pbx1", channel, number, dialled, now()};
  return InteractionId{must(pbx().once("arrived:" + channel).does(e)).id};
}

OfferId Story::is_offered(InteractionId call, UserId to, OfferReason reason) {
  const std::string token = "t" + std::to_string(++spoken_);
  return OfferId{must(router().does(event::OfferMade{call, to, reason, token, Seconds{15}})).id};
}

void Story::answers_in_console(UserId who, OfferId id) {
  must(by(who).does(event::OfferAccepted{id, offer(id).token, event::AcceptedHow::console}));
}

void Story::answers_by_phone(OfferId id) {
  must(pbx().does(event::OfferAccepted{id, "", event::AcceptedHow::phone}));
}

InteractionId Story::talks(const std::string& number, UserId with) {
  const InteractionId id = call_arrives(number);
  answers_by_phone(is_offered(id, with));
  return id;
}

void Story::hangs_up(InteractionId id, const std::string& reason) {
  const Interaction was = call(id);
  must(pbx()
           .once("ended:" + was.pbx_channel)
           .does(event::CallEnded{was.pbx, was.pbx_channel, {}, reason}));
}

void Story::wraps_up(UserId who) {
  must(by(who).does(event::WrapUp{who, event::WrapUpAction::finish}));
}

CaseId Story::complains(InteractionId id, UserId to) {
  return CaseId{must(by(to).once("complaint-" + std::to_string(++spoken_)).does(complaint(id))).id};
}

CaseId Story::complaint_taken(const std::string& number, UserId by_whom) {
  if (!look().world.desks.contains(by_whom)) arrives_at_work(by_whom);
  const InteractionId id = talks(number, by_whom);
  const CaseId made = complains(id, by_whom);
  hangs_up(id);
  wraps_up(by_whom);
  return made;
}

InteractionId Story::dials(CallbackId id, UserId who) {
  return InteractionId{must(by(who).does(event::CallbackDialled{id})).id};
}

void Story::customer_answers(InteractionId id) {
  must(pbx().does(event::OutboundLeg{id, "agent", "answered", ""}));
  must(pbx().does(event::OutboundLeg{id, "customer", "answered", ""}));
}

void Story::reached(CallbackId id, UserId who, std::optional<bool> satisfied) {
  must(by(who).does(
      event::CallbackAttempted{id, AttemptOutcome::reached, "已告知客户", satisfied, {}}));
}

void Story::resolves(CaseId id, UserId who) {
  if (!facts(id).told_at) must(by(who).does(event::CustomerTold{id, "reply_sent", "已答复"}));
  must(by(who).does(event::CaseResolved{id, "已换新机"}));
}

namespace {
template <class F>
void each_clockwork(const World& world, F take) {
  for (const auto& [id, file] : world.cases) take(file);
  for (const auto& [id, clockwork] : world.customer_clocks) take(clockwork);
  for (const auto& [id, action] : world.review_actions) take(action);
}
}  // namespace

std::vector<SlaClock> all_clocks(const World& world) {
  std::vector<SlaClock> found;
  each_clockwork(world, [&](const Clockwork& works) {
    found.insert(found.end(), works.clocks.begin(), works.clocks.end());
  });
  return found;
}

std::vector<Alert> all_alerts(const World& world) {
  std::vector<Alert> found;
  each_clockwork(world, [&](const Clockwork& works) {
    found.insert(found.end(), works.alerts.begin(), works.alerts.end());
  });
  return found;
}

int Story::timers_run() {
  int fired = 0;
  for (bool any = true; any;) {
    any = false;
    auto due = all_clocks(look().world);
    std::erase_if(due, [&](const SlaClock& c) { return !c.fire_at || *c.fire_at > now(); });
    for (const auto& clock : due) {
      const Event event =
          timer()
              .once("clock:" + std::to_string(clock.id.value) + ":" + std::to_string(clock.version))
              .does(firing(clock));
      if (tell(event).refusal) continue;  // another step of this turn has moved it on
      any = true;
      ++fired;
    }
  }
  return fired;
}

void Story::next_timer() {
  std::optional<Instant> next;
  for (const auto& clock : all_clocks(look().world)) {
    if (clock.fire_at && (!next || *clock.fire_at < *next)) next = clock.fire_at;
  }
  if (!next) throw std::runtime_error("no clock is armed");
  at(std::max(now(), *next));
  timers_run();
}

// ------------------------------------------------------------------------------- looking
CaseFile Story::file(CaseId id) {
  return row(look().world.cases, id, "case");
}
Interaction Story::call(InteractionId id) {
  return row(look().world.interactions, id, "interaction");
}
Desk Story::desk(UserId who) {
  return row(look().world.desks, who, "desk");
}
Offer Story::offer(OfferId id) {
  return row(look().world.offers, id, "offer");
}
Callback Story::callback(CallbackId id) {
  return row(look().world.callbacks, id, "callback");
}

Callback Story::open_callback(CaseId id, CallbackKind kind) {
  for (const auto seen = look(); const auto& [key, promise] : seen.world.callbacks) {
    if (promise.case_id == id && promise.kind == kind && promise.state == CallbackState::open)
      return promise;
  }
  throw std::runtime_error("no open callback");
}

std::vector<Callback> Story::callbacks_of(CustomerId id) {
  std::vector<Callback> found;
  for (const auto seen = look(); const auto& [key, promise] : seen.world.callbacks)
    if (promise.customer == id) found.push_back(promise);
  return found;
}

SlaClock Story::live_clock(CaseId id, ClockKind kind) {
  for (const auto seen = file(id); const auto& clock : seen.clocks)
    if (clock.kind == kind && clock.live()) return clock;
  throw std::runtime_error("no such live clock");
}

SlaClock Story::newest_clock(CaseId id, ClockKind kind) {
  const auto clocks = file(id).clocks;
  for (auto clock = clocks.rbegin(); clock != clocks.rend(); ++clock)
    if (clock->kind == kind) return *clock;
  throw std::runtime_error("no such clock");
}

Dispatch Story::newest_dispatch(CaseId id) {
  const auto dispatches = file(id).dispatches;
  if (dispatches.empty()) throw std::runtime_error("never dispatched");
  return dispatches.back();
}

std::vector<std::string> Story::history(CaseId id) {
  std::vector<std::string> kinds;
  for (const auto seen = look(); const auto& entry : seen.history)
    if (entry.case_id == id) kinds.push_back(entry.kind);
  return kinds;
}

std::size_t Story::told_of(CaseId id, std::string_view kind) {
  const auto kinds = history(id);
  return static_cast<std::size_t>(std::count(kinds.begin(), kinds.end(), kind));
}

std::vector<OwnershipEntry> Story::ledger(CaseId id) {
  std::vector<OwnershipEntry> found;
  for (const auto seen = look(); const auto& entry : seen.ownership)
    if (entry.case_id == id) found.push_back(entry);
  return found;
}

std::vector<Alert> Story::alerts(CaseId id, ClockKind kind, std::string_view step) {
  std::vector<Alert> found;
  for (const auto seen = file(id); const auto& alert : seen.alerts)
    if (alert.clock_kind == kind && alert.step == step) found.push_back(alert);
  return found;
}

}  // namespace firsthand::test
