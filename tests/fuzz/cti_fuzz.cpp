// SPDX-License-Identifier: Apache-2.0
// Any bytes as the body of a call event and as a telephone number. What comes out must be safe to
// store and to dial.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "adapters/codec/base64.hpp"
#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/telephony/cti_events.hpp"

namespace {

using namespace firsthand::telephony;

void check(const PhoneNumber& phone) {
  std::string_view digits = phone.number;
  if (phone.kind == PhoneKind::e164) {
    if (!digits.starts_with('+') || digits.size() < 5 || digits.size() > 16) std::abort();
    digits.remove_prefix(1);
  }
  if (!phone.reachable() && !digits.empty()) std::abort();
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) std::abort();
  if (phone.extension.find_first_not_of("0123456789") != std::string::npos) std::abort();
  if (phone.reachable() && !dial_digits(phone, DialStyle::national)) std::abort();
  mask_phone(phone.number);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(parse_phone(text));
  check(parse_phone(text, {"US", "201"}));
  for (const PhoneNumber& phone : parse_phones(text)) check(phone);
  for (const char* type : {"application/json", "application/x-www-form-urlencoded"}) {
    const auto event = parse_cti_event(firsthand::config::own_format(), type, text, "fuzz");
    if (!event.has_value()) continue;
    check(event->from);
    check(event->to);
    if (event->call_id.empty() || event->key.empty()) std::abort();
  }
  const std::vector<firsthand::codec::WebhookSecret> secrets = {
      firsthand::codec::WebhookSecret{"secret"}};
  const auto verdict = firsthand::codec::verify_webhook(secrets, {"id", "1", text}, "body", 1);
  if (verdict == firsthand::codec::WebhookVerdict::accepted) std::abort();
  if (const auto bytes = firsthand::codec::base64_decode(text)) {
    if (firsthand::codec::base64_encode(*bytes) != text) std::abort();
  }
  return 0;
}
