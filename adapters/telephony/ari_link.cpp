// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ari_link.hpp"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <deque>
#include <exception>
#include <map>
#include <utility>

#include "adapters/asio/backoff.hpp"
#include "adapters/asio/net/http_client.hpp"
#include "adapters/asio/net/websocket_client.hpp"
#include "adapters/asio/pause.hpp"
#include "adapters/codec/base64.hpp"
#include "adapters/telephony/ari_codec.hpp"
#include "adapters/telephony/ari_lanes.hpp"
#include "adapters/telephony/ari_look.hpp"

namespace firsthand::telephony {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using net::HttpClient;
using net::WebSocketClient;

constexpr std::chrono::milliseconds kTick{1000};
constexpr std::chrono::milliseconds kUntilOurs{50};      // callers wait for whoever has the right
constexpr std::size_t kListBytesMax = 32 * 1024 * 1024;  // GET /channels of 20,000 channels

Instant clock_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

struct AriAdapter::Impl : std::enable_shared_from_this<AriAdapter::Impl> {
  // One connection's life, from connect to the end of its socket.
  struct Life {
    explicit Life(const asio::any_io_executor& executor, const net::WebSocketClientOptions& options)
        : socket(executor, options), wake(executor) {}
    WebSocketClient socket;
    asio::steady_timer wake;
    std::deque<std::string> buffered;
    bool buffering = true;
    bool ended = false;
    bool reader_done = true;
    std::string why;
  };

  Impl(asio::any_io_executor executor, AriOptions given, EventSink given_sink)
      : strand(asio::make_strand(executor)),
        options(std::move(given)),
        sink(std::move(given_sink)),
        calls(options.calls),
        pause(strand) {}

  // Closed clients stay closed, so each start() has new ones; a coroutine that is still unwinding
  // keeps the old. The old lanes' late replies are as good as any.
  void make_clients() {
    net::HttpClientOptions http;
    http.host = options.host;
    http.port = options.port;
    http.connections_max = 1;
    http.deadline = options.request_timeout;
    http.response_bytes_max = kListBytesMax;
    http.idle_max = options.idle_connection;
    http.headers = authorization();
    control = std::make_shared<HttpClient>(strand, http);
    const std::weak_ptr<Impl> weak = shared_from_this();  // the lanes are ours: no circle
    lanes = std::make_shared<AriLanes>(
        strand, std::move(http), options.lanes, options.base, options.queued_requests_max, counters,
        [weak](std::uint64_t id, int status, const std::string& body) {
          if (const auto self = weak.lock()) self->replied(id, status, body);
        },
        [weak](const std::exception_ptr& error) {
          if (const auto self = weak.lock()) self->failed(error);
        });
  }

  net::Headers authorization() const {
    return {
        {"Authorization", "Basic " + codec::base64_encode(options.user + ":" + options.password)},
        {"Content-Type", "application/json"}};
  }

  // ------------------------------------------------------------------ the state machine's answers

  void take(AriCallState::Output out) {
    differences += static_cast<std::uint64_t>(out.differences);
    for (PbxEvent& event : out.events) {
      if (std::holds_alternative<Fenced>(event)) fence();
      tell(std::move(event));
    }
    for (AriRequest& request : out.requests) enqueue(std::move(request));
    for (CommandResult& result : out.results) complete(std::move(result));
    live_calls = calls.live_calls();
    live_legs = calls.live_legs();
  }

  void tell(PbxEvent event) {
    if (!silenced && sink) sink(std::move(event));
  }

  void complete(CommandResult result) {
    const auto found = open_commands.find(result.command_id);
    if (found == open_commands.end()) return;
    const CommandDone done = std::move(found->second);
    open_commands.erase(found);
    if (done && !silenced) done(std::move(result));
  }

  void fence() {
    fenced = true;
    state = LinkState::fenced;
    if (life) end_life(*life, "fenced");
  }

  // ------------------------------------------------------------------------------ requests, out

  void enqueue(AriRequest request) {
    const bool may_send = state == LinkState::up || state == LinkState::reconciling;
    if (may_send) return lanes->send(std::move(request));
    asio::post(strand, [self = shared_from_this(), id = request.id] { self->replied(id, 0, {}); });
  }

  void replied(std::uint64_t id, int status, const std::string& body) {
    take(calls.on_reply(id, status, body, clock_now()));
  }

  // ------------------------------------------------------------------------------- the socket, in

  static awaitable<void> read_frames(std::shared_ptr<Impl> self, std::shared_ptr<Life> life) {
    while (!life->ended) {
      auto reading = life->socket.read();
      auto frame = co_await std::move(reading);
      if (!frame) {
        self->end_life(*life, "socket: " + frame.error().message());
        break;
      }
      ++self->frames;
      if (!life->buffering) {
        self->handle_frame(*frame);
      } else if (life->buffered.size() < self->options.buffered_frames_max) {
        life->buffered.push_back(std::move(*frame));
      } else {
        self->end_life(*life, "too many frames during the snapshot");
      }
    }
    life->reader_done = true;
    life->wake.cancel();
  }

