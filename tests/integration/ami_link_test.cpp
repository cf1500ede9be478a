// SPDX-License-Identifier: Apache-2.0
// The manager link against a scripted port on the loopback: what a real Asterisk cannot be made to
// do at will. Silence, refusals, nonsense, a connection that ends in the middle.
#include "adapters/telephony/ami_link.hpp"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <thread>

#include "tests/integration/ari_real_parts.hpp"

namespace firsthand::telephony::test {
namespace {

using tcp = asio::ip::tcp;

// One manager port. It answers what it is asked as the test says, in the words of a real one.
class Port {
 public:
  using Answers = std::function<std::string(const AmiMessage&)>;
  explicit Port(Answers answers) : answers_(std::move(answers)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~Port() {
    over_ = true;
    cut();
    boost::system::error_code ignored;
    tcp::socket wake{context_};
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  std::uint16_t number() const { return acceptor_.local_endpoint().port(); }
  void say(const std::string& text) {
    const std::lock_guard lock{mutex_};
    boost::system::error_code ignored;
    if (socket_) asio::write(*socket_, asio::buffer(text), ignored);
  }
  void cut() {
    const std::lock_guard lock{mutex_};
    boost::system::error_code ignored;
    if (socket_) socket_->shutdown(tcp::socket::shutdown_both, ignored);
  }

  Told<AmiMessage> asked;

 private:
  void serve() {
    while (!over_) {
      auto socket = std::make_shared<tcp::socket>(context_);
      boost::system::error_code error;
      acceptor_.accept(*socket, error);
      if (error || over_) return;
      {
        const std::lock_guard lock{mutex_};
        socket_ = socket;
      }
      say("Asterisk Call Manager/11.0.0\r\n");
      AmiReader reader;
      std::array<char, 4096> bytes;
      while (true) {
        const std::size_t count = socket->read_some(asio::buffer(bytes), error);
        if (error) break;
        reader.feed({bytes.data(), count});
        while (auto action = reader.next()) {
          const std::string answer = answers_(*action);
          asked.add(*action);
          say(answer);
        }
      }
    }
  }

  asio::io_context context_;
  tcp::acceptor acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  Answers answers_;
  std::mutex mutex_;
  std::shared_ptr<tcp::socket> socket_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

std::string reply(const AmiMessage& to, const std::string& rest) {
  return "Response: " + rest + "\r\nActionID: " + std::string{to.get("ActionID")} + "\r\n\r\n";
}

// A PBX in which these channels stand.
std::string usual(const AmiMessage& asked, const std::string& channels = "") {
  const std::string_view what = asked.get("Action");
  const std::string id{asked.get("ActionID")};
  if (what == "CoreShowChannels" || what == "QueueStatus") {
    std::string items = what == "CoreShowChannels" ? channels : "";
    for (std::size_t at; (at = items.find("@ID@")) != std::string::npos;) items.replace(at, 4, id);
    return "Response: Success\r\nActionID: " + id + "\r\nEventList: start\r\n\r\n" + items +
           "Event: ListComplete\r\nActionID: " + id + "\r\nEventList: Complete\r\n\r\n";
  }
  return reply(asked, "Success");
}

std::string newchannel(const std::string& id) {
  return "Event: Newchannel\r\nChannel: PJSIP/trunk-" + id +
         "\r\nChannelState: 4\r\nCallerIDNum: +4915550001\r\nContext: from-trunk\r\nExten: "
         "7001\r\nUniqueid: " +
         id + "\r\nLinkedid: " + id + "\r\n\r\n";
}

// The link under test with all that it told.
class Link {
 public:
  explicit Link(std::uint16_t port, std::function<void(AmiOptions&)> change = {}) {
    AmiOptions options;
    options.port = port;
    options.user = "engine";
    options.secret = "not-to-be-told";
    options.calls.trunks = {"PJSIP/trunk"};
    options.dialling.callback_context = "call-back";
    options.backoff_min = 10ms;
    options.backoff_max = 40ms;
    if (change) change(options);
    thread_ = std::thread([this] { context_.run(); });
    adapter_.emplace(context_.get_executor(), options,
                     [this](AmiEvent event) { told.add(std::move(event)); });
    adapter_->start();
  }
  ~Link() {
    adapter_.reset();
    work_.reset();
    thread_.join();
  }
  template <typename Event>
  std::optional<Event> expect(std::function<bool(const Event&)> good = {}, std::size_t from = 0) {
    const auto found = told.wait(
        [&](const AmiEvent& each) {
          const Event* event = std::get_if<Event>(&each);
          return event != nullptr && (!good || good(*event));
        },
        from);
    return found ? std::optional{std::get<Event>(*found)} : std::nullopt;
  }
  CommandResult order(AmiCommand command) {
    auto done = std::make_shared<std::promise<CommandResult>>();
    auto answer = done->get_future();
    adapter_->submit(std::move(command),
                     [done](CommandResult result) { done->set_value(std::move(result)); });
    return answer.get();
  }
  Told<AmiEvent> told;

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::thread thread_;
  std::optional<AmiAdapter> adapter_;
};

CallBack call_back(const std::string& leg = "cb-7-a1") {
  return {"1", leg, "cb-7-c1", "1001", parse_phone("+8613800138000"), "b-7"};
}

TEST(AmiLink, LogsInLooksAndListens) {
  Port port{[](const AmiMessage& asked) { return usual(asked); }};
  Link link{port.number()};
  ASSERT_TRUE(link.expect<LinkUp>());
  const auto login = port.asked.wait([](const AmiMessage&) { return true; });
  EXPECT_EQ(login->get("Action"), "Login");
  EXPECT_EQ(login->get("Events"), "call,agent,user");
  port.say(newchannel("1"));
  const auto call = link.expect<ObservedCall>();
  ASSERT_TRUE(call);
  EXPECT_EQ(call->customer.number, "+4915550001");
}

TEST(AmiLink, AWrongPasswordIsToldOnceAndNeverRepeated) {
  Port port{[](const AmiMessage& asked) {
    return reply(asked, "Error\r\nMessage: Authentication failed");
  }};
  Link link{port.number()};
  const auto down = link.expect<LinkDown>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->why, "login: Authentication failed");
  // It goes on trying, and says no more about it.
  int logins = 0;
  ASSERT_TRUE(port.asked.wait([&](const AmiMessage&) { return ++logins == 3; }));
  EXPECT_EQ(link.told.size(), 1u);
}

TEST(AmiLink, ARightThatIsMissingIsNamed) {
  Port port{[](const AmiMessage& asked) {
    return asked.get("Action") == "CoreShowChannels"
               ? reply(asked, "Error\r\nMessage: Permission denied")
               : usual(asked);
  }};
  Link link{port.number()};
  const auto down = link.expect<LinkDown>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->why, "CoreShowChannels: Permission denied");
}

TEST(AmiLink, SilenceEndsTheConnectionAndALookCompletesWhatWasMissed) {
  std::atomic<bool> mute{false};
  std::atomic<int> logins{0};
  Port port{[&](const AmiMessage& asked) {
    if (asked.get("Action") == "Login" && ++logins > 1) mute = false;
    return mute ? std::string{} : usual(asked);
  }};
  Link link{port.number(), [](AmiOptions& options) {
              options.ping_every = 50ms;
              options.reply_timeout = 150ms;
            }};
  ASSERT_TRUE(link.expect<LinkUp>());
  port.say(newchannel("1"));
  ASSERT_TRUE(link.expect<ObservedCall>());
  mute = true;  // packets are dropped: no FIN, no RST
  const auto down = link.expect<LinkDown>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->why, "the PBX is silent");
  const auto end = link.expect<ObservedCall>(
      [](const ObservedCall& call) { return call.kind == CtiKind::hangup; });
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, EndReason::engine_gap);
  EXPECT_TRUE(end->approximate);
}

TEST(AmiLink, WhoStandsThereIsFoundAfterEachConnect) {
  const std::string row =
      "Event: CoreShowChannel\r\nActionID: @ID@\r\nChannel: PJSIP/trunk-1\r\nChannelState: "
      "6\r\nCallerIDNum: +4915550001\r\nContext: from-trunk\r\nExten: 7001\r\nUniqueid: 1\r\n"
      "Linkedid: 1\r\nApplication: Queue\r\nDuration: 00:00:05\r\nBridgeId: \r\n\r\n";
  Port port{[&](const AmiMessage& asked) { return usual(asked, row); }};
  Link link{port.number()};
  ASSERT_TRUE(link.expect<ObservedCall>());
  port.cut();
  ASSERT_TRUE(link.expect<LinkDown>());
  const std::size_t mark = link.told.size();
  const auto standing = link.expect<Standing>({}, mark);
  ASSERT_TRUE(standing);
  EXPECT_EQ(standing->calls, std::vector<std::string>{"1"});
  for (const AmiEvent& each : link.told.all()) {
    const auto* call = std::get_if<ObservedCall>(&each);
    EXPECT_TRUE(call == nullptr || call->kind == CtiKind::new_call) << "nothing has ended";
  }
}

TEST(AmiLink, NonsenseEndsTheConnection) {
  Port port{[](const AmiMessage& asked) { return usual(asked); }};
  Link link{port.number()};
  ASSERT_TRUE(link.expect<LinkUp>());
  port.say(std::string(100'000, 'x'));
  EXPECT_TRUE(link.expect<LinkDown>());
}

TEST(AmiLink, CommandsAreAnsweredWhateverThePortDoes) {
  Port port{[](const AmiMessage& asked) {
    const std::string_view what = asked.get("Action");
    if (what == "QueuePause") return reply(asked, "Error\r\nMessage: Interface not found");
    if (what == "Redirect") return std::string{};
    return usual(asked);
  }};
  Link link{port.number(), [](AmiOptions& options) {
              options.reply_timeout = 200ms;
              options.dialling.member_interface = "PJSIP/{extension}";
              options.dialling.owner_context = "to-owner";
              options.calls.before_queue = "from-trunk";
            }};
  ASSERT_TRUE(link.expect<LinkUp>());
  EXPECT_EQ(link.order(PauseMember{"p", "1001", true, "meal"}).status, CommandStatus::gone);
  EXPECT_EQ(link.order(PauseMember{"p", "1001&9", true, ""}).status, CommandStatus::refused);
  EXPECT_EQ(link.order(SendToOwner{"o", "1", "1001"}).status, CommandStatus::gone);
  port.say(newchannel("1"));
  ASSERT_TRUE(link.expect<BeforeQueue>());
  EXPECT_EQ(link.order(SendToOwner{"o", "1", "1001"}).status, CommandStatus::unknown);
  EXPECT_EQ(link.order(Drop{"d", "nobody"}).status, CommandStatus::gone);
  EXPECT_EQ(link.order(call_back()).status, CommandStatus::done);
  for (const AmiMessage& asked : port.asked.all()) {
    if (asked.get("Action") != "Originate") continue;
    EXPECT_EQ(asked.get("Channel"), "PJSIP/1001");
    EXPECT_EQ(asked.get("Exten"), "13800138000");
    EXPECT_EQ(asked.get("ChannelId"), "cb-7-a1");
  }
}

TEST(AmiLink, OnlyTheActionsIdTellsWhichOriginateFailed) {
  Port port{[](const AmiMessage& asked) {
    if (asked.get("Action") != "Originate") return usual(asked);
    return usual(asked) +
           "Event: OriginateResponse\r\nActionID: " + std::string{asked.get("ActionID")} +
           "\r\nResponse: Failure\r\nReason: 0\r\nUniqueid: cb-7-a1\r\n\r\n";
  }};
  Link link{port.number()};
  ASSERT_TRUE(link.expect<LinkUp>());
  // Somebody else's failure, of a leg with the same id.
  port.say(
      "Event: OriginateResponse\r\nActionID: other\r\nResponse: Failure\r\nReason: "
      "0\r\nUniqueid: cb-8-a1\r\n\r\n");
  EXPECT_EQ(link.order(call_back()).status, CommandStatus::done);
  const auto failed = link.expect<OrderedLeg>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->leg_id, "cb-7-a1");
  EXPECT_EQ(failed->what, OrderedLeg::What::failed);
}

TEST(AmiLink, WithoutTheLockNobodyConnects) {
  Port port{[](const AmiMessage& asked) { return usual(asked); }};
  std::atomic<bool> ours{false};
  std::promise<void> asked;
  std::atomic<int> times{0};
  Link link{port.number(), [&](AmiOptions& options) {
              options.may_write = [&] {
                if (++times == 2) asked.set_value();
                return ours.load();
              };
            }};
  asked.get_future().wait();
  EXPECT_EQ(port.asked.size(), 0u);
  EXPECT_EQ(link.order(call_back()).status, CommandStatus::unknown);
  ours = true;
  EXPECT_TRUE(link.expect<LinkUp>());
  ours = false;
  const auto down = link.expect<LinkDown>();
  ASSERT_TRUE(down);
  EXPECT_EQ(down->why, "the writer lock is lost");
}

}  // namespace
}  // namespace firsthand::telephony::test
