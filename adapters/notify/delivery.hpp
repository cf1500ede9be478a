// SPDX-License-Identifier: Apache-2.0
// How one attempt to reach somebody outside ended. `retry` may be tried again later, with the same
// key; `failed` will not become better by repeating. Value types; any thread.
#pragma once

#include <optional>
#include <string>

#include "engine/time.hpp"

namespace firsthand::notify {

enum class DeliveryResult { sent, retry, failed };

struct Delivery {
  DeliveryResult result = DeliveryResult::failed;
  std::string error;                   ///< a sentence for the operator; no personal data
  int code = 0;                        ///< SMTP or HTTP status, 0 when none was received
  std::optional<Seconds> retry_after;  ///< the receiver asked for it

  bool sent() const { return result == DeliveryResult::sent; }
};

}  // namespace firsthand::notify
