// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/letter_of_case.hpp"

#include "adapters/runtime/api/letter.hpp"
#include "adapters/runtime/rules_documents.hpp"
#include "config/document.hpp"

namespace firsthand::runtime::api {
namespace {

/// None before the letters have been loaded.
std::vector<config::LetterTemplate> letters_in_force(postgres::Tx& tx) {
  const auto stored = read_document(tx, "letters");
  if (!stored) return {};
  const auto document = config::parse_document(stored->body, stored->name);
  if (!document) return {};
  const auto letters = config::read_letters(*document, stored->name);
  return letters ? *letters : std::vector<config::LetterTemplate>{};
}

}  // namespace

FoundLetter find_letter(postgres::Tx& tx, const Rules& rules, std::int64_t case_id,
                        const std::string& language, bool sent, Instant now) {
  FoundLetter found;
  const auto complaint = postgres::read_complaint(tx, rules, case_id);
  found.complaint = complaint.has_value();
  if (!complaint) return found;
  if (sent) {
    if (auto letter = postgres::sent_letter(tx, case_id)) {
      found.written = true;
      found.text = std::move(letter->text);
      found.sent_at = letter->at;
    }
    return found;
  }
  const auto shown = postgres::read_case(tx, rules, case_id);
  if (!shown) return found;
  for (const auto& letter : letters_in_force(tx)) {
    if (letter.language != language) continue;
    found.written = true;
    found.text = draft_letter(letter, *shown, *complaint, rules, now);
  }
  return found;
}

}  // namespace firsthand::runtime::api
