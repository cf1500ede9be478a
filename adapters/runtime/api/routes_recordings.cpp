// SPDX-License-Identifier: Apache-2.0
// Recordings: begun, paused and resumed by who is on the call; heard by who may; kept for longer.
#include <algorithm>
#include <charconv>

#include "adapters/postgres/reads/recording_reads.hpp"
#include "adapters/runtime/api/visible_customer.hpp"
#include "adapters/runtime/recording_files.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;

constexpr std::int64_t kReasonMax = 500;
// Players ask for the rest by themselves.
constexpr std::int64_t kPieceMax = 4 * 1024 * 1024;
// Whoever listens in pieces, or again at once, has listened once.
constexpr std::chrono::minutes kOneHearing{10};

struct Shown {
  postgres::FoundRecording found;
  Row row;
};

/// The recording when this subject may see its customer, or the answer that there is none.
awaitable<std::variant<Shown, Response>> visible_recording(ApiContext& api,
                                                           const Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("recording");
  auto work = [id = *id](Tx& tx, const Rules&) { return postgres::read_recording(tx, id); };
  auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("recording");
  auto asking = visible_customer(api, request, (*found)->view.customer_id);
  const auto customer = co_await std::move(asking);
  if (std::holds_alternative<Response>(customer)) co_return not_found("recording");
  const Subject& subject = subject_of(request);
  const auto rules = api.rules();
  Shown shown{std::move(**found),
              row_of(std::get<postgres::CustomerFacts>(customer), subject, *rules, api.now())};
  if (const UserId owner{shown.found.case_owner}; owner) {
    shown.row.owners.push_back(owner.value);
    shown.row.owners.push_back(rules->acting(owner, api.now()).value);
  }
  shown.found.view.may_hear =
      shown.found.view.state == "kept" && can(subject, Action::hear_recording, &shown.row);
  shown.found.view.may_hold = can(subject, Action::hold_recording, &shown.row);
  co_return shown;
}

