// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ami_wire.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "adapters/asio/pause.hpp"

namespace firsthand::telephony {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

constexpr std::size_t kUnsentMax = 1024 * 1024;

}  // namespace

void AmiWire::end(std::string why) {
  if (ended_) return;
  ended_ = true;
  why_ = std::move(why);
  boost::system::error_code ignored;
  resolver_.cancel();
  socket_.close(ignored);
  wake_.cancel();
  for (auto& [id, question] : questions_) question->wake.cancel();
}

awaitable<bool> AmiWire::connect(std::string host, std::uint16_t port,
                                 std::chrono::milliseconds limit) {
  const auto self = shared_from_this();
  asio::steady_timer late(executor_, limit);
  late.async_wait([self](boost::system::error_code error) {
    if (!error) self->end("connect: no answer");
  });
  boost::system::error_code error;
  auto resolving = resolver_.async_resolve(host, std::to_string(port),
                                           asio::redirect_error(use_awaitable, error));
  const auto places = co_await std::move(resolving);
  if (!error && !ended_) {
    auto connecting =
        asio::async_connect(socket_, places, asio::redirect_error(use_awaitable, error));
    co_await std::move(connecting);
  }
  late.cancel();
  if (error) end("connect: " + error.message());
  if (ended_) co_return false;
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  asio::co_spawn(executor_, read_on(self), [self](const std::exception_ptr& thrown) {
    if (thrown) self->end("read: unexpected");
  });
  co_return true;
}

void AmiWire::send(std::string text) {
  if (ended_) return;
  if (unsent_.size() + text.size() > kUnsentMax) return end("the PBX does not read");
  unsent_ += text;
  write_on();
}

void AmiWire::write_on() {
  if (writing_ || ended_ || unsent_.empty()) return;
  writing_ = true;
  const auto text = std::make_shared<std::string>(std::exchange(unsent_, {}));
  asio::async_write(
      socket_, asio::buffer(*text),
      [self = shared_from_this(), text](boost::system::error_code error, std::size_t) {
        self->writing_ = false;
        if (error) return self->end("write: " + error.message());
        self->write_on();
      });
}

awaitable<void> AmiWire::read_on(std::shared_ptr<AmiWire> self) {
  std::array<char, 16 * 1024> bytes;
  while (!self->ended_) {
    boost::system::error_code error;
    auto reading = self->socket_.async_read_some(asio::buffer(bytes),
                                                 asio::redirect_error(use_awaitable, error));
    const std::size_t count = co_await std::move(reading);
    if (error) {
      self->end("socket: " + error.message());
      break;
    }
    self->heard_at_ = Clock::now();
    self->reader_.feed({bytes.data(), count});
    while (auto message = self->reader_.next()) self->take(std::move(*message));
    if (self->reader_.broken()) self->end("this is no manager port, or it raves");
  }
}

void AmiWire::take(AmiMessage message) {
  // What became of a call that was ordered comes later, under the id of its order.
  const auto found = message.event() == "OriginateResponse"
                         ? questions_.end()
                         : questions_.find(std::string{message.get("ActionID")});
  if (found == questions_.end()) return heard_(std::move(message));
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

awaitable<AmiWire::QuestionPtr> AmiWire::ask(AmiAction action, std::string id,
                                             std::chrono::milliseconds limit) {
  const auto self = shared_from_this();
  auto text = ami_text(action, id);
  if (!text || ended_) co_return nullptr;
  auto question = std::make_shared<Question>(executor_);
  questions_.emplace(id, question);
  send(std::move(*text));
  std::size_t items = 0;
  do {
    items = question->items.size();
    auto waiting = net::pause_on(question->wake, limit);
    co_await std::move(waiting);
  } while (!question->done && !ended_ && question->items.size() > items);
  questions_.erase(id);
  co_return question->done ? question : nullptr;
}

awaitable<void> AmiWire::rest(std::chrono::milliseconds time) {
  const auto self = shared_from_this();
  if (ended_) co_return;
  auto waiting = net::pause_on(wake_, time);
  co_await std::move(waiting);
}

}  // namespace firsthand::telephony
