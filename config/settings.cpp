// SPDX-License-Identifier: Apache-2.0
#include "config/settings.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "config/toml.hpp"

namespace firsthand::config {
namespace {

constexpr std::string_view kPrefix = "FIRSTHAND_";
constexpr std::string_view kEnvironment = "environment";
constexpr std::size_t kTextBytesMax = 4096;
constexpr std::size_t kListItemsMax = 256;

// Where a value was found, for the error.
struct Origin {
  std::string file;
  std::string key;
  int line = 0;
};

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1)};
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (std::string part = trimmed(text.substr(0, end)); !part.empty()) {
      parts.push_back(std::move(part));
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

bool among(std::string_view value, std::string_view bars) {
  const auto parts = split(bars, '|');
  return std::find(parts.begin(), parts.end(), value) != parts.end();
}

std::string with_commas(std::string_view bars) {
  std::string out;
  for (const std::string& part : split(bars, '|')) out += (out.empty() ? "" : ", ") + part;
  return out;
}

// What is wrong with a text, or "".
std::string text_fault(const SettingRow& row, const std::string& value) {
  if (value.size() > kTextBytesMax) return "is too long";
  if (std::any_of(value.begin(), value.end(), [](char c) { return c >= 0 && c < ' '; })) {
    return "has control characters";
  }
  if (value.empty()) return row.required || !row.must_contain.empty() ? "must not be empty" : "";
  if (!row.choices.empty() && !among(value, row.choices)) {
    return "must be one of: " + with_commas(row.choices);
  }
  if (!row.schemes.empty()) {
    const auto colon = value.find("://");
    if (colon == std::string::npos || !among(value.substr(0, colon), row.schemes) ||
        colon + 3 == value.size()) {
      return "must be an address that begins with one of: " + with_commas(row.schemes) + " (://)";
    }
  }
  if (!row.must_contain.empty() && value.find(row.must_contain) == std::string::npos) {
    return "must contain " + std::string{row.must_contain};
  }
  return {};
}

class Loader {
 public:
  explicit Loader(Settings& settings) : settings_(settings) {}

  // A value in the notation of the environment.
  void from_text(const SettingRow& row, const std::string& value, const Origin& origin) {
    switch (row.type()) {
      case SettingType::text: return set_text(row, value, origin);
      case SettingType::number: {
        std::int64_t number = 0;
        const std::string text = trimmed(value);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size()) {
          return fail(origin, "must be a whole number");
        }
        return set_number(row, number, origin);
      }
      case SettingType::flag:
        if (!among(value, "true|false|1|0|yes|no|on|off")) {
          return fail(origin, "must be true or false");
        }
        std::get<2>(row.field)(settings_) = among(value, "true|1|yes|on");
        return;
      case SettingType::list: return set_list(row, split(value, ','), origin);
    }
  }

  void from_toml(const SettingRow& row, const Value& value, const Origin& origin) {
    switch (row.type()) {
      case SettingType::text:
        if (const std::string* text = value.text()) return set_text(row, *text, origin);
        return fail(origin, "must be a text in quotes");
      case SettingType::number:
        if (const auto* number = std::get_if<std::int64_t>(&value.data)) {
          return set_number(row, *number, origin);
        }
        return fail(origin, "must be a whole number");
      case SettingType::flag:
        if (const auto* flag = std::get_if<bool>(&value.data)) {
          std::get<2>(row.field)(settings_) = *flag;
          return;
        }
        return fail(origin, "must be true or false");
      case SettingType::list: {
        std::vector<std::string> list;
        bool good = value.array() != nullptr;
        for (const Value& item : good ? *value.array() : Array{}) {
          good = good && item.text() != nullptr;
          if (good) list.push_back(*item.text());
        }
        if (!good) return fail(origin, "must be a list of texts in quotes");
        return set_list(row, std::move(list), origin);
      }
    }
  }

  void from_secret_file(const SettingRow& row, const std::string& path, const Origin& origin) {
    const auto secret = read_file(path, kTextBytesMax);
    if (!secret) return fail(origin, "\"" + path + "\" " + secret.error().list.front().reason);
    const std::string value = trimmed(*secret);
    if (value.empty()) return fail(origin, "\"" + path + "\" is empty");
    from_text(row, value, origin);
  }

  void fail(const Origin& origin, std::string reason) {
    errors.add(origin.file, origin.key, std::move(reason), origin.line);
  }

  Errors errors;

 private:
  // A secret's value must not reach a log by way of an error, so no reason quotes a value.
  void set_text(const SettingRow& row, const std::string& value, const Origin& origin) {
    if (std::string fault = text_fault(row, value); !fault.empty()) {
      return fail(origin, std::move(fault));
    }
    std::get<0>(row.field)(settings_) = value;
  }

  void set_number(const SettingRow& row, std::int64_t value, const Origin& origin) {
    if (value < row.min || value > row.max) {
      return fail(origin,
                  "must be from " + std::to_string(row.min) + " to " + std::to_string(row.max));
    }
    std::get<1>(row.field)(settings_) = value;
  }

  void set_list(const SettingRow& row, std::vector<std::string> list, const Origin& origin) {
    if (list.size() > kListItemsMax) return fail(origin, "has too many entries");
    for (const std::string& item : list) {
      if (const std::string fault = text_fault(row, item); !fault.empty() || item.empty()) {
        return fail(origin, item.empty() ? "has an empty entry" : fault);
      }
    }
    std::get<3>(row.field)(settings_) = std::move(list);
  }

  Settings& settings_;
};

