// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/public_page.hpp"

#include <optional>

#include "engine/complaint.hpp"

namespace firsthand::runtime::api {
namespace {

// Colours have a contrast of at least 4.5 to 1 in both schemes.
constexpr std::string_view kStyle =
    "<style>:root{color-scheme:light dark}"
    "body{font:16px/1.5 \"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif;"
    "max-width:40rem;margin:0 auto;padding:1rem;background:#fff;color:#1b2733}"
    "label{display:block;margin-top:1rem;font-weight:600}"
    "input,select,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;"
    "border:1px solid #5b6b7a;border-radius:4px;background:#fff;color:#1b2733}"
    "button{font:inherit;margin-top:1.25rem;padding:.6rem 1.5rem;border:0;border-radius:4px;"
    "background:#0b5cad;color:#fff}"
    ":focus-visible{outline:3px solid #c2410c;outline-offset:2px}"
    ".hint{font-weight:400;color:#4c5a68}.error{color:#b3121d;font-weight:600}"
    ".errors{border:2px solid #b3121d;padding:.5rem 1rem;margin:1rem 0}"
    ".trap{position:absolute;left:-10000px}"
    "dt{font-weight:600;margin-top:.75rem}dd{margin:0;font-size:1.1rem}"
    "@media (prefers-color-scheme:dark){body,input,select,textarea{background:#14202b;"
    "color:#e8eef4}a{color:#8ec5ff}.hint{color:#b3c0cc}.error{color:#ff9aa1}"
    "button{background:#8ec5ff;color:#0b1620}}</style>";

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escape_html(value) + "\"";
}

std::string value_of(const FormPage& page, const std::string& name) {
  const auto found = page.values.find(name);
  return found == page.values.end() ? "" : found->second;
}

std::string error_of(const FormPage& page, const std::string& name) {
  const auto found = page.errors.find(name);
  return found == page.errors.end() ? "" : found->second;
}

struct InputText {
  const char* name;
  std::string_view label;
  std::string_view hint;
  bool required;
  const char* type;
  const char* autocomplete;
  int length;
};

std::string label_start(const FormPage& page, const char* name, std::string_view label,
                        bool required) {
  std::string out = "<label" + attribute("for", name) + ">" + escape_html(label);
  if (!required) {
    out += " <span class=\"hint\">";
    out += say(page.language, "（选填）", "(optional)");
    out += "</span>";
  }
  return out + "</label>";
}

std::string described(const FormPage& page, const char* name, bool has_hint) {
  std::string ids;
  if (has_hint) ids = std::string(name) + "-hint";
  const bool wrong = !error_of(page, name).empty();
  if (wrong) ids += (ids.empty() ? "" : " ") + std::string(name) + "-error";
  std::string out;
  if (!ids.empty()) out += attribute("aria-describedby", ids);
  if (wrong) out += attribute("aria-invalid", "true");
  return out;
}

std::string messages(const FormPage& page, const char* name, std::string_view hint) {
  std::string out;
  if (!hint.empty()) {
    out += "<div class=\"hint\"" + attribute("id", std::string(name) + "-hint") + ">" +
           escape_html(hint) + "</div>";
  }
  const std::string error = error_of(page, name);
  if (!error.empty()) {
    out += "<div class=\"error\"" + attribute("id", std::string(name) + "-error") + ">" +
           escape_html(error) + "</div>";
  }
  return out;
}

std::string input(const FormPage& page, const InputText& text) {
  std::string out = label_start(page, text.name, text.label, text.required);
  out += messages(page, text.name, text.hint);
  out += "<input" + attribute("id", text.name) + attribute("name", text.name) +
         attribute("type", text.type) + attribute("autocomplete", text.autocomplete) +
         attribute("maxlength", std::to_string(text.length)) +
         attribute("value", value_of(page, text.name)) +
         described(page, text.name, !text.hint.empty());
  if (text.required) out += " required";
  return out + ">";
}

std::string category_select(const FormPage& page, const Rules& rules) {
  std::string out =
      label_start(page, "category", say(page.language, "问题类别", "What is it about"), false);
  out += messages(page, "category", "");
  out += "<select id=\"category\" name=\"category\"" + described(page, "category", false) + ">";
  out += "<option value=\"\">";
  out += say(page.language, "请选择", "Please choose");
  out += "</option>";
  const std::string chosen = value_of(page, "category");
  for (const Category& each : rules.book.categories) {
    if (each.kind != CaseKind::complaint || is_group(rules.book, each.code)) continue;
    out += "<option" + attribute("value", each.code);
    if (each.code == chosen) out += " selected";
    out += ">" + escape_html(page.language == Language::zh ? each.name_zh : each.name_en) +
           "</option>";
  }
  return out + "</select>";
}

std::string error_summary(const FormPage& page) {
  if (page.errors.empty()) return "";
  std::string out = "<div class=\"errors\" role=\"alert\" tabindex=\"-1\"><p>";
  out += say(page.language, "请检查以下内容，您填写的内容都还在：",
             "Please check these points; nothing you wrote is lost:");
  out += "</p><ul>";
  for (const auto& [field, sentence] : page.errors) {
    out += "<li>";
    if (!field.empty()) out += "<a" + attribute("href", "#" + field) + ">";
    out += escape_html(sentence);
    if (!field.empty()) out += "</a>";
    out += "</li>";
  }
  return out + "</ul></div>";
}

std::string_view state_word(Language language, const std::string& state) {
  if (state == "open") return say(language, "处理中", "Being worked on");
  if (state == "dispatched") return say(language, "已转责任部门处理", "With the department");
  if (state == "waiting_for_customer") return say(language, "等待您的回复", "Waiting for you");
  if (state == "escalated") return say(language, "已升级处理", "Being worked on with priority");
  if (state == "resolved") return say(language, "已解决", "Solved");
  if (state == "closed") return say(language, "已关闭", "Closed");
  return say(language, "处理中", "Being worked on");
}

}  // namespace

