// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/people.hpp"

#include "engine/find.hpp"

namespace firsthand::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::agent;

constexpr Seconds kLease{400};
constexpr Seconds kBeat{180};

}  // namespace

People::People(Agenda& agenda, Random& random, const Rules& rules, test::MemoryRows& rows,
               Node& node, Telephone& telephone)
    : agenda_(agenda),
      random_(random),
      rules_(rules),
      rows_(rows),
      node_(node),
      telephone_(telephone) {
  telephone_.on_talk([this](UserId who, InteractionId call) { in_call(who, call); });
  telephone_.on_talked([this](UserId who, CallbackId callback, InteractionId call) {
    after_talk(who, callback, call);
  });
}

void People::click(UserId who, Happening what, Node::Done done) {
  if (rules_.user(who)->disabled) return;
  node_.deliver({"console:" + std::to_string(who.value),
                 "click-" + std::to_string(++clicks_),
                 who,
                 {},
                 std::move(what)},
                done);
}

std::string People::any_number() {
  // A few hundred customers, some of whom call often.
  const std::size_t who = random_.percent(30) ? random_.below(20) : random_.below(400);
  return "+86139" + std::to_string(10'000'000 + who);
}

void People::plan_day(Instant midnight) {
  for (int n = 1; n <= 6; ++n) plan_shift(agent(n), midnight);
  for (const UserId who : {test::kRepairLiaison, test::kRepairHead, test::kTechnicalLiaison,
                           test::kSalesLiaison, test::kMarketingLiaison, test::kSupervisor,
                           test::back_line(1), test::back_line(2), test::back_line(3)}) {
    agenda_.at(midnight + hours{9} + random_.between(minutes{0}, minutes{20}),
               [this, who, midnight] { work_every(who, minutes{25}, midnight + hours{18}); });
  }
  Instant at = midnight + hours{8} + minutes{15};
  while (at < midnight + hours{21}) {
    const bool office = at > midnight + hours{9} && at < midnight + hours{18};
    at += random_.about(office ? minutes{4} : minutes{25});
    const std::size_t how = random_.below(100);
    agenda_.at(at, [this, how] {
      if (how < 80) return telephone_.call_in(random_.percent(3) ? "" : any_number());
      if (how < 90) return telephone_.call_past_us(any_number());
      write_complaint();
    });
  }
}

// ------------------------------------------------------------------------------- agents
void People::plan_shift(UserId who, Instant midnight) {
  const Instant begin = midnight + hours{8} + random_.between(minutes{20}, minutes{50});
  const Instant end = midnight + hours{18} + random_.between(minutes{0}, minutes{40});
  agenda_.at(begin, [this, who, end] {
    set_presence(who, Presence::available, "");
    beat(who, end);
    work_every(who, minutes{9}, end);
  });
  const Instant lunch = midnight + hours{12} + random_.between(minutes{0}, minutes{50});
  agenda_.at(lunch, [this, who] { set_presence(who, Presence::on_break, "lunch"); });
  agenda_.at(lunch + minutes{40}, [this, who] { set_presence(who, Presence::available, ""); });
  if (random_.percent(40)) {
    const Instant lost = begin + random_.between(hours{1}, hours{7});
    agenda_.at(lost, [this, who] { away_until_[who] = agenda_.now() + minutes{20}; });
    agenda_.at(lost + minutes{21}, [this, who] { set_presence(who, Presence::available, ""); });
  }
  agenda_.at(end, [this, who] { set_presence(who, Presence::offline, ""); });
}

void People::set_presence(UserId who, Presence presence, const std::string& reason) {
  click(who, event::PresenceSet{who, presence, reason}, [=, this](const Outcome& outcome) {
    // On a call, or it rings: again in a while.
    if (outcome.refusal && outcome.refusal->code == "on_a_call")
      agenda_.after(Seconds{30}, [=, this] { set_presence(who, presence, reason); });
  });
}

