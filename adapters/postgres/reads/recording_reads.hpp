// SPDX-License-Identifier: Apache-2.0
// Recordings for the screens, and the rows that the keeper of their files works through. Called on
// a pool thread with an open transaction; throws as db.hpp says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "adapters/postgres/reads/desk_views.hpp"

namespace firsthand::postgres {

struct FoundRecording {
  RecordingView view;
  std::string name;             ///< of the file
  std::int64_t case_owner = 0;  ///< of the case that the call was about
};
std::optional<FoundRecording> read_recording(Tx& tx, std::int64_t id);

/// A file that somebody has to see to now.
struct RecordingFile {
  std::int64_t id = 0;
  std::string name, state, pbx;
  bool at_pbx = false, file_gone = false;
  int tries = 0;
};
/// Claims up to `max` of them: to fetch, to remove, left at the PBX. `pbx`: that we have a link to,
/// or "". The next look at a row comes later the more often it was tried.
std::vector<RecordingFile> claim_recording_files(Tx& tx, const std::string& pbx, int max);
void note_recording_file(Tx& tx, const RecordingFile& file, const std::string& error);

/// Pauses that have lasted as long as they may.
std::vector<std::int64_t> overdue_recording_pauses(Tx& tx);
/// Recordings whose time is over, of customers without a legal hold.
std::vector<std::int64_t> expired_recordings(Tx& tx);

namespace statements {
extern const std::vector<Statement> kRecordingReads;
}

}  // namespace firsthand::postgres
