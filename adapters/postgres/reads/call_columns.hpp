// SPDX-License-Identifier: Apache-2.0
// The columns of a CallView, shared by the desk and the wallboard. Only for this folder's .cpp.
#pragma once

#include "adapters/postgres/reads/desk_views.hpp"
#include "adapters/postgres/reads/rows.hpp"

// Macros, because statements are string literals put together by the compiler.
#define FIRSTHAND_CALL_COLUMNS                                                                     \
  "select i.id, i.state, i.direction, i.number, c.id, c.name, i.queue_code, i.answered_at,"        \
  " i.callback_id, f.number, i.virtual_hold, i.channel, i.agent_id, ua.name, t.from_id, tf.name, " \
  "t.to_id, "                                                                                      \
  "tt.name,"                                                                                       \
  " t.queue_code, t.how, t.state, t.note, t.ended_why, t.began_at,"                                \
  " r.id, r.state, r.silent, r.may_pause, r.paused_until"
#define FIRSTHAND_CALL_JOINS                                                           \
  " join customer c on c.id = i.customer_id left join case_file f on f.id = i.case_id" \
  " left join user_account ua on ua.id = i.agent_id"                                   \
  " left join lateral (select * from transfer t where t.interaction_id = i.id"         \
  " order by t.id desc limit 1) t on true"                                             \
  " left join recording r on r.interaction_id = i.id"                                  \
  " and r.state in ('starting', 'recording', 'paused')"                                \
  " left join user_account tf on tf.id = t.from_id left join user_account tt on tt.id = t.to_id"

namespace firsthand::postgres {

template <class Row>
CallView take_call(Columns<Row>& columns) {
  CallView call;
  columns >> call.interaction_id >> call.state >> call.direction >> call.number >>
      call.customer_id >> call.customer_name >> call.queue_code >> call.answered_at >>
      call.callback_id >> call.case_number >> call.virtual_hold >> call.channel;
  call.agent = take_optional_user(columns);
  const auto from = take_optional_user(columns);
  TransferView transfer;
  transfer.to = take_optional_user(columns);
  std::optional<std::string> queue, how, state, note, why;
  OptionalStamp began;
  columns >> queue >> how >> state >> note >> why >> began;
  std::optional<std::int64_t> recording;
  std::optional<std::string> recording_state;
  std::optional<bool> silent, may_pause;
  OptionalStamp paused_until;
  columns >> recording >> recording_state >> silent >> may_pause >> paused_until;
  if (recording) {
    call.recording =
        CallRecordingView{*recording, recording_state.value_or(""), silent.value_or(false),
                          may_pause.value_or(false), paused_until};
  }
  if (!from) return call;
  transfer.from = *from;
  transfer.queue_code = queue.value_or("");
  transfer.how = how.value_or("");
  transfer.state = state.value_or("");
  transfer.note = note.value_or("");
  transfer.ended_why = why.value_or("");
  if (began) transfer.began_at = *began;
  call.transfer = std::move(transfer);
  return call;
}

}  // namespace firsthand::postgres
