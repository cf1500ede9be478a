// SPDX-License-Identifier: Apache-2.0
// A plain HTTP/1.1 client for one host: keep-alive, a bounded pool of connections, a deadline per
// request. Used for the services we command (a PBX); outgoing webhooks go another way.
//
// Thread: every member on the executor given, which must be serial (one thread or a strand). The
// client must outlive its requests. Errors: the result's error_code; timed_out when the deadline
// passed, no_buffer_space when too many requests already wait, operation_aborted after close().
// A status of 400 and up is a reply, not an error.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firsthand::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpClientOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 80;
  Headers headers;  // sent with every request, for example Authorization
  std::size_t connections_max = 4;
  std::size_t waiting_max = 256;
  std::size_t response_bytes_max = 4 * 1024 * 1024;
  std::chrono::milliseconds deadline{5000};
  std::chrono::milliseconds idle_max{30000};  // a connection unused for longer is not reused
};

struct HttpReply {
  int status = 0;
  Headers headers;
  std::string body;
  /// Empty when absent; names compare without case.
  std::string_view header(std::string_view name) const;
};

class HttpClient {
 public:
  HttpClient(const boost::asio::any_io_executor& executor, HttpClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// A reused connection that turns out dead is replaced once for GET, HEAD, PUT and DELETE. Any
  /// other method may have been carried out when an error is returned: the caller decides.
  boost::asio::awaitable<boost::system::result<HttpReply>> request(std::string method,
                                                                   std::string target,
                                                                   Headers headers = {},
                                                                   std::string body = {});
  /// The same with a deadline of its own.
  boost::asio::awaitable<boost::system::result<HttpReply>> request(
      std::string method, std::string target, Headers headers, std::string body,
      std::chrono::milliseconds deadline);

  /// Ends open connections; requests in flight fail.
  void close();

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;
};

}  // namespace firsthand::net
