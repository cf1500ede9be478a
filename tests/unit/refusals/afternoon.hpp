// SPDX-License-Identifier: Apache-2.0
// The world in which decide() is asked what it must refuse, and the shape of a question.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {

const Rules& rules();

/// A Monday afternoon with something of everything.
struct Afternoon {
  Afternoon();

  event::ReviewActionAgreed agreed(
      const std::function<void(event::ReviewActionAgreed&)>& change) const {
    event::ReviewActionAgreed e{};
    e.title = "包装加厚";
    e.department = kRepair;
    e.due_at = story.now() + std::chrono::days{5};
    if (change) change(e);
    return e;
  }

  MemoryStore store{rules()};
  Story story{store};
  ReviewActionId action, done_action;
  CaseId dispatched, resolved, closed, paused, returned, unreachable, handed, fresh, dialled;
  CallbackId kept, follow_up;
  CompensationId granted, asked;
  InteractionId ended, talking, offered, waiting, outbound, consulted;
  InteractionId letter, letter_in_hand;  ///< nobody's yet; agent 1's
  OfferId offer, consult_offer;
  RecordingId recorded, stored, kept_recording;  ///< goes on; its time counts; it does not
  DispatchId disputed, settled;
  CustomerId held, pooled;  ///< accounts: agent 1's, and one that agent 1 gave up

 private:
  CaseId fresh_customer() { return story.complaint_taken("+8613900000009", agent(1)); }
};

struct Row {
  const char* name;
  Event event;
  const char* code;
  const char* field = "";
  bool lonely = false;  ///< by the rules of a company without a back line
};

event::CaseRegistered with(const std::function<void(event::CaseRegistered&)>& change);

event::CaseEdited edit(CaseId id, std::int64_t version);

// What each part of the engine refuses.
std::vector<Row> call_rows(Afternoon& a);
std::vector<Row> transfer_rows(Afternoon& a);
std::vector<Row> recording_rows(Afternoon& a);
std::vector<Row> register_rows(Afternoon& a);
std::vector<Row> case_rows(Afternoon& a);
std::vector<Row> work_rows(Afternoon& a);
std::vector<Row> complaint_rows(Afternoon& a);
std::vector<Row> review_rows(Afternoon& a);
std::vector<Row> promise_rows(Afternoon& a);
std::vector<Row> departure_rows();
std::vector<Row> account_rows(Afternoon& a);
std::vector<Row> record_rows(Afternoon& a);
std::vector<Row> neglect_rows(Afternoon& a);

}  // namespace firsthand::test
