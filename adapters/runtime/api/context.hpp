// SPDX-License-Identifier: Apache-2.0
// What the routes of the API work with. The runtime fills it in once and keeps it for as long as
// the server runs; routes hold a reference. All of it may be used from any connection's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/metrics/registry.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/postgres/sessions.hpp"
#include "adapters/runtime/rules_source.hpp"
#include "adapters/telephony/phone_number.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime::api {

struct NamedReason {
  std::string code, zh, en;
};

struct ApiSettings {
  std::string build = "dev";
  std::string version = "0.1.0";
  std::string company;
  std::string public_url;  ///< "http://127.0.0.1:8080", without a slash at the end
  telephony::NumberContext numbers;
  std::string web_category = "qt";       ///< of complaints that name none
  std::string recordings;                ///< the directory of their files
  std::string form_secret;               ///< signs the public form; the same on every node
  int public_forms_per_hour = 20;        ///< from one address, all at once at most half of them
  std::int64_t callbacks_per_hour = 60;  ///< that one person may have the PBX place
  int complaints_per_minute = 6000;      ///< from one API client
  Seconds session_absolute{12 * 3600};
  std::vector<NamedReason> break_reasons = {{"rest", "小休", "Short break"},
                                            {"meal", "用餐", "Meal"},
                                            {"meeting", "会议", "Meeting"},
                                            {"training", "培训", "Training"},
                                            {"paperwork", "案头工作", "Paperwork"}};
  std::vector<NamedReason> pause_reasons = {
      {"waiting_for_customer", "等客户提供资料", "Waiting for the customer"},
      {"customer_asked_later", "客户要求改期", "The customer asked for a later date"},
      {"waiting_for_parts", "等待备件", "Waiting for parts"},
      {"third_party", "等待第三方", "Waiting for a third party"}};
};

/// How the parts outside this folder are doing.
struct Health {
  bool database = false;
  bool redis = false;
  bool telephony = false;
  bool clocks = false;  ///< this node's, PostgreSQL's and Redis' are not too far apart
};

struct ApiContext {
  Door& door;
  postgres::Pool& reads;  ///< may be read-only
  postgres::Sessions& sessions;
  metrics::Registry& metrics;
  ApiSettings settings;
  RulesSource rules;
  std::function<Health()> health;
  std::function<Instant()> now;  ///< this node's clock; decisions use PostgreSQL's
  /// Keeps a telephone event that PostgreSQL cannot take now; false or empty: it cannot either.
  std::function<bool(const Event&)> spool;
  /// Takes rules that were just saved at once, on the pool thread that saved them; may be empty.
  std::function<void(postgres::Connection&)> take_rules;
  CallSourcesSource call_sources;
};

}  // namespace firsthand::runtime::api
