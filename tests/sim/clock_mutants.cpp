// SPDX-License-Identifier: Apache-2.0
// Engines whose clocks, ladders or alerts have one mistake in them.
#include <algorithm>

#include "tests/sim/mutants.hpp"

namespace firsthand::sim {
namespace {

const SlaClock* clock_in(const CaseFile* file, ClockId id) {
  if (!file) return nullptr;
  const auto found = std::find_if(file->clocks.begin(), file->clocks.end(),
                                  [&](const SlaClock& clock) { return clock.id == id; });
  return found == file->clocks.end() ? nullptr : &*found;
}

/// Each clock with what it was before the batch, or null.
template <class F>
void each_clock(Docket& docket, F change) {
  for (auto& [id, file] : docket.now.cases) {
    const auto was = docket.before.cases.find(id);
    const CaseFile* before = was == docket.before.cases.end() ? nullptr : &was->second;
    for (auto& clock : file.clocks) change(file, clock, clock_in(before, clock.id));
  }
}

bool recomputed(const SlaClock& clock, const SlaClock* old) {
  return old && clock.revision > old->revision && clock.live();
}

HistoryEntry entry(const Docket& docket, const CaseFile& file, Instant at, std::string kind,
                   std::string data) {
  HistoryEntry made;
  made.id = docket.written.history.empty() ? 0 : docket.written.history.back().id;
  made.at = at;
  made.customer = file.facts.customer;
  made.case_id = file.facts.id;
  made.kind = std::move(kind);
  made.source = "rules";
  made.data = std::move(data);
  return made;
}

}  // namespace

/// What an engine sees that does not ask whether a step is due, or whether it was acknowledged.
bool SimTx::misread_clocks(World& seen, const Wanted& wanted) const {
  if (mutant_ != Mutant::accepts_early_timers && mutant_ != Mutant::climbs_regardless) return false;
  for (auto& [id, file] : seen.cases) {
    for (auto& clock : file.clocks) {
      const bool timed =
          std::find(wanted.clocks.begin(), wanted.clocks.end(), clock.id) != wanted.clocks.end();
      if (!timed) continue;
      if (mutant_ == Mutant::accepts_early_timers) {
        if (clock.fire_at > now()) clock.fire_at = now();
        continue;
      }
      for (auto& alert : file.alerts)
        if (alert.clock == clock.id) alert.acknowledged_at.reset();
    }
  }
  return true;
}

void SimTx::spoil_clocks(Docket& docket) {
  if (mutant_ == Mutant::forgets_clocks_without_a_case) {
    const auto forget = [&](Clockwork& works) {
      for (auto& clock : works.clocks)
        if (clock.live() && random_.percent(30)) clock.fire_at.reset();
    };
    for (auto& [id, clockwork] : docket.now.customer_clocks) forget(clockwork);
    for (auto& [id, action] : docket.now.review_actions) forget(action);
  }
  each_clock(docket, [&](CaseFile& file, SlaClock& clock, const SlaClock* old) {
    const bool fresh = !old;
    const bool again = recomputed(clock, old);
    if (mutant_ == Mutant::recompute_forgets_a_breach && again && old->breached_at) {
      clock.breached_at.reset();
      clock.state = ClockState::running;
    }
    if (mutant_ == Mutant::recompute_hides_lateness && again && clock.breached_at &&
        !old->breached_at) {
      clock.breached_at.reset();
      clock.state = ClockState::running;
    }
    if (mutant_ == Mutant::recompute_skips_a_clock && again && random_.percent(20)) {
      const std::int64_t revision = clock.revision;
      clock = *old;
      clock.revision = revision;
    }
    if (mutant_ == Mutant::moves_a_promise && again && clock.kind == ClockKind::callback &&
        clock.due_at && !clock.breached_at) {
      *clock.due_at += std::chrono::hours{1};
    }
    if (mutant_ == Mutant::pauses_the_regulator && clock.kind == ClockKind::final_response &&
        clock.live()) {
      const bool stands = std::any_of(file.pauses.begin(), file.pauses.end(),
                                      [](const ClockPause& pause) { return !pause.until; });
      if (!stands) return;
      clock.state = ClockState::paused;
      clock.due_at.reset();
      clock.fire_at.reset();
    }
    if (mutant_ == Mutant::stage_not_bumped && old && clock.stage > old->stage)
      clock.stage = old->stage;
    if (mutant_ == Mutant::forgets_when_it_was_said && fresh && clock.started_at < now())
      clock.started_at = now();
  });
  if (mutant_ == Mutant::forgets_the_follow_up) {
    for (auto& [id, file] : docket.now.cases) {
      const auto was = docket.before.cases.find(id);
      const CaseFile* before = was == docket.before.cases.end() ? nullptr : &was->second;
      std::erase_if(file.clocks, [&](const SlaClock& clock) {
        return clock.kind == ClockKind::follow_up && clock.live() && !clock_in(before, clock.id) &&
               random_.percent(30);
      });
    }
  }
  if (mutant_ != Mutant::never_restarts_progress) return;
  for (auto& [id, file] : docket.now.cases) {
    const auto was = docket.before.cases.find(id);
    if (was == docket.before.cases.end()) continue;
    const auto news = [](const SlaClock& clock) {
      return clock.kind == ClockKind::progress_update && clock.live();
    };
    const auto before = std::find_if(was->second.clocks.begin(), was->second.clocks.end(), news);
    const auto after = std::find_if(file.clocks.begin(), file.clocks.end(), news);
    if (before == was->second.clocks.end() || after == file.clocks.end() || after->id == before->id)
      continue;
    file.clocks.erase(after);
    for (auto& clock : file.clocks)
      if (clock.id == before->id) clock = *before;
  }
}

void SimTx::spoil_alerts(Docket& docket) {
  for (auto& [id, file] : docket.now.cases) {
    const auto was = docket.before.cases.find(id);
    const std::size_t known = was == docket.before.cases.end() ? 0 : was->second.alerts.size();
    if (mutant_ == Mutant::alerts_the_absent) {
      const auto away = std::find_if(rules_.users.begin(), rules_.users.end(),
                                     [&](const User& u) { return rules_.away(u.id, now()); });
      for (std::size_t i = known; i < file.alerts.size() && away != rules_.users.end(); ++i)
        if (random_.percent(20)) file.alerts[i].recipient = away->id;
    }
    if (mutant_ == Mutant::alerts_nobody && file.alerts.size() > known && random_.percent(10))
      file.alerts.resize(known);
    if (mutant_ == Mutant::escalation_takes_the_case && was != docket.before.cases.end() &&
        file.facts.escalation_level > was->second.facts.escalation_level && file.facts.handler) {
      file.facts.owner = file.facts.handler;
    }
    for (const auto& clock : file.clocks) {
      const SlaClock* old =
          clock_in(was == docket.before.cases.end() ? nullptr : &was->second, clock.id);
      if (!recomputed(clock, old)) continue;
      if (mutant_ == Mutant::mails_skipped_steps && clock.step != old->step) {
        Effect mail;
        mail.kind = EffectKind::mail;
        mail.key = "mail:skipped:" + std::to_string(docket.new_id());
        mail.payload = R"({"what":"alert","step":")" + old->step + R"("})";
        mail.at = mail.not_before = now();
        docket.written.effects.push_back(mail);
      }
      if (mutant_ != Mutant::recompute_fires_again || known == 0) continue;
      const auto told = std::find_if(file.alerts.begin(), file.alerts.end(),
                                     [&](const Alert& alert) { return alert.clock == clock.id; });
      if (told == file.alerts.end()) continue;
      Alert copy = *told;
      copy.id = AlertId{docket.new_id()};
      copy.stage = 1000 + static_cast<int>(file.alerts.size());
      copy.due_at = copy.fired_at = now();
      docket.written.history.push_back(
          entry(docket, file, now(), "clock_warned",
                R"({"alerts":[)" + std::to_string(copy.id.value) + "]}"));
      file.alerts.push_back(copy);
    }
  }
}

}  // namespace firsthand::sim
