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
#include "tests/sim/mutants.hpp"

namespace firsthand::sim {

/// How long a node may decide by rules that others have replaced.
inline constexpr Seconds kNodeLag{8};

class ClockCheckers {
 public:
  using Found = std::function<void(int rule, std::string what)>;
  ClockCheckers(const test::MemoryRows& rows, const Rules& rules, Found found)
      : rows_(rows), rules_(rules), found_(std::move(found)) {}

  void after_batch(const Touched& touched, std::span<const Event> events,
                   std::span<const Outcome> outcomes, Instant now);
  void everything(Instant now);
  /// What was due by the old rules is settled; a node may decide by them for some seconds more.
  void before_the_rules_change(Instant now);

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
  };
  /// What clocks hang on: a case, a customer or a review action.
  struct Place {
    const Clockwork& works;
    const CaseFile* file = nullptr;
    const ReviewAction* action = nullptr;
    CustomerId customer;
    std::int64_t id = 0;
  };

  void look(const Place& at, Instant now);
  void look(CaseId id, Instant now);
  void look(CustomerId id, Instant now);
  void look(ReviewActionId id, Instant now);
  void look_at_clock(const Place& at, const SlaClock& clock, Instant now);
  void settle(const SlaClock& clock, Seen& seen, Instant now);
  void look_ahead(const Place& at, const SlaClock& clock, Seen& seen, Instant now);
  void due_time(const Place& at, const SlaClock& clock, Instant now);
  void terms(const Place& at, const SlaClock& clock);
  CaseTraits traits(const Place& at, const SlaClock& clock) const;
  void breach(const SlaClock& clock, const Seen& seen, Instant now);
  void alerts(const Place& at);
  bool waited_for(const Clockwork& works, const Alert& climb) const;
  static std::vector<Pause> stood(const Place& at, ClockKind kind);
  std::optional<Instant> due_of(const Place& at, const SlaClock& clock) const;
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
  std::map<std::int64_t, std::size_t> alerts_;  // what they hang on → how many were looked at
  std::map<ClockId, std::map<std::string, Instant>> fired_;  // step → when, from the history
  std::map<CaseId, Instant> contacts_;                       // the last one, from the history
  std::vector<User> people_before_;
  Instant lag_until_{};
  std::map<AlertId, Instant> acknowledged_;     // from the history
  std::set<AlertId> told_of_;                   // from the history
  std::map<std::int64_t, std::int64_t> mails_;  // alert → clock, from the outbox
  std::map<ClockId, Instant> breaches_;
  std::size_t history_read_ = 0;
  std::size_t effects_read_ = 0;
};

}  // namespace firsthand::sim
