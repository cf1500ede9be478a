// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/letter.hpp"

#include <map>
#include <string_view>

#include "adapters/codec/html.hpp"
#include "adapters/codec/money.hpp"

namespace firsthand::runtime::api {
namespace {

using codec::escape_html;

std::string name_in(const std::vector<Choice>& list, const std::string& code, bool chinese) {
  const Choice* choice = RuleBook::by_code(list, code);
  if (!choice) return code;
  return chinese ? choice->name_zh : choice->name_en;
}

std::string money(std::int64_t cents, const std::string& currency) {
  return currency + " " + codec::cents_text(cents);
}

}  // namespace

std::string draft_letter(const config::LetterTemplate& letter, const postgres::CaseView& shown,
                         const postgres::ComplaintView& complaint, const Rules& rules,
                         Instant now) {
  const bool chinese = letter.language == "zh";
  const ComplaintRules& lists = rules.book.complaints;
  const auto day = [&](Instant at) { return to_iso8601(rules.company().local_date(at)); };
  std::string cause = name_in(lists.root_causes, complaint.root_cause, chinese);
  if (!complaint.root_cause_note.empty()) {
    if (!cause.empty()) cause += chinese ? "。" : ". ";
    cause += complaint.root_cause_note;
  }
  const std::map<std::string, std::string> words{
      {"customer", shown.customer.name},
      {"number", shown.number},
      {"received", day(shown.opened_at.at)},
      {"category", chinese ? shown.category_zh : shown.category_en},
      {"product", shown.product},
      {"text", shown.text},
      {"resolution", shown.resolution},
      {"remedy", name_in(lists.remedies, complaint.remedy_offered, chinese)},
      {"compensation", complaint.granted_cents > 0
                           ? money(complaint.granted_cents, complaint.currency)
                           : std::string{}},
      {"cause", cause},
      {"regulator", name_in(lists.regulators, complaint.regulator, chinese)},
      {"reference", complaint.regulator_reference},
      {"today", day(now)}};
  return config::fill_in(letter.title, words) + "\n\n" + config::fill_in(letter.body, words);
}

std::string letter_page(const std::string& language, const std::string& company,
                        const std::string& text, const std::string& watermark) {
  const auto first = text.find('\n');
  const std::string heading = text.substr(0, first);
  std::string_view rest =
      first == std::string::npos ? std::string_view{} : std::string_view{text}.substr(first + 1);
  std::string html = "<!doctype html><html lang=\"" + escape_html(language) +
                     "\"><head><meta charset=\"utf-8\"><title>" + escape_html(heading) +
                     "</title><style>@page{size:A4;margin:25mm 20mm}"
                     "body{font:12pt/1.7 'Noto Serif CJK SC','Songti SC',SimSun,serif;"
                     "color:#111;max-width:170mm;margin:15mm auto;padding:0 5mm}"
                     "header{border-bottom:1px solid #999;margin-bottom:10mm;color:#444}"
                     "h1{font-size:16pt;margin:0 0 8mm}p{margin:0 0 5mm;white-space:pre-line}"
                     ".draft{border:1px solid #b00;color:#b00;padding:2mm 3mm}"
                     "@media print{body{margin:0;padding:0;max-width:none}.draft{display:none}}"
                     "</style></head><body>";
  if (!watermark.empty()) html += "<p class=\"draft\">" + escape_html(watermark) + "</p>";
  html +=
      "<header>" + escape_html(company) + "</header><main><h1>" + escape_html(heading) + "</h1>";
  while (!rest.empty()) {
    const auto end = rest.find("\n\n");
    const std::string_view paragraph = rest.substr(0, end);
    if (paragraph.find_first_not_of(" \r\n") != std::string_view::npos)
      html += "<p>" + escape_html(paragraph) + "</p>";
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
  }
  return html + "</main></body></html>";
}

}  // namespace firsthand::runtime::api
