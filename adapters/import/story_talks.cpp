// SPDX-License-Identifier: Apache-2.0
// What owners and departments of the demo company have to settle this morning, and what customers
// answered when they were asked.
#include "adapters/import/story.hpp"

namespace firsthand::import {

std::optional<int> Story::score_of(std::optional<bool> satisfied) {
  if (!satisfied || chance(20)) return std::nullopt;  // some say yes or no, and no more
  return (*satisfied ? 4 : 1) + below(2);
}

// ------------------------------------------------------------------------------- departments
void Story::talk_of(Instant at, CaseId id) {
  const auto soon = [&](Seconds worked, auto speak) {
    chronicle_.at(later(office_, at, worked), [this, id, speak](Instant t) {
      const CaseFile* file = chronicle_.file_of(id);
      if (file == nullptr || file->dispatches.empty() || t >= options_.now) return;
      const Dispatch dispatch = file->dispatches.back();
      if (!dispatch.live()) return;
      const auto liaisons = rules_.liaisons(dispatch.department);
      if (!liaisons.empty()) speak(t, file->facts.owner, dispatch, liaisons.front());
    });
  };
  switch (scripts_[id].talk) {
    case Talk::nothing: return;
    case Talk::chased:
      for (const int hours : {2, 5, 8}) {
        soon(Seconds{hours * 3600},
             [this](Instant t, UserId owner, const Dispatch& dispatch, UserId) {
               by(owner, event::DispatchChased{dispatch.id, "客户又来电催问。"}, t);
             });
      }
      return;
    case Talk::asks_time:
      soon(Seconds{7200}, [this](Instant t, UserId, const Dispatch& dispatch, UserId who) {
        by(who, event::ExtensionAsked{dispatch.id, t + std::chrono::hours{24 * 4}, "等配件到货。"},
           t);
      });
      return;
    case Talk::disputed:
      soon(Seconds{6 * 3600}, [this](Instant t, UserId, const Dispatch& dispatch, UserId who) {
        by(who, event::DispatchDisputed{dispatch.id, "核实后不属于本部门。"}, t);
      });
      return;
    case Talk::unreachable:
      soon(Seconds{7200}, [this, id](Instant t, UserId, const Dispatch&, UserId who) {
        const Callback* promise = chronicle_.open_callback(id, CallbackKind::promised);
        if (promise != nullptr)
          by(who,
             event::CallbackAttempted{
                 promise->id, AttemptOutcome::wrong_number, "接电话的不是客户。", {}, {}, {}},
             t);
      });
      return;
  }
}

}  // namespace firsthand::import
