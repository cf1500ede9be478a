// SPDX-License-Identifier: Apache-2.0
// The settings of one engine process. One table (settings_table.cpp) names each key with its type,
// default, bounds and a sentence for the operator; everything else, the file reader, the
// environment reader and the documentation, follows from that table. The environment wins over the
// file, the file over the defaults. Secrets may come from files: FIRSTHAND_POSTGRES_URL_FILE, or
// postgres.url_file. Value types; any thread. Nothing here reads the environment by itself: main
// hands it in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/errors.hpp"

namespace firsthand::config {

/// Suffixes are units: _s seconds, _ms milliseconds, _min minutes, _h hours.
struct Settings {
  struct Http {
    std::string address;
    std::int64_t port = 0;
    std::string public_url;  ///< never empty after load_settings
    std::vector<std::string> allowed_hosts;
    std::string static_directory;
    std::vector<std::string> trusted_proxies;
  } http;
  struct Postgres {
    std::string url;
    std::int64_t connections = 0;
    std::int64_t statement_timeout_ms = 0;
  } postgres;
  struct Redis {
    std::string url;
    std::string prefix;
  } redis;
  struct Door {
    std::int64_t batch_max = 0;
    std::int64_t queue_max = 0;
  } door;
  struct Telephony {
    struct Ari {
      std::string url;
      std::string user;
      std::string password;
      std::string app;
      std::vector<std::string> more;
    } ari;
    struct Ami {
      std::string url;
      std::string user;
      std::string password;
      std::vector<std::string> trunks;
      std::string callback_context;
      std::string before_queue_context;
      std::string owner_context;
      std::string member_template;
    } ami;
    std::string pbx_id;
    std::string region;
    std::string trunk_endpoint_template;
    std::string agent_endpoint_template;
    std::int64_t owner_ring_s = 0;
    std::int64_t ring_s = 0;
    std::int64_t max_callbacks_per_agent_per_hour = 0;
  } telephony;
  struct Mail {
    std::string smtp_url;
    std::string from;
    std::string user;
    std::string password;
  } mail;
  struct Webhook {
    bool allow_private = false;
    std::string url;
    std::string secret;
  } webhook;
  struct Notify {
    std::int64_t digest_after = 0;
    std::int64_t digest_window_s = 0;
  } notify;
  struct Session {
    std::int64_t idle_min = 0;
    std::int64_t absolute_h = 0;
  } session;
  struct Log {
    std::string level;
    std::string format;
  } log;
  struct Data {
    std::string directory;
  } data;
  struct Recordings {
    std::string directory;
  } recordings;
  struct Node {
    std::string name;
  } node;
  struct CalendarChoice {
    std::string default_code;
  } calendar;
  struct Company {
    std::string name;
  } company;
};

enum class SettingType { text, number, flag, list };

/// How a row reaches its field; the alternative says the type.
using SettingField = std::variant<std::string& (*)(Settings&), std::int64_t& (*)(Settings&),
                                  bool& (*)(Settings&), std::vector<std::string>& (*)(Settings&)>;

struct SettingRow {
  std::string_view key;  ///< http.port; in the environment FIRSTHAND_HTTP_PORT
  SettingField field;
  std::string_view fallback;  ///< the default, as the environment would write it
  std::int64_t min = 0;       ///< numbers only
  std::int64_t max = 0;
  std::string_view choices{};       ///< texts only: "text|json"
  bool secret = false;              ///< never printed; may come from a file
  bool required = false;            ///< must not be empty
  std::string_view schemes{};       ///< texts only: a URL with one of "http|https", or empty
  std::string_view must_contain{};  ///< texts only: a placeholder
  std::string_view sentence;        ///< for the operator

  SettingType type() const { return static_cast<SettingType>(field.index()); }
};

std::span<const SettingRow> settings_table();
std::string environment_name(std::string_view key);

using Environment = std::map<std::string, std::string>;
/// The variables that begin with FIRSTHAND_; `environment` is main's third argument or `environ`.
Environment firsthand_environment(const char* const* environment);

/// Reads file (if any) and environment, checks everything, and reports all mistakes at once.
/// Unknown keys and unknown FIRSTHAND_ variables are refused; FIRSTHAND_CONFIG (the file's own
/// path, read by main) is known.
Checked<Settings> load_settings(const std::optional<std::filesystem::path>& file,
                                const Environment& environment);

/// Every row of the table as Markdown.
std::string explain_settings();
/// The values in effect, one "key = value" a line; secrets as "(set)" or "(not set)".
std::string show_settings(Settings settings);

}  // namespace firsthand::config
