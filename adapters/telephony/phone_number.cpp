// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/phone_number.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "adapters/telephony/phone_text.hpp"
#include "adapters/telephony/regions.hpp"

namespace firsthand::telephony {
namespace {

constexpr std::size_t kDigitsMax = 15;  // ITU-T E.164
constexpr std::size_t kSeveralMax = 16;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> split(std::string_view list, char separator) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const auto end = list.find(separator);
    parts.push_back(list.substr(0, end));
    if (end == std::string_view::npos) break;
    list.remove_prefix(end + 1);
  }
  return parts;
}

PhoneNumber e164(std::string_view country, std::string_view national) {
  return {"+" + std::string{country} + std::string{national}, {}, PhoneKind::e164};
}

// ---- China: the plan is known well enough to tell kinds of numbers apart.

bool is_china_mobile(std::string_view n) {
  return n.size() == 11 && n[0] == '1' && n[1] >= '3' && n[1] <= '9';
}

// Without the trunk prefix: 10 and 2x have two digits and eight follow; others three and 7 or 8.
bool is_china_fixed(std::string_view n) {
  if (n.size() < 9 || n.size() > 11) return false;
  const bool short_area = n.starts_with("10") || n[0] == '2';
  const std::size_t area = short_area ? 2 : 3;
  if (!short_area && (n[0] < '3' || n[0] > '9')) return false;
  const std::size_t local = n.size() - area;
  const char first = n[area];
  return (local == 8 || (local == 7 && !short_area)) && first >= '2' && first <= '9';
}

bool is_china_shared_cost(std::string_view n) {
  return n.size() == 10 && (n.starts_with("400") || n.starts_with("800"));
}

// 110, 12345, 95588, 96110, 1069...: national services without an area code.
bool is_china_service(std::string_view n) {
  return n.size() >= 3 && n.size() <= 8 &&
         (n[0] == '1' || n.starts_with("95") || n.starts_with("96"));
}

std::optional<PhoneNumber> china_national(std::string_view n) {
  if (n.starts_with('0')) n.remove_prefix(1);
  if (is_china_shared_cost(n)) return PhoneNumber{std::string{n}, {}, PhoneKind::short_code};
  if (is_china_mobile(n) || is_china_fixed(n)) return e164("86", n);
  return std::nullopt;
}

// ---- Elsewhere: lengths, and three countries' habits.

bool fits(const Region& region, std::string_view n) {
  return n.size() >= region.length_min && n.size() <= region.length_max &&
         n.size() + region.country.size() <= kDigitsMax;
}

// Argentina dials mobiles as 0 + area + 15 + local at home and 9 + area + local from abroad.
std::string argentine(std::string n) {
  if (n.size() != 12) return n;
  for (const std::size_t area : {std::size_t{2}, std::size_t{3}, std::size_t{4}}) {
    if (n.compare(area, 2, "15") != 0 || (area == 2 && !n.starts_with("11"))) continue;
    n.erase(area, 2);
    return "9" + n;
  }
  return n;
}

std::string habits(const Region& region, std::string n) {
  if (region.country == "54") return argentine(std::move(n));
  // Mexico's old mobile mark, dropped in 2019 and still in address books.
  if (region.country == "52" && n.size() == 11 && n.starts_with('1')) return n.substr(1);
  // Brazil: the carrier's two digits after the trunk prefix.
  if (region.country == "55" && (n.size() == 12 || n.size() == 13)) return n.substr(2);
  return n;
}

std::optional<PhoneNumber> international(std::string_view digits) {
  const Region* region = region_of_number(digits);
  if (region == nullptr) return std::nullopt;
  std::string_view n = digits.substr(region->country.size());
  if (region->country == "86") {
    if (auto number = china_national(n)) return number;
    if (is_china_service(n)) return PhoneNumber{std::string{n}, {}, PhoneKind::short_code};
    return std::nullopt;
  }
  for (const std::string_view trunk : split(region->trunk, '|')) {
    // Nobody's national number begins with the trunk prefix 0; with 8 or 1 it may.
    if (n.starts_with(trunk) && fits(*region, n.substr(trunk.size())) &&
        (trunk[0] == '0' || !fits(*region, n))) {
      n.remove_prefix(trunk.size());
      break;
    }
  }
  const std::string national = habits(*region, std::string{n});
  if (!fits(*region, national)) return std::nullopt;
  return e164(region->country, national);
}

std::optional<PhoneNumber> after_exit_code(const Region& region, std::string_view digits,
                                           bool single_digit) {
  for (const std::string_view code : split(region.international, '|')) {
    if ((code.size() == 1) != single_digit || !digits.starts_with(code)) continue;
    if (auto number = international(digits.substr(code.size()))) return number;
  }
  return std::nullopt;
}

std::optional<PhoneNumber> national(const Region& region, std::string_view digits) {
  if (region.country == "86") return china_national(digits);
  for (const std::string_view trunk : split(region.trunk, '|')) {
    if (!digits.starts_with(trunk)) continue;
    const std::string n = habits(region, std::string{digits.substr(trunk.size())});
    if (fits(region, n)) return e164(region.country, n);
  }
  // Where there is a trunk prefix, six digits without it are a local or a service number.
  if (!region.trunk.empty() && digits.size() <= 6) return std::nullopt;
  const std::string n = habits(region, std::string{digits});
  if (!fits(region, n)) return std::nullopt;
  return e164(region.country, n);
}

