// SPDX-License-Identifier: Apache-2.0
// The words of the mails, by language, embedded at build time from texts/*.json. Read-only after
// the first use; any thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace firsthand::notify {

using Catalogue = std::map<std::string, std::string, std::less<>>;

/// Unknown languages are answered with zh, the default of the product.
const Catalogue& catalogue(std::string_view language);

/// "" when there is no such key; a test holds the languages' keys equal.
const std::string& text(const Catalogue& from, std::string_view key);

/// Replaces {name} by its value; an unknown name becomes nothing.
std::string fill(std::string_view pattern, const Catalogue& values);

extern const std::string_view k_texts_zh;
extern const std::string_view k_texts_en;

}  // namespace firsthand::notify
