// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ami_link.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <map>
#include <utility>

#include "adapters/asio/backoff.hpp"
#include "adapters/asio/pause.hpp"
#include "adapters/telephony/ami_wire.hpp"

namespace firsthand::telephony {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{1000};
constexpr std::chrono::milliseconds kUntilOurs{50};  // callers wait for whoever has the right
// The classes with the events of calls, members and the dialplan's own words. The rest is noise:
// VarSet and Newexten, RTCP, CDR, and the TestEvents of some builds.
constexpr std::string_view kEvents = "call,agent,user";

Instant clock_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

struct AmiAdapter::Impl : std::enable_shared_from_this<AmiAdapter::Impl> {
  using WirePtr = std::shared_ptr<AmiWire>;

  Impl(asio::any_io_executor executor, AmiOptions given, Sink given_sink)
      : strand(asio::make_strand(executor)),
        options(std::move(given)),
        sink(std::move(given_sink)),
        calls(options.calls),
        pause(strand) {}

  void tell(AmiEvent event) {
    if (!silenced && sink) sink(std::move(event));
  }
  void tell(std::vector<AmiFact> facts) {
    for (AmiFact& fact : facts) {
      std::visit([this](auto& each) { tell(AmiEvent{std::move(each)}); }, fact);
    }
  }

  // ------------------------------------------------------------------------------ what is heard

  void heard(const AmiMessage& message) {
    if (message.event() == "OriginateResponse") return originated(message);
    tell(calls.on_event(message, clock_now()));
  }

  // It names the leg also when it refuses a second order for one that lives, so the id of the
  // action is what tells.
  void originated(const AmiMessage& message) {
    const auto found = originates.find(std::string{message.get("ActionID")});
    if (found == originates.end()) return;
    const std::string leg = std::move(found->second);
    originates.erase(found);
    if (message.get("Response") == "Success") return;
    tell(calls.on_refused_originate(leg, message.get("Reason") == "3", clock_now()));
  }

  // ------------------------------------------------------------------------------ questions

  std::string next_action_id() {
    return "firsthand-" + std::to_string(generation) + "-" + std::to_string(++asked);
  }

  static awaitable<AmiWire::QuestionPtr> ask(std::shared_ptr<Impl> self, WirePtr wire,
                                             AmiAction action) {
    auto asking = wire->ask(std::move(action), self->next_action_id(), self->options.reply_timeout);
    co_return co_await std::move(asking);
  }

  static awaitable<bool> log_in(std::shared_ptr<Impl> self, WirePtr wire) {
    AmiAction login{"Login",
                    {{"Username", self->options.user},
                     {"Secret", self->options.secret},
                     {"Events", std::string{kEvents}}}};
    auto asking = ask(self, wire, std::move(login));
    const auto answer = co_await std::move(asking);
    if (answer && answer->reply->get("Response") == "Success") co_return true;
    std::string why = "login: ";
    why += answer ? answer->reply->get("Message") : "no answer";
    wire->end(why);
    co_return false;
  }

  static awaitable<bool> look(std::shared_ptr<Impl> self, WirePtr wire, bool first) {
    AmiLook seen;
    seen.first = first;
    seen.asked_at = clock_now();
    AmiAction status{"CoreStatus"}, channels{"CoreShowChannels"}, queues{"QueueStatus"};
    auto asking = ask(self, wire, std::move(status));
    const auto core = co_await std::move(asking);
    std::string started;
    if (core && core->reply) {
      started = std::string{core->reply->get("CoreStartupDate")} + " " +
                std::string{core->reply->get("CoreStartupTime")};
    }
    seen.asked_at = clock_now();
    auto listing = ask(self, wire, std::move(channels));
    const auto there = co_await std::move(listing);
    if (!there || there->reply->get("Response") != "Success") {
      std::string why = "CoreShowChannels: ";
      why += there ? there->reply->get("Message") : "no answer";
      wire->end(why);
      co_return false;
    }
    // A PBX without app_queue knows no such action, and nobody waits in it.
    auto counting = ask(self, wire, std::move(queues));
    const auto waiting = co_await std::move(counting);
    if (wire->ended()) co_return false;
    seen.channels = std::move(there->items);
    if (waiting) {
      for (AmiMessage& item : waiting->items) {
        if (item.event() == "QueueEntry") seen.waiting.push_back(std::move(item));
      }
    }
    seen.restarted = !self->started_at.empty() && started.size() > 1 && started != self->started_at;
    if (started.size() > 1) self->started_at = started;
    const Instant asked_at = seen.asked_at;
    self->tell(self->calls.on_look(seen, clock_now()));
    self->tell(AmiEvent{Standing{asked_at, self->calls.live_calls()}});
    co_return true;
  }

  // ------------------------------------------------------------------------------ commands

  void obey(AmiCommand command, Done done) {
    const std::string id = command_id(command);
    const auto answer = [this](const Done& to, CommandResult result) {
      if (to && !silenced) to(std::move(result));
    };
    const bool may_send = is_up && current && !current->ended();
    if (!may_send || open_commands >= options.open_commands_max) {
      return answer(done, {id, CommandStatus::unknown, "link_down"});
    }
    auto order = ami_order(command, options.dialling, calls);
    if (!order) return answer(done, order.error());
    spawn(carry_out(shared_from_this(), current, std::move(command), std::move(*order),
                    std::move(done)));
  }

