// SPDX-License-Identifier: Apache-2.0
// What an agent at work sees: the desk, the ring with everything about the customer, the call with
// its transfer and its recording, what is in hand. Plain values in the words of the API.
#pragma once

#include "adapters/postgres/reads/views.hpp"

namespace firsthand::postgres {

struct DeskView {
  UserRef user;
  std::string presence = "offline", reason;
  Stamp since;
  OptionalStamp wrap_up_until, wrap_up_limit;
  OptionalStamp shift_until, last_calls_from;  ///< of the shift that he is in
  std::optional<std::int64_t> interaction_id;
  std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(DeskView, (),
                      (user, presence, reason, since, wrap_up_until, wrap_up_limit, shift_until,
                       last_calls_from, interaction_id, version))

/// The call's newest transfer: `state` says whether it goes on, `ended_why` what came of it.
struct TransferView {
  UserRef from;
  std::optional<UserRef> to;
  std::string queue_code, how, state, note, ended_why;
  Stamp began_at;
};
BOOST_DESCRIBE_STRUCT(TransferView, (),
                      (from, to, queue_code, how, state, note, ended_why, began_at))

/// What is being recorded of a call now. `silent`: nothing is while the customer is on hold.
struct CallRecordingView {
  std::int64_t id = 0;
  std::string state;
  bool silent = false, may_pause = false;
  OptionalStamp paused_until;
};
BOOST_DESCRIBE_STRUCT(CallRecordingView, (), (id, state, silent, may_pause, paused_until))

/// A part of a call that was recorded, and how long that is kept.
struct RecordingView {
  std::int64_t id = 0, interaction_id = 0, customer_id = 0, part = 0;
  std::string state;
  std::optional<UserRef> agent;
  Stamp began_at;
  OptionalStamp ended_at, keep_until;
  std::string hold_reason;
  std::int64_t seconds = 0, bytes = 0;
  OptionalStamp deleted_at;
  std::string deleted_why;
  bool may_hear = false, may_hold = false;  ///< by who asks
};
BOOST_DESCRIBE_STRUCT(RecordingView, (),
                      (id, interaction_id, customer_id, part, state, agent, began_at, ended_at,
                       keep_until, hold_reason, seconds, bytes, deleted_at, deleted_why, may_hear,
                       may_hold))

struct CallView {
  std::int64_t interaction_id = 0;
  std::string state, direction, number;
  std::int64_t customer_id = 0;
  std::string customer_name, queue_code;
  OptionalStamp answered_at;
  std::optional<std::int64_t> callback_id;
  std::optional<std::string> case_number;
  bool virtual_hold = false;  ///< has hung up and is called back in turn
  std::string channel;        ///< call, or how it was written: web, email, api
  std::optional<UserRef> agent;
  std::optional<TransferView> transfer;
  std::optional<CallRecordingView> recording;
};
BOOST_DESCRIBE_STRUCT(CallView, (),
                      (interaction_id, state, direction, number, customer_id, customer_name,
                       queue_code, answered_at, callback_id, case_number, virtual_hold, channel,
                       agent, transfer, recording))

struct OfferView {
  std::int64_t id = 0;
  std::string token;
  std::int64_t interaction_id = 0;
  Stamp expires_at;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(OfferView, (), (id, token, interaction_id, expires_at, reason))

struct PopView {
  CustomerCard customer;
  std::vector<CaseRow> open_cases;
  std::vector<CallbackView> overdue;
  std::optional<CaseRow> suggested_case;
  std::vector<HistoryView> timeline;  ///< the newest 20, newest first
  std::string number;                 ///< in full: the agent is on this call
  std::string queue_code;
  CallView call;
  std::vector<NamedCustomer> other_callers;  ///< who else has this number
};
BOOST_DESCRIBE_STRUCT(PopView, (),
                      (customer, open_cases, overdue, suggested_case, timeline, number, queue_code,
                       call, other_callers))

/// Something written that an agent has taken and not done yet.
struct InHandView {
  std::int64_t interaction_id = 0;
  std::string channel;
  Stamp enqueued_at;
  CaseRow case_row;  ///< "case" in JSON, which C++ keeps for itself
};

void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out, const InHandView& row);

struct DeskScreen {
  DeskView desk;
  std::optional<OfferView> offer;
  std::optional<PopView> pop;
  std::optional<CallView> call;
  std::vector<InHandView> in_hand;
  std::vector<CaseRow> my_cases;
  std::vector<CallbackView> callbacks;
  std::vector<AlertView> alerts;
};
BOOST_DESCRIBE_STRUCT(DeskScreen, (),
                      (desk, offer, pop, call, in_hand, my_cases, callbacks, alerts))

}  // namespace firsthand::postgres
