// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648, with padding). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firsthand::codec {

std::string base64_encode(std::string_view bytes);
// Nothing when the text is not exactly what base64_encode gives; "-" and "_" are refused.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace firsthand::codec
