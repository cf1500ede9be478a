// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/node.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/signal_set.hpp>
#include <future>
#include <map>
#include <optional>

#include "adapters/asio/task_group.hpp"
#include "adapters/http/server.hpp"
#include "adapters/redis/feed.hpp"
#include "adapters/runtime/announcer.hpp"
#include "adapters/runtime/api/api.hpp"
#include "adapters/runtime/api/context.hpp"
#include "adapters/runtime/api/guard.hpp"
#include "adapters/runtime/api/looking.hpp"
#include "adapters/runtime/batching_door.hpp"
#include "adapters/runtime/clock_loop.hpp"
#include "adapters/runtime/clock_skew.hpp"
#include "adapters/runtime/delivery_room.hpp"
#include "adapters/runtime/feed_hub.hpp"
#include "adapters/runtime/history_sealer.hpp"
#include "adapters/runtime/import_loop.hpp"
#include "adapters/runtime/lookers.hpp"
#include "adapters/runtime/neglect.hpp"
#include "adapters/runtime/node_options.hpp"
#include "adapters/runtime/observed_sweep.hpp"
#include "adapters/runtime/pbx_right.hpp"
#include "adapters/runtime/projection.hpp"
#include "adapters/runtime/recording_keeper.hpp"
#include "adapters/runtime/rest.hpp"
#include "adapters/runtime/roll_call.hpp"
#include "adapters/runtime/routing_loop.hpp"
#include "adapters/runtime/rules_change_loop.hpp"
#include "adapters/runtime/rules_store.hpp"
#include "adapters/runtime/spool_filing.hpp"
#include "adapters/runtime/switchboard.hpp"
#include "adapters/runtime/telephone.hpp"
#include "adapters/runtime/tier_loop.hpp"

