// SPDX-License-Identifier: Apache-2.0
#include "routing/rules.hpp"

namespace firsthand::routing {

QueueRules queue_rules(const RuleBook& book, const Queue& queue) {
  QueueRules rules;
  rules.code = queue.code;
  rules.head_starts = queue.head_starts;
  rules.language = queue.language;
  rules.skills = queue.skills;
  rules.owner_wait = Seconds{queue.owner_wait_s};
  rules.deputy_wait = Seconds{queue.deputy_wait_s};
  rules.team_wait = Seconds{queue.team_wait_s};
  rules.pick = queue.pick;
  rules.max_wait = Seconds{queue.max_wait_s};
  rules.virtual_hold = Seconds{queue.virtual_hold_s};
  if (queue.nobody_wait_s > 0) rules.nobody_wait = Seconds{queue.nobody_wait_s};
  for (const auto& step : queue.widening) {
    rules.widening.push_back({Seconds{step.after_s}, step.skills});
  }
  rules.written_ring = Seconds{queue.written.ring_s};
  rules.slots = queue.written.slots;
  rules.total_wait = rules.max_wait;
  if (const Queue* overflow = book.queue(queue.overflow)) {
    rules.overflow = overflow->code;
    rules.overflow_skills = overflow->skills;
    rules.total_wait += Seconds{overflow->max_wait_s};
  }
  return rules;
}

std::vector<QueueRules> queue_rules(const RuleBook& book) {
  std::vector<QueueRules> all;
  all.reserve(book.queues.size());
  for (const Queue& queue : book.queues) all.push_back(queue_rules(book, queue));
  return all;
}

bool is_alive(const Desk& desk, Instant now) {
  return !desk.lease_until || *desk.lease_until > now;
}

AgentState agent_state(const Desk& desk, const User& person, const Rules& rules, Instant now) {
  AgentState state;
  state.user = desk.user;
  state.presence = desk.presence;
  state.skills = person.skills;
  state.languages = person.languages;
  state.idle_since = desk.idle_since;
  state.wrap_up_until = desk.wrap_up_until;
  state.capacity_free = !desk.interaction;
  state.in_hand = desk.in_hand;
  if (asked_in_writing(desk)) state.asked_about = desk.interaction;
  state.shift = shift_state(rules, person, desk, now);
  state.alive = is_alive(desk, now);
  state.misses = desk.misses;
  return state;
}

Waiting waiting_of(const Interaction& call, const Rules& rules, Instant now) {
  Waiting one;
  one.interaction = call.id;
  one.queue = call.queue;
  one.owner = call.owner;
  if (one.owner) {
    const UserId acting = rules.acting(one.owner, now);
    if (acting != one.owner) one.deputies.push_back(acting);
  }
  // After a talk its waits count anew; the place is kept.
  one.enqueued_at = call.requeued_at.value_or(call.enqueued_at);
  one.place_at = call.place_at.value_or(call.enqueued_at);
  one.virtual_hold = call.virtual_hold;
  const Queue* queue = rules.book.queue(call.queue);
  // It was not open when he came, nor when he was sent on to it.
  const auto open_at = [&](Instant at) { return rules.is_open(*queue, at); };
  one.written = call.written();
  // What is written is read when the queue has opened again.
  one.closed = queue && (one.written ? !open_at(now)
                                     : !open_at(call.enqueued_at) && !open_at(one.enqueued_at));
  return one;
}

Instant place_in_line(const Waiting& waiting, const QueueRules& rules) {
  const HeadStarts& by = rules.head_starts;
  int seconds = by.queue_s;
  switch (waiting.tier) {
    case Tier::standard: break;
    case Tier::silver: seconds += by.silver_s; break;
    case Tier::gold: seconds += by.gold_s; break;
    case Tier::key: seconds += by.key_s; break;
  }
  if (waiting.severity == 3) seconds += by.serious_s;
  if (waiting.severity >= 4) seconds += by.urgent_s;
  if (waiting.slack && *waiting.slack <= Seconds::zero()) seconds += by.late_s;
  return waiting.place_at.value_or(waiting.enqueued_at) - Seconds{seconds};
}

}  // namespace firsthand::routing
