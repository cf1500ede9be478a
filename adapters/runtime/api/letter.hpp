// SPDX-License-Identifier: Apache-2.0
// The final response to a complaint: a template filled in from the case, and the printed page. The
// first line of a letter is its heading, the rest paragraphs between blank lines. Pure; any thread.
#pragma once

#include <string>

#include "adapters/postgres/reads/complaint_reads.hpp"
#include "config/complaints.hpp"

namespace firsthand::runtime::api {

/// The letter as it would go out now; whoever sends it reads and completes it.
std::string draft_letter(const config::LetterTemplate& letter, const postgres::CaseView& shown,
                         const postgres::ComplaintView& complaint, const Rules& rules, Instant now);

/// An A4 page without scripts. `watermark` says that it has not been sent, or is "".
std::string letter_page(const std::string& language, const std::string& company,
                        const std::string& text, const std::string& watermark);

}  // namespace firsthand::runtime::api
