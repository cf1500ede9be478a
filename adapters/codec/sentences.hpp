// SPDX-License-Identifier: Apache-2.0
// Histories as sentences, in both languages. The words are the console's own catalogues, embedded
// at build time, so a printed history reads as the screen does. Read-only after the first use; any
// thread.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace firsthand::codec {

/// How ids and codes of the facts are called. Each answers "" for what it does not know.
struct SentenceNames {
  std::function<std::string(std::int64_t)> person;
  std::function<std::string(std::string_view code_or_id)> department;
  std::function<std::string(std::string_view code)> category;
  std::function<std::string(std::string_view code)> queue;
  std::function<std::string(std::string_view code)> pause_reason;
  std::function<std::string(std::string_view instant)> local_time;
};

/// "派单给 维修中心". When a fact that the sentence needs is missing, the plain form; a kind
/// without a sentence answers its own name.
std::string history_sentence(std::string_view kind, const boost::json::object& data, bool english,
                             const SentenceNames& names);

/// What somebody wrote: a note, an answer, a reason. "" when nothing; a word for what was erased.
std::string history_words(std::string_view kind, const boost::json::object& data, bool english);

/// The catalogue's text under "section.key", "" when there is none.
const std::string& console_text(bool english, std::string_view section, std::string_view key);

extern const std::string_view k_console_zh;
extern const std::string_view k_console_en;

}  // namespace firsthand::codec
