// SPDX-License-Identifier: Apache-2.0
// The rules of the domain, judged from outside: by what is stored, what was answered and what the
// telephone saw, never by what the engine says of itself. The numbers are the rules' own.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/apply.hpp"
#include "tests/sim/clock_checkers.hpp"
#include "tests/sim/record_checkers.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::sim {

struct Violation {
  int rule = 0;
  Instant at{};
  std::string what;
};
std::string text(const std::vector<Violation>& violations);

/// What the outside world knows for sure.
struct Witness {
  struct Call {
    std::string number;
    Instant arrived{};
  };
  std::map<std::string, Call> calls;  ///< by PBX channel, of which the engine has said it knows
  std::map<std::pair<std::string, std::string>, Reply> answered;  ///< (source, key) → first reply
  std::set<std::pair<std::string, std::string>> registered;       ///< keys that made a case
};

class Checkers {
 public:
  Checkers(const test::MemoryRows& rows, const Rules& rules)
      : rows_(rows),
        rules_(rules),
        clocks_(rows, rules, [this](int rule, std::string what) { found(rule, std::move(what)); }),
        records_(rows, rules,
                 [this](int rule, std::string what) { found(rule, std::move(what)); }) {}
  Checkers(const Checkers&) = delete;
  Checkers& operator=(const Checkers&) = delete;

  /// Who was free just before a batch, to judge its offers by.
  void before_batch(Instant now);
  void after_batch(const Touched& touched, std::span<const Event> events,
                   std::span<const Outcome> outcomes, Instant now);
  /// What was due by the old rules is settled by them.
  void before_the_rules_change(Instant now);
  /// All that can be judged at any time.
  void everything(const Witness& witness, Instant now);
  /// And what must be true when the last call has ended.
  void at_the_end(const Witness& witness, Instant now);

  void found(int rule, std::string what);
  const std::vector<Violation>& violations() const { return violations_; }
  const RecordCheckers& records() const { return records_; }

 private:
  void offers_and_desks();
  void letters();
  void letter_told(const Interaction& letter, const std::function<bool(const char*)>& says);
  void owner_first(const event::OfferMade& made, OfferId id);
  void ownership(const CaseFile& file);
  void dispatches(const CaseFile& file);
  void told(const CaseFile& file);
  void alerts(const CaseFile& file);
  bool has_left(UserId who) const;
  void callbacks();
  void follow_ups(const CaseFile& file);
  void interactions();
  bool called_back(const Interaction& call, const Callback& promise) const;
  bool promised_at_an_unmerge(const Callback& promise) const;
  void history();
  std::size_t told_of(CaseId id, const std::string& kind) const;
  void read_history();

  const test::MemoryRows& rows_;
  const Rules& rules_;
  Instant now_{};
  std::map<UserId, Desk> desks_before_;
  std::size_t history_read_ = 0;
  std::int64_t history_last_ = 0;
  Instant history_last_at_{};
  std::map<CaseId, std::map<std::string, std::size_t>> kinds_;  // history entries of a case
  std::map<InteractionId, std::set<std::string>> call_kinds_;
  std::map<CaseId, std::vector<HistoryEntry>> turns_;  // told, kept, resolved, reopened
  std::vector<Violation> violations_;
  ClockCheckers clocks_;
  RecordCheckers records_;
};

}  // namespace firsthand::sim
