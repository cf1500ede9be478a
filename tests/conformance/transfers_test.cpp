// SPDX-License-Identifier: Apache-2.0
// A call goes from one agent to another, with or without a word before: the case goes along, the
// owner stays, nobody is forgotten on the way.
#include <algorithm>

#include "routing/rules.hpp"
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

class Transfers : public OnEveryStore {
 protected:
  Transfers() {
    for (const int n : {1, 2, 3}) story->arrives_at_work(agent(n));
    call = story->talks("+8613900000001", agent(1));
    enqueued_at = story->call(call).enqueued_at;
    story->pass(Seconds{100});
  }
  static event::TransferAsked to(InteractionId id, UserId who, TransferHow how) {
    event::TransferAsked e;
    e.interaction = id;
    e.to = who;
    e.how = how;
    e.note = "问发票";
    e.token = "t1";
    e.return_token = "t2";
    return e;
  }
  OfferId given_to(UserId who) {
    story->must(by(agent(1)).does(to(call, who, TransferHow::blind)));
    return open_offer();
  }
  OfferId asks(UserId who) {
    story->must(by(agent(1)).does(to(call, who, TransferHow::consult)));
    return open_offer();
  }
  /// Agent 1 talks with agent 2.
  void consults() { story->answers_by_phone(asks(agent(2))); }
  void step(event::TransferStep what) {
    story->must(by(agent(1)).does(event::TransferStepped{call, what}));
  }
  OfferId open_offer() {
    for (const auto seen = store->look(); const auto& [id, offer] : seen.world.offers)
      if (offer.state == OfferState::open && offer.interaction == call) return id;
    return {};
  }
  Transfer transfer() {
    const auto seen = store->look();
    return seen.world.transfers.empty() ? Transfer{} : seen.world.transfers.rbegin()->second;
  }
  std::vector<std::string> told() {
    std::vector<std::string> kinds;
    for (const auto seen = store->look(); const auto& entry : seen.history)
      if (entry.interaction == call) kinds.push_back(entry.kind);
    return kinds;
  }
  std::string newest_command() {
    for (const auto seen = store->look(); !seen.effects.empty();) {
      for (auto at = seen.effects.rbegin(); at != seen.effects.rend(); ++at)
        if (at->key.find(":arrange:") != std::string::npos) return at->payload;
      break;
    }
    return "";
  }
  void expect_arranged(const std::string& part) {
    const std::string payload = newest_command();
    std::string bare;
    std::copy_if(payload.begin(), payload.end(), std::back_inserter(bare),
                 [last = ' '](char c) mutable {
                   const bool after_mark = last == ':' || last == ',';
                   last = c;
                   return !(c == ' ' && after_mark);
                 });
    EXPECT_NE(bare.find(part), std::string::npos) << bare;
  }
  InteractionId call;
  Instant enqueued_at{};
};
FIRSTHAND_ON_EVERY_STORE(Transfers);

TEST_P(Transfers, a_colleague_takes_a_call_that_is_handed_over_at_once) {
  const OfferId offer = given_to(agent(2));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::offered);
  EXPECT_EQ(story->call(call).state, InteractionState::offered);
  EXPECT_EQ(story->offer(offer).reason, OfferReason::transfer);
  EXPECT_EQ(transfer().note, "问发票");
  expect_arranged(R"("customer_talks":false)");
  story->answers_by_phone(offer);
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  EXPECT_EQ(story->call(call).agent, agent(2));
  EXPECT_EQ(transfer().state, TransferState::ended);
  EXPECT_EQ(transfer().ended_why, "taken");
  story->hangs_up(call);
  EXPECT_EQ(story->call(call).outcome, "handled");
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::wrap_up);
}

TEST_P(Transfers, the_case_goes_along_and_its_owner_stays) {
  const CaseId file = story->complains(call, agent(1));
  story->answers_by_phone(given_to(agent(2)));
  EXPECT_EQ(story->call(call).case_id, file);
  EXPECT_EQ(story->facts(file).owner, agent(1));
  EXPECT_EQ(story->ledger(file).size(), 1u);
  EXPECT_EQ(story->told_of(file, "call_transferred"), 1u);
}

