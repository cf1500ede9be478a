// SPDX-License-Identifier: Apache-2.0
// Recordings of calls: what agents ask for, what the PBX tells, what becomes of the files.
#pragma once

#include <string>

#include "engine/model/recording.hpp"

namespace firsthand::event {

enum class RecordingStep { begin, pause, resume };
/// By who talks on the call.
struct RecordingAsked {
  InteractionId interaction;
  RecordingStep step;
};
/// By the PBX. `what`: began, ended (by itself, or it could not begin).
struct RecordingTold {
  RecordingId recording;
  std::string what, reason;
};
/// A pause has lasted as long as the rules allow.
struct RecordingPauseOver {
  RecordingId recording;
};
/// The file is here.
struct RecordingStored {
  RecordingId recording;
  std::string sha256;
  std::int64_t bytes = 0, seconds = 0;
};
/// There is no file at the PBX.
struct RecordingLost {
  RecordingId recording;
  std::string reason;
};
struct RecordingHeard {
  RecordingId recording;
};
/// Keeps it beyond its time for a reason; without one its time counts again.
struct RecordingHeld {
  RecordingId recording;
  std::string reason;
};
/// Its time is over.
struct RecordingExpired {
  RecordingId recording;
};

}  // namespace firsthand::event
