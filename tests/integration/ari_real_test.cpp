// SPDX-License-Identifier: Apache-2.0
// The adapter against a running Asterisk and SIP phones. Skipped unless FIRSTHAND_TEST_ARI_URL is
// set, for example http://engine:secret@127.0.0.1:28088 for the peer that ops/asterisk/peer starts.
// The dialplan must send extension 7000 of the trunk to the application "engine"; phones 1005 and
// 1006 and the customers' side belong to this test while it runs.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/telephony/ari_link.hpp"

namespace firsthand::telephony {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto kPatience = 12s;

// Facts that threads append and the test waits for.
template <typename T>
class Told {
 public:
  void add(T fact) {
    const std::lock_guard lock(mutex_);
    facts_.push_back(std::move(fact));
    changed_.notify_all();
  }
  // The first fact from `from` on that `pred` likes; moves `from` behind it.
  template <typename Pred>
  std::optional<T> wait(Pred pred, std::size_t from = 0) {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + kPatience;
    for (std::size_t i = from;; ++i) {
      while (i >= facts_.size()) {
        if (changed_.wait_until(lock, until) == std::cv_status::timeout) return std::nullopt;
      }
      if (pred(facts_[i])) return facts_[i];
    }
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return facts_.size();
  }
  std::vector<T> all() {
    const std::lock_guard lock(mutex_);
    return facts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> facts_;
};

// tests/e2e/phones/phones.py as a child: orders in, events out, one JSON object a line.
class Phones {
 public:
  Phones() {
    int down[2], up[2];
    if (pipe(down) != 0 || pipe(up) != 0) throw std::runtime_error("pipe");
    child_ = fork();
    if (child_ == 0) {
      dup2(down[0], STDIN_FILENO);
      dup2(up[1], STDOUT_FILENO);
      close(down[1]);
      close(up[0]);
      execlp("python3", "python3", FIRSTHAND_PHONES, nullptr);
      _exit(127);
    }
    close(down[0]);
    close(up[1]);
    orders_ = fdopen(down[1], "w");
    events_ = fdopen(up[0], "r");
    reader_ = std::thread([this] { read(); });
  }
  ~Phones() {
    say({{"do", "quit"}});
    std::fclose(orders_);
    int status = 0;
    waitpid(child_, &status, 0);
    reader_.join();
    std::fclose(events_);
  }
  void say(const json::object& order) {
    std::fprintf(orders_, "%s\n", json::serialize(order).c_str());
    std::fflush(orders_);
  }
  // An event of this kind whose `key` is `value`.
  bool hears(const std::string& kind, const std::string& key, const std::string& value) {
    const auto found = events.wait([&](const json::object& e) {
      const json::value* who = e.if_contains(key);
      return e.at("ev").as_string() == kind && who != nullptr && who->as_string() == value;
    });
    return found.has_value();
  }
  bool ready() {
    return events.wait([](const json::object& e) { return e.at("ev").as_string() == "ready"; })
        .has_value();
  }

  Told<json::object> events;

 private:
  void read() {
    char line[4096];
    while (std::fgets(line, sizeof line, events_) != nullptr) {
      boost::system::error_code error;
      const json::value value = json::parse(line, error);
      if (!error && value.is_object()) events.add(value.as_object());
    }
  }

  pid_t child_ = 0;
  std::FILE* orders_ = nullptr;
  std::FILE* events_ = nullptr;
  std::thread reader_;
};

AriOptions options_from(const char* text) {
  const boost::urls::url_view url = boost::urls::parse_uri(text).value();
  AriOptions options;
  options.host = url.host();
  options.port = url.port_number();
  options.user = url.user();
  options.password = url.password();
  options.calls.pbx_id = "pbx1";
  options.calls.app = "engine";
  options.backoff_min = 50ms;
  return options;
}

// One engine: the adapter on a thread of its own, and what it has told.
class Engine {
 public:
  explicit Engine(const AriOptions& options)
      : work_(asio::make_work_guard(context_)),
        adapter_(context_.get_executor(), options,
                 [this](PbxEvent event) { events.add(std::move(event)); }) {
    thread_ = std::thread([this] { context_.run(); });
    adapter_.start();
  }
  ~Engine() {
    adapter_.stop();
    work_.reset();
    thread_.join();
  }
  // The next event of type E from `from` on that `pred` likes.
  template <typename E, typename Pred>
  std::optional<E> expect(Pred pred, std::size_t from = 0) {
    const auto found = events.wait(
        [&](const PbxEvent& event) {
          const E* one = std::get_if<E>(&event);
          return one != nullptr && pred(*one);
        },
        from);
    return found ? std::optional<E>{std::get<E>(*found)} : std::nullopt;
  }
  template <typename E>
  std::optional<E> expect(std::size_t from = 0) {
    return expect<E>([](const E&) { return true; }, from);
  }
  CommandResult order(PbxCommand command) {
    const std::string id = command_id(command);
    adapter_.submit(std::move(command), [this](CommandResult r) { results_.add(std::move(r)); });
    const auto result = results_.wait([&](const CommandResult& r) { return r.command_id == id; });
    return result.value_or(CommandResult{id, CommandStatus::unknown, "no result"});
  }
  AriAdapter& adapter() { return adapter_; }

