// SPDX-License-Identifier: Apache-2.0
#include "engine/wanted.hpp"

namespace firsthand {
namespace {

struct Collector {
  Wanted& wanted;

  void want(CustomerId id) {
    if (id) wanted.customers.push_back(id);
  }
  void want(InteractionId id) {
    if (id) wanted.interactions.push_back(id);
  }
  void want(OfferId id) {
    if (id) wanted.offers.push_back(id);
  }
  void want(CaseId id) {
    if (id) wanted.cases.push_back(id);
  }
  void want(DispatchId id) {
    if (id) wanted.dispatches.push_back(id);
  }
  void want(CallbackId id) {
    if (id) wanted.callbacks.push_back(id);
  }
  void want(ClockId id) {
    if (id) wanted.clocks.push_back(id);
  }
  void want(AlertId id) {
    if (id) wanted.alerts.push_back(id);
  }
  void want(ReviewActionId id) {
    if (id) wanted.review_actions.push_back(id);
  }
  void want(RecordingId id) {
    if (id) wanted.recordings.push_back(id);
  }
  void want_complaint(CaseId id) {
    want(id);
    if (id) wanted.complaints.push_back(id);
  }
  void want_desk(UserId id) {
    if (id) wanted.desks.push_back(id);
  }
  void want_number(const std::string& number) {
    if (!number.empty()) wanted.numbers.push_back(number);
  }

