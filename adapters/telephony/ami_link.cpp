// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ami_link.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <random>
#include <utility>

namespace firsthand::telephony {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{1000};
constexpr std::size_t kUnsentMax = 1024 * 1024;
// The classes with the events of calls, members and the dialplan's own words. The rest is noise:
// VarSet and Newexten, RTCP, CDR, and the TestEvents of some builds.
constexpr std::string_view kEvents = "call,agent,user";

Instant clock_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

struct AmiAdapter::Impl : std::enable_shared_from_this<AmiAdapter::Impl> {
  // A question and what came back: the reply, and the list's items when one follows.
  struct Question {
    explicit Question(const asio::any_io_executor& executor) : wake(executor) {}
    std::optional<AmiMessage> reply;
    std::vector<AmiMessage> items;
    bool is_list = false;
    bool done = false;
    asio::steady_timer wake;
  };
  // One connection, from connect to the end of its socket.
  struct Life {
    explicit Life(const asio::any_io_executor& executor)
        : socket(executor), resolver(executor), wake(executor) {}
    asio::ip::tcp::socket socket;
    asio::ip::tcp::resolver resolver;
    asio::steady_timer wake;
    AmiReader reader;
    std::string unsent;
    bool writing = false;
    bool ended = false;
    std::string why;
    Clock::time_point heard_at = Clock::now();
    std::map<std::string, std::shared_ptr<Question>> questions;
    std::map<std::string, std::string> originates;  // ActionID: the agent's leg
  };
  using LifePtr = std::shared_ptr<Life>;

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

  // ------------------------------------------------------------------------------ the bytes

  void end_life(Life& life, std::string why) {
    if (life.ended) return;
    life.ended = true;
    life.why = std::move(why);
    is_up = false;
    boost::system::error_code ignored;
    life.resolver.cancel();
    life.socket.close(ignored);
    life.wake.cancel();
    for (auto& [id, question] : life.questions) question->wake.cancel();
  }

  void send(const LifePtr& life, std::string text) {
    if (life->ended) return;
    if (life->unsent.size() + text.size() > kUnsentMax) {
      return end_life(*life, "the PBX does not read");
    }
    life->unsent += text;
    write_on(life);
  }

  void write_on(const LifePtr& life) {
    if (life->writing || life->ended || life->unsent.empty()) return;
    life->writing = true;
    const auto text = std::make_shared<std::string>(std::exchange(life->unsent, {}));
    asio::async_write(
        life->socket, asio::buffer(*text),
        [self = shared_from_this(), life, text](boost::system::error_code error, std::size_t) {
          life->writing = false;
          if (error) return self->end_life(*life, "write: " + error.message());
          self->write_on(life);
        });
  }

  static awaitable<void> read_on(std::shared_ptr<Impl> self, LifePtr life) {
    std::array<char, 16 * 1024> bytes;
    while (!life->ended) {
      boost::system::error_code error;
      auto reading = life->socket.async_read_some(asio::buffer(bytes),
                                                  asio::redirect_error(use_awaitable, error));
      const std::size_t count = co_await std::move(reading);
      if (error) {
        self->end_life(*life, "socket: " + error.message());
        break;
      }
      life->heard_at = Clock::now();
      life->reader.feed({bytes.data(), count});
      while (auto message = life->reader.next()) self->take(*life, std::move(*message));
      if (life->reader.broken()) self->end_life(*life, "this is no manager port, or it raves");
    }
  }

  void take(Life& life, AmiMessage message) {
    const std::string action{message.get("ActionID")};
    if (message.event() == "OriginateResponse") return originated(life, action, message);
    const auto found = life.questions.find(action);
    if (found == life.questions.end()) return tell(calls.on_event(message, clock_now()));
    Question& question = *found->second;
    const bool is_event = !message.event().empty();
    const bool complete = message.get("EventList") == "Complete";
    if (!is_event) {
      question.is_list = message.get("EventList") == "start";
      question.reply = std::move(message);
    } else if (!complete) {
      question.items.push_back(std::move(message));
    }
    question.done = is_event ? complete : !question.is_list;
    if (question.done) question.wake.cancel();
  }

