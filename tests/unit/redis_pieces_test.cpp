// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "adapters/asio/backoff.hpp"
#include "adapters/redis/command.hpp"
#include "adapters/redis/decoder.hpp"
#include "adapters/redis/feed.hpp"
#include "adapters/redis/keys.hpp"
#include "adapters/redis/scripts.hpp"
#include "adapters/redis/url.hpp"

namespace firsthand::redis {
namespace {

using namespace std::string_literals;

TEST(RedisCommand, IsFormattedAsBytesWithLengths) {
  Command command("SET", "k\r\n"s, std::string("a\0b", 3), 42, std::int64_t{-1});
  std::string bytes;
  command.append_to(bytes);
  EXPECT_EQ(bytes, "*5\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$3\r\na\0b\r\n$2\r\n42\r\n$2\r\n-1\r\n"s);
}

TEST(RedisCommand, WhatIsFormattedIsWhatIsRead) {
  Command command("ECHO", "\r\n$5\r\n"s);
  std::string bytes;
  command.append_to(bytes);
  Decoder decoder;
  decoder.feed(bytes);
  const auto reply = decoder.next();
  ASSERT_TRUE(reply && reply->has_value());
  EXPECT_EQ(**reply, Reply::array({Reply::of("ECHO"s), Reply::of("\r\n$5\r\n"s)}));
}

struct UrlRow {
  const char* url;
  Address address;
};

TEST(RedisUrl, ReadsItsParts) {
  const std::vector<UrlRow> rows = {
      {"redis://127.0.0.1", {"127.0.0.1", 6379, "", "", 0}},
      {"redis://cache.example:7000/3", {"cache.example", 7000, "", "", 3}},
      {"redis://:p%40ss%2F@h:1/", {"h", 1, "", "p@ss/", 0}},
      {"redis://firsthand:secret@h", {"h", 6379, "firsthand", "secret", 0}},
      {"redis://[::1]:6380/0", {"::1", 6380, "", "", 0}},
  };
  for (const UrlRow& row : rows) {
    SCOPED_TRACE(row.url);
    const Result<Address> address = parse_url(row.url);
    ASSERT_TRUE(address) << address.error().detail;
    EXPECT_EQ(*address, row.address);
  }
}

TEST(RedisUrl, RefusesTheRestWithoutRepeatingThePassword) {
  for (const char* url :
       {"", "localhost:6379", "http://h", "rediss://h", "redis://", "redis://h:0",
        "redis://h:99999", "redis://h/abc", "redis://h/-1", "redis://h/1/2", "redis://h?db=1",
        "redis://:topsecret@h:port", "redis://:topsecret@h/x", "redis://user@h"}) {
    SCOPED_TRACE(url);
    const Result<Address> address = parse_url(url);
    ASSERT_FALSE(address);
    EXPECT_EQ(address.error().code, Errc::kBadArgument);
    EXPECT_EQ(address.error().detail.find("topsecret"), std::string::npos);
  }
}

TEST(RedisErrors, StatesOfTheServerAreUnavailable) {
  for (const char* text : {"READONLY You can't write against a read only replica.",
                           "LOADING Redis is loading the dataset in memory",
                           "MOVED 3999 127.0.0.1:6381", "BUSY Redis is busy running a script.",
                           "OOM command not allowed when used memory > 'maxmemory'.",
                           "CLUSTERDOWN The cluster is down", "MASTERDOWN Link with MASTER is down",
                           "ERR max number of clients reached"}) {
    EXPECT_EQ(classify_server_error(text).code, Errc::kUnavailable) << text;
  }
  for (const char* text :
       {"ERR unknown command", "WRONGTYPE Operation against a key", "NOSCRIPT No matching script.",
        "NOAUTH Authentication required.", "BUSYGROUP exists", "OOMPH", ""}) {
    EXPECT_EQ(classify_server_error(text).code, Errc::kServer) << text;
  }
}

TEST(RedisFeedPosition, IsStrictAboutWhatBrowsersSend) {
  EXPECT_EQ(parse_feed_position("1700000000000-3"), (FeedPosition{1'700'000'000'000, 3}));
  EXPECT_LT(*parse_feed_position("9-10"), *parse_feed_position("10-2"));
  EXPECT_LT(*parse_feed_position("10-9"), *parse_feed_position("10-10"));
  for (const char* text : {"", "-", "1", "1-", "-1", "1-2-3", "a-1", "1-b", "$", "+", " 1-1",
                           "1-1 ", "-1-1", "99999999999999999999-0", "1-1\r\nFLUSHALL"}) {
    EXPECT_FALSE(parse_feed_position(text)) << text;
  }
}

TEST(RedisBackoff, DoublesWithinItsBoundsAndStartsAnew) {
  net::Backoff backoff(std::chrono::milliseconds(100), std::chrono::milliseconds(5'000));
  std::int64_t full = 100;
  for (int i = 0; i < 12; ++i) {
    const auto wait = backoff.next().count();
    EXPECT_GE(wait, full / 2);
    EXPECT_LE(wait, full);
    full = std::min<std::int64_t>(full * 2, 5'000);
  }
  backoff.reset();
  EXPECT_LE(backoff.next().count(), 100);
}

TEST(RedisKeys, ShareAHashTag) {
  const Keys keys("fh", "route");
  EXPECT_EQ(keys("idle"), "{fh:route}:idle");
  EXPECT_EQ(keys("lease:a:", 7), "{fh:route}:lease:a:7");
}

TEST(RedisScripts, AreEmbeddedWithDistinctNames) {
  std::set<std::string_view> names;
  for (const Script* script : {&scripts::due_put, &scripts::due_claim, &scripts::route_lease,
                               &scripts::presence_beat, &scripts::writer_acquire}) {
    EXPECT_EQ(script->sha1.size(), 40U);
    EXPECT_NE(script->source.find("now_ms"), std::string_view::npos);
    names.insert(script->sha1);
  }
  EXPECT_EQ(names.size(), 5U);
}

}  // namespace
}  // namespace firsthand::redis
