// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ari_lanes.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

namespace firsthand::telephony {

namespace asio = boost::asio;

void AriCounters::count(int status, std::chrono::steady_clock::time_point since) {
  ++requests;
  if (status == 0) ++timeouts;
  if (status >= 400 && status < 500) ++refusals;
  if (status >= 500) ++errors;
  const auto took = std::chrono::steady_clock::now() - since;
  last_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
}

AriLanes::AriLanes(const asio::any_io_executor& executor, net::HttpClientOptions http, int count,
                   std::string base, std::size_t queued_max, std::shared_ptr<AriCounters> counters,
                   Reply reply, Failed failed)
    : executor_(executor),
      base_(std::move(base)),
      queued_max_(queued_max),
      counters_(std::move(counters)),
      reply_(std::move(reply)),
      failed_(std::move(failed)) {
  http.connections_max = 1;
  for (int i = 0; i < std::clamp(count, 1, 32); ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    lanes_.back()->client = std::make_unique<net::HttpClient>(executor, http);
  }
}

void AriLanes::send(AriRequest request) {
  if (closed_ || counters_->queued >= queued_max_) return refuse(request.id);
  Lane& lane = *lanes_[std::hash<std::string>{}(request.lane) % lanes_.size()];
  lane.queue.push_back(std::move(request));
  ++counters_->queued;
  if (lane.busy) return;
  lane.busy = true;
  asio::co_spawn(executor_, run(shared_from_this(), lane),
                 [self = shared_from_this()](const std::exception_ptr& error) {
                   if (error) self->failed_(error);
                 });
}

// Never from inside send(): the asker is not ready for its answer yet.
void AriLanes::refuse(std::uint64_t id) {
  asio::post(executor_, [self = shared_from_this(), id] { self->reply_(id, 0, {}); });
}

void AriLanes::close() {
  if (closed_) return;
  closed_ = true;
  for (const auto& lane : lanes_) {
    counters_->queued -= lane->queue.size();
    for (const AriRequest& request : lane->queue) refuse(request.id);
    lane->queue.clear();
    lane->client->close();
  }
}

asio::awaitable<void> AriLanes::run(std::shared_ptr<AriLanes> self, Lane& lane) {
  while (!lane.queue.empty()) {
    AriRequest request = std::move(lane.queue.front());
    lane.queue.pop_front();
    --self->counters_->queued;
    const auto since = std::chrono::steady_clock::now();
    net::Headers none;
    auto call = lane.client->request(request.method, self->base_ + request.target, std::move(none),
                                     std::move(request.body));
    const auto reply = co_await std::move(call);
    const int status = reply ? reply->status : 0;
    self->counters_->count(status, since);
    self->reply_(request.id, status, reply ? reply->body : std::string{});
  }
  lane.busy = false;
}

}  // namespace firsthand::telephony
