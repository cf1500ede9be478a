// SPDX-License-Identifier: Apache-2.0
// Recording a call's bridge. The name is the key: what goes on under it is not begun twice, also
// by another engine. A paused recording of Asterisk leaves the time out of the file.
#include <utility>

#include "adapters/telephony/ari_call_state.hpp"

namespace firsthand::telephony {
namespace {

bool fine(int status) {
  return status >= 200 && status < 300;
}
bool unclear(int status) {
  return status == 0 || status == 408 || status == 502 || status == 503;
}

}  // namespace

void AriCallState::command(const Record& c) {
  if (!is_plain_name(c.name)) return finish(c.command_id, CommandStatus::refused, "name");
  Call* call = talk_with(c.channel_id);
  if (c.want == RecordWant::stop) {
    if (call != nullptr && call->recording.name == c.name) {
      finish(call->recording.command_id, CommandStatus::gone);
      call->recording = {};
    }
    return send(Ask::record_stop, "POST", "/recordings/live/" + ari_escape(c.name) + "/stop",
                call != nullptr ? call->id : c.channel_id,
                {Ask::record_stop, c.channel_id, c.name, c.command_id});
  }
  if (call == nullptr || call->pending) return finish(c.command_id, CommandStatus::gone, "call");
  ari::Recorded& recorded = call->recording;
  if (recorded.command_id != c.command_id) finish(recorded.command_id, CommandStatus::gone);
  if (recorded.name != c.name) recorded = {c.name, {}};
  recorded.command_id = c.command_id;
  recorded.pause = c.want == RecordWant::pause;
  if (recorded.started) return pause_or_resume(*call);
  if (call->phase == CallPhase::connected && !recorded.asked) start_recording(*call);
}

void AriCallState::start_recording(Call& call) {
  call.recording.asked = true;
  send(Ask::record_start, "POST",
       "/bridges/" + ari_escape(call.bridge_id) + "/record" +
           ari_query({{"name", call.recording.name},
                      {"format", "wav"},
                      {"ifExists", "fail"},
                      {"beep", "false"},
                      {"terminateOn", "none"}}),
       call.id, {Ask::record_start, call.id, call.recording.name, {}});
}

void AriCallState::pause_or_resume(Call& call) {
  send(Ask::record_pause, call.recording.pause ? "POST" : "DELETE",
       "/recordings/live/" + ari_escape(call.recording.name) + "/pause", call.id,
       {Ask::record_pause, call.id, call.recording.name,
        std::exchange(call.recording.command_id, {})});
}

void AriCallState::reply_record(const Waiting& waiting, int status, const std::string& message) {
  const std::string why = std::to_string(status) + (message.empty() ? "" : " " + message);
  if (waiting.ask == Ask::record_stop) {
    if (unclear(status)) return finish(waiting.command_id, CommandStatus::unknown);
    return finish(waiting.command_id, fine(status) ? CommandStatus::done : CommandStatus::gone);
  }
  Call* call = find_call(waiting.call_id);
  const bool current = call != nullptr && call->recording.name == waiting.leg_id;
  if (waiting.ask == Ask::record_pause) {
    if (fine(status)) return finish(waiting.command_id, CommandStatus::done);
    if (unclear(status)) return finish(waiting.command_id, CommandStatus::unknown);
    if (current) call->recording = {};
    return finish(waiting.command_id, CommandStatus::refused, status == 404 ? "over" : why);
  }
  if (!current) return;
  ari::Recorded& recorded = call->recording;
  if (fine(status) || status == 409) {
    // 409: it goes on already, begun by an earlier attempt, or has ended: the next reply tells.
    recorded.started = true;
    if (status == 409 || recorded.pause) return pause_or_resume(*call);
    return finish(std::exchange(recorded.command_id, {}), CommandStatus::done);
  }
  const std::string command_id = std::exchange(recorded, {}).command_id;
  finish(command_id, unclear(status) ? CommandStatus::unknown : CommandStatus::refused, why);
}

void AriCallState::recording_over(const AriEvent& event, bool failed) {
  if (!event.text.starts_with("r-")) return;
  for (auto& [id, call] : calls_) {
    if (call.recording.name != event.text) continue;
    finish(call.recording.command_id, CommandStatus::gone);
    call.recording = {};
  }
  emit(RecordingEnded{event.text, failed ? "failed" : "", event.at});
}

}  // namespace firsthand::telephony
