// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/telephony_findings.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <set>

namespace firsthand::runtime {
namespace {

namespace json = boost::json;

constexpr int kOldest = 16, kNewest = 22;
constexpr std::size_t kNamedMax = 10;

json::value parsed(const AriAnswer& answer) {
  boost::system::error_code error;
  json::value value = json::parse(answer.body, error);
  return error ? json::value{} : value;
}

std::string text_of(const json::value* value) {
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string{} : std::string{text->data(), text->size()};
}

std::string member(const json::value& value, std::string_view name) {
  const json::object* object = value.if_object();
  return object == nullptr ? std::string{} : text_of(object->if_contains(name));
}

std::string status_of(const AriAnswer& answer) {
  return answer.status == 0 ? answer.body : "status " + std::to_string(answer.status);
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kNamedMax; ++i)
    out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kNamedMax) out += " and " + std::to_string(names.size() - kNamedMax) + " more";
  return out;
}

std::string technology_of(const std::string& endpoint) {
  return endpoint.substr(0, endpoint.find('/'));
}

/// "PJSIP/8001@trunk" is dialled through the endpoint "trunk".
std::string resource_of(const std::string& endpoint) {
  const auto slash = endpoint.find('/');
  std::string rest = slash == std::string::npos ? "" : endpoint.substr(slash + 1);
  if (const auto at = rest.find('@'); at != std::string::npos) rest = rest.substr(at + 1);
  return rest.substr(0, rest.find('/'));
}

}  // namespace

bool Findings::sound() const {
  return std::none_of(list.begin(), list.end(),
                      [](const Finding& each) { return each.word == Finding::Word::wrong; });
}

std::string Findings::text() const {
  std::string out;
  for (const Finding& each : list) {
    switch (each.word) {
      case Finding::Word::ok: out += "OK     "; break;
      case Finding::Word::note: out += "NOTE   "; break;
      case Finding::Word::wrong: out += "WRONG  "; break;
    }
    out += each.what + "\n";
    if (!each.advice.empty()) out += "       -> " + each.advice + "\n";
  }
  return out;
}

bool judge_info(const AriAnswer& info, const std::string& url, Findings& findings) {
  if (info.status == 0) {
    findings.wrong("nothing answers at " + url + ": " + info.body,
                   "Is Asterisk running, http.conf \"enabled = yes\", and bindaddr and bindport "
                   "those of telephony.ari.url? `asterisk -rx \"http show status\"` tells.");
    return false;
  }
  if (info.status == 401) {
    findings.wrong("the PBX is there and refuses user and password",
                   "telephony.ari.user and telephony.ari.password must be those of ari.conf; after "
                   "a change there: `asterisk -rx \"module reload res_ari\"`.");
    return false;
  }
  if (info.status == 404) {
    findings.wrong(
        "a web server answers at " + url + " and knows no ARI",
        "The address ends in /ari (with the prefix of http.conf before it), and ari.conf "
        "needs \"enabled = yes\" and res_ari loaded.");
    return false;
  }
  const json::value value = parsed(info);
  const json::object* root = value.if_object();
  const json::value* system = root == nullptr ? nullptr : root->if_contains("system");
  if (info.status != 200 || system == nullptr) {
    findings.wrong("the answer at " + url + " is not Asterisk's: " + status_of(info),
                   "Does telephony.ari.url lead to Asterisk itself?");
    return false;
  }
  findings.ok("reachable, user and password are right");
  const std::string version = member(*system, "version");
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  if (major < kOldest) {
    findings.wrong("Asterisk " + version + " is too old", "16 to 22 are supported.");
  } else if (major > kNewest) {
    findings.note("Asterisk " + version + " is newer than what this was written for",
                  "16 to 22 are supported; the lines below tell whether it works.");
  } else {
    findings.ok("Asterisk " + version);
  }
  return true;
}

bool judge_write(const AriAnswer& write, const std::string& user, Findings& findings) {
  if (write.status == 403) {
    findings.wrong("user " + user + " may only read",
                   "ari.conf, section [" + user + "]: \"read_only = no\".");
    return false;
  }
  if (write.status != 404 && write.status != 204) {
    findings.wrong("a command is answered with " + status_of(write),
                   "Look at what Asterisk logs when it is asked.");
    return false;
  }
  findings.ok("user " + user + " may command");
  return true;
}

