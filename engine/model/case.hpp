// SPDX-License-Identifier: Apache-2.0
// Cases with everything that hangs on them: owners, dispatches, the complaint record,
// compensations. Value types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/ids.hpp"
#include "engine/model/clock.hpp"
#include "engine/model/interaction.hpp"
#include "engine/time.hpp"

namespace firsthand {

enum class CaseKind { complaint, inquiry, service_request };
BOOST_DESCRIBE_ENUM(CaseKind, complaint, inquiry, service_request)

enum class CaseState { open, dispatched, waiting_for_customer, escalated, resolved, closed };
BOOST_DESCRIBE_ENUM(CaseState, open, dispatched, waiting_for_customer, escalated, resolved, closed)

/// taken: whoever was the first to read what nobody had heard.
enum class OwnershipHow { first_contact, taken, hand_over, reassignment, departure };
BOOST_DESCRIBE_ENUM(OwnershipHow, first_contact, taken, hand_over, reassignment, departure)

struct OwnershipEntry {
  std::int64_t id = 0;
  CaseId case_id;
  UserId owner;
  UserId previous_owner;
  OwnershipHow how = OwnershipHow::first_contact;
  std::string reason;
  UserId by;
  Instant at{};
};

/// The case itself; what hangs on it is in the CaseFile.
struct Case {
  CaseId id;
  std::string number;
  CaseKind kind = CaseKind::complaint;
  CaseState state = CaseState::open;
  CustomerId customer;
  InteractionId interaction;
  Channel channel = Channel::call;
  std::string category;
  std::string text;
  int severity = 1;
  UserId owner;
  UserId handler;
  DepartmentId department;
  int escalation_level = 0;
  std::string reach_number;
  std::string language = "zh";
  std::string product;
  int cycle = 1;
  std::optional<Instant> told_at;
  std::string told_how;
  std::string resolution;
  UserId hand_over_to;
  std::string hand_over_reason;
  std::string repeat_of;
  std::string public_token;
  Instant opened_at{};
  std::optional<Instant> resolved_at;
  std::optional<Instant> closed_at;
  std::int64_t version = 1;
  bool live() const { return state != CaseState::closed && state != CaseState::resolved; }
  friend bool operator==(const Case&, const Case&) = default;
};

enum class DispatchState { sent, accepted, returned, answered, cancelled };
BOOST_DESCRIBE_ENUM(DispatchState, sent, accepted, returned, answered, cancelled)

struct Dispatch {
  DispatchId id;
  CaseId case_id;
  DepartmentId department;
  DispatchState state = DispatchState::sent;
  std::string note;
  UserId by;
  Instant at{};
  UserId accepted_by;
  std::optional<Instant> accepted_at;
  std::string return_reason;
  DepartmentId suggested_department;
  UserId ended_by;
  std::optional<Instant> ended_at;
  std::string answer;
  int chases = 0;  ///< how often the owner has urged the department
  std::optional<Instant> chased_at;
  std::optional<Instant>
      disputed_at;  ///< the department says "not ours" and the supervisor decides
  UserId disputed_by;
  std::string dispute_reason;
  std::optional<Instant> dispute_settled_at;
  std::optional<Instant> extension_until;  ///< asked for; none again when it was answered
  UserId extension_by;
  std::string extension_reason;
  bool disputed() const { return disputed_at && !dispute_settled_at; }
  bool live() const { return state == DispatchState::sent || state == DispatchState::accepted; }
  friend bool operator==(const Dispatch&, const Dispatch&) = default;
};

enum class CompensationState { proposed, approved, refused, withdrawn };
BOOST_DESCRIBE_ENUM(CompensationState, proposed, approved, refused, withdrawn)

/// Money or goods for the customer. Above the limit a second person approves: never the proposer.
struct Compensation {
  CompensationId id;
  CaseId case_id;
  std::int64_t amount_cents = 0;
  std::string currency = "CNY";
  std::string what;
  CompensationState state = CompensationState::proposed;
  UserId proposed_by;
  Instant proposed_at{};
  UserId decided_by;  ///< none below the limit: nobody had to
  std::optional<Instant> decided_at;
  std::string decision_reason;
  friend bool operator==(const Compensation&, const Compensation&) = default;
};

enum class RemedyAnswer { open, accepted, refused };
BOOST_DESCRIBE_ENUM(RemedyAnswer, open, accepted, refused)

/// What ISO 10002 and regulators want to know of a complaint, beside the case itself.
struct ComplaintRecord {
  CaseId case_id;
  bool safety = false;
  std::string remedy_sought;   ///< a code of the list, or ""
  std::string remedy_offered;  ///< a code of the list, or ""
  RemedyAnswer remedy_answer = RemedyAnswer::open;
  std::string root_cause;  ///< a code of the list, or ""
  std::string root_cause_note;
  std::optional<bool> justified;  ///< none: not settled yet
  bool systemic = false;          ///< others will have the same
  std::string regulator;          ///< who forwarded it, or ""
  std::string regulator_reference;
  std::optional<Instant> regulator_due_at;
  std::optional<Instant> letter_at;  ///< when the final response was sent
  std::string letter;                ///< the text as it was sent
  std::int64_t version = 1;
  friend bool operator==(const ComplaintRecord&, const ComplaintRecord&) = default;
};

/// One case with everything that hangs on it, as decide() sees it. The complaint record and the
/// compensations are there when the event is about them.
struct CaseFile : Clockwork {
  Case facts;
  std::vector<Dispatch> dispatches;
  std::vector<ClockPause> pauses;
  std::optional<ComplaintRecord> complaint;
  std::vector<Compensation> compensations;
  std::vector<UserId> owners;  ///< all of the ledger, the first one first
  friend bool operator==(const CaseFile&, const CaseFile&) = default;
};

}  // namespace firsthand
