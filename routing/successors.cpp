// SPDX-License-Identifier: Apache-2.0
#include "routing/successors.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace firsthand::routing {
namespace {

bool has_skills_of(const User& person, const User& leaver) {
  return !leaver.skills.empty() &&
         std::all_of(leaver.skills.begin(), leaver.skills.end(), [&](const std::string& skill) {
           return std::find(person.skills.begin(), person.skills.end(), skill) !=
                  person.skills.end();
         });
}

std::optional<SuccessorReason> reason_for(const User& person, const User& leaver) {
  if (person.role == leaver.role) {
    if (leaver.department && person.department == leaver.department)
      return SuccessorReason::same_department;
    return has_skills_of(person, leaver) ? SuccessorReason::same_skills
                                         : SuccessorReason::same_role;
  }
  const bool leads = person.role == Role::supervisor || person.role == Role::manager ||
                     person.role == Role::administrator;
  return leads ? std::optional{SuccessorReason::leads} : std::nullopt;
}

auto rank(const Successor& one) {
  return std::tuple{one.reason, one.load, one.user.value};
}

}  // namespace

Successors::Successors(const Rules& rules, UserId leaver, std::map<UserId, int> loads,
                       Instant now) {
  const User* who = rules.user(leaver);
  if (!who) return;
  for (const auto& person : rules.users) {
    if (person.disabled || person.id == leaver || rules.away(person.id, now)) continue;
    if (const auto reason = reason_for(person, *who))
      able_.push_back({person.id, *reason, loads[person.id]});
  }
}

std::vector<Successor> Successors::all() const {
  auto sorted = able_;
  std::sort(sorted.begin(), sorted.end(),
            [](const Successor& a, const Successor& b) { return rank(a) < rank(b); });
  return sorted;
}

Successor Successors::next(const std::vector<UserId>& not_these) {
  Successor* best = nullptr;
  for (auto& one : able_) {
    if (std::find(not_these.begin(), not_these.end(), one.user) != not_these.end()) continue;
    if (!best || rank(one) < rank(*best)) best = &one;
  }
  if (!best) return {};
  const Successor chosen = *best;
  ++best->load;
  return chosen;
}

}  // namespace firsthand::routing