awaitable<Response> step_recording(ApiContext& api, Request& request) {
  const auto call = path_id(request, "id");
  if (!call) co_return not_found("call");
  const std::vector<Rule> rules{word("step", {"begin", "pause", "resume"}).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const std::string step = std::get<Body>(read).text("step");
  using Step = event::RecordingStep;
  const event::RecordingAsked what{InteractionId{*call}, step == "begin"   ? Step::begin
                                                         : step == "pause" ? Step::pause
                                                                           : Step::resume};
  auto decided = co_await hand_in(api, request, Happening(what));
  if (decided.refused) co_return std::move(*decided.refused);
  auto work = [id = *call](Tx& tx, const Rules&) { return postgres::read_call(tx, id); };
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("call");
  co_return answer(**found);
}

awaitable<Response> get_recording(ApiContext& api, Request& request) {
  auto shown = co_await visible_recording(api, request);
  if (auto* refused = std::get_if<Response>(&shown)) co_return std::move(*refused);
  co_return answer(std::get<Shown>(shown).found.view);
}

// ------------------------------------------------------------------------------- hearing
struct Piece {
  std::int64_t from = 0, to = 0;  ///< both included
};

/// "bytes=from-to" or "bytes=from-"; the whole when there is none, nothing when it is outside.
std::optional<Piece> piece_of(std::string_view range, std::int64_t size) {
  Piece piece{0, size - 1};
  if (!range.starts_with("bytes=")) return piece;
  range.remove_prefix(6);
  const char* end = range.data() + range.size();
  const auto first = std::from_chars(range.data(), end, piece.from);
  const bool open = first.ec == std::errc{} && first.ptr != end && *first.ptr == '-';
  // Several pieces at once, or the last so many bytes: the whole answers that as well.
  if (!open || range.find(',') != std::string_view::npos) return Piece{0, size - 1};
  if (first.ptr + 1 != end) {
    std::int64_t last = 0;
    const auto read = std::from_chars(first.ptr + 1, end, last);
    if (read.ec != std::errc{} || read.ptr != end) return Piece{0, size - 1};
    piece.to = std::min(last, size - 1);
  }
  if (piece.from > piece.to) return std::nullopt;
  return piece;
}

/// Who hears it is in the history first.
awaitable<std::optional<Response>> note_hearing(ApiContext& api, const Request& request,
                                                std::int64_t id) {
  Event event = console_event(request, event::RecordingHeard{RecordingId{id}});
  const auto turn = api.now().time_since_epoch() / kOneHearing;
  event.key = "heard:" + std::to_string(id) + ":" + std::to_string(turn);
  auto asking = ask(api.door, std::move(event));
  const DoorAnswer said = co_await std::move(asking);
  if (const auto* away = std::get_if<Unavailable>(&said)) co_return unavailable_answer(*away);
  if (const auto& refusal = std::get<Outcome>(said).refusal) co_return refusal_answer(*refusal);
  co_return std::nullopt;
}

awaitable<Response> hear(ApiContext& api, Request& request) {
  auto shown = co_await visible_recording(api, request);
  if (auto* refused = std::get_if<Response>(&shown)) co_return std::move(*refused);
  const Shown& recording = std::get<Shown>(shown);
  const postgres::RecordingView& view = recording.found.view;
  if (!can(subject_of(request), Action::hear_recording, &recording.row)) co_return forbidden();
  if (view.state != "kept") {
    co_return Response::problem(view.state == "deleted" ? 410 : 409, "no_audio",
                                "There is nothing to hear of this recording.");
  }
  const std::string_view range = request.header("Range");
  auto piece = piece_of(range, view.bytes);
  if (!piece) co_return Response::problem(416, "range", "The recording is shorter than that.");
  const bool partly = range.starts_with("bytes=");
  if (partly) piece->to = std::min(piece->to, piece->from + kPieceMax - 1);
  if (auto wrong = co_await note_hearing(api, request, view.id)) co_return std::move(*wrong);
  const RecordingFiles files{api.settings.recordings};
  auto work = [files, piece = *piece, id = view.id, name = recording.found.name](Tx&,
                                                                                 const Rules&) {
    return files.read(id, name, piece.from, piece.to - piece.from + 1);
  };
  auto bytes = co_await read_on(api, std::move(work));
  if (!bytes) co_return failure_answer(bytes.error());
  if (!*bytes) {
    co_return Response::problem(503, "file_not_here",
                                "This node does not see the file: is the directory shared?");
  }
  Response response;
  response.status = partly ? 206 : 200;
  response.content_type = "audio/wav";
  response.add_header("Accept-Ranges", "bytes");
  response.add_header("Cache-Control", "private, no-store");
  if (partly) {
    response.add_header("Content-Range", "bytes " + std::to_string(piece->from) + "-" +
                                             std::to_string(piece->to) + "/" +
                                             std::to_string(view.bytes));
  }
  response.body = std::move(**bytes);
  co_return response;
}

awaitable<Response> hold_recording(ApiContext& api, Request& request) {
  auto shown = co_await visible_recording(api, request);
  if (auto* refused = std::get_if<Response>(&shown)) co_return std::move(*refused);
  const std::vector<Rule> rules{text("reason", kReasonMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const std::int64_t id = std::get<Shown>(shown).found.view.id;
  event::RecordingHeld what{RecordingId{id}, std::get<Body>(read).text("reason")};
  auto decided = co_await hand_in(api, request, Happening(std::move(what)));
  if (decided.refused) co_return std::move(*decided.refused);
  Response response = co_await get_recording(api, request);
  co_return response;
}

}  // namespace

void add_recording_routes(http::Router& router, ApiContext& api) {
  add_route(
      router, api,
      {"POST", "/api/v1/interactions/{id}/recording", step_recording, "step_recording", "desk",
       "Begin, pause or resume the recording of my call", "work_desk", "RecordingStep", "Call"});
  add_route(
      router, api,
      {"GET", "/api/v1/recordings/{id}", get_recording, "get_recording", "customers",
       "A recorded part of a call, and how long it is kept", "see_customer", "", "Recording"});
  add_route(router, api,
            {"GET", "/api/v1/recordings/{id}/audio", hear, "hear_recording", "customers",
             "The sound of it (audio/wav, also by ranges); who hears it is in the history",
             "hear_recording"});
  add_route(router, api,
            {"PUT", "/api/v1/recordings/{id}/hold", hold_recording, "hold_recording", "customers",
             "Keep it beyond its time, with a reason; an empty one lets its time count again",
             "hold_recording", "RecordingHold", "Recording"});
}

}  // namespace firsthand::runtime::api