TEST_P(Transfers, who_does_not_take_it_gives_it_back_and_then_it_waits_in_its_place) {
  const OfferId offer = given_to(agent(2));
  story->pass(Seconds{30});
  story->must(timer().does(event::OfferExpired{offer}));
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::not_responding);
  const OfferId back = open_offer();
  ASSERT_TRUE(back);
  EXPECT_EQ(story->offer(back).agent, agent(1)) << "the work after the call is no hindrance";
  EXPECT_EQ(story->offer(back).token, "t2");
  story->must(by(agent(1)).does(event::OfferRefused{back, "t2", "declined"}));
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_EQ(story->call(call).enqueued_at, enqueued_at);
  EXPECT_EQ(story->call(call).requeued_at, store->now()) << "its waits count from here";
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
  EXPECT_EQ(transfer().ended_why, "declined");
  story->answers_by_phone(story->is_offered(call, agent(3)));
  EXPECT_EQ(story->call(call).agent, agent(3));
}

TEST_P(Transfers, whoever_gave_it_away_takes_it_back) {
  const OfferId offer = given_to(agent(2));
  story->must(pbx().does(event::OfferRefused{offer, "", "busy"}));
  story->answers_by_phone(open_offer());
  EXPECT_EQ(story->call(call).agent, agent(1));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::talking);
  EXPECT_EQ(transfer().ended_why, "returned");
}

TEST_P(Transfers, a_telephone_that_stays_silent_behind_the_console_gives_it_back_too) {
  const OfferId offer = given_to(agent(2));
  story->must(by(agent(2)).does(event::OfferAccepted{offer, "t1", event::AcceptedHow::console}));
  story->must(pbx().does(event::OfferRefused{offer, "", "unreachable"}));
  EXPECT_EQ(story->offer(open_offer()).agent, agent(1));
}

TEST_P(Transfers, a_queue_takes_it_in_its_old_place_and_not_with_the_one_who_gave_it) {
  event::TransferAsked wish;
  wish.interaction = call;
  wish.queue = "repair";
  story->must(by(agent(1)).does(wish));
  const Interaction seen = story->call(call);
  EXPECT_EQ(seen.state, InteractionState::waiting);
  EXPECT_EQ(seen.queue, "repair");
  EXPECT_EQ(seen.enqueued_at, enqueued_at);
  EXPECT_EQ(seen.requeued_at, store->now());
  EXPECT_NE(seen.owner, agent(1));
  EXPECT_EQ(transfer().ended_why, "queued");
  story->answers_by_phone(story->is_offered(call, agent(3)));
  story->hangs_up(call);
  EXPECT_EQ(story->call(call).outcome, "handled");
}

TEST_P(Transfers, a_closed_queue_takes_nobody_over_and_the_talk_goes_on) {
  story->pass(std::chrono::hours{13});  // 23:00: the hotlines close at 22:00
  event::TransferAsked wish;
  wish.interaction = story->talks("+8613900000002", agent(2));
  wish.queue = "repair";
  EXPECT_EQ(story->refused(by(agent(2)).does(wish)), "queue_closed");
  EXPECT_EQ(story->call(wish.interaction).state, InteractionState::talking);
  story->pass(std::chrono::hours{10});
  story->must(by(agent(2)).does(wish));
  const Interaction sent = story->call(wish.interaction);
  EXPECT_FALSE(routing::waiting_of(sent, rules(), store->now()).closed) << "it is open by now";
}

TEST_P(Transfers, a_customer_who_gives_up_on_the_way_is_called_back) {
  const OfferId offer = given_to(agent(2));
  story->hangs_up(call);
  EXPECT_EQ(story->offer(offer).state, OfferState::withdrawn);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::available);
  EXPECT_EQ(transfer().ended_why, "caller_gone");
  EXPECT_EQ(story->callbacks_of(story->call(call).customer).size(), 1u);
}

