// SPDX-License-Identifier: Apache-2.0
// Every way in which two callers, two agents and two nodes can meet, one step after another: what
// is decided is held to a model of a page, and from every state everybody's call comes to an end.
//
// A node acts on what it saw when it last looked, which may be long ago, and proposes any pair it
// believes in: that covers leases in Redis that were lost or doubled, and a node that was killed
// and asks again. So what is explored is what the fence alone must hold.
#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <unordered_set>

#include "engine/words.hpp"
#include "routing/match.hpp"
#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand {
namespace {

using test::by;
using test::pbx;
using test::router;
using test::timer;

constexpr std::size_t kTwo = 2;
constexpr std::size_t kStatesMax = 20'000;
constexpr int kMissesMax = 1;  // of an agent; the third one is told in a story of its own

UserId agent(std::size_t n) {
  return test::agent(static_cast<int>(n) + 1);
}

// ---------------------------------------------------------------------------------- the model
enum class Caller { waiting, offered, talking, gone };
enum class Desk2 { free, offered, talking, wrap_up, backing_off };

/// What must be true, without clocks, cases, history or a store.
struct Model {
  Caller caller[kTwo] = {Caller::waiting, Caller::waiting};
  Desk2 desk[kTwo] = {Desk2::free, Desk2::free};
  int with[kTwo] = {-1, -1};  // caller -> agent
  int misses[kTwo] = {0, 0};

  bool offer(std::size_t c, std::size_t a) {
    if (caller[c] != Caller::waiting || desk[a] != Desk2::free) return false;
    caller[c] = Caller::offered, desk[a] = Desk2::offered, with[c] = static_cast<int>(a);
    return true;
  }
  bool answer(std::size_t c) {
    if (caller[c] != Caller::offered) return false;
    const auto a = static_cast<std::size_t>(with[c]);
    caller[c] = Caller::talking, desk[a] = Desk2::talking, misses[a] = 0;
    return true;
  }
  bool decline(std::size_t c) {
    if (caller[c] != Caller::offered) return false;
    desk[static_cast<std::size_t>(with[c])] = Desk2::free;
    caller[c] = Caller::waiting, with[c] = -1;
    return true;
  }
  void miss(std::size_t c) {
    if (caller[c] != Caller::offered) return;
    const auto a = static_cast<std::size_t>(with[c]);
    ++misses[a];
    desk[a] = Desk2::backing_off;
    caller[c] = Caller::waiting, with[c] = -1;
  }
  void hang_up(std::size_t c) {
    if (caller[c] == Caller::gone) return;
    if (with[c] >= 0) {
      const auto a = static_cast<std::size_t>(with[c]);
      desk[a] = caller[c] == Caller::talking ? Desk2::wrap_up : Desk2::free;
    }
    caller[c] = Caller::gone, with[c] = -1;
  }
  bool give_up(std::size_t c) {
    if (caller[c] != Caller::waiting) return false;
    caller[c] = Caller::gone;
    return true;
  }
  void time_passes() {
    for (std::size_t c = 0; c < kTwo; ++c) miss(c);
    for (std::size_t a = 0; a < kTwo; ++a) {
      const bool comes_back = desk[a] == Desk2::backing_off && misses[a] < 3;
      if (desk[a] == Desk2::wrap_up || comes_back) desk[a] = Desk2::free;
    }
  }
};

// ------------------------------------------------------------------------------ the real thing
struct Belief {
  std::vector<std::size_t> callers, agents;
};

struct State {
  test::MemoryRows rows;
  Instant now;
  Model model;
  Belief belief[kTwo];
  InteractionId call[kTwo];
  std::vector<std::pair<OfferId, std::size_t>> offers;  // every offer ever made, and for whom
  std::string story;
};

class SmallWorld : public testing::Test {
 protected:
  std::vector<Outcome> tell(State& state, const std::vector<Event>& events) {
    test::MemoryTx tx{state.rows, state.now};
    auto outcomes = apply(tx, events, rules_);
    tx.commit();
    return outcomes;
  }
  bool granted(State& state, const Event& event) { return !tell(state, {event})[0].refusal; }

