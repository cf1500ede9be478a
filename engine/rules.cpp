// SPDX-License-Identifier: Apache-2.0
#include "engine/rules.hpp"

#include <algorithm>

namespace firsthand {

const User* Rules::user(UserId id) const {
  const auto found =
      std::find_if(users.begin(), users.end(), [id](const User& u) { return u.id == id; });
  return found == users.end() ? nullptr : &*found;
}

const User* Rules::with_extension(std::string_view extension) const {
  if (extension.empty()) return nullptr;
  const auto found = std::find_if(users.begin(), users.end(), [extension](const User& u) {
    return !u.disabled && u.extension == extension;
  });
  return found == users.end() ? nullptr : &*found;
}

DepartmentId Rules::department(std::string_view code) const {
  const auto found = departments.find(code);
  return found == departments.end() ? DepartmentId{} : found->second;
}

const Department* Rules::department(DepartmentId id) const {
  for (const auto& [code, known] : departments) {
    if (known == id) return book.department(code);
  }
  return nullptr;
}

bool Rules::has_department(DepartmentId id) const {
  return std::any_of(departments.begin(), departments.end(),
                     [id](const auto& known) { return known.second == id; });
}

const Calendar& Rules::calendar(std::string_view code) const {
  static const Calendar always;
  const auto found = calendars.find(code);
  return found == calendars.end() ? always : found->second;
}

bool Rules::away(UserId id, Instant now) const {
  const User* person = user(id);
  return person && person->deputy_from && *person->deputy_from <= now &&
         (!person->deputy_until || now < *person->deputy_until);
}

UserId Rules::acting(UserId id, Instant now) const {
  // A chain of deputies is as long as the number of people at most; a circle ends where it began.
  UserId at = id;
  for (std::size_t hops = 0; hops < users.size(); ++hops) {
    if (!away(at, now)) return at;
    const UserId deputy = user(at)->deputy;
    if (!deputy || deputy == id) return id;
    at = deputy;
  }
  return id;
}

std::optional<UserId> Rules::reachable(UserId id, Instant now) const {
  const UserId at = acting(id, now);
  const User* person = user(at);
  if (!person || person->disabled || away(at, now)) return std::nullopt;
  return at;
}

UserId Rules::back_line(int level, std::int64_t salt, Instant now) const {
  std::vector<UserId> able;
  for (const auto& person : users) {
    if (person.role == Role::back_line && !person.disabled && person.escalation_level >= level &&
        !away(person.id, now)) {
      able.push_back(person.id);
    }
  }
  if (able.empty()) return level > 1 ? back_line(level - 1, salt, now) : UserId{};
  return able[static_cast<std::size_t>(salt) % able.size()];
}

std::vector<UserId> Rules::with_role(Role role) const {
  std::vector<UserId> found;
  for (const auto& person : users) {
    if (person.role == role && !person.disabled) found.push_back(person.id);
  }
  return found;
}

std::vector<UserId> Rules::liaisons(DepartmentId department_id, bool heads) const {
  std::vector<UserId> found;
  for (const auto& person : users) {
    if (person.disabled || person.department != department_id) continue;
    if (heads ? person.department_head : person.role == Role::liaison) found.push_back(person.id);
  }
  return found.empty() && !heads ? liaisons(department_id, true) : found;
}

UserId Rules::spread(std::int64_t salt, Instant now, const std::vector<UserId>& not_these) const {
  auto agents = with_role(Role::agent);
  if (agents.empty()) agents = with_role(Role::supervisor);
  if (agents.empty()) agents = with_role(Role::administrator);
  std::erase_if(agents, [&](UserId id) {
    return std::find(not_these.begin(), not_these.end(), id) != not_these.end();
  });
  // Whoever is here goes first; with nobody here it waits for somebody.
  std::vector<UserId> here;
  std::copy_if(agents.begin(), agents.end(), std::back_inserter(here),
               [&](UserId id) { return !away(id, now); });
  if (!here.empty()) agents = std::move(here);
  if (agents.empty()) return {};
  return agents[static_cast<std::size_t>(salt) % agents.size()];
}

}  // namespace firsthand
