// SPDX-License-Identifier: Apache-2.0
// A rule document as a plain tree, whether it is TOML (as shipped) or JSON of the same shape (as
// the console saves it). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "config/errors.hpp"
#include "config/toml.hpp"

namespace firsthand::config {

/// Nesting of a document; deeper text is refused.
inline constexpr int kDepthMax = 16;

/// JSON whose root is an object. An entry that is null counts as absent; a key that appears twice
/// is refused. Each value knows its line, as in TOML.
Checked<Value> parse_json(std::string_view text, const std::string& name);

/// JSON when the first character that is no white space is '{'; TOML otherwise. At most
/// kFileBytesMax.
Checked<Value> parse_document(std::string_view text, const std::string& name);

/// JSON that parse_json reads back to the same tree, laid out for people: small tables stand on one
/// line.
std::string to_json(const Value& value);

}  // namespace firsthand::config
