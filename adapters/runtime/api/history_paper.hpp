// SPDX-License-Identifier: Apache-2.0
// A history on paper: every entry as a sentence, in either language, as a file for a spreadsheet,
// for a program, as plain text or as a page to print. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "adapters/postgres/reads/views.hpp"
#include "adapters/runtime/api/context.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime::api {

struct Paper {
  std::string format;  ///< csv, json, html or txt
  bool english = false;
  std::string about;  ///< the case's number, or the customer's name
};

/// `next`: where the history goes on when it is longer than one file; "" when this is all.
std::string history_paper(const Paper& paper, const std::vector<postgres::HistoryView>& entries,
                          const std::string& next, const Rules& rules, const ApiSettings& settings,
                          Instant now);

}  // namespace firsthand::runtime::api
