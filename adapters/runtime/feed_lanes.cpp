// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/feed_lanes.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/postgres/reads/desk_reads.hpp"

namespace firsthand::runtime {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

constexpr std::size_t kRingJobs = 3;
constexpr std::size_t kRingsAtOnce = 4;
constexpr std::size_t kOtherJobs = 2;
constexpr std::size_t kOthersAtOnce = 16;
constexpr std::size_t kTasksMax = 64;  // with those that are just ending

/// "user:42".
std::int64_t person_of(std::string_view topic) {
  std::int64_t id = 0;
  topic.remove_prefix(std::min(topic.size(), topic.find(':') + 1));
  std::from_chars(topic.data(), topic.data() + topic.size(), id);
  return id;
}

std::string message_of(postgres::Tx& tx, const Rules& rules, const FeedRow& note) {
  json::object out{{"type", note.kind}, {"seq", note.seq}};
  if (note.kind == "ring") {
    const auto offer = postgres::read_open_offer(tx, person_of(note.topics.front()));
    if (!offer || offer->id != note.entity) return "";
    const auto pop = postgres::read_pop(tx, rules, offer->interaction_id);
    if (!pop) return "";
    out["offer"] = json::value_from(*offer);
    out["pop"] = json::value_from(*pop);
  } else if (note.kind == "call") {
    const auto call = postgres::read_call(tx, note.entity);
    if (!call) return "";
    out["call"] = json::value_from(*call);
  } else {
    out["desk"] = json::value_from(postgres::read_desk(tx, rules, note.entity));
  }
  return json::serialize(out);
}

std::string end_of_ring(const FeedRow& note) {
  boost::system::error_code error;
  const json::value data = json::parse(note.data, error);
  const auto* object = error ? nullptr : data.if_object();
  const auto* state = object ? object->if_contains("state") : nullptr;
  return json::serialize(json::object{{"type", "ring_end"},
                                      {"seq", note.seq},
                                      {"offer_id", note.entity},
                                      {"reason", state ? *state : json::value("ended")}});
}

void send(const FeedLanes::Sockets& to, std::string text) {
  if (text.empty()) return;
  const auto shared = std::make_shared<const std::string>(std::move(text));
  for (const auto& socket : to) socket->send(shared);
}

}  // namespace

FeedLanes::FeedLanes(boost::asio::any_io_executor executor, postgres::Pool& reads,
                     RulesSource rules)
    : reads_(reads),
      rules_(std::move(rules)),
      tasks_(executor, kTasksMax, [](std::string_view name, std::exception_ptr) {
        spdlog::error("feed: {} could not be told", name);
      }) {}

bool FeedLanes::carries(std::string_view kind) {
  return kind == "ring" || kind == "ring_end" || kind == "call" || kind == "desk";
}

void FeedLanes::add(FeedRow note, Sockets to) {
  if (note.kind == "ring_end") {
    std::erase_if(rings_, [&](const Item& ring) { return ring.note.entity == note.entity; });
    if (ring_jobs_ > 0) ended_.insert(note.entity);
    return send(to, end_of_ring(note));
  }
  if (note.kind == "ring") {
    rings_.push_back({std::move(note), std::move(to)});
    return;
  }
  Thing thing{note.kind, note.entity};
  others_.insert_or_assign(std::move(thing), Item{std::move(note), std::move(to)});
}

void FeedLanes::go() {
  while (ring_jobs_ < kRingJobs && !rings_.empty()) {
    std::vector<Item> items;
    while (items.size() < kRingsAtOnce && !rings_.empty()) {
      items.push_back(std::move(rings_.front()));
      rings_.pop_front();
    }
    ++ring_jobs_;
    if (!tasks_.spawn("a ring", tell_rings(std::move(items)))) --ring_jobs_;
  }
  while (other_jobs_ < kOtherJobs) {
    auto items = next_others();
    if (items.empty()) return;
    ++other_jobs_;
    if (!tasks_.spawn("a desk", tell_others(std::move(items)))) --other_jobs_;
  }
}

std::vector<FeedLanes::Item> FeedLanes::next_others() {
  std::vector<Item> items;
  for (auto it = others_.begin(); it != others_.end() && items.size() < kOthersAtOnce;) {
    if (being_read_.insert(it->first).second) {
      items.push_back(std::move(it->second));
      it = others_.erase(it);
    } else {
      ++it;
    }
  }
  return items;
}

awaitable<std::vector<std::string>> FeedLanes::read(const std::vector<Item>& items) {
  const auto rules = rules_();
  auto work = [&items, rules](postgres::Connection& connection) {
    std::vector<std::string> messages;
    postgres::Tx tx{connection, postgres::Access::read_only};
    for (const Item& item : items) messages.push_back(message_of(tx, *rules, item.note));
    return messages;
  };
  auto messages = co_await postgres::run(reads_, work);
  if (messages) co_return std::move(*messages);
  // Whoever misses it sees the state of the database on the screen, and reads all anew after it.
  co_return std::vector<std::string>(items.size());
}

awaitable<void> FeedLanes::tell_rings(std::vector<Item> items) {
  auto reading = read(items);
  auto messages = co_await std::move(reading);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!ended_.contains(items[i].note.entity)) send(items[i].to, std::move(messages[i]));
  }
  if (--ring_jobs_ == 0) ended_.clear();
  go();
}

awaitable<void> FeedLanes::tell_others(std::vector<Item> items) {
  auto reading = read(items);
  auto messages = co_await std::move(reading);
  for (std::size_t i = 0; i < items.size(); ++i) {
    send(items[i].to, std::move(messages[i]));
    being_read_.erase({items[i].note.kind, items[i].note.entity});
  }
  --other_jobs_;
  go();
}

}  // namespace firsthand::runtime
