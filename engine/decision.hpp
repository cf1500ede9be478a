// SPDX-License-Identifier: Apache-2.0
// What the handlers of decide() share: the moment, the docket, and the few verbs that several
// events need (promise a callback, start a clock, free a desk). Internal to engine/; one per event.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "engine/docket.hpp"
#include "engine/facts.hpp"
#include "engine/rules.hpp"
#include "engine/words.hpp"

namespace firsthand {

class Decision {
 public:
  Decision(Docket& the_docket, const Event& the_event, const Rules& the_rules, Instant the_now)
      : docket(the_docket), event(the_event), rules(the_rules), now(the_now) {}

  Docket& docket;
  const Event& event;
  const Rules& rules;
  const Instant now;

  // One handler per event, in the file that tells its part of the story.
  Outcome on(const event::CallArrived&);
  Outcome on(const event::CallEnded&);
  Outcome on(const event::CallHeld&);
  Outcome on(const event::CallObserved&);
  Outcome on(const event::HangUpAsked&);
  Outcome on(const event::HoldAsked&);
  Outcome on(const event::OfferMade&);
  Outcome on(const event::OfferAccepted&);
  Outcome on(const event::OfferRefused&);
  Outcome on(const event::OfferExpired&);
  Outcome on(const event::WaitExhausted&);
  Outcome on(const event::PresenceSet&);
  Outcome on(const event::PresenceBeat&);
  Outcome on(const event::PresenceLost&);
  Outcome on(const event::WrapUp&);
  Outcome on(const event::CaseRegistered&);
  Outcome on(const event::NoteAdded&);
  Outcome on(const event::ContactAdded&);
  Outcome on(const event::CaseEdited&);
  Outcome on(const event::CustomerTold&);
  Outcome on(const event::CaseResolved&);
  Outcome on(const event::CaseClosed&);
  Outcome on(const event::CaseReopened&);
  Outcome on(const event::CaseEscalated&);
  Outcome on(const event::HandOverOffered&);
  Outcome on(const event::HandOverAnswered&);
  Outcome on(const event::CaseReassigned&);
  Outcome on(const event::ClocksPaused&);
  Outcome on(const event::ClocksResumed&);
  Outcome on(const event::CustomerEdited&);
  Outcome on(const event::NumberRevealed&);
  Outcome on(const event::Dispatched&);
  Outcome on(const event::DispatchAccepted&);
  Outcome on(const event::DispatchReturned&);
  Outcome on(const event::DispatchAnswered&);
  Outcome on(const event::CallbackDialled&);
  Outcome on(const event::OutboundLeg&);
  Outcome on(const event::CallbackAttempted&);
  Outcome on(const event::CallbackRescheduled&);
  Outcome on(const event::ClockFired&);
  Outcome on(const event::AlertAcknowledged&);
  Outcome on(const event::ClocksRecomputed&);

 private:
  static Outcome refuse(std::string code, std::string sentence, std::string field = "");
  static Outcome not_found(std::string_view what);
  static Outcome done() { return {}; }
  static Outcome done(const Case& made);

  // ---- history and effects
  struct About {
    CustomerId customer;
    CaseId case_id;
    InteractionId interaction;
  };
  static About about(const Case& c) { return {c.customer, c.id, {}}; }
  static About about(const Interaction& i) { return {i.customer, i.case_id, i.id}; }
  static About about(const Callback& c) { return {c.customer, c.case_id, c.interaction}; }
  void record(std::string_view kind, About subject, const Facts& facts = {});
  void effect(EffectKind kind, std::string key, const Facts& facts);
  void command(std::string_view verb, const Interaction& call, Facts facts);
  /// An e-mail to a colleague: a notice with the case's number, sent once per (key, recipient).
  void mail(std::string_view what, const Case& about, UserId to, const std::string& key,
            Facts facts);

