// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/history_paper.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "adapters/codec/csv.hpp"
#include "adapters/codec/html.hpp"
#include "adapters/codec/sentences.hpp"

namespace firsthand::runtime::api {
namespace {

namespace json = boost::json;
using codec::escape_html;
using postgres::HistoryView;

std::string local_time(Instant at, const Rules& rules) {
  const std::string iso = to_iso8601(at + rules.company().local_offset(at));
  return iso.substr(0, 10) + " " + iso.substr(11, 8);
}

codec::SentenceNames names_of(const Rules& rules, const ApiSettings& settings, bool english) {
  codec::SentenceNames names;
  names.person = [&rules](std::int64_t id) {
    const User* user = rules.user(UserId{id});
    return user == nullptr ? std::string() : user->name;
  };
  const auto either = [english](const auto& named) {
    return english ? named.name_en : named.name_zh;
  };
  names.department = [&rules, either](std::string_view code) {
    for (const Department& each : rules.book.departments) {
      const bool same =
          each.code == code || std::to_string(rules.department(each.code).value) == code;
      if (same) return either(each);
    }
    return std::string();
  };
  names.category = [&rules, either](std::string_view code) {
    const Category* category = rules.book.category(std::string(code));
    return category == nullptr ? std::string() : either(*category);
  };
  names.queue = [&rules, either](std::string_view code) {
    for (const Queue& each : rules.book.queues) {
      if (each.code == code) return either(each);
    }
    return std::string();
  };
  names.pause_reason = [&settings, english](std::string_view code) {
    for (const NamedReason& each : settings.pause_reasons) {
      if (each.code == code) return english ? each.en : each.zh;
    }
    return std::string();
  };
  names.local_time = [&rules](std::string_view text) {
    const auto at = parse_iso8601(text);
    return at ? local_time(*at, rules).substr(0, 16) : std::string();
  };
  return names;
}

struct Line {
  std::string at, who, acting_for, sentence, words, case_number, source;
};

Line line_of(const HistoryView& entry, const Rules& rules, bool english,
             const codec::SentenceNames& names) {
  const auto& data = entry.data.as_object();
  return {local_time(entry.at.at, rules),
          entry.actor ? entry.actor->name : codec::console_text(english, "export", "engine"),
          entry.acting_for ? entry.acting_for->name : "",
          codec::history_sentence(entry.kind, data, english, names),
          codec::history_words(entry.kind, data, english),
          entry.case_number.value_or(""),
          entry.source};
}

using Lines = std::vector<Line>;
constexpr const char* kColumns[] = {"at", "who", "acting_for", "what", "words", "case", "source"};

std::string as_csv(const Lines& lines, bool english) {
  codec::CsvWriter csv;
  for (const char* title : kColumns) csv.text(codec::console_text(english, "export", title));
  csv.end_row();
  for (const Line& line : lines) {
    csv.text(line.at).text(line.who).text(line.acting_for).text(line.sentence).text(line.words);
    csv.text(line.case_number).text(line.source).end_row();
  }
  return csv.take();
}

std::string who_of(const Line& line, bool english) {
  if (line.acting_for.empty()) return line.who;
  return line.who + " (" + codec::console_text(english, "export", "acting_for") + " " +
         line.acting_for + ")";
}

std::string as_text(const Lines& lines, bool english) {
  std::string out;
  for (const Line& line : lines) {
    out += line.at + "  " + who_of(line, english) + "  " + line.sentence;
    if (!line.case_number.empty()) out += "  [" + line.case_number + "]";
    out += "\n";
    if (!line.words.empty()) out += "    " + line.words + "\n";
  }
  return out;
}

std::string as_json(const std::vector<HistoryView>& entries, const Lines& lines,
                    const std::string& next) {
  json::array items;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto item = json::value_from(entries[i]).as_object();
    item["sentence"] = lines[i].sentence;
    item["words"] = lines[i].words;
    items.push_back(std::move(item));
  }
  const json::object out{{"items", std::move(items)},
                         {"next", next.empty() ? json::value(nullptr) : json::value(next)}};
  return json::serialize(out);
}

std::string as_page(const Paper& paper, const Lines& lines, bool goes_on,
                    const std::string& company, const std::string& printed_at) {
  const auto say = [&](const char* key) {
    return escape_html(codec::console_text(paper.english, "export", key));
  };
  const std::string title = say("title") + " " + escape_html(paper.about);
  std::string html =
      std::string("<!doctype html><html lang=\"") + (paper.english ? "en" : "zh") +
      "\"><head><meta charset=\"utf-8\"><title>" + title +
      "</title><style>@page{size:A4;margin:18mm 15mm}"
      "body{font:10pt/1.5 'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;"
      "color:#111;max-width:180mm;margin:12mm auto;padding:0 5mm}"
      "header{border-bottom:1px solid #999;margin-bottom:6mm;color:#444}"
      "h1{font-size:15pt;margin:0 0 2mm}table{border-collapse:collapse;width:100%}"
      "th,td{text-align:left;vertical-align:top;padding:1.2mm 2mm;border-bottom:1px solid #ddd}"
      "th{border-bottom:1px solid #666}tr{break-inside:avoid}thead{display:table-header-group}"
      ".at{white-space:nowrap}.words{white-space:pre-line;color:#333;overflow-wrap:anywhere}"
      "@media print{body{margin:0;padding:0;max-width:none}}</style></head><body>";
  html += "<header>" + escape_html(company) + "</header><main><h1>" + title + "</h1><p>" +
          say("printed") + " " + escape_html(printed_at) + " · " + std::to_string(lines.size()) +
          " " + say("entries") + "</p><table><thead><tr>";
  for (const char* column : {"at", "who", "what", "case"})
    html += "<th scope=\"col\">" + say(column) + "</th>";
  html += "</tr></thead><tbody>";
  for (const Line& line : lines) {
    html += "<tr><td class=\"at\">" + escape_html(line.at) + "</td><td>" +
            escape_html(who_of(line, paper.english)) + "</td><td>" + escape_html(line.sentence);
    if (!line.words.empty()) html += "<div class=\"words\">" + escape_html(line.words) + "</div>";
    html += "</td><td>" + escape_html(line.case_number) + "</td></tr>";
  }
  html += "</tbody></table>";
  if (goes_on) html += "<p>" + say("goes_on") + "</p>";
  return html + "</main></body></html>";
}

}  // namespace

std::string history_paper(const Paper& paper, const std::vector<HistoryView>& entries,
                          const std::string& next, const Rules& rules, const ApiSettings& settings,
                          Instant now) {
  const auto names = names_of(rules, settings, paper.english);
  Lines lines;
  lines.reserve(entries.size());
  for (const auto& entry : entries) lines.push_back(line_of(entry, rules, paper.english, names));
  if (paper.format == "json") return as_json(entries, lines, next);
  if (paper.format == "txt") return as_text(lines, paper.english);
  if (paper.format == "html")
    return as_page(paper, lines, !next.empty(), settings.company, local_time(now, rules));
  return as_csv(lines, paper.english);
}

}  // namespace firsthand::runtime::api
