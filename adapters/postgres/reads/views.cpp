// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/views.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

namespace firsthand::postgres {
namespace json = boost::json;

std::string to_json_text(Instant at) {
  std::string text = to_iso8601(at);
  if (at.time_since_epoch() % std::chrono::seconds{1} == Millis{0}) {
    text.insert(text.size() - 1, ".000");
  }
  return text;
}

void tag_invoke(const json::value_from_tag&, json::value& out, const Stamp& stamp) {
  out = json::string(to_json_text(stamp.at));
}

void tag_invoke(const json::value_from_tag&, json::value& out, const CaseCan& can) {
  out = json::object{{"dispatch", can.dispatch},   {"accept", can.accept},
                     {"return", can.give_back},    {"answer", can.answer},
                     {"resolve", can.resolve},     {"close", can.close},
                     {"reopen", can.reopen},       {"reassign", can.reassign},
                     {"hand_over", can.hand_over}, {"escalate", can.escalate},
                     {"note", can.note},           {"pause", can.pause},
                     {"edit", can.edit},           {"told", can.told},
                     {"chase", can.chase},         {"dispute", can.dispute},
                     {"settle", can.settle},       {"extend", can.extend},
                     {"verify", can.verify},       {"answer_extension", can.answer_extension}};
}

void tag_invoke(const json::value_from_tag&, json::value& out, const CaseView& view) {
  out = json::value_from(static_cast<const CaseRow&>(view));
  auto& object = out.get_object();
  using Own = boost::describe::describe_members<CaseView, boost::describe::mod_public>;
  boost::mp11::mp_for_each<Own>(
      [&](auto member) { object[member.name] = json::value_from(view.*member.pointer); });
}

void tag_invoke(const json::value_from_tag&, json::value& out, const InboxRow& row) {
  out = json::object{
      {"case", json::value_from(row.case_row)},       {"dispatch_id", row.dispatch_id},
      {"dispatch_state", row.dispatch_state},         {"text", row.text},
      {"callback", json::value_from(row.callback)},   {"alerts", json::value_from(row.alerts)},
      {"accept_by", json::value_from(row.accept_by)}, {"dispatch", json::value_from(row.dispatch)}};
}

std::string mask_number(std::string_view number) {
  if (number.substr(0, 3) == "+86") number.remove_prefix(3);
  if (number.size() <= 6) return std::string(number);  // a short code names no person
  const std::size_t tail = number.size() >= 8 ? 4 : 2;
  const std::size_t head = number.size() >= 11 ? number.size() - 8 : number.size() / 4;
  std::string masked(number.substr(0, head));
  masked.append(number.size() - head - tail, '*');
  masked += number.substr(number.size() - tail);
  return masked;
}

}  // namespace firsthand::postgres
