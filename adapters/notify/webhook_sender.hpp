// SPDX-License-Identifier: Apache-2.0
// Hands signed webhooks (Standard Webhooks) to other systems. The receiver's name is resolved once,
// every address is checked, and the connection goes to exactly a checked one; redirects are not
// followed, proxies are not asked, the answer's body is not read beyond a limit. send() blocks for
// at most the configured time: call it on a worker thread. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/notify/delivery.hpp"

namespace firsthand::notify {

struct Webhook {
  std::string id;   ///< the effect's key: the receiver drops a repeat by it
  std::string url;  ///< https, or http when allowed
  std::string secret;
  std::string body;  ///< JSON
};

struct WebhookSettings {
  bool allow_private = false;  ///< receivers in private networks and on this machine
  bool allow_http = false;
  std::string ca_file;  ///< "" = the system's
  std::string user_agent = "firsthand";
  Seconds connect_timeout{5};
  Seconds timeout{10};
  std::size_t answer_bytes_max = 64 * 1024;
  std::size_t body_bytes_max = 256 * 1024;
};

class WebhookSender {
 public:
  explicit WebhookSender(WebhookSettings settings) : settings_{std::move(settings)} {}

  /// 2xx is sent; 408, 425, 429, 5xx and network trouble are retry; everything else is failed.
  Delivery send(const Webhook& webhook, Instant now) const;

 private:
  WebhookSettings settings_;
};

}  // namespace firsthand::notify