const SettingRow* row_of(std::string_view key) {
  const auto table = settings_table();
  const auto found =
      std::find_if(table.begin(), table.end(), [key](const SettingRow& r) { return r.key == key; });
  return found == table.end() ? nullptr : &*found;
}

// "postgres.url_file" names the secret postgres.url.
const SettingRow* secret_row_of(std::string_view key) {
  constexpr std::string_view kSuffix = "_file";
  if (!key.ends_with(kSuffix)) return nullptr;
  const SettingRow* row = row_of(key.substr(0, key.size() - kSuffix.size()));
  return row != nullptr && row->secret ? row : nullptr;
}

void read_table(const Table& table, const std::string& path, const std::string& file,
                Loader& loader) {
  for (const auto& [name, value] : table) {
    const std::string key = path.empty() ? name : path + "." + name;
    const Origin origin{file, key, value.line};
    if (const SettingRow* row = row_of(key)) {
      loader.from_toml(*row, value, origin);
    } else if (const SettingRow* secret = secret_row_of(key)) {
      if (table.contains(name.substr(0, name.size() - 5))) {
        loader.fail(origin, "cannot be given together with " + std::string{secret->key});
      } else if (value.text() != nullptr) {
        loader.from_secret_file(*secret, *value.text(), origin);
      } else {
        loader.fail(origin, "must be a path in quotes");
      }
    } else if (value.table() != nullptr) {
      read_table(*value.table(), key, file, loader);
    } else {
      loader.fail(origin, "is not a known setting");
    }
  }
}

void read_environment(const Environment& environment, Loader& loader) {
  Environment left = environment;
  left.erase("FIRSTHAND_CONFIG");
  std::erase_if(left, [](const auto& entry) { return !entry.first.starts_with(kPrefix); });
  for (const SettingRow& row : settings_table()) {
    const std::string name = environment_name(row.key);
    const auto value = left.find(name);
    const auto path = row.secret ? left.find(name + "_FILE") : left.end();
    if (value != left.end() && path != left.end()) {
      loader.fail({std::string{kEnvironment}, path->first},
                  "cannot be given together with " + name);
    } else if (value != left.end()) {
      loader.from_text(row, value->second, {std::string{kEnvironment}, name});
    } else if (path != left.end()) {
      loader.from_secret_file(row, path->second, {std::string{kEnvironment}, path->first});
    }
    if (path != left.end()) left.erase(path);
    if (value != left.end()) left.erase(value);
  }
  for (const auto& [name, value] : left) {
    loader.fail({std::string{kEnvironment}, name}, "is not a known setting");
  }
}