  Told<PbxEvent> events;

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  Told<CommandResult> results_;
  AriAdapter adapter_;
  std::thread thread_;
};

class AriReal : public testing::Test {
 protected:
  void SetUp() override {
    const char* url = std::getenv("FIRSTHAND_TEST_ARI_URL");
    if (url == nullptr) GTEST_SKIP() << "FIRSTHAND_TEST_ARI_URL is not set";
    options = options_from(url);
    phones.emplace();
    ASSERT_TRUE(phones->ready());
    engine.emplace(options);
    ASSERT_TRUE(engine->expect<LinkUp>());
    // Ids are never used again, not even by the next run of this test.
    run = std::to_string(std::chrono::system_clock::now().time_since_epoch().count());
  }
  void TearDown() override {
    if (engine) {
      for (const PbxEvent& event : engine->events.all()) {
        if (HasFailure()) std::printf("  told: %s\n", std::string{event_key(event)}.c_str());
      }
    }
    phones.reset();
    engine.reset();
  }

  // A customer calls, is answered, and agent `ext` is rung.
  std::string call_in(const std::string& id, const std::string& number = "+4915550001") {
    phones->say({{"do", "call"}, {"id", id}, {"from", number}, {"to", "7000"}});
    const auto arrived = engine->expect<CallArrived>();
    EXPECT_TRUE(arrived);
    if (!arrived) return {};
    EXPECT_EQ(arrived->number.number, number);
    EXPECT_EQ(arrived->dialled, "7000");
    EXPECT_EQ(engine->order(Accept{"accept" + run, arrived->channel_id}).status,
              CommandStatus::done);
    EXPECT_TRUE(phones->hears("up", "id", id));
    return arrived->channel_id;
  }
  CommandStatus offer(const std::string& channel, const std::string& leg, const std::string& ext,
                      int ring_s = 10) {
    return engine->order(Offer{"offer" + leg, channel, leg, ext, ring_s, "+4915550001", "客户"})
        .status;
  }
  void connect(const std::string& channel, const std::string& leg) {
    EXPECT_EQ(offer(channel, leg, "1005"), CommandStatus::done);
    EXPECT_TRUE(engine->expect<LegAnswered>([&](const auto& e) { return e.leg_id == leg; }));
    EXPECT_EQ(engine->order(Connect{"connect" + leg, channel, leg, "b-" + run}).status,
              CommandStatus::done);
    EXPECT_TRUE(engine->expect<Connected>([&](const auto& e) { return e.leg_id == leg; }));
  }

