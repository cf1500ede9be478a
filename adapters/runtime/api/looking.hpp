// SPDX-License-Identifier: Apache-2.0
// "Who is looking": a console says every few seconds which case or customer it has open, and is
// answered who else has it open. Whoever may not see a record cannot ask about it. Any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/http/router.hpp"
#include "adapters/runtime/api/context.hpp"

namespace firsthand::runtime::api {

/// One tab's word about one record.
struct Look {
  std::string record;  ///< "case:17", "customer:4"
  UserId user;
  std::string tab;  ///< one person may have it open twice
  bool typing = false;
  bool leaves = false;
};

struct Looker {
  UserId user;
  bool typing = false;
};

/// Notes the look and answers every tab's at that record.
using See = std::function<boost::asio::awaitable<std::vector<Looker>>(Look)>;

void add_looking_routes(http::Router& router, ApiContext& api, See see);

}  // namespace firsthand::runtime::api
