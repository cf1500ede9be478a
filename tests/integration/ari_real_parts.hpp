// SPDX-License-Identifier: Apache-2.0
// The parts of the test against a running Asterisk: SIP phones as a child process, and one engine.
// Everything waits for facts, nothing sleeps.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "adapters/asio/net/http_client.hpp"
#include "adapters/codec/base64.hpp"
#include "adapters/telephony/ari_link.hpp"

namespace firsthand::telephony::test {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;

inline constexpr auto kPatience = 12s;

// Facts that threads append and the test waits for.
template <typename T>
class Told {
 public:
  void add(T fact) {
    const std::lock_guard lock(mutex_);
    facts_.push_back(std::move(fact));
    changed_.notify_all();
  }
  // The first fact from `from` on that `pred` likes; moves `from` behind it.
  template <typename Pred>
  std::optional<T> wait(Pred pred, std::size_t from = 0) {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + kPatience;
    for (std::size_t i = from;; ++i) {
      while (i >= facts_.size()) {
        if (changed_.wait_until(lock, until) == std::cv_status::timeout) return std::nullopt;
      }
      if (pred(facts_[i])) return facts_[i];
    }
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return facts_.size();
  }
  std::vector<T> all() {
    const std::lock_guard lock(mutex_);
    return facts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> facts_;
};

// tests/e2e/phones/phones.py as a child: orders in, events out, one JSON object a line.
class Phones {
 public:
  Phones() {
    int down[2], up[2];
    if (pipe(down) != 0 || pipe(up) != 0) throw std::runtime_error("pipe");
    child_ = fork();
    if (child_ == 0) {
      dup2(down[0], STDIN_FILENO);
      dup2(up[1], STDOUT_FILENO);
      close(down[1]);
      close(up[0]);
      execlp("python3", "python3", FIRSTHAND_PHONES, nullptr);
      _exit(127);
    }
    close(down[0]);
    close(up[1]);
    orders_ = fdopen(down[1], "w");
    events_ = fdopen(up[0], "r");
    reader_ = std::thread([this] { read(); });
  }
  ~Phones() {
    say({{"do", "quit"}});
    std::fclose(orders_);
    int status = 0;
    waitpid(child_, &status, 0);
    reader_.join();
    std::fclose(events_);
  }
  void say(const json::object& order) {
    std::fprintf(orders_, "%s\n", json::serialize(order).c_str());
    std::fflush(orders_);
  }
  // An event of this kind whose `key` is `value`.
  bool hears(const std::string& kind, const std::string& key, const std::string& value) {
    const auto found = events.wait([&](const json::object& e) {
      const json::value* who = e.if_contains(key);
      return e.at("ev").as_string() == kind && who != nullptr && who->as_string() == value;
    });
    return found.has_value();
  }
  bool ready() {
    return events.wait([](const json::object& e) { return e.at("ev").as_string() == "ready"; })
        .has_value();
  }

  Told<json::object> events;

 private:
  void read() {
    char line[4096];
    while (std::fgets(line, sizeof line, events_) != nullptr) {
      boost::system::error_code error;
      const json::value value = json::parse(line, error);
      if (!error && value.is_object()) events.add(value.as_object());
    }
  }

  pid_t child_ = 0;
  std::FILE* orders_ = nullptr;
  std::FILE* events_ = nullptr;
  std::thread reader_;
};

inline AriOptions options_from(const char* text) {
  const boost::urls::url_view url = boost::urls::parse_uri(text).value();
  AriOptions options;
  options.host = url.host();
  options.port = url.port_number();
  options.user = url.user();
  options.password = url.password();
  options.calls.pbx_id = "pbx1";
  options.calls.app = "engine";
  options.backoff_min = 50ms;
  return options;
}

// Whether Asterisk still has this channel: a phone is told of the end a little before it is over.
inline bool has_channel(const AriOptions& options, const std::string& channel) {
  asio::io_context context;
  net::HttpClientOptions to;
  to.host = options.host;
  to.port = options.port;
  to.headers = {
      {"Authorization", "Basic " + codec::base64_encode(options.user + ":" + options.password)}};
  net::HttpClient client(context.get_executor(), to);
  auto reply = asio::co_spawn(context, client.request("GET", options.base + "/channels/" + channel),
                              asio::use_future);
  context.run();
  return reply.get().value().status == 200;
}

// Soon: what has been told to be over is so a moment later in Asterisk's own list.
inline bool channel_goes(const AriOptions& options, const std::string& channel) {
  const auto patience = std::chrono::steady_clock::now() + kPatience;
  while (has_channel(options, channel)) {
    if (std::chrono::steady_clock::now() > patience) return false;
  }
  return true;
}

// One engine: the adapter on a thread of its own, and what it has told.
class Engine {
 public:
  explicit Engine(const AriOptions& options)
      : work_(asio::make_work_guard(context_)),
        adapter_(context_.get_executor(), options,
                 [this](PbxEvent event) { events.add(std::move(event)); }) {
    thread_ = std::thread([this] { context_.run(); });
    adapter_.start();
  }
  ~Engine() {
    adapter_.stop();
    work_.reset();
    thread_.join();
  }
  // The next event of type E from `from` on that `pred` likes.
  template <typename E, typename Pred>
  std::optional<E> expect(Pred pred, std::size_t from = 0) {
    const auto found = events.wait(
        [&](const PbxEvent& event) {
          const E* one = std::get_if<E>(&event);
          return one != nullptr && pred(*one);
        },
        from);
    return found ? std::optional<E>{std::get<E>(*found)} : std::nullopt;
  }
  template <typename E>
  std::optional<E> expect(std::size_t from = 0) {
    return expect<E>([](const E&) { return true; }, from);
  }
  CommandResult order(PbxCommand command) {
    const std::string id = command_id(command);
    adapter_.submit(std::move(command), [this](CommandResult r) { results_.add(std::move(r)); });
    const auto result = results_.wait([&](const CommandResult& r) { return r.command_id == id; });
    return result.value_or(CommandResult{id, CommandStatus::unknown, "no result"});
  }
  AriAdapter& adapter() { return adapter_; }

  Told<PbxEvent> events;

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  Told<CommandResult> results_;
  AriAdapter adapter_;
  std::thread thread_;
};

}  // namespace firsthand::telephony::test
