// SPDX-License-Identifier: Apache-2.0
// What people of the demo company say and write, and what its customers are called. All made up.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace firsthand::import::words {

struct Sign {
  std::string_view text;
  char initial;  ///< of its pinyin
};
extern const std::span<const Sign> kSurnames;
extern const std::span<const Sign> kGiven;
struct CompanyWord {
  std::string_view text, initials;
};
extern const std::span<const CompanyWord> kCompanies;

extern const std::span<const std::string_view> kProducts;
extern const std::span<const std::string_view> kStreets;

/// What a customer says, by category code; some general ones for a code of the site's own.
std::span<const std::string_view> complaint_texts(std::string_view category);
std::string_view english_text(std::string_view category);

extern const std::span<const std::string_view> kAnswers;
extern const std::span<const std::string_view> kResolutions;
extern const std::span<const std::string_view> kNotes;
extern const std::span<const std::string_view> kReturnReasons;
extern const std::span<const std::string_view> kEscalationReasons;
extern const std::span<const std::string_view> kHandOverReasons;
extern const std::span<const std::string_view> kNoAnswerNotes;

}  // namespace firsthand::import::words
