// SPDX-License-Identifier: Apache-2.0
// `firsthand telephony check` against a running Asterisk (FIRSTHAND_TEST_ARI_URL, see
// ari_real_test.cpp) whose configuration has tests/integration/pbx_extra added: a user who may only
// read, and contracts with a line missing each. Without one only the address nobody answers at.
#include "adapters/runtime/telephony_check.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <cstdlib>
#include <thread>

#include "adapters/asio/net/http_client.hpp"
#include "adapters/asio/net/websocket_client.hpp"
#include "adapters/codec/base64.hpp"

namespace firsthand::runtime {
namespace {

namespace asio = boost::asio;
using ::testing::HasSubstr;
using ::testing::Not;

template <class T>
T run(asio::awaitable<T> work) {
  asio::io_context io{1};
  auto done = asio::co_spawn(io, std::move(work), asio::use_future);
  io.run();
  return done.get();
}

config::Settings settings_for(const std::string& url, const std::string& user,
                              const std::string& password) {
  config::Settings settings;
  settings.telephony.ari = {url, user, password, "contract-test"};
  settings.telephony.pbx_id = "pbx1";
  settings.telephony.region = "CN";
  settings.telephony.agent_endpoint_template = "PJSIP/{extension}";
  settings.telephony.trunk_endpoint_template = "PJSIP/{number}@trunk";
  return settings;
}

TEST(TelephonyCheck, SaysWhenNobodyAnswersAndWhenNothingIsConfigured) {
  const auto nobody = run(check_telephony(settings_for("http://127.0.0.1:1/ari", "u", "p"), {}));
  EXPECT_FALSE(nobody.sound());
  EXPECT_THAT(nobody.text(), HasSubstr("WRONG  nothing answers at http://127.0.0.1:1/ari"));
  const auto nothing = run(check_telephony(settings_for("", "", ""), {}));
  EXPECT_THAT(nothing.text(), HasSubstr("telephony.ari.url is empty"));
  TelephonyCheck injected;
  injected.number = "7000&PJSIP/0900";
  const auto refused =
      run(check_telephony(settings_for("http://127.0.0.1:1/ari", "u", "p"), injected));
  EXPECT_THAT(refused.text(), HasSubstr("this cannot be dialled"));
}

class TelephonyCheckReal : public testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("FIRSTHAND_TEST_ARI_URL");
    if (url == nullptr) GTEST_SKIP() << "FIRSTHAND_TEST_ARI_URL is not set";
    const auto parsed = boost::urls::parse_uri(url).value();
    address = "http://" + std::string{parsed.encoded_host_and_port()} + "/ari";
    user = parsed.user();
    password = parsed.password();
    host = parsed.host();
    port = parsed.port_number();
    before = standing();
  }
  void TearDown() override {
    if (address.empty()) return;
    // The desk phones that the fallback's queue was ringing hang up in their own time.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (standing() != before && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    EXPECT_EQ(standing(), before) << "nothing may be left behind";
  }

  std::string ask(const std::string& method, const std::string& path) {
    const auto work = [&]() -> asio::awaitable<std::string> {
      net::HttpClientOptions options;
      options.host = host;
      options.port = port;
      options.headers = {{"Authorization", "Basic " + codec::base64_encode(user + ":" + password)}};
      net::HttpClient client{co_await asio::this_coro::executor, options};
      auto reply = co_await client.request(method, "/ari" + path);
      co_return reply ? reply->body : reply.error().message();
    };
    return run(work());
  }
  /// Channels and bridges that are there, and the applications that hold any or ask for anything.
  /// Asterisk forgets an application's bare name only when it next tidies its list: not asked for.
  std::string standing() {
    auto there = ask("GET", "/channels") + ask("GET", "/bridges");
    for (const auto& application : boost::json::parse(ask("GET", "/applications")).as_array()) {
      for (const char* held : {"channel_ids", "bridge_ids", "endpoint_ids", "device_names"})
        if (!application.at(held).as_array().empty()) there += boost::json::serialize(application);
    }
    return there;
  }
  config::Settings settings() const { return settings_for(address, user, password); }
  Findings check(TelephonyCheck wish = {}) const { return check(settings(), std::move(wish)); }
  static Findings check(const config::Settings& settings, TelephonyCheck wish = {}) {
    if (wish.extensions.empty()) wish.extensions = {"1001", "1002"};
    return run(check_telephony(settings, std::move(wish)));
  }
  static TelephonyCheck in_context(const char* context) {
    TelephonyCheck wish;
    wish.context = context;
    wish.patience = std::chrono::milliseconds{6000};
    return wish;
  }