void People::beat(UserId who, Instant until) {
  const Instant* away = find(away_until_, who);
  if (rules_.user(who)->disabled) return;
  if (!away || *away < agenda_.now())
    node_.submit(test::by(who).does(event::PresenceBeat{who, kLease}));
  if (agenda_.now() + kBeat < until) agenda_.after(kBeat, [=, this] { beat(who, until); });
}

bool People::at_work(UserId who) const {
  const Desk* desk = find(rows_.world().desks, who);
  const bool console = rules_.user(who)->role == Role::agent;
  return !console || (desk && desk->presence != Presence::offline);
}

void People::in_call(UserId who, InteractionId id) {
  agenda_.after(random_.between(Seconds{5}, Seconds{18}), [this, who, id] {
    const Interaction& call = rows_.world().interactions.at(id);
    if (call.state == InteractionState::ended) return;
    const bool known = call.case_id && rows_.world().cases.at(call.case_id).facts.live();
    if (known && random_.percent(70)) {
      click(who, event::ContactAdded{call.case_id, id, "催问"});
      if (random_.percent(30)) click(who, event::CustomerTold{call.case_id, "call", "已说明"});
      return;
    }
    if (random_.percent(40)) return;
    event::CaseRegistered e = test::complaint(id);
    static const std::vector<std::string> categories{"wxcs", "wxzl", "cpzl", "fpwt", "qt", "aqyh"};
    e.category = random_.pick(categories);
    if (random_.percent(20)) {
      e.kind = CaseKind::inquiry;
      e.category = "cpzx";
    }
    e.callback.choice = random_.percent(40) ? "four_hours" : "";
    if (call.number.empty()) e.number = any_number();
    click(who, e);
  });
  if (random_.percent(20)) {
    agenda_.after(Seconds{10}, [this, who, id] { click(who, event::HoldAsked{id, true}); });
    agenda_.after(Seconds{25}, [this, who, id] { click(who, event::HoldAsked{id, false}); });
  }
}

void People::after_talk(UserId who, CallbackId id, InteractionId call) {
  const Callback& promise = rows_.world().callbacks.at(id);
  std::optional<bool> satisfied;
  if (promise.kind == CallbackKind::follow_up) satisfied = random_.percent(85);
  click(who, event::CallbackAttempted{id, AttemptOutcome::reached, "已联系", satisfied, call});
}

// ------------------------------------------------------------------------------- work
void People::work_every(UserId who, Millis time, Instant until) {
  if (at_work(who)) work(who);
  if (agenda_.now() + time < until)
    agenda_.after(time + random_.between(Millis{0}, minutes{3}),
                  [=, this] { work_every(who, time, until); });
}

void People::work(UserId who) {
  const DepartmentId department = rules_.user(who)->department;
  for (const auto& [id, promise] : rows_.world().callbacks) {
    if (promise.state != CallbackState::open || promise.window_from > agenda_.now()) continue;
    if (promise.next_try_at && *promise.next_try_at > agenda_.now()) continue;
    const bool mine = promise.user == who || (!promise.user && promise.department == department &&
                                              department && promise.department);
    if (!mine || !random_.percent(45)) continue;
    call_back(who, promise);
    break;
  }
  for (const auto& [id, file] : rows_.world().cases) {
    const bool old = file.facts.state == CaseState::closed;
    if (!old && random_.percent(40)) work_on(who, file);
  }
  for (const auto& [id, clockwork] : rows_.world().customer_clocks) read_alerts(who, clockwork);
  for (const auto& [id, action] : rows_.world().review_actions) work_on(who, action);
  if (who == test::kSupervisor && random_.percent(20)) review();
}

