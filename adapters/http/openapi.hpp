// SPDX-License-Identifier: Apache-2.0
// The OpenAPI 3.1 text of a route table. Thread: any, the table must not change meanwhile.
// Errors: throws std::invalid_argument when `schemas_json` is not a JSON object or a route names a
// schema that is not in it; both are found at start-up.
#pragma once

#include <string>
#include <string_view>

#include "adapters/http/router.hpp"

namespace firsthand::http {

struct ApiInfo {
  std::string title = "Firsthand";
  std::string version;
  std::string summary;
};

/// `schemas_json` maps a schema's name to its JSON Schema.
std::string openapi(const Router& router, const ApiInfo& info, std::string_view schemas_json);

}  // namespace firsthand::http
