// SPDX-License-Identifier: Apache-2.0
// Contacts in writing: a form, an e-mail, a complaint from another system. Their case has an owner
// from the first moment, for nobody may forget it; then it stands in line as a caller does, is
// offered to one person at a time, and whoever takes it is the first to have read it and owns it.
// Behind every caller: a letter can wait. Beside calls: a person has several in hand, and talks.
#include "engine/decision.hpp"

namespace firsthand {
namespace {

/// The customer has our answer, or there is nothing left to answer.
bool is_answered(const CaseFile& file) {
  if (!file.facts.live() || file.facts.told_at) return true;
  const auto responds = [](const SlaClock& c) { return c.kind == ClockKind::first_response; };
  const auto ended = [&](const SlaClock& c) { return responds(c) && !c.live(); };
  const auto runs = [&](const SlaClock& c) { return responds(c) && c.live(); };
  return std::any_of(file.clocks.begin(), file.clocks.end(), ended) &&
         std::none_of(file.clocks.begin(), file.clocks.end(), runs);
}

}  // namespace

void Decision::stands_to_be_read(Interaction& letter, const Queue& queue, UserId owner) {
  letter.state = InteractionState::waiting;
  letter.outcome.clear();
  letter.ended_at.reset();
  letter.queue = queue.code;
  letter.owner = owner;
  // Its waits count from now; its place from when the customer wrote.
  if (letter.enqueued_at < now) letter.place_at = letter.enqueued_at;
  letter.enqueued_at = now;
  record("written_in_line", about(letter),
         Facts{}.add("queue", letter.queue).add("channel", word(letter.channel)));
}

void Decision::take_written(Offer& offer, Interaction& letter) {
  offer.state = OfferState::accepted;
  offer.ended_at = now;
  letter.state = InteractionState::in_hand;
  letter.agent = offer.agent;
  Desk& desk = docket.desk(offer.agent);
  desk.misses = 0;
  ++desk.in_hand;
  free_desk(offer.agent, false, letter);
  const auto waited = std::chrono::duration_cast<Seconds>(now - letter.enqueued_at);
  record("written_taken", about(letter),
         Facts{}.add("agent", offer.agent).add("waited_s", waited.count()));
  CaseFile* file = docket.case_file(letter.case_id);
  if (!file || !file->facts.live()) return;
  // Whoever stands in for the owner leaves it with him.
  const bool for_owner = offer.reason == OfferReason::deputy || file->facts.owner == offer.agent;
  const bool first_to_read = file->owners.size() == 1;
  if (!for_owner && first_to_read) take_ownership(*file, offer.agent, OwnershipHow::taken, "");
}

void Decision::out_of_hand(const Interaction& letter) {
  if (letter.state != InteractionState::in_hand) return;
  Desk& desk = docket.desk(letter.agent);
  desk.in_hand = std::max(0, desk.in_hand - 1);
}

Outcome Decision::on(const event::WrittenDone& e) {
  Interaction* letter = docket.interaction(e.interaction);
  if (!letter || !letter->written()) return not_found("interaction");
  if (letter->state == InteractionState::ended) return done();
  const bool in_hand = letter->state == InteractionState::in_hand;
  if (event.actor) {
    if (!in_hand) return refuse("not_in_hand", "Nobody has taken this yet.");
    if (letter->agent != event.actor && !is(Role::supervisor))
      return refuse("not_yours", "Somebody else has this in hand.");
  } else {
    const CaseFile* file = docket.case_file(letter->case_id);
    const User* reader = rules.user(letter->agent);
    const bool answered = !file || is_answered(*file);
    if (!answered && in_hand && (!reader || reader->disabled)) {
      // Whoever had it has left: it stands in line again, for whoever owns the case now.
      out_of_hand(*letter);
      letter->owner = file->facts.owner;
      letter->requeued_at = now;
      requeue(*letter);
      record("call_requeued", about(*letter), Facts{}.add("queue", letter->queue));
      return done();
    }
    if (!answered) return refuse("too_early", "The customer has not been answered yet.");
  }
  if (Offer* open = docket.open_offer(letter->id))
    end_offer(*open, OfferState::withdrawn, "answered");
  out_of_hand(*letter);
  const UserId by = in_hand ? letter->agent : UserId{};
  end_call(*letter, "handled");
  record("written_done", about(*letter), Facts{}.add("agent", by));
  return done();
}

}  // namespace firsthand