void judge_modules(const AriAnswer& modules, const std::vector<std::string>& endpoints,
                   Findings& findings) {
  const json::value value = parsed(modules);
  const json::array* list = value.if_array();
  if (modules.status != 200 || list == nullptr) {
    findings.note("the modules cannot be listed: " + status_of(modules));
    return;
  }
  std::set<std::string> needed{"app_stasis",       "bridge_simple",        "bridge_softmix",
                               "func_timeout",     "res_ari_applications", "res_ari_bridges",
                               "res_ari_channels", "res_ari_endpoints",    "res_ari_events",
                               "res_musiconhold",  "res_stasis",           "res_stasis_answer"};
  for (const std::string& endpoint : endpoints) {
    if (technology_of(endpoint) == "PJSIP") needed.insert("chan_pjsip");
    if (technology_of(endpoint) == "SIP") needed.insert("chan_sip");
  }
  // Only where the rules of a queue say that its calls are recorded.
  std::set<std::string> recording{"chan_bridge_media", "format_wav", "res_ari_recordings",
                                  "res_stasis_recording"};
  for (const json::value& each : *list) {
    std::string name = member(each, "name");
    if (name.ends_with(".so")) name.resize(name.size() - 3);
    if (member(each, "status") != "Running") continue;
    needed.erase(name);
    recording.erase(name);
  }
  if (recording.empty()) {
    findings.ok("calls can be recorded");
  } else {
    const std::vector<std::string> without{recording.begin(), recording.end()};
    findings.note("calls cannot be recorded without " + listed(without),
                  "Load them before a queue's rules say that its calls are recorded.");
  }
  if (needed.empty()) return findings.ok("every module that is needed runs");
  const std::vector<std::string> missing{needed.begin(), needed.end()};
  findings.wrong("modules that do not run: " + listed(missing),
                 "modules.conf: \"load = " + missing.front() +
                     ".so\" (each of them), or \"autoload "
                     "= yes\"; they belong to Asterisk's own packages.");
}

bool judge_application(const AriAnswer& application, const std::string& app, Findings& findings) {
  if (application.status == 200) {
    findings.ok("an engine is connected as \"" + app + "\"");
    return true;
  }
  if (application.status == 404) {
    findings.note(
        "no engine is connected as \"" + app + "\": callers go to the fallback",
        "Fine while it is stopped. Else: does telephony.ari.app of the running engine say "
        "\"" +
            app + "\", and what does its log say of the telephone?");
  } else {
    findings.wrong("the applications cannot be asked for: " + status_of(application),
                   "res_ari_applications must be loaded.");
  }
  return false;
}

void judge_event_filter(const AriAnswer& filter, Findings& findings) {
  if (filter.status == 200) return findings.ok("events can be filtered");
  findings.wrong("events cannot be filtered: " + status_of(filter),
                 "Asterisk 16.3 is the first that can; without it the engine gets three times the "
                 "events.");
}

void judge_endpoints(const AriAnswer& endpoints, const std::vector<std::string>& agents,
                     const std::string& trunk, Findings& findings) {
  const json::value value = parsed(endpoints);
  const json::array* list = value.if_array();
  if (endpoints.status != 200 || list == nullptr) {
    return findings.wrong("the endpoints cannot be listed: " + status_of(endpoints),
                          "res_ari_endpoints must be loaded.");
  }
  std::map<std::string, std::string> known;  // PJSIP/1001 → online, offline, unknown
  for (const json::value& each : *list)
    known[member(each, "technology") + "/" + member(each, "resource")] = member(each, "state");
  const auto name_of = [](const std::string& dialled) {
    return technology_of(dialled) + "/" + resource_of(dialled);
  };
  std::vector<std::string> missing, offline;
  for (const std::string& agent : agents) {
    const auto found = known.find(name_of(agent));
    if (found == known.end()) {
      missing.push_back(name_of(agent));
    } else if (found->second == "offline") {
      offline.push_back(found->first);
    }
  }
  if (agents.empty()) {
    findings.note("nobody has an extension yet", "Each agent's record names his telephone.");
  } else if (missing.empty()) {
    findings.ok("the telephones of the people exist: " + std::to_string(agents.size()));
  } else {
    findings.wrong("telephones that this PBX does not know: " + listed(missing),
                   "Either pjsip.conf lacks the endpoint, or the person's record has another "
                   "extension, or telephony.agent_endpoint_template is not how they are named.");
  }
  if (!offline.empty()) {
    findings.note("not registered now: " + listed(offline),
                  "Calls offered to them would ring nowhere.");
  }
  // A Local channel leads on into the dialplan; there is nothing to look up.
  if (technology_of(trunk) == "Local") return findings.note("the trunk is a Local channel");
  if (known.contains(name_of(trunk))) {
    findings.ok("the trunk " + name_of(trunk) + " exists");
  } else {
    findings.wrong("there is no trunk " + name_of(trunk),
                   "telephony.trunk_endpoint_template must name an endpoint of pjsip.conf after "
                   "the @.");
  }
}

std::optional<Whereabouts> whereabouts(const AriAnswer& channel) {
  Whereabouts where;
  if (channel.status == 404) {
    where.gone = true;
    return where;
  }
  const json::value value = parsed(channel);
  const json::object* root = value.if_object();
  const json::value* dialplan = root == nullptr ? nullptr : root->if_contains("dialplan");
  if (channel.status != 200 || dialplan == nullptr) return std::nullopt;
  where.context = member(*dialplan, "context");
  where.exten = member(*dialplan, "exten");
  if (member(*dialplan, "app_name") == "Stasis") {
    const std::string data = member(*dialplan, "app_data");
    where.app = data.substr(0, data.find(','));
  }
  return where;
}

std::string variable_of(const AriAnswer& variable) {
  return variable.status == 200 ? member(parsed(variable), "value") : std::string{};
}

std::string filled_endpoint(std::string pattern, std::string_view blank, std::string_view value) {
  if (const auto at = pattern.find(blank); at != std::string::npos)
    pattern.replace(at, blank.size(), value);
  return pattern;
}

}  // namespace firsthand::runtime
