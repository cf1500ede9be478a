// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/feed_hub.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/runtime/api/guard.hpp"
#include "adapters/runtime/routing_loop.hpp"

namespace firsthand::runtime {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

constexpr Seconds kGrace{10};  // a console that has gone may come back within
constexpr Millis kLookAgain{500};
constexpr Millis kHeldBack{3};  // as long as a short transaction takes

struct Attached {
  postgres::SignedInUser user;
  std::int64_t since = 0;
};

std::int64_t to_number(std::optional<std::string_view> text) {
  std::int64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

json::object event_message(const std::string& kind, std::int64_t seq, std::int64_t id,
                           std::int64_t version, const std::string& number) {
  json::object out{
      {"type", "event"}, {"seq", seq}, {"kind", kind}, {"id", id}, {"version", version}};
  if (!number.empty()) out["number"] = number;
  return out;
}

std::string status_message(const FeedHub::Status& status) {
  return json::serialize(json::object{{"type", "status"},
                                      {"database", status.database},
                                      {"telephony", status.telephony},
                                      {"redis", status.redis}});
}

}  // namespace

FeedHub::FeedHub(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
                 postgres::Sessions& sessions, RulesSource rules, std::string build,
                 std::function<Status()> status)
    : executor_(executor),
      door_(door),
      reads_(reads),
      sessions_(sessions),
      rules_(std::move(rules)),
      build_(std::move(build)),
      status_(std::move(status)),
      wake_(executor),
      lanes_(executor, reads, rules_) {}

bool FeedHub::open(UserId user) const {
  const std::lock_guard lock{mutex_};
  return std::any_of(consoles_.begin(), consoles_.end(),
                     [user](const auto& each) { return each.second.subject.user->id == user; });
}

std::size_t FeedHub::consoles() const {
  const std::lock_guard lock{mutex_};
  return consoles_.size();
}

http::WebSocketHandler FeedHub::handler() {
  http::WebSocketHandler handler;
  handler.path = "/ws";
  handler.authorise = [this](http::Request& request) -> awaitable<std::optional<http::Response>> {
    if (!api::same_origin(request))
      co_return http::Response::problem(403, "forbidden", "This page may not connect.");
    const auto ticket = request.query_value("ticket");
    auto user = sessions_.take_ticket(std::string{ticket.value_or("")});
    if (!user) co_return http::Response::problem(401, "unauthorised", "Sign in first.");
    request.attachment = Attached{std::move(*user), to_number(request.query_value("since"))};
    co_return std::nullopt;
  };
  handler.on_open = [this](std::shared_ptr<http::WebSocket> socket) { opened(std::move(socket)); };
  handler.on_message = [this](http::WebSocket& socket,
                              std::string_view message) -> awaitable<void> {
    boost::system::error_code error;
    const json::value parsed = json::parse(message, error);
    const auto* object = error ? nullptr : parsed.if_object();
    const auto* type = object ? object->if_contains("type") : nullptr;
    if (!type || !type->is_string()) {
      socket.close(1007, "a message is a JSON object with a type");
      co_return;
    }
    if (type->get_string() != "ping") co_return;
    socket.send(std::string{R"({"type":"pong"})"});
    sign_of_life(socket, true);
    co_return;
  };
  handler.on_close = [this](http::WebSocket& socket) { closed(socket); };
  return handler;
}

void FeedHub::beat(UserId user, Seconds lease) {
  Event event;
  event.source = "feed";
  event.what = event::PresenceBeat{user, lease};
  door_.submit(std::move(event), [](DoorAnswer) {});
}

void FeedHub::opened(std::shared_ptr<http::WebSocket> socket) {
  const auto* attached = std::any_cast<Attached>(&socket->request().attachment);
  if (!attached) return socket->close(1008, "unauthorised");
  api::Subject subject;
  subject.user = attached->user;
  bool placed = false;
  {
    const std::lock_guard lock{mutex_};
    consoles_[socket.get()] = Console{socket, std::move(subject), random_token().substr(0, 16)};
    placed = placed_;
  }
  sign_of_life(*socket, true);
  beat(attached->user.id, Seconds{0});
  if (placed) {
    spawn_greeting(std::move(socket));
  } else {
    wake_.notify();  // the tail greets as soon as it has its place
  }
}

void FeedHub::spawn_greeting(std::shared_ptr<http::WebSocket> socket) {
  const auto* attached = std::any_cast<Attached>(&socket->request().attachment);
  boost::asio::co_spawn(executor_, greet(std::move(socket), attached->since),
                        [](std::exception_ptr error) {
                          if (error) spdlog::warn("feed: a console could not be greeted");
                        });
}

void FeedHub::greet_who_came_early() {
  std::vector<std::shared_ptr<http::WebSocket>> early;
  {
    const std::lock_guard lock{mutex_};
    placed_ = true;
    for (const auto& [socket, console] : consoles_) early.push_back(console.socket);
  }
  for (auto& socket : early) spawn_greeting(std::move(socket));
}

awaitable<void> FeedHub::greet(std::shared_ptr<http::WebSocket> socket, std::int64_t since) {
  const Status status = status_();
  const std::int64_t newest = newest_;
  json::object hello{
      {"type", "hello"},
      {"build", build_},
      {"server_now",
       postgres::to_json_text(std::chrono::floor<Millis>(std::chrono::system_clock::now()))},
      {"seq", newest}};
  socket->send(json::serialize(hello));
  socket->send(status_message(status));
  if (since <= 0 || since == newest) co_return;
  // What was missed, if it is still known; else the console looks at everything again.
  api::Subject subject;
  {
    const std::lock_guard lock{mutex_};
    const auto found = consoles_.find(socket.get());
    if (found == consoles_.end()) co_return;
    subject = found->second.subject;
  }
  auto work = [since](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    return feed_since(tx, since);
  };
  auto missed = co_await postgres::run(reads_, work);
  if (!missed || !*missed) {
    socket->send(json::serialize(json::object{{"type", "reset"}, {"seq", newest}}));
    co_return;
  }
  for (const FeedRow& note : **missed) {
    const bool hears =
        std::any_of(note.topics.begin(), note.topics.end(),
                    [&subject](const std::string& topic) { return api::may_hear(subject, topic); });
    if (!hears) continue;
    // Offers and calls are shown from the desk, which a returning console reads anyway.
    socket->send(json::serialize(
        event_message(note.kind, note.seq, note.entity, note.version, note.number)));
  }
}

void FeedHub::sign_of_life(const http::WebSocket& socket, bool alive) {
  if (!beat_) return;
  UserId user;
  std::string connection;
  {
    const std::lock_guard lock{mutex_};
    const auto found = consoles_.find(&socket);
    if (found == consoles_.end()) return;
    user = found->second.subject.user->id;
    connection = found->second.connection;
  }
  beat_(user, connection, alive);
}

void FeedHub::closed(http::WebSocket& socket) {
  sign_of_life(socket, false);
  UserId user;
  bool last = true;
  {
    const std::lock_guard lock{mutex_};
    const auto found = consoles_.find(&socket);
    if (found == consoles_.end()) return;
    user = found->second.subject.user->id;
    consoles_.erase(found);
    for (const auto& [other, console] : consoles_) last = last && console.subject.user->id != user;
  }
  if (last) beat(user, kGrace);
}

void FeedHub::sign_out(const std::function<bool(const postgres::SignedInUser&)>& whom) {
  std::vector<std::shared_ptr<http::WebSocket>> gone;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [socket, console] : consoles_) {
      if (whom(*console.subject.user)) gone.push_back(console.socket);
    }
  }
  for (const auto& socket : gone) socket->close(4001, "signed out");
}

