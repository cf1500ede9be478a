// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/recording_reads.hpp"

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kRecording{
    "read_recording",
    "select r.id, r.interaction_id, i.customer_id, r.part, r.state, r.began_at, r.ended_at,"
    " r.keep_until, r.hold_reason, r.seconds, r.bytes, r.deleted_at, r.deleted_why, r.name,"
    " coalesce(f.owner_id, 0), u.id, u.name"
    " from recording r join interaction i on i.id = r.interaction_id"
    " left join case_file f on f.id = i.case_id left join user_account u on u.id = r.agent_id"
    " where r.id = $1"};

// Five seconds after the first try, then twice as long each time, an hour at most.
constexpr Statement kClaimFiles{
    "claim_recording_files",
    "with due as materialized ("
    "select c.id from recording c join interaction ci on ci.id = c.interaction_id"
    " where c.next_try_at <= clock_timestamp() and ("
    "(c.state = 'ended' and ci.pbx_id = $1)"
    " or (c.state = 'deleted' and (c.file_gone_at is null or (c.at_pbx and ci.pbx_id = $1)))"
    " or (c.state = 'kept' and c.at_pbx and ci.pbx_id = $1))"
    " order by c.id limit $2 for update of c skip locked)"
    " update recording r set tries = r.tries + 1, next_try_at = clock_timestamp() +"
    " least(interval '1 hour', interval '5 seconds' * power(2, least(r.tries, 10)))"
    " from interaction i, due where i.id = r.interaction_id and r.id = due.id"
    " returning r.id, r.name, r.state, i.pbx_id, r.at_pbx, r.file_gone_at is not null, r.tries"};

constexpr Statement kNoteFile{
    "note_recording_file",
    "update recording set at_pbx = $2, last_error = $4, file_gone_at = case when $3 then"
    " coalesce(file_gone_at, clock_timestamp()) end where id = $1"};

constexpr Statement kOverduePauses{
    "overdue_recording_pauses",
    "select id from recording where state = 'paused' and paused_until <= clock_timestamp()"
    " order by id limit 100"};

constexpr Statement kExpired{
    "expired_recordings",
    "select r.id from recording r join interaction i on i.id = r.interaction_id"
    " where r.state in ('kept', 'ended') and r.hold_reason = '' and r.keep_until <="
    " clock_timestamp() and not exists (select from customer c where c.legal_hold <> ''"
    " and c.id = any(customer_group(i.customer_id))) order by r.id limit 200"};

std::vector<std::int64_t> ids(Tx& tx, const Statement& statement) {
  std::vector<std::int64_t> found;
  for (const auto& row : tx.exec(statement)) found.push_back(row[0].as<std::int64_t>());
  return found;
}

}  // namespace

std::optional<FoundRecording> read_recording(Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kRecording, id);
  if (rows.empty()) return std::nullopt;
  FoundRecording found;
  RecordingView& view = found.view;
  const auto row = rows[0];
  Columns columns(row);
  columns >> view.id >> view.interaction_id >> view.customer_id >> view.part >> view.state >>
      view.began_at >> view.ended_at >> view.keep_until >> view.hold_reason >> view.seconds >>
      view.bytes >> view.deleted_at >> view.deleted_why >> found.name >> found.case_owner;
  view.agent = take_optional_user(columns);
  return found;
}

std::vector<RecordingFile> claim_recording_files(Tx& tx, const std::string& pbx, int max) {
  std::vector<RecordingFile> claimed;
  for (const auto& row : tx.exec(kClaimFiles, pbx, max)) {
    RecordingFile file;
    Columns(row) >> file.id >> file.name >> file.state >> file.pbx >> file.at_pbx >>
        file.file_gone >> file.tries;
    claimed.push_back(std::move(file));
  }
  return claimed;
}

void note_recording_file(Tx& tx, const RecordingFile& file, const std::string& error) {
  tx.exec(kNoteFile, file.id, file.at_pbx, file.file_gone, error);
}

std::vector<std::int64_t> overdue_recording_pauses(Tx& tx) {
  return ids(tx, kOverduePauses);
}

std::vector<std::int64_t> expired_recordings(Tx& tx) {
  return ids(tx, kExpired);
}

namespace statements {
const std::vector<Statement> kRecordingReads{kRecording, kClaimFiles, kNoteFile, kOverduePauses,
                                             kExpired};
}

}  // namespace firsthand::postgres
