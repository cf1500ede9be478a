// SPDX-License-Identifier: Apache-2.0
// Resolve and connect with one deadline; shared by the two clients. A numeric address skips the
// resolver. Thread: the stream's executor. Errors: returned, timed_out when the time is up.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstdint>
#include <string>

namespace firsthand::net {

boost::asio::awaitable<boost::system::error_code> connect_stream(
    boost::beast::tcp_stream& stream, std::string host, std::uint16_t port,
    std::chrono::steady_clock::time_point until);

}  // namespace firsthand::net
