// SPDX-License-Identifier: Apache-2.0
// The adapter against a running Asterisk and SIP phones. Skipped unless FIRSTHAND_TEST_ARI_URL is
// set, for example http://engine:secret@127.0.0.1:28088 for the peer that ops/asterisk/peer starts.
// The dialplan must send extension 7000 of the trunk to the application "engine"; the
// application, the phones 1005 and 1006 and the customers' side must be this test's alone: another
// engine on the same application would be thrown out, and throw us out.
#include "tests/integration/ari_real_parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace firsthand::telephony::test {
namespace {

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

  // What a telephone hears at last: the tones of whom, or music.
  bool sounds(const std::string& key, const std::string& who, std::vector<std::string> tones,
              bool music = false) {
    std::string heard;
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
      const std::size_t from = phones->events.size();
      phones->say({{"do", "listen"}, {key, who}});
      const auto told = phones->events.wait(
          [](const json::object& e) {
            return e.at("ev").as_string() == "hears" || e.at("ev").as_string() == "error";
          },
          from);
      if (!told || !told->contains("tones")) continue;
      std::vector<std::string> now;
      for (const json::value& tone : told->at("tones").as_array())
        now.emplace_back(tone.as_string());
      heard = json::serialize(*told);
      if (now == tones && (!music || told->at("loud").as_int64() > 150)) return true;
    }
    std::printf("  %s hears %s\n", who.c_str(), heard.c_str());
    return false;
  }
  CommandStatus arrange(const std::string& channel, bool customer, std::vector<std::string> talking,
                        std::vector<std::string> waiting = {},
                        std::vector<std::string> dropped = {}) {
    Arrange who{"arrange" + run + std::to_string(++arranged), channel, "b-" + run};
    who.customer_talks = customer;
    who.talking = std::move(talking);
    who.waiting = std::move(waiting);
    who.dropped = std::move(dropped);
    return engine->order(who).status;
  }
  int arranged = 0;

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

TEST_F(AriReal, LooksQuietlyWhileTheLinkIsUp) {
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  const std::string channel = call_in("c1");
  const std::string leg = "o-" + run + "-1";
  connect(channel, leg);
  engine.reset();
  options.reconcile_every = 100ms;
  engine.emplace(options);
  ASSERT_TRUE(engine->expect<LinkUp>());
  const auto quiet = engine->expect<Snapshot>([](const auto& e) { return e.quiet; });
  ASSERT_TRUE(quiet);
  ASSERT_EQ(quiet->channels.size(), 1U);
  EXPECT_EQ(quiet->channels[0].channel_id, channel);
  EXPECT_FALSE(quiet->channels[0].ending);
  ASSERT_EQ(quiet->legs.size(), 1U);
  EXPECT_EQ(quiet->legs[0].leg_id, leg);
  const auto told = engine->events.all();
  EXPECT_EQ(std::count_if(told.begin(), told.end(),
                          [](const PbxEvent& e) { return std::holds_alternative<LinkUp>(e); }),
            1);
  Told<Snapshot> standing;
  engine->adapter().standing([&](const Snapshot& now) { standing.add(now); });
  const auto now = standing.wait([](const Snapshot&) { return true; });
  ASSERT_TRUE(now);
  EXPECT_EQ(now->channels, quiet->channels);
  EXPECT_EQ(now->legs, quiet->legs);
  phones->say({{"do", "hangup"}, {"id", "c1"}});
  EXPECT_TRUE(engine->expect<CallEnded>([&](const auto& e) { return e.channel_id == channel; }));
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
  ASSERT_TRUE(channel_goes(options, channel));
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

TEST_F(AriReal, AConsultationAConferenceAndATransferByTheirSound) {
  phones->say({{"do", "media"}});
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  phones->say({{"do", "agent"}, {"ext", "1006"}, {"mode", "auto"}});
  const std::string channel = call_in("c1");
  const std::string one = "o-" + run + "-1", two = "o-" + run + "-2";
  connect(channel, one);
  EXPECT_TRUE(sounds("id", "c1", {"1005"}));
  EXPECT_TRUE(sounds("ext", "1005", {"customer"}));

  EXPECT_EQ(arrange(channel, false, {one}), CommandStatus::done);
  EXPECT_TRUE(sounds("id", "c1", {}, true)) << "music";
  EXPECT_EQ(offer(channel, two, "1006"), CommandStatus::done);
  EXPECT_TRUE(engine->expect<LegAnswered>([&](const auto& e) { return e.leg_id == two; }));
  EXPECT_EQ(arrange(channel, false, {one, two}), CommandStatus::done);
  EXPECT_TRUE(sounds("ext", "1005", {"1006"}));
  EXPECT_TRUE(sounds("ext", "1006", {"1005"}));
  EXPECT_TRUE(sounds("id", "c1", {}, true));

  EXPECT_EQ(arrange(channel, true, {one}, {two}), CommandStatus::done);
  EXPECT_TRUE(sounds("id", "c1", {"1005"}));
  EXPECT_TRUE(sounds("ext", "1006", {}, true));
  EXPECT_EQ(arrange(channel, true, {one, two}), CommandStatus::done);
  EXPECT_TRUE(sounds("id", "c1", {"1005", "1006"}));
  EXPECT_TRUE(sounds("ext", "1005", {"1006", "customer"}));
  EXPECT_EQ(arrange(channel, true, {two}, {}, {one}), CommandStatus::done);
  EXPECT_TRUE(phones->hears("ended", "ext", "1005"));
  EXPECT_TRUE(sounds("id", "c1", {"1006"}));
  EXPECT_TRUE(sounds("ext", "1006", {"customer"}));
  phones->say({{"do", "hangup"}, {"id", "c1"}});
  EXPECT_TRUE(engine->expect<CallEnded>());
  EXPECT_TRUE(engine->expect<LegEnded>([&](const auto& e) { return e.leg_id == two; }));
  EXPECT_TRUE(channel_goes(options, two));
  EXPECT_EQ(engine->adapter().stats().live_legs, 0U);
}

TEST_F(AriReal, HandedOverAtOnceHeHearsMusicUntilTheNextAnswers) {
  phones->say({{"do", "media"}});
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  phones->say({{"do", "agent"}, {"ext", "1006"}, {"mode", "ring"}});
  const std::string channel = call_in("c1");
  const std::string one = "o-" + run + "-1", two = "o-" + run + "-2";
  connect(channel, one);
  EXPECT_EQ(arrange(channel, false, {}, {}, {one}), CommandStatus::done);
  EXPECT_TRUE(phones->hears("ended", "ext", "1005"));
  EXPECT_EQ(offer(channel, two, "1006"), CommandStatus::done);
  EXPECT_TRUE(phones->hears("ringing", "ext", "1006"));
  EXPECT_TRUE(sounds("id", "c1", {}, true));
  phones->say({{"do", "answer"}, {"ext", "1006"}});
  EXPECT_TRUE(engine->expect<LegAnswered>([&](const auto& e) { return e.leg_id == two; }));
  EXPECT_EQ(engine->order(Connect{"again" + run, channel, two, "b-" + run}).status,
            CommandStatus::done);
  EXPECT_TRUE(sounds("id", "c1", {"1006"}));
  EXPECT_TRUE(sounds("ext", "1006", {"customer"}));
  phones->say({{"do", "hangup"}, {"ext", "1006"}});
  const auto ended = engine->expect<CallEnded>();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->reason, EndReason::agent_hung_up);
}

