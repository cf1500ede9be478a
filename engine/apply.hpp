// SPDX-License-Identifier: Apache-2.0
// The one door: a batch of events, one transaction. Tx is a concept, so that production (PgTx) and
// the tests and the simulation (MemoryTx) run the very same code.
#pragma once

#include <concepts>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/decide.hpp"

namespace firsthand {

/// What a store remembers of an event: fresh, or the reply it gave before.
struct Remembered {
  bool fresh = true;
  Reply earlier;
};

template <class T>
concept Tx = requires(T tx, std::span<const Event> events, const Wanted& wanted, Docket& docket,
                      std::span<const Outcome> outcomes) {
  { tx.now() } -> std::same_as<Instant>;
  /// One answer per event, in order; of two equal keys in a batch the second is not fresh.
  { tx.remember(events) } -> std::same_as<std::vector<Remembered>>;
  /// Loads and locks, in id order, everything the wanted things belong to.
  { tx.load(wanted) } -> std::same_as<Docket>;
  /// Writes the difference, and what was answered; a refused event is forgotten, not remembered.
  { tx.save(docket, events, outcomes) };
};

/// Answers one outcome per event. Throws what the store throws; nothing is saved then.
template <Tx T>
std::vector<Outcome> apply(T& tx, std::span<const Event> events, const Rules& rules) {
  const std::vector<Remembered> remembered = tx.remember(events);
  Wanted wanted;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (remembered[i].fresh) collect(events[i], wanted);
  }
  Docket docket = tx.load(wanted);
  const Instant now = tx.now();
  std::vector<Outcome> outcomes(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (remembered[i].fresh) outcomes[i] = decide(docket, events[i], rules, now);
  }
  docket.settle();
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> decided;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::pair<std::string_view, std::string_view> key{events[i].source, events[i].key};
    if (remembered[i].fresh) {
      docket.stamp(outcomes[i].reply);
      decided.emplace(key, i);
      continue;
    }
    // The repeat of an event of this very batch is answered as that one, refusal and all.
    const auto first = decided.find(key);
    if (first != decided.end()) {
      outcomes[i] = outcomes[first->second];
    } else {
      outcomes[i].reply = remembered[i].earlier;
    }
    outcomes[i].duplicate = true;
  }
  tx.save(docket, events, outcomes);
  return outcomes;
}

}  // namespace firsthand
