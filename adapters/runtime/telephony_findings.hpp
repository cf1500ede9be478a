// SPDX-License-Identifier: Apache-2.0
// What `firsthand telephony check` concludes from the replies of a PBX. Pure; any thread. Whatever
// the PBX sends is read without a throw.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firsthand::runtime {

struct Finding {
  enum class Word { ok, note, wrong };
  Word word = Word::ok;
  std::string what;    ///< what was found
  std::string advice;  ///< what to do; empty when there is nothing to do
};

struct Findings {
  std::vector<Finding> list;

  void ok(std::string what) { list.push_back({Finding::Word::ok, std::move(what), ""}); }
  void note(std::string what, std::string advice = "") {
    list.push_back({Finding::Word::note, std::move(what), std::move(advice)});
  }
  void wrong(std::string what, std::string advice) {
    list.push_back({Finding::Word::wrong, std::move(what), std::move(advice)});
  }
  bool sound() const;
  /// One line each, the advice below it.
  std::string text() const;
};

/// A reply of ARI; status 0: none came, and `body` says why.
struct AriAnswer {
  int status = 0;
  std::string body;
};

/// Reachable, the right password, a version that is supported. False: nothing else can be asked.
bool judge_info(const AriAnswer& info, const std::string& url, Findings& findings);
/// `write` answers a command about something that does not exist: it is 404, and 403 for a user who
/// may only read.
bool judge_write(const AriAnswer& write, const std::string& user, Findings& findings);
/// Both templates say which channel driver is needed.
void judge_modules(const AriAnswer& modules, const std::vector<std::string>& endpoints,
                   Findings& findings);
/// True: an engine is connected.
bool judge_application(const AriAnswer& application, const std::string& app, Findings& findings);
void judge_event_filter(const AriAnswer& filter, Findings& findings);
/// `agents` and `trunk` as Asterisk dials them: PJSIP/1001, PJSIP/8001@trunk.
void judge_endpoints(const AriAnswer& endpoints, const std::vector<std::string>& agents,
                     const std::string& trunk, Findings& findings);

/// Where a channel stands in the dialplan.
struct Whereabouts {
  bool gone = false;
  std::string app;  ///< of Stasis; empty: it is in none
  std::string context, exten;

  bool past_the_engine(const std::string& contract) const {
    return !gone && app.empty() && (context != contract || exten == "T");
  }
  friend bool operator==(const Whereabouts&, const Whereabouts&) = default;
};
/// Nothing: the reply is neither a channel nor its end.
std::optional<Whereabouts> whereabouts(const AriAnswer& channel);
/// The value of GET …/variable; "" when there is none.
std::string variable_of(const AriAnswer& variable);
/// "PJSIP/{number}@trunk" and a number: what is dialled.
std::string filled_endpoint(std::string pattern, std::string_view blank, std::string_view value);

}  // namespace firsthand::runtime
