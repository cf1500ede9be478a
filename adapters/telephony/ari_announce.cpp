// SPDX-License-Identifier: Apache-2.0
// What a caller who waits is told, and what comes after it: music again, good-bye, or the dialplan.
#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

// Longer announcements are cut off: their end may have been told while nobody listened.
constexpr std::chrono::seconds kAnnouncementMax{60};

/// "sound:queue-thankyou" or "number:3", or several, with commas between.
bool is_media(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"_-./:,"}.find(c) != std::string_view::npos;
  };
  if (text.empty() || text.size() > 500 || !std::all_of(text.begin(), text.end(), plain)) {
    return false;
  }
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    const bool known = one.starts_with("sound:") || one.starts_with("number:");
    if (!known || one.find("..") != std::string_view::npos) return false;
    text.remove_prefix(std::min(text.size(), one.size() + 1));
  }
  return true;
}

}  // namespace

void AriCallState::command(const Announce& c) {
  Call* call = call_of_channel(c.channel_id);
  if (call == nullptr) return finish(c.command_id, CommandStatus::gone);
  // Being told already: the first order is answered at its end, this one now.
  if (call->playback == c.command_id) {
    return finish(c.command_id, CommandStatus::unknown, "playing");
  }
  if (call->phase != CallPhase::waiting || call->pending) {
    return finish(c.command_id, CommandStatus::gone, "not_waiting");
  }
  if (!is_plain_name(c.command_id) || !is_media(c.media)) {
    return finish(c.command_id, CommandStatus::refused, "media");
  }
  stop_announcement(*call);
  call->playback = c.command_id;
  call->announcement = c;
  call->announced_at = now_;
  send(Ask::announce, "POST",
       "/channels/" + ari_escape(call->channel) + "/play" +
           ari_query({{"media", c.media}, {"playbackId", c.command_id}}),
       call->id, {Ask::announce, call->id, {}, c.command_id});
}

void AriCallState::reply_announce(const Waiting& waiting, int status) {
  Call* call = find_call(waiting.call_id);
  if (call == nullptr) return finish(waiting.command_id, CommandStatus::gone);
  if (status == 404) {
    finish(waiting.command_id, CommandStatus::gone);
    return end_call(call->id, EndReason::caller_hung_up, 0, now_);
  }
  // What cannot be said is no reason to leave out what comes after it.
  const bool refused = status >= 400 && status < 500 && status != 408 && status != 409;
  if (refused && call->playback == waiting.command_id) announcement_over(*call);
}

/// The end of what was being told, whether it was heard to its end or not.
void AriCallState::announcement_over(Call& call) {
  const std::string id = std::exchange(call.playback, {});
  if (id.empty()) return;
  const Announce said = std::exchange(call.announcement, {});
  switch (said.then) {
    case Afterwards::music:
      finish(id, CommandStatus::done);
      if (call.phase == CallPhase::waiting && !call.pending) {
        send(Ask::nothing, "POST",
             "/channels/" + ari_escape(call.channel) + "/moh" +
                 ari_query({{"mohClass", options_.music_class}}),
             call.id);
      }
      return;
    case Afterwards::hang_up: return drop_call(call, EndReason::dropped, id);
    case Afterwards::release:
      return command(ReleaseToDialplan{id, call.id, said.context, said.extension});
  }
}

/// Somebody is there to talk to: nothing more is played.
void AriCallState::stop_announcement(Call& call) {
  if (call.playback.empty()) return;
  send(Ask::nothing, "DELETE", "/playbacks/" + ari_escape(call.playback), call.id);
  finish(std::exchange(call.playback, {}), CommandStatus::done);
  call.announcement = {};
}

void AriCallState::playback_finished(const AriEvent& event) {
  Call* call = call_of_channel(event.channel.id);
  if (call != nullptr && !event.text.empty() && call->playback == event.text) {
    announcement_over(*call);
  }
}

/// The end of one may have been told while nobody listened.
void AriCallState::probe_announcements() {
  for (const auto& [id, call] : calls_) {
    if (call.playback.empty()) continue;
    send(Ask::announce_probe, "GET", "/playbacks/" + ari_escape(call.playback), id,
         {Ask::announce_probe, id, {}, call.playback});
  }
}

void AriCallState::end_overlong_announcements() {
  std::vector<std::string> over;
  for (const auto& [id, call] : calls_) {
    if (!call.playback.empty() && now_ - call.announced_at >= kAnnouncementMax) over.push_back(id);
  }
  for (const std::string& id : over) {
    if (Call* call = find_call(id)) announcement_over(*call);
  }
}

}  // namespace firsthand::telephony
