// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/decoder.hpp"

#include <hiredis/hiredis.h>

#include <utility>

namespace firsthand::redis {

namespace {

struct ReaderDeleter {
  void operator()(redisReader* reader) const { redisReaderFree(reader); }
};
struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

/// hiredis' own functions, saved before the array one is replaced.
redisReplyObjectFunctions original_functions = {};

/// What is left of the elements one reply may announce.
struct Budget {
  std::size_t elements_left;
};

/// hiredis 0.14 has a limit of its own, 1.x nests as deep as it is told to; we copy by recursion.
constexpr int kDepthMax = 8;

int depth(const redisReadTask* task) {
  int levels = 0;
  for (; task->parent != nullptr; task = task->parent) ++levels;
  return levels;
}

/// The length's type differs between hiredis 0.14 (int) and 1.x (size_t); it is deduced.
template <class Length>
void* create_array_within_budget(const redisReadTask* task, Length announced) {
  auto* budget = static_cast<Budget*>(task->privdata);
  const auto length = static_cast<std::size_t>(announced);
  if (length > budget->elements_left || depth(task) >= kDepthMax) return nullptr;
  budget->elements_left -= length;
  return original_functions.createArray(task, announced);
}

redisReplyObjectFunctions* guarded_functions(const redisReader* reader) {
  static redisReplyObjectFunctions guarded = [reader] {
    original_functions = *reader->fn;
    redisReplyObjectFunctions functions = *reader->fn;
    functions.createArray = &create_array_within_budget;
    return functions;
  }();
  return &guarded;
}

/// False for a kind that RESP2 does not have.
bool copy(const redisReply& from, Reply& to) {
  switch (from.type) {
    case REDIS_REPLY_NIL: to = Reply::nil(); return true;
    case REDIS_REPLY_INTEGER: to = Reply::of(static_cast<std::int64_t>(from.integer)); return true;
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_STRING: to = Reply::of(std::string(from.str, from.len)); return true;
    case REDIS_REPLY_ERROR: to = Reply::error(std::string(from.str, from.len)); return true;
    case REDIS_REPLY_ARRAY: break;
    default: return false;
  }
  to = Reply::array(std::vector<Reply>(from.elements));
  for (std::size_t i = 0; i < from.elements; ++i) {
    if (!copy(*from.element[i], to.elements[i])) return false;
  }
  return true;
}

}  // namespace

struct Decoder::State {
  ReplyLimits limits;
  Budget budget;
  std::unique_ptr<redisReader, ReaderDeleter> reader;
  std::size_t unanswered_bytes = 0;
  bool failed = false;
  std::string why;

  Failure fail(std::string reason) {
    failed = true;
    why = std::move(reason);
    return Failure{Errc::kProtocol, why};
  }
};

Decoder::Decoder(ReplyLimits limits) : state_(std::make_unique<State>()) {
  state_->limits = limits;
  state_->budget.elements_left = limits.elements_max;
  state_->reader.reset(redisReaderCreate());
  state_->reader->fn = guarded_functions(state_->reader.get());
  state_->reader->privdata = &state_->budget;
}

Decoder::~Decoder() = default;

void Decoder::feed(std::string_view bytes) {
  if (state_->failed || bytes.empty()) return;
  state_->unanswered_bytes += bytes.size();
  if (redisReaderFeed(state_->reader.get(), bytes.data(), bytes.size()) != REDIS_OK) {
    state_->fail(state_->reader->errstr);
  }
}

Result<std::optional<Reply>> Decoder::next() {
  State& state = *state_;
  if (state.failed) return Failure{Errc::kProtocol, state.why};
  void* raw = nullptr;
  if (redisReaderGetReply(state.reader.get(), &raw) != REDIS_OK) {
    return state.fail(state.reader->errstr);
  }
  if (raw == nullptr) {
    if (state.unanswered_bytes > state.limits.bytes_max) {
      return state.fail("a reply over the limit of " + std::to_string(state.limits.bytes_max) +
                        " bytes");
    }
    return std::optional<Reply>();
  }
  const std::unique_ptr<redisReply, ReplyDeleter> whole(static_cast<redisReply*>(raw));
  // What is left over belongs to the next reply.
  state.unanswered_bytes = state.reader->len - state.reader->pos;
  state.budget.elements_left = state.limits.elements_max;
  Reply reply;
  if (!copy(*whole, reply)) return state.fail("a reply of a kind RESP2 does not have");
  return std::optional<Reply>(std::move(reply));
}

}  // namespace firsthand::redis
