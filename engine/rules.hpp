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
  bool department_head = false;
  std::string email;
  std::string language = "zh";
  std::string extension;
  std::vector<std::string> skills;
  std::vector<std::string> languages;
  UserId deputy;
  std::optional<Instant> deputy_from;
  std::optional<Instant> deputy_until;
  bool disabled = false;
};

struct Rules {
  RuleBook book;
  std::map<std::string, Calendar, std::less<>> calendars;
  std::vector<User> users;
  std::map<std::string, DepartmentId, std::less<>> departments;  ///< code → id
  std::string company_calendar;

  const User* user(UserId id) const;
  DepartmentId department(std::string_view code) const;
  const Department* department(DepartmentId id) const;
  bool has_department(DepartmentId id) const;
  /// The named calendar; an unknown name answers 24x7, so that no clock ever stands still by
  /// mistake.
  const Calendar& calendar(std::string_view code) const;
  const Calendar& company() const { return calendar(company_calendar); }

  /// Who acts for this person now: the deputy, the deputy's deputy ... ; the person when nobody
  /// does.
  UserId acting(UserId id, Instant now) const;
  std::vector<UserId> with_role(Role role) const;
  /// Liaisons, or heads, of a department; its heads when it has no liaison.
  std::vector<UserId> liaisons(DepartmentId department, bool heads = false) const;
  /// An agent to own what nobody has heard yet: spread by `salt`, never `not_this`. None: no
  /// agents.
  UserId spread(std::int64_t salt, const std::vector<UserId>& not_these = {}) const;
};

}  // namespace firsthand
