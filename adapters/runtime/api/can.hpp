// SPDX-License-Identifier: Apache-2.0
// Who may do what: the one function that every route, every list's scope, every pushed event and
// every button on a case asks. Default deny. Pure; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/postgres/reads/case_reads.hpp"
#include "adapters/postgres/reads/customer_reads.hpp"
#include "adapters/postgres/reads/desk_reads.hpp"
#include "adapters/postgres/sessions.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime::api {

/// A route's `access` is one of these words.
enum class Action {
  use_session,  ///< me, sign out, feed ticket
  see_reference,
  work_desk,  ///< own presence, wrap-up, offers, calls
  see_cases,
  see_case,
  register_case,
  edit_case,
  note_case,
  add_contact,
  dispatch_case,
  escalate_case,
  resolve_case,
  close_case,
  reopen_case,
  hand_over_case,
  answer_hand_over,
  reassign_case,
  pause_case,
  tell_customer,
  accept_dispatch,
  return_dispatch,
  answer_dispatch,
  see_inbox,
  see_callbacks,
  work_callback,  ///< dial, record an attempt, reschedule
  see_alerts,
  acknowledge_alert,
  see_customers,
  see_customer,
  edit_customer,
  reveal_number,
  see_wallboard,
  see_deliveries,  ///< mails and webhooks, and what became of them
  resend_delivery,
  edit_profile,  ///< one's own settings
  see_rules,     ///< policies, ladders, calendars, and what a change of them does
  edit_rules,
  file_complaint,
  push_call_events,
};
BOOST_DESCRIBE_ENUM(Action, use_session, see_reference, work_desk, see_cases, see_case,
                    register_case, edit_case, note_case, add_contact, dispatch_case, escalate_case,
                    resolve_case, close_case, reopen_case, hand_over_case, answer_hand_over,
                    reassign_case, pause_case, tell_customer, accept_dispatch, return_dispatch,
                    answer_dispatch, see_inbox, see_callbacks, work_callback, see_alerts,
                    acknowledge_alert, see_customers, see_customer, edit_customer, reveal_number,
                    see_wallboard, see_deliveries, resend_delivery, edit_profile, see_rules,
                    edit_rules, file_complaint, push_call_events)

/// Who asks: a person with a session, or another system with a token.
struct Subject {
  std::optional<postgres::SignedInUser> user;
  std::optional<postgres::ApiClient> client;

  std::int64_t user_id() const { return user ? user->id.value : 0; }
  std::int64_t department_id() const { return user && user->department ? user->department->id : 0; }
};

/// What the question is about. Only the facts that decide; absent ones are 0 and empty.
struct Row {
  std::vector<std::int64_t> owners;  ///< the owner, and who stands in for the owner now
  std::int64_t handler = 0;
  std::int64_t hand_over_to = 0;
  bool escalated = false;
  std::vector<std::int64_t> departments;  ///< dispatched to, now or before
  std::int64_t department = 0;            ///< has it now
  std::int64_t person = 0;                ///< whose callback or alert it is
  bool customer_in_department = false;
};

/// Without a row: might this subject do it at all? With a row: may it, to this one?
bool can(const Subject& subject, Action action, const Row* row = nullptr);

Row row_of(const postgres::CaseFacts& facts, const Rules& rules, Instant now);
Row row_of(const postgres::CallbackFacts& facts, const Rules& rules, Instant now);
Row row_of(const postgres::AlertFacts& facts);
Row row_of(const postgres::CustomerFacts& facts, const Subject& subject);

/// The rows of the subject's lists. A search looks further than a list: whoever may see any case
/// finds any case.
postgres::Scope scope_of(const Subject& subject, bool searching = false);

/// The buttons of one case: permission and state together.
postgres::CaseCan buttons(const Subject& subject, const postgres::CaseFacts& facts, const Row& row);

/// May a connection of this person hear a feed topic: user:<id>, owner:<id>, desk:<id>,
/// department:<id>, supervision, wallboard, customer:<id>, case:<id>? Cases and customers are heard
/// by those who may see every one; a liaison hears of the department's through its own topic.
bool may_hear(const Subject& subject, std::string_view topic);

/// The words of every action that the subject might do, for the console's menus.
std::vector<std::string> actions_of(const Subject& subject);

}  // namespace firsthand::runtime::api
