// SPDX-License-Identifier: Apache-2.0
// Every rule of the HTTP gate that can be seen in the header or the body bytes, as named rows.
#include "adapters/http/gate.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "adapters/http/body.hpp"
#include "adapters/http/forwarded.hpp"

namespace firsthand::http {
namespace {

std::string request(const std::string& line, const std::string& fields) {
  return line + "\r\n" + fields + "\r\n";
}

std::string get(const std::string& fields) {
  return request("GET / HTTP/1.1", fields);
}
std::string post(const std::string& fields) {
  return request("POST / HTTP/1.1", "Host: localhost\r\n" + fields);
}
std::string target(const std::string& text) {
  return request("GET " + text + " HTTP/1.1", "Host: localhost\r\n");
}

std::string many_fields(int count) {
  std::string out = "Host: localhost\r\n";
  for (int i = 1; i < count; ++i) out += "X-" + std::to_string(i) + ": 1\r\n";
  return out;
}

struct Row {
  std::string name;
  std::string raw;
  int rule;    // 0: passes
  int status;  // of the refusal
};

class Gate : public testing::TestWithParam<Row> {};

TEST_P(Gate, Judges) {
  const auto& row = GetParam();
  const auto head = parse_head(row.raw, GateLimits{});
  if (row.rule == 0) {
    ASSERT_TRUE(head.has_value()) << head.error().code;
  } else {
    ASSERT_TRUE(head.has_error());
    EXPECT_EQ(head.error().rule, row.rule) << head.error().code;
    EXPECT_EQ(head.error().status, row.status) << head.error().code;
  }
}

const std::string kHost = "Host: localhost\r\n";

INSTANTIATE_TEST_SUITE_P(
    Rule1, Gate,
    testing::Values(Row{"Chunked", post("Transfer-Encoding: chunked\r\n"), 0, 0},
                    Row{"ChunkedInCapitals", post("Transfer-Encoding: CHUNKED\r\n"), 0, 0},
                    Row{"ChunkedAndLength",
                        post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 1, 400},
                    Row{"LengthAndChunked",
                        post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 1, 400},
                    Row{"Gzip", post("Transfer-Encoding: gzip\r\n"), 1, 400},
                    Row{"GzipThenChunked", post("Transfer-Encoding: gzip, chunked\r\n"), 1, 400},
                    Row{"Identity", post("Transfer-Encoding: identity\r\n"), 1, 400},
                    Row{"Quoted", post("Transfer-Encoding: \"chunked\"\r\n"), 1, 400},
                    Row{"VerticalTab", post("Transfer-Encoding: \vchunked\r\n"), 11, 400},
                    Row{"TwoFields",
                        post("Transfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n"), 1,
                        400},
                    Row{"SpaceBeforeColon", post("Transfer-Encoding : chunked\r\n"), 11, 400},
                    Row{"OldVersion",
                        request("POST / HTTP/1.0", kHost + "Transfer-Encoding: chunked\r\n"), 1,
                        400}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rule2, Gate,
    testing::Values(Row{"Digits", post("Content-Length: 12\r\n"), 0, 0},
                    Row{"Twice", post("Content-Length: 1\r\nContent-Length: 1\r\n"), 2, 400},
                    Row{"List", post("Content-Length: 1, 1\r\n"), 2, 400},
                    Row{"Plus", post("Content-Length: +1\r\n"), 2, 400},
                    Row{"Minus", post("Content-Length: -1\r\n"), 2, 400},
                    Row{"Hex", post("Content-Length: 0x10\r\n"), 2, 400},
                    Row{"Empty", post("Content-Length: \r\n"), 2, 400},
                    Row{"TooManyDigits", post("Content-Length: 1000000000000000000\r\n"), 2, 400}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rule3, Gate,
    testing::Values(Row{"Localhost", get("Host: localhost\r\n"), 0, 0},
                    Row{"WithPort", get("Host: LocalHost:8080\r\n"), 0, 0},
                    Row{"Ipv6", get("Host: [::1]:8080\r\n"), 0, 0},
                    Row{"Missing", get("Accept: */*\r\n"), 3, 400},
                    Row{"Twice", get(kHost + kHost), 3, 400},
                    Row{"Unknown", get("Host: elsewhere.example\r\n"), 3, 421},
                    Row{"Suffix", get("Host: localhost.elsewhere.example\r\n"), 3, 421},
                    Row{"UserPart", get("Host: localhost@elsewhere.example\r\n"), 3, 421},
                    Row{"BadPort", get("Host: localhost:80a\r\n"), 3, 421},
                    Row{"EmptyPort", get("Host: localhost:\r\n"), 3, 421},
                    Row{"Empty", get("Host: \r\n"), 3, 421},
                    Row{"OldVersionToo", request("GET / HTTP/1.0", ""), 3, 400}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rule4, Gate,
    testing::Values(
        Row{"Plain", target("/api/v1/cases?status=open"), 0, 0},
        Row{"Chinese", target("/%E5%B7%A5%E5%8D%95"), 0, 0},
        Row{"EncodedPercentIsText", target("/%252e%252e/x"), 0, 0},
        Row{"DotsInName", target("/a..b/.hidden/..."), 0, 0},
        Row{"Absolute", target("http://localhost/"), 4, 400}, Row{"Asterisk", target("*"), 4, 400},
        Row{"Authority", target("localhost:80"), 4, 400},
        Row{"DoubleSlash", target("//elsewhere.example/"), 4, 400},
        Row{"DotDot", target("/a/../b"), 4, 400}, Row{"DotDotAtEnd", target("/a/.."), 4, 400},
        Row{"EncodedDotDot", target("/a/%2e%2E/b"), 4, 400}, Row{"Dot", target("/a/./b"), 4, 400},
        Row{"EncodedSlash", target("/a%2fb"), 4, 400}, Row{"Backslash", target("/a\\b"), 4, 400},
        Row{"EncodedBackslash", target("/a%5cb"), 4, 400},
        Row{"EncodedNul", target("/a%00b"), 4, 400},
        Row{"EncodedLineBreak", target("/a%0d%0aX-Y:1"), 4, 400},
        Row{"BrokenEscape", target("/a%2"), 4, 400}, Row{"NotUtf8", target("/%ff"), 4, 400},
        Row{"OverlongUtf8", target("/%c0%ae%c0%ae/"), 4, 400},
        Row{"RawHighByte", target("/\xc3\xa4"), 4, 400}, Row{"Fragment", target("/a#b"), 4, 400},
        Row{"Space", target("/a b"), 4, 400}, Row{"QueryNul", target("/?a=%00"), 4, 400},
        Row{"Long", target("/" + std::string(2047, 'a')), 0, 0},
        Row{"TooLong", target("/" + std::string(2048, 'a')), 4, 414}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rule5, Gate,
    testing::Values(Row{"Delete", request("DELETE /x HTTP/1.1", kHost), 0, 0},
                    Row{"Trace", request("TRACE / HTTP/1.1", kHost), 5, 405},
                    Row{"Connect", request("CONNECT localhost:80 HTTP/1.1", kHost), 5, 405},
                    Row{"Options", request("OPTIONS / HTTP/1.1", kHost), 5, 405},
                    Row{"SmallLetters", request("get / HTTP/1.1", kHost), 5, 405},
                    Row{"GetWithBody", get(kHost + "Content-Length: 5\r\n"), 5, 400},
                    Row{"GetWithNoBytes", get(kHost + "Content-Length: 0\r\n"), 0, 0},
                    Row{"GetWithChunks", get(kHost + "Transfer-Encoding: chunked\r\n"), 5, 400},
                    Row{"HeadWithBody", request("HEAD / HTTP/1.1", kHost + "Content-Length: 1\r\n"),
                        5, 400},
                    Row{"DeleteWithBody",
                        request("DELETE / HTTP/1.1", kHost + "Content-Length: 1\r\n"), 5, 400}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rule6, Gate,
    testing::Values(
        Row{"ManyFields", get(many_fields(64)), 0, 0},
        Row{"TooManyFields", get(many_fields(65)), 6, 431},
        Row{"TooLarge", get(kHost + "X: " + std::string(8192, 'a') + "\r\n"), 6, 431},
        Row{"FoldedWithSpace", get(kHost + "X: a\r\n b\r\n"), 6, 400},
        Row{"FoldedWithTab", get(kHost + "X: a\r\n\tb\r\n"), 6, 400},
        Row{"FoldedFirst", get(" Host: localhost\r\n"), 6, 400},
        Row{"TwoCookies", get(kHost + "Cookie: a=1\r\nCookie: b=2\r\n"), 6, 400},
        Row{"TwoAuthorizations", get(kHost + "Authorization: a\r\nauthorization: b\r\n"), 6, 400},
        Row{"TwoContentTypes", post("Content-Type: a/b\r\nContent-Type: c/d\r\n"), 6, 400},
        Row{"TwoOrigins", get(kHost + "Origin: null\r\nOrigin: null\r\n"), 6, 400},
        Row{"TwoSocketKeys", get(kHost + "Sec-WebSocket-Key: a\r\nSec-WebSocket-Key: b\r\n"), 6,
            400},
        Row{"TwoAccepts", get(kHost + "Accept: a/b\r\nAccept: c/d\r\n"), 0, 0}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Rule11, Gate,
    testing::Values(Row{"BareLineFeed", "GET / HTTP/1.1\nHost: localhost\n\n", 11, 400},
                    Row{"LineFeedInside", get(kHost + "X: a\nY: b\r\n"), 11, 400},
                    Row{"CarriageReturnInside", get(kHost + "X: a\rY: b\r\n"), 11, 400},
                    Row{"Nul", get(kHost + std::string("X: a\0b\r\n", 8)), 11, 400},
                    Row{"ControlInValue", get(kHost + "X: a\x01\r\n"), 11, 400},
                    Row{"NoColon", get(kHost + "nonsense\r\n"), 11, 400},
                    Row{"EmptyName", get(kHost + ": a\r\n"), 11, 400},
                    Row{"SpaceInName", get(kHost + "X Y: a\r\n"), 11, 400},
                    Row{"LeadingEmptyLine", "\r\n" + get(kHost), 11, 400},
                    Row{"NoVersion", request("GET /", kHost), 11, 400},
                    Row{"Http2", request("GET / HTTP/2.0", kHost), 11, 505},
                    Row{"Http12", request("GET / HTTP/1.2", kHost), 11, 505},
                    Row{"TwoSpaces", request("GET  / HTTP/1.1", kHost), 4, 400},
                    Row{"Expectation", post("Content-Length: 1\r\nExpect: coffee\r\n"), 11, 417},
                    Row{"TabInValue", get(kHost + "X: a\tb\r\n"), 0, 0}),
    [](const auto& row) { return row.param.name; });

TEST(GateScan, AsksForMoreUntilTheEmptyLine) {
  const auto whole = get(kHost);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto scan = scan_header(std::string_view(whole).substr(0, i), GateLimits{});
    EXPECT_EQ(scan.size, 0U) << i;
    EXPECT_FALSE(scan.refusal.has_value()) << i;
  }
  EXPECT_EQ(scan_header(whole + "next", GateLimits{}).size, whole.size());
}

TEST(GateHead, CopiesWhatItRead) {
  const auto head = parse_head(
      request("GET /cases/a%20b?q=%E5%BC%A0+x&q=2&bare HTTP/1.1",
              "Host: localhost:81\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"),
      GateLimits{});
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->path, "/cases/a b");
  const Pairs query = {{"q", "张 x"}, {"q", "2"}, {"bare", ""}};
  EXPECT_EQ(head->query, query);
  EXPECT_EQ(head->host, "localhost:81");
  EXPECT_TRUE(head->keep_alive);
  EXPECT_TRUE(head->upgrade_websocket);
}

TEST(GateHead, KeepAliveFollowsTheVersion) {
  const auto alive = [](const std::string& version, const std::string& fields) {
    return parse_head(request("GET / " + version, kHost + fields), GateLimits{})->keep_alive;
  };
  EXPECT_TRUE(alive("HTTP/1.1", ""));
  EXPECT_FALSE(alive("HTTP/1.1", "Connection: Close\r\n"));
  EXPECT_FALSE(alive("HTTP/1.0", ""));
  EXPECT_TRUE(alive("HTTP/1.0", "Connection: keep-alive\r\n"));
}

// Rules 7 and 8: the body.

struct BodyRow {
  std::string name;
  std::string fields;
  std::string bytes;
  int rule;  // 0: done
  int status;
  std::string body;
};

class Body : public testing::TestWithParam<BodyRow> {};

TEST_P(Body, ReadsInAnyCut) {
  const auto& row = GetParam();
  for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
    BodyReader reader(post(row.fields), 1000);
    std::string waiting;
    for (std::size_t at = 0; at < row.bytes.size(); at += cut) {
      waiting += row.bytes.substr(at, cut);
      waiting.erase(0, reader.feed(waiting));
    }
    if (row.rule == 0) {
      ASSERT_EQ(reader.state(), BodyReader::State::done) << cut;
      EXPECT_EQ(reader.take(), row.body) << cut;
    } else {
      ASSERT_EQ(reader.state(), BodyReader::State::failed) << cut;
      EXPECT_EQ(reader.refusal().rule, row.rule) << cut;
      EXPECT_EQ(reader.refusal().status, row.status) << cut;
    }
  }
}

const std::string kChunked = "Transfer-Encoding: chunked\r\n";

INSTANTIATE_TEST_SUITE_P(
    Rules7And8, Body,
    testing::Values(
        BodyRow{"Length", "Content-Length: 5\r\n", "hello", 0, 0, "hello"},
        BodyRow{"Chunks", kChunked, "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 0, 0, "hello"},
        BodyRow{"Extension", kChunked, "5;a=b\r\nhello\r\n0\r\n\r\n", 0, 0, "hello"},
        BodyRow{"LongExtension", kChunked,
                "5;a=" + std::string(300, 'b') + "\r\nhello\r\n0\r\n\r\n", 8, 400, ""},
        BodyRow{"EndlessExtension", kChunked, "5;a=" + std::string(5000, 'b'), 8, 400, ""},
        BodyRow{"Trailer", kChunked, "5\r\nhello\r\n0\r\nX-Admin: yes\r\n\r\n", 7, 400, ""},
        BodyRow{"TrailerOfAKnownName", kChunked, "5\r\nhello\r\n0\r\nHost: localhost\r\n\r\n", 7,
                400, ""},
        BodyRow{"TooLongByLength", "Content-Length: 1001\r\n", "x", 8, 413, ""},
        BodyRow{"TooLongByChunks", kChunked, "3E9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n",
                8, 413, ""},
        BodyRow{"HugeChunkSize", kChunked, "FFFFFFFFFFFFFFFFF\r\n", 11, 400, ""},
        BodyRow{"NegativeChunk", kChunked, "-5\r\nhello\r\n", 11, 400, ""},
        BodyRow{"NotHex", kChunked, "xyz\r\n", 11, 400, ""},
        BodyRow{"WrongEnd", kChunked, "5\r\nhelloXX0\r\n\r\n", 11, 400, ""}),
    [](const auto& row) { return row.param.name; });

// Rule 12.

TEST(Forwarded, IsBelievedOnlyFromProxies) {
  const auto loopback = boost::asio::ip::make_address("127.0.0.1");
  const auto stranger = boost::asio::ip::make_address("198.51.100.9");
  const std::vector<Network> proxies = {*Network::parse("127.0.0.0/8"),
                                        *Network::parse("10.0.0.0/8")};
  const Pairs sent = {{"X-Forwarded-For", "203.0.113.5, 192.0.2.1"},
                      {"x-forwarded-for", "10.1.2.3"},
                      {"X-Forwarded-Proto", "https"},
                      {"Forwarded", "for=203.0.113.7"},
                      {"X-Real-IP", "203.0.113.8"},
                      {"Accept", "*/*"}};
  const Pairs left = {{"Accept", "*/*"}};

  auto headers = sent;
  auto caller = take_caller(loopback, headers, proxies);
  EXPECT_EQ(caller.address, "192.0.2.1");  // the first stranger from the right
  EXPECT_TRUE(caller.secure);
  EXPECT_EQ(headers, left);

  headers = sent;
  caller = take_caller(stranger, headers, proxies);
  EXPECT_EQ(caller.address, "198.51.100.9");
  EXPECT_FALSE(caller.secure);
  EXPECT_EQ(headers, left);

  headers = {{"X-Forwarded-For", "203.0.113.5, nonsense"}};
  EXPECT_EQ(take_caller(loopback, headers, proxies).address, "127.0.0.1");
}

TEST(Forwarded, NetworksCompareByPrefix) {
  const auto in = [](const char* network, const char* address) {
    return Network::parse(network)->contains(boost::asio::ip::make_address(address));
  };
  EXPECT_TRUE(in("192.0.2.0/25", "192.0.2.127"));
  EXPECT_FALSE(in("192.0.2.0/25", "192.0.2.128"));
  EXPECT_TRUE(in("192.0.2.7", "::ffff:192.0.2.7"));
  EXPECT_FALSE(in("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(in("2001:db8::/32", "2001:db8:1::1"));
  EXPECT_FALSE(in("2001:db8::/32", "192.0.2.1"));
  EXPECT_FALSE(Network::parse("192.0.2.0/33").has_value());
  EXPECT_FALSE(Network::parse("nonsense").has_value());
}

}  // namespace
}  // namespace firsthand::http