namespace firsthand::runtime {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

Instant wall_clock() {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

/// The parts, in the order in which they lean on each other: the last one made is the first to go.
class Node {
 public:
  explicit Node(const config::Settings& settings)
      : settings_(settings),
        rules_(settings.calendar.default_code),
        pool_(pool_options(settings)),
        live_(live_pool_options(settings)),
        sessions_(pool_, session_settings(settings),
                  [this](const std::string& key) { feed_.session_ended(key); }),
        door_(door_options(settings), rules_source(), metrics_),
        spool_(std::filesystem::path{settings.data.directory} / "spool" / "telephone.log"),
        redis_(io_.get_executor(), redis_options(settings)),
        skew_(pool_, redis_, metrics_),
        projection_(redis_, pool_, skew_, settings.node.name),
        clocks_(io_.get_executor(), door_, pool_, projection_, skew_, metrics_),
        routing_(io_.get_executor(), door_, live_, projection_, rules_source(),
                 ring_times(settings), metrics_),
        rules_change_(io_.get_executor(), door_, pool_, rules_source(),
                      settings.node.name + "@" + asio::ip::host_name(), metrics_),
        deliveries_(delivery_options(settings), rules_source(), metrics_),
        feed_(io_.get_executor(), door_, live_, sessions_, rules_source(), FIRSTHAND_BUILD,
              [this] { return status(); }),
        roll_call_(io_.get_executor(), door_, pool_, feed_, redis_, !settings.redis.url.empty()),
        lookers_(redis_),
        changes_(redis_),
        tasks_(io_.get_executor(), 32,
               [](std::string_view name, std::exception_ptr error) { died(name, error); }) {
    for (auto& options : ari_options(settings)) add_telephone(std::move(options));
    // Files are seen to also where no PBX records for us.
    if (telephones_.empty()) keep_recordings(std::nullopt, [] { return false; });
    if (auto options = ami_options(settings)) {
      options->may_write = [&right = right_of(options->pbx_id)] { return right.ours(); };
      switchboard_ = std::make_unique<Switchboard>(io_.get_executor(), std::move(*options), door_,
                                                   live_, spool_, rules_source());
      // That PBX rings whom it likes: nobody is offered a call by our routing.
      switchboard_->on_link([this](bool) { feed_.wake(); });
    }
  }

  int run() {
    load_rules();
    door_.on_commit([this](postgres::Saved saved) { committed(std::move(saved)); });
    door_.on_stale_rules([this](postgres::Connection& connection) { take_rules(connection); });
    projection_.on_changed([this] { clocks_.wake(); });
    routing_.on_line([this](const RoutingPicture& picture, const routing::HandlingTimes& times) {
      announcer_.look(picture, times, *rules_.current(), std::chrono::steady_clock::now());
    });
    routing_.on_lease_ended([this](UserId user) { return roll_call_.console_open(user); });
    feed_.on_beat([this](UserId user, const std::string& connection, bool alive) {
      roll_call_.beat(user, connection, alive);
    });
    door_.start();
    deliveries_.start();

    if (!settings_.redis.url.empty()) {
      tasks_.spawn("redis", redis_.run());
      tasks_.spawn("other nodes", hear_other_nodes());
      tasks_.spawn("console beats", roll_call_.tell_redis());
      tasks_.spawn("consoles elsewhere", roll_call_.watch());
    }
    tasks_.spawn("clock skew", skew_.run());
    tasks_.spawn("roll call", roll_call_.call());
    tasks_.spawn("projection", projection_.run());
    tasks_.spawn("clocks", clocks_.run());
    tasks_.spawn("clock sweep", clocks_.sweep());
    tasks_.spawn("routing", routing_.run());
    tasks_.spawn("feed", feed_.run());
    tasks_.spawn("rules", keep_rules());
    tasks_.spawn("rules change", rules_change_.run());
    tasks_.spawn("tiers", tiers_.run());
    tasks_.spawn("imports", imports_.run());
    tasks_.spawn("neglected customers", neglect_.run());
    tasks_.spawn("spool", file_spooled(door_, spool_));
    tasks_.spawn("observed calls", observed_sweep_.run());
    tasks_.spawn("housekeeping", keep_house());
    tasks_.spawn("history seal", sealer_.run());
    for (auto& [pbx, right] : rights_) tasks_.spawn("pbx right", right.run());
    for (const auto& keeper : recordings_) tasks_.spawn("recordings", keeper->run());
    for (const auto& telephone : telephones_) {
      tasks_.spawn("telephone", telephone->send_commands());
      tasks_.spawn("emergencies", telephone->watch_emergencies());
      telephone->start();
    }
    if (switchboard_) {
      tasks_.spawn("switchboard", switchboard_->send_commands());
      tasks_.spawn("queue members", switchboard_->carry_presence());
      switchboard_->start();
    }

    api::ApiContext context{door_,
                            pool_,
                            sessions_,
                            metrics_,
                            api_settings(settings_),
                            rules_source(),
                            [this] { return health(); },
                            [] { return wall_clock(); },
                            [this](const Event& event) { return spool_.append(event); },
                            [this](postgres::Connection& connection) { take_rules(connection); },
                            [this] { return rules_.call_sources(); }};
    http::Router router;
    api::add_routes(router, context);
    api::add_looking_routes(router, context,
                            [this](api::Look look) { return lookers_.see(std::move(look)); });
    http::Server server{server_options(settings_), router, metrics_};
    server.set_guard(api::make_guard(context));
    server.add_websocket(feed_.handler());
    if (!settings_.http.static_directory.empty()) {
      auto files = http::StaticFiles::load(settings_.http.static_directory);
      if (!files)
        throw std::runtime_error("the console's files cannot be read: " + files.error().message());
      server.set_static_files(std::move(*files));
    }
    const auto port = server.start();
    if (!port) {
      stop_parts();
      throw std::runtime_error("cannot listen on " + settings_.http.address + ":" +
                               std::to_string(settings_.http.port) + ": " + port.error().message());
    }
    spdlog::info("serving on http://{}:{}", settings_.http.address, *port);

    asio::signal_set signals{io_, SIGINT, SIGTERM};
    signals.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) io_.stop();
    });
    io_.run();
    spdlog::info("stopping: no new callers, finishing what is being asked");
    server.stop(std::chrono::seconds{5});
    stop_parts();
    return 0;
  }

 private:
  RulesSource rules_source() {
    return [this] { return rules_.current(); };
  }

  static void died(std::string_view name, std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& what) {
      // A loop that has died must not be missed for hours: the process ends and is started anew.
      spdlog::critical("{} ended: {}", name, what.what());
      std::abort();
    }
  }

  void committed(postgres::Saved saved) {
    const auto left = [&saved](EffectKind kind) { return saved.effects.contains(kind); };
    if (left(EffectKind::pbx)) wake_pbx();
    if (left(EffectKind::mail) || left(EffectKind::webhook)) deliveries_.wake();
    feed_.wake();
    routing_.saved(saved);
    projection_.saved(std::move(saved));
    clocks_.wake();
    asio::post(io_, [this] {
      tell_others_ = true;
      others_.notify();
    });
  }

  PbxRight& right_of(const std::string& pbx) {
    const auto holder =
        settings_.node.name + "@" + asio::ip::host_name() + ":" + settings_.data.directory;
    return rights_.try_emplace(pbx, redis_, pbx, holder, !settings_.redis.url.empty())
        .first->second;
  }

  /// An Asterisk whose calls we route.
  void add_telephone(telephony::AriOptions options) {
    const std::string pbx = options.calls.pbx_id;
    PbxRight& right = right_of(pbx);
    // Asked for before the PBX is connected to, so that a second node does not fence the first.
    options.may_write = [&right] { return right.ours(); };
    const auto& telephone = telephones_.emplace_back(std::make_unique<Telephone>(
        io_.get_executor(), options, door_, live_, spool_, [this] { return door_.up(); },
        [this] { return routing_.reachable(); },
        [this](std::string_view extension) {
          const auto rules = rules_.current();
          const User* person = rules->with_extension(extension);
          return person ? person->id : UserId{};
        }));
    // Fenced while the right is ours: a node without it has connected, and ours comes back.
    right.on_confirmed([&line = *telephone] {
      if (!line.fenced()) return;
      line.stop();
      line.start();
    });
    telephone->on_link([this, pbx](bool up) {
      routing_.telephony_up(pbx, up);
      feed_.wake();
    });
    keep_recordings(options, [&line = *telephone] { return line.up(); });
  }

  void keep_recordings(const std::optional<telephony::AriOptions>& pbx,
                       std::function<bool()> pbx_up) {
    recordings_.push_back(std::make_unique<RecordingKeeper>(
        io_.get_executor(), door_, pool_, RecordingFiles{recordings_directory(settings_)}, pbx,
        std::move(pbx_up), metrics_));
  }

  void wake_pbx() {
    for (const auto& telephone : telephones_) telephone->wake();
    if (switchboard_) switchboard_->wake();
  }
  bool pbx_up() const {
    const auto up = [](const auto& telephone) { return telephone->up(); };
    return std::any_of(telephones_.begin(), telephones_.end(), up) ||
           (switchboard_ && switchboard_->up());
  }
  FeedHub::Status status() const { return {door_.up() && pool_.up(), pbx_up(), redis_.up()}; }
  api::Health health() const {
    return {door_.up() && pool_.up(), redis_.up(), pbx_up(), skew_.sound()};
  }

  void load_rules() {
    postgres::Connection connection{connect_options(settings_, "start")};
    postgres::Tx tx{connection, postgres::Access::read_only};
    rules_.refresh(tx);
    if (rules_.current()->book.queues.empty()) {
      throw std::runtime_error(
          "there are no rules in the database yet: run `firsthand load-defaults`");
    }
  }

  /// Redis carries the word that something was committed to the other nodes, and theirs to us.
  awaitable<void> hear_other_nodes() {
    redis::FeedReader reader{changes_};
    std::string last{redis::Feed::kBeginning};
    tasks_.spawn("tell other nodes", tell_other_nodes());
    while (true) {
      auto batch = co_await reader.read(last, std::chrono::seconds{5});
      if (!batch) {
        co_await rest(Millis{500});
        continue;
      }
      last = batch->last_id;
      const auto of_others = [this](const redis::FeedEntry& entry) {
        return entry.item.kind != self_;
      };
      const auto& entries = batch->entries;
      if (!batch->gap && std::none_of(entries.begin(), entries.end(), of_others)) continue;
      feed_.wake();
      routing_.look_anew();
      clocks_.wake();
      wake_pbx();
    }
  }

  awaitable<void> tell_other_nodes() {
    while (true) {
      co_await others_.wait_for(std::chrono::seconds{5});
      if (!std::exchange(tell_others_, false) || !redis_.up()) continue;
      std::vector<redis::FeedItem> items{{"commit", self_, 1, ++told_}};
      co_await changes_.publish(std::move(items));
    }
  }

  awaitable<void> keep_rules() {
    while (true) {
      co_await rest(std::chrono::seconds{5});
      auto work = [this](postgres::Connection& connection) {
        postgres::Tx tx{connection, postgres::Access::read_only};
        return rules_.refresh(tx);
      };
      auto changed = co_await postgres::run(pool_, work);
      if (!changed) {
        spdlog::warn("rules: {}", changed.error().message);
      } else if (*changed) {
        rules_changed();
      }
    }
  }

  void take_rules(postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    if (rules_.refresh(tx)) rules_changed();
  }

  void rules_changed() {
    spdlog::info("rules: a new version is in force");
    routing_.look_anew();
    rules_change_.wake();
  }

  awaitable<void> keep_house() {
    while (true) {
      co_await rest(std::chrono::hours{1});
      auto work = [this](postgres::Connection& connection) {
        postgres::Tx tx{connection};
        postgres::delete_expired_sessions(tx, session_settings(settings_));
        static constexpr postgres::Statement kForgetKeys{
            "node_forget_keys", "delete from remembered where at < now() - interval '30 days'"};
        static constexpr postgres::Statement kForgetEffects{
            "node_forget_effects", "delete from outbox where done_at < now() - interval '30 days'"};
        static constexpr postgres::Statement kPartitions{
            "node_partitions", "select ensure_history_partitions(now()::date, 3)"};
        tx.exec(kPartitions);
        tx.exec(kForgetKeys);
        tx.exec(kForgetEffects);
        tx.commit();
      };
      auto done = co_await postgres::run(pool_, work);
      if (!done) spdlog::warn("housekeeping: {}", done.error().message);
    }
  }

  void stop_parts() {
    for (const auto& telephone : telephones_) telephone->stop();
    if (switchboard_) switchboard_->stop();
    tasks_.cancel();
    io_.restart();
    for (auto& [pbx, right] : rights_) {
      if (!right.held()) continue;
      asio::co_spawn(io_, right.release(), [](std::exception_ptr, redis::Result<bool>) {});
      io_.run_for(Millis{200});
    }
    bool joined = false;
    asio::co_spawn(io_, tasks_.join(), [&joined](std::exception_ptr) { joined = true; });
    redis_.stop();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{3};
    while (!joined && std::chrono::steady_clock::now() < until) io_.run_for(Millis{50});
    deliveries_.stop();
    door_.stop();
    live_.stop();
    pool_.stop();
  }

  const config::Settings settings_;
  asio::io_context io_{1};
  metrics::Registry metrics_;
  RulesStore rules_;
  postgres::Pool pool_;
  postgres::Pool live_;
  postgres::Sessions sessions_;
  BatchingDoor door_;
  Spool spool_;
  redis::Client redis_;
  ClockSkew skew_;
  Projection projection_;
  ClockLoop clocks_;
  RoutingLoop routing_;
  Announcer announcer_{[this](const std::string& pbx, const std::string& channel,
                              const std::string& media, std::uint64_t serial) {
    for (const auto& telephone : telephones_) {
      if (telephone->pbx() == pbx && telephone->up()) telephone->say(channel, media, serial);
    }
  }};
  RulesChangeLoop rules_change_;
  TierLoop tiers_{door_, pool_, rules_source()};
  ObservedSweep observed_sweep_{door_, pool_, [this] { return rules_.call_sources(); }};
  NeglectLoop neglect_{door_, pool_, rules_source()};
  ImportLoop imports_{{door_, pool_, rules_source(), {settings_.telephony.region}}};
  HistorySealer sealer_{pool_, metrics_};
  DeliveryRoom deliveries_;
  FeedHub feed_;
  RollCall roll_call_;
  Lookers lookers_;
  redis::Feed changes_;
  std::map<std::string, PbxRight> rights_;  ///< by the name of the PBX
  net::Signal others_{io_.get_executor()};
  bool tell_others_ = false;
  const std::string self_ = random_token();  ///< to know our own word by when it comes back
  std::int64_t told_ = 0;
  std::vector<std::unique_ptr<Telephone>> telephones_;
  std::vector<std::unique_ptr<RecordingKeeper>> recordings_;
  std::unique_ptr<Switchboard> switchboard_;
  net::TaskGroup tasks_;
};

}  // namespace

int run_node(const config::Settings& settings) {
  Node node{settings};
  return node.run();
}

}  // namespace firsthand::runtime
