// SPDX-License-Identifier: Apache-2.0
// What screens and other systems are shown, as plain described values: Boost.JSON turns them into
// the JSON of the API field by field, so a field's name here is its name there. Filled by the
// reads of this folder. Value types; any thread. Instants are UTC; `_s` is seconds.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/time.hpp"

namespace firsthand::postgres {

/// An instant that is written "2026-11-21T10:00:00.000Z", always with milliseconds.
struct Stamp {
  Instant at{};
  friend bool operator==(const Stamp&, const Stamp&) = default;
};
std::string to_json_text(Instant at);
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out, const Stamp& stamp);

using OptionalStamp = std::optional<Stamp>;

/// "138****5678": what is shown without an audited reveal. Short codes stay.
std::string mask_number(std::string_view number);

struct UserRef {
  std::int64_t id = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(UserRef, (), (id, name))

struct DepartmentRef {
  std::int64_t id = 0;
  std::string code, name_zh, name_en;
};
BOOST_DESCRIBE_STRUCT(DepartmentRef, (), (id, code, name_zh, name_en))

struct ClockView {
  std::int64_t id = 0;
  std::string kind, state;
  Stamp started_at;
  OptionalStamp due_at, warn_at, breached_at, ended_at;
  int cycle = 1;
  std::string policy;
  int policy_version = 0;
  std::string calendar, budget_kind;
  std::int64_t budget_s = 0;
};
BOOST_DESCRIBE_STRUCT(ClockView, (),
                      (id, kind, state, started_at, due_at, warn_at, breached_at, ended_at, cycle,
                       policy, policy_version, calendar, budget_kind, budget_s))

// ------------------------------------------------------------------------------- customers
struct NumberView {
  std::string number, label;
};
BOOST_DESCRIBE_STRUCT(NumberView, (), (number, label))

struct BannerView {
  std::string kind;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(BannerView, (), (kind, count))

/// Whose customer this is, and until when without a follow-up.
struct AccountBrief {
  std::string state;
  std::optional<UserRef> owner;
  Stamp since;
  OptionalStamp due_at;
};
BOOST_DESCRIBE_STRUCT(AccountBrief, (), (state, owner, since, due_at))

struct CustomerCard {
  std::int64_t id = 0;
  std::string kind, name, tier, language;
  std::vector<NumberView> numbers;
  std::string email, address, product;
  bool provisional = false, do_not_call = false;
  std::optional<int> potential;
  std::optional<std::string> contact_from, contact_until;  ///< "18:00"; null: at any time
  std::int64_t unpaid_balance_cents = 0;
  Stamp created_at;
  std::int64_t version = 1;
  std::int64_t open_cases = 0, calls = 0, visits = 0, calls_30d = 0;
  std::vector<BannerView> banner;
  int merged_records = 0;  ///< further records of the same customer
  std::optional<AccountBrief> account;
};
BOOST_DESCRIBE_STRUCT(CustomerCard, (),
                      (id, kind, name, tier, language, numbers, email, address, product,
                       provisional, do_not_call, potential, contact_from, contact_until,
                       unpaid_balance_cents, created_at, version, open_cases, calls, visits,
                       calls_30d, banner, merged_records, account))

/// A customer as others name him.
struct NamedCustomer {
  std::int64_t id = 0;
  std::string kind, name, tier;
};
BOOST_DESCRIBE_STRUCT(NamedCustomer, (), (id, kind, name, tier))

struct CustomerBrief {
  std::int64_t id = 0;
  std::string name, tier;
  std::string number;  ///< masked; "" in a callback
};
BOOST_DESCRIBE_STRUCT(CustomerBrief, (), (id, name, tier, number))

// ------------------------------------------------------------------------------- cases
struct CaseRow {
  std::int64_t id = 0;
  std::string number, kind, state, category, category_zh, category_en;
  int severity = 1;
  CustomerBrief customer;
  UserRef owner;
  std::optional<UserRef> handler;
  std::optional<DepartmentRef> department;
  int escalation_level = 0;
  Stamp opened_at;
  std::string product;
  std::optional<ClockView> clock;  ///< the most urgent one not yet met
  bool overdue = false;
  bool to_verify = false;  ///< the department says that it told the customer
  std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(CaseRow, (),
                      (id, number, kind, state, category, category_zh, category_en, severity,
                       customer, owner, handler, department, escalation_level, opened_at, product,
                       clock, overdue, to_verify, version))

struct TryView {
  int number = 0;
  std::optional<UserRef> by;
  Stamp at;
  std::string outcome, note;
};
BOOST_DESCRIBE_STRUCT(TryView, (), (number, by, at, outcome, note))

struct CallbackView {
  std::int64_t id = 0;
  std::string kind;
  std::optional<std::string> case_number;
  std::string category_zh, category_en;
  CustomerBrief customer;
  std::string number;  ///< masked
  std::string caller;
  std::optional<UserRef> user;
  std::optional<DepartmentRef> department;
  Stamp window_from, due_at;
  std::string state;
  int attempts = 0;
  OptionalStamp next_try_at;
  bool overdue = false;
  Stamp promised_at;
  std::vector<TryView> tries;
  std::string last_text;  ///< what the customer said last: the case's text, else the last note
  std::int64_t version = 1;
  std::optional<bool> satisfied;
  std::optional<int> score;
  OptionalStamp ended_at;
  std::string ended_why;
  std::optional<std::string> contact_from, contact_until;  ///< of the customer
};
BOOST_DESCRIBE_STRUCT(CallbackView, (),
                      (id, kind, case_number, category_zh, category_en, customer, number, caller,
                       user, department, window_from, due_at, state, attempts, next_try_at, overdue,
                       promised_at, tries, last_text, version, satisfied, score, ended_at,
                       ended_why, contact_from, contact_until))

struct ChannelState {
  std::string channel, state;
};
BOOST_DESCRIBE_STRUCT(ChannelState, (), (channel, state))

struct AlertView {
  std::int64_t id = 0, clock_id = 0;
  std::optional<std::int64_t> customer_id, review_action_id;  ///< of an alert without a case
  std::string title, case_number, customer_name, category_zh, category_en, clock_kind, step, role;
  bool needs_acknowledgement = false;
  Stamp due_at, fired_at;
  OptionalStamp acknowledged_at;
  std::optional<UserRef> acknowledged_by;
  UserRef recipient;
  std::vector<ChannelState> channels;
  std::optional<std::string> department_code;
};
BOOST_DESCRIBE_STRUCT(AlertView, (),
                      (id, clock_id, customer_id, review_action_id, title, case_number,
                       customer_name, category_zh, category_en, clock_kind, step, role,
                       needs_acknowledgement, due_at, fired_at, acknowledged_at, acknowledged_by,
                       recipient, channels, department_code))

struct DispatchView {
  std::int64_t id = 0;
  DepartmentRef department;
  std::string state, note;
  std::optional<UserRef> by;
  Stamp at;
  std::optional<UserRef> accepted_by;
  OptionalStamp accepted_at;
  std::string return_reason;
  std::optional<DepartmentRef> suggested_department;
  std::string answer;
  OptionalStamp ended_at;
  OptionalStamp due_at;        ///< of its clock
  bool may_return = false;     ///< later it can only be disputed
  OptionalStamp return_until;  ///< none: at any time, or it has ended
  int chases = 0;
  OptionalStamp chased_at, chase_again_at;
  OptionalStamp disputed_at;
  std::optional<UserRef> disputed_by;
  std::string dispute_reason;
  OptionalStamp dispute_settled_at;
  OptionalStamp extension_until;  ///< asked for and not answered
  std::optional<UserRef> extension_by;
  std::string extension_reason;
  std::int64_t case_id = 0;
};
BOOST_DESCRIBE_STRUCT(DispatchView, (),
                      (id, department, state, note, by, at, accepted_by, accepted_at, return_reason,
                       suggested_department, answer, ended_at, due_at, may_return, return_until,
                       chases, chased_at, chase_again_at, disputed_at, disputed_by, dispute_reason,
                       dispute_settled_at, extension_until, extension_by, extension_reason))

struct OwnershipView {
  UserRef owner;
  std::optional<UserRef> previous_owner;
  std::string how, reason;
  std::optional<UserRef> by;
  Stamp at;
};
BOOST_DESCRIBE_STRUCT(OwnershipView, (), (owner, previous_owner, how, reason, by, at))

struct PauseView {
  std::string reason;
  Stamp from_at, planned_until;
};
BOOST_DESCRIBE_STRUCT(PauseView, (), (reason, from_at, planned_until))

/// What this viewer may do now; the console shows exactly these buttons.
struct CaseCan {
  bool dispatch = false, accept = false, answer = false, resolve = false, close = false;
  bool reopen = false, reassign = false, hand_over = false, escalate = false, note = false;
  bool pause = false, edit = false, told = false, give_back = false;
  bool chase = false, dispute = false, settle = false, extend = false, answer_extension = false;
  bool verify = false;  ///< the department says that it has told the customer
};
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out, const CaseCan& can);

struct CaseView : CaseRow {
  std::string text, channel, language;
  int cycle = 1;
  std::string reach_number;
  OptionalStamp told_at;
  std::string told_how, resolution;
  OptionalStamp resolved_at, closed_at;
  std::optional<UserRef> hand_over_to;
  std::string hand_over_reason, repeat_of;
  std::vector<ClockView> clocks;
  std::vector<DispatchView> dispatches;
  std::vector<CallbackView> callbacks;
  std::vector<OwnershipView> ownership;
  std::vector<AlertView> alerts;
  std::optional<PauseView> pause;
  CaseCan can;
};
BOOST_DESCRIBE_STRUCT(CaseView, (CaseRow),
                      (text, channel, language, cycle, reach_number, told_at, told_how, resolution,
                       resolved_at, closed_at, hand_over_to, hand_over_reason, repeat_of, clocks,
                       dispatches, callbacks, ownership, alerts, pause, can))

// Boost 1.81 does not write base classes by itself.
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out, const CaseView& view);

struct HistoryView {
  std::int64_t id = 0;
  Stamp at;
  std::string kind;
  std::optional<UserRef> actor, acting_for;
  std::string source;
  std::optional<std::string> case_number;
  std::optional<std::int64_t> interaction_id;
  boost::json::value data;
};
BOOST_DESCRIBE_STRUCT(HistoryView, (),
                      (id, at, kind, actor, acting_for, source, case_number, interaction_id, data))

// ------------------------------------------------------------------------------- the inbox
struct InboxRow {
  CaseRow case_row;  ///< "case" in JSON, which C++ keeps for itself
  std::int64_t dispatch_id = 0;
  std::string dispatch_state, text;
  std::optional<CallbackView> callback;
  std::vector<AlertView> alerts;
  OptionalStamp accept_by;
  DispatchView dispatch;
};
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out, const InboxRow& row);

struct InboxCounts {
  std::int64_t to_accept = 0, to_call = 0, done = 0, review_actions = 0;
};
BOOST_DESCRIBE_STRUCT(InboxCounts, (), (to_accept, to_call, done, review_actions))

struct InboxView {
  std::optional<DepartmentRef> department;
  std::vector<InboxRow> to_accept, to_call, done;
  InboxCounts counts;
};
BOOST_DESCRIBE_STRUCT(InboxView, (), (department, to_accept, to_call, done, counts))

// ------------------------------------------------------------------------------- the public page
/// What the customer's own status page shows: no more than this.
struct StatusPage {
  std::string number, state, language, owner_given_name;
  Stamp opened_at;
  OptionalStamp promised_callback;
};

}  // namespace firsthand::postgres
