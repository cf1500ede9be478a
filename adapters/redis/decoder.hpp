// SPDX-License-Identifier: Apache-2.0
// RESP2 bytes in, replies out: hiredis' reader behind limits of our own. Its arrays are allocated
// from the announced length, so a few bad bytes could ask for gigabytes; here every reply has a
// budget of bytes and of elements. After a failure the decoder stays failed: the link is over.
// Works the same with hiredis 0.14 and 1.x. Thread: one at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "adapters/redis/reply.hpp"

namespace firsthand::redis {

struct ReplyLimits {
  std::size_t bytes_max = 32U << 20U;
  std::size_t elements_max = 1U << 20U;
};

class Decoder {
 public:
  explicit Decoder(ReplyLimits limits = ReplyLimits());
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void feed(std::string_view bytes);
  /// The next whole reply, nothing when more bytes are needed, or kProtocol.
  Result<std::optional<Reply>> next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace firsthand::redis