TEST_P(Transfers, a_consultation_is_completed) {
  const OfferId offer = asks(agent(2));
  EXPECT_EQ(story->call(call).state, InteractionState::held);
  EXPECT_EQ(story->call(call).agent, agent(1));
  EXPECT_EQ(story->offer(offer).reason, OfferReason::consult);
  const std::string first = story->call(call).leg;
  story->answers_by_phone(offer);
  EXPECT_EQ(transfer().state, TransferState::consulting);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::talking);
  expect_arranged("\"talking\":\"" + first + " " + story->offer(offer).leg + "\"");
  step(event::TransferStep::complete);
  EXPECT_EQ(story->call(call).agent, agent(2));
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
  expect_arranged("\"dropped\":\"" + first + "\"");
  EXPECT_EQ(transfer().ended_why, "taken");
  story->hangs_up(call);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::wrap_up);
}

TEST_P(Transfers, a_consultation_answered_in_the_console_waits_for_the_telephone) {
  const OfferId offer = asks(agent(2));
  story->must(by(agent(2)).does(event::OfferAccepted{offer, "t1", event::AcceptedHow::console}));
  EXPECT_EQ(transfer().state, TransferState::ringing);
  EXPECT_EQ(story->refused(
                by(agent(1)).does(event::TransferStepped{call, event::TransferStep::complete})),
            "not_answered");
  story->answers_by_phone(offer);
  EXPECT_EQ(transfer().state, TransferState::consulting);
  EXPECT_EQ(transfer().leg, story->offer(offer).leg + "-a");
}

TEST_P(Transfers, customer_and_colleague_take_turns_and_all_three_talk) {
  consults();
  const std::string mine = story->call(call).leg, theirs = transfer().leg;
  step(event::TransferStep::swap);
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
  expect_arranged("\"waiting\":\"" + theirs + "\"");
  step(event::TransferStep::swap);
  EXPECT_EQ(story->call(call).state, InteractionState::held);
  step(event::TransferStep::join);
  EXPECT_EQ(transfer().state, TransferState::conference);
  expect_arranged(R"("customer_talks":true)");
  expect_arranged(R"("talking":")" + mine + " " + theirs);
  story->must(by(agent(1)).does(event::HangUpAsked{call}));
  EXPECT_EQ(story->call(call).agent, agent(2)) << "who leaves leaves him to the other";
  const auto kinds = told();
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "conference_begun"), 1);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "call_transferred"), 1);
}

TEST_P(Transfers, a_colleague_who_does_not_come_or_leaves_gives_the_customer_back) {
  const auto back_with_me = [&](const char* why) {
    EXPECT_EQ(story->call(call).agent, agent(1));
    EXPECT_EQ(story->call(call).state, InteractionState::talking);
    EXPECT_EQ(story->desk(agent(1)).presence, Presence::talking);
    EXPECT_EQ(transfer().ended_why, why);
    EXPECT_FALSE(open_offer());
    expect_arranged(R"("customer_talks":true)");
  };
  const OfferId first = asks(agent(2));
  story->must(by(agent(2)).does(event::OfferRefused{first, "t1", "declined"}));
  back_with_me("declined");
  const OfferId second = asks(agent(2));
  story->must(pbx().does(event::OfferRefused{second, "", "busy"}));
  back_with_me("busy");
  story->must(by(agent(2)).does(event::PresenceSet{agent(2), Presence::available, ""}));
  consults();
  story->must(pbx().does(event::AgentLegEnded{call, transfer().leg, "normal"}));
  back_with_me("colleague_gone");
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::available);
  consults();
  step(event::TransferStep::cancel);
  back_with_me("cancelled");
  asks(agent(2));
  step(event::TransferStep::cancel);
  back_with_me("cancelled");
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::available);
}

TEST_P(Transfers, an_agent_who_hangs_up_completes_it_or_leaves_the_customer_to_the_queue) {
  asks(agent(2));
  story->must(pbx().does(event::AgentLegEnded{call, story->call(call).leg, "normal"}));
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_EQ(story->call(call).enqueued_at, enqueued_at);
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::available);
  EXPECT_EQ(transfer().ended_why, "agent_gone");
  story->wraps_up(agent(1));
  story->answers_by_phone(story->is_offered(call, agent(1)));
  consults();
  story->must(pbx().does(event::AgentLegEnded{call, story->call(call).leg, "normal"}));
  EXPECT_EQ(story->call(call).agent, agent(2));
  EXPECT_EQ(story->call(call).state, InteractionState::talking);
}

