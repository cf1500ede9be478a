// SPDX-License-Identifier: Apache-2.0
// Who could receive the work of somebody who leaves: people of the same kind first, the least
// burdened of them, each thing counted as it is given. Pure; the same question, the same answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/describe/enum.hpp>

#include "engine/rules.hpp"

namespace firsthand::routing {

/// Why somebody is suggested, nearest first.
enum class SuccessorReason { same_department, same_skills, same_role, leads };
BOOST_DESCRIBE_ENUM(SuccessorReason, same_department, same_skills, same_role, leads)

struct Successor {
  UserId user;
  SuccessorReason reason = SuccessorReason::same_role;
  int load = 0;  ///< open cases, with what was suggested so far
};

class Successors {
 public:
  /// `loads`: open cases of each person; nobody named has none.
  Successors(const Rules& rules, UserId leaver, std::map<UserId, int> loads, Instant now);

  /// Everybody who could receive something, best first, by the loads as they are now.
  std::vector<Successor> all() const;
  /// The best of them for one more thing, who then carries it. `not_these` had a hand in it
  /// already. None: there is nobody at all.
  Successor next(const std::vector<UserId>& not_these = {});

 private:
  std::vector<Successor> able_;
};

}  // namespace firsthand::routing