std::optional<PhoneNumber> local(const Region& region, std::string_view digits,
                                 const NumberContext& context) {
  if (digits.size() > 8 || digits.size() < 2) return std::nullopt;
  if (region.country == "86" && is_china_service(digits)) {
    return PhoneNumber{std::string{digits}, {}, PhoneKind::short_code};
  }
  if (!context.area_code.empty() && digits.size() >= 5 && digits[0] != '0' &&
      all_digits(context.area_code)) {
    if (auto number = national(region, std::string{region.trunk.substr(0, region.trunk.find('|'))} +
                                           context.area_code + std::string{digits})) {
      return number;
    }
  }
  return PhoneNumber{std::string{digits}, {}, PhoneKind::short_code};
}

std::optional<PhoneNumber> resolve(std::string_view digits, bool plus,
                                   const NumberContext& context) {
  if (digits.size() > 24) return std::nullopt;
  if (plus) return international(digits);
  const Region* region = find_region(context.region);
  if (region == nullptr) region = find_region("CN");
  if (auto number = after_exit_code(*region, digits, false)) return number;
  if (auto number = national(*region, digits)) return number;
  if (auto number = after_exit_code(*region, digits, true)) return number;
  if (auto number = local(*region, digits, context)) return number;
  // Carriers often leave out the "+": 8613800138000.
  if (digits.starts_with(region->country)) return international(digits);
  return std::nullopt;
}

}  // namespace

PhoneNumber parse_phone(std::string_view raw, const NumberContext& context) {
  PhoneText text = read_phone_text(raw);
  if (text.withheld) return {{}, {}, PhoneKind::withheld};
  if (!text.clean) return {};
  if (auto number = resolve(text.digits, text.plus, context)) {
    number->extension = std::move(text.extension);
    return *std::move(number);
  }
  // "010-62345678-8001": the last group is an extension when the rest is a number without it.
  if (text.groups.size() >= 2 && text.groups.back().size() <= 6 && text.extension.empty()) {
    const std::string_view rest =
        std::string_view(text.digits).substr(0, text.digits.size() - text.groups.back().size());
    auto number = resolve(rest, text.plus, context);
    if (number && rest.size() >= 7) {
      number->extension = text.groups.back();
      return *std::move(number);
    }
  }
  return {};
}

std::vector<PhoneNumber> parse_phones(std::string_view raw, const NumberContext& context) {
  std::string list = fold_phone_text(raw);
  for (const std::string_view word : {std::string_view{"或"}, std::string_view{" or "}}) {
    for (auto at = list.find(word); at != std::string::npos; at = list.find(word, at)) {
      list.replace(at, word.size(), "/");
    }
  }
  // A semicolon separates numbers, but ";ext=" belongs to the one before it.
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool is_parameter =
        list[i] == ';' && (list.compare(i, 5, ";ext=") == 0 || list.compare(i, 7, ";phone-") == 0);
    if (list[i] == '|' || list[i] == ',' || list[i] == '\n' || (list[i] == ';' && !is_parameter)) {
      list[i] = '/';
    }
  }
  std::vector<PhoneNumber> numbers;
  std::string before;  // the digits of the number before, for "62345678/79"
  for (const std::string_view part : split(list, '/')) {
    const PhoneText text = read_phone_text(part);
    if (!text.clean) continue;
    std::string digits = text.digits;
    const bool tail =
        !before.empty() && digits.size() <= 4 && !text.plus && before.size() >= digits.size() + 5;
    if (tail) digits = before.substr(0, before.size() - digits.size()) + digits;
    PhoneNumber number = tail ? parse_phone(digits, context) : parse_phone(part, context);
    before = (text.plus && !tail ? "+" : "") + digits;
    if (!number.reachable()) continue;
    if (std::find(numbers.begin(), numbers.end(), number) != numbers.end()) continue;
    numbers.push_back(std::move(number));
    if (numbers.size() == kSeveralMax) break;
  }
  return numbers;
}

std::optional<std::string> dial_digits(const PhoneNumber& phone, DialStyle style,
                                       const NumberContext& context) {
  std::string_view digits = phone.number;
  if (phone.kind == PhoneKind::e164 && digits.starts_with('+')) digits.remove_prefix(1);
  if (!phone.reachable() || digits.empty() || digits.size() > 24 || !all_digits(digits)) {
    return std::nullopt;
  }
  if (phone.kind == PhoneKind::short_code) return std::string{digits};
  switch (style) {
    case DialStyle::e164: return "+" + std::string{digits};
    case DialStyle::e164_digits: return std::string{digits};
    case DialStyle::national: break;
  }
  const Region* home = find_region(context.region);
  if (home == nullptr) return std::string{digits};
  if (!digits.starts_with(home->country)) {
    return std::string{split(home->international, '|').front()} + std::string{digits};
  }
  const std::string_view n = digits.substr(home->country.size());
  if (home->country == "86" && is_china_mobile(n)) return std::string{n};
  if (home->trunk.empty()) return std::string{n};
  return std::string{split(home->trunk, '|').front()} + std::string{n};
}

std::string mask_phone(std::string_view number) {
  if (number.size() <= 4) return std::string(number.size(), '*');
  const std::size_t tail = number.size() >= 8 ? 4 : 2;
  const std::size_t head = number.size() >= 11 ? number.size() - 8 : number.size() / 4;
  std::string masked{number.substr(0, head)};
  masked.append(number.size() - head - tail, '*');
  masked += number.substr(number.size() - tail);
  return masked;
}

std::string_view to_string(PhoneKind kind) {
  switch (kind) {
    case PhoneKind::e164: return "e164";
    case PhoneKind::short_code: return "short_code";
    case PhoneKind::withheld: return "withheld";
    case PhoneKind::invalid: return "invalid";
  }
  return "invalid";
}

}  // namespace firsthand::telephony
