// SPDX-License-Identifier: Apache-2.0
// What is done with a case, and what is written into its complaint record.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/model/callback.hpp"
#include "engine/model/case.hpp"

namespace firsthand {

/// A promised call: by choice of the intake form, at an instant, or by the category's default.
struct CallbackWish {
  std::string choice;         ///< "" = the category's default; two_hours, today_17, tomorrow_10 ...
  std::optional<Instant> at;  ///< wins over the choice
  std::optional<CallbackCaller> caller;
  bool customer_asked = false;  ///< for this very time, whatever his contact hours say
};

}  // namespace firsthand

namespace firsthand::event {

// ---- cases
struct CaseRegistered {
  InteractionId interaction;  ///< the call during which it is told; none for web and API
  CustomerId customer;        ///< none: found by number, else made provisional
  std::string customer_name, number, email;
  CaseKind kind = CaseKind::complaint;
  Channel channel = Channel::call;
  std::string category, text, product, language, department, public_token;
  int severity = 0;  ///< 0 = the category's default
  CallbackWish callback;
  UserId owner;  ///< none: whoever talks to the customer, or the router's choice for web arrivals
  std::optional<Instant>
      received_at;  ///< when the customer said it, if earlier: clocks start there
};
struct NoteAdded {
  CaseId case_id;
  std::string text;
};
struct ContactAdded {
  CaseId case_id;
  InteractionId interaction;
  std::string text;
};
struct CaseEdited {
  CaseId case_id;
  std::int64_t version;
  std::optional<std::string> category, text, product;
  std::optional<int> severity;
};
struct Dispatched {
  CaseId case_id;
  DepartmentId department;
  std::string note;
  CallbackWish callback;
};
struct DispatchAccepted {
  DispatchId dispatch;
};
struct DispatchReturned {
  DispatchId dispatch;
  std::string reason;
  DepartmentId suggested;
};
struct DispatchAnswered {
  DispatchId dispatch;
  std::string answer;
};
/// The owner urges the department on.
struct DispatchChased {
  DispatchId dispatch;
  std::string note;
};
/// The department says "not ours" after its limit: the supervisor decides.
struct DispatchDisputed {
  DispatchId dispatch;
  std::string reason;
};
struct DisputeSettled {
  DispatchId dispatch;
  bool upheld;              ///< it is not theirs: back to the owner, or on to ...
  DepartmentId department;  ///< ... this one; none: the owner decides
  std::string reason;
};
struct ExtensionAsked {
  DispatchId dispatch;
  Instant until;
  std::string reason;
};
struct ExtensionAnswered {
  DispatchId dispatch;
  bool granted;
  std::string reason;
};
struct CustomerTold {
  CaseId case_id;
  std::string how, note;
};
/// A department says that it has told the customer, who has heard nothing.
struct CustomerNotTold {
  CaseId case_id;
  std::string reason;
};
struct CaseResolved {
  CaseId case_id;
  std::string resolution;
};
struct CaseClosed {
  CaseId case_id;
};
struct CaseReopened {
  CaseId case_id;
  std::string reason;
};
struct CaseEscalated {
  CaseId case_id;
  UserId to;
  std::string reason;
};
struct HandOverOffered {
  CaseId case_id;
  UserId to;
  std::string reason;
};
/// By whom it was offered to; or taken back by the owner who offered it (never `accepted` then).
struct HandOverAnswered {
  CaseId case_id;
  bool accepted;
  std::string reason{};
};
struct CaseReassigned {
  CaseId case_id;
  UserId to;
  std::string reason;
};
/// Several at once. What cannot move stays, and the history entry that the reply names says why.
struct CasesReassigned {
  std::vector<CaseId> cases;
  UserId to;
  std::string reason;
};
/// This complaint is the earlier one again; none: it is not.
struct RepeatLinked {
  CaseId case_id;
  CaseId earlier;
};

// ---- the complaint record
/// What is given is changed. Empty texts and codes clear a field.
struct ComplaintRecordEdited {
  CaseId case_id;
  std::int64_t version;  ///< of the record; 0: there is none yet
  std::optional<bool> safety, systemic;
  std::optional<std::string> remedy_sought, remedy_offered, root_cause, root_cause_note;
  std::optional<RemedyAnswer> remedy_answer;
  std::optional<std::string> justified;  ///< "yes", "no", or "" for not settled
  std::optional<std::string> regulator, regulator_reference;
  std::optional<Instant> regulator_due_at;
};
struct CompensationProposed {
  CaseId case_id;
  std::int64_t amount_cents;
  std::string currency, what;
};
struct CompensationDecided {
  CompensationId compensation;
  CompensationState decision;  ///< approved, refused or withdrawn
  std::string reason;
};
/// The final response has gone to the customer, in these words.
struct FinalResponseSent {
  CaseId case_id;
  std::string how, letter;
};

}  // namespace firsthand::event
