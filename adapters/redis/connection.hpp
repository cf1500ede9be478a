// SPDX-License-Identifier: Apache-2.0
// One link to one Redis: RESP2 over TCP, pipelined. Commands are written in the order of their
// calls and answered in that order; any number of coroutines may wait at once, within limits. A
// link ends once and is never revived: by close(), a lost socket, bytes that are not RESP, or a
// command without an answer at its deadline (an answer that comes too late would be taken for the
// next one's). Everything still waiting then fails.
//
// Thread: everything on the executor given, which must be serial (one thread or a strand).
// Cancelling a coroutine that waits here does not end its wait: the deadline does.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "adapters/redis/command.hpp"
#include "adapters/redis/decoder.hpp"
#include "adapters/redis/url.hpp"

namespace firsthand::redis {

struct LinkLimits {
  std::chrono::milliseconds connect_deadline{2'000};
  std::chrono::milliseconds command_deadline{1'000};
  std::size_t pending_commands_max = 10'000;
  std::size_t unsent_bytes_max = 16U << 20U;
  ReplyLimits reply;
};

class Connection {
 public:
  /// Connects, then AUTH and SELECT as the address says, then PING (a Redis that is still loading
  /// its data answers that with LOADING: kUnavailable).
  static boost::asio::awaitable<Result<Connection>> open(boost::asio::any_io_executor executor,
                                                         Address address, LinkLimits limits);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  /// The reply as it came, error replies too. Failures: kUnavailable, kDeadline, kOverloaded,
  /// kProtocol.
  boost::asio::awaitable<Result<Reply>> command(Command command);
  boost::asio::awaitable<Result<Reply>> command(Command command,
                                                std::chrono::milliseconds deadline);
  /// All sent together, the replies in order once the last is there.
  boost::asio::awaitable<Result<std::vector<Reply>>> pipeline(std::vector<Command> commands,
                                                              std::chrono::milliseconds deadline);

  bool is_open() const;
  void close();
  /// Returns when the link has ended.
  boost::asio::awaitable<void> ended();

 private:
  class Link;
  explicit Connection(std::shared_ptr<Link> link);
  static boost::asio::awaitable<Result<Connection>> connect(std::shared_ptr<Link> link,
                                                            Address address);
  std::shared_ptr<Link> link_;
};

}  // namespace firsthand::redis
