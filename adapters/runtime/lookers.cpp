// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/lookers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

std::vector<api::Looker> people_of(const std::vector<redis::Looker>& tabs) {
  std::vector<api::Looker> people;
  for (const redis::Looker& tab : tabs) people.push_back({UserId{tab.user}, tab.typing});
  return people;
}

}  // namespace

void LookersHere::forget(Time now) {
  std::erase_if(tabs_, [now](const auto& each) { return each.second.until <= now; });
  swept_ = now;
}

std::vector<redis::Looker> LookersHere::see(const api::Look& look, Time now,
                                            std::chrono::milliseconds ttl) {
  const std::lock_guard lock{mutex_};
  if (now - swept_ > ttl || tabs_.size() >= kTabsMax) forget(now);
  const std::pair key{look.record, std::to_string(look.user.value) + ":" + look.tab};
  if (look.leaves) {
    tabs_.erase(key);
  } else if (tabs_.size() < kTabsMax) {
    tabs_[key] = {{look.user.value, look.typing}, now + ttl};
  }
  std::vector<redis::Looker> lookers;
  const auto first = tabs_.lower_bound({look.record, ""});
  for (auto tab = first; tab != tabs_.end() && tab->first.first == look.record; ++tab) {
    if (tab->second.until > now) lookers.push_back(tab->second.looker);
  }
  return lookers;
}

Lookers::Lookers(redis::Client& client) : client_(client), looking_(client) {}

awaitable<redis::Result<std::vector<redis::Looker>>> Lookers::ask_redis(api::Look look) {
  if (!client_.up()) co_return redis::Failure{redis::Errc::kUnavailable, "no Redis"};
  const auto ttl = look.leaves ? std::chrono::milliseconds{0} : kTtl;
  auto asking = looking_.see(look.record, look.user.value, look.tab, look.typing, ttl);
  co_return co_await std::move(asking);
}

awaitable<std::vector<api::Looker>> Lookers::see(api::Look look) {
  const auto here = here_.see(look, std::chrono::steady_clock::now(), kTtl);
  // The client lives on its own executor, requests on their connections'.
  auto asking =
      boost::asio::co_spawn(client_.executor(), ask_redis(look), boost::asio::use_awaitable);
  const auto everywhere = co_await std::move(asking);
  co_return people_of(everywhere ? *everywhere : here);
}

}  // namespace firsthand::runtime