  State beginning() {
    State state{test::MemoryRows{rules_}, test::monday_ten(), {}, {}, {}, {}, ""};
    for (std::size_t a = 0; a < kTwo; ++a) {
      EXPECT_TRUE(
          granted(state, by(agent(a)).does(event::PresenceSet{agent(a), Presence::available, ""})));
    }
    for (std::size_t c = 0; c < kTwo; ++c) {
      const std::string channel = "chan-" + std::to_string(c);
      const event::CallArrived arrived{"pbx1", channel, "+861390000000" + std::to_string(c),
                                       "4008001000", state.now};
      state.call[c] =
          InteractionId{tell(state, {pbx().once("arrived:" + channel).does(arrived)})[0].reply.id};
    }
    return state;
  }

  const Interaction& call(const State& state, std::size_t c) const {
    return state.rows.world().interactions.at(state.call[c]);
  }
  const Desk& desk(const State& state, std::size_t a) const {
    return state.rows.world().desks.at(agent(a));
  }

  // ---- what can happen
  void look(State& state, std::size_t node) {
    Belief seen;
    for (std::size_t c = 0; c < kTwo; ++c) {
      if (call(state, c).state == InteractionState::waiting) seen.callers.push_back(c);
    }
    for (std::size_t a = 0; a < kTwo; ++a) {
      if (desk(state, a).presence == Presence::available) seen.agents.push_back(a);
    }
    state.belief[node] = seen;
    state.story += " look" + std::to_string(node);
  }
  void propose(State& state, std::size_t c, std::size_t a) {
    state.story += " offer" + std::to_string(c) + std::to_string(a);
    const auto outcome =
        tell(state, {router().does(event::OfferMade{state.call[c], agent(a), OfferReason::skills,
                                                    "t", Seconds{15}, ""})})[0];
    if (!outcome.refusal) state.offers.emplace_back(OfferId{outcome.reply.id}, c);
    EXPECT_EQ(!outcome.refusal, state.model.offer(c, a)) << state.story;
  }
  bool is_open(const State& state, OfferId id) const {
    return state.rows.world().offers.at(id).state == OfferState::open;
  }
  void answer(State& state, std::size_t which) {
    const auto [id, c] = state.offers[which];
    state.story += " answer" + std::to_string(which);
    const bool open = is_open(state, id);
    const bool repeated = state.rows.world().offers.at(id).state == OfferState::accepted;
    const bool done =
        granted(state, pbx().does(event::OfferAccepted{id, "", event::AcceptedHow::phone}));
    if (open) {
      EXPECT_TRUE(state.model.answer(c)) << state.story;
      EXPECT_TRUE(done) << state.story;
    } else {
      EXPECT_TRUE(!done || repeated) << "too late, and granted:" << state.story;
    }
  }
  void decline(State& state, std::size_t which) {
    const auto [id, c] = state.offers[which];
    state.story += " decline" + std::to_string(which);
    const bool open = is_open(state, id);
    EXPECT_EQ(granted(state, pbx().does(event::OfferRefused{id, "", "declined"})), open)
        << state.story;
    if (open) EXPECT_TRUE(state.model.decline(c)) << state.story;
  }
  void hang_up(State& state, std::size_t c) {
    state.story += " hang_up" + std::to_string(c);
    const Interaction was = call(state, c);
    EXPECT_TRUE(granted(
        state, pbx().does(event::CallEnded{was.pbx, was.pbx_channel, {}, "caller_hung_up"})));
    state.model.hang_up(c);
  }
  void give_up(State& state, std::size_t c) {
    state.story += " exhausted" + std::to_string(c);
    EXPECT_EQ(granted(state, router().does(event::WaitExhausted{state.call[c]})),
              state.model.give_up(c))
        << state.story;
  }
  void time_passes(State& state) {
    state.story += " time";
    state.now += std::chrono::minutes{3};
    std::vector<Event> due;
    for (const OfferId id : state.rows.open_offers())
      due.push_back(timer().does(event::OfferExpired{id}));
    if (!due.empty()) tell(state, due);
    // Backing off runs from the miss; it is over when the next stretch of time has passed.
    state.now += std::chrono::minutes{3};
    for (std::size_t a = 0; a < kTwo; ++a) {
      if (desk(state, a).wrap_up_until) {
        tell(state, {timer().does(event::WrapUp{agent(a), event::WrapUpAction::time_is_up})});
      }
    }
    state.model.time_passes();
  }