  // ---- people
  Customer& customer_for_number(const std::string& number, const std::string& name,
                                const std::string& language);
  bool is(Role role) const;
  bool acts_for_department(DepartmentId department) const;

  // ---- desks and calls
  void set_presence(Desk& desk, Presence presence, std::string_view reason = "");
  void back_off(Desk& desk, std::string_view how);
  void free_desk(UserId agent, bool wrap_up, const Interaction& call);
  void end_offer(Offer& offer, OfferState state, std::string_view how);
  void requeue(Interaction& call);
  void end_call(Interaction& call, std::string_view outcome);
  void abandoned(Interaction& call, std::string_view why);
  void called_in(const Interaction& call);
  int wrap_up_seconds(const Interaction& call) const;

  // ---- cases
  Outcome not_live(const Case& c) const;
  static CaseState state_at_work(const CaseFile& file);
  void end_pause(CaseFile& file, Instant at);
  /// Ends a pause, if one stands. `why` is empty when a person ends it.
  void resume(CaseFile& file, Instant at, std::string_view why);
  void take_ownership(Case& c, UserId owner, OwnershipHow how, const std::string& reason);
  void tell(CaseFile& file, std::string_view how);
  void reopen(CaseFile& file, const std::string& reason);
  void schedule_follow_up(CaseFile& file);
  void close(CaseFile& file);
  std::string case_number();

  // ---- departments
  Outcome dispatch_to(CaseFile& file, DepartmentId department, const std::string& note,
                      const CallbackWish& wish);
  void end_dispatch(CaseFile& file, Dispatch& dispatch, DispatchState state);

  // ---- callbacks
  struct Promise {
    Instant due;
    Budget budget;
    std::string calendar;
  };
  /// Refuses a choice that does not exist and a time that has passed.
  Outcome check_wish(const CallbackWish& wish) const;
  Promise promise_for(const Case& c, const CallbackWish& wish) const;
  Callback& promise_callback(CaseFile& file, const CallbackWish& wish, CallbackCaller caller);
  void end_callback(Callback& callback, CallbackState state, std::string_view why);
  void attempt(Callback& callback, AttemptOutcome outcome, const std::string& note,
               std::optional<bool> satisfied, InteractionId interaction);

  // ---- clocks
  struct ClockStart {
    std::optional<Instant> at{};  ///< none: now
    DispatchId dispatch{};
    CallbackId callback{};
    const Promise* promise = nullptr;  ///< a time told to the customer: wins over the policy
  };
  CaseTraits traits(const Case& c) const;
  SlaClock* start_clock(CaseFile& file, ClockKind kind, const ClockStart& start);
  SlaClock* start_clock(CaseFile& file, ClockKind kind) {
    return start_clock(file, kind, ClockStart{});
  }
  /// Ends the live clocks of a kind; of this dispatch or callback when one is given.
  void stop_clocks(CaseFile& file, ClockKind kind, ClockState how, DispatchId dispatch = {},
                   CallbackId callback = {});
  void stop_all_clocks(CaseFile& file, ClockState how);
  void end_clock(CaseFile& file, SlaClock& clock, ClockState how);
  /// Somebody has talked or written to the customer about the case.
  void contacted(CaseFile& file);
  void rearm_all(CaseFile& file);
  /// By the rules in force; answers how many due times moved. Quietly: what becomes late is told
  /// in digests.
  int recompute_clocks(CaseFile& file, bool quietly);
  std::vector<Pause> pauses(const CaseFile& file, ClockKind kind) const;
  struct Firing {
    int stage;
    Instant due_at;
    bool quietly;
  };
  void fire(CaseFile& file, SlaClock& clock, const LadderStep& step, const Firing& firing);
  void deliver(const CaseFile& file, const SlaClock& clock, const LadderStep& step,
               const Alert& alert, bool quietly);
  void escalate_by_ladder(CaseFile& file, const LadderStep& step);
};

}  // namespace firsthand
