// SPDX-License-Identifier: Apache-2.0
// The door's transaction over maps in memory, with the constraints of the SQL schema under the same
// names, so that the simulation meets every fence PostgreSQL would put up. All or nothing: what is
// not committed is undone. The conformance suite holds it to PgTx. One thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/apply.hpp"
#include "tests/support/store.hpp"

namespace firsthand::test {

/// A row the schema would refuse. Named as in the migrations.
struct ConstraintViolation : std::runtime_error {
  explicit ConstraintViolation(const std::string& constraint_name)
      : std::runtime_error("violates " + constraint_name), constraint(constraint_name) {}
  std::string constraint;
};

/// What has been committed.
class MemoryRows {
 public:
  /// People and departments: what other rows may refer to.
  explicit MemoryRows(const Rules& rules);

  Snapshot look() const;
  const World& world() const { return world_; }
  const std::vector<HistoryEntry>& history() const { return written_.history; }
  const std::vector<OwnershipEntry>& ownership() const { return written_.ownership; }
  const std::vector<Effect>& effects() const { return written_.effects; }
  const std::vector<AccountEntry>& account_entries() const { return written_.account_entries; }
  const std::vector<TierScore>& tier_scores() const { return written_.tier_scores; }
  const std::vector<Departure>& departed() const { return written_.departed; }
  // What the runtime's loops look for, kept as the schema's partial indexes are.
  const std::set<std::pair<Instant, ClockId>>& armed() const { return armed_; }
  const std::set<InteractionId>& live_interactions() const { return live_interactions_; }
  const std::set<OfferId>& open_offers() const { return open_offers_; }
  const std::set<CaseId>& paused_cases() const { return paused_cases_; }
  const SlaClock* clock(ClockId id) const;
  bool remembers(const std::string& source, const std::string& key) const {
    return remembered_.contains({source, key});
  }
  /// What the database's own erasure leaves of a customer.
  void erase(CustomerId id, Instant at);
  /// For mutants: a schema that lacks this constraint.
  void drop_constraint(const std::string& name) { dropped_.insert(name); }

 private:
  friend class MemoryTx;
  using Key = std::pair<std::string, std::string>;
  using Undo = std::vector<std::function<void()>>;

  World world_;
  Written written_;
  std::map<Key, Reply> remembered_;
  std::set<UserId> users_;
  std::set<DepartmentId> departments_;
  std::set<std::string> dropped_;
  std::map<std::pair<std::string, std::string>, std::int64_t> unique_;  // (constraint, key) → row
  std::map<std::string, std::set<CustomerId>> customers_by_number_;
  std::map<CustomerId, std::set<CustomerId>> merged_under_;
  std::map<CustomerId, std::set<CaseId>> cases_of_;
  std::map<CustomerId, std::set<InteractionId>> live_interactions_of_;
  std::map<CustomerId, std::set<InteractionId>> given_up_of_;
  std::map<CustomerId, std::set<CallbackId>> callbacks_of_;
  std::map<InteractionId, std::set<OfferId>> open_offers_of_;
  std::map<InteractionId, std::set<TransferId>> live_transfers_of_;
  std::map<InteractionId, std::set<RecordingId>> recordings_of_;
  std::set<std::pair<Instant, ClockId>> armed_;
  std::set<InteractionId> live_interactions_;
  std::set<OfferId> open_offers_;
  std::set<CaseId> paused_cases_;
  std::map<std::pair<std::string, std::string>, InteractionId> by_channel_;
  std::map<DispatchId, CaseId> case_of_dispatch_;
  std::map<ClockId, CaseId> case_of_clock_;
  std::map<AlertId, CaseId> case_of_alert_;
  // Of clocks and alerts that hang on no case.
  std::map<ClockId, std::pair<CustomerId, ReviewActionId>> matter_of_clock_;
  std::map<AlertId, std::pair<CustomerId, ReviewActionId>> matter_of_alert_;
  std::map<CompensationId, CaseId> case_of_compensation_;
  std::int64_t next_id_ = 1000;  // as the sequence of the schema
  std::int64_t next_serial_ = 1;
};

class MemoryTx {
 public:
  MemoryTx(MemoryRows& rows, Instant now) : rows_(rows), now_(now) {}
  ~MemoryTx();
  MemoryTx(const MemoryTx&) = delete;
  MemoryTx& operator=(const MemoryTx&) = delete;