  // It names the leg also when it refuses a second order for one that lives, so the id of the
  // action is what tells.
  void originated(Life& life, const std::string& action, const AmiMessage& message) {
    const auto found = life.originates.find(action);
    if (found == life.originates.end()) return;
    const std::string leg = std::move(found->second);
    life.originates.erase(found);
    if (message.get("Response") == "Success") return;
    tell(calls.on_refused_originate(leg, message.get("Reason") == "3", clock_now()));
  }

  // ------------------------------------------------------------------------------ questions

  std::string next_action_id() {
    return "firsthand-" + std::to_string(generation) + "-" + std::to_string(++asked);
  }

  // Nothing when it cannot be said, or no answer came in time.
  static awaitable<std::shared_ptr<Question>> ask(std::shared_ptr<Impl> self, LifePtr life,
                                                  AmiAction action, std::string id) {
    auto text = ami_text(action, id);
    if (!text || life->ended) co_return nullptr;
    auto question = std::make_shared<Question>(self->strand);
    life->questions.emplace(id, question);
    self->send(life, std::move(*text));
    // Lists of thousands of channels come in pieces: time counts from the last one.
    std::size_t items = 0;
    do {
      items = question->items.size();
      auto waiting = wait(question->wake, self->options.reply_timeout);
      co_await std::move(waiting);
    } while (!question->done && !life->ended && question->items.size() > items);
    life->questions.erase(id);
    co_return question->done ? question : nullptr;
  }

  static awaitable<bool> log_in(std::shared_ptr<Impl> self, LifePtr life) {
    AmiAction login{"Login",
                    {{"Username", self->options.user},
                     {"Secret", self->options.secret},
                     {"Events", std::string{kEvents}}}};
    auto asking = ask(self, life, std::move(login), self->next_action_id());
    const auto answer = co_await std::move(asking);
    if (answer && answer->reply->get("Response") == "Success") co_return true;
    std::string why = "login: ";
    why += answer ? answer->reply->get("Message") : "no answer";
    self->end_life(*life, why);
    co_return false;
  }

  static awaitable<bool> look(std::shared_ptr<Impl> self, LifePtr life, bool first) {
    AmiLook seen;
    seen.first = first;
    seen.asked_at = clock_now();
    AmiAction status{"CoreStatus"}, channels{"CoreShowChannels"}, queues{"QueueStatus"};
    auto asking = ask(self, life, std::move(status), self->next_action_id());
    const auto core = co_await std::move(asking);
    std::string started;
    if (core && core->reply) {
      started = std::string{core->reply->get("CoreStartupDate")} + " " +
                std::string{core->reply->get("CoreStartupTime")};
    }
    seen.asked_at = clock_now();
    auto listing = ask(self, life, std::move(channels), self->next_action_id());
    const auto there = co_await std::move(listing);
    if (!there || there->reply->get("Response") != "Success") {
      std::string why = "CoreShowChannels: ";
      why += there ? there->reply->get("Message") : "no answer";
      self->end_life(*life, why);
      co_return false;
    }
    // A PBX without app_queue knows no such action, and nobody waits in it.
    auto counting = ask(self, life, std::move(queues), self->next_action_id());
    const auto waiting = co_await std::move(counting);
    if (life->ended) co_return false;
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
    if (!is_up || !current || open_commands >= options.open_commands_max) {
      return answer(done, {id, CommandStatus::unknown, "link_down"});
    }
    auto order = ami_order(command, options.dialling, calls);
    if (!order) return answer(done, order.error());
    spawn(carry_out(shared_from_this(), current, std::move(command), std::move(*order),
                    std::move(done)));
  }

  static awaitable<void> carry_out(std::shared_ptr<Impl> self, LifePtr life, AmiCommand command,
                                   AmiAction action, Done done) {
    ++self->open_commands;
    std::string id = self->next_action_id();
    const auto* call = std::get_if<CallBack>(&command);
    if (call != nullptr) life->originates.emplace(id, call->agent_leg_id);
    auto asking = ask(self, life, std::move(action), std::move(id));
    const auto answer = co_await std::move(asking);
    --self->open_commands;
    CommandResult result{command_id(command), CommandStatus::unknown, "no answer"};
    if (answer && answer->reply) result = ami_result(command, *answer->reply);
    if (done && !self->silenced) done(std::move(result));
  }

  // ------------------------------------------------------------------------------ supervision