  void handle_frame(const std::string& frame) {
    const auto event = parse_ari_event(frame);
    if (!event) {
      ++bad_frames;
      return;
    }
    take(calls.on_event(*event, clock_now()));
  }

  void end_life(Life& one, std::string why) {
    if (one.ended) return;
    one.ended = true;
    one.why = std::move(why);
    one.socket.abort();
    one.wake.cancel();
  }

  // -------------------------------------------------------------------------------- the snapshot

  static awaitable<bool> take_snapshot(std::shared_ptr<Impl> self, std::shared_ptr<Life> life,
                                       bool quiet, std::string& why) {
    const Instant requested_at = clock_now();
    auto looking = look_around(self->control, self->options.base, self->options.calls.app, why);
    auto snapshot = co_await std::move(looking);
    if (!snapshot || life->ended) co_return false;
    snapshot->quiet = quiet;
    snapshot->requested_at = requested_at;
    for (const std::string& app : self->options.peer_apps) {
      if (self->options.app_abandoned && self->options.app_abandoned(app)) {
        snapshot->abandoned_apps.push_back(app);
      }
    }
    // Before the events are told: who hears LinkUp may command.
    self->state = LinkState::up;
    self->take(self->calls.on_snapshot(*snapshot, clock_now()));
    co_return true;
  }

  // ------------------------------------------------------------------------------ the supervisor

  static awaitable<void> supervise(std::shared_ptr<Impl> self, std::uint64_t generation) {
    net::Backoff backoff{self->options.backoff_min, self->options.backoff_max};
    while (self->is_current(generation)) {
      if (!self->may_write()) {
        self->state = LinkState::waiting_for_lock;
        auto waiting = net::pause_on(self->pause, kUntilOurs);
        co_await std::move(waiting);
        continue;
      }
      self->state = LinkState::connecting;
      net::WebSocketClientOptions socket;
      socket.connect_deadline = self->options.connect_timeout;
      socket.idle = self->options.idle_ping;
      auto life = std::make_shared<Life>(self->strand, socket);
      self->life = life;
      auto living = live(self, life);
      const bool was_up = co_await std::move(living);
      if (self->life == life) self->life.reset();
      if (!self->is_current(generation)) co_return;
      self->state = self->fenced ? LinkState::fenced : LinkState::connecting;
      if (was_up) self->tell(LinkDown{clock_now(), life->why});
      // Whoever took our place would be thrown out by a reconnect, and take it back, for ever.
      if (self->fenced) co_return;
      if (was_up) backoff.reset();
      auto waiting = net::pause_on(self->pause, backoff.next());
      co_await std::move(waiting);
    }
  }

  // True when the link had come up.
  static awaitable<bool> live(std::shared_ptr<Impl> self, std::shared_ptr<Life> life) {
    bool was_up = false;
    const std::string target =
        self->options.base + "/events" + ari_query({{"app", self->options.calls.app}});
    net::Headers headers = self->authorization();
    headers.pop_back();  // an upgrade has no body
    auto connecting =
        life->socket.connect(self->options.host, self->options.port, target, std::move(headers));
    const auto connected = co_await std::move(connecting);
    if (!connected) {
      life->why = "connect: " + connected.error().message();
      co_return false;
    }
    if (life->ended) co_return false;
    ++self->connects;
    life->reader_done = false;
    self->spawn(read_frames(self, life));
    self->state = LinkState::reconciling;
    // The filter goes away with the application, so it is set after each connect. Without it there
    // are more frames, nothing worse.
    const auto since = std::chrono::steady_clock::now();
    auto filtering = filter_events(self->control, self->options.base, self->options.calls.app);
    const int filtered = co_await std::move(filtering);
    self->counters->count(filtered, since);
    std::string why;
    auto looking = take_snapshot(self, life, false, why);
    const bool looked = co_await std::move(looking);
    if (!looked) self->end_life(*life, why);
    was_up = looked;
    while (!life->ended && !life->buffered.empty()) {
      const std::string frame = std::move(life->buffered.front());
      life->buffered.pop_front();
      self->handle_frame(frame);
    }
    life->buffering = false;
    auto last_look = std::chrono::steady_clock::now();
    while (!life->ended) {
      auto ticking = net::pause_on(life->wake, kTick);
      co_await std::move(ticking);
      if (life->ended) break;
      if (!self->may_write()) {
        self->end_life(*life, "the writer lock is lost");
        break;
      }
      self->take(self->calls.on_tick(clock_now()));
      const auto now = std::chrono::steady_clock::now();
      if (now - last_look < self->options.reconcile_every) continue;
      last_look = now;
      auto looking_again = take_snapshot(self, life, true, why);
      const bool looked_again = co_await std::move(looking_again);
      if (!looked_again) self->end_life(*life, why);
    }
    while (!life->reader_done) {
      auto draining = net::pause_on(life->wake, kTick);
      co_await std::move(draining);
    }
    co_return was_up;
  }

