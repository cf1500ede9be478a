// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/can.hpp"

#include <algorithm>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <charconv>

#include "engine/account_rules.hpp"

namespace firsthand::runtime::api {
namespace {

bool holds(const std::vector<std::int64_t>& list, std::int64_t id) {
  return id != 0 && std::find(list.begin(), list.end(), id) != list.end();
}

bool one_of(Role role, std::initializer_list<Role> roles) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool leads(Role role) {
  return one_of(role, {Role::supervisor, Role::manager, Role::administrator});
}

/// Owns it, or stands in for the owner, or leads the people who do.
bool owns(const Subject& subject, Role role, const Row* row) {
  if (role == Role::supervisor) return true;
  if (row == nullptr) return one_of(role, {Role::agent, Role::back_line});
  return holds(row->owners, subject.user_id());
}

/// Works on it: the owner's side, or the back line on what was escalated.
bool works(const Subject& subject, Role role, const Row* row) {
  if (owns(subject, role, row)) return true;
  if (row == nullptr) return false;
  if (row->handler != 0 && row->handler == subject.user_id()) return true;
  return role == Role::back_line && row->escalated;
}

/// Sees it: everybody in customer service; a department what was given to it; whoever holds the
/// customer's account everything about the customer.
bool sees(const Subject& subject, Role role, const Row* row) {
  if (role != Role::liaison) return true;
  if (row == nullptr) return true;
  return holds(row->departments, subject.department_id()) ||
         (row->department != 0 && row->department == subject.department_id()) ||
         row->hand_over_to == subject.user_id() || holds(row->owners, subject.user_id()) ||
         holds(row->account_owners, subject.user_id()) || row->customer_in_department;
}

/// Acts for the department that has it now.
bool in_department(const Subject& subject, Role role, const Row* row) {
  if (role == Role::supervisor) return true;
  if (role != Role::liaison || subject.department_id() == 0) return false;
  return row == nullptr || row->department == subject.department_id();
}

bool client_can(const postgres::ApiClient& client, Action action) {
  switch (action) {
    case Action::file_complaint: return client.may("complaints");
    // Order and finance systems: customers are entered here before they are dealt with there.
    case Action::import_data:
    case Action::reconcile:
    case Action::create_customer: return client.may("import");
    case Action::see_imports:
    case Action::see_customers:
    case Action::see_customer: return client.may("import") || client.may("read");
    case Action::push_call_events: return client.may("telephony");
    case Action::see_reference:
    case Action::see_cases:
    case Action::see_case:
    case Action::see_callbacks:
    case Action::see_alerts:
    case Action::see_register:
    case Action::see_review_actions:
    case Action::see_neglected:
    case Action::see_wallboard: return client.may("read");
    case Action::use_session:
    case Action::work_desk:
    case Action::listen_to_calls:
    case Action::hear_recording:
    case Action::hold_recording:
    case Action::register_case:
    case Action::edit_case:
    case Action::note_case:
    case Action::add_contact:
    case Action::dispatch_case:
    case Action::escalate_case:
    case Action::resolve_case:
    case Action::close_case:
    case Action::reopen_case:
    case Action::hand_over_case:
    case Action::answer_hand_over:
    case Action::reassign_case:
    case Action::pause_case:
    case Action::tell_customer:
    case Action::accept_dispatch:
    case Action::return_dispatch:
    case Action::answer_dispatch:
    case Action::see_inbox:
    case Action::work_callback:
    case Action::assign_callback:
    case Action::cancel_callback:
    case Action::settle_dispute:
    case Action::see_promises:
    case Action::acknowledge_alert:
    case Action::edit_customer:
    case Action::reveal_number:
    case Action::erase_customer:
    case Action::see_pool:
    case Action::claim_account:
    case Action::give_account:
    case Action::give_up_account:
    case Action::follow_up_account:
    case Action::merge_customers:
    case Action::score_tier:
    case Action::make_follow_ups:
    case Action::see_deliveries:
    case Action::resend_delivery:
    case Action::edit_profile:
    case Action::see_rules:
    case Action::edit_review_action:
    case Action::finish_review_action:
    case Action::cancel_review_action:
    case Action::edit_complaint:
    case Action::propose_compensation:
    case Action::decide_compensation:
    case Action::send_letter:
    case Action::export_register:
    case Action::edit_rules:
    case Action::see_people:
    case Action::plan_absence:
    case Action::let_go:
    case Action::administer_people: return false;
  }
  return false;
}

bool user_can(const Subject& subject, Action action, const Row* row) {
  const Role role = subject.user->role;
  const std::int64_t me = subject.user_id();
  switch (action) {
    case Action::use_session:
    case Action::see_reference: return true;
    case Action::work_desk:  // a liaison's call-backs run over a desk as well
      return one_of(role, {Role::agent, Role::back_line, Role::liaison, Role::supervisor});
    case Action::listen_to_calls: return role == Role::supervisor;
    // Whoever owns the customer or the case, and who leads them.
    case Action::hear_recording:
      if (one_of(role, {Role::supervisor, Role::manager})) return true;
      return role != Role::administrator && (row == nullptr || holds(row->owners, me));
    case Action::hold_recording: return one_of(role, {Role::supervisor, Role::manager});
    case Action::see_cases:
    case Action::see_case:
    case Action::see_customers:
    case Action::see_customer: return sees(subject, role, row);
    case Action::register_case:
      return one_of(role, {Role::agent, Role::back_line, Role::supervisor});
    case Action::note_case: return role != Role::administrator && sees(subject, role, row);
    // A customer may be in touch with any agent about any case.
    case Action::add_contact:
    case Action::reopen_case: return one_of(role, {Role::agent, Role::back_line, Role::supervisor});
    case Action::edit_case:
    case Action::dispatch_case:
    case Action::pause_case:
    case Action::tell_customer: return works(subject, role, row);
    case Action::escalate_case:
      return works(subject, role, row) || role == Role::manager ||
             in_department(subject, role, row);
    case Action::resolve_case:
    case Action::close_case:
    case Action::hand_over_case: return owns(subject, role, row);
    case Action::answer_hand_over:
      return takes_over(role) &&
             (row == nullptr || (row->hand_over_to != 0 && row->hand_over_to == me));
    case Action::reassign_case: return leads(role);
    case Action::accept_dispatch:
    case Action::return_dispatch:
    case Action::answer_dispatch: return in_department(subject, role, row);
    case Action::see_inbox: return role == Role::liaison || leads(role);
    case Action::see_callbacks: return true;
    case Action::work_callback:
      if (row == nullptr) {
        return one_of(role, {Role::agent, Role::back_line, Role::liaison, Role::supervisor});
      }
      return row->person == me || holds(row->owners, me) || in_department(subject, role, row);
    // What somebody missed is anybody's who takes it; the engine knows which those are.
    case Action::assign_callback:
      return one_of(role, {Role::agent, Role::back_line, Role::supervisor}) ||
             in_department(subject, role, row);
    case Action::cancel_callback:
      return role == Role::supervisor ||
             (row == nullptr ? role == Role::agent || role == Role::back_line
                             : holds(row->owners, me));
    case Action::settle_dispute: return role == Role::supervisor;
    case Action::see_promises: return leads(role) || role == Role::back_line;
    case Action::see_alerts: return true;
    case Action::acknowledge_alert:
      return row == nullptr || row->person == me || role == Role::supervisor;
    case Action::edit_customer:
      return one_of(role, {Role::agent, Role::back_line, Role::supervisor});
    case Action::reveal_number:
      return one_of(role, {Role::agent, Role::back_line, Role::liaison, Role::supervisor}) &&
             sees(subject, role, row);
    case Action::erase_customer: return one_of(role, {Role::manager, Role::administrator});
    case Action::see_pool: return true;
    case Action::claim_account: return claims_accounts(role);
    case Action::give_account: return gives_accounts(role);
    case Action::give_up_account:
      return gives_accounts(role) || row == nullptr || holds(row->owners, me);
    case Action::follow_up_account: return row == nullptr || holds(row->owners, me);
    case Action::create_customer:
      return one_of(role, {Role::agent, Role::back_line, Role::liaison, Role::supervisor});
    case Action::merge_customers:
      return one_of(role, {Role::agent, Role::back_line, Role::supervisor, Role::manager});
    case Action::score_tier: return leads(role);
    case Action::see_wallboard: return role != Role::liaison;
    case Action::see_deliveries: return leads(role);
    case Action::resend_delivery: return one_of(role, {Role::supervisor, Role::administrator});
    case Action::edit_profile: return true;
    case Action::see_rules: return leads(role);
    case Action::edit_rules:
    case Action::administer_people: return role == Role::administrator;
    case Action::see_people:
    case Action::let_go: return leads(role);
    case Action::plan_absence: return row == nullptr || row->person == me || leads(role);
    // The department knows the cause; the owner's side knows the rest.
    case Action::edit_complaint:
      return works(subject, role, row) || in_department(subject, role, row);
    case Action::propose_compensation:
    case Action::send_letter: return works(subject, role, row);
    case Action::decide_compensation: return one_of(role, {Role::supervisor, Role::manager});
    case Action::see_register: return leads(role) || role == Role::back_line;
    case Action::export_register: return leads(role);
    // What a review has agreed on is everybody's to see.
    case Action::see_review_actions: return true;
    case Action::edit_review_action:
      return one_of(role, {Role::supervisor, Role::manager, Role::back_line});
    case Action::finish_review_action:
      return row == nullptr || holds(row->owners, me) || in_department(subject, role, row);
    case Action::cancel_review_action: return one_of(role, {Role::supervisor, Role::manager});
    case Action::see_imports:
    case Action::reconcile:
    case Action::see_neglected: return leads(role);
    case Action::import_data: return one_of(role, {Role::supervisor, Role::administrator});
    case Action::make_follow_ups: return one_of(role, {Role::supervisor, Role::manager});
    case Action::file_complaint:
    case Action::push_call_events: return false;
  }
  return false;
}

std::vector<std::int64_t> owner_and_deputy(std::int64_t owner, const Rules& rules, Instant now) {
  if (owner == 0) return {};
  const std::int64_t acting = rules.acting(UserId{owner}, now).value;
  return acting == owner || acting == 0 ? std::vector{owner} : std::vector{owner, acting};
}

}  // namespace

bool can(const Subject& subject, Action action, const Row* row) {
  if (subject.user) return user_can(subject, action, row);
  if (subject.client) return client_can(*subject.client, action);
  return false;
}

Row row_of(const postgres::CaseFacts& facts, const Rules& rules, Instant now) {
  Row row;
  row.owners = owner_and_deputy(facts.owner, rules, now);
  row.handler = facts.handler;
  row.hand_over_to = facts.hand_over_to;
  row.escalated = facts.escalated;
  row.departments = facts.departments;
  row.department = facts.department;
  row.account_owners = owner_and_deputy(facts.account_owner, rules, now);
  return row;
}

Row row_of(const postgres::CallbackFacts& facts, const Rules& rules, Instant now) {
  Row row;
  row.owners = owner_and_deputy(facts.case_owner, rules, now);
  row.person = facts.user;
  row.department = facts.department;
  return row;
}

Row row_of(const postgres::AlertFacts& facts) {
  Row row;
  row.person = facts.recipient;
  row.department = facts.department;
  return row;
}

Row row_of(const postgres::ReviewActionView& view, const Rules& rules, Instant now) {
  Row row;
  if (view.assignee) row.owners = owner_and_deputy(view.assignee->id, rules, now);
  if (view.department) row.department = view.department->id;
  return row;
}

Row row_of(const postgres::AccountRow& account, const Rules& rules, Instant now) {
  Row row;
  if (account.owner) row.owners = owner_and_deputy(account.owner->id, rules, now);
  return row;
}

Row row_of(const postgres::CustomerFacts& facts, const Subject& subject, const Rules& rules,
           Instant now) {
  Row row;
  // Whose customer it is sees the customer, in whichever department that is.
  row.owners = owner_and_deputy(facts.account_owner, rules, now);
  row.customer_in_department = facts.in_department && subject.department_id() != 0;
  return row;
}

postgres::Scope scope_of(const Subject& subject, bool searching) {
  using postgres::Reach;
  postgres::Scope scope;
  scope.user = subject.user_id();
  scope.department = subject.department_id();
  if (subject.client) {
    scope.reach = Reach::all;
    return scope;
  }
  if (!subject.user) return scope;
  switch (subject.user->role) {
    case Role::agent: scope.reach = searching ? Reach::all : Reach::own; break;
    case Role::back_line: scope.reach = searching ? Reach::all : Reach::escalated; break;
    case Role::liaison: scope.reach = Reach::department; break;
    case Role::supervisor:
    case Role::manager:
    case Role::administrator: scope.reach = Reach::all; break;
  }
  return scope;
}

postgres::CaseCan buttons(const Subject& subject, const postgres::CaseFacts& facts,
                          const Row& row) {
  const bool ended = facts.state == "resolved" || facts.state == "closed";
  const bool live = !ended;
  const auto may = [&](Action action) { return can(subject, action, &row); };
  postgres::CaseCan out;
  out.dispatch = live && facts.live_dispatch.empty() && may(Action::dispatch_case);
  out.accept = facts.live_dispatch == "sent" && !facts.disputed && may(Action::accept_dispatch);
  out.give_back = !facts.live_dispatch.empty() && may(Action::return_dispatch);
  out.answer = facts.live_dispatch == "accepted" && may(Action::answer_dispatch);
  out.resolve = live && may(Action::resolve_case);
  out.close = facts.state == "resolved" && may(Action::close_case);
  out.reopen = ended && may(Action::reopen_case);
  out.reassign = facts.state != "closed" && may(Action::reassign_case);
  out.hand_over = live && may(Action::hand_over_case);
  out.escalate = live && may(Action::escalate_case);
  out.note = may(Action::note_case);
  out.pause = live && may(Action::pause_case);
  out.edit = facts.state != "closed" && may(Action::edit_case);
  out.told = live && may(Action::tell_customer);
  const bool work_is_out = !facts.live_dispatch.empty();
  out.chase = work_is_out && !facts.disputed && may(Action::dispatch_case);
  out.dispute = work_is_out && !facts.disputed && may(Action::return_dispatch) &&
                subject.user->role == Role::liaison;
  out.settle = facts.disputed && may(Action::settle_dispute);
  out.extend = work_is_out && !facts.disputed && !facts.extension_asked &&
               may(Action::answer_dispatch) && subject.user->role == Role::liaison;
  out.answer_extension = facts.extension_asked && may(Action::resolve_case);
  out.verify = live && facts.told_by_department && may(Action::tell_customer);
  return out;
}

bool may_hear(const Subject& subject, std::string_view topic) {
  if (!subject.user) return false;
  const Role role = subject.user->role;
  if (topic == "supervision") return leads(role);
  if (topic == "pool") return can(subject, Action::see_pool);
  if (topic == "wallboard") return can(subject, Action::see_wallboard);
  const auto colon = topic.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view kind = topic.substr(0, colon);
  const std::string_view name = topic.substr(colon + 1);
  std::int64_t id = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), id);
  if (read.ec != std::errc{} || read.ptr != name.data() + name.size() || id <= 0) return false;
  if (kind == "user" || kind == "owner" || kind == "desk") return id == subject.user_id();
  if (kind == "department") return id == subject.department_id() || role == Role::supervisor;
  if (kind == "case" || kind == "customer") return role != Role::liaison;
  return false;
}

std::vector<std::string> actions_of(const Subject& subject) {
  std::vector<std::string> words;
  for (const auto& [action, name] : kActionWords)
    if (can(subject, action)) words.emplace_back(name);
  return words;
}

std::string_view word_of(Action action) {
  return kActionWords[static_cast<std::size_t>(action)].second;
}

std::optional<Action> action_of(std::string_view word) {
  for (const auto& [action, name] : kActionWords)
    if (name == word) return action;
  return std::nullopt;
}

}  // namespace firsthand::runtime::api
