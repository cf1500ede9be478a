// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers.hpp"

#include <algorithm>

#include "engine/find.hpp"
#include "engine/words.hpp"
#include "tests/sim/clock_words.hpp"

namespace firsthand::sim {
namespace {

constexpr Seconds kWaitSlack{90};  // the last ringing before the waits are used up
constexpr std::size_t kViolationsMax = 25;

}  // namespace

std::string text(const std::vector<Violation>& violations) {
  std::string out;
  for (const auto& one : violations)
    out +=
        "rule " + std::to_string(one.rule) + " at " + to_iso8601(one.at) + ": " + one.what + "\n";
  return out;
}

void Checkers::found(int rule, std::string what) {
  if (violations_.size() < kViolationsMax) violations_.push_back({rule, now_, std::move(what)});
}

// ------------------------------------------------------------------------------- each batch
void Checkers::before_batch(Instant now) {
  now_ = now;
  desks_before_ = rows_.world().desks;
}

void Checkers::after_batch(const Touched& touched, std::span<const Event> events,
                           std::span<const Outcome> outcomes, Instant now) {
  now_ = now;
  read_history();
  clocks_.after_batch(touched, events, outcomes, now);
  records_.after_batch(touched, events, outcomes, now);
  offers_and_desks();
  letters();
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto* made = std::get_if<event::OfferMade>(&events[i].what);
    if (made && !outcomes[i].refusal) owner_first(*made, OfferId{outcomes[i].reply.id});
  }
}

void Checkers::before_the_rules_change(Instant now) {
  now_ = now;
  clocks_.before_the_rules_change(now);
}

void Checkers::offers_and_desks() {
  const World& world = rows_.world();
  std::map<InteractionId, int> per_call;
  std::map<UserId, int> per_agent;
  for (const OfferId id : rows_.open_offers()) {
    const Offer& offer = world.offers.at(id);
    if (++per_call[offer.interaction] == 2)
      found(7, name("offered twice: interaction", offer.interaction));
    if (++per_agent[offer.agent] == 2) found(7, name("two offers at once: agent", offer.agent));
    const Desk* desk = find(world.desks, offer.agent);
    if (!desk || desk->interaction != offer.interaction)
      found(7, name("the desk knows nothing of offer", id));
  }
  for (const InteractionId id : rows_.live_interactions()) {
    const Interaction& call = world.interactions.at(id);
    const bool ours = call.direction == Direction::inbound && !call.observed;
    if (!ours) continue;
    if ((call.state == InteractionState::offered) != per_call.contains(id))
      found(7, name("its state and its offer differ: interaction", id));
    if (call.written()) continue;  // until somebody reads it
    const bool waits =
        call.state == InteractionState::waiting || call.state == InteractionState::offered;
    const Queue* queue = rules_.book.queue(call.queue);
    const Queue* overflow = queue ? rules_.book.queue(queue->overflow) : nullptr;
    const Seconds most{(queue ? queue->max_wait_s : 600) + (overflow ? overflow->max_wait_s : 0)};
    if (waits && now_ > call.enqueued_at + most + kWaitSlack)
      found(5, name("waits without an end: interaction", id));
  }
}

void Checkers::owner_first(const event::OfferMade& made, OfferId id) {
  const World& world = rows_.world();
  const Desk* before = find(desks_before_, made.agent);
  const bool freed = std::any_of(world.offers.begin(), world.offers.end(), [&](const auto& other) {
    return other.second.agent == made.agent && other.second.ended_at == now_;
  });
  if (!freed && (!before || before->presence != Presence::available))
    found(5, name("rung although not there: agent", made.agent) + " " +
                 std::string{before ? word(before->presence) : "nowhere"} + name(", offer", id));
  if (before && before->lease_until && *before->lease_until <= now_)
    found(5, name("rung although the console was gone: agent", made.agent));
  const Interaction* call = find(world.interactions, made.interaction);
  if (!call || !call->owner || call->owner == made.agent) return;
  // Free for a while before and still free after it: there was no reason to ask anybody else.
  const auto idle = [&](const Desk* desk) {
    return desk && desk->presence == Presence::available && !desk->interaction &&
           desk->since + Seconds{10} < now_ && (!desk->lease_until || *desk->lease_until > now_);
  };
  const User* owner = rules_.user(call->owner);
  if (!owner || owner->extension.empty()) return;
  const Queue* queue = rules_.book.queue(call->queue);
  const Desk* hands = find(desks_before_, call->owner);
  if (call->written() && queue && hands && hands->in_hand >= queue->written.slots) return;
  if (!idle(find(desks_before_, call->owner)) || !idle(find(world.desks, call->owner))) return;
  for (const auto& [other, offer] : world.offers) {
    const bool refused_it = offer.interaction == made.interaction && offer.agent == call->owner &&
                            offer.ended_at && *offer.ended_at > now_ - Seconds{75};
    if (refused_it) return;
  }
  found(5, name("the owner was free, and somebody else was asked: offer", id));
}

