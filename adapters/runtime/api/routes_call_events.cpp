// SPDX-License-Identifier: Apache-2.0
// What telephone systems push of their calls. A repeat is answered as the first time, so that a
// sender that has not heard the answer may send it again.
#include "adapters/codec/html.hpp"
#include "adapters/runtime/api/call_source.hpp"
#include "adapters/telephony/cti_events.hpp"

namespace firsthand::runtime::api {
namespace json = boost::json;
namespace {

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// Systems name the agent by login, extension, e-mail or full name, or by a name of their own; the
/// desk knows the extension.
std::string extension_of(const Rules& rules, const config::CallSource* source, std::string agent) {
  if (agent.empty()) return agent;
  if (source) {
    const auto ours = source->agents.find(lower(agent));
    if (ours != source->agents.end()) agent = ours->second;
  }
  const User* namesake = nullptr;
  int namesakes = 0;
  for (const User& user : rules.users) {
    if (agent == user.login || agent == user.email) return user.extension;
    if (agent == user.name) {
      namesake = &user;
      ++namesakes;
    }
  }
  return namesakes == 1 ? namesake->extension : agent;  // of two, neither
}

Event call_event(const telephony::CtiEvent& cti, std::string extension, Instant now) {
  event::CallObserved what;
  what.pbx = cti.source;
  what.call = cti.call_id;
  what.what = telephony::to_string(cti.kind);
  what.number = cti.customer().number;
  what.dialled = cti.to.number;
  what.extension = std::move(extension);
  what.cause = cti.cause;
  what.direction =
      cti.direction == telephony::CtiDirection::in ? Direction::inbound : Direction::outbound;
  what.at = cti.at.value_or(now);
  Event event;
  event.source = "pbx:" + cti.source;
  event.key = cti.key;
  event.what = std::move(what);
  return event;
}

/// Some senders want to be told in their own words where to send what happens next.
Response accepted(const config::PushFormat& format, const std::string& url, int status,
                  bool duplicate) {
  if (format.reply.empty()) {
    return json_answer(status, json::object{{"accepted", true}, {"duplicate", duplicate}});
  }
  constexpr std::string_view kBlank = "{url}";
  const std::string escaped = codec::escape_html(url);
  std::string text = format.reply;
  for (auto at = text.find(kBlank); at != std::string::npos;
       at = text.find(kBlank, at + escaped.size())) {
    text.replace(at, kBlank.size(), escaped);
  }
  Response response = Response::text(status, std::move(text));
  response.content_type = format.reply_type;
  return response;
}

awaitable<Response> push_call_event(ApiContext& api, Request& request) {
  const auto sources = sources_in_force(api);
  const auto from = co_await call_sender(api, *sources, request);
  if (const auto* refused = std::get_if<Response>(&from)) co_return *refused;
  const auto& sender = std::get<CallSender>(from);
  const config::PushFormat& format =
      sources->format(sender.source ? std::string_view{sender.source->format} : "");
  const auto parsed = telephony::parse_cti_event(format, request.header("Content-Type"),
                                                 request.body, sender.name, api.settings.numbers);
  if (!parsed) {
    co_return Response::problem(422, "invalid", parsed.error().message, parsed.error().field);
  }
  const std::string url = pushed_to(api, sender.source, request);
  if (parsed->kind == telephony::CtiKind::ignore) co_return accepted(format, url, 200, false);
  auto extension = extension_of(*api.rules(), sender.source, parsed->agent);
  Event event = call_event(*parsed, std::move(extension), api.now());
  const auto decided = co_await ask(api.door, Event(event));
  if (const auto* away = std::get_if<Unavailable>(&decided)) {
    // A telephone system does not wait for our database: it is written down and filed later.
    if (!api.spool || !api.spool(event)) co_return unavailable_answer(*away);
    co_return accepted(format, url, 202, false);
  }
  const auto& outcome = std::get<Outcome>(decided);
  if (outcome.refusal) co_return refusal_answer(*outcome.refusal);
  co_return accepted(format, url, 200, outcome.duplicate);
}

}  // namespace

void add_call_event_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"POST",
             "/api/v1/telephony/events",
             push_call_event,
             "push_call_event",
             "intake",
             "What a telephone system saw of a call; by token or signature",
             "push_call_events",
             "CallEvent",
             "Accepted",
             200,
             {{"source", "string", false,
               "which configured source this is (call_sources.toml); needed when it signs"}},
             16 * 1024});
}

}  // namespace firsthand::runtime::api
