// SPDX-License-Identifier: Apache-2.0
// A company to test with and the sentences of its day. The rules are those of config/defaults; the
// people are numbers with plain names. A Story tells events to any store, one batch each, and
// throws when something that must succeed is refused. One thread.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rules.hpp"
#include "tests/support/store.hpp"

namespace firsthand::test {

// ------------------------------------------------------------------------------- people
constexpr UserId agent(int n) {  ///< 1 to 6; 6 speaks English, 5 and 6 repair and general only
  return UserId{100 + n};
}
constexpr UserId back_line(int n) {  ///< 1 to 3
  return UserId{200 + n};
}
inline constexpr UserId kRepairLiaison{301};
inline constexpr UserId kRepairHead{302};
inline constexpr UserId kTechnicalLiaison{303};
inline constexpr UserId kSalesLiaison{304};
inline constexpr UserId kMarketingLiaison{305};
inline constexpr UserId kSupervisor{401};
inline constexpr UserId kManager{501};
inline constexpr UserId kAdministrator{601};
inline constexpr UserId kNobody{999};  ///< an id that no one has

inline constexpr DepartmentId kSales{11};
inline constexpr DepartmentId kMarketing{12};
inline constexpr DepartmentId kTechnical{13};
inline constexpr DepartmentId kRepair{14};
inline constexpr DepartmentId kNoDepartment{99};

/// Calendars from 2026 to 2030. `directory` holds the default files.
Rules company(const std::string& directory);

/// "2030-03-04T10:00:00+08:00".
Instant moment(std::string_view text);
/// A Monday morning at ten in Shanghai, far from any holiday the calendars know.
Instant monday_ten();

// ------------------------------------------------------------------------------- events
/// by(agent(1)).does(...), by(agent(1)).from("console:7").once("k1").does(...),
/// pbx().once("call-1").reports(...), timer().says(...).
class Speaker {
 public:
  Speaker(UserId actor, std::string source) : actor_(actor), source_(std::move(source)) {}
  Speaker& from(std::string source) {
    source_ = std::move(source);
    return *this;
  }
  Speaker& once(std::string key) {
    key_ = std::move(key);
    return *this;
  }
  Speaker& standing_in_for(UserId who) {
    acting_for_ = who;
    return *this;
  }
  Event does(Happening what) const { return {source_, key_, actor_, acting_for_, std::move(what)}; }

 private:
  UserId actor_;
  UserId acting_for_;
  std::string source_;
  std::string key_;
};
inline Speaker by(UserId who) {
  return {who, "console:" + std::to_string(who.value)};
}
inline Speaker pbx() {
  return {{}, "pbx1"};
}
inline Speaker router() {
  return {{}, "router"};
}
inline Speaker timer() {
  return {{}, "timer"};
}
inline Speaker web() {
  return {{}, "api:web"};
}

/// What the intake form sends: a repair complaint in a category that goes to the repair centre.
event::CaseRegistered complaint(InteractionId call = {});
/// From the public form: no call, no agent.
event::CaseRegistered web_complaint(const std::string& number);
/// The ClockFired that a timer would send for this clock as it stands.
event::ClockFired firing(const SlaClock& clock);

// ------------------------------------------------------------------------------- clocks
/// Of cases, customers and review actions.
std::vector<SlaClock> all_clocks(const World& world);
std::vector<Alert> all_alerts(const World& world);

// ------------------------------------------------------------------------------- stories
class Story {
 public:
  explicit Story(Store& store) : store_(store) {}

  // ---- time
  Instant now() const { return store_.now(); }
  void at(Instant now) { store_.set_now(now); }
  void pass(Millis time) { store_.set_now(now() + time); }

  // ---- telling
  Outcome tell(const Event& event);
  std::vector<Outcome> tell_all(const std::vector<Event>& batch) { return store_.apply(batch); }
  /// Throws when it is refused.
  Reply must(const Event& event);
  /// The refusal's code, or "" when it is granted.
  std::string refused(const Event& event);

  // ---- sentences
  void arrives_at_work(UserId who);
  InteractionId call_arrives(const std::string& number, const std::string& dialled = "4008001000");
  OfferId is_offered(InteractionId call, UserId to, OfferReason reason = OfferReason::skills);
  void answers_in_console(UserId who, OfferId offer);
  void answers_by_phone(OfferId offer);
  /// Offered, and answered by telephone.
  InteractionId talks(const std::string& number, UserId with);
  void hangs_up(InteractionId call, const std::string& reason = "caller_hung_up");
  void wraps_up(UserId who);
  CaseId complains(InteractionId call, UserId to);
  /// A call, a complaint during it, the call's end, the wrap-up.
  CaseId complaint_taken(const std::string& number, UserId by_whom);
  InteractionId dials(CallbackId callback, UserId who);
  void customer_answers(InteractionId call);
  void reached(CallbackId callback, UserId who, std::optional<bool> satisfied = {});
  /// Told, resolved.
  void resolves(CaseId id, UserId who);
  /// Fires every step that is due now, and what falls due by that; answers how many.
  int timers_run();
  /// To the next armed step, and fires what is due then.
  void next_timer();

  // ---- looking
  Snapshot look() { return store_.look(); }
  CaseFile file(CaseId id);
  Case facts(CaseId id) { return file(id).facts; }
  Interaction call(InteractionId id);
  Desk desk(UserId who);
  Offer offer(OfferId id);
  Callback callback(CallbackId id);
  Callback open_callback(CaseId id, CallbackKind kind = CallbackKind::promised);
  std::vector<Callback> callbacks_of(CustomerId id);
  /// The one live clock of a kind; throws when there is none.
  SlaClock live_clock(CaseId id, ClockKind kind);
  SlaClock newest_clock(CaseId id, ClockKind kind);
  Dispatch newest_dispatch(CaseId id);
  std::vector<std::string> history(CaseId id);
  std::size_t told_of(CaseId id, std::string_view kind);
  std::vector<OwnershipEntry> ledger(CaseId id);
  std::vector<Alert> alerts(CaseId id, ClockKind kind, std::string_view step);

 private:
  Store& store_;
  int spoken_ = 0;
};

}  // namespace firsthand::test