void People::call_back(UserId who, const Callback& promise) {
  const Desk* desk = find(rows_.world().desks, who);
  const bool dials = !rules_.user(who)->extension.empty() && !(desk && desk->interaction);
  if (dials && random_.percent(70)) return click(who, event::CallbackDialled{promise.id});
  static const std::vector<AttemptOutcome> luck{AttemptOutcome::reached, AttemptOutcome::no_answer,
                                                AttemptOutcome::busy, AttemptOutcome::wrong_number};
  const auto outcome = random_.percent(60) ? AttemptOutcome::reached : random_.pick(luck);
  std::optional<bool> satisfied;
  if (promise.kind == CallbackKind::follow_up) satisfied = random_.percent(85);
  click(who, event::CallbackAttempted{promise.id, outcome, "手机联系", satisfied, {}});
}

void People::work_on(UserId who, const CaseFile& file) {
  read_alerts(who, file);
  if (file.facts.owner == who) own_case(who, file);
  if (file.facts.hand_over_to == who)
    click(who, event::HandOverAnswered{file.facts.id, random_.percent(80)});
  own_department(who, file);
  if (who == test::kSupervisor) supervise(file);
}

void People::read_alerts(UserId who, const Clockwork& works) {
  for (const auto& alert : works.alerts) {
    if (alert.recipient == who && !alert.acknowledged_at && random_.percent(50))
      click(who, event::AlertAcknowledged{alert.id});
  }
}

void People::own_case(UserId who, const CaseFile& file) {
  const Case& c = file.facts;
  if (c.state == CaseState::resolved) {
    if (random_.percent(3)) click(who, event::CaseClosed{c.id});
    return;
  }
  answer_the_department(who, file);
  const bool out = std::any_of(file.dispatches.begin(), file.dispatches.end(),
                               [](const Dispatch& d) { return d.live(); });
  const std::size_t mood = random_.below(100);
  if (c.told_at && mood < 50) return click(who, event::CaseResolved{c.id, "已解决"});
  if (!out && mood < 8) return click(who, event::CustomerTold{c.id, "message", "已答复"});
  if (!out && mood < 16)
    return click(who, event::Dispatched{
                          c.id,
                          random_.pick(std::vector{test::kRepair, test::kSales, test::kTechnical}),
                          "请协助",
                          {}});
  if (mood >= 99) return click(who, event::CaseResolved{c.id, "客户还不知道"});
  if (mood >= 97)
    return click(who, event::ClocksPaused{c.id, "customer_sends_photos",
                                          agenda_.now() + random_.between(minutes{5}, hours{30})});
  if (mood >= 96) return click(who, event::ClocksResumed{c.id, false});
  if (mood >= 94)
    return click(
        who, event::HandOverOffered{c.id, agent(1 + static_cast<int>(random_.below(6))), "专长"});
  if (mood >= 92) return click(who, event::CaseEscalated{c.id, {}, "无进展"});
  if (mood >= 88) return click(who, event::NoteAdded{c.id, "跟进"});
  if (mood >= 86) {
    event::CaseEdited edit;
    edit.case_id = c.id;
    edit.version = c.version;
    edit.severity = 1 + static_cast<int>(random_.below(4));
    click(who, edit);
  }
}

void People::own_department(UserId who, const CaseFile& file) {
  const DepartmentId mine = rules_.user(who)->department;
  for (const auto& dispatch : file.dispatches) {
    if (!mine || dispatch.department != mine || !dispatch.live()) continue;
    const std::size_t mood = random_.below(100);
    if (dispatch.state == DispatchState::accepted) {
      if (mood < 12) click(who, event::DispatchAnswered{dispatch.id, "已处理"});
    } else if (mood < 50) {
      click(who, event::DispatchAccepted{dispatch.id});
    } else if (mood < 58) {
      click(who, event::DispatchReturned{dispatch.id, "不属于本部门", {}});
    }
    ask_the_owners_side(who, dispatch);
  }
}

void People::ask_the_owners_side(UserId who, const Dispatch& dispatch) {
  const std::size_t mood = random_.below(100);
  if (mood < 6)
    click(who, event::ExtensionAsked{
                   dispatch.id, agenda_.now() + random_.between(hours{2}, hours{72}), "等配件"});
  if (mood >= 95) click(who, event::DispatchDisputed{dispatch.id, "应由其他部门处理"});
}

