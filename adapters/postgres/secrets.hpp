// SPDX-License-Identifier: Apache-2.0
// Random identifiers, their hashes and passwords, by libsodium. Thread-safe after the first call.
// hash_password and password_fits take about 15 ms and 19 MiB (Argon2id, t=2, p=1, measured on two
// cores): never on an event loop.
#pragma once

#include <string>
#include <string_view>

namespace firsthand::postgres {

/// 256 random bits as 43 characters of base64url.
std::string new_secret();
/// SHA-256 as bytea text ("\x…"): what is stored of a session id or a token, and its key in memory.
std::string stored_form(std::string_view secret);

/// HMAC-SHA-256 of `text` in hex.
std::string signature_of(std::string_view secret, std::string_view text);
/// Compares in constant time.
bool same_secret(std::string_view a, std::string_view b);

/// For somebody to type once: 16 letters and digits in groups of four, about 79 random bits,
/// without those that look like others.
std::string new_password();
std::string hash_password(std::string_view password);
/// False for an empty hash; a malformed hash is false as well.
bool password_fits(const std::string& hash, std::string_view password);

}  // namespace firsthand::postgres