TEST_F(AriReal, ATelephonesOwnTransferIsReportedAndAnsweredFor) {
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  const std::string channel = call_in("c1");
  const std::string leg = "o-" + run + "-1";
  connect(channel, leg);
  phones->say({{"do", "transfer"}, {"ext", "1005"}, {"to", "1006"}});
  const auto wish = engine->expect<TransferRequested>();
  ASSERT_TRUE(wish);
  EXPECT_EQ(wish->leg_id, leg);
  EXPECT_EQ(wish->destination, "1006");
  EXPECT_EQ(engine->order(TellTransfer{"no" + run, leg, false}).status, CommandStatus::done);
  EXPECT_TRUE(has_channel(options, leg)) << "a refused telephone stays on the call";
  phones->say({{"do", "transfer"}, {"ext", "1005"}, {"to", "7002"}});
  EXPECT_TRUE(
      engine->expect<TransferRequested>([](const auto& e) { return e.destination == "7002"; }));
  EXPECT_EQ(engine->order(TellTransfer{"yes" + run, leg, true}).status, CommandStatus::done);
  EXPECT_EQ(arrange(channel, false, {}, {}, {leg}), CommandStatus::done);
  EXPECT_TRUE(engine->expect<LegEnded>([&](const auto& e) { return e.leg_id == leg; }));
  EXPECT_TRUE(has_channel(options, channel));
  phones->say({{"do", "hangup"}, {"id", "c1"}});
  EXPECT_TRUE(engine->expect<CallEnded>());
}

TEST_F(AriReal, ASupervisorListensAndWhispersAndIsLetGo) {
  phones->say({{"do", "media"}});
  phones->say({{"do", "agent"}, {"ext", "1005"}, {"mode", "auto"}});
  phones->say({{"do", "agent"}, {"ext", "1021"}, {"mode", "auto"}});
  const std::string channel = call_in("c1");
  const std::string leg = "o-" + run + "-1", ear = "l-" + run + "-1";
  connect(channel, leg);
  EXPECT_EQ(engine->order(Listen{"listen" + run, channel, ear, leg, "1021"}).status,
            CommandStatus::done);
  EXPECT_TRUE(sounds("ext", "1021", {"1005", "customer"}));
  EXPECT_TRUE(sounds("ext", "1005", {"customer"}));
  EXPECT_EQ(engine->order(Listen{"whisper" + run, channel, ear, leg, "1021", true}).status,
            CommandStatus::done);
  EXPECT_TRUE(sounds("ext", "1005", {"1021", "customer"}));
  EXPECT_TRUE(sounds("id", "c1", {"1005"})) << "the customer does not hear it";
  phones->say({{"do", "hangup"}, {"id", "c1"}});
  EXPECT_TRUE(engine->expect<LegEnded>([&](const auto& e) { return e.leg_id == ear; }));
  EXPECT_TRUE(phones->hears("ended", "ext", "1021"));
  EXPECT_TRUE(channel_goes(options, ear + "-s2"));
}

}  // namespace
}  // namespace firsthand::telephony::test
