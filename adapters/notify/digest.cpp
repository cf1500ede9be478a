// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/digest.hpp"

#include <boost/json/array.hpp>
#include <vector>

#include "adapters/notify/letter.hpp"

namespace firsthand::notify {
namespace {

namespace json = boost::json;

struct Item {
  std::string sentence, due, category, link, acknowledge;
};

/// The items of one department that are in the same state, in their order.
struct Part {
  std::string department, state;
  bool late = false;
  std::vector<Item> items;
};

std::string department_name(const std::string& code, const Rules& rules, bool english,
                            const Catalogue& texts) {
  for (const Department& each : rules.book.departments) {
    if (each.code == code) return english ? each.name_en : each.name_zh;
  }
  return code.empty() ? text(texts, "digest.no_department") : one_line(code);
}

std::string counted(const Catalogue& texts, std::string_view key, std::size_t count) {
  return fill(text(texts, key), {{"count", std::to_string(count)}});
}

std::vector<Part> parts_of(const json::array& items, const json::object& facts, const Rules& rules,
                           const Letterhead& letterhead, Instant written, bool english) {
  const Catalogue& texts = catalogue(english ? "en" : "zh");
  std::vector<Part> parts;
  for (const json::value& value : items) {
    if (!value.is_object()) continue;
    const json::object& news = value.as_object();
    const bool late = flag_of(news, "breach");
    const std::string department =
        department_name(string_of(news, "department"), rules, english, texts);
    if (parts.empty() || parts.back().department != department || parts.back().late != late) {
      parts.push_back({department, text(texts, late ? "digest.late" : "digest.other"), late, {}});
    }
    const Catalogue values = values_of(news, rules, english);
    Item item;
    item.sentence = subject_of(texts, template_of(news, texts), values);
    item.due = text(values, "due");
    item.category = text(values, "category");
    item.link = matter_link(letterhead, rules, number_of(facts, "recipient"), news);
    item.acknowledge = acknowledge_link(letterhead, news, written);
    parts.back().items.push_back(std::move(item));
  }
  return parts;
}

std::string text_of(const Catalogue& texts, const std::vector<Part>& parts) {
  std::string out;
  std::string department;
  for (const Part& part : parts) {
    if (part.department != department) {
      department = part.department;
      out += "== " + department + " ==\n\n";
    }
    out += part.state + " (" + std::to_string(part.items.size()) + ")\n";
    for (const Item& item : part.items) {
      out += "- " + item.sentence + "\n  " + item.link + "\n";
      if (!item.acknowledge.empty()) {
        out += "  " + text(texts, "acknowledge") + ": " + item.acknowledge + "\n";
      }
    }
    out += "\n";
  }
  return out;
}

std::string html_of(const Catalogue& texts, const std::vector<Part>& parts) {
  std::string out;
  std::string department;
  for (const Part& part : parts) {
    if (part.department != department) {
      department = part.department;
      out += "<h2 style=\"font-size:17px\">" + escape(department) + "</h2>";
    }
    out += "<h3 style=\"font-size:15px" + std::string{part.late ? ";color:#b3121d" : ""} + "\">" +
           escape(part.state) + " (" + std::to_string(part.items.size()) + ")</h3><ul>";
    for (const Item& item : part.items) {
      out += "<li><a href=\"" + escape(item.link) + "\">" + escape(item.sentence) + "</a>";
      if (!item.category.empty()) out += " · " + escape(item.category);
      if (!item.acknowledge.empty()) {
        out += " · <a href=\"" + escape(item.acknowledge) + "\">" +
               escape(text(texts, "acknowledge")) + "</a>";
      }
      out += "</li>";
    }
    out += "</ul>";
  }
  return out;
}

}  // namespace

boost::system::result<Mail, MailError> compose_digest(Mail mail, const json::object& facts,
                                                      const Rules& rules,
                                                      const Letterhead& letterhead,
                                                      Instant written) {
  const json::value* items = facts.if_contains("items");
  if (items == nullptr || !items->is_array() || items->as_array().empty()) {
    return MailError{"the digest names nothing"};
  }
  const bool english = mail.language == "en";
  const Catalogue& texts = catalogue(mail.language);
  const auto parts = parts_of(items->as_array(), facts, rules, letterhead, written, english);
  std::size_t all = 0;
  std::size_t late = 0;
  for (const Part& part : parts) {
    all += part.items.size();
    if (part.late) late += part.items.size();
  }
  Catalogue values;
  values["name"] = mail.to_name;
  values["company"] = english ? letterhead.company_en : letterhead.company_zh;
  values["count"] = std::to_string(all);
  values["late"] = late == 0 ? "" : counted(texts, "digest.late_count", late);
  mail.subject = fill(text(texts, "digest.subject"), values);
  const std::string greeting = fill(text(texts, "greeting"), values);
  const std::string lead = fill(text(texts, "digest.lead"), values);
  const std::string footer = fill(text(texts, "digest.why"), values);
  const std::string sender = fill(text(texts, "footer"), values);
  mail.text = greeting + "\n\n" + lead + "\n\n" + text_of(texts, parts) + "-- \n" + footer + "\n" +
              sender + "\n";
  mail.html = html_start(english) + "<p>" + escape(greeting) + "</p><p>" + escape(lead) + "</p>" +
              html_of(texts, parts) + "<p style=\"color:#59636e\">" + escape(footer) + "<br>" +
              escape(sender) + "</p></body></html>\n";
  return mail;
}

}  // namespace firsthand::notify
