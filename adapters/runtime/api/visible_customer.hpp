// SPDX-License-Identifier: Apache-2.0
// Whether somebody may see a customer, the question that every route about one asks first; and the
// customer as routes answer it that end in "and here is the customer".
#pragma once

#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {

/// The customer's facts when this subject may see them, or the answer that there is no such
/// customer.
awaitable<std::variant<postgres::CustomerFacts, Response>> visible_customer(ApiContext& api,
                                                                            const Request& request,
                                                                            std::int64_t id);

/// The customer as it is now. `full`: with the numbers unmasked. 201 names where it is.
awaitable<Response> customer_answer(ApiContext& api, std::int64_t id, bool full, int status = 200);

}  // namespace firsthand::runtime::api
