// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/clock_checkers.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "engine/clock_rules.hpp"
#include "tests/sim/clock_words.hpp"

namespace firsthand::sim {
namespace {

std::int64_t number_in(const std::string& json, const char* key) {
  const auto facts = boost::json::parse(json).as_object();
  const auto* value = facts.if_contains(key);
  return value && value->is_int64() ? value->as_int64() : 0;
}

std::vector<std::int64_t> numbers_in(const std::string& json, const char* key) {
  std::vector<std::int64_t> out;
  const auto facts = boost::json::parse(json).as_object();
  if (const auto* list = facts.if_contains(key))
    for (const auto& number : list->as_array()) out.push_back(number.as_int64());
  return out;
}

std::string text_in(const std::string& json, const char* key) {
  const auto facts = boost::json::parse(json).as_object();
  const auto* value = facts.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : "";
}

}  // namespace

std::vector<Pause> ClockCheckers::stood(const Place& at, ClockKind kind) {
  std::vector<Pause> found;
  if (!pausable(kind) || !at.file) return found;
  for (const auto& pause : at.file->pauses) found.push_back({pause.from, pause.until});
  return found;
}

/// A budget that the calendar does not reach counts on as calendar time.
std::optional<Instant> ClockCheckers::due_of(const Place& place, const SlaClock& clock) const {
  const Due at = due(clock.started_at, clock.budget, rules_.calendar(clock.calendar),
                     stood(place, clock.kind));
  const bool days = clock.budget.kind == BudgetKind::working_days;
  if (at.state == DueState::beyond_coverage)
    return clock.started_at + Seconds{clock.budget.amount * (days ? 86'400 : 1)};
  return at.value();
}

bool ClockCheckers::absent(UserId who, Instant at) const {
  const auto away = [at](const User& person) {
    return person.disabled || (person.deputy_from && *person.deputy_from <= at &&
                               (!person.deputy_until || at < *person.deputy_until));
  };
  const User* person = rules_.user(who);
  if (person && !away(*person)) return false;
  // A node that lags behind has not heard that somebody has gone.
  return at >= lag_until_ ||
         std::none_of(people_before_.begin(), people_before_.end(),
                      [&](const User& before) { return before.id == who && !away(before); });
}

bool ClockCheckers::by_rules_in_force(const SlaClock& clock) const {
  return clock.revision == rules_.revision;
}

// ------------------------------------------------------------------------------- what was written
void ClockCheckers::read_history() {
  const auto& all = rows_.history();
  for (; history_read_ < all.size(); ++history_read_) {
    const HistoryEntry& entry = all[history_read_];
    if (entry.kind == "clock_warned" || entry.kind == "clock_breached") {
      const ClockId clock{number_in(entry.data, "clock")};
      const std::string step = text_in(entry.data, "step");
      if (!step.empty() && !fired_[clock].emplace(step, entry.at).second)
        found_(8, name("a step fired twice: clock", clock) + " " + step);
      for (const auto alert : numbers_in(entry.data, "alerts")) {
        if (!told_of_.insert(AlertId{alert}).second)
          found_(11, name("an alert is twice in the history: alert", AlertId{alert}));
      }
    }
    if (entry.kind == "alert_acknowledged")
      acknowledged_.emplace(AlertId{number_in(entry.data, "alert")}, entry.at);
    if (entry.kind == "escalated" && text_in(entry.data, "by") == "ladder") {
      const User* handler = rules_.user(UserId{number_in(entry.data, "handler")});
      if (!handler || handler->role != Role::back_line || absent(handler->id, entry.at))
        found_(8, name("escalated to nobody of the back line: case", entry.case_id));
    }
    if (entry.kind == "told") contacts_[entry.case_id] = entry.at;
    if (entry.kind == "contact_added") {
      const auto call = rows_.world().interactions.find(entry.interaction);
      const bool talked = call != rows_.world().interactions.end() && call->second.answered_at &&
                          *call->second.answered_at <= entry.at;
      if (talked) contacts_[entry.case_id] = entry.at;
    }
  }
}

void ClockCheckers::read_effects() {
  const auto& all = rows_.effects();
  for (; effects_read_ < all.size(); ++effects_read_) {
    const Effect& effect = all[effects_read_];
    if (effect.kind != EffectKind::mail || text_in(effect.payload, "what") != "alert") continue;
    const std::int64_t alert = number_in(effect.payload, "alert");
    if (!mails_.emplace(alert, 0).second)
      found_(8, "an alert is mailed twice: " + std::to_string(alert));
    if (alert == 0) found_(8, "a mail of a step that alerted nobody: " + effect.key);
  }
}

// ------------------------------------------------------------------------------- one case
/// Whether somebody still had to acknowledge an earlier step when this alert was sent.
bool ClockCheckers::waited_for(const Clockwork& works, const Alert& climb) const {
  return std::any_of(works.alerts.begin(), works.alerts.end(), [&](const Alert& alert) {
    const auto answer = acknowledged_.find(alert.id);
    return alert.clock == climb.clock && alert.stage < climb.stage && alert.needs_acknowledgement &&
           (answer == acknowledged_.end() || answer->second >= climb.fired_at);
  });
}

void ClockCheckers::alerts(const Place& at) {
  const Clockwork& works = at.works;
  std::size_t& looked_at = alerts_[at.id];
  std::map<std::pair<ClockId, int>, std::string> step_of_stage;
  std::map<ClockId, std::set<std::string>> reached;
  std::set<std::tuple<ClockId, int, std::string, UserId>> once;
  for (std::size_t i = 0; i < works.alerts.size(); ++i) {
    const Alert& alert = works.alerts[i];
    reached[alert.clock].insert(alert.step);
    const auto [stage, first] =
        step_of_stage.emplace(std::pair{alert.clock, alert.stage}, alert.step);
    if (!first && stage->second != alert.step)
      found_(8, name("two steps are one stage: alert", alert.id));
    if (!once.emplace(alert.clock, alert.cycle, alert.step, alert.recipient).second)
      found_(8, name("somebody was told twice: alert", alert.id));
    if (i < looked_at) continue;
    if (!told_of_.contains(alert.id)) found_(11, name("not in the history: alert", alert.id));
    if (absent(alert.recipient, alert.fired_at))
      found_(8, name("told to somebody who is not there: alert", alert.id));
    if (alert.fired_at < alert.due_at) found_(8, name("too early: alert", alert.id));
    const auto clock = clocks_.find(alert.clock);
    // What became late by a change, or was late when it was written down, is told then, up to
    // where its ladder has climbed by now; warnings about the past are not told at all.
    const bool late = clock != clocks_.end() && clock->second.row.breached_at &&
                      *clock->second.row.breached_at <= alert.due_at;
    const Instant known = late ? std::max(alert.due_at, clock->second.since) : alert.due_at;
    if (alert.fired_at > known + kTimerSlack)
      found_(8, name("too late: alert", alert.id) + name(" clock", alert.clock) + " " + alert.step +
                    " of " + std::string{word(alert.clock_kind)} + " due " +
                    to_iso8601(alert.due_at) + " fired " + to_iso8601(alert.fired_at));
    const auto mail = mails_.find(alert.id.value);
    const Ladder* ladder = nullptr;
    for (const auto& one : works.clocks)
      if (one.id == alert.clock) ladder = rules_.book.ladder(one.ladder);
    for (const auto& step : ladder ? ladder->steps : std::vector<LadderStep>{}) {
      if (step.name == alert.step && step.if_unacknowledged && !waited_for(works, alert))
        found_(8, name("climbed although acknowledged: alert", alert.id));
      const bool by_mail =
          std::count(step.channels.begin(), step.channels.end(), AlertChannel::email) > 0;
      if (step.name == alert.step && by_mail && mail == mails_.end())
        found_(8, name("no mail for alert", alert.id));
    }
  }
  looked_at = works.alerts.size();
  for (const auto& clock : works.clocks) {
    const auto fired = fired_.find(clock.id);
    const Ladder* ladder = rules_.book.ladder(clock.ladder);
    if (fired == fired_.end() || !ladder || !by_rules_in_force(clock)) continue;
    for (const auto& step : ladder->steps) {
      const bool told = reached[clock.id].contains(step.name);
      if (!step.recipients.empty() && fired->second.contains(step.name) && !told)
        found_(8, "a step reached nobody:" + of(clock) + " " + step.name);
    }
  }
}

/// One promise of news at a time, and a new one after each contact.
void ClockCheckers::news(const CaseFile& file, CaseSeen& seen, Instant now) {
  const Case& c = file.facts;
  std::size_t live = 0;
  const SlaClock* running = nullptr;
  for (const auto& clock : file.clocks) {
    if (clock.kind != ClockKind::progress_update || !clock.live()) continue;
    ++live;
    running = &clock;
  }
  if (live > 1) found_(8, name("news promised twice: case", c.id));
  const auto contact = contacts_.find(c.id);
  Instant last = contact == contacts_.end() ? Instant::min() : contact->second;
  if (c.told_at) last = std::max(last, *c.told_at);
  if (running && running->started_at < last && last >= c.opened_at)
    found_(8, name("no news promised after a contact: case", c.id));
  if (c.live() && live == 0 && seen.waited_for_news && last == now) {
    // Dropped, or the rules promise none any more: the history says which.
    const bool dropped =
        std::any_of(file.clocks.begin(), file.clocks.end(), [&](const SlaClock& clock) {
          return clock.kind == ClockKind::progress_update && clock.state == ClockState::cancelled &&
                 clock.ended_at == now;
        });
    CaseTraits traits{c.kind, c.category, c.severity, Tier::standard, c.channel, "", {}};
    const Policy* policy = rules_.book.policy_for(traits);
    if (!dropped && policy && policy->clock(ClockKind::progress_update))
      found_(8, name("news are promised no more: case", c.id));
  }
  seen.waited_for_news = live > 0;
  seen.told_at = c.told_at;
}

void ClockCheckers::look(const Place& at, Instant now) {
  for (const auto& clock : at.works.clocks) look_at_clock(at, clock, now);
  alerts(at);
}

void ClockCheckers::look(CaseId id, Instant now) {
  const auto found = rows_.world().cases.find(id);
  if (found == rows_.world().cases.end()) return;
  const CaseFile& file = found->second;
  look(Place{file, &file, nullptr, file.facts.customer, id.value}, now);
  news(file, cases_[id], now);
}

void ClockCheckers::look(CustomerId id, Instant now) {
  const auto found = rows_.world().customer_clocks.find(id);
  if (found != rows_.world().customer_clocks.end())
    look(Place{found->second, nullptr, nullptr, id, id.value}, now);
}

void ClockCheckers::look(ReviewActionId id, Instant now) {
  const auto found = rows_.world().review_actions.find(id);
  if (found == rows_.world().review_actions.end()) return;
  look(Place{found->second, nullptr, &found->second.facts, {}, id.value}, now);
}

/// What was said earlier counts from when it was said.
void ClockCheckers::retroactive(const Event& event, const Outcome& outcome) {
  const auto* registered = std::get_if<event::CaseRegistered>(&event.what);
  if (!registered || !registered->received_at || outcome.refusal || outcome.duplicate) return;
  const auto file = rows_.world().cases.find(CaseId{outcome.reply.id});
  if (file == rows_.world().cases.end()) return;
  for (const auto& clock : file->second.clocks) {
    const bool from_the_beginning =
        clock.kind == ClockKind::resolution || clock.kind == ClockKind::final_response;
    if (from_the_beginning && clock.cycle == 1 && clock.started_at != *registered->received_at)
      found_(8, "it was said earlier than its clock began:" + of(clock));
  }
}

// ------------------------------------------------------------------------------- all of it
void ClockCheckers::after_batch(const Touched& touched, std::span<const Event> events,
                                std::span<const Outcome> outcomes, Instant now) {
  read_history();
  read_effects();
  for (const CaseId id : touched.cases) look(id, now);
  for (const CustomerId id : touched.customers) look(id, now);
  for (const ReviewActionId id : touched.actions) look(id, now);
  for (std::size_t i = 0; i < events.size(); ++i) retroactive(events[i], outcomes[i]);
}

void ClockCheckers::before_the_rules_change(Instant now) {
  everything(now);
  people_before_ = rules_.users;
  lag_until_ = now + kNodeLag;
}

void ClockCheckers::everything(Instant now) {
  read_history();
  read_effects();
  const World& world = rows_.world();
  for (const auto& [id, file] : world.cases) look(id, now);
  for (const auto& [id, clockwork] : world.customer_clocks) look(id, now);
  for (const auto& [id, action] : world.review_actions) look(id, now);
}

}  // namespace firsthand::sim
