// SPDX-License-Identifier: Apache-2.0
// Telephone numbers as people and PBXs write them, turned into one comparable form (E.164), from
// our own table of numbering plans (regions.cpp). Pure; callable from any thread; never throws on
// content. Lengths are checked, individual area codes are not: a number that this file accepts is
// well formed, not necessarily in service.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firsthand::telephony {

enum class PhoneKind : std::uint8_t {
  e164,        // `number` is "+" and 6 to 15 digits
  short_code,  // `number` is kept as dialled: 95588, 110, 12345, 4008108888, an extension 8001
  withheld,    // the caller hid the number; `number` is empty
  invalid,     // not a telephone number; `number` is empty
};

struct PhoneNumber {
  std::string number;
  std::string extension;  // digits only; empty when there is none
  PhoneKind kind = PhoneKind::invalid;

  friend bool operator==(const PhoneNumber&, const PhoneNumber&) = default;
  bool reachable() const { return kind == PhoneKind::e164 || kind == PhoneKind::short_code; }
};

// Where a number without a country code was seen. `area_code` completes local numbers (a Beijing
// trunk has "10"); empty leaves them as short codes. One per trunk, from configuration.
struct NumberContext {
  std::string region = "CN";  // ISO 3166-1 alpha-2
  std::string area_code = {};
};

// One number. Understands spaces, dashes, brackets, full-width and Arabic digits, "+", the region's
// international and trunk prefixes, "tel:" and "sip:" URIs, extensions (转8001, 分机, ext, x, #,
// ;ext=), and the words that networks send for a hidden number. At most 256 bytes are looked at.
PhoneNumber parse_phone(std::string_view raw, const NumberContext& context = {});

// Several numbers in one field, separated by "/", ";", ",", "、" or "或"; "010-62345678/79" is two
// numbers. Invalid parts are dropped, duplicates too; at most 16 are returned.
std::vector<PhoneNumber> parse_phones(std::string_view raw, const NumberContext& context = {});

// How a trunk wants to be given the customer's number.
enum class DialStyle : std::uint8_t {
  e164,         // +8613800138000
  e164_digits,  // 8613800138000
  national,     // 13800138000 and 01062345678 at home, 00 + country code abroad
};

// Only digits and at most one leading "+" ever come out: the result may stand in a dial string.
// Nothing for withheld and invalid numbers, and for any text that holds another character.
std::optional<std::string> dial_digits(const PhoneNumber& phone, DialStyle style,
                                       const NumberContext& context = {});

// "138****5678": what screens and logs may show without an audited reveal.
std::string mask_phone(std::string_view number);

std::string_view to_string(PhoneKind kind);

}  // namespace firsthand::telephony