void FeedHub::session_ended(const std::string& session_key) {
  sign_out([&](const postgres::SignedInUser& user) { return user.session_key == session_key; });
}

/// Signed in at whichever node: the sessions went with the departure, the open lines go here.
void FeedHub::user_left(UserId id) {
  sign_out([id](const postgres::SignedInUser& user) { return user.id == id; });
}

void FeedHub::push(const std::vector<FeedRow>& notes) {
  for (const FeedRow& note : notes) {
    if (note.kind == "left") {
      user_left(UserId{note.entity});
    } else {
      push_one(note);
    }
  }
  lanes_.go();
}

void FeedHub::push_one(const FeedRow& note) {
  FeedLanes::Sockets concerned, listeners;
  const bool personal = FeedLanes::carries(note.kind);
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [socket, console] : consoles_) {
      bool own = false, hears = false;
      for (const auto& topic : note.topics) {
        if (!api::may_hear(console.subject, topic)) continue;
        (personal && topic.starts_with("user:") ? own : hears) = true;
      }
      if (own) concerned.push_back(console.socket);
      if (hears) listeners.push_back(console.socket);
    }
  }
  if (!concerned.empty()) lanes_.add(note, std::move(concerned));
  if (listeners.empty()) return;
  const auto text = std::make_shared<const std::string>(
      json::serialize(event_message(note.kind, note.seq, note.entity, note.version, note.number)));
  for (const auto& socket : listeners) socket->send(text);
}

awaitable<std::optional<FeedRead>> FeedHub::tail() {
  // With nobody here to tell, only the place is kept; who comes meanwhile is greeted with it.
  bool alone = false;
  {
    const std::lock_guard lock{mutex_};
    alone = consoles_.empty();
    if (alone) placed_ = false;
  }
  struct Tail {
    FeedPlace place;
    FeedRead read;
  };
  const bool looks_for_place = cursor_.xid.empty() || alone;
  auto work = [from = cursor_, looks_for_place](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    if (looks_for_place) return Tail{end_of_feed(tx), {}};
    Tail tail{from, read_feed(tx, from)};
    const auto& notes = tail.read.notes;
    if (!notes.empty()) tail.place = {notes.back().xid, notes.back().seq};
    return tail;
  };
  auto tail = co_await postgres::run(reads_, work);
  if (!tail) co_return std::nullopt;
  cursor_ = tail->place;
  newest_ = cursor_.id;
  if (looks_for_place) {
    greet_who_came_early();
  } else {
    push(tail->read.notes);
  }
  co_return std::move(tail->read);
}

void FeedHub::announce_status() {
  const Status status = status_();
  if (announced_ && *announced_ == status) return;
  announced_ = status;
  const auto text = std::make_shared<const std::string>(status_message(status));
  const std::lock_guard lock{mutex_};
  for (const auto& [socket, console] : consoles_) console.socket->send(text);
}

awaitable<void> FeedHub::run() {
  auto pruned = std::chrono::steady_clock::now();
  Millis held = kHeldBack;
  while (true) {
    const auto read = co_await tail();
    announce_status();
    const auto now = std::chrono::steady_clock::now();
    if (now - pruned > std::chrono::minutes{1}) {
      pruned = now;
      auto prune = [](postgres::Connection& connection) {
        postgres::Tx tx{connection};
        prune_feed(tx);
        tx.commit();
      };
      co_await postgres::run(reads_, prune);
    }
    if (read && read->notes.size() == kFeedPage) continue;
    // Whoever holds something back is done in a moment as a rule; an import is not.
    const bool held_back = read && read->held_back;
    co_await wake_.wait_for(held_back ? held : kLookAgain);
    held = held_back ? std::min(2 * held, kLookAgain) : kHeldBack;
  }
}

}  // namespace firsthand::runtime
