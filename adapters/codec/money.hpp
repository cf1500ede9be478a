// SPDX-License-Identifier: Apache-2.0
// Integer cents as text. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace firsthand::codec {

/// 123456 as "1234.56", -5 as "-0.05".
std::string cents_text(std::int64_t cents);

}  // namespace firsthand::codec
