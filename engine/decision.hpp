// SPDX-License-Identifier: Apache-2.0
// What the handlers of decide() share: the moment, the docket, and the few verbs that several
// events need (promise a callback, start a clock, free a desk). Internal to engine/; one per event.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "engine/docket.hpp"
#include "engine/facts.hpp"
#include "engine/matter.hpp"
#include "engine/recipients.hpp"
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
  Outcome on(const event::DigitPressed&);
  Outcome on(const event::CallObserved&);
  Outcome on(const event::HangUpAsked&);
  Outcome on(const event::HoldAsked&);
  Outcome on(const event::OfferMade&);
  Outcome on(const event::OfferAccepted&);
  Outcome on(const event::OfferRefused&);
  Outcome on(const event::OfferExpired&);
  Outcome on(const event::WaitExhausted&);
  Outcome on(const event::WrittenDone&);
  Outcome on(const event::PresenceSet&);
  Outcome on(const event::PresenceBeat&);
  Outcome on(const event::PresenceLost&);
  Outcome on(const event::WrapUp&);
  Outcome on(const event::WrapUpAsked&);
  Outcome on(const event::ShiftEnded&);
  Outcome on(const event::CaseRegistered&);
  Outcome on(const event::NoteAdded&);
  Outcome on(const event::ContactAdded&);
  Outcome on(const event::CaseEdited&);
  Outcome on(const event::CustomerTold&);
  Outcome on(const event::CustomerNotTold&);
  Outcome on(const event::CaseResolved&);
  Outcome on(const event::CaseClosed&);
  Outcome on(const event::CaseReopened&);
  Outcome on(const event::CaseEscalated&);
  Outcome on(const event::HandOverOffered&);
  Outcome on(const event::HandOverAnswered&);
  Outcome on(const event::CaseReassigned&);
  Outcome on(const event::CasesReassigned&);
  Outcome on(const event::ClocksPaused&);
  Outcome on(const event::ClocksResumed&);
  Outcome on(const event::CustomerEdited&);
  Outcome on(const event::NumberRevealed&);
  Outcome on(const event::Dispatched&);
  Outcome on(const event::DispatchAccepted&);
  Outcome on(const event::DispatchReturned&);
  Outcome on(const event::DispatchAnswered&);
  Outcome on(const event::CallbackDialled&);
  Outcome on(const event::CallbackDue&);
  Outcome on(const event::OutboundLeg&);
  Outcome on(const event::CallbackAttempted&);
  Outcome on(const event::CallbackRescheduled&);
  Outcome on(const event::ClockFired&);
  Outcome on(const event::AlertAcknowledged&);
  Outcome on(const event::ClocksRecomputed&);
  Outcome on(const event::DispatchChased&);
  Outcome on(const event::DispatchDisputed&);
  Outcome on(const event::DisputeSettled&);
  Outcome on(const event::ExtensionAsked&);
  Outcome on(const event::ExtensionAnswered&);
  Outcome on(const event::RepeatLinked&);
  Outcome on(const event::ComplaintRecordEdited&);
  Outcome on(const event::CompensationProposed&);
  Outcome on(const event::CompensationDecided&);
  Outcome on(const event::FinalResponseSent&);
  Outcome on(const event::PersonDeparts&);
  Outcome on(const event::CallbackAssigned&);
  Outcome on(const event::CallbackCancelled&);
  Outcome on(const event::ReviewActionAgreed&);
  Outcome on(const event::ReviewActionChanged&);
  Outcome on(const event::ReviewActionEnded&);
  Outcome on(const event::CustomerCreated&);
  Outcome on(const event::CompanyRoleBegun&);
  Outcome on(const event::CompanyRoleEnded&);
  Outcome on(const event::RelationshipBegun&);
  Outcome on(const event::RelationshipEnded&);
  Outcome on(const event::CustomersMerged&);
  Outcome on(const event::CustomersUnmerged&);
  Outcome on(const event::CallerNamed&);
  Outcome on(const event::TierScored&);
  Outcome on(const event::AccountClaimed&);
  Outcome on(const event::AccountAssigned&);
  Outcome on(const event::AccountExtended&);
  Outcome on(const event::AccountFollowedUp&);
  Outcome on(const event::CustomerNeglected&);
  Outcome on(const event::TransferAsked&);
  Outcome on(const event::PhoneTransferAsked&);
  Outcome on(const event::TransferStepped&);
  Outcome on(const event::AgentLegEnded&);
  Outcome on(const event::AgentLegReplaced&);
  Outcome on(const event::ListenAsked&);
  Outcome on(const event::ListenStopped&);
  Outcome on(const event::ListeningLeg&);
  Outcome on(const event::RecordingAsked&);
  Outcome on(const event::RecordingTold&);
  Outcome on(const event::RecordingPauseOver&);
  Outcome on(const event::RecordingStored&);
  Outcome on(const event::RecordingLost&);
  Outcome on(const event::RecordingHeard&);
  Outcome on(const event::RecordingHeld&);
  Outcome on(const event::RecordingExpired&);

  /// What has become of the calls is so for their recordings as well; after each event.
  void recordings_follow();

 private:
  friend class Departing;  // the departure procedure uses most of these verbs

  static Outcome refuse(std::string code, std::string sentence, std::string field = "");
  static Outcome not_found(std::string_view what);
  static Outcome done() { return {}; }
  static Outcome done(const Case& made);
  static Outcome done(const Account& account);

  // ---- history and effects
  struct About {
    CustomerId customer;
    CaseId case_id;
    InteractionId interaction;
  };
  static About about(const Case& c) { return {c.customer, c.id, {}}; }
  static About about(const Interaction& i) { return {i.customer, i.case_id, i.id}; }
  static About about(const Matter& m) {
    if (m.file) return about(m.file->facts);
    return {m.customer, m.action ? m.action->facts.case_id : CaseId{}, {}};
  }
  static About about(const Callback& c) { return {c.customer, c.case_id, c.interaction}; }
  void record(std::string_view kind, About subject, const Facts& facts = {});
  void effect(EffectKind kind, std::string key, const Facts& facts);
  void command(std::string_view verb, const Interaction& call, Facts facts);
  /// What a notice to a colleague is about, as its reader knows it.
  struct Topic {
    CaseId case_id;
    CustomerId customer;
    ReviewActionId review_action;
    std::string number;    ///< of the case, or ""
    std::string category;  ///< of the case, or ""
    std::string title;     ///< without a case: the customer's name, the action's title
  };
  static Topic topic(const Case& c) { return {c.id, c.customer, {}, c.number, c.category, ""}; }
  Topic topic(const Matter& m) const;
  Topic topic(CustomerId customer) const;
  /// An e-mail to a colleague, sent once per (key, recipient).
  void mail(std::string_view what, const Topic& about, UserId to, const std::string& key,
            Facts facts);
  void mail(std::string_view what, const Case& about, UserId to, const std::string& key,
            Facts facts) {
    mail(what, topic(about), to, key, std::move(facts));
  }

  // ---- people
  Customer& customer_for_number(const std::string& number, const std::string& name,
                                const std::string& language);
  bool is(Role role) const;
  /// The actor is this person, or stands in for this person now.
  bool answers_for(UserId owner) const {
    return event.actor && (owner == event.actor || rules.acting(owner, now) == event.actor);
  }
  /// The person; of somebody who has left, whoever received the work, else one of the agents.
  UserId still_here(UserId who, std::int64_t salt) const;
  bool acts_for_department(DepartmentId department) const;

  // ---- desks and calls
  void set_presence(Desk& desk, Presence presence, std::string_view reason = "");
  void back_off(Desk& desk, std::string_view how);
  void free_desk(UserId agent, bool wrap_up, const Interaction& call);
  /// As the call's queue has it.
  void begin_wrap_up(Desk& desk, const Interaction& call);
  /// The agent is asked about a letter and a caller needs him: the letter stands in line again.
  bool put_back(InteractionId letter, UserId agent);
  /// The call is at this desk, without an offer: a PBX that routes by itself put it there.
  void seat(UserId agent, const Interaction& call, Presence presence);
  /// Asks somebody in particular; the caller says what that makes of the call.
  const Offer& ring(const Interaction& call, const event::OfferMade& e);
  void end_offer(Offer& offer, OfferState state, std::string_view how);
  /// The agent has answered; the call is not joined yet.
  void take_offer(Offer& offer, Interaction& call, event::AcceptedHow how);
  void requeue(Interaction& call);
  void end_call(Interaction& call, std::string_view outcome);
  void abandoned(Interaction& call, std::string_view why);
  /// An open promise that covers the missed call, or a new one.
  void call_back_missed(Interaction& call, UserId heard_by);
  void called_in(const Interaction& call);
  /// The call of this customer that broke off a moment ago in this queue, if one did.
  const Interaction* broken_off(CustomerId customer, const std::string& number,
                                const Queue& queue) const;
  // ---- a place that is kept: virtual hold
  void ring_for_place(const Interaction& call, Offer& offer, const std::string& extension,
                      Seconds time);
  void answer_for_place(Interaction& call, const Offer& offer);
  Outcome leg_of_place(Interaction& call, const event::OutboundLeg& e);
  /// A promised call that stands in line stands there no longer; once it is dialled it goes on.
  void leave_line(const Callback& promise);
  /// The case a caller is most likely calling about: a broken promise first, then the newest.
  static const CaseFile* likely_case(const std::vector<CaseFile*>& live);
  // Calls that another telephone system reports; `when`: as far as it says.
  Interaction& observed_call(const event::CallObserved& e, Instant when);
  void identify(Interaction& call, const event::CallObserved& e);
  void observe_talk(Interaction& call, UserId agent, Instant when);
  void observe_end(Interaction& call, std::string_view cause, Instant when);
  void observe_late(Interaction& call, const event::CallObserved& e, UserId agent, Instant when);

  // ---- contacts in writing (decide_written.cpp)
  /// Waits to be read, in the queue of its channel.
  void stands_to_be_read(Interaction& letter, const Queue& queue, UserId owner);
  void take_written(Offer& offer, Interaction& letter);
  /// Nobody has it in hand any more.
  void out_of_hand(const Interaction& letter);

  // ---- transfers (decide_transfers.cpp, decide_consults.cpp)
  /// Who of a call's people hear each other, who waits with music, who is hung up.
  struct Places {
    bool customer_talks = false;
    std::string talking, waiting, dropped;  ///< legs, a blank between them
  };
  void arrange(const Interaction& call, const Places& places);
  Outcome check_transfer(const Interaction& call, UserId from, const event::TransferAsked& e) const;
  Outcome check_colleague(UserId to) const;
  void transfer(Interaction& call, UserId from, const event::TransferAsked& e);
  bool may_ring_again(UserId agent) const;
  Outcome check_listening(const Interaction& call) const;
  void end_transfer(Transfer& transfer, std::string_view why);
  /// The customer is with whoever was rung.
  void transfer_taken(const Interaction& call);
  /// An offer has ended without its agent: what becomes of the call.
  void not_taken(const Offer& offer, std::string_view how);
  void back_to_queue(Interaction& call);

  // ---- recordings
  /// Customer and agent are being joined: recorded, where the queue's rules say so.
  void record_talk(const Interaction& call);
  void begin_recording(const Interaction& call, const RecordingPolicy& policy, UserId asked_by);
  void end_recording(Recording& recording, const Interaction& call, std::string_view why);
  void resume_recording(Recording& recording, const Interaction& call, std::string_view why);
  /// Tells the PBX what this recording is to do now.
  void command_recording(const Recording& recording, const Interaction& call);
  Outcome check_recording(const Interaction& call, event::RecordingStep step) const;
  /// The call has ended while it was on its way.
  void transfer_ends_with(const Interaction& call);
  /// The live consultation that this offer rings for.
  Transfer* consult_of(const Offer& offer);
  Transfer* consult_on(InteractionId call);
  Outcome consult_accepted(Transfer& consult, Offer& offer, Interaction& call,
                           const event::OfferAccepted& e);
  /// Without the colleague: the customer is with the agent again.
  void consult_ends(Transfer& consult, Interaction& call, std::string_view why);
  void complete(Transfer& consult, Interaction& call);
  /// The agent has hung up during a consultation.
  void agent_leaves(Transfer& consult, Interaction& call);

  // ---- cases
  Outcome not_live(const Case& c) const;
  static CaseState state_at_work(const CaseFile& file);
  void end_pause(CaseFile& file, Instant at);
  /// Ends a pause, if one stands. `why` is empty when a person ends it.
  void resume(CaseFile& file, Instant at, std::string_view why);
  void take_ownership(CaseFile& file, UserId owner, OwnershipHow how, const std::string& reason);
  /// Whether the actor may reassign at all, to this colleague, for this reason.
  Outcome check_reassignment(UserId to, const std::string& reason) const;
  static Outcome check_reassignable(const CaseFile* file, UserId to);
  /// A case that has moved, and whose it was.
  struct Moved {
    const CaseFile* file;
    UserId previous;
  };
  Moved reassign(CaseFile& file, UserId to, const std::string& reason);
  /// One letter to whoever got something and one to whoever lost something, however many cases.
  void tell_reassigned(const std::vector<Moved>& moved, UserId to, const std::string& reason);
  void tell(CaseFile& file, std::string_view how);
  void reopen(CaseFile& file, const std::string& reason);
  void schedule_follow_up(CaseFile& file);
  void close(CaseFile& file);
  std::string case_number();

  // ---- departments
  Outcome dispatch_to(CaseFile& file, DepartmentId department, const std::string& note,
                      const CallbackWish& wish);
  void end_dispatch(CaseFile& file, Dispatch& dispatch, DispatchState state);
  /// "Not ours": back to the owner.
  void give_back(CaseFile& file, Dispatch& dispatch, const std::string& reason,
                 DepartmentId suggested);
  /// The promises that the department was to keep are the owner's again.
  void promises_to_owner(CaseFile& file);
  /// Finds a live dispatch, or says why not.
  Outcome find_live(DispatchId id, CaseFile*& file, Dispatch*& dispatch);
  /// Of the owner's side: owner, deputy, the back line that works on it, supervisor.
  bool works_on(const Case& c) const;
  /// Of the department that the work was given to, or a supervisor.
  bool speaks_for(const Dispatch& dispatch) const;
  void chase(CaseFile& file, Dispatch& dispatch, const std::string& note);

  // ---- callbacks
  struct Promise {
    Instant due;
    Budget budget;
    std::string calendar;
  };
  /// Refuses a choice that does not exist and a time that has passed.
  Outcome check_wish(const CallbackWish& wish) const;
  Promise promise_for(const Case& c, const CallbackWish& wish) const;
  /// The customer's record if he has said when he wants to be called.
  const Customer* with_contact_hours(CustomerId id) const;
  /// The first instant from `at` on in the hours in which the customer wants to be called.
  Instant in_contact_hours(CustomerId id, Instant at) const;
  /// A time for a call that lies outside of them and that the customer has not asked for.
  Outcome check_hours(CustomerId id, Instant at, std::string field) const;
  /// From when to call, at the earliest from `from`; a promise that would be over by then is put
  /// off to the end of these hours.
  Instant open_window(CustomerId id, Instant from, Promise& promise) const;
  Callback& promise_callback(CaseFile& file, const CallbackWish& wish, CallbackCaller caller);
  void end_callback(Callback& callback, CallbackState state, std::string_view why);
  void attempt(Callback& callback, const event::CallbackAttempted& e, UserId by);
  /// What an end before the customer has answered says of the attempt.
  static AttemptOutcome told_by_line(std::string_view reason);
  /// The first instant from `at` on outside the company's quiet hours and in the customer's own.
  Instant callable_from(CustomerId customer, Instant at) const;
  void not_reached(Callback& callback, AttemptOutcome outcome);
  /// Who calls: somebody of the department, or of the owner's side.
  void hand_callback(Callback& callback, CallbackCaller caller, UserId user,
                     DepartmentId department);
  void start_promise_clock(const Callback& callback, const Promise& promise);
  Promise promise_at(Instant at, const std::string& calendar) const;
  bool may_call(const Callback& callback) const;
  /// A promise was broken off after too many tries, and a new one is made in its place.
  Callback& promise_again(const Callback& exhausted);
  void called_in_to_owner(CaseFile& file, const Interaction& call);
  /// Everybody who has worked on the case; somebody else asks the customer afterwards.
  std::vector<UserId> hands(const CaseFile& file) const;
  /// When the customer is asked: by the policy, else by the rules of callbacks.
  Promise follow_up_for(const Case& c) const;
  void follow_up_answered(CaseFile& file, const Callback& callback);
  Outcome check_answer(const Callback& callback, const event::CallbackAttempted& e) const;

  // ---- clocks
  struct ClockStart {
    std::optional<Instant> at{};  ///< none: now
    DispatchId dispatch{};
    CallbackId callback{};
    const Promise* promise = nullptr;  ///< a time told to the customer: wins over the policy
  };
  Matter matter(CustomerId id) { return {docket.now.customer_clocks[id], id}; }
  Matter matter(const Callback& c);
  std::optional<Matter> matter_of(ClockId id);
  std::optional<Matter> matter_of(AlertId id);
  CaseTraits traits(const Case& c) const;
  CaseTraits traits(const Matter& m, const SlaClock& clock) const;
  Subject subject(const Matter& m, const SlaClock& clock) const;
  UserId responsible(const Matter& m, const SlaClock& clock) const;
  SlaClock* start_clock(Matter at, ClockKind kind, const ClockStart& start);
  SlaClock* start_clock(Matter at, ClockKind kind) { return start_clock(at, kind, ClockStart{}); }
  /// Ends the live clocks of a kind; of this dispatch or callback when one is given.
  void stop_clocks(Matter at, ClockKind kind, ClockState how, DispatchId dispatch = {},
                   CallbackId callback = {});
  void stop_all_clocks(CaseFile& file, ClockState how);
  void end_clock(const Matter& at, SlaClock& clock, ClockState how);
  /// Somebody has talked or written to the customer about the case.
  void contacted(CaseFile& file);
  void rearm_all(CaseFile& file);
  /// By the rules in force; answers how many due times moved. Quietly: what becomes late is told
  /// in digests.
  int recompute_clocks(Matter at, bool quietly);
  /// Begins what the policy wants and the case has never had; how many.
  int begin_missing(CaseFile& file, bool quietly);
  static std::vector<Pause> pauses(const Matter& at, ClockKind kind);
  struct Firing {
    int stage;
    Instant due_at;
    bool quietly;
  };
  void record_step(const Matter& at, const SlaClock& clock, const LadderStep& step,
                   const Firing& firing, const std::vector<Alert>& alerts);
  void fire(const Matter& at, SlaClock& clock, const LadderStep& step, const Firing& firing);
  void deliver(const Matter& at, const SlaClock& clock, const LadderStep& step, const Alert& alert,
               bool quietly);
  void escalate_by_ladder(CaseFile& file, const LadderStep& step);

  // ---- customers
  static Outcome check_contact_hours(const event::ContactHours& hours);
  /// A number to which somebody is to call stays until the call has another one.
  Outcome check_removal(CustomerId customer, const std::string& number) const;
  /// From every record of the customer; cases that would have been reached there get another one.
  void remove_number(CustomerId customer, const std::string& number);
  /// A number of the customer's for a case; "" when there is none.
  std::string number_to_reach(CustomerId customer) const;
  /// The live clocks of everything with the customer, by the tier that counts now. Quietly.
  void recompute_customer(CustomerId customer);
  /// After an un-merge or a merge: an account that counts has its hold clock, another has none.
  void settle_hold(CustomerId record);
  void relink(CaseFile& file, CustomerId to);
  void relink(Callback& promise, CustomerId to);

  // ---- accounts
  /// Whether the customer may be entered so; before anything is made.
  Outcome check_entry(const event::CustomerCreated& e) const;
  /// Makes the account of a customer just made, if it is somebody's.
  void enter_account(const Customer& customer, const event::CustomerCreated& e);
  /// On behalf of whom the actor enters; none: for himself, or nobody's.
  UserId entered_for(const event::CustomerCreated& e) const;
  /// Nothing is written any more to a record that was erased.
  static Outcome check_not_erased(const Customer& customer, const std::string& field = "");
  /// Refuses what does not exist and what is part of another record.
  Outcome check_account(CustomerId id) const;
  /// Puts the account into somebody's hands, or into the pool, and its hold clock with it.
  void move_account(Account& account, UserId to, AccountHow how, const std::string& reason);
  /// The account owner has been in touch: the hold period begins anew.
  void followed_up(CustomerId customer, UserId by);
  /// Somebody has talked with the customer: nobody has to be sent to do so any more.
  void no_longer_neglected(CustomerId customer);
};

}  // namespace firsthand
