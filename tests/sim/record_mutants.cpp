// SPDX-License-Identifier: Apache-2.0
// Engines with one mistake in how they keep records: merges, complaint records, reopenings.
#include <algorithm>

#include "tests/sim/mutants.hpp"

namespace firsthand::sim {

/// The world as these engines see it; none: as it is.
std::optional<World> SimTx::misread_records(const World& loaded, const Wanted& wanted) {
  World seen = loaded;
  if (mutant_ == Mutant::forgets_the_merged && !wanted.numbers.empty()) {
    std::erase_if(seen.cases, [&](const auto& entry) {
      const auto whose = loaded.customers.find(entry.second.facts.customer);
      return whose != loaded.customers.end() && whose->second.merged_into;
    });
    return seen;
  }
  return std::nullopt;
}

void SimTx::spoil_records(Docket& docket) {
  const auto undone = [&](const CustomerMerge& merge) {
    const auto was = docket.before.merges.find(merge.id);
    return merge.undone_at && was != docket.before.merges.end() && !was->second.undone_at;
  };
  const bool taken_apart = std::any_of(docket.now.merges.begin(), docket.now.merges.end(),
                                       [&](const auto& entry) { return undone(entry.second); });
  if (mutant_ == Mutant::unmerge_forgets_a_call && taken_apart) {
    for (auto& [id, call] : docket.now.interactions) {
      const auto was = docket.before.interactions.find(id);
      if (was == docket.before.interactions.end() || was->second.customer == call.customer)
        continue;
      call.customer = was->second.customer;
      break;
    }
  }
  if (mutant_ == Mutant::merge_takes_the_cases) {
    for (const auto& [id, merge] : docket.now.merges) {
      if (docket.before.merges.contains(id)) continue;
      for (auto& [case_id, file] : docket.now.cases)
        if (file.facts.customer == merge.gone && file.facts.live()) file.facts.owner = merge.by;
    }
  }
  if (mutant_ == Mutant::approver_is_the_proposer) {
    for (auto& [id, file] : docket.now.cases) {
      for (auto& one : file.compensations) {
        if (one.state != CompensationState::proposed || !random_.percent(30)) continue;
        one.state = CompensationState::approved;
        one.decided_by = one.proposed_by;
        one.decided_at = now();
      }
    }
  }
  if (mutant_ == Mutant::reopens_without_a_clock) {
    for (auto& [id, file] : docket.now.cases) {
      const auto was = docket.before.cases.find(id);
      if (was == docket.before.cases.end() || was->second.facts.cycle == file.facts.cycle) continue;
      std::erase_if(file.clocks, [&](const SlaClock& clock) {
        return clock.kind == ClockKind::resolution && clock.cycle == file.facts.cycle;
      });
    }
  }
}

}  // namespace firsthand::sim
