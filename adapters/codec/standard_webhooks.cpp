// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/standard_webhooks.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <stdexcept>

#include "adapters/codec/base64.hpp"

namespace firsthand::codec {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kHeaderMax = 1024;
constexpr int kSignaturesMax = 8;

std::string signature_bytes(const WebhookSecret& secret, std::string_view id,
                            std::string_view timestamp, std::string_view body) {
  std::string message;
  message.reserve(id.size() + timestamp.size() + body.size() + 2);
  message.append(id).append(".").append(timestamp).append(".").append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const std::string_view key = secret.key();
  const unsigned char* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(message.data()),
                                   message.size(), digest.data(), &length);
  if (made == nullptr) throw std::runtime_error("HMAC-SHA256 is not available");
  return {reinterpret_cast<const char*>(digest.data()), length};
}

bool same_bytes(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

WebhookSecret::WebhookSecret(std::string_view configured) {
  if (configured.starts_with(kPrefix)) {
    if (auto decoded = base64_decode(configured.substr(kPrefix.size()))) {
      key_ = *std::move(decoded);
      return;
    }
  }
  key_ = configured;
}

std::string_view to_string(WebhookVerdict verdict) {
  switch (verdict) {
    case WebhookVerdict::accepted: return "accepted";
    case WebhookVerdict::missing: return "missing";
    case WebhookVerdict::bad_timestamp: return "bad_timestamp";
    case WebhookVerdict::too_old: return "too_old";
    case WebhookVerdict::too_new: return "too_new";
    case WebhookVerdict::bad_signature: return "bad_signature";
  }
  return "bad_signature";
}

std::string sign_webhook(const WebhookSecret& secret, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body) {
  return "v1," + base64_encode(signature_bytes(secret, id, std::to_string(timestamp_s), body));
}

WebhookVerdict verify_webhook(std::span<const WebhookSecret> secrets, const WebhookHeaders& headers,
                              std::string_view body, std::int64_t now_s,
                              std::chrono::seconds window) {
  for (const std::string_view header : {headers.id, headers.timestamp, headers.signature}) {
    if (header.empty() || header.size() > kHeaderMax) return WebhookVerdict::missing;
  }
  std::int64_t sent_s = 0;
  const char* end = headers.timestamp.data() + headers.timestamp.size();
  const auto parsed = std::from_chars(headers.timestamp.data(), end, sent_s);
  if (parsed.ec != std::errc{} || parsed.ptr != end || sent_s < 0) {
    return WebhookVerdict::bad_timestamp;
  }
  if (sent_s < now_s - window.count()) return WebhookVerdict::too_old;
  if (sent_s > now_s + window.count()) return WebhookVerdict::too_new;
  bool matched = false;
  for (const WebhookSecret& secret : secrets) {
    if (secret.empty()) continue;  // an unset secret must never verify anything
    const std::string wanted = signature_bytes(secret, headers.id, headers.timestamp, body);
    std::string_view rest = headers.signature;
    for (int i = 0; i < kSignaturesMax && !rest.empty(); ++i) {
      const auto space = rest.find(' ');
      const std::string_view one = rest.substr(0, space);
      rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
      if (!one.starts_with("v1,")) continue;
      const auto given = base64_decode(one.substr(3));
      matched = (given && same_bytes(*given, wanted)) || matched;
    }
  }
  return matched ? WebhookVerdict::accepted : WebhookVerdict::bad_signature;
}

}  // namespace firsthand::codec
