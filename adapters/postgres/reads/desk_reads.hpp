// SPDX-License-Identifier: Apache-2.0
// What the screens of people at work show: the agent's desk and call, the pop of a ringing call,
// the liaison's inbox, callbacks and alerts. Called on a pool thread with an open
// transaction; scopes are handed in.
#pragma once

#include "adapters/postgres/reads/case_reads.hpp"
#include "adapters/postgres/reads/wallboard_reads.hpp"

namespace firsthand::postgres {

/// An agent without a desk row is offline.
DeskView read_desk(Tx& tx, const Rules& rules, std::int64_t user);
/// The call this user is offered or talks on.
std::optional<CallView> read_call_of(Tx& tx, std::int64_t user);
std::optional<CallView> read_call(Tx& tx, std::int64_t interaction);
std::optional<OfferView> read_open_offer(Tx& tx, std::int64_t user);
/// Everything about the caller in one piece; nothing when the interaction is not known.
std::optional<PopView> read_pop(Tx& tx, const Rules& rules, std::int64_t interaction);
DeskScreen read_desk_screen(Tx& tx, const Rules& rules, std::int64_t user);

/// The agent of an interaction: who talks, or is being offered it; 0 when nobody.
std::int64_t agent_of_interaction(Tx& tx, std::int64_t interaction);

struct CallbackFilter {
  std::string list = "all";  ///< overdue today week all exhausted
  Instant end_of_day{};
  Instant end_of_week{};
  std::string after;
  int limit = kPageDefault;
};
/// Open ones, due first; what is not to be tried yet later. own: mine to call; department: the department's; all.
std::optional<Page<CallbackView>> list_callbacks(Tx& tx, const Rules& rules, const Scope& scope,
                                                 const CallbackFilter& filter);
/// Calls this user has had the engine place; the fence against dialling without end.
std::int64_t outbound_calls_last_hour(Tx& tx, std::int64_t user);

struct CallbackFacts {
  std::int64_t id = 0, user = 0, department = 0, customer = 0, case_id = 0;
  std::string kind, state, case_number;
  std::int64_t case_owner = 0;
};
std::optional<CallbackFacts> callback_facts(Tx& tx, std::int64_t id);

/// The number of this callback's customer that reads so when it is masked; "" when none does.
std::string number_of_callback(Tx& tx, std::int64_t id, const std::string& masked);

/// `open_only`: not yet acknowledged though it must be. Newest first.
std::optional<Page<AlertView>> list_alerts(Tx& tx, const Rules& rules, const Scope& scope,
                                           bool open_only, const std::string& after, int limit);
struct AlertFacts {
  std::int64_t id = 0, recipient = 0, department = 0;
};
std::optional<AlertFacts> alert_facts(Tx& tx, std::int64_t id);

inline constexpr int kInboxMax = 100;
/// The newest kInboxMax of each tab; the counts are whole.
InboxView read_inbox(Tx& tx, const Rules& rules, std::int64_t department);

namespace statements {
extern const std::vector<Statement> kDeskReads;
extern const std::vector<Statement> kWorkReads;
}  // namespace statements

}  // namespace firsthand::postgres