  static awaitable<void> carry_out(std::shared_ptr<Impl> self, WirePtr wire, AmiCommand command,
                                   AmiAction action, Done done) {
    ++self->open_commands;
    std::string id = self->next_action_id();
    const auto* call = std::get_if<CallBack>(&command);
    if (call != nullptr) self->originates.emplace(id, call->agent_leg_id);
    auto asking = wire->ask(std::move(action), std::move(id), self->options.reply_timeout);
    const auto answer = co_await std::move(asking);
    --self->open_commands;
    CommandResult result{command_id(command), CommandStatus::unknown, "no answer"};
    if (answer && answer->reply) result = ami_result(command, *answer->reply);
    if (done && !self->silenced) done(std::move(result));
  }

  // ------------------------------------------------------------------------------ supervision

  bool may_write() const { return !options.may_write || options.may_write(); }

  static awaitable<void> supervise(std::shared_ptr<Impl> self, std::uint64_t mine) {
    net::Backoff backoff{self->options.backoff_min, self->options.backoff_max};
    std::string told;
    while (self->is_current(mine)) {
      if (!self->may_write()) {
        auto waiting = net::pause_on(self->pause, kUntilOurs);
        co_await std::move(waiting);
        continue;
      }
      const std::weak_ptr<Impl> weak = self;  // the wire is ours: no circle
      auto wire = std::make_shared<AmiWire>(self->strand, [weak](const AmiMessage& message) {
        if (const auto impl = weak.lock()) impl->heard(message);
      });
      self->current = wire;
      self->originates.clear();
      auto living = live(self, wire);
      const bool was_up = co_await std::move(living);
      self->is_up = false;
      if (!self->is_current(mine)) co_return;
      // Whoever waits for a PBX to come back is told once what is the matter.
      if (was_up || wire->why() != told) self->tell(AmiEvent{LinkDown{clock_now(), wire->why()}});
      told = wire->why();
      if (was_up) backoff.reset();
      auto waiting = net::pause_on(self->pause, backoff.next());
      co_await std::move(waiting);
    }
  }

  // True when the link had come up.
  static awaitable<bool> live(std::shared_ptr<Impl> self, WirePtr wire) {
    auto connecting =
        wire->connect(self->options.host, self->options.port, self->options.connect_timeout);
    if (!co_await std::move(connecting)) co_return false;
    auto logging_in = log_in(self, wire);
    if (!co_await std::move(logging_in)) co_return false;
    auto looking = look(self, wire, true);
    if (!co_await std::move(looking)) co_return false;
    self->is_up = true;
    self->tell(AmiEvent{
        LinkUp{clock_now(), self->started_at, static_cast<int>(self->calls.live_calls().size())}});
    auto last_look = Clock::now();
    auto last_ping = last_look;
    while (!wire->ended()) {
      auto ticking = wire->rest(std::min(kTick, self->options.ping_every));
      co_await std::move(ticking);
      if (wire->ended()) break;
      if (!self->may_write()) {
        wire->end("the writer lock is lost");
        break;
      }
      const auto now = Clock::now();
      if (now - wire->heard_at() > self->options.ping_every + self->options.reply_timeout) {
        wire->end("the PBX is silent");
      } else if (now - last_look >= self->options.look_every) {
        last_look = now;
        auto looking_again = look(self, wire, false);
        co_await std::move(looking_again);
      } else if (now - last_ping >= self->options.ping_every) {
        last_ping = now;
        if (auto ping = ami_text({"Ping"}, self->next_action_id())) wire->send(std::move(*ping));
      }
    }
    co_return true;
  }

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
    if (current) current->end(why);
  }

  void begin() {
    if (std::exchange(running, true)) return;
    ++generation;
    spawn(supervise(shared_from_this(), generation));
  }

  void end() {
    if (!std::exchange(running, false)) return;
    ++generation;
    is_up = false;
    if (current) current->end("stopped");
    pause.cancel();
  }

  asio::any_io_executor strand;
  const AmiOptions options;
  Sink sink;
  AmiCalls calls;
  WirePtr current;
  std::map<std::string, std::string> originates;  // ActionID: the agent's leg
  asio::steady_timer pause;
  std::string started_at;
  std::uint64_t generation = 0, asked = 0;
  std::size_t open_commands = 0;
  bool running = false;
  std::atomic<bool> silenced{false};
  std::atomic<bool> is_up{false};
};

AmiAdapter::AmiAdapter(boost::asio::any_io_executor executor, AmiOptions options, Sink sink)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options), std::move(sink))) {}

AmiAdapter::~AmiAdapter() {
  impl_->silenced = true;
  stop();
}

void AmiAdapter::start() {
  asio::post(impl_->strand, [impl = impl_] { impl->begin(); });
}

void AmiAdapter::stop() {
  asio::post(impl_->strand, [impl = impl_] { impl->end(); });
}

void AmiAdapter::submit(AmiCommand command, Done done) {
  asio::post(impl_->strand,
             [impl = impl_, command = std::move(command), done = std::move(done)]() mutable {
               impl->obey(std::move(command), std::move(done));
             });
}

bool AmiAdapter::up() const {
  return impl_->is_up;
}

}  // namespace firsthand::telephony
