// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/push_proof.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <span>
#include <stdexcept>

#include "adapters/codec/base64.hpp"
#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/telephony/cti_events.hpp"

namespace firsthand::telephony {
namespace {

constexpr std::size_t kHeaderMax = 1024;

const EVP_MD* digest_of(config::SignatureHash hash) {
  switch (hash) {
    case config::SignatureHash::sha1: return EVP_sha1();
    case config::SignatureHash::sha256: return EVP_sha256();
    case config::SignatureHash::sha512: return EVP_sha512();
  }
  return EVP_sha256();
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::string pair{text.substr(i, 2)};
    unsigned int byte = 0;
    const auto read = std::from_chars(pair.data(), pair.data() + 2, byte, 16);
    if (read.ec != std::errc{} || read.ptr != pair.data() + 2) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

bool same_bytes(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::int64_t unix_seconds(Instant now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}

/// Each blank of `text` filled in; what is filled in is not looked at again.
std::string filled(std::string_view text, std::string_view timestamp, std::string_view body) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with("{timestamp}")) {
      out += timestamp;
      text.remove_prefix(11);
    } else if (text.starts_with("{body}")) {
      out += body;
      text.remove_prefix(6);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

PushVerdict verify_hmac(const config::CallSource& source, std::string_view secret,
                        const SignedPush& push, Instant now) {
  std::string_view given = push.header(source.header);
  if (given.empty() || given.size() > kHeaderMax) return PushVerdict::missing;
  std::string_view sent;
  if (!source.timestamp_header.empty()) {
    sent = push.header(source.timestamp_header);
    if (sent.empty()) return PushVerdict::missing;
    std::int64_t seconds = 0;
    const auto read = std::from_chars(sent.data(), sent.data() + sent.size(), seconds);
    // Twelve digits are far in the future, and far from an overflow below.
    if (read.ec != std::errc{} || read.ptr != sent.data() + sent.size() || sent.size() > 12)
      return PushVerdict::bad_timestamp;
    const std::int64_t apart = unix_seconds(now) - seconds;
    if (apart > source.window.count() || -apart > source.window.count())
      return PushVerdict::outside_window;
  }
  if (!given.starts_with(source.prefix)) return PushVerdict::bad_signature;
  given.remove_prefix(source.prefix.size());
  const auto bytes =
      source.text == config::SignatureText::hex ? from_hex(given) : codec::base64_decode(given);
  const std::string wanted = hmac_bytes(source.hash, secret, filled(source.signs, sent, push.body));
  return bytes && same_bytes(*bytes, wanted) ? PushVerdict::accepted : PushVerdict::bad_signature;
}

/// Twilio names the port in what it signs or leaves it out, by product: both spellings are tried.
std::string with_port(const std::string& url) {
  const auto scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const auto path = std::min(url.find_first_of("/?", scheme + 3), url.size());
  if (url.substr(scheme + 3, path - scheme - 3).find(':') != std::string::npos) return url;
  return url.substr(0, path) + (url.starts_with("https") ? ":443" : ":80") + url.substr(path);
}

PushVerdict verify_twilio(std::string_view secret, const SignedPush& push) {
  const std::string_view given = push.header("X-Twilio-Signature");
  if (given.empty() || given.size() > kHeaderMax) return PushVerdict::missing;
  const auto bytes = codec::base64_decode(given);
  if (!bytes) return PushVerdict::bad_signature;
  bool fits = false;
  for (const std::string& url : {push.url, with_port(push.url)}) {
    const auto wanted =
        hmac_bytes(config::SignatureHash::sha1, secret, twilio_text(url, push.body));
    fits = same_bytes(*bytes, wanted) || fits;
  }
  return fits ? PushVerdict::accepted : PushVerdict::bad_signature;
}

PushVerdict verify_standard(const config::CallSource& source, std::string_view secret,
                            const SignedPush& push, Instant now) {
  const codec::WebhookHeaders headers{push.header("webhook-id"), push.header("webhook-timestamp"),
                                      push.header("webhook-signature")};
  const codec::WebhookSecret key(secret);
  switch (codec::verify_webhook(std::span(&key, 1), headers, push.body, unix_seconds(now),
                                source.window)) {
    case codec::WebhookVerdict::accepted: return PushVerdict::accepted;
    case codec::WebhookVerdict::missing: return PushVerdict::missing;
    case codec::WebhookVerdict::bad_timestamp: return PushVerdict::bad_timestamp;
    case codec::WebhookVerdict::too_old:
    case codec::WebhookVerdict::too_new: return PushVerdict::outside_window;
    case codec::WebhookVerdict::bad_signature: break;
  }
  return PushVerdict::bad_signature;
}

}  // namespace

std::string hmac_bytes(config::SignatureHash hash, std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const unsigned char* made = HMAC(digest_of(hash), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(message.data()),
                                   message.size(), digest.data(), &length);
  if (made == nullptr) throw std::runtime_error("HMAC is not available");
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string twilio_text(std::string_view url, std::string_view form) {
  std::string text{url};
  auto pairs = form_pairs(form);
  if (!pairs) return text;
  std::sort(pairs->begin(), pairs->end());
  pairs->erase(std::unique(pairs->begin(), pairs->end()), pairs->end());
  for (const auto& [name, value] : *pairs) text += name + value;
  return text;
}

PushVerdict verify_push(const config::CallSource& source, std::string_view secret,
                        const SignedPush& push, Instant now) {
  if (secret.empty()) return PushVerdict::bad_signature;
  switch (source.proof) {
    case config::PushProof::hmac: return verify_hmac(source, secret, push, now);
    case config::PushProof::twilio: return verify_twilio(secret, push);
    case config::PushProof::standard_webhooks: return verify_standard(source, secret, push, now);
    case config::PushProof::token: break;
  }
  return PushVerdict::bad_signature;
}

std::string_view sentence(PushVerdict verdict) {
  switch (verdict) {
    case PushVerdict::accepted: return "The signature is valid.";
    case PushVerdict::missing: return "The signature's headers are missing or too long.";
    case PushVerdict::bad_timestamp: return "The signature's timestamp is no number of seconds.";
    case PushVerdict::outside_window: return "The signature is too old, or a clock is wrong.";
    case PushVerdict::bad_signature: return "The signature is not valid.";
  }
  return "The signature is not valid.";
}

}  // namespace firsthand::telephony
