// SPDX-License-Identifier: Apache-2.0
// Who works at the demo company, and how they sign in. All of them are made up. One thread.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/import/sink.hpp"
#include "engine/rules.hpp"

namespace firsthand::import {

/// The parts of another folder that make and hash secrets, handed in by the runtime.
struct Secrets {
  std::function<std::string()> new_secret;                     ///< 256 bits as base64url
  std::function<std::string(std::string_view)> stored_form;    ///< of a token, as bytea text
  std::function<std::string(std::string_view)> hash_password;  ///< Argon2id
};

struct Person {
  std::string login, name;
  Role role = Role::agent;
  std::string department;  ///< code, or ""
  bool head = false;
  int office = 0;
  std::string extension;
  std::vector<std::string> skills, languages{"zh"};
  std::string sign_in;  ///< the key in sign-in.json; "" = has no password yet
};

std::vector<Person> demo_people();
std::vector<Person> base_people();

/// Writes offices and people; answers them as the engine knows them.
std::vector<User> hire(SqlSink& sink, const std::vector<Person>& people, const Rules& rules,
                       Instant since);

/// Gives everybody of `people` with a sign_in key a new password, and makes the tokens web, pbx and
/// finance anew. Answers the text of sign-in.json; nothing is readable anywhere else afterwards.
std::string renew_sign_in(SqlSink& sink, const std::vector<Person>& people, const Secrets& secrets,
                          const std::string& url);

/// DATA/sign-in.json, mode 600, whole or not at all.
void write_sign_in(const std::filesystem::path& data_dir, const std::string& text);

/// Another port than last time: only "url" changes. False when there is no readable file.
bool refresh_sign_in_url(const std::filesystem::path& data_dir, const std::string& url);

}  // namespace firsthand::import
