// SPDX-License-Identifier: Apache-2.0
#include "config/accounts.hpp"

#include "config/reader.hpp"
#include "config/zones.hpp"

namespace firsthand::config {
namespace {

OfficeCutOff read_cut_off(Reader& reader, const std::optional<Zone>& zone) {
  OfficeCutOff cut_off;
  cut_off.office = reader.code("office");
  const auto last = reader.parsed("last_day", parse_date, why::no_date);
  if (!last || !zone) return cut_off;
  const auto day = zone->day(*last);
  if (day) {
    cut_off.until = day->to;
  } else {
    reader.fail("last_day", why::no_such_day);
  }
  return cut_off;
}

}  // namespace

Checked<AccountRules> read_accounts(const Value& document, const std::string& file) {
  Errors errors;
  AccountRules rules;
  {
    Reader root{document, file, "", errors};
    const auto take = [&root](const char* name, int max, std::optional<std::int64_t> otherwise) {
      return static_cast<int>(root.number(name, 0, max, otherwise));
    };
    constexpr int kDaysMax = 3660;
    rules.claims_per_day = take("claims_per_day", 1000, std::nullopt);
    rules.cool_down_days = take("cool_down_days", kDaysMax, std::nullopt);
    rules.warn_no_contact_days = take("warn_no_contact_days", kDaysMax, 0);
    rules.contract_ends_within_days =
        take("contract_ends_within_days", kDaysMax, rules.contract_ends_within_days);
    rules.no_contact_calls_per_day =
        take("no_contact_calls_per_day", 10'000, rules.no_contact_calls_per_day);
    const std::string name = root.text("timezone");
    const auto zone = Zone::find(name);
    if (!name.empty() && !zone) root.fail("timezone", {why::no_time_zone, {{"zone", name}}});
    root.each("cut_off",
              [&](Reader& reader) { rules.cut_offs.push_back(read_cut_off(reader, zone)); });
  }
  std::set<std::string> offices;
  for (const auto& cut_off : rules.cut_offs) {
    if (!cut_off.office.empty() && !offices.insert(cut_off.office).second)
      errors.add(file, "cut_off", Reason{why::office_twice, {{"office", cut_off.office}}});
  }
  if (!errors.empty()) return errors;
  return rules;
}

}  // namespace firsthand::config
