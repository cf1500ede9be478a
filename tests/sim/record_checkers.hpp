// SPDX-License-Identifier: Apache-2.0
// What merging and undoing it, compensation, complaint records and reopenings must leave true,
// judged from outside: by the stored rows, the history, and what the rows were at the last look.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "engine/apply.hpp"
#include "tests/sim/mutants.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::sim {

/// What the words promise beside the numbered rules.
inline constexpr int kComplaintRecord = 12;

/// The record in which this one is shown.
CustomerId shown_in(const World& world, CustomerId id);
/// Whether both records are one customer.
bool same_customer(const World& world, CustomerId a, CustomerId b);

class RecordCheckers {
 public:
  using Found = std::function<void(int rule, std::string what)>;
  RecordCheckers(const test::MemoryRows& rows, const Rules& rules, Found found)
      : rows_(rows), rules_(rules), found_(std::move(found)) {}

  void after_batch(const Touched& touched, std::span<const Event> events,
                   std::span<const Outcome> outcomes, Instant now);
  void everything();
  std::size_t dissatisfied() const { return dissatisfied_; }
  std::size_t comebacks() const { return comebacks_; }

 private:
  void read_history();
  // ---- customers
  void merges();
  void belongings();
  using Holders = std::map<std::string, std::set<CustomerId>>;  // number → kept records
  void belongs(const Interaction& call, const Holders& holders);
  void belongs(const CaseFile& file);
  void belongs(const Callback& promise);
  bool undone_since(CustomerId gone) const;
  void owner_of_the_caller(InteractionId id);
  void owners_stay(std::span<const Event> events);
  // ---- complaints
  void compensations(const CaseFile& file);
  void complaint(const CaseFile& file);
  void reopened(const CallbackId& asked, Instant now);
  void one_cycle(const CaseFile& file);

  const test::MemoryRows& rows_;
  const Rules& rules_;
  Found found_;
  std::size_t history_read_ = 0;
  std::map<CaseId, int> edits_;  // of the complaint record, letters among them
  std::map<CompensationId, UserId> proposers_;
  std::map<CompensationId, Compensation> decided_;
  std::map<InteractionId, CustomerId> whose_;
  std::map<CaseId, UserId> owners_;
  std::set<CaseId> live_;
  std::size_t dissatisfied_ = 0;
  std::size_t comebacks_ = 0;  // of interactions, by un-merging
};

}  // namespace firsthand::sim
