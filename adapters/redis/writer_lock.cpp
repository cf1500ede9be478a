// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/writer_lock.hpp"

#include <utility>

namespace firsthand::redis {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

WriterLock::WriterLock(Client& client, std::string_view pbx, std::string holder,
                       std::chrono::milliseconds ttl)
    : client_(client), holder_(std::move(holder)), ttl_(ttl) {
  const Keys keys = client.keys("pbx:" + std::string(pbx));
  writer_ = keys("writer");
  fence_key_ = keys("fence");
}

asio::awaitable<Result<bool>> WriterLock::acquire() {
  const Clock::time_point asked = Clock::now();
  std::vector<std::string> keys{writer_, fence_key_};
  std::vector<std::string> args{holder_, std::to_string(ttl_.count())};
  auto call = client_.eval(scripts::writer_acquire, std::move(keys), std::move(args));
  const Result<Reply> reply = co_await std::move(call);
  const Result<std::int64_t> fence = as_integer(reply);
  if (!fence) co_return fence.error();
  fence_ = *fence;
  held_until_ = asked + ttl_;
  co_return fence_ != 0;
}

asio::awaitable<Result<bool>> WriterLock::renew() {
  if (fence_ == 0) co_return false;
  const Clock::time_point asked = Clock::now();
  std::vector<std::string> keys{writer_};
  std::vector<std::string> args{value(), std::to_string(ttl_.count())};
  auto call = client_.eval(scripts::writer_renew, std::move(keys), std::move(args));
  const Result<Reply> reply = co_await std::move(call);
  const Result<std::int64_t> renewed = as_integer(reply);
  if (!renewed) co_return renewed.error();
  if (*renewed == 1) {
    held_until_ = asked + ttl_;
  } else {
    fence_ = 0;
  }
  co_return *renewed == 1;
}

asio::awaitable<Result<bool>> WriterLock::release() {
  if (fence_ == 0) co_return false;
  std::vector<std::string> keys{writer_};
  std::vector<std::string> args{value()};
  fence_ = 0;
  auto call = client_.eval(scripts::writer_release, std::move(keys), std::move(args));
  const Result<Reply> reply = co_await std::move(call);
  const Result<std::int64_t> released = as_integer(reply);
  if (!released) co_return released.error();
  co_return *released == 1;
}

}  // namespace firsthand::redis