  void operator()(const event::CallArrived& e) {
    wanted.channels.emplace_back(e.pbx, e.pbx_channel);
    wanted.given_up = true;
    want_number(e.number);
  }
  void operator()(const event::CallEnded& e) {
    if (e.interaction) return want(e.interaction);
    wanted.channels.emplace_back(e.pbx, e.pbx_channel);
  }
  void operator()(const event::CallHeld& e) { want(e.interaction); }
  void operator()(const event::DigitPressed& e) {
    wanted.channels.emplace_back(e.pbx, e.pbx_channel);
  }
  void operator()(const event::CallObserved& e) {
    wanted.channels.emplace_back(e.pbx, e.call);
    want_number(e.number);
    want_desk(e.agent);
  }
  void operator()(const event::OfferMade& e) {
    want(e.interaction);
    want(e.instead_of);
    want_desk(e.agent);
  }
  void operator()(const event::OfferAccepted& e) { want(e.offer); }
  void operator()(const event::OfferRefused& e) { want(e.offer); }
  void operator()(const event::OfferExpired& e) { want(e.offer); }
  void operator()(const event::WaitExhausted& e) { want(e.interaction); }
  void operator()(const event::WrittenDone& e) { want(e.interaction); }
  void operator()(const event::PresenceSet& e) { want_desk(e.user); }
  void operator()(const event::PresenceBeat& e) { want_desk(e.user); }
  void operator()(const event::PresenceLost& e) { want_desk(e.user); }
  void operator()(const event::WrapUp& e) { want_desk(e.user); }
  void operator()(const event::WrapUpAsked& e) { want_desk(e.user); }
  void operator()(const event::ShiftEnded& e) { want_desk(e.user); }
  void operator()(const event::HangUpAsked& e) { want(e.interaction); }
  void operator()(const event::HoldAsked& e) { want(e.interaction); }
  void operator()(const event::CaseRegistered& e) {
    want(e.interaction);
    want(e.customer);
    if (!e.customer && !e.interaction) want_number(e.number);
  }
  void operator()(const event::NoteAdded& e) { want(e.case_id); }
  void operator()(const event::ContactAdded& e) {
    want(e.case_id);
    want(e.interaction);
  }
  void operator()(const event::CaseEdited& e) { want_complaint(e.case_id); }
  void operator()(const event::Dispatched& e) { want(e.case_id); }
  void operator()(const event::DispatchAccepted& e) { want(e.dispatch); }
  void operator()(const event::DispatchReturned& e) { want(e.dispatch); }
  void operator()(const event::DispatchAnswered& e) { want(e.dispatch); }
  void operator()(const event::DispatchChased& e) { want(e.dispatch); }
  void operator()(const event::DispatchDisputed& e) { want(e.dispatch); }
  void operator()(const event::DisputeSettled& e) { want(e.dispatch); }
  void operator()(const event::ExtensionAsked& e) { want(e.dispatch); }
  void operator()(const event::ExtensionAnswered& e) { want(e.dispatch); }
  void operator()(const event::CustomerTold& e) { want(e.case_id); }
  void operator()(const event::CustomerNotTold& e) { want(e.case_id); }
  void operator()(const event::CaseResolved& e) { want_complaint(e.case_id); }
  void operator()(const event::CaseClosed& e) { want_complaint(e.case_id); }
  void operator()(const event::CaseReopened& e) { want(e.case_id); }
  void operator()(const event::CaseEscalated& e) { want(e.case_id); }
  void operator()(const event::HandOverOffered& e) { want(e.case_id); }
  void operator()(const event::HandOverAnswered& e) { want(e.case_id); }
  void operator()(const event::CaseReassigned& e) { want(e.case_id); }
  void operator()(const event::CasesReassigned& e) {
    for (const auto id : e.cases) want(id);
  }
  void operator()(const event::RepeatLinked& e) {
    want(e.case_id);
    want(e.earlier);
  }
  void operator()(const event::ComplaintRecordEdited& e) { want_complaint(e.case_id); }
  void operator()(const event::CompensationProposed& e) { want_complaint(e.case_id); }
  void operator()(const event::CompensationDecided& e) {
    if (e.compensation) wanted.compensations.push_back(e.compensation);
  }
  void operator()(const event::FinalResponseSent& e) { want_complaint(e.case_id); }
  void operator()(const event::PersonDeparts& e) {
    if (e.user) wanted.departing.push_back(e.user);
    want_desk(e.user);
    for (const auto& receiver : e.receivers) {
      for (const auto id : receiver.cases) want(id);
      for (const auto id : receiver.callbacks) want(id);
      for (const auto id : receiver.accounts) want(id);
      for (const auto id : receiver.review_actions) want(id);
    }
  }
  void operator()(const event::ClocksPaused& e) { want(e.case_id); }
  void operator()(const event::ClocksResumed& e) { want(e.case_id); }
  void operator()(const event::CallbackDialled& e) { want(e.callback); }
  void operator()(const event::CallbackDue& e) { want(e.callback); }
  void operator()(const event::OutboundLeg& e) { want(e.interaction); }
  void operator()(const event::CallbackAttempted& e) {
    want(e.callback);
    want(e.interaction);
  }
  void operator()(const event::CallbackRescheduled& e) { want(e.callback); }
  void operator()(const event::CallbackAssigned& e) { want(e.callback); }
  void operator()(const event::CallbackCancelled& e) { want(e.callback); }
  void operator()(const event::ReviewActionAgreed& e) { want(e.case_id); }
  void operator()(const event::ReviewActionChanged& e) { want(e.review_action); }
  void operator()(const event::ReviewActionEnded& e) { want(e.review_action); }
  void operator()(const event::ClockFired& e) { want(e.clock); }
  void operator()(const event::AlertAcknowledged& e) { want(e.alert); }
  void operator()(const event::ClocksRecomputed& e) {
    want(e.case_id);
    want(e.customer);
    want(e.review_action);
  }
  void operator()(const event::CustomerCreated& e) {
    for (const auto& number : e.numbers) want_number(number);
  }
  void operator()(const event::CustomerEdited& e) {
    want(e.customer);
    for (const auto& number : e.numbers_added) want_number(number);
    for (const auto& number : e.numbers_removed) want_number(number);
  }
  void operator()(const event::CompanyRoleBegun& e) {
    want(e.company);
    want(e.person);
  }
  void operator()(const event::CompanyRoleEnded& e) {
    if (e.company_role) wanted.company_roles.push_back(e.company_role);
  }
  void operator()(const event::RelationshipBegun& e) {
    want(e.customer);
    want(e.other);
  }
  void operator()(const event::RelationshipEnded& e) {
    if (e.relationship) wanted.relationships.push_back(e.relationship);
  }
  void operator()(const event::CustomersMerged& e) {
    want(e.kept);
    want(e.gone);
  }
  void operator()(const event::CustomersUnmerged& e) {
    if (e.merge) wanted.merges.push_back(e.merge);
  }
  void operator()(const event::CallerNamed& e) {
    want(e.interaction);
    want(e.customer);
  }
  void operator()(const event::TierScored& e) { want(e.customer); }
  void operator()(const event::AccountClaimed& e) { want(e.customer); }
  void operator()(const event::AccountAssigned& e) { want(e.customer); }
  void operator()(const event::AccountExtended& e) { want(e.customer); }
  void operator()(const event::AccountFollowedUp& e) { want(e.customer); }
  void operator()(const event::CustomerNeglected& e) { want(e.customer); }
  void operator()(const event::NumberRevealed& e) { want(e.customer); }
  void operator()(const event::TransferAsked& e) {
    want(e.interaction);
    want_desk(e.to);
  }
  void operator()(const event::PhoneTransferAsked& e) {
    want(e.interaction);
    want_desk(e.to);
  }
  void operator()(const event::TransferStepped& e) { want(e.interaction); }
  void operator()(const event::AgentLegEnded& e) { want(e.interaction); }
  void operator()(const event::AgentLegReplaced& e) {
    want(e.interaction);
    want_desk(e.to);
  }
  void operator()(const event::ListenAsked& e) { want(e.interaction); }
  void operator()(const event::ListenStopped& e) { want(e.interaction); }
  void operator()(const event::ListeningLeg& e) {
    if (e.listening) wanted.listenings.push_back(e.listening);
  }
  void operator()(const event::RecordingAsked& e) { want(e.interaction); }
  void operator()(const event::RecordingTold& e) { want(e.recording); }
  void operator()(const event::RecordingPauseOver& e) { want(e.recording); }
  void operator()(const event::RecordingStored& e) { want(e.recording); }
  void operator()(const event::RecordingLost& e) { want(e.recording); }
  void operator()(const event::RecordingHeard& e) { want(e.recording); }
  void operator()(const event::RecordingHeld& e) { want(e.recording); }
  void operator()(const event::RecordingExpired& e) { want(e.recording); }
};

}  // namespace

bool Wanted::only_firings() const {
  Wanted firings;
  firings.clocks = clocks;
  return *this == firings;
}

void collect(const Event& event, Wanted& wanted) {
  Collector collector{wanted};
  // Who acts may talk on the telephone: the desk says to whom.
  collector.want_desk(event.actor);
  const bool listens = std::holds_alternative<event::ListenAsked>(event.what) ||
                       std::holds_alternative<event::ListenStopped>(event.what);
  if (listens && event.actor) wanted.listeners.push_back(event.actor);
  if (std::holds_alternative<event::AccountClaimed>(event.what))
    wanted.claimants.push_back(event.actor);
  std::visit(collector, event.what);
}

}  // namespace firsthand
