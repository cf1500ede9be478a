// SPDX-License-Identifier: Apache-2.0
// The rules of history/sentence.ts of the console, for what leaves the house on paper.
#include "adapters/codec/sentences.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <initializer_list>
#include <map>
#include <optional>

#include "adapters/codec/money.hpp"

namespace firsthand::codec {
namespace {

namespace json = boost::json;
using Catalogue =
    std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>;

Catalogue read(std::string_view text) {
  Catalogue out;
  const json::value all = json::parse(json::string_view{text.data(), text.size()});
  for (const auto& [section, entries] : all.as_object()) {
    for (const auto& [key, value] : entries.as_object()) {
      if (value.is_string())
        out[std::string(section)][std::string(key)] = value.as_string().c_str();
    }
  }
  return out;
}

std::string text_of(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (value.is_int64() || value.is_uint64()) return std::to_string(value.to_number<std::int64_t>());
  if (const auto* object = value.if_object()) {
    if (const auto* name = object->if_contains("name")) return text_of(*name);
  }
  return "";
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// 1:27 or 1:02:03.
std::string lasting(std::string_view text) {
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  seconds = std::max<std::int64_t>(0, seconds);
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  if (seconds < 3600) return std::to_string(seconds / 60) + ":" + two(seconds % 60);
  return std::to_string(seconds / 3600) + ":" + two(seconds % 3600 / 60) + ":" + two(seconds % 60);
}

/// The facts of one entry, asked for by the name of a blank.
class Blanks {
 public:
  Blanks(const json::object& data, bool english, const SentenceNames& names)
      : data_(data), english_(english), names_(names) {}

  std::string operator()(std::string_view blank) const {
    if (blank == "agent") return person({"agent", "agent_name", "agent_id", "user", "user_id"});
    if (blank == "owner") return person({"owner", "owner_name", "owner_id", "new_owner"});
    if (blank == "giver") return person({"from"});
    if (blank == "to") {
      return person({"to", "to_name", "to_id", "recipient", "recipient_name", "recipient_id",
                     "owner", "owner_id"});
    }
    if (blank == "department")
      return department({"department", "department_code", "department_id"});
    if (blank == "suggested") {
      return department({"suggested_department", "suggested", "suggested_department_id"});
    }
    if (blank == "clock") return word("clock_kind", first({"clock_kind"}));
    if (blank == "step") {
      const std::string step = first({"step"});
      return word("alert_step", step.substr(0, step.find('_')));
    }
    if (blank == "due") return at({"due_at", "at", "until", "planned_until"});
    if (blank == "before") return at({"due_before"});
    if (blank == "received") return at({"received_at"});
    if (blank == "since") return at({"paused_at"});
    if (blank == "version") return first({"policy_version"});
    if (blank == "how") return word("told_how", first({"how"}));
    if (blank == "level") return first({"level", "escalation_level"});
    if (blank == "time") {
      const auto seconds = first({"talk_s", "duration_s", "seconds", "wait_s", "waited_s"});
      return seconds.empty() ? "" : lasting(seconds);
    }
    if (blank == "category") return known(names_.category, first({"category"}));
    if (blank == "queue") return known(names_.queue, first({"queue", "queue_code"}));
    if (blank == "reason") {
      const auto code = first({"reason"});
      const auto pause = names_.pause_reason(code);
      return pause.empty() ? word("offer_reason", code) : pause;
    }
    if (blank == "presence") return word("presence", first({"presence", "to"}));
    if (blank == "try") return first({"number", "attempt", "attempts", "try"});
    if (blank == "number") return first({"number", "from"});
    if (blank == "handler") return person({"handler"});
    if (blank == "recipients") return people("recipients");
    if (blank == "steps") return routing_steps();
    if (blank == "previous") return person({"previous_owner"});
    if (blank == "assignee") {
      const auto somebody = person({"assignee"});
      return somebody.empty() ? department({"department"}) : somebody;
    }
    if (blank == "letter_how") return word("letter_how", first({"how"}));
    if (blank == "case") return first({"number"});
    if (blank == "amount") return amount();
    if (blank == "fields") return fields();
    if (blank == "records") return records();
    if (blank == "company_role") return word("company_role", first({"role"}));
    if (blank == "relationship") return word("relationship", first({"relationship_kind"}));
    // Customers are ids in the facts; what they are called stands beside them.
    for (const char* customer : {"company", "person", "customer", "other", "kept", "gone"}) {
      if (blank == customer) return first({std::string(blank) + "_name"});
    }
    if (blank == "from_customer") return first({"from_name"});
    if (blank == "to_customer") return first({"to_name"});
    if (blank == "tier_from") return word("tier", first({"tier_from"}));
    // Any other blank is a fact of its own name: a word of its own section, or as it is.
    return word(blank, first({blank, std::string(blank) + "_name"}));
  }

 private:
  std::string first(std::initializer_list<std::string_view> keys) const {
    for (const auto key : keys) {
      const auto* value = data_.if_contains(json::string_view{key.data(), key.size()});
      if (value == nullptr) continue;
      auto text = text_of(*value);
      if (!text.empty()) return text;
    }
    return "";
  }
  std::string person(std::initializer_list<std::string_view> keys) const {
    const auto found = first(keys);
    return all_digits(found) ? names_.person(std::stoll(found.substr(0, 18))) : found;
  }
  /// Those of a list of ids whose names are known.
  /// "owner:break skills:free" as the console says it.
  std::string routing_steps() const {
    const std::string steps = first({"steps"});
    std::string said;
    for (std::size_t at = 0; at < steps.size();) {
      const std::size_t end = std::min(steps.find(' ', at), steps.size());
      const std::string step = steps.substr(at, end - at);
      at = end + 1;
      const auto colon = step.find(':');
      if (colon == std::string::npos) continue;
      if (!said.empty()) said += english_ ? ", " : "、";
      said += word("offer_reason", step.substr(0, colon));
      said += english_ ? " " : "";
      said += word("stage_state", step.substr(colon + 1));
    }
    return said;
  }

  std::string people(std::string_view key) const {
    std::string out;
    const auto* ids = data_.if_contains(key);
    if (!ids || !ids->is_array()) return out;
    for (const auto& id : ids->get_array()) {
      const auto name = id.is_int64() ? names_.person(id.get_int64()) : std::string{};
      if (!name.empty()) out += (out.empty() ? "" : english_ ? ", " : "、") + name;
    }
    return out;
  }
  std::string department(std::initializer_list<std::string_view> keys) const {
    return known(names_.department, first(keys));
  }
  std::string at(std::initializer_list<std::string_view> keys) const {
    return names_.local_time(first(keys));
  }
  std::string word(std::string_view section, const std::string& code) const {
    const auto& found = console_text(english_, section, code);
    return found.empty() ? code : found;
  }
  std::string amount() const {
    const auto cents = first({"amount_cents"});
    const auto currency = first({"currency"});
    const bool number = all_digits(cents.starts_with('-') ? cents.substr(1) : cents);
    if (!number || cents == "0") return "";
    return cents_text(std::stoll(cents.substr(0, 18))) + " " +
           (currency.empty() ? "CNY" : currency);
  }
  /// The newest business records of an import: what, when, how much.
  std::string records() const {
    std::string out;
    const auto* list = data_.if_contains("facts");
    if (!list || !list->is_array()) return out;
    for (const auto& each : list->get_array()) {
      if (!each.is_object()) continue;
      const Blanks fact(each.get_object(), english_, names_);
      std::string one = fact.word("fact_kind", fact.first({"kind"}));
      for (const auto& part :
           {fact.first({"external_id"}), fact.first({"on_date"}), fact.amount()}) {
        if (!part.empty()) one += " " + part;
      }
      out += (out.empty() ? "" : english_ ? ", " : "、") + one;
    }
    return out;
  }
  /// What was changed: every fact that has a value from before.
  std::string fields() const {
    std::string out;
    for (const auto& fact : data_) {
      std::string_view key{fact.key().data(), fact.key().size()};
      if (!key.ends_with("_from")) continue;
      key.remove_suffix(5);
      if (!out.empty()) out += english_ ? ", " : "、";
      out += word("complaint", std::string(key));
    }
    return out;
  }
  static std::string known(const std::function<std::string(std::string_view)>& name,
                           const std::string& code) {
    auto found = name(code);
    return found.empty() ? code : found;
  }

  const json::object& data_;
  bool english_;
  const SentenceNames& names_;
};

/// The pattern with its blanks filled, or nothing when a fact is missing.
std::optional<std::string> filled(std::string_view pattern, const Blanks& blanks) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find("{{");
    out += pattern.substr(0, open);
    if (open == pattern.npos) break;
    const auto close = pattern.find("}}", open);
    if (close == pattern.npos) return std::nullopt;
    const auto fact = blanks(pattern.substr(open + 2, close - open - 2));
    if (fact.empty()) return std::nullopt;
    out += fact;
    pattern.remove_prefix(close + 2);
  }
  return out;
}

std::string variant(std::string_view kind, const json::object& data) {
  if (kind == "offer_made" && data.contains("steps")) return "offer_made_by";
  if (kind == "call_arrived" && data.contains("place_of")) return "call_arrived_again";
  if (kind == "call_answered" && data.contains("called_back")) return "call_answered_back";
  if (data.contains("recipients")) {
    const auto fact = [&](const char* key) {
      const auto* value = data.if_contains(key);
      return value ? text_of(*value) : std::string{};
    };
    const bool climbed = kind == "clock_warned" && fact("step_due_at") > fact("due_at");
    return climbed ? "clock_climbed_to" : std::string(kind) + "_to";
  }
  const auto* of = data.if_contains("kind");
  if (kind == "callback_promised" && of != nullptr && text_of(*of) == "neglected")
    return "callback_promised_neglected";
  if (kind == "facts_imported" && data.contains("facts")) return "facts_imported_of";
  const auto* by = data.if_contains("by");
  if (kind == "escalated" && by != nullptr && text_of(*by) == "ladder")
    return "escalated_by_ladder";
  if (kind == "call_transferred") {
    const auto* queue = data.if_contains("queue");
    if (queue != nullptr && !text_of(*queue).empty()) return "call_transferred_queue";
    if (data.contains("to")) return "call_transferred_to";
  }
  if (const auto* mode = data.if_contains("mode");
      kind == "call_listened" && mode != nullptr && text_of(*mode) == "whisper")
    return "call_whispered";
  if (const auto* why = data.if_contains("why");
      kind == "recording_resumed" && why != nullptr && text_of(*why) == "limit")
    return "recording_resumed_by_itself";
  if (kind == "clock_started" && data.contains("received_at")) return "clock_started_before";
  if (kind == "account" && data.contains("how")) return "account_" + text_of(data.at("how"));
  const auto* upheld = data.if_contains("upheld");
  if (kind == "dispute_settled" && upheld != nullptr && *upheld == json::value(true)) {
    return "dispute_upheld";
  }
  if (kind == "callback_assigned" && data.contains("department") && !data.contains("user")) {
    return "callback_assigned_department";
  }
  return std::string(kind);
}

}  // namespace

