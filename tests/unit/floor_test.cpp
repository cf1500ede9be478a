// SPDX-License-Identifier: Apache-2.0
// routing/floor: who is at a desk, kept up to date change by change.
#include "routing/floor.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace firsthand::routing {
namespace {

constexpr Instant kNoon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} +
                        std::chrono::hours{4}};

/// Whatever changes come in whatever order, the floor answers as one that is made anew.
TEST(Floor, ChangesOneByOneAreAsGoodAsALookAtAll) {
  std::mt19937_64 random{5};
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  constexpr Presence kPresences[] = {Presence::available, Presence::talking, Presence::wrap_up,
                                     Presence::on_break,  Presence::offline, Presence::offered};
  const std::vector<std::string> skills{"complaints", "back_line", "hardware"};
  Floor kept;
  std::map<UserId, AgentState> truth;
  for (int step = 0; step < 3000; ++step) {
    AgentState one;
    one.user = UserId{1 + below(12)};
    one.presence = kPresences[below(6)];
    one.languages = {"zh"};
    one.misses = below(5) == 0 ? 1 : 0;
    one.load = below(4);
    one.alive = below(9) != 0;
    one.idle_since = kNoon - Seconds{below(100)};
    if (one.presence == Presence::wrap_up) one.wrap_up_until = kNoon + Seconds{below(30)};
    for (const auto& skill : skills)
      if (below(2) == 0) one.skills.push_back(skill);
    if (below(3) == 0) one.languages.push_back("en");
    if (below(10) == 0) {
      kept.remove(one.user);
      truth.erase(one.user);
    } else {
      kept.put(one);
      truth[one.user] = one;
    }
    if (step % 7 != 0) continue;
    std::vector<AgentState> all;
    for (const auto& [user, state] : truth) all.push_back(state);
    const Floor fresh{all};
    for (const Pick pick : {Pick::longest_idle, Pick::least_loaded}) {
      for (const char* language : {"", "en"}) {
        for (const auto& skill : skills) {
          const Crew& a = kept.crew({skill}, language, pick);
          const Crew& b = fresh.crew({skill}, language, pick);
          ASSERT_EQ(a.free(), b.free()) << step;
          ASSERT_EQ(a.expected(), b.expected()) << step;
          ASSERT_EQ(a.next_wrap_up(kNoon), b.next_wrap_up(kNoon)) << step;
        }
      }
    }
  }
}

}  // namespace
}  // namespace firsthand::routing
