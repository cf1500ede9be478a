// SPDX-License-Identifier: Apache-2.0
// Signatures of webhooks, in and out, after the Standard Webhooks specification 1.0.0: the header
// webhook-signature holds "v1,<base64 of HMAC-SHA256 over id.timestamp.body>", several separated by
// spaces while a secret is being changed. Pure but for OpenSSL; callable from any thread; now is
// handed in. Timestamps are Unix seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace firsthand::codec {

// A secret as it is configured: "whsec_" and base64, or plain text that is used as it is.
class WebhookSecret {
 public:
  explicit WebhookSecret(std::string_view configured);
  std::string_view key() const { return key_; }
  bool empty() const { return key_.empty(); }

 private:
  std::string key_;
};

enum class WebhookVerdict : std::uint8_t {
  accepted,
  missing,        // a header is absent or too long
  bad_timestamp,  // not a number
  too_old,        // outside the window
  too_new,
  bad_signature,
};
std::string_view to_string(WebhookVerdict verdict);

inline constexpr std::chrono::seconds kWebhookWindow{300};

// "v1,..." for the header webhook-signature.
std::string sign_webhook(const WebhookSecret& secret, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body);

struct WebhookHeaders {
  std::string_view id, timestamp, signature;
};

// Any of `secrets` may match (rotation). Compares in constant time, and does the same work whether
// the first or the last matches.
WebhookVerdict verify_webhook(std::span<const WebhookSecret> secrets, const WebhookHeaders& headers,
                              std::string_view body, std::int64_t now_s,
                              std::chrono::seconds window = kWebhookWindow);

}  // namespace firsthand::codec
