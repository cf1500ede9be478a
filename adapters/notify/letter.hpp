// SPDX-License-Identifier: Apache-2.0
// What the composers of single mails and of digests share: reading an effect's payload, making text
// from outside harmless, dates, links. For this folder only. Pure; any thread.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "adapters/notify/compose.hpp"
#include "adapters/notify/texts.hpp"
#include "engine/rules.hpp"

namespace firsthand::notify {

// ---- a payload: what is absent or of another type is "", false or 0
std::string string_of(const boost::json::object& from, std::string_view key);
bool flag_of(const boost::json::object& from, std::string_view key);
std::int64_t number_of(const boost::json::object& from, std::string_view key);

// ---- text from outside
/// For values that may stand in a subject or a name: one line, nothing invisible.
std::string one_line(std::string text);
/// At most as much of the customer's words as a mail needs; the case has all of them.
std::string clip(std::string text);
std::string escape(std::string_view text);

// ---- words and links
/// "2026-11-21 18:00" on the company's wall clock.
std::string local_text(Instant at, const Calendar& calendar);
/// What news is about: the third part of the keys label.*, open.* and matter.*.
std::string_view matter_of(const boost::json::object& facts);
/// Which of the texts: a step before the breach warns, the breach says so, a later one climbs. Some
/// clocks have words of their own.
std::string template_of(const boost::json::object& facts, const Catalogue& texts);
/// What the texts of one piece of news are filled with.
Catalogue values_of(const boost::json::object& facts, const Rules& rules, bool english);
std::string subject_of(const Catalogue& texts, const std::string& what, Catalogue values);
/// Of a case a liaison's place to act is the inbox; everybody else's is the case.
std::string matter_link(const Letterhead& letterhead, const Rules& rules, std::int64_t recipient,
                        const boost::json::object& facts);
/// The link that acknowledges an alert without signing in, "" for news that needs none.
std::string acknowledge_link(const Letterhead& letterhead, const boost::json::object& facts,
                             Instant written);
/// <!doctype> to the start of the body, in a language.
std::string html_start(bool english);

}  // namespace firsthand::notify
