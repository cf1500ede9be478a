// SPDX-License-Identifier: Apache-2.0
// What clocks promise, judged from outside: from the stored rows and the rules it is worked out
// which steps lie ahead, and what was ahead and has passed must have fired, once, for people who
// are there. Rules may change between two looks: what a change passes over is excused, a breach
// never is.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/apply.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::sim {

class ClockCheckers {
 public:
  using Found = std::function<void(int rule, std::string what)>;
  ClockCheckers(const test::MemoryRows& rows, const Rules& rules, Found found)
      : rows_(rows), rules_(rules), found_(std::move(found)) {}

  /// After a batch that has touched these cases.
  void after_batch(const std::set<CaseId>& touched, std::span<const Event> events,
                   std::span<const Outcome> outcomes, Instant now);
  /// At any time; and just before the rules change, to settle what was due by the old ones.
  void everything(Instant now);

 private:
  struct Seen {
    SlaClock row;
    Instant since{};  ///< its terms are what they are from here
    std::map<std::string, Instant> ahead;
    std::map<std::string, Instant> owed;
  };
  struct CaseSeen {
    std::optional<Instant> told_at;
    bool waited_for_news = false;
    std::size_t alerts = 0;
  };

  void look(const CaseFile& file, Instant now);
  void look_at_clock(const CaseFile& file, const SlaClock& clock, Instant now);
  void settle(const SlaClock& clock, Seen& seen, Instant now);
  void look_ahead(const CaseFile& file, const SlaClock& clock, Seen& seen, Instant now);
  void due_time(const CaseFile& file, const SlaClock& clock, Instant now);
  void terms(const CaseFile& file, const SlaClock& clock);
  void breach(const SlaClock& clock, const Seen& seen, Instant now);
  void alerts(const CaseFile& file, CaseSeen& seen);
  void news(const CaseFile& file, CaseSeen& seen, Instant now);
  void retroactive(const Event& event, const Outcome& outcome);
  void read_history();
  void read_effects();
  bool absent(UserId who, Instant at) const;
  bool by_rules_in_force(const SlaClock& clock) const;

  const test::MemoryRows& rows_;
  const Rules& rules_;
  Found found_;
  std::map<ClockId, Seen> clocks_;
  std::map<CaseId, CaseSeen> cases_;
  std::map<ClockId, std::map<std::string, Instant>> fired_;  // step → when, from the history
  std::map<CaseId, Instant> contacts_;                       // the last one, from the history
  std::map<std::int64_t, std::int64_t> mails_;               // alert → clock, from the outbox
  std::map<ClockId, Instant> breaches_;
  std::size_t history_read_ = 0;
  std::size_t effects_read_ = 0;
};

}  // namespace firsthand::sim
