// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/announcer.hpp"

#include <algorithm>

namespace firsthand::runtime {
namespace {

constexpr int kMinutesMax = 60;  // further ahead nobody can tell
constexpr std::string_view kWait = "{wait}";

}  // namespace

std::string announcement(const Announcements& queue, bool callback_offered,
                         const routing::Expectation& expected) {
  std::string wait;
  if (expected.wait) {
    const auto minutes = (expected.wait->count() + 59) / 60;
    if (minutes >= 1 && minutes <= kMinutesMax) {
      wait = "sound:queue-holdtime,number:" + std::to_string(minutes) +
             (minutes == 1 ? ",sound:queue-minute" : ",sound:queue-minutes");
    }
  }
  std::string media;
  const auto add = [&media](const std::string& more) {
    if (more.empty()) return;
    if (!media.empty()) media += ',';
    media += more;
  };
  std::string_view rest = queue.waiting;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    add(one == kWait ? wait : std::string{one});
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  if (callback_offered) add(queue.callback_offer);
  return media;
}

void Announcer::look(const RoutingPicture& picture, const routing::HandlingTimes& times,
                     const Rules& rules, std::chrono::steady_clock::time_point now) {
  for (auto& [id, told] : told_) told.still_there = false;
  const auto waiting = picture.waiting();
  const auto queues = routing::queue_rules(rules.book);
  for (const auto& expected : routing::expectations(waiting, picture.floor(), queues, times)) {
    const auto known = picture.line().find(expected.interaction);
    const Queue* queue = rules.book.queue(expected.queue);
    if (known == picture.line().end() || known->second.channel.empty() || queue == nullptr) {
      continue;
    }
    // The first one after a whole interval: most have been answered by then.
    const auto [told, is_new] = told_.try_emplace(expected.interaction, Told{now});
    told->second.still_there = true;
    const auto every = std::chrono::seconds{queue->announcements.every_s};
    if (is_new || now - told->second.at < every) continue;
    told->second.at = now;
    const bool offered = !queue->callback_digit.empty();
    const std::string media = announcement(queue->announcements, offered, expected);
    if (!media.empty()) say_(known->second.pbx, known->second.channel, media, ++serial_);
  }
  std::erase_if(told_, [](const auto& entry) { return !entry.second.still_there; });
}

}  // namespace firsthand::runtime
