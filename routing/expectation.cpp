// SPDX-License-Identifier: Apache-2.0
#include "routing/expectation.hpp"

#include <algorithm>
#include <cmath>

#include "routing/match.hpp"

namespace firsthand::routing {
namespace {

constexpr double kNewest = 0.1;  // the weight of the newest call

}  // namespace

void HandlingTimes::seen(const std::string& queue, Seconds took) {
  const auto seconds = static_cast<double>(std::max(took, Seconds{1}).count());
  const auto [at, first] = seconds_.try_emplace(queue, static_cast<double>(at_first_.count()));
  at->second += kNewest * (seconds - at->second);
}

Seconds HandlingTimes::of(const std::string& queue) const {
  const auto at = seconds_.find(queue);
  return at == seconds_.end() ? at_first_ : Seconds{std::llround(at->second)};
}

std::vector<Expectation> expectations(std::span<const Waiting> waiting, const Floor& floor,
                                      std::span<const QueueRules> rules,
                                      const HandlingTimes& times) {
  struct InLine {
    const Waiting* waiting;
    const QueueRules* rules;
    Instant place;
  };
  std::vector<InLine> line;
  line.reserve(waiting.size());
  for (const Waiting& one : waiting) {
    if (one.written) continue;  // behind every caller
    const QueueRules& queue = rules_of(rules, one.queue);
    line.push_back({&one, &queue, place_in_line(one, queue)});
  }
  std::sort(line.begin(), line.end(), [](const InLine& a, const InLine& b) {
    return a.place != b.place ? a.place < b.place : a.waiting->interaction < b.waiting->interaction;
  });
  std::map<std::string, int> ahead;
  std::vector<Expectation> all;
  all.reserve(line.size());
  for (const InLine& one : line) {
    Expectation expected;
    expected.interaction = one.waiting->interaction;
    expected.queue = one.waiting->queue;
    expected.place = ++ahead[one.waiting->queue];
    const Crew& crew = floor.crew(one.rules->skills, "", one.rules->pick);
    const auto free = static_cast<int>(crew.free().size());
    const auto at_work = free + static_cast<int>(crew.expected());
    if (expected.place <= free) {
      expected.wait = Seconds{0};
    } else if (at_work > 0) {
      expected.wait = times.of(one.waiting->queue) * (expected.place - free) / at_work;
    }
    all.push_back(std::move(expected));
  }
  return all;
}

}  // namespace firsthand::routing
