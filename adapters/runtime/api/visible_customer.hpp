// SPDX-License-Identifier: Apache-2.0
// Whether somebody may see a customer: the question that every route about one asks first.
#pragma once

#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {

/// The customer's facts when this subject may see them, or the answer that there is no such
/// customer.
awaitable<std::variant<postgres::CustomerFacts, Response>> visible_customer(ApiContext& api,
                                                                            const Request& request,
                                                                            std::int64_t id);

}  // namespace firsthand::runtime::api
