// SPDX-License-Identifier: Apache-2.0
// The pages that are seen without signing in, as plain HTML that needs no script: the complaint
// form and the status of a complaint for customers, the acknowledgement of an alert for colleagues,
// in Chinese and English. Whatever comes from outside is escaped. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/codec/html.hpp"
#include "adapters/postgres/reads/views.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime::api {

using codec::escape_html;

/// "zh" unless English is asked for.
enum class Language { zh, en };

struct FormPage {
  Language language = Language::zh;
  std::string company;
  std::string form_token;
  std::map<std::string, std::string> values;  ///< what was typed, when the form comes back
  std::map<std::string, std::string> errors;  ///< by field; "" for the whole form
};
std::string form_page(const FormPage& page, const Rules& rules);

struct StatusText {
  Language language = Language::zh;
  std::string company;
  bool just_sent = false;
};
std::string status_page(const StatusText& text, const postgres::StatusPage& status,
                        const Calendar& calendar);

/// A page that says one thing: not found, too many, received.
std::string notice_page(Language language, const std::string& company, std::string_view heading,
                        std::string_view sentence);

/// The whole page around `main`, which is HTML. `other_language`: its address in the other one, or
/// "".
std::string page_frame(Language language, const std::string& company, std::string_view title,
                       std::string_view other_language, std::string_view main);

/// "2026-11-21 18:30", in the company's time.
std::string page_time(Instant at, const Calendar& calendar);

/// A word of these pages in a language.
std::string_view say(Language language, std::string_view zh, std::string_view en);

}  // namespace firsthand::runtime::api
