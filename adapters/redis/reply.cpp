// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/reply.hpp"

#include <charconv>
#include <utility>

namespace firsthand::redis {

Reply Reply::of(std::int64_t value) {
  Reply reply;
  reply.kind = Kind::kInteger;
  reply.integer = value;
  return reply;
}

Reply Reply::of(std::string value) {
  Reply reply;
  reply.kind = Kind::kString;
  reply.text = std::move(value);
  return reply;
}

Reply Reply::error(std::string value) {
  Reply reply;
  reply.kind = Kind::kError;
  reply.text = std::move(value);
  return reply;
}

Reply Reply::array(std::vector<Reply> values) {
  Reply reply;
  reply.kind = Kind::kArray;
  reply.elements = std::move(values);
  return reply;
}

Result<std::int64_t> Reply::as_integer() const {
  if (kind == Kind::kInteger) return integer;
  if (kind == Kind::kString) {
    std::int64_t value = 0;
    const char* last = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), last, value);
    if (parsed.ec == std::errc() && parsed.ptr == last) return value;
  }
  return Failure{Errc::kUnexpectedReply, "an integer was expected"};
}

Result<std::string> Reply::as_string() const {
  if (kind == Kind::kString) return text;
  return Failure{Errc::kUnexpectedReply, "a string was expected"};
}

Result<std::vector<Reply>> as_array(Result<Reply> reply, std::size_t least) {
  if (!reply) return std::move(reply).error();
  if (reply->kind != Reply::Kind::kArray || reply->elements.size() < least) {
    return Failure{Errc::kUnexpectedReply, "an array was expected"};
  }
  return std::move(reply->elements);
}

Result<std::int64_t> as_integer(const Result<Reply>& reply) {
  if (!reply) return reply.error();
  return reply->as_integer();
}

}  // namespace firsthand::redis
