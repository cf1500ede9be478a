// SPDX-License-Identifier: Apache-2.0
// Two years of the demo company: who calls, what goes wrong, what is done about it. It only plans
// events for a Chronicle; the engine decides what comes of them. The same seed, rules and time give
// the same story. One thread.
#pragma once

#include <functional>
#include <random>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/import/chronicle.hpp"

namespace firsthand::import {

struct StoryOptions {
  Instant now{};
  int days = 730;
  int customers = 3000;
  int calls = 6500;    ///< inbound; about seven in ten become a case
  int written = 1350;  ///< cases that come through the web form
  std::uint64_t seed = 20040418;
};

class Story {
 public:
  Story(Chronicle& chronicle, const Rules& rules, StoryOptions options);

  /// Plans customers, calls and forms; the rest follows as the chronicle runs.
  void plan();

 private:
  /// Where a case of the last days stands still, so that there is something to do.
  enum class Stop { nowhere, before_accept, before_callback, before_resolve };
  /// What owner and department have to settle about a case of the last days.
  enum class Talk { nothing, chased, asks_time, disputed, unreachable };
  struct Script {
    Stop stop = Stop::nowhere;
    bool returned = false;      ///< the department will say "not ours", once
    bool dissatisfied = false;  ///< the follow-up will say so, once
    bool slow = false;          ///< the department is late
    bool paused = false;
    bool escalated = false;
    bool unacknowledged = false;
    Talk talk = Talk::nothing;
    CallbackWish wish;
  };
  struct Wish {
    CustomerId customer;
    const Category* category = nullptr;
    Script script;
  };
  using Next = std::function<void(Instant)>;

  // ---- chance
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(double percent) { return below(100'000) < static_cast<int>(percent * 1000); }
  Seconds between(int from, int to) { return Seconds{from + below(to - from + 1)}; }
  template <class T>
  const T& pick(std::span<const T> from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

  // ---- time and people
  Instant later(const Calendar& calendar, Instant from, Seconds worked) const;
  Instant earlier(const Calendar& calendar, Instant to, Seconds worked) const;
  std::vector<UserId> people(Role role, DepartmentId department = {}) const;
  UserId supervisor() const;
  Script usual_script();
  const Category* some_category();
  CustomerId some_caller(Instant at);

  // ---- what happens
  void plan_customers();
  void plan_personas();
  void plan_days();
  void plan_open_cases();
  void plan_reviews();
  void call_in(Instant at, CustomerId customer,
               std::function<void(Instant, InteractionId, UserId)> during, bool hangs_up = false);
  void offer(Instant at, InteractionId call, int tries,
             std::function<void(Instant, InteractionId, UserId)> during);
  void hang_up(Instant at, InteractionId call);
  void tell_of(Instant at, const Wish& wish);
  void write_in(Instant at, const Wish& wish);
  void registered(Instant at, CaseId id, const Script& script, bool in_call);
  void accept(Instant at, CaseId id);
  void department_calls(Instant at, CaseId id, UserId liaison);
  void owner_calls(Instant at, CaseId id);
  void resolve_later(Instant at, CaseId id, bool by_supervisor = false);
  void follow_up(Instant at, CaseId id);
  void side_events(Instant at, CaseId id);
  void record_complaint(Instant at, CaseId id);
  void compensate(Instant at, CaseId id, std::int64_t cents);
  void plan_approvals();
  std::string one_of(std::span<const std::string_view> from);
  void talk_of(Instant at, CaseId id);
  std::optional<int> score_of(std::optional<bool> satisfied);
  void attempt(Instant at, CallbackId id, UserId who, std::optional<bool> satisfied, double dialled,
               std::function<void(Instant, bool)> done);
  Outcome by(UserId who, Happening what, Instant at);
  Outcome from(const char* source, Happening what, Instant at);

  Chronicle& chronicle_;
  const Rules& rules_;
  const StoryOptions options_;
  const Instant start_;
  const Calendar& office_;
  const Calendar& hotline_;
  std::mt19937_64 random_;
  std::mt19937_64 recording_;                            ///< of complaint records alone
  std::vector<std::pair<Instant, CustomerId>> callers_;  ///< since when, who
  std::unordered_map<CaseId, Script> scripts_;
  int channel_ = 0;
};

}  // namespace firsthand::import