  bool may_write() const { return !options.may_write || options.may_write(); }

  bool is_current(std::uint64_t started) const { return running && generation == started; }

  void spawn(awaitable<void> task) {
    asio::co_spawn(strand, std::move(task),
                   [self = shared_from_this()](const std::exception_ptr& error) {
                     if (error) self->failed(error);
                   });
  }

  // Nothing of ours throws on purpose; what does (no memory) costs the connection, and says so.
  void failed(const std::exception_ptr& error) {
    std::string why = "unexpected";
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      why = e.what();
    }
    if (life) end_life(*life, why);
  }

  void begin() {
    if (running && !fenced) return;
    running = true;
    fenced = false;
    ++generation;
    make_clients();
    spawn(supervise(shared_from_this(), generation));
  }

  void end() {
    if (!running) return;
    running = false;
    ++generation;
    if (life) end_life(*life, "stopped");
    pause.cancel();
    state = LinkState::stopped;
    control->close();
    lanes->close();
    auto open = std::exchange(open_commands, {});
    for (auto& [id, done] : open) {
      if (done && !silenced) done({id, CommandStatus::unknown, "stopped"});
    }
  }

  void obey(PbxCommand wanted, CommandDone done) {
    const std::string id = command_id(wanted);
    const bool ready = state == LinkState::up && !id.empty();
    if (!ready) {
      const bool refused = id.empty() || fenced;
      if (done && !silenced) {
        done({id, refused ? CommandStatus::refused : CommandStatus::unknown,
              id.empty() ? "command_id" : (fenced ? "fenced" : "link_down")});
      }
      return;
    }
    open_commands.emplace(id, std::move(done));
    take(calls.on_command(wanted, clock_now()));
  }

  asio::any_io_executor strand;
  const AriOptions options;
  EventSink sink;
  AriCallState calls;
  std::shared_ptr<HttpClient> control;
  std::shared_ptr<AriLanes> lanes;
  std::shared_ptr<AriCounters> counters = std::make_shared<AriCounters>();
  std::shared_ptr<Life> life;
  asio::steady_timer pause;
  std::multimap<std::string, CommandDone> open_commands;
  std::uint64_t generation = 0;
  bool running = false;
  bool fenced = false;

  std::atomic<bool> silenced{false};
  std::atomic<LinkState> state{LinkState::stopped};
  std::atomic<std::uint64_t> frames{0}, bad_frames{0}, connects{0}, differences{0};
  std::atomic<std::size_t> live_calls{0}, live_legs{0};
};

std::string_view to_string(LinkState state) {
  switch (state) {
    case LinkState::stopped: return "stopped";
    case LinkState::waiting_for_lock: return "waiting_for_lock";
    case LinkState::connecting: return "connecting";
    case LinkState::reconciling: return "reconciling";
    case LinkState::up: return "up";
    case LinkState::fenced: return "fenced";
  }
  return "stopped";
}

AriAdapter::AriAdapter(boost::asio::any_io_executor executor, AriOptions options, EventSink sink)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options), std::move(sink))) {}

AriAdapter::~AriAdapter() {
  impl_->silenced = true;
  stop();
}

void AriAdapter::start() {
  asio::post(impl_->strand, [impl = impl_] { impl->begin(); });
}

void AriAdapter::stop() {
  asio::post(impl_->strand, [impl = impl_] { impl->end(); });
}

void AriAdapter::submit(PbxCommand command, CommandDone done) {
  asio::post(impl_->strand,
             [impl = impl_, command = std::move(command), done = std::move(done)]() mutable {
               impl->obey(std::move(command), std::move(done));
             });
}

void AriAdapter::standing(std::function<void(const Snapshot&)> then) {
  asio::post(impl_->strand, [impl = impl_, then = std::move(then)] {
    if (impl->silenced || impl->state != LinkState::up || !impl->may_write()) return;
    then(impl->calls.standing());
  });
}

LinkState AriAdapter::state() const {
  return impl_->state;
}

AriStats AriAdapter::stats() const {
  AriStats stats;
  stats.frames = impl_->frames;
  stats.bad_frames = impl_->bad_frames;
  stats.requests = impl_->counters->requests;
  stats.timeouts = impl_->counters->timeouts;
  stats.refusals_4xx = impl_->counters->refusals;
  stats.errors_5xx = impl_->counters->errors;
  stats.connects = impl_->connects;
  stats.reconcile_differences = impl_->differences;
  stats.live_calls = impl_->live_calls;
  stats.live_legs = impl_->live_legs;
  stats.queued_requests = impl_->counters->queued;
  stats.last_request = std::chrono::milliseconds{impl_->counters->last_ms.load()};
  return stats;
}

}  // namespace firsthand::telephony
