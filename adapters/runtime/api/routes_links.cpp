// SPDX-License-Identifier: Apache-2.0
// The links in mails that do one thing without signing in: /a/{token} acknowledges an alert. Mail
// scanners fetch links, so GET only shows and POST does. Whoever guesses is slowed down and learns
// nothing: a forged token is "not found" before any row is looked at.
#include <memory>

#include "adapters/codec/link_token.hpp"
#include "adapters/runtime/api/acknowledge_page.hpp"
#include "adapters/runtime/api/answers.hpp"
#include "adapters/runtime/api/guard.hpp"
#include "adapters/runtime/api/token_buckets.hpp"

namespace firsthand::runtime::api {
namespace {

using Buckets = std::shared_ptr<TokenBuckets>;

constexpr std::string_view kPurpose = "acknowledge";  // as the mails' composer says it
constexpr double kAtOnce = 120;                       // one address is a whole office
constexpr double kPerSecond = 600.0 / 3600;

Response page(std::string html, int status = 200) {
  Response response = Response::html(status, std::move(html));
  response.add_header("Cache-Control", "no-store");
  // Not "no-referrer": the form's own POST would then come from the origin "null".
  response.add_header("Referrer-Policy", "same-origin");
  return response;
}

Language language_of(const Request& request, const std::string& otherwise) {
  const std::string asked = query_text(request, "lang", 8);
  return (asked.empty() ? otherwise : asked) == "en" ? Language::en : Language::zh;
}

Response notice(const ApiContext& api, Language l, int status, std::string_view heading,
                std::string_view sentence) {
  return page(notice_page(l, api.settings.company, heading, sentence), status);
}

/// What the token leads to.
struct Found {
  codec::LinkVerdict verdict = codec::LinkVerdict::forged;
  std::optional<postgres::LinkedAlert> alert;
};

awaitable<postgres::Result<Found>> look_up(ApiContext& api, const Request& request) {
  const std::string token(request.param("token"));
  const std::int64_t now_s = std::chrono::floor<Seconds>(api.now()).time_since_epoch().count();
  auto work = [token, now_s](postgres::Tx& tx, const Rules&) {
    Found found;
    codec::LinkToken read;
    found.verdict = codec::read_link_token(postgres::link_key(tx), kPurpose, token, now_s, read);
    if (found.verdict == codec::LinkVerdict::good) {
      found.alert = postgres::read_linked_alert(tx, read.id);
    }
    return found;
  };
  auto found = co_await read_on(api, std::move(work));
  co_return found;
}

Response show(const ApiContext& api, const Request& request, const postgres::LinkedAlert& alert,
              bool just_now) {
  AcknowledgePage words;
  words.language = language_of(request, alert.language);
  words.company = api.settings.company;
  words.url = alert.customer        ? "/customers/" + std::to_string(*alert.customer)
              : alert.review_action ? "/review-actions/" + std::to_string(*alert.review_action)
                                    : "/cases/" + alert.case_number;
  words.just_now = just_now;
  return page(acknowledge_page(words, alert, api.rules()->company()));
}

/// The page that ends it here, or nothing: the alert is there.
std::optional<Response> stop(const ApiContext& api, const Request& request,
                             const postgres::Result<Found>& found) {
  const Language l = language_of(request, "zh");
  if (!found) {
    Response busy = notice(api, l, 503, say(l, "请稍后再试", "Please try again"),
                           say(l, "系统正忙，提醒仍未确认。",
                               "We are busy at the moment; the alert is not acknowledged yet."));
    busy.add_header("Retry-After", "5");
    return busy;
  }
  const bool left = found->alert && found->alert->recipient_left;
  if (found->verdict == codec::LinkVerdict::expired || left) {
    return notice(api, l, 410, say(l, "链接已失效", "The link has expired"),
                  say(l, "请登录系统确认这条提醒。", "Please sign in to acknowledge this alert."));
  }
  if (!found->alert) {
    return notice(api, l, 404, say(l, "没有找到", "Not found"),
                  say(l, "请检查地址是否完整。", "Please check that the address is complete."));
  }
  return std::nullopt;
}

Response too_many(const ApiContext& api, const Request& request) {
  const Language l = language_of(request, "zh");
  Response slow = notice(api, l, 429, say(l, "请稍后再试", "Please wait a little"),
                         say(l, "访问过于频繁，请过几分钟再试，或登录系统确认。",
                             "Too many at once: try again in some minutes, or sign in."));
  slow.add_header("Retry-After", "60");
  return slow;
}

awaitable<Response> get_link(ApiContext& api, Buckets buckets, Request& request) {
  if (!buckets->take(request.client_address)) co_return too_many(api, request);
  const auto found = co_await look_up(api, request);
  auto ended = stop(api, request, found);
  if (ended) co_return std::move(*ended);
  co_return show(api, request, *found->alert, false);
}

awaitable<Response> post_link(ApiContext& api, Buckets buckets, Request& request) {
  if (!buckets->take(request.client_address)) co_return too_many(api, request);
  if (!same_origin(request)) {
    const Language l = language_of(request, "zh");
    co_return notice(
        api, l, 403, say(l, "无法确认", "Not acknowledged"),
        say(l, "请打开邮件中的链接再确认。", "Please open the link of the mail itself."));
  }
  const auto found = co_await look_up(api, request);
  auto ended = stop(api, request, found);
  if (ended) co_return std::move(*ended);
  const postgres::LinkedAlert alert = *found->alert;
  if (alert.acknowledged_at) co_return show(api, request, alert, false);
  Event event;
  event.source = "mail";
  event.key = "acknowledge:" + std::to_string(alert.id);
  event.actor = UserId{alert.recipient};
  event.what = event::AlertAcknowledged{AlertId{alert.id}};
  const auto decided = co_await ask(api.door, std::move(event));
  const auto* outcome = std::get_if<Outcome>(&decided);
  if (outcome == nullptr || outcome->refusal) {
    const Language l = language_of(request, alert.language);
    const int status = outcome == nullptr ? 503 : 409;
    Response failed = notice(api, l, status, say(l, "未能确认", "Not acknowledged"),
                             say(l, "请稍后再试，或登录系统确认。",
                                 "Please try again shortly, or sign in to acknowledge it."));
    if (outcome == nullptr) failed.add_header("Retry-After", "5");
    co_return failed;
  }
  const auto after = co_await look_up(api, request);
  if (!after || !after->alert || !after->alert->acknowledged_at) {
    const Language l = language_of(request, alert.language);
    co_return notice(api, l, 200, say(l, "已确认", "Acknowledged"),
                     alert.case_number.empty() ? alert.title : alert.case_number);
  }
  co_return show(api, request, *after->alert, !outcome->duplicate);
}

}  // namespace

void add_link_routes(http::Router& router, ApiContext& api) {
  const auto buckets = std::make_shared<TokenBuckets>(kAtOnce, kPerSecond);
  http::Route link;
  link.pattern = "/a/{token}";
  link.tag = "public";
  link.access = "public";
  link.query = {{"lang", "string", false, "zh or en"}};
  link.body_limit = 1024;
  link.method = "GET";
  link.handler = [&api, buckets](Request& request) { return get_link(api, buckets, request); };
  link.operation_id = "get_acknowledge_page";
  link.summary = "The alert of a mail, as a page with a button";
  router.add(link);
  link.method = "POST";
  link.handler = [&api, buckets](Request& request) { return post_link(api, buckets, request); };
  link.operation_id = "acknowledge_by_link";
  link.summary = "Acknowledges the alert of a mail as its recipient";
  router.add(std::move(link));
}

}  // namespace firsthand::runtime::api