// A name of the dialplan: what else stands in one could end a line of the manager's protocol.
bool is_context(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

template <typename Wrong>
void check_manager(const Settings::Telephony& telephony, const Wrong& wrong) {
  const Settings::Telephony::Ami& ami = telephony.ami;
  if (ami.url.empty()) return;
  if (!telephony.ari.url.empty()) {
    wrong("telephony.ami.url", "cannot be given together with telephony.ari.url: who routes?");
  }
  if (ami.user.empty()) wrong("telephony.ami.user", "is needed when telephony.ami.url is set");
  if (ami.password.empty()) {
    wrong("telephony.ami.password", "is needed when telephony.ami.url is set");
  }
  if (ami.before_queue_context.empty() != ami.owner_context.empty()) {
    wrong("telephony.ami.owner_context",
          "telephony.ami.before_queue_context and it belong together");
  }
  const std::pair<const char*, const std::string&> contexts[] = {
      {"telephony.ami.callback_context", ami.callback_context},
      {"telephony.ami.before_queue_context", ami.before_queue_context},
      {"telephony.ami.owner_context", ami.owner_context}};
  for (const auto& [key, value] : contexts) {
    if (!is_context(value)) wrong(key, "must be a name of the dialplan: letters, digits, - _ .");
  }
  if (!ami.member_template.empty() &&
      ami.member_template.find("{extension}") == std::string::npos) {
    wrong("telephony.ami.member_template", "must contain {extension}");
  }
}

void check_together(Settings& settings, Loader& loader) {
  const auto wrong = [&](std::string key, std::string reason) {
    // A key that is already refused would only be refused twice.
    const auto refused = [&](const Error& error) {
      return error.key == key || error.key == environment_name(key);
    };
    const auto& list = loader.errors.list;
    if (std::any_of(list.begin(), list.end(), refused)) return;
    loader.fail({"settings", std::move(key)}, std::move(reason));
  };
  if (settings.http.public_url.empty()) {
    const std::string& address = settings.http.address;
    const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
    settings.http.public_url = "http://" + host + ":" + std::to_string(settings.http.port);
  }
  while (settings.http.public_url.ends_with('/')) settings.http.public_url.pop_back();
  if (!settings.telephony.ari.url.empty()) {
    while (settings.telephony.ari.url.ends_with('/')) settings.telephony.ari.url.pop_back();
    if (settings.telephony.ari.user.empty()) {
      wrong("telephony.ari.user", "is needed when telephony.ari.url is set");
    }
    if (settings.telephony.ari.password.empty()) {
      wrong("telephony.ari.password", "is needed when telephony.ari.url is set");
    }
  }
  check_manager(settings.telephony, wrong);
  if (settings.mail.user.empty() != settings.mail.password.empty()) {
    wrong("mail.password", "mail.user and mail.password belong together");
  }
  if (settings.session.idle_min > settings.session.absolute_h * 60) {
    wrong("session.idle_min", "is longer than session.absolute_h");
  }
  if (settings.door.queue_max < settings.door.batch_max) {
    wrong("door.queue_max", "is smaller than door.batch_max");
  }
  const std::string& region = settings.telephony.region;
  if (region.size() != 2 || region[0] < 'A' || region[0] > 'Z' || region[1] < 'A' ||
      region[1] > 'Z') {
    wrong("telephony.region", "must be two capital letters such as CN");
  }
}

std::string shown(const SettingRow& row, Settings& settings) {
  switch (row.type()) {
    case SettingType::text: {
      const std::string& text = std::get<0>(row.field)(settings);
      return row.secret ? (text.empty() ? "(not set)" : "(set)") : "\"" + text + "\"";
    }
    case SettingType::number: return std::to_string(std::get<1>(row.field)(settings));
    case SettingType::flag: return std::get<2>(row.field)(settings) ? "true" : "false";
    case SettingType::list: {
      std::string out;
      for (const std::string& item : std::get<3>(row.field)(settings)) {
        out += (out.empty() ? "\"" : ", \"") + item + "\"";
      }
      return "[" + out + "]";
    }
  }
  return {};
}

std::string allowed(const SettingRow& row) {
  switch (row.type()) {
    case SettingType::number:
      return "whole number, " + std::to_string(row.min) + " to " + std::to_string(row.max);
    case SettingType::flag: return "true or false";
    case SettingType::list: return "list; with commas in the environment";
    case SettingType::text: break;
  }
  if (!row.choices.empty()) return with_commas(row.choices);
  std::string out = row.schemes.empty() ? "text" : "address: " + with_commas(row.schemes);
  if (!row.must_contain.empty()) out += " with `" + std::string{row.must_contain} + "`";
  if (row.secret) out += "; secret, also from a file";
  return out;
}

}  // namespace

std::string environment_name(std::string_view key) {
  std::string name{kPrefix};
  for (const char c : key) {
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

Environment firsthand_environment(const char* const* environment) {
  Environment result;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry{*environment};
    const auto equals = entry.find('=');
    if (entry.starts_with(kPrefix) && equals != std::string_view::npos) {
      result.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return result;
}

Checked<Settings> load_settings(const std::optional<std::filesystem::path>& file,
                                const Environment& environment) {
  Settings settings;
  Loader loader{settings};
  for (const SettingRow& row : settings_table()) {
    loader.from_text(row, std::string{row.fallback}, {"default", std::string{row.key}});
  }
  if (file) {
    const auto document = read_toml(*file);
    if (!document) {
      loader.errors.add(document.error());
    } else {
      read_table(*document->table(), "", file->string(), loader);
    }
  }
  read_environment(environment, loader);
  check_together(settings, loader);
  if (!loader.errors.empty()) return std::move(loader.errors);
  return settings;
}

std::string explain_settings() {
  std::string out =
      "| setting | environment | allowed | default | meaning |\n| --- | --- | --- | --- | --- |\n";
  for (const SettingRow& row : settings_table()) {
    const std::string fallback = row.fallback.empty() ? "" : "`" + std::string{row.fallback} + "`";
    out += "| `" + std::string{row.key} + "` | `" + environment_name(row.key) + "` | " +
           allowed(row) + " | " + fallback + " | " + std::string{row.sentence} + " |\n";
  }
  return out;
}

std::string show_settings(Settings settings) {
  std::string out;
  for (const SettingRow& row : settings_table()) {
    out += std::string{row.key} + " = " + shown(row, settings) + "\n";
  }
  return out;
}

}  // namespace firsthand::config