  // ---- what must hold
  void check(const State& state) {
    std::map<InteractionId, int> open_of_call;
    std::map<UserId, int> open_of_agent;
    std::map<InteractionId, int> accepted_of_call;
    for (const auto& [id, made] : state.rows.world().offers) {
      if (made.state == OfferState::open)
        ++open_of_call[made.interaction], ++open_of_agent[made.agent];
      if (made.state == OfferState::accepted) ++accepted_of_call[made.interaction];
    }
    for (const auto& [id, n] : open_of_call) EXPECT_LE(n, 1) << state.story;
    for (const auto& [id, n] : open_of_agent) EXPECT_LE(n, 1) << state.story;
    for (const auto& [id, n] : accepted_of_call) EXPECT_LE(n, 1) << state.story;
    for (std::size_t c = 0; c < kTwo; ++c) {
      const Interaction& is = call(state, c);
      const Caller expected = state.model.caller[c];
      const Caller found = is.state == InteractionState::waiting   ? Caller::waiting
                           : is.state == InteractionState::offered ? Caller::offered
                           : is.state == InteractionState::ended   ? Caller::gone
                                                                   : Caller::talking;
      EXPECT_EQ(found, expected) << "caller " << c << state.story;
      EXPECT_EQ(is.state == InteractionState::offered, open_of_call[is.id] == 1) << state.story;
      const bool has_agent = state.model.with[c] >= 0;
      if (expected != Caller::gone) {
        EXPECT_EQ(is.agent,
                  has_agent ? agent(static_cast<std::size_t>(state.model.with[c])) : UserId{})
            << state.story;
      } else {
        EXPECT_FALSE(is.outcome.empty()) << state.story;
        // Nobody is lost: handled, or an owned promise stands in its place.
        const bool promised = is.callback && state.rows.world().callbacks.at(is.callback).user;
        EXPECT_TRUE(is.outcome == "handled" || promised) << state.story;
      }
      EXPECT_EQ(is.enqueued_at, test::monday_ten()) << "its place" << state.story;
    }
    for (std::size_t a = 0; a < kTwo; ++a) {
      const Desk& is = desk(state, a);
      const Desk2 found = is.presence == Presence::available        ? Desk2::free
                          : is.presence == Presence::offered        ? Desk2::offered
                          : is.presence == Presence::talking        ? Desk2::talking
                          : is.presence == Presence::not_responding ? Desk2::backing_off
                                                                    : Desk2::wrap_up;
      EXPECT_EQ(found, state.model.desk[a]) << "agent " << a << state.story;
      const bool busy = found == Desk2::offered || found == Desk2::talking;
      EXPECT_EQ(static_cast<bool>(is.interaction), busy) << state.story;
    }
  }

  /// From here on everybody behaves: whatever happened before, each call comes to an end.
  void check_end(State state) {
    for (int round = 0; round < 8; ++round) {
      time_passes(state);
      for (std::size_t a = 0; a < kTwo; ++a) {
        if (desk(state, a).presence == Presence::not_responding) {
          tell(state, {by(agent(a)).does(event::PresenceSet{agent(a), Presence::available, ""})});
        }
      }
      std::vector<routing::Waiting> waiting;
      std::vector<routing::AgentState> agents;
      for (std::size_t c = 0; c < kTwo; ++c) {
        if (call(state, c).state == InteractionState::waiting) {
          waiting.push_back(routing::waiting_of(call(state, c), rules_, test::monday_ten()));
        }
        agents.push_back(
            routing::agent_state(desk(state, c), *rules_.user(agent(c)), rules_, state.now));
      }
      const auto queues = routing::queue_rules(rules_.book);
      for (const auto& pair : routing::match(waiting, agents, queues, test::monday_ten())) {
        const auto made =
            tell(state, {router().does(event::OfferMade{pair.interaction, pair.agent, pair.reason,
                                                        "t", pair.ring, ""})})[0];
        ASSERT_FALSE(made.refusal) << made.refusal->sentence << state.story;
        ASSERT_TRUE(granted(state, pbx().does(event::OfferAccepted{OfferId{made.reply.id}, "",
                                                                   event::AcceptedHow::phone})));
      }
      bool over = true;
      for (std::size_t c = 0; c < kTwo; ++c) {
        const Interaction is = call(state, c);
        if (is.state == InteractionState::talking) {
          tell(state, {pbx().does(event::CallEnded{is.pbx, is.pbx_channel, {}, "caller_hung_up"})});
        }
        over = over && call(state, c).state == InteractionState::ended;
      }
      if (over) return;
    }
    ADD_FAILURE() << "somebody's call never ends:" << state.story;
  }

