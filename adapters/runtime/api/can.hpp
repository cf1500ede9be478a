// SPDX-License-Identifier: Apache-2.0
// Who may do what: the one function that every route, every list's scope, every pushed event and
// every button on a case asks. Default deny. Pure; any thread.
#pragma once

#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/postgres/reads/account_reads.hpp"
#include "adapters/postgres/reads/case_reads.hpp"
#include "adapters/postgres/reads/customer_reads.hpp"
#include "adapters/postgres/reads/desk_reads.hpp"
#include "adapters/postgres/reads/review_reads.hpp"
#include "adapters/postgres/sessions.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime::api {

/// A route's `access` is one of these words.
enum class Action {
  use_session,  ///< me, sign out, feed ticket
  see_reference,
  work_desk,        ///< own presence, wrap-up, offers, calls
  listen_to_calls,  ///< of others: hear them, whisper to the agent
  hear_recording,   ///< of a call with the customer
  hold_recording,   ///< beyond its time
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
  work_callback,    ///< dial, record an attempt, reschedule
  assign_callback,  ///< somebody else calls, or I do
  cancel_callback,
  settle_dispute,
  see_promises,  ///< disputes, chased departments, satisfaction
  see_alerts,
  acknowledge_alert,
  see_customers,
  see_customer,
  edit_customer,
  reveal_number,
  erase_customer,  ///< for good; and the hold that forbids it
  see_pool,        ///< and one's own accounts
  claim_account,
  give_account,  ///< assign to somebody, extend a hold period
  give_up_account,
  follow_up_account,
  create_customer,
  merge_customers,  ///< two records that are one, and back
  score_tier,       ///< by the scoring rule, now
  see_wallboard,
  see_deliveries,  ///< mails and webhooks, and what became of them
  resend_delivery,
  edit_profile,  ///< one's own settings
  see_rules,     ///< policies, ladders, calendars, and what a change of them does
  edit_rules,
  see_people,         ///< what everybody carries, and who is away
  plan_absence,       ///< one's own; of others whoever leads
  let_go,             ///< the departure procedure
  administer_people,  ///< make, change and lock accounts
  edit_complaint,     ///< the complaint record, a repeat's link
  propose_compensation,
  decide_compensation,
  send_letter,      ///< the final response
  see_register,     ///< all complaints with what regulators ask
  export_register,  ///< as a file, noted by name
  see_review_actions,
  edit_review_action,  ///< agree on one, change one
  finish_review_action,
  cancel_review_action,
  see_imports,
  import_data,    ///< customers and business facts of other systems
  reconcile,      ///< with what finance says
  see_neglected,  ///< customers nobody is in touch with
  make_follow_ups,
  file_complaint,
  push_call_events,
};
/// Each action and its word in routes and answers; more than Boost.Describe takes in one list.
inline constexpr std::pair<Action, std::string_view> kActionWords[] = {
    {Action::use_session, "use_session"},
    {Action::see_reference, "see_reference"},
    {Action::work_desk, "work_desk"},
    {Action::listen_to_calls, "listen_to_calls"},
    {Action::hear_recording, "hear_recording"},
    {Action::hold_recording, "hold_recording"},
    {Action::see_cases, "see_cases"},
    {Action::see_case, "see_case"},
    {Action::register_case, "register_case"},
    {Action::edit_case, "edit_case"},
    {Action::note_case, "note_case"},
    {Action::add_contact, "add_contact"},
    {Action::dispatch_case, "dispatch_case"},
    {Action::escalate_case, "escalate_case"},
    {Action::resolve_case, "resolve_case"},
    {Action::close_case, "close_case"},
    {Action::reopen_case, "reopen_case"},
    {Action::hand_over_case, "hand_over_case"},
    {Action::answer_hand_over, "answer_hand_over"},
    {Action::reassign_case, "reassign_case"},
    {Action::pause_case, "pause_case"},
    {Action::tell_customer, "tell_customer"},
    {Action::accept_dispatch, "accept_dispatch"},
    {Action::return_dispatch, "return_dispatch"},
    {Action::answer_dispatch, "answer_dispatch"},
    {Action::see_inbox, "see_inbox"},
    {Action::see_callbacks, "see_callbacks"},
    {Action::work_callback, "work_callback"},
    {Action::assign_callback, "assign_callback"},
    {Action::cancel_callback, "cancel_callback"},
    {Action::settle_dispute, "settle_dispute"},
    {Action::see_promises, "see_promises"},
    {Action::see_alerts, "see_alerts"},
    {Action::acknowledge_alert, "acknowledge_alert"},
    {Action::see_customers, "see_customers"},
    {Action::see_customer, "see_customer"},
    {Action::edit_customer, "edit_customer"},
    {Action::reveal_number, "reveal_number"},
    {Action::erase_customer, "erase_customer"},
    {Action::see_pool, "see_pool"},
    {Action::claim_account, "claim_account"},
    {Action::give_account, "give_account"},
    {Action::give_up_account, "give_up_account"},
    {Action::follow_up_account, "follow_up_account"},
    {Action::create_customer, "create_customer"},
    {Action::merge_customers, "merge_customers"},
    {Action::score_tier, "score_tier"},
    {Action::see_wallboard, "see_wallboard"},
    {Action::see_deliveries, "see_deliveries"},
    {Action::resend_delivery, "resend_delivery"},
    {Action::edit_profile, "edit_profile"},
    {Action::see_rules, "see_rules"},
    {Action::edit_rules, "edit_rules"},
    {Action::see_people, "see_people"},
    {Action::plan_absence, "plan_absence"},
    {Action::let_go, "let_go"},
    {Action::administer_people, "administer_people"},
    {Action::edit_complaint, "edit_complaint"},
    {Action::propose_compensation, "propose_compensation"},
    {Action::decide_compensation, "decide_compensation"},
    {Action::send_letter, "send_letter"},
    {Action::see_register, "see_register"},
    {Action::export_register, "export_register"},
    {Action::see_review_actions, "see_review_actions"},
    {Action::edit_review_action, "edit_review_action"},
    {Action::finish_review_action, "finish_review_action"},
    {Action::cancel_review_action, "cancel_review_action"},
    {Action::see_imports, "see_imports"},
    {Action::import_data, "import_data"},
    {Action::reconcile, "reconcile"},
    {Action::see_neglected, "see_neglected"},
    {Action::make_follow_ups, "make_follow_ups"},
    {Action::file_complaint, "file_complaint"},
    {Action::push_call_events, "push_call_events"},
};
static_assert(std::size(kActionWords) == static_cast<std::size_t>(Action::push_call_events) + 1);
std::string_view word_of(Action action);
std::optional<Action> action_of(std::string_view word);

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
  std::vector<std::int64_t> account_owners;  ///< whose customer it is about, and who stands in
};

/// Without a row: might this subject do it at all? With a row: may it, to this one?
bool can(const Subject& subject, Action action, const Row* row = nullptr);

Row row_of(const postgres::CaseFacts& facts, const Rules& rules, Instant now);
Row row_of(const postgres::CallbackFacts& facts, const Rules& rules, Instant now);
Row row_of(const postgres::AlertFacts& facts);
Row row_of(const postgres::CustomerFacts& facts, const Subject& subject, const Rules& rules,
           Instant now);
/// Of an account: the owner and who stands in.
Row row_of(const postgres::AccountRow& account, const Rules& rules, Instant now);
Row row_of(const postgres::ReviewActionView& view, const Rules& rules, Instant now);

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
