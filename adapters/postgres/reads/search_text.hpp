// SPDX-License-Identifier: Apache-2.0
// What is typed into a search box, as text: its words, their patterns for LIKE, and where a text
// says one of them. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firsthand::postgres {

/// Without spaces (also the wide one) at both ends.
std::string trimmed(std::string_view text);

/// "138 0013-8000" and "+86 (10) 6234" mean their digits; "" for fewer than `least`, and for any
/// other text.
std::string digits_of_number(std::string_view text, std::size_t least = 4);

/// In small letters, at most eight. What looks like a telephone number with spaces, brackets or a
/// prefix in it is one word of digits.
std::vector<std::string> search_words(std::string_view text);

/// "%word%", where % and _ mean themselves.
std::vector<std::string> like_patterns(const std::vector<std::string>& words);
std::string like_text(std::string_view text);

std::string joined(const std::vector<std::string>& words);

}  // namespace firsthand::postgres
