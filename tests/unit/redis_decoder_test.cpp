// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/decoder.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace firsthand::redis {
namespace {

using namespace std::string_literals;

struct Good {
  const char* name;
  std::string bytes;
  Reply reply;
};

const std::vector<Good>& good_replies() {
  static const std::vector<Good> rows = {
      {"status", "+OK\r\n", Reply::of("OK"s)},
      {"empty_status", "+\r\n", Reply::of(""s)},
      {"error", "-ERR no\r\n", Reply::error("ERR no")},
      {"integer", ":42\r\n", Reply::of(std::int64_t{42})},
      {"smallest_integer", ":-9223372036854775808\r\n", Reply::of(std::int64_t{INT64_MIN})},
      {"bulk", "$3\r\nabc\r\n", Reply::of("abc"s)},
      {"empty_bulk", "$0\r\n\r\n", Reply::of(""s)},
      {"bulk_of_line_ends_and_zeros", "$6\r\n\r\n\0$1\n\r\n"s, Reply::of("\r\n\0$1\n"s)},
      {"nil_bulk", "$-1\r\n", Reply::nil()},
      {"nil_array", "*-1\r\n", Reply::nil()},
      {"empty_array", "*0\r\n", Reply::array({})},
      {"mixed_array", "*4\r\n:1\r\n$1\r\na\r\n$-1\r\n-ERR x\r\n",
       Reply::array(
           {Reply::of(std::int64_t{1}), Reply::of("a"s), Reply::nil(), Reply::error("ERR x")})},
      {"nested_array", "*2\r\n*1\r\n*1\r\n:1\r\n*0\r\n",
       Reply::array(
           {Reply::array({Reply::array({Reply::of(std::int64_t{1})})}), Reply::array({})})},
  };
  return rows;
}

TEST(RedisDecoder, ReadsEveryKindWhole) {
  for (const Good& row : good_replies()) {
    SCOPED_TRACE(row.name);
    Decoder decoder;
    decoder.feed(row.bytes);
    const auto reply = decoder.next();
    ASSERT_TRUE(reply) << reply.error().detail;
    ASSERT_TRUE(reply->has_value());
    EXPECT_EQ(**reply, row.reply);
    const auto after = decoder.next();
    ASSERT_TRUE(after);
    EXPECT_FALSE(after->has_value());
  }
}

TEST(RedisDecoder, ReadsEveryKindByteByByte) {
  for (const Good& row : good_replies()) {
    SCOPED_TRACE(row.name);
    Decoder decoder;
    for (std::size_t i = 0; i < row.bytes.size(); ++i) {
      const auto early = decoder.next();
      ASSERT_TRUE(early);
      ASSERT_FALSE(early->has_value()) << "after " << i << " bytes";
      decoder.feed(std::string_view(row.bytes).substr(i, 1));
    }
    const auto reply = decoder.next();
    ASSERT_TRUE(reply && reply->has_value());
    EXPECT_EQ(**reply, row.reply);
  }
}

TEST(RedisDecoder, KeepsTheOrderOfManyInOneFeed) {
  Decoder decoder;
  std::string all;
  for (const Good& row : good_replies()) all += row.bytes;
  decoder.feed(all);
  for (const Good& row : good_replies()) {
    SCOPED_TRACE(row.name);
    const auto reply = decoder.next();
    ASSERT_TRUE(reply && reply->has_value());
    EXPECT_EQ(**reply, row.reply);
  }
}

struct Bad {
  const char* name;
  std::string bytes;
};

TEST(RedisDecoder, RefusesWhatIsNotResp) {
  const std::vector<Bad> rows = {
      {"http", "HTTP/1.1 400 Bad Request\r\n\r\n"},
      {"zero_byte", "\0\0\0\0"s},
      {"unknown_kind", "?3\r\n"},
      {"unknown_kind_inside", "*2\r\n:1\r\n@2\r\n"},
      {"array_over_the_limit", "*1048577\r\n"},
      {"array_of_two_billion", "*2147483647\r\n"},
      {"array_over_the_int", "*4294967297\r\n"},
      {"negative_array", "*-7\r\n"},
      {"negative_bulk", "$-7\r\n"},
      {"too_deep",
       "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"},
      // Each within the limit, together over it: the budget is for the whole reply.
      {"many_big_arrays", "*3\r\n*1000000\r\n"},
  };
  for (const Bad& row : rows) {
    SCOPED_TRACE(row.name);
    ReplyLimits limits;
    if (row.name == std::string("many_big_arrays")) limits.elements_max = 1'000'002;
    Decoder decoder(limits);
    decoder.feed(row.bytes);
    const auto reply = decoder.next();
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Errc::kProtocol);
    // It stays failed: what comes after broken bytes means nothing.
    decoder.feed("+OK\r\n");
    EXPECT_FALSE(decoder.next());
  }
}

TEST(RedisDecoder, TheBudgetOfElementsIsPerReply) {
  ReplyLimits limits;
  limits.elements_max = 3;
  Decoder decoder(limits);
  for (int i = 0; i < 10; ++i) {
    decoder.feed("*2\r\n:1\r\n*1\r\n:2\r\n");
    const auto reply = decoder.next();
    ASSERT_TRUE(reply && reply->has_value());
  }
  decoder.feed("*2\r\n:1\r\n*2\r\n:2\r\n:3\r\n");
  EXPECT_FALSE(decoder.next());
}

TEST(RedisDecoder, AnUnfinishedReplyMayNotGrowForEver) {
  ReplyLimits limits;
  limits.bytes_max = 1'000;
  Decoder decoder(limits);
  decoder.feed("$100000\r\n");
  Result<std::optional<Reply>> reply = decoder.next();
  ASSERT_TRUE(reply);
  for (int i = 0; i < 100 && reply; ++i) {
    decoder.feed(std::string(100, 'x'));
    reply = decoder.next();
  }
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::kProtocol);
}

TEST(RedisDecoder, ReadsALargeReply) {
  Decoder decoder;
  const std::string big(5'000'000, '\r');
  const std::string bytes = "$5000000\r\n" + big + "\r\n:1\r\n";
  for (std::size_t i = 0; i < bytes.size(); i += 16'384) {
    decoder.feed(std::string_view(bytes).substr(i, 16'384));
    if (i + 16'384 < bytes.size()) {
      ASSERT_TRUE(decoder.next());
    }
  }
  const auto reply = decoder.next();
  ASSERT_TRUE(reply && reply->has_value());
  EXPECT_TRUE(**reply == Reply::of(big));
  const auto after = decoder.next();
  ASSERT_TRUE(after && after->has_value());
  EXPECT_EQ((*after)->integer, 1);
}

// Damaged streams in random pieces: any answer is right except a crash or an endless one.
TEST(RedisDecoder, SurvivesDamagedStreams) {
  for (std::uint32_t seed = 1; seed <= 2'000; ++seed) {
    std::mt19937 random(seed);
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += good_replies()[random() % good_replies().size()].bytes;
    for (std::uint32_t i = 0, damages = random() % 4; i < damages; ++i) {
      const std::size_t at = random() % bytes.size();
      if (random() % 2 == 0) {
        bytes[at] = static_cast<char>(random() % 256);
      } else {
        bytes.erase(at, 1 + random() % 3);
      }
    }
    Decoder decoder;
    std::size_t replies = 0;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = 1 + random() % 7;
      decoder.feed(std::string_view(bytes).substr(at, size));
      at += size;
      for (auto reply = decoder.next(); reply && reply->has_value(); reply = decoder.next()) {
        ++replies;
      }
    }
    ASSERT_LE(replies, bytes.size()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace firsthand::redis
