// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/record_checkers.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "engine/find.hpp"
#include "engine/words.hpp"
#include "tests/sim/clock_words.hpp"

namespace firsthand::sim {
namespace {

bool is_about_records(const Event& event) {
  return std::holds_alternative<event::CustomersMerged>(event.what) ||
         std::holds_alternative<event::CustomersUnmerged>(event.what);
}

}  // namespace

CustomerId shown_in(const World& world, CustomerId id) {
  for (std::size_t hops = 0; hops <= world.customers.size(); ++hops) {
    const Customer* record = find(world.customers, id);
    if (!record || !record->merged_into) return id;
    id = record->merged_into;
  }
  return {};  // a circle
}

bool same_customer(const World& world, CustomerId a, CustomerId b) {
  return a == b || shown_in(world, a) == shown_in(world, b);
}

void RecordCheckers::read_history() {
  const auto& all = rows_.history();
  for (; history_read_ < all.size(); ++history_read_) {
    const HistoryEntry& entry = all[history_read_];
    if (entry.kind == "complaint_record_edited" || entry.kind == "final_response_sent")
      ++edits_[entry.case_id];
    if (!entry.kind.starts_with("compensation_")) continue;
    const auto facts = boost::json::parse(entry.data).as_object();
    const CompensationId id{facts.at("compensation").as_int64()};
    if (entry.kind == "compensation_proposed" || entry.kind == "compensation_granted") {
      if (!proposers_.emplace(id, entry.actor).second)
        found_(10, name("proposed twice: compensation", id));
      continue;
    }
    const UserId* proposer = find(proposers_, id);
    if (!proposer) {
      found_(11, name("decided before it was proposed: compensation", id));
    } else if (entry.kind != "compensation_withdrawn" && entry.actor == *proposer) {
      found_(kComplaintRecord, name("decided by whoever proposed it: compensation", id));
    }
  }
}

// ------------------------------------------------------------------------------- each batch
void RecordCheckers::after_batch(const Touched& touched, std::span<const Event> events,
                                 std::span<const Outcome> outcomes, Instant now) {
  read_history();
  const bool records = std::any_of(events.begin(), events.end(), is_about_records);
  bool taken_apart = false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (outcomes[i].refusal || outcomes[i].duplicate) continue;
    if (std::holds_alternative<event::CallArrived>(events[i].what) && !records)
      owner_of_the_caller(InteractionId{outcomes[i].reply.id});
    taken_apart |= std::holds_alternative<event::CustomersUnmerged>(events[i].what);
    const auto* asked = std::get_if<event::CallbackAttempted>(&events[i].what);
    if (asked && asked->satisfied == false) reopened(asked->callback, now);
  }
  if (records) {
    owners_stay(events);
    merges();
  }
  if (taken_apart) belongings();
  for (const CaseId id : touched.cases) {
    const CaseFile* file = find(rows_.world().cases, id);
    if (!file) continue;
    owners_[id] = file->facts.owner;
    live_.erase(id);
    if (file->facts.live()) live_.insert(id);
  }
}

/// Whoever has an open case, on whichever of his records, is asked for by his case's owner first.
void RecordCheckers::owner_of_the_caller(InteractionId id) {
  const Interaction* call = find(rows_.world().interactions, id);
  if (!call || call->number.empty()) return;
  bool has_case = false;
  for (const CaseId known : live_) {
    const Case& c = rows_.world().cases.at(known).facts;
    if (!c.live() || !same_customer(rows_.world(), c.customer, call->customer)) continue;
    has_case = true;
    if (call->owner == c.owner || call->owner == owners_.at(known)) return;
  }
  if (has_case) found_(5, name("nobody knew whose case it is: interaction", id));
}

/// Merging and undoing it changes no owner, whatever else stands in the batch says so.
void RecordCheckers::owners_stay(std::span<const Event> events) {
  if (!std::all_of(events.begin(), events.end(), is_about_records)) return;
  for (const auto& [id, owner] : owners_) {
    if (rows_.world().cases.at(id).facts.owner != owner)
      found_(2, name("a merge has changed the owner of case", id));
  }
}

void RecordCheckers::merges() {
  const World& world = rows_.world();
  std::map<CustomerId, CustomerId> led_to;
  for (const auto& [id, merge] : world.merges) {
    if (merge.undone_at) continue;
    if (!led_to.emplace(merge.gone, merge.kept).second)
      found_(10, name("merged twice: customer", merge.gone));
    if (world.customers.at(merge.gone).merged_into != merge.kept)
      found_(11, name("its record does not lead where it says: merge", id));
  }
  for (const auto& [id, record] : world.customers) {
    if (record.merged_into && !led_to.contains(id))
      found_(11, name("merged, and nothing says so: customer", id));
    if (!shown_in(world, id)) found_(7, name("merged in a circle: customer", id));
  }
}

// ------------------------------------------------------------------------------- whose is what
void RecordCheckers::belongings() {
  const World& world = rows_.world();
  Holders holders;
  for (const auto& [id, record] : world.customers) {
    for (const auto& number : record.numbers) holders[number].insert(shown_in(world, id));
  }
  for (const auto& [id, call] : world.interactions) belongs(call, holders);
  for (const auto& [id, file] : world.cases) belongs(file);
  for (const auto& [id, promise] : world.callbacks) belongs(promise);
}