TEST_P(Transfers, a_customer_who_hangs_up_meanwhile_frees_everybody) {
  consults();
  story->hangs_up(call);
  EXPECT_EQ(story->call(call).outcome, "handled");
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::available);
  EXPECT_EQ(transfer().ended_why, "caller_gone");
  story->must(pbx().does(event::AgentLegEnded{call, transfer().leg, "normal"}));
  EXPECT_EQ(story->call(call).outcome, "handled");
}

TEST_P(Transfers, who_cannot_be_joined_any_more_leaves_the_customer_to_the_queue) {
  consults();
  step(event::TransferStep::complete);
  const std::string leg = story->call(call).leg;
  story->must(pbx().does(event::AgentLegEnded{call, leg, "not_joined"}));
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::wrap_up);
}

TEST_P(Transfers, a_telephones_own_key_is_the_same_transfer) {
  event::PhoneTransferAsked wish;
  wish.interaction = call;
  wish.leg = story->call(call).leg;
  wish.destination = "1002";
  wish.to = agent(2);
  wish.token = "t1";
  story->must(pbx().does(wish));
  story->answers_by_phone(open_offer());
  EXPECT_EQ(story->call(call).agent, agent(2));
  wish.leg = story->call(call).leg;
  wish.to = {};
  wish.destination = "8002";  // a queue's number
  story->must(pbx().does(wish));
  EXPECT_EQ(story->call(call).state, InteractionState::waiting);
}

TEST_P(Transfers, a_transfer_that_the_pbx_carried_out_keeps_agent_and_history_right) {
  const std::string leg = story->call(call).leg;
  story->must(pbx().does(event::AgentLegReplaced{call, leg, "pbx1-9.9", "1002", agent(2)}));
  EXPECT_EQ(story->call(call).agent, agent(2));
  EXPECT_EQ(story->desk(agent(1)).presence, Presence::wrap_up);
  EXPECT_EQ(story->desk(agent(2)).interaction, call);
  story->hangs_up(call);
  EXPECT_EQ(story->desk(agent(2)).presence, Presence::wrap_up);
}

TEST_P(Transfers, a_call_in_a_consultation_is_not_given_away_twice) {
  consults();
  EXPECT_EQ(story->refused(by(agent(1)).does(to(call, agent(3), TransferHow::blind))),
            "transfer_under_way");
  EXPECT_EQ(story->refused(
                by(agent(2)).does(event::TransferStepped{call, event::TransferStep::complete})),
            "not_your_call");
  story->must(by(agent(2)).does(event::HangUpAsked{call}));
  EXPECT_EQ(transfer().ended_why, "colleague_gone");
}

TEST_P(Transfers, a_supervisor_listens_and_whispers_and_it_is_written_down) {
  const auto listening = [&] { return store->look().world.listenings.rbegin()->second; };
  const auto hears = [&](ListenMode mode) {
    story->must(by(kSupervisor).does(event::ListenAsked{call, mode}));
  };
  hears(ListenMode::listen);
  story->must(pbx().does(event::ListeningLeg{listening().id, "answered", ""}));
  hears(ListenMode::whisper);
  EXPECT_EQ(store->look().world.listenings.size(), 1u);
  EXPECT_EQ(listening().mode, ListenMode::whisper);
  story->pass(Seconds{9});
  story->must(pbx().does(event::ListeningLeg{listening().id, "ended", "normal"}));
  story->must(pbx().does(event::ListeningLeg{listening().id, "ended", "normal"}));
  EXPECT_TRUE(listening().ended_at);
  const auto kinds = told();
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "call_listened"), 2);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "listening_ended"), 1);
  hears(ListenMode::listen);
  EXPECT_EQ(store->look().world.listenings.size(), 2u);
}

}  // namespace
}  // namespace firsthand::test
