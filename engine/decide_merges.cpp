// SPDX-License-Identifier: Apache-2.0
// Two records that are one customer. A merge is a pointer from the one to the other and rewrites
// nothing, so undoing it gives each record back what it had. What came while they were one belongs
// to the record by whose number it came: that alone is moved when a merge is undone.
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"

namespace firsthand {

void Decision::settle_hold(CustomerId record) {
  const auto found = docket.now.accounts.find(record);
  if (found == docket.now.accounts.end()) return;
  const Matter hold = matter(record);
  const bool counts =
      found->second.state == AccountState::held && docket.account(record) == &found->second;
  const auto& clocks = hold.clockwork.clocks;
  const bool runs = std::any_of(clocks.begin(), clocks.end(), [](const SlaClock& c) {
    return c.live() && c.kind == ClockKind::pool_hold;
  });
  if (counts && !runs) start_clock(hold, ClockKind::pool_hold);
  if (!counts && runs) stop_clocks(hold, ClockKind::pool_hold, ClockState::cancelled);
}

Outcome Decision::on(const event::CustomersMerged& e) {
  if (e.reason.empty()) return refuse("invalid", "Say why these two are one.", "reason");
  Customer* kept = docket.customer(e.kept);
  Customer* gone = docket.customer(e.gone);
  if (!kept || !gone) return not_found("customer");
  if (auto refused = check_not_erased(*kept, "kept"); refused.refusal) return refused;
  if (auto refused = check_not_erased(*gone, "gone"); refused.refusal) return refused;
  if (kept == gone) return refuse("same_customer", "A record is not merged into itself.", "gone");
  // Only a record that stands for itself takes another in: so no circle can come about.
  if (gone->merged_into) return refuse("already_merged", "This record is merged already.", "gone");
  if (kept->merged_into)
    return refuse("already_merged", "The record to be kept is merged itself.", "kept");
  if (kept->kind != gone->kind)
    return refuse("different_kinds", "A person and a company are not one customer.", "gone");
  gone->merged_into = kept->id;
  ++gone->version;  // at once: a second merge may stand in the same batch
  CustomerMerge merge;
  merge.id = MergeId{docket.new_id()};
  merge.kept = kept->id;
  merge.gone = gone->id;
  merge.reason = e.reason;
  merge.by = event.actor;
  merge.at = now;
  docket.now.merges.emplace(merge.id, merge);
  const Facts facts = Facts{}
                          .add("merge", merge.id)
                          .add("kept", merge.kept)
                          .add("gone", merge.gone)
                          .add("reason", merge.reason);
  record("customers_merged", {merge.kept, {}, {}}, facts);
  record("customers_merged", {merge.gone, {}, {}}, facts);
  for (const CustomerId id : merged_under(docket.now, kept->id)) settle_hold(id);
  if (kept->tier != gone->tier) recompute_customer(kept->id);
  Outcome outcome;
  outcome.reply.id = merge.id.value;
  return outcome;
}

void Decision::relink(Callback& promise, CustomerId to) {
  if (promise.case_id) {
    promise.customer = to;  // its clock hangs on the case
    return;
  }
  const auto same_matter = [&](const auto& entry) {
    const Callback& other = entry.second;
    return other.customer == to && !other.case_id && other.state == CallbackState::open;
  };
  const bool open = promise.state == CallbackState::open;
  // One live callback per customer and matter, also now.
  if (open && std::any_of(docket.now.callbacks.begin(), docket.now.callbacks.end(), same_matter))
    return;
  const Matter from = matter(promise.customer);
  promise.customer = to;
  if (!open) return;
  for (auto& clock : from.clockwork.clocks) {
    if (!clock.live() || clock.callback != promise.id) continue;
    const Promise told{promise.due_at, clock.budget, clock.calendar};
    ClockStart start;
    start.at = clock.started_at;
    start.callback = promise.id;
    start.promise = &told;
    // What has breached stays with the record on which it was told.
    const bool again = !clock.breached_at;
    end_clock(from, clock, ClockState::cancelled);
    if (again) start_clock(matter(to), ClockKind::callback, start);
  }
}

void Decision::relink(CaseFile& file, CustomerId to) {
  const CustomerId from = file.facts.customer;
  file.facts.customer = to;
  for (auto& [id, promise] : docket.now.callbacks) {
    if (promise.case_id == file.facts.id) relink(promise, to);
  }
  const Facts facts = Facts{}.add("from", from).add("to", to);
  record("case_relinked", about(file.facts), facts);
  record("case_relinked", {from, {}, {}}, Facts{facts}.add("case", file.facts.number));
}

Outcome Decision::on(const event::CustomersUnmerged& e) {
  const auto found = docket.now.merges.find(e.merge);
  if (found == docket.now.merges.end()) return not_found("merge");
  CustomerMerge& merge = found->second;
  if (merge.undone_at) return refuse("already_undone", "This merge has been undone already.");
  if (e.reason.empty()) return refuse("invalid", "Say why these two are not one.", "reason");
  Customer& gone = *docket.customer(merge.gone);
  const CustomerId kept = kept_record(docket.now, gone.id);
  const std::set<CustomerId> leaves = merged_under(docket.now, gone.id);
  std::set<CustomerId> stays = merged_under(docket.now, kept);
  for (const CustomerId id : leaves) stays.erase(id);
  gone.merged_into = {};
  ++gone.version;
  merge.undone_at = now;
  merge.undone_by = event.actor;
  merge.undone_why = e.reason;

  // A number that both have tells nothing: what came by it stays where it is.
  const auto came_by = [&](const std::string& number, Instant at) {
    return at >= merge.at && !number.empty() && has_number(docket.now, gone.id, number) &&
           !has_number(docket.now, kept, number);
  };
  int calls = 0, cases = 0, callbacks = 0;
  for (auto& [id, call] : docket.now.interactions) {
    // A letter that lay about came when it was written down, or stood in line to be read.
    const bool written_down = call.written() && call.queue.empty() && call.ended_at;
    const Instant came_at = written_down ? *call.ended_at : call.enqueued_at;
    if (!stays.contains(call.customer) || !came_by(call.number, came_at)) continue;
    call.customer = gone.id;
    ++calls;
  }
  for (auto& [id, file] : docket.now.cases) {
    const Case& c = file.facts;
    const Interaction* told = docket.interaction(c.interaction);
    const bool since =
        c.opened_at >= merge.at || (told && told->ended_at.value_or(now) >= merge.at);
    if (!stays.contains(c.customer) || !since) continue;
    // The contact in which it was told may have begun before they became one.
    const bool theirs =
        told ? leaves.contains(told->customer) : came_by(c.reach_number, c.opened_at);
    if (!theirs) continue;
    relink(file, gone.id);
    ++cases;
  }
  for (auto& [id, promise] : docket.now.callbacks) {
    // A promise on a case that was theirs all along stood with whoever was shown then.
    const CaseFile* file = docket.case_file(promise.case_id);
    if (file && !one_customer(docket.now, promise.customer, file->facts.customer)) {
      relink(promise, file->facts.customer);
      ++callbacks;
    }
    if (promise.case_id || !stays.contains(promise.customer)) continue;
    if (!came_by(promise.number, promise.promised_at)) continue;
    relink(promise, gone.id);
    callbacks += promise.customer == gone.id ? 1 : 0;
  }
  // What a call is about is only thought until it is answered: never another customer's case.
  for (auto& [id, call] : docket.now.interactions) {
    const CaseFile* thought = docket.case_file(call.case_id);
    if (call.direction != Direction::inbound || call.answered_at || !thought) continue;
    if (!one_customer(docket.now, thought->facts.customer, call.customer)) call.case_id = {};
  }
  // A call of one of them that nobody took may have been covered by a promise to the other.
  for (auto& [id, call] : docket.now.interactions) {
    const Callback* covered = docket.callback(call.callback);
    const bool missed = call.outcome == "abandoned" || call.outcome == "callback";
    if (!missed || !covered || covered->state != CallbackState::open) continue;
    if (!one_customer(docket.now, covered->customer, call.customer)) call_back_missed(call, {});
  }
  const Facts facts = Facts{}
                          .add("merge", merge.id)
                          .add("kept", merge.kept)
                          .add("gone", merge.gone)
                          .add("reason", e.reason)
                          .add("calls", calls)
                          .add("cases", cases)
                          .add("callbacks", callbacks);
  record("customers_unmerged", {kept, {}, {}}, facts);
  record("customers_unmerged", {gone.id, {}, {}}, facts);
  for (const CustomerId id : stays) settle_hold(id);
  for (const CustomerId id : leaves) settle_hold(id);
  recompute_customer(gone.id);
  Outcome outcome;
  outcome.reply.id = merge.id.value;
  return outcome;
}

}  // namespace firsthand
