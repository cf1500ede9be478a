// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/looking.hpp"

#include <charconv>
#include <string_view>
#include <utility>

namespace firsthand::redis {
namespace {

/// "17:tab:1"
Looker looker_of(std::string_view text) {
  Looker looker;
  std::from_chars(text.data(), text.data() + text.size(), looker.user);
  looker.typing = text.ends_with(":1");
  return looker;
}

}  // namespace

Looking::Looking(Client& client) : client_(client), keys_(client.keys("looking")) {}

boost::asio::awaitable<Result<std::vector<Looker>>> Looking::see(std::string record, Id user,
                                                                 std::string tab, bool typing,
                                                                 std::chrono::milliseconds ttl) {
  std::vector<std::string> keys{keys_(record)};
  std::vector<std::string> args{std::to_string(user) + ":" + tab, typing ? "1" : "0",
                                std::to_string(ttl.count()), std::to_string(kTabsMax)};
  auto call = client_.eval(scripts::looking_see, std::move(keys), std::move(args));
  Result<Reply> reply = co_await std::move(call);
  const Result<std::vector<Reply>> parts = as_array(std::move(reply));
  if (!parts) co_return parts.error();
  std::vector<Looker> lookers;
  for (const Reply& part : *parts) lookers.push_back(looker_of(part.text));
  co_return lookers;
}

}  // namespace firsthand::redis
