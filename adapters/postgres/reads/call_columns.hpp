// SPDX-License-Identifier: Apache-2.0
// The columns of a CallView, shared by the desk and the wallboard. Only for this folder's .cpp.
#pragma once

#include "adapters/postgres/reads/rows.hpp"

// Macros, because statements are string literals put together by the compiler.
#define FIRSTHAND_CALL_COLUMNS                                                              \
  "select i.id, i.state, i.direction, i.number, c.id, c.name, i.queue_code, i.answered_at," \
  " i.callback_id, f.number, i.virtual_hold"
#define FIRSTHAND_CALL_JOINS \
  " join customer c on c.id = i.customer_id left join case_file f on f.id = i.case_id"

namespace firsthand::postgres {

template <class Row>
CallView take_call(Columns<Row>& columns) {
  CallView call;
  columns >> call.interaction_id >> call.state >> call.direction >> call.number >>
      call.customer_id >> call.customer_name >> call.queue_code >> call.answered_at >>
      call.callback_id >> call.case_number >> call.virtual_hold;
  return call;
}

}  // namespace firsthand::postgres
