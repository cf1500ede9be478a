// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/net/connect.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <vector>

#include "adapters/asio/deadline.hpp"

namespace firsthand::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Endpoints = std::vector<tcp::endpoint>;

namespace {

asio::awaitable<Endpoints> look_up(std::string host, std::uint16_t port) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  auto looking = resolver.async_resolve(host, std::to_string(port), asio::use_awaitable);
  auto found = co_await std::move(looking);
  Endpoints endpoints;
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  co_return endpoints;
}

}  // namespace

asio::awaitable<error_code> connect_stream(boost::beast::tcp_stream& stream, std::string host,
                                           std::uint16_t port,
                                           std::chrono::steady_clock::time_point until) {
  Endpoints endpoints;
  error_code not_numeric;
  const auto address = asio::ip::make_address(host, not_numeric);
  if (!not_numeric) {
    endpoints.emplace_back(address, port);
  } else {
    try {
      auto looking = with_deadline(look_up(host, port), until - std::chrono::steady_clock::now());
      endpoints = co_await std::move(looking);
    } catch (const boost::system::system_error& failure) {
      co_return failure.code();
    }
  }
  stream.expires_at(until);
  auto connecting = stream.async_connect(endpoints, asio::as_tuple(asio::use_awaitable));
  auto [error, endpoint] = co_await std::move(connecting);
  stream.expires_never();
  if (error == boost::beast::error::timeout) co_return error_code(asio::error::timed_out);
  co_return error;
}

}  // namespace firsthand::net
