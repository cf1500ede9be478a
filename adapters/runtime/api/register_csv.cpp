// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/register_csv.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "adapters/codec/csv.hpp"

namespace firsthand::runtime::api {
namespace {

using codec::CsvWriter;
using postgres::RegisterRow;

struct Writing {
  CsvWriter& csv;
  const Rules& rules;
  bool chinese;

  void day(const postgres::OptionalStamp& at) const {
    csv.text(at ? to_iso8601(rules.company().local_date(at->at)) : std::string{});
  }
  void choice(const std::vector<Choice>& list, const std::string& code) const {
    const Choice* known = RuleBook::by_code(list, code);
    csv.text(!known ? code : chinese ? known->name_zh : known->name_en);
  }
  void flag(std::optional<bool> value) const {
    if (!value) {
      csv.text("");
    } else if (chinese) {
      csv.text(*value ? "是" : "否");
    } else {
      csv.text(*value ? "yes" : "no");
    }
  }
  /// A word of ours; English reads it as it is.
  void word(const std::string& value) const {
    static const std::map<std::string, std::string> kChinese{
        {"call", "电话"},        {"web", "网页"},          {"email", "邮件"},
        {"walk_in", "来访"},     {"field_visit", "走访"},  {"api", "系统接口"},
        {"open", "处理中"},      {"dispatched", "已派单"}, {"waiting_for_customer", "等待客户"},
        {"escalated", "已升级"}, {"resolved", "已解决"},   {"closed", "已关闭"}};
    const auto found = kChinese.find(value);
    std::string text = chinese && found != kChinese.end() ? found->second : value;
    std::replace(text.begin(), text.end(), '_', ' ');
    csv.text(text);
  }
  void answer(const RegisterRow& row) const {
    if (row.remedy_offered.empty()) {
      csv.text("");
    } else if (row.remedy_answer == "open") {
      csv.text(chinese ? "未答复" : "open");
    } else {
      const bool yes = row.remedy_answer == "accepted";
      csv.text(chinese ? (yes ? "接受" : "拒绝") : row.remedy_answer);
    }
  }
};

struct Column {
  std::string_view code, zh, en;
  void (*write)(const Writing&, const RegisterRow&);
};

using W = const Writing&;
using R = const RegisterRow&;
constexpr std::array kColumns{
    Column{"number", "投诉编号", "Number", [](W w, R r) { w.csv.text(r.number); }},
    Column{"received", "收到日期", "Received", [](W w, R r) { w.day(r.received_at); }},
    Column{"channel", "渠道", "Channel", [](W w, R r) { w.word(r.channel); }},
    Column{"customer", "投诉人", "Customer", [](W w, R r) { w.csv.text(r.customer.name); }},
    Column{"phone", "联系电话", "Telephone", [](W w, R r) { w.csv.text(r.customer.number); }},
    Column{"product", "产品", "Product", [](W w, R r) { w.csv.text(r.product); }},
    Column{"category", "类别", "Category",
           [](W w, R r) { w.csv.text(w.chinese ? r.category_zh : r.category_en); }},
    Column{"severity", "严重程度", "Severity", [](W w, R r) { w.csv.number(r.severity); }},
    Column{"safety", "涉及安全", "Safety", [](W w, R r) { w.flag(r.safety); }},
    Column{"description", "投诉内容", "Description", [](W w, R r) { w.csv.text(r.text); }},
    Column{"remedy_sought", "诉求", "Remedy sought",
           [](W w, R r) { w.choice(w.rules.book.complaints.remedies, r.remedy_sought); }},
    Column{"remedy_offered", "提出的补救", "Remedy offered",
           [](W w, R r) { w.choice(w.rules.book.complaints.remedies, r.remedy_offered); }},
    Column{"remedy_answer", "客户答复", "Customer's answer", [](W w, R r) { w.answer(r); }},
    Column{"compensation", "赔偿金额", "Compensation",
           [](W w, R r) { w.csv.cents(r.compensation_cents); }},
    Column{"currency", "币种", "Currency", [](W w, R r) { w.csv.text(r.currency); }},
    Column{"root_cause", "根本原因", "Root cause",
           [](W w, R r) { w.choice(w.rules.book.complaints.root_causes, r.root_cause); }},
    Column{"root_cause_note", "原因说明", "About the cause",
           [](W w, R r) { w.csv.text(r.root_cause_note); }},
    Column{"justified", "是否成立", "Justified", [](W w, R r) { w.flag(r.justified); }},
    Column{"systemic", "系统性问题", "Systemic", [](W w, R r) { w.flag(r.systemic); }},
    Column{"regulator", "监管机构", "Regulator",
           [](W w, R r) { w.choice(w.rules.book.complaints.regulators, r.regulator); }},
    Column{"reference", "监管编号", "Reference",
           [](W w, R r) { w.csv.text(r.regulator_reference); }},
    Column{"regulator_due", "监管期限", "Regulator's date",
           [](W w, R r) { w.day(r.regulator_due_at); }},
    Column{"letter", "最终答复日期", "Final response", [](W w, R r) { w.day(r.letter_at); }},
    Column{"resolved", "解决日期", "Resolved", [](W w, R r) { w.day(r.resolved_at); }},
    Column{"days", "处理天数", "Days", [](W w, R r) { w.csv.number(r.days); }},
    Column{"resolution", "处理结果", "Resolution", [](W w, R r) { w.csv.text(r.resolution); }},
    Column{"state", "状态", "State", [](W w, R r) { w.word(r.state); }},
    Column{"repeat_of", "重复投诉", "Repeat of", [](W w, R r) { w.csv.text(r.repeat_of); }},
    Column{"owner", "首问责任人", "Owner", [](W w, R r) { w.csv.text(r.owner.name); }}};

}  // namespace

std::string register_csv(const std::vector<RegisterRow>& rows,
                         const std::vector<std::string>& columns, bool chinese,
                         const Rules& rules) {
  std::vector<const Column*> chosen;
  for (const Column& column : kColumns) {
    if (columns.empty() || std::find(columns.begin(), columns.end(), column.code) != columns.end())
      chosen.push_back(&column);
  }
  CsvWriter csv;
  for (const Column* column : chosen) csv.text(chinese ? column->zh : column->en);
  csv.end_row();
  const Writing writing{csv, rules, chinese};
  for (const RegisterRow& row : rows) {
    for (const Column* column : chosen) column->write(writing, row);
    csv.end_row();
  }
  return csv.take();
}

}  // namespace firsthand::runtime::api
