// SPDX-License-Identifier: Apache-2.0
// Small pure functions over the text of HTTP: percent-decoding (once), UTF-8, case-blind names,
// lists. Thread: any. Errors: an empty optional.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firsthand::http {

/// Names and values in the order they came.
using Pairs = std::vector<std::pair<std::string, std::string>>;

bool same_name(std::string_view a, std::string_view b);  // ASCII, without case
bool is_utf8(std::string_view text);
std::string_view trim(std::string_view text);  // spaces and tabs

/// The text between commas, trimmed, empty members left out.
std::vector<std::string_view> comma_list(std::string_view text);

/// Decodes %XX once. Empty for a broken escape, invalid UTF-8 or a control character.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// `a=1&b=2`, decoded; empty when any part is malformed or there are more than `most` pairs.
std::optional<Pairs> parse_query(std::string_view text, std::size_t most = 64);

}  // namespace firsthand::http