  /// Two states with the same one go on in the same ways.
  std::string likeness(const State& state) const {
    std::string out;
    for (std::size_t c = 0; c < kTwo; ++c) {
      out += std::to_string(static_cast<int>(state.model.caller[c])) +
             std::to_string(state.model.with[c]);
    }
    for (std::size_t a = 0; a < kTwo; ++a) {
      out += '/' + std::to_string(static_cast<int>(state.model.desk[a])) +
             std::to_string(state.model.misses[a]);
    }
    // Which of the two nodes believes what makes no difference.
    std::set<std::string> beliefs;
    for (const Belief& belief : state.belief) {
      std::string one = "|";
      for (const auto c : belief.callers) one += std::to_string(c);
      one += ':';
      for (const auto a : belief.agents) one += std::to_string(a);
      beliefs.insert(one);
    }
    for (const std::string& one : beliefs) out += one;
    // Of old offers what counts is how the newest of each caller ended.
    for (std::size_t c = 0; c < kTwo; ++c) {
      std::string ends;
      for (auto at = state.offers.rbegin(); at != state.offers.rend() && ends.empty(); ++at) {
        if (at->second == c) {
          ends += std::to_string(static_cast<int>(state.rows.world().offers.at(at->first).state));
        }
      }
      out += '#' + ends;
    }
    return out;
  }

  const Rules rules_ = test::company(FIRSTHAND_DEFAULTS);
};

TEST_F(SmallWorld, EveryWayIsSafeAndComesToAnEnd) {
  std::deque<State> open;
  std::unordered_set<std::string> known;
  const auto reached = [&](State state) {
    check(state);
    if (known.size() < kStatesMax && known.insert(likeness(state)).second) {
      check_end(state);
      open.push_back(std::move(state));
    }
  };
  reached(beginning());
  std::size_t steps = 0;
  while (!open.empty() && !HasFailure()) {
    const State here = std::move(open.front());
    open.pop_front();
    const auto step = [&](auto&& what) {
      State next = here;
      what(next);
      ++steps;
      reached(std::move(next));
    };
    for (std::size_t node = 0; node < kTwo; ++node) {
      step([&](State& s) { look(s, node); });
      for (const auto c : here.belief[node].callers) {
        for (const auto a : here.belief[node].agents) step([&](State& s) { propose(s, c, a); });
      }
    }
    const std::size_t from = here.offers.size() > 3 ? here.offers.size() - 3 : 0;
    for (std::size_t which = from; which < here.offers.size(); ++which) {
      step([&](State& s) { answer(s, which); });
      step([&](State& s) { decline(s, which); });
    }
    for (std::size_t c = 0; c < kTwo; ++c) {
      if (here.model.caller[c] != Caller::gone) step([&](State& s) { hang_up(s, c); });
      step([&](State& s) { give_up(s, c); });
    }
    const bool rings =
        here.model.caller[0] == Caller::offered || here.model.caller[1] == Caller::offered;
    const bool enough = here.model.misses[0] >= kMissesMax || here.model.misses[1] >= kMissesMax;
    if (!rings || !enough) step([&](State& s) { time_passes(s); });
  }
  EXPECT_LT(known.size(), kStatesMax) << "the world is larger than what was explored";
  EXPECT_GT(known.size(), 500U) << "too small a world to show anything";
  RecordProperty("states", static_cast<int>(known.size()));
  RecordProperty("steps", static_cast<int>(steps));
  std::printf("%zu states, %zu steps\n", known.size(), steps);
}

}  // namespace
}  // namespace firsthand
