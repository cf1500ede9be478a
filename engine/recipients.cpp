// SPDX-License-Identifier: Apache-2.0
#include "engine/recipients.hpp"

#include <algorithm>

namespace firsthand {
namespace {

class Gathering {
 public:
  Gathering(const Rules& rules, Instant now) : rules_(rules), now_(now) {}

  /// Whether anybody of them can be told; somebody who was reached before counts.
  bool reach(const std::vector<UserId>& ids, RecipientRole role) {
    bool any = false;
    for (const UserId id : ids) {
      const auto at = rules_.reachable(id, now_);
      if (!at) continue;
      any = true;
      const bool known =
          std::any_of(found.begin(), found.end(), [&](const auto& f) { return f.first == *at; });
      if (!known) found.emplace_back(*at, role);
    }
    return any;
  }

  std::vector<std::pair<UserId, RecipientRole>> found;

 private:
  const Rules& rules_;
  Instant now_;
};

}  // namespace

Subject subject_of(const Case& c) {
  return {c.owner, c.handler, c.department, c.escalation_level, c.id.value};
}

std::vector<std::pair<UserId, RecipientRole>> recipients_of(const Subject& subject,
                                                            const LadderStep& step,
                                                            const Rules& rules, Instant now) {
  Gathering people{rules, now};
  if (step.recipients.empty()) return people.found;
  bool pass_on = false;
  for (const RecipientRole role : step.recipients) {
    switch (role) {
      case RecipientRole::owner:
        // What is a department's and nobody's in particular is its liaisons'.
        pass_on |= !people.reach(
            subject.owner ? std::vector{subject.owner} : rules.liaisons(subject.department), role);
        break;
      case RecipientRole::handler:
        pass_on |= !people.reach({subject.handler ? subject.handler : subject.owner}, role);
        break;
      case RecipientRole::liaison:
        if (!subject.department) {
          // Without a department it is the owner who works on it.
          pass_on |= !people.reach({subject.owner}, RecipientRole::owner);
        } else if (!people.reach(rules.liaisons(subject.department), role)) {
          pass_on |= !people.reach(rules.liaisons(subject.department, true),
                                   RecipientRole::department_head);
        }
        break;
      case RecipientRole::department_head:
        if (subject.department)
          pass_on |= !people.reach(rules.liaisons(subject.department, true), role);
        break;
      case RecipientRole::back_line: {
        // One person of the back line, always the same one for a case; all of them would be nobody.
        const User* handler = rules.user(subject.handler);
        const bool has_one = handler && handler->role == Role::back_line;
        const UserId one =
            has_one ? subject.handler
                    : rules.back_line(std::max(subject.escalation_level, 1), subject.salt, now);
        pass_on |= !people.reach({one}, role);
        break;
      }
      case RecipientRole::supervisor:
        pass_on |= !people.reach(rules.with_role(Role::supervisor), role);
        break;
      case RecipientRole::manager:
        pass_on |= !people.reach(rules.with_role(Role::manager), role);
        break;
    }
  }
  if (pass_on) people.reach(rules.with_role(Role::supervisor), RecipientRole::supervisor);
  if (people.found.empty()) people.reach({subject.owner}, RecipientRole::owner);
  if (people.found.empty())
    people.reach(rules.with_role(Role::supervisor), RecipientRole::supervisor);
  if (people.found.empty()) people.reach(rules.with_role(Role::manager), RecipientRole::manager);
  // Nobody is at work at all: it waits for the owner, or for the first of the supervisors.
  if (people.found.empty()) {
    const auto last = rules.with_role(Role::supervisor);
    const UserId one = subject.owner || last.empty() ? subject.owner : last.front();
    if (one) people.found.emplace_back(one, RecipientRole::owner);
  }
  return people.found;
}

}  // namespace firsthand