const std::string& console_text(bool english, std::string_view section, std::string_view key) {
  static const Catalogue zh = read(k_console_zh);
  static const Catalogue en = read(k_console_en);
  static const std::string none;
  const Catalogue& all = english ? en : zh;
  const auto entries = all.find(section);
  if (entries == all.end()) return none;
  const auto found = entries->second.find(key);
  return found == entries->second.end() ? none : found->second;
}

std::string history_sentence(std::string_view kind, const json::object& data, bool english,
                             const SentenceNames& names) {
  const Blanks blanks(data, english, names);
  if (auto full = filled(console_text(english, "history", variant(kind, data)), blanks)) {
    if (!full->empty()) return std::move(*full);
  }
  const auto& plain = console_text(english, "history_plain", kind);
  return plain.empty() ? std::string(kind) : plain;
}

std::string history_words(std::string_view kind, const json::object& data, bool english) {
  for (const char* key : {"what", "text", "note", "answer", "resolution", "result", "last_text"}) {
    if (const auto* value = data.if_contains(key)) {
      if (auto text = text_of(*value); !text.empty()) return text;
    }
  }
  if (data.contains("erased")) return console_text(english, "history_words", "erased");
  static constexpr std::initializer_list<std::string_view> kSpoken{"dispatch_returned",
                                                                   "reopened",
                                                                   "escalated",
                                                                   "reassigned",
                                                                   "hand_over_offered",
                                                                   "hand_over_declined",
                                                                   "hand_over_withdrawn",
                                                                   "callback_cancelled",
                                                                   "callback_given_up",
                                                                   "dispatch_disputed",
                                                                   "dispute_settled",
                                                                   "extension_asked",
                                                                   "extension_granted",
                                                                   "extension_refused",
                                                                   "told_rejected",
                                                                   "customers_merged",
                                                                   "customers_unmerged",
                                                                   "account",
                                                                   "customer_erased",
                                                                   "legal_hold",
                                                                   "recording_held",
                                                                   "review_action_changed",
                                                                   "review_action_cancelled"};
  if (std::find(kSpoken.begin(), kSpoken.end(), kind) == kSpoken.end()) return "";
  for (const char* key : {"return_reason", "reason"}) {
    if (const auto* value = data.if_contains(key)) {
      if (auto text = text_of(*value); !text.empty()) return text;
    }
  }
  return "";
}

}  // namespace firsthand::codec
