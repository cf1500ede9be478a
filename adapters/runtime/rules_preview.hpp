// SPDX-License-Identifier: Apache-2.0
// What a change of the rules would do to the clocks that run: each is computed by the rules that
// are wanted, exactly as the change itself would do it, and nothing is written. Called on a pool
// thread with an open transaction; reads in pieces: 100,000 clocks cost time, and no memory but the
// ids of their cases.
// Throws as adapters/postgres/db.hpp says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime {

struct PreviewExample {
  std::string case_number;  ///< "" without a case; then the next three say what it is
  std::string title;        ///< the customer's name, the action's title
  CustomerId customer;
  ReviewActionId review_action;
  ClockKind clock_kind = ClockKind::resolution;
  std::optional<Instant> due_before;
  std::optional<Instant> due_after;  ///< none: the clock pauses, or `dropped`
  bool late = false;                 ///< the change makes it late
  bool dropped = false;              ///< its policy would have no such clock any more
  bool begun = false;                ///< the case has no such clock yet
};

struct PreviewCount {
  ClockKind clock_kind = ClockKind::resolution;
  std::int64_t total = 0;
  std::int64_t moved = 0;  ///< another due time, or dropped
  std::int64_t late = 0;
  std::int64_t dropped = 0;
  std::int64_t begun = 0;  ///< not among `total`: clocks that cases do not have yet
};

inline constexpr std::size_t kPreviewExamplesMax = 50;

struct RulesPreview {
  std::int64_t clocks_total = 0;
  std::int64_t clocks_moved = 0;
  std::int64_t clocks_late = 0;
  std::int64_t clocks_dropped = 0;
  std::int64_t clocks_begun = 0;
  std::int64_t cases_moved = 0;          ///< with a clock that moves, is dropped or begins
  std::int64_t cases_late = 0;           ///< with a clock that the change makes late
  std::vector<PreviewCount> by_kind;     ///< those with clocks, in the order of ClockKind
  std::vector<PreviewExample> examples;  ///< the late ones first
};

/// `in_force` is what a clock counts by that an earlier change has not reached yet.
RulesPreview preview_rules(postgres::Tx& tx, const Rules& in_force, const Rules& wanted,
                           Instant now);

}  // namespace firsthand::runtime