  AriOptions options;
  std::optional<Phones> phones;
  std::optional<Engine> engine;
  std::string run;
};

TEST_F(AriReal, ACallIsAnsweredOfferedConnectedHeldAndEnded) {
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  const std::string channel = call_in("c1");
  const std::string leg = "o-" + run + "-1";
  connect(channel, leg);
  EXPECT_EQ(engine->order(Connect{"again" + run, channel, leg, "b-" + run}).status,
            CommandStatus::already_done);
  EXPECT_EQ(engine->order(Hold{"hold" + run, channel, "b-" + run}).status, CommandStatus::done);
  EXPECT_TRUE(engine->expect<Held>());
  EXPECT_EQ(engine->order(Unhold{"unhold" + run, channel, "b-" + run}).status, CommandStatus::done);
  EXPECT_TRUE(engine->expect<Unheld>());
  phones->say({{"do", "hold"}, {"ext", "1005"}});
  EXPECT_TRUE(engine->expect<Held>([&](const auto& e) { return e.leg_id == leg; }));
  phones->say({{"do", "hangup"}, {"id", "c1"}});
  const auto ended = engine->expect<CallEnded>();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->reason, EndReason::caller_hung_up);
  EXPECT_TRUE(ended->answered);
  const auto leg_ended = engine->expect<LegEnded>();
  ASSERT_TRUE(leg_ended);
  EXPECT_EQ(leg_ended->reason, EndReason::caller_gone);
  EXPECT_TRUE(phones->hears("ended", "ext", "1005"));
  EXPECT_EQ(engine->adapter().stats().reconcile_differences, 0U);
}

TEST_F(AriReal, ABusyAgentFailsAndTheNextOneTakesTheCallAndHangsUp) {
  phones->say({{"do", "agent"}, {"ext", "1006"}, {"mode", "busy"}});
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  const std::string channel = call_in("c1");
  EXPECT_EQ(offer(channel, "o-" + run + "-1", "1006"), CommandStatus::done);
  const auto failed = engine->expect<LegFailed>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->reason, EndReason::busy);
  EXPECT_EQ(failed->cause, 17);
  EXPECT_EQ(offer(channel, "o-" + run + "-x", "1999"), CommandStatus::refused);
  connect(channel, "o-" + run + "-2");
  phones->say({{"do", "hangup"}, {"ext", "1005"}});
  const auto ended = engine->expect<CallEnded>();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->reason, EndReason::agent_hung_up);
  EXPECT_TRUE(phones->hears("ended", "id", "c1"));
}

TEST_F(AriReal, AnOfferIsWithdrawnAndTheCallGivenToTheDialplan) {
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "ring"}});
  const std::string channel = call_in("c1");
  const std::string leg = "o-" + run + "-1";
  EXPECT_EQ(offer(channel, leg, "1005"), CommandStatus::done);
  EXPECT_TRUE(engine->expect<LegRinging>());
  EXPECT_EQ(engine->order(Withdraw{"withdraw" + run, leg}).status, CommandStatus::done);
  const auto failed = engine->expect<LegFailed>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->reason, EndReason::withdrawn);
  EXPECT_TRUE(phones->hears("ended", "ext", "1005"));
  EXPECT_EQ(engine->order(ReleaseToDialplan{"release" + run, channel, "fallback", "s"}).status,
            CommandStatus::done);
  const auto ended = engine->expect<CallEnded>();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->reason, EndReason::released);
  EXPECT_FALSE(ended->answered);
  phones->say({{"do", "hangup"}, {"id", "c1"}});
}

TEST_F(AriReal, ACallbackRingsTheAgentFirstAndReachesTheCustomer) {
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  phones->say({{"do", "trunk"}, {"mode", "auto"}});
  const std::string agent = "cb-" + run + "-a1", customer = "cb-" + run + "-c1";
  EXPECT_EQ(engine
                ->order(CallBack{"cb" + run, agent, customer, "1005", parse_phone("+8613800138000"),
                                 "cb-" + run})
                .status,
            CommandStatus::done);
  EXPECT_TRUE(engine->expect<LegAnswered>([&](const auto& e) { return e.leg_id == agent; }));
  EXPECT_TRUE(engine->expect<LegAnswered>([&](const auto& e) { return e.leg_id == customer; }));
  EXPECT_TRUE(engine->expect<Connected>());
  EXPECT_TRUE(phones->hears("up", "number", "8613800138000"));
  phones->say({{"do", "hangup"}, {"number", "8613800138000"}});
  const auto ended = engine->expect<LegEnded>([&](const auto& e) { return e.leg_id == customer; });
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->reason, EndReason::normal);
  EXPECT_TRUE(engine->expect<LegEnded>([&](const auto& e) { return e.leg_id == agent; }));
  EXPECT_TRUE(phones->hears("ended", "ext", "1005"));
}

TEST_F(AriReal, ACallbackToABusyCustomerSaysSo) {
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  phones->say({{"do", "trunk"}, {"mode", "busy"}});
  const std::string agent = "cb-" + run + "-a1", customer = "cb-" + run + "-c1";
  EXPECT_EQ(engine
                ->order(CallBack{"cb" + run, agent, customer, "1005", parse_phone("+8613800138000"),
                                 "cb-" + run})
                .status,
            CommandStatus::done);
  const auto failed = engine->expect<LegFailed>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->leg_id, customer);
  EXPECT_EQ(failed->reason, EndReason::busy);
  EXPECT_TRUE(engine->expect<LegEnded>([&](const auto& e) { return e.leg_id == agent; }));
}