  static awaitable<void> supervise(std::shared_ptr<Impl> self, std::uint64_t mine) {
    auto backoff = self->options.backoff_min;
    std::string told;
    while (self->is_current(mine)) {
      if (self->options.may_write && !self->options.may_write()) {
        auto waiting = wait(self->pause, kTick);
        co_await std::move(waiting);
        continue;
      }
      auto one = std::make_shared<Life>(self->strand);
      self->current = one;
      auto living = live(self, one);
      const bool was_up = co_await std::move(living);
      if (!self->is_current(mine)) co_return;
      // Whoever waits for a PBX to come back is told once what is the matter.
      if (was_up || one->why != told) self->tell(AmiEvent{LinkDown{clock_now(), one->why}});
      told = one->why;
      if (was_up) backoff = self->options.backoff_min;
      auto waiting = wait(self->pause, self->jittered(backoff));
      co_await std::move(waiting);
      backoff = std::min(backoff * 2, self->options.backoff_max);
    }
  }

  static awaitable<bool> connect(std::shared_ptr<Impl> self, LifePtr life) {
    asio::steady_timer late(self->strand, self->options.connect_timeout);
    late.async_wait([self, life](boost::system::error_code error) {
      if (!error) self->end_life(*life, "connect: no answer");
    });
    boost::system::error_code error;
    auto resolving =
        life->resolver.async_resolve(self->options.host, std::to_string(self->options.port),
                                     asio::redirect_error(use_awaitable, error));
    const auto places = co_await std::move(resolving);
    if (!error && !life->ended) {
      auto connecting =
          asio::async_connect(life->socket, places, asio::redirect_error(use_awaitable, error));
      co_await std::move(connecting);
    }
    late.cancel();
    if (error) self->end_life(*life, "connect: " + error.message());
    co_return !life->ended;
  }

  // True when the link had come up.
  static awaitable<bool> live(std::shared_ptr<Impl> self, LifePtr life) {
    auto connecting = connect(self, life);
    if (!co_await std::move(connecting)) co_return false;
    boost::system::error_code ignored;
    life->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    self->spawn(read_on(self, life));
    auto logging_in = log_in(self, life);
    if (!co_await std::move(logging_in)) co_return false;
    auto looking = look(self, life, true);
    if (!co_await std::move(looking)) co_return false;
    self->is_up = true;
    self->tell(AmiEvent{
        LinkUp{clock_now(), self->started_at, static_cast<int>(self->calls.live_calls().size())}});
    auto last_look = Clock::now();
    auto last_ping = last_look;
    while (!life->ended) {
      auto ticking = wait(life->wake, std::min(kTick, self->options.ping_every));
      co_await std::move(ticking);
      if (life->ended) break;
      if (self->options.may_write && !self->options.may_write()) {
        self->end_life(*life, "the writer lock is lost");
        break;
      }
      const auto now = Clock::now();
      if (now - life->heard_at > self->options.ping_every + self->options.reply_timeout) {
        self->end_life(*life, "the PBX is silent");
      } else if (now - last_look >= self->options.look_every) {
        last_look = now;
        auto looking_again = look(self, life, false);
        co_await std::move(looking_again);
      } else if (now - last_ping >= self->options.ping_every) {
        last_ping = now;
        if (auto ping = ami_text({"Ping"}, self->next_action_id())) {
          self->send(life, std::move(*ping));
        }
      }
    }
    co_return true;
  }

  static awaitable<void> wait(asio::steady_timer& timer, std::chrono::milliseconds time) {
    timer.expires_after(time);
    boost::system::error_code ignored;  // a cancelled wait is a wake-up
    auto waiting = timer.async_wait(asio::redirect_error(use_awaitable, ignored));
    co_await std::move(waiting);
  }

  std::chrono::milliseconds jittered(std::chrono::milliseconds time) {
    std::uniform_int_distribution<std::int64_t> spread(time.count() / 2, time.count());
    return std::chrono::milliseconds{spread(random)};
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
    if (current) end_life(*current, why);
  }

  void begin() {
    if (std::exchange(running, true)) return;
    ++generation;
    spawn(supervise(shared_from_this(), generation));
  }

  void end() {
    if (!std::exchange(running, false)) return;
    ++generation;
    if (current) end_life(*current, "stopped");
    pause.cancel();
  }

  asio::any_io_executor strand;
  const AmiOptions options;
  Sink sink;
  AmiCalls calls;
  LifePtr current;
  asio::steady_timer pause;
  std::minstd_rand random{std::random_device{}()};
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
