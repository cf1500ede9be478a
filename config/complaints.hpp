// SPDX-License-Identifier: Apache-2.0
// The rules of the complaint record and the letters of final response as they are written down
// (config/defaults/complaints.toml and letters.toml), and a letter filled in. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/errors.hpp"
#include "config/toml.hpp"
#include "engine/policy.hpp"

namespace firsthand::config {

Checked<ComplaintRules> read_complaints(const Value& document, const std::string& file);

/// One language's final response. The body is paragraphs between blank lines; {words} in braces
/// are filled in.
struct LetterTemplate {
  std::string language;  ///< zh or en
  std::string title;
  std::string body;
  friend bool operator==(const LetterTemplate&, const LetterTemplate&) = default;
};

/// At most one letter of a language; every word in braces is one that a case can fill in.
Checked<std::vector<LetterTemplate>> read_letters(const Value& document, const std::string& file);

/// Fills the words in; one that is missing from `words` becomes nothing. What is filled in is not
/// read for braces again.
std::string fill_in(std::string_view text, const std::map<std::string, std::string>& words);

}  // namespace firsthand::config
