// SPDX-License-Identifier: Apache-2.0
// A call that goes to a colleague or a queue, and supervisors who listen.
#include "adapters/postgres/reads/transfer_reads.hpp"
#include "adapters/postgres/secrets.hpp"
#include "adapters/runtime/api/answers.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;

constexpr std::int64_t kNoteMax = 500;

awaitable<Response> transfer_targets(ApiContext& api, Request& request) {
  auto work = [me = subject_of(request).user_id(), now = api.now()](Tx& tx, const Rules& rules) {
    return postgres::read_transfer_targets(tx, rules, me, now);
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

/// Hands the event in and answers with the call as it is then.
awaitable<Response> change_call(ApiContext& api, Request& request, Happening what,
                                std::int64_t interaction) {
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  auto work = [interaction](Tx& tx, const Rules&) { return postgres::read_call(tx, interaction); };
  const auto call = co_await read_on(api, std::move(work));
  if (!call) co_return failure_answer(call.error());
  if (!*call) co_return not_found("call");
  co_return answer(**call);
}

awaitable<Response> transfer_call(ApiContext& api, Request& request) {
  const auto call = path_id(request, "id");
  if (!call) co_return not_found("call");
  const std::vector<Rule> rules{id("to"), text("queue", kLineMax),
                                word("how", {"blind", "consult"}).needed(), text("note", kNoteMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::TransferAsked what;
  what.interaction = InteractionId{*call};
  what.to = UserId{body.number("to")};
  what.queue = body.text("queue");
  what.how = *from_word<TransferHow>(body.text("how"));
  what.note = body.text("note");
  what.token = postgres::new_secret();
  what.return_token = postgres::new_secret();
  Response response = co_await change_call(api, request, Happening(std::move(what)), *call);
  co_return response;
}

awaitable<Response> step_transfer(ApiContext& api, Request& request) {
  const auto call = path_id(request, "id");
  if (!call) co_return not_found("call");
  const std::vector<Rule> rules{word("step", {"complete", "cancel", "swap", "join"}).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const std::string step = std::get<Body>(read).text("step");
  using Step = event::TransferStep;
  event::TransferStepped what;
  what.interaction = InteractionId{*call};
  what.step = step == "complete" ? Step::complete
              : step == "cancel" ? Step::cancel
              : step == "swap"   ? Step::swap
                                 : Step::join;
  Response response = co_await change_call(api, request, Happening(what), *call);
  co_return response;
}

awaitable<Response> listen(ApiContext& api, Request& request) {
  const auto call = path_id(request, "id");
  if (!call) co_return not_found("call");
  const std::vector<Rule> rules{word("mode", {"listen", "whisper", "stop"}).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const std::string mode = std::get<Body>(read).text("mode");
  Happening what{event::ListenStopped{InteractionId{*call}}};
  if (mode != "stop") what = event::ListenAsked{InteractionId{*call}, *from_word<ListenMode>(mode)};
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  co_return Response::no_content();
}

}  // namespace

void add_call_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET", "/api/v1/transfer-targets", transfer_targets, "get_transfer_targets", "desk",
             "Colleagues and queues that a call can go to", "work_desk", "", "TransferTargets"});
  add_route(router, api,
            {"POST", "/api/v1/interactions/{id}/transfer", transfer_call, "transfer_call", "desk",
             "Give my call to a colleague or a queue, or consult a colleague first", "work_desk",
             "TransferWish", "Call"});
  add_route(
      router, api,
      {"POST", "/api/v1/interactions/{id}/transfer/step", step_transfer, "step_transfer", "desk",
       "Complete, cancel, swap or join a consultation", "work_desk", "TransferStep", "Call"});
  add_route(router, api,
            {"POST", "/api/v1/interactions/{id}/listen", listen, "listen_to_call", "wallboard",
             "Hear a colleague's call, whisper to the colleague, or stop", "listen_to_calls",
             "ListenWish", "", 204});
}

}  // namespace firsthand::runtime::api
