// SPDX-License-Identifier: Apache-2.0
// Text from outside as text in HTML. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace firsthand::codec {

/// For element content and for values in either kind of quotes.
std::string escape_html(std::string_view text);

}  // namespace firsthand::codec