  Instant now() const { return now_; }
  std::vector<Remembered> remember(std::span<const Event> events);
  Docket load(const Wanted& wanted);
  /// Throws ConstraintViolation.
  void save(Docket& docket, std::span<const Event> events, std::span<const Outcome> outcomes);
  void commit() { undo_.clear(); }

 private:
  std::set<CustomerId> customers_of(const Wanted& wanted) const;
  std::set<CaseId> cases_of_departing(UserId user) const;
  void add_whole_groups(std::set<CustomerId>& customers) const;
  void want_since_merge(const std::set<CustomerId>& customers, Wanted& wanted) const;
  void load_cases(World& out, const std::set<CustomerId>& customers, const Wanted& wanted) const;
  void load_calls(World& out, const std::set<CustomerId>& customers, const Wanted& wanted) const;
  void load_records(World& out, const std::set<CustomerId>& customers, const Wanted& wanted) const;

  void put(const Customer& row);
  void put(const Interaction& row);
  void put(const Offer& row);
  void put(const Transfer& row);
  void put(const Listening& row);
  void put(const Recording& row);
  void put(const Desk& row);
  void put(const CaseFile& file);
  void put(const Callback& row);
  void put(const Account& row);
  void put(const ReviewActionFile& file);
  void put(CustomerId id, const Clockwork& works);
  void put(const CompanyRole& row);
  void put(const Relationship& row);
  void put(const CustomerMerge& row);
  /// The clocks and alerts of what is no case, with the rules of their tables.
  Clockwork put_clockwork(const Clockwork* was, const Clockwork& works,
                          std::pair<CustomerId, ReviewActionId> matter);
  void check_clock_references(const Clockwork& works);
  void put_dispatches(const CaseFile& file, bool live);
  void append(const Written& written);
  void answer(std::span<const Event> events, std::span<const Outcome> outcomes);

  template <class Map, class Key, class Value>
  void set(Map& map, const Key& key, Value value);
  template <class Map, class Key, class Member>
  void link(Map& map, const Key& key, const Member& member);
  template <class Map, class Key, class Member>
  void unlink(Map& map, const Key& key, const Member& member);
  template <class Set>
  void keep(Set& set, const typename Set::value_type& member, bool in);
  using MaybeKey = std::optional<std::string>;
  void claim(const std::string& constraint, const MaybeKey& was, const MaybeKey& key,
             std::int64_t row);
  void check(bool holds, const std::string& constraint) const;
  void check_user(UserId id, const std::string& constraint) const;
  /// Nobody who has left is given anything.
  void check_here(std::initializer_list<UserId> people) const;
  void check_nothing_left(UserId user) const;
  void check_department(DepartmentId id, const std::string& constraint) const;

  MemoryRows& rows_;
  const Instant now_;
  MemoryRows::Undo undo_;
};

static_assert(Tx<MemoryTx>);

template <class Map, class Key, class Value>
void MemoryTx::set(Map& map, const Key& key, Value value) {
  const auto found = map.find(key);
  if (found == map.end()) {
    undo_.push_back([&map, key] { map.erase(key); });
    map.emplace(key, std::move(value));
  } else {
    undo_.push_back([&map, key, was = found->second] { map.at(key) = was; });
    found->second = std::move(value);
  }
}

template <class Map, class Key, class Member>
void MemoryTx::link(Map& map, const Key& key, const Member& member) {
  if (!map[key].insert(member).second) return;
  undo_.push_back([&map, key, member] { map[key].erase(member); });
}

template <class Map, class Key, class Member>
void MemoryTx::unlink(Map& map, const Key& key, const Member& member) {
  if (map[key].erase(member) == 0) return;
  undo_.push_back([&map, key, member] { map[key].insert(member); });
}

template <class Set>
void MemoryTx::keep(Set& set, const typename Set::value_type& member, bool in) {
  if (in && set.insert(member).second) undo_.push_back([&set, member] { set.erase(member); });
  if (!in && set.erase(member) > 0) undo_.push_back([&set, member] { set.insert(member); });
}

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const Rules& rules) : rules_(rules), rows_(rules) {}

  std::vector<Outcome> apply(std::span<const Event> batch) override {
    MemoryTx tx{rows_, now_};
    auto outcomes = firsthand::apply(tx, batch, rules_);
    tx.commit();
    return outcomes;
  }
  Snapshot look() override { return rows_.look(); }
  MemoryRows& rows() { return rows_; }
  const Rules& rules() const { return rules_; }

 private:
  const Rules& rules_;
  MemoryRows rows_;
};

}  // namespace firsthand::test
