// SPDX-License-Identifier: Apache-2.0
// What decide() decides by: the rule book, compiled calendars and the people. An immutable
// snapshot; the runtime replaces it whole when something changes, so a batch sees one version. Any
// thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/model.hpp"
#include "engine/policy.hpp"

namespace firsthand {

struct User {
  UserId id;
  std::string login;
  std::string name;
  Role role = Role::agent;
  DepartmentId department;
  std::string office;  ///< code, or ""
  bool department_head = false;
  std::string email;
  std::string language = "zh";
  std::string extension;
  std::vector<std::string> skills;
  std::vector<std::string> languages;
  int escalation_level = 1;  ///< of the back line: the highest level this person takes, 1 to 3
  UserId deputy;             ///< none: away without anybody standing in
  std::optional<Instant> deputy_from;   ///< away from here ...
  std::optional<Instant> deputy_until;  ///< ... to here; none: until further notice
  std::string alert_mails = "each";     ///< each, or digest
  std::optional<int> quiet_from_min;    ///< no mails from here ...
  std::optional<int> quiet_to_min;      ///< ... to here, minutes after midnight in company time
  bool disabled = false;
};

/// Who takes over a case that is offered: the people whose work cases are.
constexpr bool takes_over(Role role) {
  return role == Role::agent || role == Role::back_line || role == Role::supervisor;
}

struct Rules {
  RuleBook book;
  std::map<std::string, Calendar, std::less<>> calendars;
  std::vector<User> users;
  std::map<std::string, DepartmentId, std::less<>> departments;  ///< code → id
  std::string company_calendar;
  std::int64_t revision = 0;  ///< the newest change of policies, ladders or calendars in it
  std::map<std::string, int, std::less<>> versions;  ///< document → version

  const User* user(UserId id) const;
  /// Whose desk phone this is; nobody for "" and for those who have left.
  const User* with_extension(std::string_view extension) const;
  DepartmentId department(std::string_view code) const;
  const Department* department(DepartmentId id) const;
  bool has_department(DepartmentId id) const;
  /// The named calendar; an unknown name answers 24x7, so that no clock ever stands still by
  /// mistake.
  const Calendar& calendar(std::string_view code) const;
  const Calendar& company() const { return calendar(company_calendar); }
  bool is_open(const Queue& queue, Instant at) const {
    return calendar(queue.calendar).is_working(at);
  }

  /// Who acts for this person now: the deputy, the deputy's deputy ... ; the person when nobody
  /// does.
  UserId acting(UserId id, Instant now) const;
  bool away(UserId id, Instant now) const;
  /// Who can be told something now: the person or who acts for him; nobody when they are away
  /// without a deputy or have left.
  std::optional<UserId> reachable(UserId id, Instant now) const;
  /// One person of the back line who takes this level, the same one for the same salt; nobody when
  /// there is none.
  UserId back_line(int level, std::int64_t salt, Instant now) const;
  std::vector<UserId> with_role(Role role) const;
  /// Liaisons, or heads, of a department; its heads when it has no liaison.
  std::vector<UserId> liaisons(DepartmentId department, bool heads = false) const;
  /// An agent to own what nobody has heard yet: spread by `salt`, never `not_this`. None: no
  /// agents.
  UserId spread(std::int64_t salt, Instant now, const std::vector<UserId>& not_these = {}) const;
};

}  // namespace firsthand
