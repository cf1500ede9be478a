// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/compose.hpp"

#include <boost/json/parse.hpp>
#include <vector>

#include "adapters/notify/digest.hpp"
#include "adapters/notify/letter.hpp"

namespace firsthand::notify {
namespace {

namespace json = boost::json;

struct Line {
  std::string label, value;
};

/// One of several things that a mail is about.
struct Item {
  std::string sentence, link;
};

/// The words of one mail, before they become text and HTML.
struct Letter {
  std::string greeting, lead, link, open, acknowledge, footer;
  std::vector<Line> lines;
  std::vector<Item> items;
};

std::string text_body(const Catalogue& texts, const Letter& letter) {
  std::string out = letter.greeting + "\n\n" + letter.lead + "\n\n";
  for (const Line& line : letter.lines) out += line.label + ": " + line.value + "\n";
  if (!letter.items.empty()) out += "\n";
  for (const Item& item : letter.items) out += "- " + item.sentence + "\n  " + item.link + "\n";
  out += "\n" + letter.link + "\n";
  if (!letter.acknowledge.empty()) {
    out += "\n" + text(texts, "acknowledge.hint") + "\n" + letter.acknowledge + "\n";
  }
  return out + "\n-- \n" + letter.footer + "\n";
}

std::string html_body(const Catalogue& texts, bool english, const Letter& letter) {
  std::string out = html_start(english);
  out += "<p>" + escape(letter.greeting) + "</p><p>" + escape(letter.lead) + "</p><table>";
  for (const Line& line : letter.lines) {
    out +=
        "<tr><th scope=\"row\" style=\"text-align:left;vertical-align:top;padding-right:16px\">" +
        escape(line.label) + "</th><td>" + escape(line.value) + "</td></tr>";
  }
  out += "</table>";
  if (!letter.items.empty()) {
    out += "<ul>";
    for (const Item& item : letter.items) {
      out += "<li><a href=\"" + escape(item.link) + "\">" + escape(item.sentence) + "</a></li>";
    }
    out += "</ul>";
  }
  out += "<p><a href=\"" + escape(letter.link) + "\">" + escape(letter.open) + "</a></p>";
  if (!letter.acknowledge.empty()) {
    out += "<p><a href=\"" + escape(letter.acknowledge) + "\">" +
           escape(text(texts, "acknowledge")) + "</a><br>" +
           escape(text(texts, "acknowledge.hint")) + "</p>";
  }
  return out + "<p style=\"color:#59636e\">" + escape(letter.footer) + "</p></body></html>\n";
}

/// The mail with its letter: greeted by name, signed by the company, as text and as HTML.
Mail finished(Mail mail, Letter letter, Catalogue values, const Letterhead& letterhead) {
  const bool english = mail.language == "en";
  const Catalogue& texts = catalogue(mail.language);
  values["name"] = mail.to_name;
  values["company"] = english ? letterhead.company_en : letterhead.company_zh;
  letter.greeting = fill(text(texts, "greeting"), values);
  letter.footer = fill(text(texts, "footer"), values);
  mail.text = text_body(texts, letter);
  mail.html = html_body(texts, english, letter);
  return mail;
}

/// What somebody receives from a colleague who leaves: how much of each kind, and which.
Mail compose_departure(Mail mail, const json::object& facts, const Letterhead& letterhead) {
  const Catalogue& texts = catalogue(mail.language);
  Catalogue values;
  values["person"] = one_line(string_of(facts, "title"));
  mail.subject = fill(text(texts, "departure.subject"), values);
  Letter letter;
  letter.lead = fill(text(texts, "departure.lead"), values);
  for (const char* kind : {"cases", "callbacks", "accounts", "review_actions"}) {
    if (const auto count = number_of(facts, kind); count > 0)
      letter.lines.push_back(
          {text(texts, std::string{"departure."} + kind), std::to_string(count)});
  }
  letter.lines.push_back({text(texts, "departure.which"), clip(string_of(facts, "text"))});
  letter.lines.push_back({text(texts, "label.reason"), clip(string_of(facts, "reason"))});
  letter.link = letterhead.public_url + "/cases?list=mine";
  letter.open = text(texts, "departure.open");
  return finished(std::move(mail), std::move(letter), std::move(values), letterhead);
}

/// Cases that got another owner: to whom they came, or whose they were.
boost::system::result<Mail, MailError> compose_reassigned(Mail mail, const json::object& facts,
                                                          const Rules& rules,
                                                          const Letterhead& letterhead) {
  const bool english = mail.language == "en";
  const Catalogue& texts = catalogue(mail.language);
  const std::string what = string_of(facts, "what");
  const json::value* cases = facts.if_contains("cases");
  if (cases == nullptr || !cases->is_array() || cases->as_array().empty())
    return MailError{"the reassignment names no cases"};
  const bool mine = what == "reassigned_to";
  Letter letter;
  for (const json::value& value : cases->as_array()) {
    if (!value.is_object()) continue;
    const json::object& one = value.as_object();
    const Catalogue known = values_of(one, rules, english);
    std::string sentence = text(known, "case_number") + " · " + text(known, "category");
    const std::string previous = one_line(string_of(one, "previous_owner"));
    if (mine && !previous.empty())
      sentence += " · " + fill(text(texts, "reassigned.previous"), {{"person", previous}});
    letter.items.push_back(
        {std::move(sentence), matter_link(letterhead, rules, number_of(facts, "recipient"), one)});
  }
  Catalogue values;
  values["count"] = std::to_string(letter.items.size());
  values["owner"] = one_line(string_of(facts, "owner"));
  values["by"] = one_line(string_of(facts, "by"));
  values["case_number"] = one_line(string_of(facts, "case_number"));
  const std::string number = letter.items.size() == 1 ? ".one" : ".many";
  mail.subject = fill(text(texts, what + number + ".subject"), values);
  letter.lead = fill(text(texts, what + ".lead"), values);
  const auto line = [&](std::string_view label, const std::string& content) {
    if (!content.empty()) letter.lines.push_back({text(texts, label), content});
  };
  line("label.reason", clip(string_of(facts, "reason")));
  line("label.by", values["by"]);
  line("label.new_owner", mine ? "" : values["owner"]);
  line("label.stands_in_for", one_line(string_of(facts, "stands_in_for")));
  letter.link = letterhead.public_url + "/cases?list=mine";
  letter.open = text(texts, "departure.open");
  return finished(std::move(mail), std::move(letter), std::move(values), letterhead);
}

}  // namespace

boost::system::result<Mail, MailError> compose(std::string_view key, std::string_view payload,
                                               const Rules& rules, const Letterhead& letterhead,
                                               Instant written) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view{payload.data(), payload.size()}, error);
  if (error || !value.is_object()) return MailError{"the payload is not a JSON object"};
  const json::object& facts = value.as_object();

  Mail mail;
  mail.key = key;
  mail.to = string_of(facts, "to");
  mail.to_name = one_line(string_of(facts, "name"));
  mail.language = string_of(facts, "language") == "en" ? "en" : "zh";
  if (string_of(facts, "what") == "digest") {
    return compose_digest(std::move(mail), facts, rules, letterhead, written);
  }
  if (string_of(facts, "what") == "departure")
    return compose_departure(std::move(mail), facts, letterhead);
  if (string_of(facts, "what") == "reassigned_to" || string_of(facts, "what") == "reassigned_from")
    return compose_reassigned(std::move(mail), facts, rules, letterhead);
  const bool english = mail.language == "en";
  const Catalogue& texts = catalogue(mail.language);
  const std::string what = template_of(facts, texts);

  const std::string matter{matter_of(facts)};
  if (matter.empty()) return MailError{"the payload names no case, customer or action"};
  Catalogue values = values_of(facts, rules, english);

  mail.subject = subject_of(texts, what, values);
  Letter letter;
  letter.lead = fill(text(texts, what + ".lead"), values);
  letter.lines.push_back(
      {text(texts, "label." + matter), matter == "case" ? values["case_number"] : values["title"]});
  const auto line = [&](std::string_view label, const std::string& content) {
    if (!content.empty()) letter.lines.push_back({text(texts, label), content});
  };
  line("label.category", values["category"]);
  line("label.due", values["due"]);
  line("label.reason", clip(string_of(facts, "reason")));
  line("label.text", clip(string_of(facts, "text")));
  letter.link = matter_link(letterhead, rules, number_of(facts, "recipient"), facts);
  letter.open = text(texts, matter == "case" ? "open" : "open." + matter);
  letter.acknowledge = acknowledge_link(letterhead, facts, written);
  return finished(std::move(mail), std::move(letter), std::move(values), letterhead);
}

}  // namespace firsthand::notify
