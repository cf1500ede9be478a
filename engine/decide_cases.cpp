// SPDX-License-Identifier: Apache-2.0
// The life of a case: registered with an owner at first contact, told, resolved, closed, reopened.
#include "engine/complaint.hpp"
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"
#include "engine/departments.hpp"

namespace firsthand {
namespace {
// What was said longer ago is no promise any more that a clock could hold.
constexpr std::chrono::days kReceivedAtMost{366};
constexpr std::chrono::minutes kSkewAtMost{5};  // of the sender's clock
}  // namespace

Outcome Decision::not_live(const Case& c) const {
  if (c.live()) return done();
  return refuse(c.state == CaseState::closed ? "already_closed" : "already_resolved",
                "This case is " + std::string{word(c.state)} + "; reopen it first.");
}

CaseState Decision::state_at_work(const CaseFile& file) {
  const bool out = std::any_of(file.dispatches.begin(), file.dispatches.end(),
                               [](const Dispatch& d) { return d.live(); });
  if (out) return CaseState::dispatched;
  return file.facts.escalation_level > 0 ? CaseState::escalated : CaseState::open;
}

void Decision::end_pause(CaseFile& file, Instant at) {
  for (auto& pause : file.pauses) {
    if (!pause.until) pause.until = at;
  }
}

std::string Decision::case_number() {
  std::string day = to_iso8601(rules.company().local_date(now));
  std::erase(day, '-');
  std::string serial = std::to_string(docket.new_case_serial() % 1'000'000);
  return "GD" + day + std::string(6 - serial.size(), '0') + serial;
}

Outcome Decision::on(const event::CaseRegistered& e) {
  const Category* category = rules.book.category(e.category);
  if (!category) return refuse("invalid", "There is no such category.", "category");
  if (is_group(rules.book, e.category))
    return refuse("invalid", "This is a group of categories: choose one below it.", "category");
  if (e.text.empty()) return refuse("invalid", "Write what the customer said.", "text");
  if (e.severity < 0 || e.severity > 4) return refuse("invalid", "Severity is 1 to 4.", "severity");
  if (e.received_at &&
      (*e.received_at > now + kSkewAtMost || *e.received_at < now - kReceivedAtMost)) {
    return refuse("invalid", "A complaint was received within the last year, not in the future.",
                  "received_at");
  }
  if (auto refused = check_wish(e.callback); refused.refusal) return refused;
  if (!e.department.empty() && !rules.department(e.department)) {
    return refuse("invalid", "There is no such department.", "department");
  }
  Interaction* call = nullptr;
  if (e.interaction) {
    call = docket.interaction(e.interaction);
    if (!call) return refuse("not_found", "There is no such interaction.", "interaction_id");
  }
  Customer* known = e.customer ? docket.customer(e.customer)
                    : call     ? docket.customer(call->customer)
                               : nullptr;
  if (e.customer && !known) return refuse("not_found", "There is no such customer.", "customer_id");
  if (e.customer) {
    if (auto refused = check_not_erased(*known, "customer_id"); refused.refusal) return refused;
  }
  if (known && e.callback.at && !e.callback.customer_asked) {
    if (auto refused = check_hours(known->id, *e.callback.at, "callback.at"); refused.refusal)
      return refused;
  }
  const std::string number = !e.number.empty()                  ? e.number
                             : call && !call->number.empty()    ? call->number
                             : known && !known->numbers.empty() ? known->numbers.front()
                                                                : "";
  const std::string department = !e.department.empty() ? e.department : category->department;
  // A category without a department is the owner's own work; so is an inquiry, unless it is sent
  // on.
  const bool complaint = e.kind == CaseKind::complaint;
  const bool goes_out = !department.empty() && (complaint || !e.department.empty());
  if (goes_out && !rules.department(department))
    return refuse("invalid", "There is no such department.", "department");
  const bool promised = goes_out || complaint || !e.callback.choice.empty() || e.callback.at;
  if (promised && number.empty()) {
    return refuse("not_reachable", "Ask for a number at which the customer can be called back.",
                  "number");
  }
  if (e.callback.caller == CallbackCaller::department && department.empty())
    return refuse("invalid", "There is no department that could call.", "callback.caller");
  const User* actor = rules.user(event.actor);
  UserId owner = e.owner                               ? e.owner
                 : call && call->agent                 ? call->agent
                 : actor && actor->role == Role::agent ? actor->id
                 : actor && e.channel != Channel::api  ? actor->id
                                                       : rules.spread(docket.new_id(), now);
  const User* first = rules.user(owner);
  if (first && first->disabled) owner = still_here(owner, docket.new_id());
  if (!owner || !rules.user(owner)) return refuse("no_owner", "Nobody is here to own this case.");

  // New things go to the record that is kept of several.
  if (known) known = docket.customer(kept_record(docket.now, known->id));
  Customer& customer = known ? *known : customer_for_number(number, e.customer_name, e.language);
  if (customer.provisional && !e.customer_name.empty()) {
    customer.name = e.customer_name;
    customer.provisional = false;
  }
  // An address belongs to the record by whose number it came, also when a merge is undone.
  Customer& written = *docket.customer(record_of_number(docket.now, customer.id, number));
  if (!e.email.empty() && written.email.empty()) written.email = e.email;
  if (!number.empty() && !has_number(docket.now, customer.id, number))
    customer.numbers.push_back(number);
  if (!e.product.empty()) customer.product = e.product;

  Case c;
  c.id = CaseId{docket.new_id()};
  c.number = case_number();
  c.kind = e.kind;
  c.customer = customer.id;
  c.channel = call ? call->channel : e.channel;
  c.category = category->code;
  c.text = e.text;
  c.severity = e.severity > 0 ? e.severity : category->default_severity;
  c.department = rules.department(department);
  c.reach_number = number;
  c.language = e.language.empty() ? customer.language : e.language;
  c.product = e.product.empty() ? customer.product : e.product;
  c.public_token = e.public_token;
  c.opened_at = std::min(e.received_at.value_or(now), now);
  const bool face_to_face = c.channel == Channel::walk_in || c.channel == Channel::field_visit;
  // Found by itself, so that nobody has to think of it; who knows better corrects the link.
  c.repeat_of = repeat_of(docket.now, c, rules);
  // What was said without a call is a contact all the same.
  if (!call && e.channel != Channel::call) {
    Interaction touch;
    touch.id = InteractionId{docket.new_id()};
    touch.channel = e.channel;
    touch.state = InteractionState::ended;
    touch.outcome = "handled";
    touch.customer = customer.id;
    touch.case_id = c.id;
    touch.number = number;
    if (face_to_face) touch.agent = owner;
    touch.enqueued_at = c.opened_at;
    touch.ended_at = now;
    call = &docket.now.interactions.emplace(touch.id, touch).first->second;
  }
  if (call) {
    c.interaction = call->id;
    call->case_id = c.id;
  }
  CaseFile& file = docket.now.cases.emplace(c.id, CaseFile{}).first->second;
  file.facts = c;
  Case& facts = file.facts;
  record("case_registered", {customer.id, c.id, c.interaction},
         Facts{}
             .add("number", c.number)
             .add("category", c.category)
             .add("severity", c.severity)
             .add("channel", word(c.channel))
             .add("repeat_of", c.repeat_of)
             .add("text", c.text));
  take_ownership(file, owner, OwnershipHow::first_contact, "");
  // What nobody of us has read yet waits to be read.
  const bool unread = call && call->written() && !face_to_face && !actor && !e.owner;
  if (const Queue* queue = rules.book.queue_for_written(c.channel); queue && unread)
    stands_to_be_read(*call, *queue, owner);
  // The promises count from the moment the customer said it, however late it is written down.
  ClockStart told;
  told.at = c.opened_at;
  start_clock(file, ClockKind::resolution, told);
  start_clock(file, ClockKind::final_response, told);
  start_clock(file, ClockKind::progress_update, told);
  // A talk is the first response: on the telephone now, or when the customer stood there.
  if (!face_to_face) start_clock(file, ClockKind::first_response, told);
  if (call && call->answered_at) stop_clocks(file, ClockKind::first_response, ClockState::met);
  if (goes_out) {
    if (auto refused = dispatch_to(file, facts.department, "", e.callback); refused.refusal)
      return refused;
  } else if (promised) {
    promise_callback(file, e.callback, e.callback.caller.value_or(CallbackCaller::owner));
  }
  return done(facts);
}

void Decision::tell(CaseFile& file, std::string_view how) {
  file.facts.told_at = now;
  file.facts.told_how = how;
  contacted(file);
}

Outcome Decision::on(const event::CustomerTold& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  if (auto refused = not_live(file->facts); refused.refusal) return refused;
  if (e.how.empty()) return refuse("invalid", "Say how the customer was told.", "how");
  tell(*file, e.how);
  record("told", about(file->facts), Facts{}.add("how", e.how).add("note", e.note));
  followed_up(file->facts.customer, event.actor);
  for (Callback* promise : docket.open_callbacks(file->facts.id)) {
    if (promise->kind == CallbackKind::promised)
      end_callback(*promise, CallbackState::kept, "told");
  }
  return done(file->facts);
}

namespace {
/// Reopening starts a clock of the new cycle; the first cycle begins with the case.
Instant cycle_began(const CaseFile& file) {
  for (const auto& clock : file.clocks) {
    if (clock.cycle == file.facts.cycle) return clock.started_at;
  }
  return file.facts.opened_at;
}
}  // namespace

Outcome Decision::on(const event::CaseResolved& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  Case& c = file->facts;
  if (auto refused = not_live(c); refused.refusal) return refused;
  if (!answers_for(c.owner) && !is(Role::supervisor)) {
    return refuse("not_owner", "Only the owner, the deputy or a supervisor resolves a case.");
  }
  if (e.resolution.empty()) return refuse("invalid", "Write how it was solved.", "resolution");
  // Rule 4: the customer has been told, or everything was tried and a supervisor agrees.
  if (!c.told_at) {
    const bool tried = std::any_of(
        docket.now.callbacks.begin(), docket.now.callbacks.end(), [&](const auto& entry) {
          const Callback& promise = entry.second;
          return promise.case_id == c.id && promise.state == CallbackState::exhausted &&
                 promise.promised_at >= cycle_began(*file);
        });
    const auto open = docket.open_callbacks(c.id);
    const bool promised = std::any_of(open.begin(), open.end(), [](const Callback* promise) {
      return promise->kind == CallbackKind::promised;
    });
    if (!tried || promised || !is(Role::supervisor)) {
      return refuse("not_told", "The customer has not been told yet: call back first.");
    }
    c.told_how = "attempts_exhausted";
  }
  // The department has said that it called; the owner takes its word by resolving.
  if (c.told_how == kToldByDepartment) record("told_verified", about(c));
  for (auto& dispatch : file->dispatches) {
    if (dispatch.live()) end_dispatch(*file, dispatch, DispatchState::cancelled);
  }
  for (Callback* promise : docket.open_callbacks(c.id))
    end_callback(*promise, CallbackState::cancelled, "resolved");
  stop_clocks(*file, ClockKind::resolution, ClockState::met);
  // To the customer the solution is the final response; a regulator waits for the letter.
  const bool letter_due = regulator_waits(*file);
  if (!letter_due) stop_clocks(*file, ClockKind::final_response, ClockState::met);
  for (auto& clock : file->clocks) {
    const bool goes_on = letter_due && clock.kind == ClockKind::final_response;
    if (clock.live() && !goes_on) end_clock(*file, clock, ClockState::cancelled);
  }
  end_pause(*file, now);
  c.state = CaseState::resolved;
  c.resolved_at = now;
  c.resolution = e.resolution;
  record("resolved", about(c), Facts{}.add("resolution", e.resolution).add("told_how", c.told_how));
  schedule_follow_up(*file);
  return done(c);
}

void Decision::close(CaseFile& file) {
  Case& c = file.facts;
  for (Callback* promise : docket.open_callbacks(c.id))
    end_callback(*promise, CallbackState::cancelled, "closed");
  stop_all_clocks(file, ClockState::cancelled);
  c.state = CaseState::closed;
  c.closed_at = now;
  record("closed", about(c));
}

Outcome Decision::on(const event::CaseClosed& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  if (file->facts.state == CaseState::closed)
    return refuse("already_closed", "This case is closed already.");
  if (file->facts.state != CaseState::resolved)
    return refuse("not_resolved", "Resolve the case before closing it.");
  if (!answers_for(file->facts.owner) && !is(Role::supervisor)) {
    return refuse("not_owner", "Only the owner, the deputy or a supervisor closes a case.");
  }
  if (const auto hindrance = hinders_closing(*file))
    return refuse(hindrance->code, hindrance->sentence, hindrance->field);
  close(*file);
  return done(file->facts);
}

void Decision::reopen(CaseFile& file, const std::string& reason) {
  Case& c = file.facts;
  if (c.live()) return;
  for (Callback* promise : docket.open_callbacks(c.id))
    end_callback(*promise, CallbackState::cancelled, "reopened");
  ++c.cycle;
  c.state = CaseState::open;
  c.resolved_at.reset();
  c.closed_at.reset();
  c.told_at.reset();
  c.told_how.clear();
  c.handler = {};
  // A number that proved to be somebody else's is not called again.
  if (!c.reach_number.empty() && !has_number(docket.now, c.customer, c.reach_number))
    c.reach_number = number_to_reach(c.customer);
  // Whoever owned it may have left since.
  if (const UserId owner = still_here(c.owner, c.id.value); owner && owner != c.owner)
    take_ownership(file, owner, OwnershipHow::departure, reason);
  record("reopened", about(c),
         Facts{}.add("reason", reason).add("cycle", c.cycle).add("owner", c.owner));
  start_clock(file, ClockKind::resolution);
  start_clock(file, ClockKind::progress_update);
  if (!c.reach_number.empty()) promise_callback(file, {}, CallbackCaller::owner);
}

Outcome Decision::on(const event::CaseReopened& e) {
  CaseFile* file = docket.case_file(e.case_id);
  if (!file) return not_found("case");
  if (file->facts.live()) return refuse("not_resolved", "This case is open already.");
  if (e.reason.empty()) return refuse("invalid", "Say why the case is reopened.", "reason");
  reopen(*file, e.reason);
  return done(file->facts);
}

}  // namespace firsthand
