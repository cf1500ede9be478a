// SPDX-License-Identifier: Apache-2.0
// One look at what stands in an Asterisk: info, applications, channels and bridges, in this order,
// read into a snapshot. Thread: the client's executor. Errors: nothing, and `why` says at what.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "adapters/asio/net/http_client.hpp"
#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {

// The caller fills in requested_at, abandoned_apps and quiet.
boost::asio::awaitable<std::optional<AriSnapshot>> look_around(
    std::shared_ptr<net::HttpClient> client, std::string base, std::string app, std::string& why);

// Asks the application not to send what nobody here needs. The reply's status; 0: none came.
boost::asio::awaitable<int> filter_events(std::shared_ptr<net::HttpClient> client, std::string base,
                                          std::string app);

}  // namespace firsthand::telephony