// ------------------------------------------------------------------------------- history
void Checkers::read_history() {
  const auto& all = rows_.history();
  for (; history_read_ < all.size(); ++history_read_) {
    const HistoryEntry& entry = all[history_read_];
    if (entry.id <= history_last_) found(11, "history ids do not rise: " + entry.kind);
    if (entry.at < history_last_at_) found(11, "history goes back in time: " + entry.kind);
    if (entry.source.empty()) found(11, "an entry says not where it came from: " + entry.kind);
    history_last_ = entry.id;
    history_last_at_ = entry.at;
    if (entry.interaction) call_kinds_[entry.interaction].insert(entry.kind);
    if (!entry.case_id) continue;
    ++kinds_[entry.case_id][entry.kind];
    const std::string& kind = entry.kind;
    if (kind == "told" || kind == "callback_kept" || kind == "resolved" || kind == "reopened" ||
        kind == "told_rejected" || kind == "case_registered" || kind == "final_response_sent")
      turns_[entry.case_id].push_back(entry);
  }
}

std::size_t Checkers::told_of(CaseId id, const std::string& kind) const {
  const auto* of = find(kinds_, id);
  const auto* count = of ? find(*of, kind) : nullptr;
  return count ? *count : 0;
}

bool Checkers::has_left(UserId who) const {
  const auto& departed = rows_.departed();
  return std::any_of(departed.begin(), departed.end(),
                     [who](const Departure& one) { return one.user == who; });
}

// ------------------------------------------------------------------------------- cases
void Checkers::ownership(const CaseFile& file) {
  const Case& c = file.facts;
  UserId owner;
  std::size_t rows = 0, by_departure = 0, taken = 0;
  for (const auto& entry : rows_.ownership()) {
    if (entry.case_id != c.id) continue;
    by_departure += entry.how == OwnershipHow::departure;
    taken += entry.how == OwnershipHow::taken;
    if (entry.how == OwnershipHow::taken && rows != 1)
      found(2, name("taken by somebody who was not the first to read it: case", c.id));
    if ((++rows == 1) != (entry.how == OwnershipHow::first_contact))
      found(1, name("does not begin at first contact: case", c.id));
    if (entry.previous_owner != owner) found(2, name("a gap in the ledger of case", c.id));
    if (rows > 1 && entry.reason.empty() && entry.how != OwnershipHow::taken)
      found(2, name("changed hands without a reason: case", c.id));
    owner = entry.owner;
  }
  if (!rules_.user(c.owner)) found(1, name("has no owner: case", c.id));
  if (owner != c.owner) found(2, name("the ledger names another owner: case", c.id));
  if (told_of(c.id, "ownership") != rows)
    found(11, name("ownership is not in the history: case", c.id));
  if (c.state != CaseState::closed && has_left(c.owner))
    found(1, name("owned by somebody who has left: case", c.id));
  if (told_of(c.id, "hand_over_accepted") + told_of(c.id, "reassigned") + by_departure + taken +
          1 !=
      rows)
    found(2, name("changed hands in some other way: case", c.id));
}

void Checkers::dispatches(const CaseFile& file) {
  const Case& c = file.facts;
  std::size_t ended = 0;
  for (const auto& dispatch : file.dispatches) {
    if (c.reach_number.empty()) found(3, name("dispatched without a number: case", c.id));
    const bool promised =
        std::any_of(file.clocks.begin(), file.clocks.end(), [&](const SlaClock& clock) {
          const Callback* promise = find(rows_.world().callbacks, clock.callback);
          return promise && clock.kind == ClockKind::callback && promise->case_id == c.id &&
                 promise->promised_at <= dispatch.at && !promise->number.empty() &&
                 (!promise->ended_at || *promise->ended_at >= dispatch.at);
        });
    if (!promised) found(3, name("nobody promised to call back for dispatch", dispatch.id));
    ended += !dispatch.live();
  }
  if (told_of(c.id, "dispatched") != file.dispatches.size())
    found(11, name("a dispatch is not in the history: case", c.id));
  const std::size_t ends = told_of(c.id, "dispatch_returned") + told_of(c.id, "dispatch_answered") +
                           told_of(c.id, "dispatch_cancelled");
  if (ends != ended) found(11, name("a dispatch's end is not in the history: case", c.id));
}

