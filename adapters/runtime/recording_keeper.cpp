// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/recording_keeper.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "adapters/codec/base64.hpp"
#include "adapters/runtime/ask.hpp"
#include "adapters/runtime/rest.hpp"
#include "adapters/telephony/ari_codec.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
using telephony::ari_escape;

constexpr std::chrono::seconds kLook{1};
constexpr int kFilesAtOnce = 8;
// What the PBX says it does not have is believed after twenty minutes.
constexpr int kNotThereMax = 8;
// The longest call, four hours, is 230 MB.
constexpr std::size_t kFileBytesMax = 512UL * 1024 * 1024;
constexpr std::chrono::minutes kFetchMax{5};

Event event_of(Happening what) {
  Event event;
  event.source = "recordings";
  event.what = std::move(what);
  return event;
}

}  // namespace

RecordingKeeper::RecordingKeeper(const boost::asio::any_io_executor& executor, Door& door,
                                 postgres::Pool& pool, RecordingFiles files,
                                 const std::optional<telephony::AriOptions>& pbx,
                                 std::function<bool()> pbx_up, metrics::Registry& metrics)
    : door_(door),
      pool_(pool),
      files_(std::move(files)),
      pbx_up_(std::move(pbx_up)),
      failures_(
          metrics.counter("firsthand_recording_failures_total",
                          "Tries to fetch or remove a recording that failed and come again")) {
  if (!pbx) return;
  pbx_ = pbx->calls.pbx_id;
  base_ = pbx->base;
  net::HttpClientOptions http;
  http.host = pbx->host;
  http.port = pbx->port;
  http.headers = {
      {"Authorization", "Basic " + codec::base64_encode(pbx->user + ":" + pbx->password)}};
  http.connections_max = 1;
  http.response_bytes_max = kFileBytesMax;
  http.idle_max = pbx->idle_connection;
  client_ = std::make_unique<net::HttpClient>(executor, std::move(http));
}

awaitable<boost::system::result<net::HttpReply>> RecordingKeeper::ask_pbx(std::string method,
                                                                          std::string target) {
  auto call = client_->request(std::move(method), base_ + std::move(target), {}, {}, kFetchMax);
  auto reply = co_await std::move(call);
  co_return reply;
}

awaitable<std::string> RecordingKeeper::decide(Happening what) {
  auto asking = ask(door_, event_of(std::move(what)));
  const DoorAnswer answer = co_await std::move(asking);
  const auto* outcome = std::get_if<Outcome>(&answer);
  if (!outcome) co_return "the database is away";
  co_return outcome->refusal ? outcome->refusal->sentence : "";
}

awaitable<std::string> RecordingKeeper::fetch(File& file) {
  // What is still being written would be fetched in part.
  auto looking = ask_pbx("GET", "/recordings/live/" + ari_escape(file.name));
  const auto live = co_await std::move(looking);
  if (!live) co_return live.error().message();
  if (live->status == 200) {
    auto stopping = ask_pbx("POST", "/recordings/live/" + ari_escape(file.name) + "/stop");
    co_await std::move(stopping);
    co_return "it was still being recorded";
  }
  auto fetching = ask_pbx("GET", "/recordings/stored/" + ari_escape(file.name) + "/file");
  auto reply = co_await std::move(fetching);
  if (!reply) co_return reply.error().message();
  if (reply->status == 404 && live->status == 404 && file.tries >= kNotThereMax) {
    auto lost = decide(event::RecordingLost{RecordingId{file.id}, "not_at_pbx"});
    co_return co_await std::move(lost);
  }
  if (reply->status != 200) co_return "the PBX answered " + std::to_string(reply->status);
  auto work = [files = &files_, id = file.id, name = file.name,
               bytes = std::move(reply->body)](postgres::Connection&) mutable {
    return files->keep(id, name, std::move(bytes));
  };
  const auto kept = co_await postgres::run(pool_, std::move(work));
  if (!kept) co_return kept.error().message;
  if (!*kept) co_return "what the PBX has is no sound file";
  auto storing = decide(event::RecordingStored{RecordingId{file.id}, (*kept)->sha256,
                                               (*kept)->bytes, (*kept)->seconds});
  if (std::string wrong = co_await std::move(storing); !wrong.empty()) co_return wrong;
  // An erasure meanwhile may have seen no file yet.
  auto look = [id = file.id](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    const auto found = postgres::read_recording(tx, id);
    return found && found->view.state == "kept";
  };
  const auto wanted = co_await postgres::run(pool_, look);
  if (!wanted) co_return wanted.error().message;
  if (!*wanted) {
    auto undoing = remove_here(file);
    if (std::string wrong = co_await std::move(undoing); !wrong.empty()) co_return wrong;
  }
  auto removing = remove_at_pbx(file);
  co_return co_await std::move(removing);
}

