// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/acknowledge_page.hpp"

#include <map>
#include <utility>

namespace firsthand::runtime::api {
namespace {

std::string_view clock_word(Language language, const std::string& kind) {
  static const std::map<std::string, std::pair<std::string_view, std::string_view>> kWords{
      {"acknowledgement", {"接收确认", "Acknowledgement"}},
      {"first_response", {"首次响应", "First response"}},
      {"callback", {"回电承诺", "Promised callback"}},
      {"follow_up", {"回访", "Follow-up call"}},
      {"progress_update", {"进度告知", "Progress update"}},
      {"dispatch", {"部门处理", "Department's work"}},
      {"resolution", {"解决时限", "Resolution"}},
      {"final_response", {"最终答复", "Final response"}},
      {"pool_hold", {"公海保护期", "Hold period"}},
      {"review_action", {"期限", "Completion"}}};
  const auto found = kWords.find(kind);
  if (found == kWords.end()) return say(language, "时限", "Promise");
  return say(language, found->second.first, found->second.second);
}

}  // namespace

std::string acknowledge_page(const AcknowledgePage& page, const postgres::LinkedAlert& alert,
                             const Calendar& calendar) {
  const Language l = page.language;
  const bool done = alert.acknowledged_at.has_value();
  const auto entry = [](std::string_view name, std::string_view value) {
    return "<dt>" + escape_html(name) + "</dt><dd>" + escape_html(value) + "</dd>";
  };
  std::string main;
  if (done) {
    main += "<p role=\"status\"><strong>";
    main += page.just_now
                ? say(l, "已确认，谢谢。", "Acknowledged, thank you.")
                : say(l, "此提醒已确认，无需再操作。",
                      "This alert has been acknowledged already; there is nothing left to do.");
    main += "</strong></p>";
  } else {
    main += "<p>";
    main += say(l, "请按下面的按钮，表示您已看到这条提醒并会处理。",
                "Press the button to say that you have seen this alert and take care of it.");
    main += "</p>";
  }
  const bool of_case = !alert.case_number.empty();
  const std::string_view matter = of_case          ? say(l, "工单", "Case")
                                  : alert.customer ? say(l, "客户", "Customer")
                                                   : say(l, "行动项", "Action");
  main += "<dl>" + entry(matter, of_case ? alert.case_number : alert.title) +
          entry(say(l, "时限", "Promise"), clock_word(l, alert.clock_kind));
  if (done) {
    main += entry(say(l, "确认人", "Acknowledged by"), alert.acknowledged_by);
    main += entry(say(l, "确认时间", "Acknowledged at"),
                  page_time(alert.acknowledged_at->at, calendar));
  }
  main += "</dl>";
  if (!done) {
    main += "<form method=\"post\"><button type=\"submit\">";
    main += say(l, "确认收到", "Acknowledge");
    main += "</button></form>";
  }
  main += "<p><a href=\"" + escape_html(page.url) + "\">";
  main += say(l, "在系统中打开（需登录）", "Open it in the system (sign in)");
  main += "</a></p>";
  return page_frame(l, page.company, say(l, "确认提醒", "Acknowledge an alert"),
                    std::string("?lang=") + std::string(say(l, "en", "zh")), main);
}

}  // namespace firsthand::runtime::api
