// SPDX-License-Identifier: Apache-2.0
// The settings as each part wants them. Pure but for form_secret; throws a sentence when a setting
// cannot be understood.
#pragma once

#include <optional>

#include "adapters/http/server.hpp"
#include "adapters/redis/client.hpp"
#include "adapters/runtime/api/context.hpp"
#include "adapters/runtime/batching_door.hpp"
#include "adapters/runtime/delivery_room.hpp"
#include "adapters/runtime/routing_loop.hpp"
#include "adapters/telephony/ami_link.hpp"
#include "adapters/telephony/ari_link.hpp"
#include "config/settings.hpp"

namespace firsthand::runtime {

postgres::ConnectOptions connect_options(const config::Settings& settings, const char* part);
/// For lists, pages and the keepers of the house.
postgres::PoolOptions pool_options(const config::Settings& settings);
/// For what a ringing telephone waits for: routing, the feed, commands to the PBX. All of it goes
/// by ids, and what it writes is written again when it is lost.
postgres::PoolOptions live_pool_options(const config::Settings& settings);
postgres::SessionSettings session_settings(const config::Settings& settings);
DoorOptions door_options(const config::Settings& settings);
/// Without redis.url nothing is ever connected to: PostgreSQL alone.
redis::ClientOptions redis_options(const config::Settings& settings);
DeliveryOptions delivery_options(const config::Settings& settings);
/// Every Asterisk that is configured, the first one first; throws std::runtime_error.
std::vector<telephony::AriOptions> ari_options(const config::Settings& settings);
/// None: no PBX that routes by itself is configured.
std::optional<telephony::AmiOptions> ami_options(const config::Settings& settings);
RingTimes ring_times(const config::Settings& settings);
/// Where the files of recordings lie.
std::string recordings_directory(const config::Settings& settings);
api::ApiSettings api_settings(const config::Settings& settings);
http::ServerOptions server_options(const config::Settings& settings);

}  // namespace firsthand::runtime