TEST_F(AriReal, ANewEngineFindsTheTalkingAndTheWaitingCall) {
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  const std::string channel = call_in("c1");
  const std::string leg = "o-" + run + "-1";
  connect(channel, leg);
  phones->say({{"do", "call"}, {"id", "c2"}, {"from", "+4915550002"}, {"to", "7000"}});
  const auto waiting =
      engine->expect<CallArrived>([](const auto& e) { return e.number.number == "+4915550002"; });
  ASSERT_TRUE(waiting);
  EXPECT_EQ(engine->order(Accept{"accept2" + run, waiting->channel_id}).status,
            CommandStatus::done);
  engine.reset();  // as if it had been killed: the calls stay in the PBX
  engine.emplace(options);
  const auto snapshot = engine->expect<Snapshot>();
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->channels.size(), 2U);
  ASSERT_EQ(snapshot->legs.size(), 1U);
  EXPECT_EQ(snapshot->legs[0].leg_id, leg);
  EXPECT_EQ(snapshot->legs[0].channel_id, channel);
  const auto up = engine->expect<LinkUp>();
  ASSERT_TRUE(up);
  EXPECT_EQ(up->adopted, 2);
  const auto connected = engine->expect<Connected>();
  ASSERT_TRUE(connected);
  EXPECT_TRUE(connected->adopted);
  EXPECT_EQ(connected->channel_id, channel);
  phones->say({{"do", "hangup"}, {"id", "c1"}});
  const auto ended =
      engine->expect<CallEnded>([&](const auto& e) { return e.channel_id == channel; });
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->reason, EndReason::caller_hung_up);
  EXPECT_TRUE(engine->expect<LegEnded>([&](const auto& e) { return e.leg_id == leg; }));
  EXPECT_EQ(engine->order(Drop{"drop2" + run, waiting->channel_id}).status, CommandStatus::done);
  EXPECT_TRUE(phones->hears("ended", "id", "c2"));
}

TEST_F(AriReal, WhatEndedInAGapIsEndedOnceOnReturn) {
  const std::string channel = call_in("c1");
  engine->adapter().stop();
  phones->say({{"do", "hangup"}, {"id", "c1"}});
  ASSERT_TRUE(phones->hears("ended", "id", "c1"));
  const std::size_t before = engine->events.size();
  engine->adapter().start();
  ASSERT_TRUE(engine->expect<LinkUp>(before));
  std::size_t ends = 0;
  for (const PbxEvent& event : engine->events.all()) {
    const auto* ended = std::get_if<CallEnded>(&event);
    if (ended == nullptr || ended->channel_id != channel) continue;
    EXPECT_EQ(ended->reason, EndReason::engine_gap);
    ++ends;
  }
  EXPECT_EQ(ends, 1U);
}

// The engine forgets the call: Asterisk itself takes it to the fallback when the lease is over.
TEST_F(AriReal, AnUnrenewedLeaseGivesTheCallBack) {
  AriOptions forgetful = options;
  forgetful.calls.lease_s = 2;
  forgetful.calls.lease_renew_s = 1000;
  engine.reset();
  engine.emplace(forgetful);
  ASSERT_TRUE(engine->expect<LinkUp>());
  const std::string channel = call_in("c1");
  EXPECT_EQ(engine->order(RenewLease{"renew" + run, channel}).status, CommandStatus::done);
  const auto ended = engine->expect<CallEnded>();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->reason, EndReason::lease_lost) << to_string(ended->reason);
  phones->say({{"do", "hangup"}, {"id", "c1"}});
  EXPECT_TRUE(phones->hears("ended", "id", "c1"));
}

TEST_F(AriReal, ASecondEngineFencesTheFirst) {
  Engine second(options);
  ASSERT_TRUE(second.expect<LinkUp>());
  EXPECT_TRUE(engine->expect<Fenced>());
  EXPECT_TRUE(engine->expect<LinkDown>());
  const CommandResult result = engine->order(Drop{"late" + run, "nobody"});
  EXPECT_EQ(result.status, CommandStatus::refused);
  EXPECT_EQ(result.reason, "fenced");
  EXPECT_EQ(engine->adapter().state(), LinkState::fenced);
  EXPECT_EQ(second.adapter().state(), LinkState::up);
}

}  // namespace
}  // namespace firsthand::telephony
