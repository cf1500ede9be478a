// SPDX-License-Identifier: Apache-2.0
// What was said on a call, as a file: one part from the moment in which somebody talks with the
// customer until they part. Value types; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>

#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand {

/// starting: asked of the PBX. ended: over, the file is still at the PBX. kept: the file is here.
/// lost: there is no file. deleted: there was one.
enum class RecordingState { starting, recording, paused, ended, kept, lost, deleted };
BOOST_DESCRIBE_ENUM(RecordingState, starting, recording, paused, ended, kept, lost, deleted)

struct Recording {
  RecordingId id;
  InteractionId interaction;
  int part = 1;      ///< of the call, from 1
  std::string name;  ///< of the file, in the PBX and here
  UserId agent;      ///< who talked when it began
  RecordingState state = RecordingState::starting;
  bool silent = false;     ///< the customer is on hold: what is said then is not his conversation
  bool may_pause = false;  ///< by the rules when it began
  UserId paused_by;
  std::optional<Instant> paused_at;
  std::optional<Instant> paused_until;  ///< none: until somebody resumes it
  Instant began_at{};
  std::optional<Instant> ended_at;
  int keep_days = 0;
  std::optional<Instant> keep_until;
  std::string hold_reason;  ///< why it is kept beyond that; "" = it is not
  std::int64_t seconds = 0;
  std::int64_t bytes = 0;
  std::string sha256;
  std::optional<Instant> deleted_at;
  std::string deleted_why;  ///< retention, erased
  bool live() const {
    return state == RecordingState::starting || state == RecordingState::recording ||
           state == RecordingState::paused;
  }
  friend bool operator==(const Recording&, const Recording&) = default;
};

}  // namespace firsthand
