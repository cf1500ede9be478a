// SPDX-License-Identifier: Apache-2.0
// What can be done to a case or a dispatch, as rows of a table: who may, what the body holds, which
// event it becomes. Each is answered with the case as it is afterwards.
#pragma once

#include <variant>
#include <vector>

#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {

struct Asked {
  const postgres::CaseFacts& facts;
  const Body& body;
  const Rules& rules;
  const ApiSettings& settings;
  std::int64_t path_id;  ///< of the dispatch, for the dispatch rows
};

struct CaseAction {
  using Make = std::variant<Happening, Response> (*)(const Asked&);

  const char* pattern;  ///< with {number} of the case, or {id} of a dispatch
  const char* operation;
  const char* summary;
  Action action;
  std::vector<Rule> rules;
  const char* schema;
  Make make;
};

/// `actions` must outlive the router.
void add_case_actions(http::Router& router, ApiContext& api,
                      const std::vector<CaseAction>& actions);

}  // namespace firsthand::runtime::api