void Checkers::told(const CaseFile& file) {
  const Case& c = file.facts;
  const bool done = c.state == CaseState::resolved || c.state == CaseState::closed;
  const auto* turns = find(turns_, c.id);
  bool told_now = false;
  for (const auto& entry : turns ? *turns : std::vector<HistoryEntry>{}) {
    const bool letter = entry.kind == "final_response_sent";
    if (entry.kind == "told" || entry.kind == "callback_kept" || letter) told_now = true;
    if (entry.kind == "reopened" || entry.kind == "told_rejected") told_now = false;
    if (entry.kind != "resolved" || told_now) continue;
    const User* actor = rules_.user(entry.actor);
    if (!actor || actor->role != Role::supervisor)
      found(4, name("resolved although nobody told the customer: case", c.id));
  }
  if (done && told_of(c.id, "resolved") == 0) found(11, name("resolved unsaid: case", c.id));
  if (done && told_of(c.id, "resolved") != static_cast<std::size_t>(c.cycle))
    found(11, name("resolutions and cycles differ: case", c.id));
  if (told_of(c.id, "reopened") + 1 != static_cast<std::size_t>(c.cycle))
    found(11, name("a cycle is not in the history: case", c.id));
}

void Checkers::alerts(const CaseFile& file) {
  std::set<std::tuple<ClockId, int, int, UserId>> sent;
  for (const auto& alert : file.alerts) {
    if (!sent.emplace(alert.clock, alert.cycle, alert.stage, alert.recipient).second)
      found(8, name("the same alert twice: alert", alert.id));
  }
}

// ------------------------------------------------------------------------------- calls
void Checkers::callbacks() {
  std::set<std::tuple<CustomerId, CaseId, bool>> live;
  std::map<CustomerId, Instant> called_in;
  for (const auto& [id, call] : rows_.world().interactions) {
    if (call.direction == Direction::inbound && call.answered_at) {
      Instant& last = called_in[call.customer];
      last = std::max(last, *call.answered_at);
    }
  }
  for (const auto& [id, promise] : rows_.world().callbacks) {
    const bool owned = promise.user || promise.department;
    if (!owned) found(6, name("nobody's: callback", id));
    if (promise.number.empty()) found(6, name("without a number: callback", id));
    if (promise.state != CallbackState::open) continue;
    if (has_left(promise.user)) found(1, name("of somebody who has left: callback", id));
    if (!live.emplace(promise.customer, promise.case_id, promise.kind == CallbackKind::follow_up)
             .second)
      found(6, name("doubled: callback", id));
    const auto* in = find(called_in, promise.customer);
    if (promise.kind == CallbackKind::abandoned && in && *in > promise.promised_at)
      found(6, name("the customer has called in, it lives on: callback", id));
  }
}

/// A follow-up call is watched for as long as somebody has to make it, and no longer.
void Checkers::follow_ups(const CaseFile& file) {
  std::map<CallbackId, int> watched;
  for (const auto& clock : file.clocks) {
    if (clock.live() && clock.kind == ClockKind::follow_up) ++watched[clock.callback];
  }
  for (const auto& [id, call] : rows_.world().callbacks) {
    const bool asks = call.case_id == file.facts.id && call.kind == CallbackKind::follow_up &&
                      call.state == CallbackState::open;
    if (asks && watched[id] != 1) found(8, name("not watched by one clock: follow-up call", id));
    if (asks) watched.erase(id);
  }
  for (const auto& [id, clocks] : watched) {
    if (clocks > 0) found(8, name("a clock of a call that nobody makes: follow-up call", id));
  }
}