awaitable<std::string> RecordingKeeper::remove_at_pbx(File& file) {
  auto removing = ask_pbx("DELETE", "/recordings/stored/" + ari_escape(file.name));
  const auto reply = co_await std::move(removing);
  if (!reply) co_return reply.error().message();
  if (reply->status != 204 && reply->status != 200 && reply->status != 404)
    co_return "the PBX answered " + std::to_string(reply->status);
  file.at_pbx = false;
  co_return "";
}

awaitable<std::string> RecordingKeeper::remove_here(File& file) {
  auto work = [files = &files_, id = file.id, name = file.name](postgres::Connection&) {
    files->remove(id, name);
    return true;
  };
  const auto removed = co_await postgres::run(pool_, work);
  if (!removed) co_return removed.error().message;
  file.file_gone = true;
  co_return "";
}

awaitable<std::string> RecordingKeeper::see_to(File& file) {
  if (file.state == "ended") {
    auto fetching = fetch(file);
    co_return co_await std::move(fetching);
  }
  if (file.state == "deleted" && !file.file_gone) {
    auto removing = remove_here(file);
    if (std::string wrong = co_await std::move(removing); !wrong.empty()) co_return wrong;
  }
  if (file.at_pbx && file.pbx == pbx_ && pbx_up_()) {
    auto removing = remove_at_pbx(file);
    co_return co_await std::move(removing);
  }
  co_return "";
}

awaitable<void> RecordingKeeper::see_to_files() {
  const std::string pbx = client_ && pbx_up_() ? pbx_ : "";
  auto claim = [pbx](postgres::Connection& connection) {
    postgres::Tx tx{connection};
    auto claimed = postgres::claim_recording_files(tx, pbx, kFilesAtOnce);
    tx.commit();
    return claimed;
  };
  auto claimed = co_await postgres::run(pool_, claim);
  if (!claimed) co_return;
  for (File& file : *claimed) {
    auto seeing = see_to(file);
    const std::string wrong = co_await std::move(seeing);
    if (!wrong.empty()) {
      failures_.add(1);
      // The first tries may come before the PBX has finished.
      if (file.tries > 3) spdlog::warn("recording {}: {}; tried again", file.id, wrong);
    }
    auto note = [file, wrong](postgres::Connection& connection) {
      postgres::Tx tx{connection};
      postgres::note_recording_file(tx, file, wrong);
      tx.commit();
    };
    co_await postgres::run(pool_, note);
  }
}

awaitable<void> RecordingKeeper::end_pauses_and_times() {
  struct Due {
    std::vector<std::int64_t> pauses, expired;
  };
  auto look = [](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    return Due{postgres::overdue_recording_pauses(tx), postgres::expired_recordings(tx)};
  };
  const auto due = co_await postgres::run(pool_, look);
  if (!due) co_return;
  std::vector<Event> events;
  for (const std::int64_t id : due->pauses)
    events.push_back(event_of(event::RecordingPauseOver{RecordingId{id}}));
  for (const std::int64_t id : due->expired)
    events.push_back(event_of(event::RecordingExpired{RecordingId{id}}));
  auto asking = ask_all(door_, std::move(events));
  co_await std::move(asking);
}

awaitable<void> RecordingKeeper::run() {
  while (true) {
    co_await rest(kLook);
    auto ending = end_pauses_and_times();
    co_await std::move(ending);
    auto seeing = see_to_files();
    co_await std::move(seeing);
  }
}

}  // namespace firsthand::runtime
