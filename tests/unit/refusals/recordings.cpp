// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/refusals/afternoon.hpp"

namespace firsthand::test {

std::vector<Row> recording_rows(Afternoon& a) {
  using Step = event::RecordingStep;
  const RecordingId none{7};
  const auto ask = [](UserId who, InteractionId call, Step step) {
    return by(who).does(event::RecordingAsked{call, step});
  };
  const auto held = [](UserId who, RecordingId id) {
    return by(who).does(event::RecordingHeld{id, "争议"});
  };
  return {
      {"record an unknown call", ask(agent(3), InteractionId{7}, Step::begin), "not_found"},
      {"record another's call", ask(agent(4), a.talking, Step::begin), "not_your_call"},
      {"record a ringing call", ask(agent(2), a.offered, Step::begin), "not_talking"},
      {"record against the rules", ask(agent(3), a.talking, Step::begin), "not_recorded"},
      {"pause what is not recorded", ask(agent(3), a.talking, Step::pause), "not_recorded"},
      {"pause against the rules", ask(agent(4), a.consulted, Step::pause), "no_pause"},
      {"news of an unknown recording", pbx().does(event::RecordingTold{none, "began", ""}),
       "not_found"},
      {"the end of an unknown pause", timer().does(event::RecordingPauseOver{none}), "not_found"},
      {"the end of no pause", timer().does(event::RecordingPauseOver{a.recorded}), "too_early"},
      {"an unknown file", timer().does(event::RecordingStored{none, "", 0, 0}), "not_found"},
      {"an unknown loss", timer().does(event::RecordingLost{none, ""}), "not_found"},
      {"hear an unknown recording", by(agent(3)).does(event::RecordingHeard{none}), "not_found"},
      {"hear what goes on", by(agent(3)).does(event::RecordingHeard{a.recorded}), "no_audio"},
      {"keep an unknown recording", held(kSupervisor, none), "not_found"},
      {"keep as an agent", held(agent(3), a.recorded), "forbidden"},
      {"keep what goes on", held(kSupervisor, a.recorded), "no_audio"},
      {"an unknown time", timer().does(event::RecordingExpired{none}), "not_found"},
      {"a time that is not over", timer().does(event::RecordingExpired{a.stored}), "too_early"},
      {"a time that does not count", timer().does(event::RecordingExpired{a.kept_recording}),
       "kept"},
  };
}

}  // namespace firsthand::test
