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

std::vector<std::pair<UserId, RecipientRole>> recipients_of(const Case& c, const LadderStep& step,
                                                            const Rules& rules, Instant now) {
  Gathering people{rules, now};
  bool pass_on = false;
  for (const RecipientRole role : step.recipients) {
    switch (role) {
      case RecipientRole::owner: pass_on |= !people.reach({c.owner}, role); break;
      case RecipientRole::handler:
        pass_on |= !people.reach({c.handler ? c.handler : c.owner}, role);
        break;
      case RecipientRole::liaison:
        // Without a department the owner works on it: nobody else is meant.
        if (c.department && !people.reach(rules.liaisons(c.department), role)) {
          pass_on |=
              !people.reach(rules.liaisons(c.department, true), RecipientRole::department_head);
        }
        break;
      case RecipientRole::department_head:
        if (c.department) pass_on |= !people.reach(rules.liaisons(c.department, true), role);
        break;
      case RecipientRole::back_line: {
        // One person of the back line, always the same one for a case; all of them would be nobody.
        const User* handler = rules.user(c.handler);
        const bool has_one = handler && handler->role == Role::back_line;
        const UserId one =
            has_one ? c.handler : rules.back_line(std::max(c.escalation_level, 1), c.id.value, now);
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
  if (people.found.empty()) people.reach({c.owner}, RecipientRole::owner);
  if (people.found.empty())
    people.reach(rules.with_role(Role::supervisor), RecipientRole::supervisor);
  if (people.found.empty()) people.reach(rules.with_role(Role::manager), RecipientRole::manager);
  // Nobody is at work at all: it waits for the owner.
  if (people.found.empty()) people.found.emplace_back(c.owner, RecipientRole::owner);
  return people.found;
}

}  // namespace firsthand
