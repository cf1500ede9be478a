// SPDX-License-Identifier: Apache-2.0
// The sending side of a WebSocket: a bounded queue and the decision what its one writer does next,
// without any socket. Internal to this folder. Thread: any; the wakers are called under the lock
// and must only post.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "adapters/http/websocket.hpp"

namespace firsthand::http {

/// What the application holds. It may outlive the connection and even the server, so it owns
/// nothing of theirs: only text that waits, and a way to wake the connection while there is one.
class Mailbox final : public WebSocket {
 public:
  using Text = std::shared_ptr<const std::string>;
  struct Step {
    enum class Kind { write, good_bye, stop };
    Kind kind;
    Text text;
  };
  struct Wakers {
    // Both only post, so they may be called under the lock.
    std::function<void()> start_writer;
    std::function<void()> start_cut_timer;
  };

  Mailbox(Request request, std::size_t bytes_max)
      : request_(std::move(request)), bytes_max_(bytes_max) {}

  bool send(Text text) override {
    const std::scoped_lock lock(mutex_);
    if (closing_) return false;
    // Holding more for a reader that does not keep up would only make it later still.
    if (bytes_ + text->size() > bytes_max_) {
      queue_.clear();
      begin_close(1013, "try again later");
      return false;
    }
    bytes_ += text->size();
    queue_.push_back(std::move(text));
    wake_writer();
    return true;
  }

  void close(std::uint16_t code, std::string reason) override {
    const std::scoped_lock lock(mutex_);
    if (!closing_) begin_close(code, reason);
  }

  const Request& request() const override { return request_; }

  /// The upgrade is done: the writer may start.
  void attach(Wakers wakers) {
    const std::scoped_lock lock(mutex_);
    wakers_ = std::move(wakers);
    writing_ = false;
    if (say_good_bye_) wakers_.start_cut_timer();
    if (say_good_bye_ || !queue_.empty()) wake_writer();
  }

  /// The connection is gone, or going without a word.
  void detach() {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    say_good_bye_ = false;
    queue_.clear();
    wakers_ = {};
  }

  // One look under the lock decides, so that a writer that ends and a sender that starts the next
  // one can never both believe to be the only one.
  Step next_step() {
    const std::scoped_lock lock(mutex_);
    if (!queue_.empty()) {
      Step step{Step::Kind::write, std::move(queue_.front())};
      queue_.pop_front();
      return step;
    }
    if (std::exchange(say_good_bye_, false)) return {Step::Kind::good_bye, nullptr};
    writing_ = false;
    return {Step::Kind::stop, nullptr};
  }

  void wrote(std::size_t size) {
    const std::scoped_lock lock(mutex_);
    bytes_ -= size;
  }

  bool is_writing() const {
    const std::scoped_lock lock(mutex_);
    return writing_;
  }

  bool is_closing() const {
    const std::scoped_lock lock(mutex_);
    return closing_;
  }

  // Set once, before say_good_bye_ is seen by the writer.
  std::uint16_t close_code() const { return close_code_; }
  const std::string& close_reason() const { return close_reason_; }

 private:
  void begin_close(std::uint16_t code, const std::string& reason) {
    closing_ = true;
    close_code_ = code;
    close_reason_ = reason.substr(0, 120);  // a control frame holds 123 bytes of it
    say_good_bye_ = true;
    if (wakers_.start_cut_timer) wakers_.start_cut_timer();
    wake_writer();
  }

  void wake_writer() {
    if (writing_) return;
    writing_ = true;
    wakers_.start_writer();
  }

  const Request request_;
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;  // guards the rest
  Wakers wakers_;
  std::deque<Text> queue_;
  std::size_t bytes_ = 0;  // queued and in flight
  bool writing_ = true;    // a writer runs, or must not start yet: the upgrade writes too
  bool closing_ = false;
  bool say_good_bye_ = false;
  std::uint16_t close_code_ = 1000;
  std::string close_reason_;
};

}  // namespace firsthand::http
