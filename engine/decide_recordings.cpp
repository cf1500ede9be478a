// SPDX-License-Identifier: Apache-2.0
// A call is recorded while somebody talks with the customer: not while he waits or is on hold, and
// not while the agent has paused it for a card number. A transfer that lets him wait ends a part;
// the next talk is the next part. Who paused, heard, kept or deleted what is in the history; what
// was said never is.
#include "engine/decision.hpp"

namespace firsthand {
namespace {

/// What breaks off sooner would break off again: a full disk, say.
constexpr Seconds kPartMin{5};

/// Of the file; never used twice.
std::string file_name(const Recording& recording) {
  const auto began =
      std::chrono::duration_cast<Seconds>(recording.began_at.time_since_epoch()).count();
  return "r-" + std::to_string(recording.interaction.value) + "-" +
         std::to_string(recording.id.value) + "-" + std::to_string(began);
}

Facts facts_of(const Recording& recording) {
  return Facts{}.add("recording", recording.id).add("part", recording.part);
}

}  // namespace

void Decision::command_recording(const Recording& recording, const Interaction& call) {
  const bool quiet = recording.silent || recording.state == RecordingState::paused;
  const char* want = !recording.live() ? "stop" : quiet ? "pause" : "run";
  command("record", call, Facts{}.add("name", recording.name).add("want", want));
}

void Decision::record_talk(const Interaction& call) {
  const Queue* queue = rules.book.queue(call.queue);
  if (!queue || queue->recording.mode != RecordingMode::on || call.observed) return;
  if (!docket.live_recording(call.id)) begin_recording(call, queue->recording, {});
}

void Decision::begin_recording(const Interaction& call, const RecordingPolicy& policy,
                               UserId asked_by) {
  Recording made;
  made.id = RecordingId{docket.new_id()};
  made.interaction = call.id;
  for (const auto& [id, other] : docket.now.recordings) {
    if (other.interaction == call.id) made.part = std::max(made.part, other.part + 1);
  }
  made.agent = call.agent;
  made.may_pause = policy.pause;
  made.keep_days = policy.keep_days;
  made.began_at = now;
  made.name = file_name(made);
  made.silent = call.state == InteractionState::held;
  docket.now.recordings.emplace(made.id, made);
  record("recording_asked", about(call),
         facts_of(made).add("agent", call.agent).add("by", asked_by));
  command_recording(made, call);
}

void Decision::end_recording(Recording& recording, const Interaction& call, std::string_view why) {
  recording.state = RecordingState::ended;
  recording.ended_at = now;
  recording.keep_until = now + std::chrono::days{recording.keep_days};
  recording.paused_until.reset();
  record(
      "recording_ended", about(call),
      facts_of(recording)
          .add("why", why)
          .add("seconds", std::chrono::duration_cast<Seconds>(now - recording.began_at).count()));
  command_recording(recording, call);
}

void Decision::recordings_follow() {
  for (auto& [id, recording] : docket.now.recordings) {
    const Interaction* call =
        recording.live() ? docket.interaction(recording.interaction) : nullptr;
    if (!call) continue;
    const bool held = call->state == InteractionState::held;
    if (!held && call->state != InteractionState::talking) {
      end_recording(recording, *call, "customer_left");
    } else if (held != recording.silent) {
      recording.silent = held;
      if (recording.state != RecordingState::paused) command_recording(recording, *call);
    }
  }
}

Outcome Decision::check_recording(const Interaction& call, event::RecordingStep step) const {
  const Transfer* transfer = nullptr;
  for (const auto& [id, one] : docket.now.transfers) {
    if (one.interaction == call.id && one.state == TransferState::conference) transfer = &one;
  }
  const bool in_it = call.agent == event.actor || (transfer && transfer->to == event.actor);
  if (!in_it) return refuse("not_your_call", "Somebody else is on this call.");
  const bool talks =
      call.state == InteractionState::talking || call.state == InteractionState::held;
  if (!talks || call.observed) return refuse("not_talking", "Nobody talks on this call.");
  if (step == event::RecordingStep::begin) {
    const Queue* queue = rules.book.queue(call.queue);
    if (!queue || queue->recording.mode == RecordingMode::off) {
      return refuse("not_recorded", "Calls of this queue are not recorded.");
    }
  }
  return done();
}

Outcome Decision::on(const event::RecordingAsked& e) {
  const Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (auto refused = check_recording(*call, e.step); refused.refusal) return refused;
  Outcome outcome;
  outcome.reply.id = call->id.value;
  Recording* live = docket.live_recording(call->id);
  const Queue* queue = rules.book.queue(call->queue);
  if (e.step == event::RecordingStep::begin) {
    if (!live) begin_recording(*call, queue->recording, event.actor);
    return outcome;
  }
  if (!live) return refuse("not_recorded", "This call is not being recorded.");
  const bool paused = live->state == RecordingState::paused;
  if (e.step == event::RecordingStep::resume) {
    if (paused) resume_recording(*live, *call, "agent");
    return outcome;
  }
  if (!live->may_pause) {
    return refuse("no_pause", "By the rules of this queue its recordings are not paused.");
  }
  if (paused) return outcome;
  live->state = RecordingState::paused;
  live->paused_by = event.actor;
  live->paused_at = now;
  live->paused_until.reset();
  if (queue && queue->recording.pause_max_s > 0) {
    live->paused_until = now + Seconds{queue->recording.pause_max_s};
  }
  record("recording_paused", about(*call), facts_of(*live).add("by", event.actor));
  command_recording(*live, *call);
  return outcome;
}

void Decision::resume_recording(Recording& recording, const Interaction& call,
                                std::string_view why) {
  const Instant since = recording.paused_at.value_or(now);
  record("recording_resumed", about(call),
         facts_of(recording)
             .add("paused_by", recording.paused_by)
             .add("paused_at", since)
             .add("seconds", std::chrono::duration_cast<Seconds>(now - since).count())
             .add("why", why));
  recording.state = RecordingState::recording;
  recording.paused_by = {};
  recording.paused_at.reset();
  recording.paused_until.reset();
  command_recording(recording, call);
}

Outcome Decision::on(const event::RecordingPauseOver& e) {
  Recording* recording = docket.recording(e.recording);
  if (!recording) return not_found("recording");
  const bool over = recording->state == RecordingState::paused && recording->paused_until &&
                    *recording->paused_until <= now;
  if (!over) return refuse("too_early", "This pause is not over.");
  resume_recording(*recording, *docket.interaction(recording->interaction), "limit");
  return done();
}

Outcome Decision::on(const event::RecordingTold& e) {
  Recording* recording = docket.recording(e.recording);
  if (!recording) return not_found("recording");
  if (!recording->live()) return done();
  const Interaction& call = *docket.interaction(recording->interaction);
  if (e.what == "began") {
    if (recording->state != RecordingState::starting) return done();
    recording->state = RecordingState::recording;
    record("recording_begun", about(call), facts_of(*recording).add("agent", recording->agent));
    return done();
  }
  if (recording->state == RecordingState::starting) {
    recording->state = RecordingState::lost;
    recording->ended_at = now;
    record("recording_lost", about(call), facts_of(*recording).add("reason", e.reason));
    return done();
  }
  const bool lasted = now - recording->began_at >= kPartMin;
  end_recording(*recording, call, e.reason);
  // It broke off while they talk on: the next part begins.
  if (lasted && call.state == InteractionState::talking) record_talk(call);
  return done();
}

Outcome Decision::on(const event::RecordingStored& e) {
  Recording* recording = docket.recording(e.recording);
  if (!recording) return not_found("recording");
  if (recording->state != RecordingState::ended) return done();
  recording->state = RecordingState::kept;
  recording->sha256 = e.sha256;
  recording->bytes = e.bytes;
  recording->seconds = e.seconds;
  record("recording_kept", about(*docket.interaction(recording->interaction)),
         facts_of(*recording).add("seconds", e.seconds).add("until", recording->keep_until));
  return done();
}

Outcome Decision::on(const event::RecordingLost& e) {
  Recording* recording = docket.recording(e.recording);
  if (!recording) return not_found("recording");
  if (recording->state != RecordingState::ended) return done();
  recording->state = RecordingState::lost;
  record("recording_lost", about(*docket.interaction(recording->interaction)),
         facts_of(*recording).add("reason", e.reason));
  return done();
}

Outcome Decision::on(const event::RecordingHeard& e) {
  const Recording* recording = docket.recording(e.recording);
  if (!recording) return not_found("recording");
  if (recording->state != RecordingState::kept) {
    return refuse("no_audio", "There is nothing to hear of this recording.");
  }
  record("recording_heard", about(*docket.interaction(recording->interaction)),
         facts_of(*recording));
  return done();
}

Outcome Decision::on(const event::RecordingHeld& e) {
  Recording* recording = docket.recording(e.recording);
  if (!recording) return not_found("recording");
  if (!is(Role::supervisor) && !is(Role::manager)) {
    return refuse("forbidden", "Only a supervisor or manager may say how long it is kept.");
  }
  if (recording->state != RecordingState::kept && recording->state != RecordingState::ended) {
    return refuse("no_audio", "There is nothing to keep of this recording.");
  }
  if (recording->hold_reason == e.reason) return done();
  recording->hold_reason = e.reason;
  record(e.reason.empty() ? "recording_hold_ended" : "recording_held",
         about(*docket.interaction(recording->interaction)),
         facts_of(*recording).add("reason", e.reason).add("until", recording->keep_until));
  return done();
}

Outcome Decision::on(const event::RecordingExpired& e) {
  Recording* recording = docket.recording(e.recording);
  if (!recording) return not_found("recording");
  const bool there =
      recording->state == RecordingState::kept || recording->state == RecordingState::ended;
  if (!there) return done();
  if (!recording->hold_reason.empty()) {
    return refuse("kept", "Somebody has said that this recording is kept.");
  }
  if (!recording->keep_until || *recording->keep_until > now) {
    return refuse("too_early", "The time of this recording is not over.");
  }
  recording->state = RecordingState::deleted;
  recording->deleted_at = now;
  recording->deleted_why = "retention";
  record("recording_deleted", about(*docket.interaction(recording->interaction)),
         facts_of(*recording).add("why", recording->deleted_why));
  return done();
}

}  // namespace firsthand
