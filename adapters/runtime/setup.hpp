// SPDX-License-Identifier: Apache-2.0
// What an operator does before the first `serve`: people, the demo company, API tokens. Each is one
// transaction and safe to repeat. Synchronous; errors are thrown as sentences.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace firsthand::runtime {

struct NewUser {
  std::string login, name, role, department, office, extension, email, language = "zh";
  bool department_head = false;
  std::optional<int> escalation_level;
  std::vector<std::string> skills;  ///< none: those that everybody begins with
  std::string password;             ///< empty: one is made and printed
};

/// The same account as the administrator's screen would make.
int create_user(const config::Settings& settings, const NewUser& user);
/// The demo company with two years of history; sign-in.json is written beside the data.
int load_demo(const config::Settings& settings);
/// One administrator and the API tokens of a company that starts empty; sign-in.json as well.
int load_base(const config::Settings& settings);

/// An API token for another system. With a signing secret, what it pushes may be signed instead.
struct NewToken {
  std::string name, scope, signing_secret;
  bool renew = false;  ///< in the place of the one of that name
};
/// Prints the token, which is stored nowhere.
int create_token(const config::Settings& settings, const NewToken& token);

}  // namespace firsthand::runtime