void Checkers::interactions() {
  for (const auto& [id, call] : rows_.world().interactions) {
    if (call.state != InteractionState::ended) continue;
    if (call.written()) {
      if (call.outcome != "handled") found(7, name("ended unread: interaction", id));
      continue;
    }
    const bool known = call.outcome == "handled" || call.outcome == "abandoned" ||
                       call.outcome == "callback" || call.outcome == "released" ||
                       call.outcome == "failed" || call.outcome == "engine_gap";
    if (!known) found(7, name("ended as nothing: interaction", id) + " " + call.outcome);
    if (call.outcome == "handled" && !call.answered_at)
      found(7, name("handled by nobody: interaction", id));
    const bool missed = call.outcome == "abandoned" || call.outcome == "callback";
    if (!missed || call.number.empty()) continue;
    const Callback* promise = find(rows_.world().callbacks, call.callback);
    if (!promise || !called_back(call, *promise))
      found(6, name("missed, and nobody calls back: interaction", id));
    else if (promise->promised_at > *call.ended_at && !promised_at_an_unmerge(*promise))
      found(6, name("the callback came later: interaction", id));
  }
}

/// What was over when the records were taken apart stays where it was.
bool Checkers::called_back(const Interaction& call, const Callback& promise) const {
  const World& world = rows_.world();
  if (same_customer(world, promise.customer, call.customer)) return true;
  return promise.ended_at &&
         std::any_of(world.merges.begin(), world.merges.end(), [&](const auto& entry) {
           return entry.second.undone_at && *entry.second.undone_at >= *promise.ended_at;
         });
}

/// A call may have been covered by a promise to somebody who is another customer after all.
bool Checkers::promised_at_an_unmerge(const Callback& promise) const {
  const auto& merges = rows_.world().merges;
  return std::any_of(merges.begin(), merges.end(), [&](const auto& entry) {
    return entry.second.undone_at == promise.promised_at;
  });
}

void Checkers::history() {
  for (const auto& [id, call] : rows_.world().interactions) {
    const auto* kinds = find(call_kinds_, id);
    const auto says = [&](const char* kind) { return kinds && kinds->contains(kind); };
    if (call.written()) {
      letter_told(call, says);
      continue;
    }
    if (!says("call_arrived") && !says("callback_dialled") && !says("callback_in_line"))
      found(11, name("its beginning is not in the history: interaction", id));
    const bool ended = says("call_ended") || says("call_abandoned") || says("call_released");
    if ((call.state == InteractionState::ended) != ended)
      found(11, name("its end is not in the history: interaction", id));
    if (call.answered_at && !says("call_answered") && !says("late_event"))
      found(11, name("its answer is not in the history: interaction", id));
  }
}

// ------------------------------------------------------------------------------- all together
void Checkers::everything(const Witness& witness, Instant now) {
  now_ = now;
  read_history();
  for (const auto& [id, file] : rows_.world().cases) {
    if (told_of(id, "case_registered") != 1) found(11, name("not registered in history: case", id));
    ownership(file);
    dispatches(file);
    told(file);
    alerts(file);
    follow_ups(file);
  }
  clocks_.everything(now);
  records_.everything();
  callbacks();
  interactions();
  history();
  std::map<std::string, int> by_channel;
  for (const auto& [id, known] : rows_.world().interactions) ++by_channel[known.pbx_channel];
  for (const auto& [channel, call] : witness.calls) {
    const int* seen = find(by_channel, channel);
    if (!seen) found(7, "the engine has forgotten the call on " + channel);
    if (seen && *seen > 1) found(10, "one call is two interactions: " + channel);
  }
  for (const auto& [key, reply] : witness.answered) {
    if (reply.number.empty()) continue;
    const auto* file = find(rows_.world().cases, CaseId{reply.id});
    if (!file || file->facts.number != reply.number)
      found(9, "promised to the caller and not stored: case " + reply.number);
  }
  if (rows_.world().cases.size() > witness.registered.size())
    found(10, "more cases than were told: " + std::to_string(rows_.world().cases.size()) + " of " +
                  std::to_string(witness.registered.size()));
}

void Checkers::at_the_end(const Witness& witness, Instant now) {
  everything(witness, now);
  for (const InteractionId id : rows_.live_interactions()) {
    // Something written may lie over the weekend: its case has an owner and clocks.
    if (rows_.world().interactions.at(id).written()) continue;
    found(7, name("never ended: interaction", id) + " " +
                 std::string{word(rows_.world().interactions.at(id).state)});
  }
  for (const OfferId id : rows_.open_offers()) found(7, name("never ended: offer", id));
  for (const auto& [at, id] : rows_.armed()) {
    if (at + kTimerSlack < now) found(8, name("armed and forgotten: clock", id));
  }
}

}  // namespace firsthand::sim
