// SPDX-License-Identifier: Apache-2.0
// Reads a request's body, by length or in chunks, within a limit (gate rules 7, 8 and 11). The
// chunk grammar is Beast's; what it is lenient about is refused here: trailers, long chunk
// extensions.
//
// Thread: one at a time. Errors: state() is failed and refusal() says why.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/http/gate.hpp"

namespace firsthand::http {

class BodyReader {
 public:
  enum class State { need_more, done, failed };
  static constexpr std::size_t kChunkExtensionMax = 256;
  static constexpr std::size_t kChunkLineMax = 1024;

  /// `raw_head` is the header that the gate accepted.
  BodyReader(std::string_view raw_head, std::size_t limit);
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  /// Returns how many of `bytes` were used; hand the rest in again with what follows it.
  std::size_t feed(std::string_view bytes);
  State state() const { return state_; }
  const GateRefusal& refusal() const { return refusal_; }
  std::string take();

 private:
  struct Impl;
  void fail(int rule, int status, std::string_view code, std::string_view sentence);

  std::unique_ptr<Impl> impl_;
  State state_ = State::need_more;
  GateRefusal refusal_;
};

}  // namespace firsthand::http
