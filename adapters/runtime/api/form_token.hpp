// SPDX-License-Identifier: Apache-2.0
// Proof that a public form was asked for before it was sent, at most two hours ago: an instant and
// a nonce under our signature. The nonce is also what makes a double click one complaint. Pure but
// for randomness; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/time.hpp"

namespace firsthand::runtime::api {

std::string new_form_token(std::string_view secret, Instant now);
/// The nonce, when the token is ours and fresh.
std::optional<std::string> read_form_token(std::string_view secret, std::string_view token,
                                           Instant now);

}  // namespace firsthand::runtime::api