std::string_view say(Language language, std::string_view zh, std::string_view en) {
  switch (language) {
    case Language::zh: return zh;
    case Language::en: return en;
  }
  return zh;
}

std::string page_frame(Language language, const std::string& company, std::string_view title,
                       std::string_view other_language, std::string_view main) {
  std::string out = "<!doctype html><html";
  out += attribute("lang", say(language, "zh-CN", "en"));
  out += "><head><meta charset=\"utf-8\">";
  out += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">";
  out +=
      "<meta name=\"robots\" content=\"noindex\"><meta name=\"referrer\" content=\"same-origin\">";
  out += "<title>" + escape_html(title) + " – " + escape_html(company) + "</title>";
  out += kStyle;
  out += "</head><body><header><p>" + escape_html(company);
  if (!other_language.empty()) {
    out += " · <a" + attribute("href", other_language) +
           attribute("lang", say(language, "en", "zh-CN")) + ">";
    out += say(language, "English", "中文");
    out += "</a>";
  }
  out += "</p></header><main><h1>" + escape_html(title) + "</h1>";
  out += main;
  out += "</main></body></html>\n";
  return out;
}

std::string page_time(Instant at, const Calendar& calendar) {
  const Date day = calendar.local_date(at);
  const Instant midnight = calendar.at_local(day, std::chrono::minutes{0});
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(at - midnight).count();
  const auto two = [](std::int64_t value) {
    std::string text = std::to_string(value);
    return text.size() < 2 ? "0" + text : text;
  };
  return to_iso8601(day) + " " + two(minutes / 60) + ":" + two(minutes % 60);
}

std::string form_page(const FormPage& page, const Rules& rules) {
  const Language l = page.language;
  std::string main = error_summary(page);
  main += "<p>";
  main += say(l, "请告诉我们发生了什么。提交后您会得到受理编号，由专人负责到底。",
              "Tell us what happened. You will get a number, and one person who sees it through.");
  main += "</p><form method=\"post\"" +
          attribute("action", std::string("/complaint?lang=") + std::string(say(l, "zh", "en"))) +
          " accept-charset=\"utf-8\">";
  main += "<input type=\"hidden\" name=\"form_token\"" + attribute("value", page.form_token) + ">";
  main += input(page, {"name", say(l, "您的姓名", "Your name"), "", true, "text", "name", 60});
  main += input(page, {"phone", say(l, "联系电话", "Telephone number"),
                       say(l, "我们按这个号码给您回电。", "We call you back on this number."), true,
                       "tel", "tel", 40});
  main += input(page, {"email", say(l, "电子邮箱", "E-mail"), "", false, "email", "email", 120});
  main += category_select(page, rules);
  main += input(page, {"product", say(l, "产品型号或序列号", "Product or serial number"), "", false,
                       "text", "off", 60});
  main += label_start(page, "text", say(l, "发生了什么", "What happened"), true);
  main += messages(page, "text", "");
  main += "<textarea id=\"text\" name=\"text\" rows=\"8\" maxlength=\"2500\" required" +
          described(page, "text", false) + ">" + escape_html(value_of(page, "text")) +
          "</textarea>";
  // People do not see this field; programs that fill in everything do.
  main +=
      "<div class=\"trap\" aria-hidden=\"true\"><label for=\"website\">Website</label>"
      "<input id=\"website\" name=\"website\" tabindex=\"-1\" autocomplete=\"off\"></div>";
  main += "<button type=\"submit\">";
  main += say(l, "提交", "Send");
  main += "</button></form>";
  return page_frame(l, page.company, say(l, "投诉与建议", "Complaint"),
                    std::string("/complaint?lang=") + std::string(say(l, "en", "zh")), main);
}

std::string status_page(const StatusText& text, const postgres::StatusPage& status,
                        const Calendar& calendar) {
  const Language l = text.language;
  std::string main;
  if (text.just_sent) {
    main += "<p role=\"status\"><strong>";
    main += say(l, "已收到您的投诉。请保存本页地址，随时可以查看进度。",
                "We have received your complaint. Keep this page's address to see how it goes.");
    main += "</strong></p>";
  }
  const auto entry = [&main](std::string_view name, std::string_view value) {
    main += "<dt>" + escape_html(name) + "</dt><dd>" + escape_html(value) + "</dd>";
  };
  main += "<dl>";
  entry(say(l, "受理编号", "Case number"), status.number);
  entry(say(l, "状态", "State"), state_word(l, status.state));
  entry(say(l, "负责人", "Who looks after it"), status.owner_given_name);
  entry(say(l, "提交时间", "Received"), page_time(status.opened_at.at, calendar));
  if (status.promised_callback) {
    entry(say(l, "承诺回电", "We call you by"), page_time(status.promised_callback->at, calendar));
  }
  main += "</dl>";
  return page_frame(l, text.company, say(l, "投诉进度", "Your complaint"),
                    std::string("?lang=") + std::string(say(l, "en", "zh")), main);
}

std::string notice_page(Language language, const std::string& company, std::string_view heading,
                        std::string_view sentence) {
  return page_frame(language, company, heading, "", "<p>" + escape_html(sentence) + "</p>");
}

}  // namespace firsthand::runtime::api
