// SPDX-License-Identifier: Apache-2.0
// A supervisor hears a call on his own telephone, or whispers to the agent. It is in the history.
#include "engine/decision.hpp"

namespace firsthand {

Outcome Decision::check_listening(const Interaction& call) const {
  if (!is(Role::supervisor)) return refuse("forbidden", "Only a supervisor may listen.");
  if (rules.user(event.actor)->extension.empty()) {
    return refuse("no_phone", "There is no telephone registered for you.");
  }
  const bool talks =
      call.state == InteractionState::talking || call.state == InteractionState::held;
  if (!talks || call.leg.empty() || call.observed || call.pbx_channel.empty()) {
    return refuse("not_talking", "Nobody can be heard on this call.");
  }
  const Listening* listening = docket.listening_of(event.actor);
  if (listening && listening->interaction != call.id) {
    return refuse("already_listening", "You are listening to another call.");
  }
  if (docket.desk_as_seen(event.actor).interaction) {
    return refuse("on_a_call", "Finish the call first.");
  }
  return done();
}

Outcome Decision::on(const event::ListenAsked& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (auto refused = check_listening(*call); refused.refusal) return refused;
  const User* person = rules.user(event.actor);
  Listening* listening = docket.listening_of(event.actor);
  Outcome outcome;
  if (listening && listening->mode == e.mode) {
    outcome.reply.id = listening->id.value;
    return outcome;
  }
  if (!listening) {
    Listening made;
    made.id = ListeningId{docket.new_id()};
    made.interaction = call->id;
    made.agent = call->agent;
    made.listener = event.actor;
    made.leg = "l-" + std::to_string(call->id.value) + "-" + std::to_string(made.id.value);
    made.began_at = now;
    listening = &docket.now.listenings.emplace(made.id, made).first->second;
  }
  listening->mode = e.mode;
  record("call_listened", about(*call),
         Facts{}.add("agent", call->agent).add("mode", word(e.mode)));
  command("listen", *call,
          Facts{}
              .add("leg", listening->leg)
              .add("agent_leg", call->leg)
              .add("extension", person->extension)
              .add("whisper", e.mode == ListenMode::whisper)
              .add("number", call->number));
  outcome.reply.id = listening->id.value;
  return outcome;
}

Outcome Decision::on(const event::ListenStopped& e) {
  const Listening* listening = docket.listening_of(event.actor);
  if (!listening || listening->interaction != e.interaction) {
    return refuse("not_listening", "You are not listening to this call.");
  }
  // The PBX says when it has ended.
  if (const Interaction* call = docket.interaction(e.interaction))
    command("withdraw", *call, Facts{}.add("leg", listening->leg));
  return done();
}

Outcome Decision::on(const event::ListeningLeg& e) {
  Listening* listening = docket.listening(e.listening);
  if (!listening) return not_found("listening");
  if (listening->ended_at) return done();
  if (e.what == "answered") {
    if (!listening->answered_at) listening->answered_at = now;
    return done();
  }
  listening->ended_at = now;
  const auto heard =
      std::chrono::duration_cast<Seconds>(now - listening->answered_at.value_or(now));
  const Interaction* call = docket.interaction(listening->interaction);
  record("listening_ended", call ? about(*call) : About{{}, {}, listening->interaction},
         Facts{}
             .add("agent", listening->agent)
             .add("listener", listening->listener)
             .add("seconds", heard.count())
             .add("reason", e.reason));
  return done();
}

}  // namespace firsthand
