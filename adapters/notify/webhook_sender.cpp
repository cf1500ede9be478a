// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/webhook_sender.hpp"

#include <netdb.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "adapters/notify/address.hpp"
#include "adapters/notify/curl.hpp"

namespace firsthand::notify {
namespace {

constexpr Seconds kRetryAfterMax{3600};

Delivery refuse(std::string why) {
  return {DeliveryResult::failed, std::move(why), 0, {}};
}
Delivery later(std::string why) {
  return {DeliveryResult::retry, std::move(why), 0, {}};
}

struct Target {
  std::string scheme, host, port;
  bool numeric = false;
};

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string out{text};
  curl_free(text);
  return out;
}

/// Read by the very parser that makes the transfer: two parsers would disagree some day.
Target parse_target(CURLU* url) {
  Target target{part(url, CURLUPART_SCHEME), part(url, CURLUPART_HOST),
                part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  if (target.host.size() > 2 && target.host.front() == '[') {
    target.host = target.host.substr(1, target.host.size() - 2);
  }
  target.numeric = parse_address(target.host).has_value();
  return target;
}

/// Empty: the name is not known now.
std::vector<Address> resolve(const Target& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, &freeaddrinfo};
  std::vector<Address> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (const auto address = address_of(one->ai_addr)) addresses.push_back(*address);
  }
  return addresses;
}

/// The second wall: whatever libcurl made of name and address, no other socket is opened.
curl_socket_t open_checked(void* checked, curlsocktype, curl_sockaddr* wanted) {
  const auto& allowed = *static_cast<const std::vector<Address>*>(checked);
  const auto address = address_of(&wanted->addr);
  if (!address || std::find(allowed.begin(), allowed.end(), *address) == allowed.end()) {
    return CURL_SOCKET_BAD;
  }
  return ::socket(wanted->family, wanted->socktype | SOCK_CLOEXEC, wanted->protocol);
}

struct Answer {
  std::size_t bytes = 0;
  std::size_t bytes_max = 0;
};

std::size_t count_answer(char*, std::size_t size, std::size_t count, void* into) {
  auto& answer = *static_cast<Answer*>(into);
  answer.bytes += size * count;
  return answer.bytes <= answer.bytes_max ? size * count : 0;  // 0 ends the transfer
}

/// The status decides as soon as it was received: an endless or stalled body does not undo a 2xx.
Delivery classify(CURLcode code, long status, const char* error) {
  Delivery delivery;
  delivery.code = static_cast<int>(status);
  if (status >= 200 && status < 300) {
    delivery.result = DeliveryResult::sent;
    return delivery;
  }
  if (status == 0 || status < 200) {
    delivery.result = DeliveryResult::retry;
    delivery.error = error[0] != '\0' ? error : curl_easy_strerror(code);
    return delivery;
  }
  const bool temporary = status >= 500 || status == 408 || status == 425 || status == 429;
  delivery.result = temporary ? DeliveryResult::retry : DeliveryResult::failed;
  delivery.error = "the receiver answered " + std::to_string(status);
  if (status < 400) delivery.error += "; redirects are not followed";
  return delivery;
}

bool is_header_text(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

Delivery WebhookSender::send(const Webhook& webhook, Instant now) const {
  if (!is_header_text(webhook.id)) return refuse("the webhook's id cannot be a header");
  if (webhook.body.size() > settings_.body_bytes_max) return refuse("the body is too long");
  const codec::WebhookSecret secret{webhook.secret};
  if (secret.empty()) return refuse("the webhook has no signing secret");

  CurlHandle handle = make_curl();
  CURL* curl = handle.get();
  const CurlUrl url{curl_url()};
  if (curl_url_set(url.get(), CURLUPART_URL, webhook.url.c_str(), 0) != CURLUE_OK) {
    return refuse("the URL cannot be read");
  }
  const Target target = parse_target(url.get());
  const bool http = target.scheme == "http";
  if (target.scheme != "https" && !(http && settings_.allow_http)) {
    return refuse("only https is allowed (webhook.allow_http)");
  }
  if (!part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty()) {
    return refuse("a URL with a user or password is not accepted");
  }
  const std::vector<Address> checked = resolve(target);
  if (checked.empty()) return later("the receiver's name is not known");
  if (!settings_.allow_private && std::any_of(checked.begin(), checked.end(), is_private)) {
    return refuse("the receiver's address is private (webhook.allow_private)");
  }

  std::array<char, CURL_ERROR_SIZE> error{};
  set_common(curl, {settings_.connect_timeout, settings_.timeout}, error.data());
  curl_easy_setopt(curl, CURLOPT_CURLU, url.get());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, http ? "http" : "https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, settings_.user_agent.c_str());
  if (!settings_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, settings_.ca_file.c_str());

  CurlList pinned;
  if (!target.numeric) {
    std::string line = target.host + ":" + target.port + ":";
    for (std::size_t i = 0; i < checked.size(); ++i) {
      if (i > 0) line += ",";
      line += checked[i].is_v4() ? checked[i].text() : "[" + checked[i].text() + "]";
    }
    append(pinned, line);
    curl_easy_setopt(curl, CURLOPT_RESOLVE, pinned.get());
  }
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_checked);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &checked);

  const std::int64_t timestamp = std::chrono::floor<Seconds>(now).time_since_epoch().count();
  CurlList headers;
  append(headers, "Content-Type: application/json");
  append(headers, "Expect:");
  append(headers, "webhook-id: " + webhook.id);
  append(headers, "webhook-timestamp: " + std::to_string(timestamp));
  append(headers,
         "webhook-signature: " + codec::sign_webhook(secret, webhook.id, timestamp, webhook.body));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, webhook.body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(webhook.body.size()));
  Answer answer{0, settings_.answer_bytes_max};
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, count_answer);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);

  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  Delivery delivery = classify(code, status, error.data());
  curl_off_t wait = 0;
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
  if (delivery.result == DeliveryResult::retry && wait > 0) {
    delivery.retry_after = std::min(Seconds{wait}, kRetryAfterMax);
  }
  return delivery;
}

}  // namespace firsthand::notify