  std::string address, user, password, host, before;
  std::uint16_t port = 0;
};

TEST_F(TelephonyCheckReal, TheShippedContractHolds) {
  const Findings found = check();
  EXPECT_TRUE(found.sound()) << found.text();
  for (const char* line :
       {"reachable, user and password are right", "may command", "every module that is needed runs",
        "the telephones of the people exist: 2", "the trunk PJSIP/trunk exists",
        "no engine is connected as \"contract-test\"", "events can be filtered",
        "is handed to an application", "the call has a lease of",
        "without renewal the lease of 2 s runs out and the call goes to",
        "no engine: a caller goes to the fallback"}) {
    EXPECT_THAT(found.text(), HasSubstr(line));
  }
}

TEST_F(TelephonyCheckReal, AnEngineThatIsConnectedKeepsItsCalls) {
  const auto work = [&]() -> asio::awaitable<Findings> {
    net::WebSocketClient engine{co_await asio::this_coro::executor};
    const net::Headers headers{
        {"Authorization", "Basic " + codec::base64_encode(user + ":" + password)}};
    auto connecting = engine.connect(host, port, "/ari/events?app=engine", headers);
    const auto connected = co_await std::move(connecting);
    EXPECT_TRUE(connected.has_value());
    auto here = settings();
    here.telephony.ari.app = "engine";
    TelephonyCheck wish;
    wish.extensions = {"1001"};
    auto found = co_await check_telephony(here, wish);
    // The engine is still the application's holder: it has heard of the second call, and of nobody
    // who took its place.
    bool heard_call = false;
    for (int i = 0; i < 20 && !heard_call; ++i) {
      auto reading = engine.read();
      const auto frame = co_await std::move(reading);
      if (!frame) break;
      EXPECT_THAT(*frame, Not(HasSubstr("ApplicationReplaced")));
      heard_call = frame->find("StasisStart") != std::string::npos;
    }
    EXPECT_TRUE(heard_call);
    co_await engine.close();
    co_return found;
  };
  const Findings found = run(work());
  EXPECT_TRUE(found.sound()) << found.text();
  EXPECT_THAT(found.text(), HasSubstr("an engine is connected as \"engine\""));
  EXPECT_THAT(found.text(), HasSubstr("a caller of 7000 reaches the engine"));
}

TEST_F(TelephonyCheckReal, TheWrongPassword) {
  const Findings found = check(settings_for(address, user, "wrong"));
  EXPECT_FALSE(found.sound());
  EXPECT_THAT(found.text(), HasSubstr("refuses user and password"));
  EXPECT_EQ(found.list.size(), 1U) << "nothing else can be said";
}

TEST_F(TelephonyCheckReal, AUserWhoMayOnlyRead) {
  const Findings found = check(settings_for(address, "watcher", "watcher-test-pw"));
  EXPECT_FALSE(found.sound());
  EXPECT_THAT(found.text(), HasSubstr("user watcher may only read"));
  EXPECT_THAT(found.text(), HasSubstr("read_only = no"));
}

TEST_F(TelephonyCheckReal, AContractWithALineMissing) {
  const Findings without_t = check(in_context("contract-without-t"));
  EXPECT_FALSE(without_t.sound());
  EXPECT_THAT(without_t.text(), HasSubstr("the lease runs out and the caller is hung up on"));
  EXPECT_THAT(without_t.text(), HasSubstr("[contract-without-t] needs \"exten => T"));

  const Findings without_lease = check(in_context("contract-without-lease"));
  EXPECT_THAT(without_lease.text(), HasSubstr("WRONG  the call has no lease"));

  const Findings without_fallback = check(in_context("contract-without-fallback"));
  EXPECT_THAT(without_fallback.text(), HasSubstr("WRONG  a caller of 7000 is hung up on"));

  const Findings nowhere = check(in_context("no-such-context"));
  EXPECT_FALSE(nowhere.sound());
  EXPECT_THAT(nowhere.text(), HasSubstr("[no-such-context]"));
}

TEST_F(TelephonyCheckReal, EndpointsThatDoNotExist) {
  TelephonyCheck wish;
  wish.extensions = {"1001", "1999"};
  auto wrong_trunk = settings();
  wrong_trunk.telephony.trunk_endpoint_template = "PJSIP/{number}@no-trunk";
  const Findings found = check(wrong_trunk, wish);
  EXPECT_FALSE(found.sound());
  EXPECT_THAT(found.text(), HasSubstr("telephones that this PBX does not know: PJSIP/1999\n"));
  EXPECT_THAT(found.text(), HasSubstr("there is no trunk PJSIP/no-trunk"));
}

}  // namespace
}  // namespace firsthand::runtime
