// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/letter.hpp"

#include "adapters/codec/html.hpp"
#include "adapters/codec/link_token.hpp"
#include "adapters/codec/money.hpp"

namespace firsthand::notify {
namespace {

namespace json = boost::json;

constexpr std::size_t kTextMax = 1200;  // bytes of the customer's words; the case has all of them
constexpr std::size_t kTitleMax = 200;  // bytes of what stands in a subject

std::string path_part(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '_';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string cut(std::string text, std::size_t max) {
  if (text.size() <= max) return text;
  std::size_t end = max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string capital(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() -= 'a' - 'A';
  return text;
}

}  // namespace

std::string string_of(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(json::string_view{key.data(), key.size()});
  if (value == nullptr || !value->is_string()) return {};
  return std::string{value->as_string()};
}

bool flag_of(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(json::string_view{key.data(), key.size()});
  return value != nullptr && value->is_bool() && value->as_bool();
}

std::int64_t number_of(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(json::string_view{key.data(), key.size()});
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

/// For values that may stand in a subject or a name: one line, nothing invisible.
std::string one_line(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  return text;
}

std::string clip(std::string text) {
  return cut(std::move(text), kTextMax);
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : codec::escape_html(text)) {
    if (c == '\n') {
      out += "<br>";
    } else {
      out += c;
    }
  }
  return out;
}

/// "2026-11-21 18:00" on the company's wall clock.
std::string local_text(Instant at, const Calendar& calendar) {
  const std::string iso = to_iso8601(at + calendar.local_offset(at));
  return iso.substr(0, 10) + " " + iso.substr(11, 5);
}

std::string_view matter_of(const json::object& facts) {
  if (!string_of(facts, "case_number").empty()) return "case";
  if (number_of(facts, "review_action") != 0) return "review_action";
  return number_of(facts, "customer") != 0 ? "customer" : "";
}

/// Which of the texts: a step before the breach warns, the breach says so, a later one climbs.
std::string template_of(const json::object& facts, const Catalogue& texts) {
  std::string what = string_of(facts, "what");
  if (what == "alert") {
    const bool breach_step = string_of(facts, "step").rfind("breach", 0) == 0;
    what = !flag_of(facts, "breach") ? "alert_warn" : breach_step ? "alert_breach" : "overdue";
    const std::string own = what + "." + string_of(facts, "clock_kind");
    if (texts.contains(own + ".subject")) return own;
  }
  return texts.contains(what + ".subject") ? what : "notice";
}

Catalogue values_of(const json::object& facts, const Rules& rules, bool english) {
  const std::string category_code = string_of(facts, "category");
  const Category* category = rules.book.category(category_code);
  const Catalogue& texts = catalogue(english ? "en" : "zh");
  const std::string& clock = text(texts, "clock." + string_of(facts, "clock_kind"));
  const auto due_at = parse_iso8601(string_of(facts, "due_at"));
  Catalogue values;
  values["case_number"] = one_line(string_of(facts, "case_number"));
  values["category"] = category == nullptr ? one_line(category_code)
                       : english           ? category->name_en
                                           : category->name_zh;
  values["clock"] = clock.empty() ? text(texts, "clock.unknown") : clock;
  values["amount"] = one_line(string_of(facts, "currency")) + " " +
                     codec::cents_text(number_of(facts, "amount_cents"));
  values["due"] = due_at ? local_text(*due_at, rules.company()) : "";
  values["title"] = cut(one_line(string_of(facts, "title")), kTitleMax);
  values["matter"] = fill(text(texts, "matter." + std::string{matter_of(facts)}), values);
  return values;
}

std::string subject_of(const Catalogue& texts, const std::string& what, Catalogue values) {
  values["matter"] = capital(values["matter"]);
  return fill(text(texts, what + ".subject"), values);
}

std::string matter_link(const Letterhead& letterhead, const Rules& rules, std::int64_t recipient,
                        const json::object& facts) {
  const std::string_view matter = matter_of(facts);
  if (matter == "customer")
    return letterhead.public_url + "/customers/" + std::to_string(number_of(facts, "customer"));
  if (matter == "review_action") {
    return letterhead.public_url + "/review-actions/" +
           std::to_string(number_of(facts, "review_action"));
  }
  const User* user = rules.user(UserId{recipient});
  const bool liaison = user != nullptr && user->role == Role::liaison;
  return letterhead.public_url + (liaison ? "/liaison?case=" : "/cases/") +
         path_part(one_line(string_of(facts, "case_number")));
}

std::string acknowledge_link(const Letterhead& letterhead, const json::object& facts,
                             Instant written) {
  const std::int64_t alert = number_of(facts, "alert");
  if (!flag_of(facts, "needs_acknowledgement") || alert == 0 || letterhead.link_key.empty())
    return {};
  const auto expires = std::chrono::floor<Seconds>(written + kLinkLife).time_since_epoch();
  return letterhead.public_url + "/a/" +
         codec::make_link_token(letterhead.link_key, kAcknowledge, {alert, expires.count()});
}

std::string html_start(bool english) {
  std::string out = "<!doctype html><html lang=\"";
  out += english ? "en" : "zh-CN";
  return out +
         "\"><head><meta charset=\"utf-8\"></head>"
         "<body style=\"font-family:sans-serif;font-size:15px;line-height:1.6;color:#1f2328\">";
}

}  // namespace firsthand::notify
