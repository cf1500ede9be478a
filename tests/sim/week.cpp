// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/week.hpp"

namespace firsthand::sim {
namespace {

using std::chrono::hours;

/// A week of five working days, or the one before the National Day with its holiday.
Instant monday_of(unsigned seed) {
  return test::moment(seed % 2 == 0 ? "2026-09-28T00:00:00+08:00" : "2030-03-04T00:00:00+08:00");
}

}  // namespace

Week::Week(const Rules& rules, Plan plan)
    : plan_(std::move(plan)),
      rules_(rules),
      monday_(monday_of(plan_.seed)),
      rows_(rules_),
      random_(plan_.seed * 1000 + static_cast<unsigned>(plan_.mutant)),
      agenda_(monday_),
      checkers_(rows_, rules_),
      node_(agenda_, random_, rules_, rows_, checkers_, plan_.mutant, plan_.misfortune),
      telephone_(agenda_, random_, rows_, node_, plan_.misfortune),
      people_(agenda_, random_, rules_, rows_, node_, telephone_),
      letters_(agenda_, random_, rules_, rows_, node_),
      records_(agenda_, random_, rules_, rows_, node_),
      rule_changes_(agenda_, random_, rules_, rows_, node_, checkers_) {
  // In every other week what is due and what is written stand in line with the callers.
  if (plan_.seed % 2 == 1) {
    rules_.book.callbacks.queue = "complaints";
    for (Queue& queue : rules_.book.queues)
      if (queue.code == "complaints") queue.written = {{Channel::web}, 2, 45};
  }
  prepare(rows_, plan_.mutant);
  node_.on_batch(plan_.committed);
  node_.on_commit([this] {
    telephone_.look_at_outbox();
    letters_.look();
  });
  for (int day = 0; day < plan_.days; ++day) {
    people_.plan_day(monday_ + day * hours{24});
    letters_.plan_day(monday_ + day * hours{24});
    records_.plan_day(monday_ + day * hours{24});
  }
  if (plan_.rules_change) rule_changes_.plan(monday_ + hours{9}, monday_ + plan_.days * hours{24});
}

void Week::run() {
  const Instant end = monday_ + plan_.days * hours{24};
  Instant next_check = monday_ + hours{9};
  // Clocks and pauses run on for ever: the week is over at midnight of its last day.
  while (!agenda_.empty() && agenda_.next() < end) {
    agenda_.step();
    if (agenda_.now() < next_check) continue;
    next_check = agenda_.now() + hours{3};
    checkers_.everything(node_.witness(), agenda_.now());
    if (!violations().empty() && plan_.mutant != Mutant::none) return;
  }
  checkers_.at_the_end(node_.witness(), agenda_.now());
}

}  // namespace firsthand::sim
