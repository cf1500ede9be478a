// SPDX-License-Identifier: Apache-2.0
// schemas.json, compiled in.
#pragma once

namespace firsthand::runtime::api {
extern const char* const kSchemas;
}
