// SPDX-License-Identifier: Apache-2.0
// A company's past, lived through the engine's own rules: events are decided one after the other at
// the times they are said to have happened, clocks fire at their instants, and what is left behind
// is what the engine would have left. In memory; one thread.
#pragma once

#include <functional>
#include <map>
#include <queue>
#include <unordered_map>
#include <vector>

#include "adapters/import/rows.hpp"
#include "engine/decide.hpp"

namespace firsthand::import {

class Chronicle {
 public:
  /// `next_id` and `next_serial` hand out ids in rising order.
  Chronicle(const Rules& rules, std::function<std::int64_t()> next_id,
            std::function<std::int64_t()> next_serial,
            std::function<void(const HistoryEntry&)> history);

  std::int64_t new_id() { return next_id_(); }
  void add(Customer customer, Rows::CustomerMore more, Instant at);
  void seat(const Desk& desk) { desks_[desk.user] = desk; }

  /// Runs `task` when the time has come; tasks of one instant in the order they were planned.
  void at(Instant when, std::function<void(Instant)> task);
  /// Lives until `end`; what is planned later does not happen.
  void run(Instant end);

  /// A refused event changes nothing and is counted: a story that is refused is a badly told one.
  Outcome apply(Event event, Instant now);
  std::size_t refused() const { return refused_; }
  const std::string& last_refusal() const { return last_refusal_; }

  const Customer* customer(CustomerId id) const;
  const CaseFile* file_of(CaseId id) const;
  const SlaClock* clock(ClockId id) const;
  const std::map<ReviewActionId, ReviewActionFile>& actions() const { return actions_; }
  const Interaction* interaction(InteractionId id) const;
  const Callback* callback(CallbackId id) const;
  const Callback* open_callback(CaseId id, CallbackKind kind) const;
  const Callback* callback_for(InteractionId id) const;
  const std::map<UserId, Desk>& desks() const { return desks_; }

  /// Called with every alert that was sent, when it was sent.
  std::function<void(const Alert&, Instant)> on_alert;

  /// Hands over everything; the chronicle is empty then.
  Rows finish();

 private:
  struct Task {
    Instant when;
    std::uint64_t order = 0;
    std::function<void(Instant)> run;
    bool operator<(const Task& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  CustomerId whose(const Wanted& wanted) const;
  const World* world_of(std::int64_t id) const;
  void put_away(World& world, Instant now);
  void plan_timers(const World& now, const World& before, Instant time);
  void index(CustomerId customer, const World& world);

  const Rules& rules_;
  std::function<std::int64_t()> next_id_, next_serial_;
  std::function<void(const HistoryEntry&)> history_;
  std::unordered_map<CustomerId, World> worlds_;
  std::unordered_map<CustomerId, Rows::CustomerMore> more_;
  std::unordered_map<std::string, CustomerId> by_number_;
  std::unordered_map<std::int64_t, CustomerId> customer_of_;  ///< of whatever has that id
  std::map<UserId, Desk> desks_;
  std::map<ReviewActionId, ReviewActionFile> actions_;  ///< they are of no customer, and few
  std::priority_queue<Task> tasks_;
  std::uint64_t order_ = 0;
  Rows rows_;
  std::size_t refused_ = 0;
  std::string last_refusal_;
};

}  // namespace firsthand::import
