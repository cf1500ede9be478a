// SPDX-License-Identifier: Apache-2.0
// A whole case as one viewer may see it: shared by the routes that end in "and here is the case".
#pragma once

#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {

struct ShownCase {
  postgres::CaseFacts facts;
  postgres::CaseView view;
};

/// Nothing when there is no such case. The number to reach the customer is in full for the owner
/// and who stands in for the owner.
std::optional<ShownCase> show_case(postgres::Tx& tx, const Rules& rules, const Subject& subject,
                                   Instant now, postgres::CaseBy by, const std::string& name);

/// Reads again after a change and answers the case, or what went wrong.
awaitable<Response> case_answer(ApiContext& api, const Request& request, postgres::CaseBy by,
                                std::string name, int status = 200);

/// The facts of the case {number} of the path, when this subject may see it. What somebody may not
/// see does not exist for them.
awaitable<std::variant<postgres::CaseFacts, Response>> visible_case(ApiContext& api,
                                                                    const Request& request);
/// The same when this subject may do that to it; 403 to whoever may only see it.
awaitable<std::variant<postgres::CaseFacts, Response>> permitted_case(ApiContext& api,
                                                                      const Request& request,
                                                                      Action action);
/// visible_case() of a case that is known by its number.
awaitable<std::variant<postgres::CaseFacts, Response>> visible_case(ApiContext& api,
                                                                    const Request& request,
                                                                    std::string number);

}  // namespace firsthand::runtime::api
