// SPDX-License-Identifier: Apache-2.0
// Whether a push of call events comes from the system that it names (config/call_sources.hpp).
// Signatures are compared in constant time, and what is compared is the bytes and never their
// spelling. Pure but for OpenSSL; callable from any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "config/call_sources.hpp"
#include "engine/time.hpp"

namespace firsthand::telephony {

struct SignedPush {
  std::function<std::string_view(std::string_view name)> header;  ///< "" when absent
  std::string_view body;
  std::string url;  ///< as the sender knows it, with the query
};

enum class PushVerdict { accepted, missing, bad_timestamp, outside_window, bad_signature };

/// `secret` is the signing secret of the source; an empty one verifies nothing. A source whose
/// proof is a token is not for here: bad_signature.
PushVerdict verify_push(const config::CallSource& source, std::string_view secret,
                        const SignedPush& push, Instant now);

/// For the answer: what the sender has to mend.
std::string_view sentence(PushVerdict verdict);

/// What Twilio signs: the address, then every field of the form by name, each with its value.
std::string twilio_text(std::string_view url, std::string_view form);

std::string hmac_bytes(config::SignatureHash hash, std::string_view key, std::string_view message);

}  // namespace firsthand::telephony
