// SPDX-License-Identifier: Apache-2.0
// The agent's desk: presence, offers, the call, and the wallboard over all desks.
#include "adapters/runtime/api/answers.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;

awaitable<Response> get_desk(ApiContext& api, Request& request) {
  auto work = [me = subject_of(request).user_id()](Tx& tx, const Rules& rules) {
    return postgres::read_desk_screen(tx, rules, me);
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

/// Hands the event in and answers with my desk as it is then.
awaitable<Response> change_desk(ApiContext& api, Request& request, Happening what) {
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  auto work = [me = subject_of(request).user_id()](Tx& tx, const Rules& rules) {
    return postgres::read_desk(tx, rules, me);
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

awaitable<Response> set_presence(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{word("presence", {"available", "break", "offline"}).needed(),
                                text("reason", kLineMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::PresenceSet what;
  what.user = UserId{subject_of(request).user_id()};
  what.presence = *from_word<Presence>(body.text("presence"));
  what.reason = body.text("reason");
  if (what.presence == Presence::on_break && what.reason.empty()) {
    co_return invalid("reason", "A break needs a reason from the list.");
  }
  Response response = co_await change_desk(api, request, Happening(std::move(what)));
  co_return response;
}

awaitable<Response> wrap_up(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{word("action", {"finish", "extend", "ask"}).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const std::string action = std::get<Body>(read).text("action");
  const UserId me{subject_of(request).user_id()};
  Happening what = event::WrapUpAsked{me};
  if (action == "finish") what = event::WrapUp{me, event::WrapUpAction::finish};
  if (action == "extend") what = event::WrapUp{me, event::WrapUpAction::extend};
  Response response = co_await change_desk(api, request, std::move(what));
  co_return response;
}

// ------------------------------------------------------------------------------- offers
awaitable<Response> accept_offer(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("offer");
  const std::vector<Rule> rules{text("token", kLineMax).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  event::OfferAccepted what;
  what.offer = OfferId{*id};
  what.token = std::get<Body>(read).text("token");
  what.how = event::AcceptedHow::console;
  auto decided = co_await hand_in(api, request, Happening(std::move(what)));
  if (decided.refused) co_return std::move(*decided.refused);
  auto work = [me = subject_of(request).user_id()](Tx& tx, const Rules&) {
    return postgres::read_call_of(tx, me);
  };
  const auto call = co_await read_on(api, std::move(work));
  if (!call) co_return failure_answer(call.error());
  boost::json::object out{{"call", boost::json::value_from(*call)}};
  co_return json_answer(200, out);
}

awaitable<Response> decline_offer(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("offer");
  const std::vector<Rule> rules{text("token", kLineMax).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  event::OfferRefused what;
  what.offer = OfferId{*id};
  what.token = std::get<Body>(read).text("token");
  what.how = "declined";
  auto decided = co_await hand_in(api, request, Happening(std::move(what)));
  if (decided.refused) co_return std::move(*decided.refused);
  co_return Response::no_content();
}

// ------------------------------------------------------------------------------- the call
awaitable<Response> command_call(ApiContext& api, Request& request, Happening what,
                                 std::int64_t interaction, bool show) {
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  if (!show) co_return Response::no_content();
  auto work = [interaction](Tx& tx, const Rules&) { return postgres::read_call(tx, interaction); };
  const auto call = co_await read_on(api, std::move(work));
  if (!call) co_return failure_answer(call.error());
  if (!*call) co_return not_found("call");
  co_return answer(**call);
}

awaitable<Response> hang_up(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("call");
  Happening what{event::HangUpAsked{InteractionId{*id}}};
  Response response = co_await command_call(api, request, std::move(what), *id, false);
  co_return response;
}

awaitable<Response> written_done(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("interaction");
  Happening what{event::WrittenDone{InteractionId{*id}}};
  Response response = co_await command_call(api, request, std::move(what), *id, false);
  co_return response;
}

awaitable<Response> hold(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("call");
  Happening what{event::HoldAsked{InteractionId{*id}, true}};
  Response response = co_await command_call(api, request, std::move(what), *id, true);
  co_return response;
}

awaitable<Response> resume(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("call");
  Happening what{event::HoldAsked{InteractionId{*id}, false}};
  Response response = co_await command_call(api, request, std::move(what), *id, true);
  co_return response;
}

// ------------------------------------------------------------------------------- the wallboard
awaitable<Response> wallboard(ApiContext& api, Request&) {
  const auto rules = api.rules();
  const Calendar& calendar = rules->company();
  const Instant midnight =
      calendar.at_local(calendar.local_date(api.now()), std::chrono::minutes{0});
  auto work = [midnight](Tx& tx, const Rules& at) {
    return postgres::read_wallboard(tx, at, midnight);
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

}  // namespace

void add_desk_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET", "/api/v1/desk", get_desk, "get_desk", "desk", "My desk, whole", "work_desk", "",
             "DeskScreen"});
  add_route(router, api,
            {"PUT", "/api/v1/desk/presence", set_presence, "set_presence", "desk",
             "Available, on a break, or away", "work_desk", "PresenceChange", "Desk"});
  add_route(router, api,
            {"POST", "/api/v1/desk/wrap-up", wrap_up, "wrap_up", "desk",
             "End the wrap-up, take more time, or ask for one while talking", "work_desk", "WrapUp",
             "Desk"});
  add_route(router, api,
            {"POST", "/api/v1/offers/{id}/accept", accept_offer, "accept_offer", "desk",
             "Answer the ringing call", "work_desk", "OfferToken", "AcceptedOffer"});
  add_route(router, api,
            {"POST", "/api/v1/offers/{id}/decline", decline_offer, "decline_offer", "desk",
             "Let somebody else take it", "work_desk", "OfferToken", "", 204});
  add_route(router, api,
            {"POST", "/api/v1/interactions/{id}/hang-up", hang_up, "hang_up", "desk",
             "End the call", "work_desk", "Empty", "", 204});
  add_route(router, api,
            {"POST", "/api/v1/interactions/{id}/done", written_done, "finish_written", "desk",
             "What was written and is in my hand is done", "work_desk", "Empty", "", 204});
  add_route(router, api,
            {"POST", "/api/v1/interactions/{id}/hold", hold, "hold_call", "desk",
             "Put the customer on hold", "work_desk", "Empty", "Call"});
  add_route(router, api,
            {"POST", "/api/v1/interactions/{id}/resume", resume, "resume_call", "desk",
             "Take the customer back from hold", "work_desk", "Empty", "Call"});
  add_route(router, api,
            {"GET", "/api/v1/wallboard", wallboard, "get_wallboard", "wallboard",
             "Queues, agents and counts", "see_wallboard", "", "Wallboard"});
}

}  // namespace firsthand::runtime::api
