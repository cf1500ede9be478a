// SPDX-License-Identifier: Apache-2.0
// What happens, to every console that may hear of it. Tails the feed table with a cursor of
// (xid, id) below the oldest open transaction, so that nothing is passed over; a console resumes
// from the last seq it saw or is told to look again. Events go out in order; what somebody is rung
// for, talks on, or is at goes to him by the lanes. run() on one executor; sockets come and go on
// theirs.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "adapters/asio/signal.hpp"
#include "adapters/http/websocket.hpp"
#include "adapters/postgres/sessions.hpp"
#include "adapters/runtime/api/can.hpp"
#include "adapters/runtime/feed_lanes.hpp"
#include "adapters/runtime/rules_source.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class FeedHub {
 public:
  struct Status {
    bool database = false, telephony = false, redis = false;
    friend bool operator==(const Status&, const Status&) = default;
  };

  FeedHub(boost::asio::any_io_executor executor, Door& door, postgres::Pool& reads,
          postgres::Sessions& sessions, RulesSource rules, std::string build,
          std::function<Status()> status);

  http::WebSocketHandler handler();
  /// Hears every sign of life of a console, and its good-bye. Set before the server starts.
  using Beat = std::function<void(UserId, const std::string& connection, bool alive)>;
  void on_beat(Beat hook) { beat_ = std::move(hook); }
  /// Something was committed, here or on another node. Any thread.
  void wake() { wake_.notify(); }
  boost::asio::awaitable<void> run();
  /// Closes the sockets of a session that was signed out.
  void session_ended(const std::string& session_key);
  std::size_t consoles() const;
  /// Whether this person has a console open here. Any thread.
  bool open(UserId user) const;

 private:
  void sign_out(const std::function<bool(const postgres::SignedInUser&)>& whom);
  void user_left(UserId id);
  struct Console {
    std::shared_ptr<http::WebSocket> socket;
    api::Subject subject;
    std::string connection;  ///< names it among all nodes
  };
  using Consoles = std::map<const http::WebSocket*, Console>;

  /// What was read and told; nothing without a database.
  boost::asio::awaitable<std::optional<FeedRead>> tail();
  void push(const std::vector<FeedRow>& notes);
  void push_one(const FeedRow& note);
  void spawn_greeting(std::shared_ptr<http::WebSocket> socket);
  /// The tail has its place now: a greeting before it would have promised more than is heard.
  void greet_who_came_early();
  boost::asio::awaitable<void> greet(std::shared_ptr<http::WebSocket> socket, std::int64_t since);
  void opened(std::shared_ptr<http::WebSocket> socket);
  void closed(http::WebSocket& socket);
  void sign_of_life(const http::WebSocket& socket, bool alive);
  void announce_status();
  void beat(UserId user, Seconds lease);

  boost::asio::any_io_executor executor_;
  Door& door_;
  postgres::Pool& reads_;
  postgres::Sessions& sessions_;
  RulesSource rules_;
  const std::string build_;
  std::function<Status()> status_;
  net::Signal wake_;
  FeedLanes lanes_;
  FeedPlace cursor_;                     ///< without an xid: the tail has no place yet
  std::atomic<std::int64_t> newest_{0};  ///< the id of cursor_, for greetings
  Beat beat_;
  std::optional<Status> announced_;
  mutable std::mutex mutex_;
  Consoles consoles_;
  bool placed_ = false;  ///< the tail's place is known, and kept for those who are here
};

}  // namespace firsthand::runtime
