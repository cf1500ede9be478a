// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/telephony_try_call.hpp"

#include <utility>
#include <vector>

#include "adapters/codec/base64.hpp"
#include "adapters/runtime/rest.hpp"
#include "adapters/telephony/ari_codec.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using telephony::ari_query;
using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr milliseconds kLook{100};
constexpr milliseconds kHangUpMax{3000};
constexpr std::size_t kListBytesMax = 32 * 1024 * 1024;  // GET /endpoints of a large company

net::Headers headers_of(const telephony::AriOptions& options) {
  return {{"Authorization", "Basic " + codec::base64_encode(options.user + ":" + options.password)},
          {"Content-Type", "application/json"}};
}

net::HttpClientOptions client_of(const telephony::AriOptions& options) {
  net::HttpClientOptions http;
  http.host = options.host;
  http.port = options.port;
  http.headers = headers_of(options);
  http.connections_max = 1;
  http.response_bytes_max = kListBytesMax;
  return http;
}

}  // namespace

CheckedPbx::CheckedPbx(const boost::asio::any_io_executor& executor,
                       const telephony::AriOptions& options)
    : options_(options), headers_(headers_of(options)), client_(executor, client_of(options)) {}

awaitable<AriAnswer> CheckedPbx::ask(std::string method, std::string path, std::string body) {
  AriAnswer answer;
  auto asking = client_.request(std::move(method), options_.base + path, {}, std::move(body));
  const auto reply = co_await std::move(asking);
  if (reply) {
    answer.status = reply->status;
    answer.body = reply->body;
  } else {
    answer.body = reply.error().message();
  }
  co_return answer;
}

TryCall::TryCall(CheckedPbx& pbx, std::string app, const std::string& name)
    : pbx_(pbx), app_(std::move(app)), outside_(name + "-a"), inside_(name + "-b") {}

awaitable<AriAnswer> TryCall::place(std::string number, std::string context, bool to_us) {
  const std::string endpoint = "Local/" + number + "@" + context + "/n";
  const Fields query{{"endpoint", endpoint},
                     {"app", app_},
                     {"channelId", outside_},
                     {"otherChannelId", inside_},
                     {"timeout", "60"}};
  std::vector<std::pair<std::string, std::string>> variables;
  if (to_us) variables.emplace_back("FIRSTHAND_CHECK_APP", app_);
  begun_ = steady_clock::now();
  auto asking =
      pbx_.ask("POST", "/channels" + ari_query(query), telephony::ari_variables(variables));
  auto answer = co_await std::move(asking);
  co_return answer;
}

awaitable<std::optional<Whereabouts>> TryCall::look() {
  auto asking = pbx_.ask("GET", "/channels/" + inside_);
  const auto answer = co_await std::move(asking);
  co_return whereabouts(answer);
}

awaitable<Whereabouts> TryCall::wait_until(std::function<bool(const Whereabouts&)> there,
                                           milliseconds patience) {
  const auto until = steady_clock::now() + patience;
  Whereabouts last;
  bool there_before = false;
  while (true) {
    const auto seen = co_await look();
    const bool there_now = seen && there(*seen);
    const bool stays = there_now && there_before && *seen == last;
    if (seen) last = *seen;
    if (stays || steady_clock::now() > until) co_return last;
    there_before = there_now;
    co_await rest(kLook);
  }
}

awaitable<std::string> TryCall::lease() {
  const Fields query{{"variable", "TIMEOUT(absolute)"}};
  auto asking = pbx_.ask("GET", "/channels/" + inside_ + "/variable" + ari_query(query));
  const auto answer = co_await std::move(asking);
  co_return variable_of(answer);
}

awaitable<bool> TryCall::set_lease(std::string_view seconds) {
  const Fields query{{"variable", "TIMEOUT(absolute)"}, {"value", seconds}};
  auto asking = pbx_.ask("POST", "/channels/" + inside_ + "/variable" + ari_query(query));
  const auto answer = co_await std::move(asking);
  co_return answer.status == 204 || answer.status == 200;
}

awaitable<bool> TryCall::hang_up() {
  auto ending_inside = pbx_.ask("DELETE", "/channels/" + inside_);
  co_await std::move(ending_inside);
  auto ending_outside = pbx_.ask("DELETE", "/channels/" + outside_);
  co_await std::move(ending_outside);
  const auto until = steady_clock::now() + kHangUpMax;
  while (true) {
    const auto inside = co_await look();
    auto asking = pbx_.ask("GET", "/channels/" + outside_);
    const auto outside = co_await std::move(asking);
    if (inside && inside->gone && outside.status == 404) co_return true;
    if (steady_clock::now() > until) co_return false;
    co_await rest(kLook);
  }
}

}  // namespace firsthand::runtime
