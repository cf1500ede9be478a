// SPDX-License-Identifier: Apache-2.0
// One connection to a manager port, from connect to the end of its socket: sends actions, pairs the
// answers with them by ActionID, and hands everything else on. All on one serial executor; nothing
// throws. Ended means ended: a new connection is a new wire.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/telephony/ami_actions.hpp"
#include "adapters/telephony/ami_codec.hpp"

namespace firsthand::telephony {

class AmiWire : public std::enable_shared_from_this<AmiWire> {
 public:
  using Clock = std::chrono::steady_clock;
  /// A question and what came back: the reply, and the list's items when one follows.
  struct Question {
    explicit Question(const boost::asio::any_io_executor& executor) : wake(executor) {}
    std::optional<AmiMessage> reply;
    std::vector<AmiMessage> items;
    bool is_list = false;
    bool done = false;
    boost::asio::steady_timer wake;
  };
  using QuestionPtr = std::shared_ptr<Question>;
  /// Whatever answers none of our questions.
  using Heard = std::function<void(AmiMessage)>;

  AmiWire(boost::asio::any_io_executor executor, Heard heard)
      : executor_(std::move(executor)),
        heard_(std::move(heard)),
        socket_(executor_),
        resolver_(executor_),
        wake_(executor_) {}

  /// Connected within the time and reading from then on; false: why() says what happened.
  boost::asio::awaitable<bool> connect(std::string host, std::uint16_t port,
                                       std::chrono::milliseconds limit);
  void send(std::string text);
  /// Nothing when it cannot be said, or no answer came in time; of a list the time counts from its
  /// last piece.
  boost::asio::awaitable<QuestionPtr> ask(AmiAction action, std::string id,
                                          std::chrono::milliseconds limit);
  /// Until then, or until it ends.
  boost::asio::awaitable<void> rest(std::chrono::milliseconds time);

  void end(std::string why);
  bool ended() const { return ended_; }
  const std::string& why() const { return why_; }
  Clock::time_point heard_at() const { return heard_at_; }

 private:
  void write_on();
  static boost::asio::awaitable<void> read_on(std::shared_ptr<AmiWire> self);
  void take(AmiMessage message);

  boost::asio::any_io_executor executor_;
  Heard heard_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer wake_;
  AmiReader reader_;
  std::string unsent_;
  bool writing_ = false;
  bool ended_ = false;
  std::string why_;
  Clock::time_point heard_at_ = Clock::now();
  std::map<std::string, QuestionPtr> questions_;
};

}  // namespace firsthand::telephony
