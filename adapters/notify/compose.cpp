// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/compose.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "adapters/notify/texts.hpp"

namespace firsthand::notify {
namespace {

namespace json = boost::json;

constexpr std::size_t kTextMax = 1200;  // bytes of the customer's words; the case has all of them

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
  if (text.size() <= kTextMax) return text;
  std::size_t end = kTextMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\n': out += "<br>"; break;
      default: out += c;
    }
  }
  return out;
}

/// "2026-11-21 18:00" on the company's wall clock.
std::string local_text(Instant at, const Calendar& calendar) {
  const std::string iso = to_iso8601(at + calendar.local_offset(at));
  return iso.substr(0, 10) + " " + iso.substr(11, 5);
}

/// Which of the texts: a step before the breach warns, the breach says so, a later one climbs.
std::string template_of(const json::object& facts, const Catalogue& texts) {
  std::string what = string_of(facts, "what");
  if (what == "alert") {
    const bool breach_step = string_of(facts, "step").rfind("breach", 0) == 0;
    what = !flag_of(facts, "breach") ? "alert_warn" : breach_step ? "alert_breach" : "overdue";
  }
  return texts.contains(what + ".subject") ? what : "notice";
}

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

struct Line {
  std::string label, value;
};

std::string text_body(const std::string& greeting, const std::string& lead,
                      const std::vector<Line>& lines, const std::string& link,
                      const std::string& footer) {
  std::string out = greeting + "\n\n" + lead + "\n\n";
  for (const Line& line : lines) out += line.label + ": " + line.value + "\n";
  return out + "\n" + link + "\n\n-- \n" + footer + "\n";
}

std::string html_body(const Catalogue& texts, std::string_view language,
                      const std::string& greeting, const std::string& lead,
                      const std::vector<Line>& lines, const std::string& link,
                      const std::string& footer) {
  std::string out = "<!doctype html><html lang=\"";
  out += language == "en" ? "en" : "zh-CN";
  out +=
      "\"><head><meta charset=\"utf-8\"></head>"
      "<body style=\"font-family:sans-serif;font-size:15px;line-height:1.6;color:#1f2328\">";
  out += "<p>" + escape(greeting) + "</p><p>" + escape(lead) + "</p><table>";
  for (const Line& line : lines) {
    out +=
        "<tr><th scope=\"row\" style=\"text-align:left;vertical-align:top;padding-right:16px\">" +
        escape(line.label) + "</th><td>" + escape(line.value) + "</td></tr>";
  }
  out += "</table><p><a href=\"" + escape(link) + "\">" + escape(text(texts, "open")) + "</a></p>";
  return out + "<p style=\"color:#59636e\">" + escape(footer) + "</p></body></html>\n";
}

}  // namespace

boost::system::result<Mail, MailError> compose(std::string_view key, std::string_view payload,
                                               const Rules& rules, const Letterhead& letterhead) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view{payload.data(), payload.size()}, error);
  if (error || !value.is_object()) return MailError{"the payload is not a JSON object"};
  const json::object& facts = value.as_object();

  Mail mail;
  mail.key = key;
  mail.to = string_of(facts, "to");
  mail.to_name = one_line(string_of(facts, "name"));
  mail.language = string_of(facts, "language") == "en" ? "en" : "zh";
  const bool english = mail.language == "en";
  const Catalogue& texts = catalogue(mail.language);
  const std::string what = template_of(facts, texts);

  const std::string number = one_line(string_of(facts, "case_number"));
  if (number.empty()) return MailError{"the payload names no case"};
  const std::string category_code = string_of(facts, "category");
  const Category* category = rules.book.category(category_code);
  const std::string& clock = text(texts, "clock." + string_of(facts, "clock_kind"));
  const auto due_at = parse_iso8601(string_of(facts, "due_at"));

  Catalogue values;
  values["case_number"] = number;
  values["category"] = category == nullptr ? one_line(category_code)
                       : english           ? category->name_en
                                           : category->name_zh;
  values["clock"] = clock.empty() ? text(texts, "clock.unknown") : clock;
  values["due"] = due_at ? local_text(*due_at, rules.company()) : "";
  values["name"] = mail.to_name;
  values["company"] = english ? letterhead.company_en : letterhead.company_zh;

  mail.subject = fill(text(texts, what + ".subject"), values);
  const std::string lead = fill(text(texts, what + ".lead"), values);
  std::vector<Line> lines{{text(texts, "label.case"), number}};
  const auto line = [&](std::string_view label, const std::string& content) {
    if (!content.empty()) lines.push_back({text(texts, label), content});
  };
  line("label.category", values["category"]);
  line("label.due", values["due"]);
  line("label.reason", clip(string_of(facts, "reason")));
  line("label.text", clip(string_of(facts, "text")));

  // A liaison's place to act is the inbox; everybody else's is the case.
  const User* recipient = rules.user(UserId{number_of(facts, "recipient")});
  const bool liaison = recipient != nullptr && recipient->role == Role::liaison;
  const std::string link =
      letterhead.public_url + (liaison ? "/liaison?case=" : "/cases/") + path_part(number);
  const std::string greeting = fill(text(texts, "greeting"), values);
  const std::string footer = fill(text(texts, "footer"), values);
  mail.text = text_body(greeting, lead, lines, link, footer);
  mail.html = html_body(texts, mail.language, greeting, lead, lines, link, footer);
  return mail;
}

}  // namespace firsthand::notify
