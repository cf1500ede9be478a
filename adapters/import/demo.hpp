// SPDX-License-Identifier: Apache-2.0
// The demo company, a PC maker that does not exist: people, customers and two years of history that
// end now, lived through the engine's own rules. Or only an administrator. Both write
// DATA/sign-in.json. Call on a worker thread; seconds of CPU. Throws what the sink throws.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "adapters/import/people.hpp"
#include "adapters/import/sink.hpp"
#include "engine/rules.hpp"

namespace firsthand::import {

struct LoadOptions {
  Instant now{};
  std::filesystem::path data_dir;
  std::string url;  ///< of the console, for sign-in.json
  // Of the demo company; fewer for a quick test.
  int days = 730;
  int customers = 3000;
  int calls = 6500;
  int written = 1350;
  std::uint64_t seed = 20040418;
};

struct LoadReport {
  bool loaded = false;  ///< false: the database had people already, nothing was added
  bool sign_in_renewed = false;
  std::size_t customers = 0, interactions = 0, cases = 0, open_cases = 0, history = 0;
  std::size_t refused = 0;  ///< events the engine did not grant; the story goes on without them
  std::string last_refusal;
};

/// `rules` holds the book, calendars that reach 26 months back, and the departments' ids, which are
/// in the database already. Safe to repeat: a second run only keeps sign-in.json right.
LoadReport load_demo(SqlSink& sink, const Rules& rules, const Secrets& secrets,
                     const LoadOptions& options);

/// For --empty: the administrator, the tokens and sign-in.json.
LoadReport create_base(SqlSink& sink, const Rules& rules, const Secrets& secrets,
                       const LoadOptions& options);

}  // namespace firsthand::import
