// SPDX-License-Identifier: Apache-2.0
// The whole API as one table of routes: the runtime makes the context, adds the routes, sets the
// guard. Both must outlive the server.
#pragma once

#include <string>

#include "adapters/http/router.hpp"
#include "adapters/runtime/api/context.hpp"
#include "adapters/runtime/api/guard.hpp"

namespace firsthand::runtime::api {

void add_routes(http::Router& router, ApiContext& api);

/// The OpenAPI 3.1 text. Throws when a route names a schema that schemas.json does not have.
std::string describe(const http::Router& router, const ApiSettings& settings);

}  // namespace firsthand::runtime::api