/// With a customer who has the number it came by, and moved by nothing but an un-merge.
void RecordCheckers::belongs(const Interaction& call, const Holders& holders) {
  const World& world = rows_.world();
  if (!world.customers.contains(call.customer))
    return found_(7, name("with a customer that is not there: interaction", call.id));
  const bool came = call.direction == Direction::inbound && !call.number.empty();
  const auto* has = find(holders, call.number);
  if (came && (!has || !has->contains(shown_in(world, call.customer))))
    found_(7, name("with a customer who has not its number: interaction", call.id));
  const auto [seen, fresh] = whose_.emplace(call.id, call.customer);
  if (seen->second == call.customer) return;
  seen->second = call.customer;
  ++comebacks_;
  if (!undone_since(call.customer)) found_(11, name("moved by nothing: interaction", call.id));
}

bool RecordCheckers::undone_since(CustomerId gone) const {
  const auto& merges = rows_.world().merges;
  return std::any_of(merges.begin(), merges.end(), [&](const auto& entry) {
    return entry.second.gone == gone && entry.second.undone_at;
  });
}

void RecordCheckers::belongs(const CaseFile& file) {
  const World& world = rows_.world();
  const Case& c = file.facts;
  if (!world.customers.contains(c.customer))
    return found_(1, name("of a customer that is not there: case", c.id));
  const Interaction* told = find(world.interactions, c.interaction);
  if (told && !same_customer(world, told->customer, c.customer))
    found_(7, name("of another customer than the contact in which it was told: case", c.id));
}

void RecordCheckers::belongs(const Callback& promise) {
  const World& world = rows_.world();
  const CaseFile* file = find(world.cases, promise.case_id);
  if (file && !same_customer(world, file->facts.customer, promise.customer))
    found_(6, name("promised to another customer than the case's: callback", promise.id));
  if (file || promise.state != CallbackState::open) return;
  // Its clock stands with the customer to whom it was promised; what was late was told there.
  const auto runs = [&](const auto& entry) {
    const auto& clocks = entry.second.clocks;
    return std::any_of(clocks.begin(), clocks.end(), [&](const SlaClock& clock) {
      return clock.callback == promise.id &&
             (clock.breached_at || (clock.live() && entry.first == promise.customer));
    });
  };
  const auto& works = world.customer_clocks;
  if (!std::any_of(works.begin(), works.end(), runs))
    found_(6, name("no clock watches callback", promise.id));
}

// ------------------------------------------------------------------------------- complaints
void RecordCheckers::compensations(const CaseFile& file) {
  std::int64_t alone = 0;
  for (const auto& one : file.compensations) {
    if (one.state == CompensationState::proposed) continue;
    const auto [first, fresh] = decided_.emplace(one.id, one);
    if (!fresh && !(first->second == one))
      found_(kComplaintRecord, name("decided anew: compensation", one.id));
    const UserId* proposer = find(proposers_, one.id);
    if (!proposer || *proposer != one.proposed_by)
      found_(11, name("its proposer is not in the history: compensation", one.id));
    if (one.state == CompensationState::withdrawn) continue;
    if (!one.decided_by) {
      alone += one.amount_cents;
      continue;
    }
    const User* decider = rules_.user(one.decided_by);
    const bool may =
        decider && (decider->role == Role::supervisor || decider->role == Role::manager);
    if (one.decided_by == one.proposed_by || !may)
      found_(kComplaintRecord, name("nobody else approved compensation", one.id));
  }
  if (alone > rules_.book.complaints.compensation_limit_cents)
    found_(kComplaintRecord, name("more than the limit without approval: case", file.facts.id));
}

void RecordCheckers::complaint(const CaseFile& file) {
  const Case& c = file.facts;
  const int* edits = find(edits_, c.id);
  const auto& record = file.complaint;
  if ((record ? record->version : 0) != (edits ? *edits : 0))
    found_(11, name("its complaint record changed unsaid: case", c.id));
  if (!record) return;
  if (record->remedy_answer != RemedyAnswer::open && record->remedy_offered.empty())
    found_(kComplaintRecord, name("an answer to no offer: case", c.id));
}

/// No closes nothing: the case is at work again, in a new cycle, and its owner is called for.
void RecordCheckers::reopened(const CallbackId& id, Instant now) {
  const Callback* asked = find(rows_.world().callbacks, id);
  const CaseFile* file = asked ? find(rows_.world().cases, asked->case_id) : nullptr;
  if (!file || asked->kind != CallbackKind::follow_up) return;
  ++dissatisfied_;
  const Case& c = file->facts;
  if (!c.live() && c.resolved_at != now)
    found_(4, name("the customer is not satisfied, and nobody works on case", c.id));
  const bool again = std::any_of(file->clocks.begin(), file->clocks.end(), [&](const SlaClock& k) {
    return k.kind == ClockKind::resolution && k.cycle == c.cycle &&
           k.started_at >= *asked->ended_at;
  });
  if (!again) found_(8, name("reopened without a promise to solve it: case", c.id));
}

void RecordCheckers::one_cycle(const CaseFile& file) {
  const Case& c = file.facts;
  std::map<int, int> cycles;
  int live = 0;
  for (const auto& clock : file.clocks) {
    if (clock.kind != ClockKind::resolution) continue;
    ++cycles[clock.cycle];
    live += clock.live();
  }
  if (live != (c.live() ? 1 : 0))
    found_(8, name("its promises to solve it run otherwise than it does: case", c.id));
  for (int cycle = 1; cycle <= c.cycle; ++cycle) {
    if (cycles[cycle] != 1) found_(8, name("a cycle is not one promise: case", c.id));
  }
}

void RecordCheckers::everything() {
  read_history();
  merges();
  belongings();
  for (const auto& [id, file] : rows_.world().cases) {
    compensations(file);
    complaint(file);
    one_cycle(file);
  }
}

}  // namespace firsthand::sim
