// SPDX-License-Identifier: Apache-2.0
#include "routing/rules.hpp"

namespace firsthand::routing {

QueueRules queue_rules(const RuleBook& book, const Queue& queue) {
  QueueRules rules;
  rules.code = queue.code;
  rules.priority = queue.priority;
  rules.language = queue.language;
  rules.skills = queue.skills;
  rules.owner_wait = Seconds{queue.owner_wait_s};
  rules.max_wait = Seconds{queue.max_wait_s};
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

}  // namespace firsthand::routing