void People::answer_the_department(UserId who, const CaseFile& file) {
  const Case& c = file.facts;
  if (c.told_how == "department_reached" && random_.percent(10))
    click(who, event::CustomerNotTold{c.id, "客户说没人联系"});
  for (const auto& dispatch : file.dispatches) {
    if (!dispatch.live()) continue;
    if (random_.percent(8)) click(who, event::DispatchChased{dispatch.id, "客户又来催"});
    if (dispatch.extension_until && random_.percent(40))
      click(who, event::ExtensionAnswered{dispatch.id, random_.percent(60), "商量过"});
  }
}

void People::supervise(const CaseFile& file) {
  const Case& c = file.facts;
  for (const auto& dispatch : file.dispatches) {
    if (!dispatch.live() || !dispatch.disputed()) continue;
    const DepartmentId onwards = random_.percent(50) ? test::kTechnical : DepartmentId{};
    const bool upheld = onwards != dispatch.department && random_.percent(60);
    click(test::kSupervisor,
          event::DisputeSettled{dispatch.id, upheld, upheld ? onwards : DepartmentId{}, "已核实"});
  }
  if (random_.permille(5))
    click(test::kSupervisor,
          event::CaseReassigned{c.id, agent(1 + static_cast<int>(random_.below(6))), "负荷均衡"});
  if (!c.live() || c.told_at) return;
  for (const auto& [id, promise] : rows_.world().callbacks) {
    if (promise.case_id != c.id || promise.state != CallbackState::exhausted) continue;
    if (random_.percent(30))
      return click(
          test::kSupervisor,
          event::CallbackRescheduled{
              id, agenda_.now() + random_.between(hours{1}, hours{30}), {}, "+862161234567"});
    return click(test::kSupervisor, event::CaseResolved{c.id, "多次联系不上"});
  }
}

/// The meeting gives a department or a person something to do within hours or days.
void People::review() {
  event::ReviewActionAgreed e{};
  e.title = "改进";
  e.department = random_.pick(std::vector{test::kRepair, test::kSales, test::kTechnical});
  if (random_.percent(40)) e.assignee = random_.pick(std::vector{test::kRepairHead, agent(1)});
  if (random_.percent(90)) e.due_at = agenda_.now() + random_.between(hours{2}, hours{60});
  click(test::kSupervisor, e);
}

void People::work_on(UserId who, const ReviewActionFile& action) {
  read_alerts(who, action);
  const ReviewAction& facts = action.facts;
  if (facts.state != ReviewActionState::open) return;
  const bool mine = facts.assignee == who ||
                    (facts.department && rules_.user(who)->department == facts.department);
  if (mine && random_.percent(3))
    click(who, event::ReviewActionEnded{facts.id, ReviewActionState::done, "已改进"});
  if (who != test::kSupervisor || !random_.percent(2)) return;
  event::ReviewActionChanged e{};
  e.review_action = facts.id;
  e.version = facts.version;
  e.due_at = agenda_.now() + random_.between(hours{1}, hours{40});
  e.reason = "改期";
  click(who, e);
}

void People::write_complaint() {
  const std::string key = "form-" + std::to_string(++clicks_);
  event::CaseRegistered e = test::web_complaint(any_number());
  e.public_token = "token-" + key;
  e.category = random_.percent(50) ? "fhyw" : "qt";
  e.callback.choice = "";
  // A letter that lay about, a message of the weekend.
  if (random_.percent(40)) e.received_at = agenda_.now() - random_.about(hours{6});
  const Event event = test::web().once(key).does(e);
  // A slow page is sent twice by impatient people.
  if (random_.percent(10)) node_.deliver(event);
  node_.deliver(event);
}

}  // namespace firsthand::sim
