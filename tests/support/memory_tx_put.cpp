// SPDX-License-Identifier: Apache-2.0
// How each kind of row is kept, with what the schema demands of it.
#include <algorithm>

#include "engine/find.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::test {
namespace {

template <class Id>
std::string text(Id id) {
  return std::to_string(id.value);
}

/// The old rows with the new values; rows are never deleted.
template <class Row>
std::vector<Row> merged(const std::vector<Row>& old, const std::vector<Row>& fresh) {
  std::vector<Row> out = fresh;
  for (const Row& row : old) {
    const auto same = [&](const Row& other) { return other.id == row.id; };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(row);
  }
  std::sort(out.begin(), out.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  return out;
}

}  // namespace

void MemoryTx::put(const Customer& row) {
  Customer stored = row;
  const std::set<std::string> numbers{row.numbers.begin(), row.numbers.end()};
  if (const Customer* was = find(rows_.world_.customers, row.id)) {
    for (const auto& number : was->numbers)
      if (!numbers.contains(number)) unlink(rows_.customers_by_number_, number, row.id);
    if (was->merged_into) unlink(rows_.merged_under_, was->merged_into, row.id);
  }
  if (row.merged_into) link(rows_.merged_under_, row.merged_into, row.id);
  stored.numbers.assign(numbers.begin(), numbers.end());
  for (const auto& number : numbers) link(rows_.customers_by_number_, number, row.id);
  set(rows_.world_.customers, row.id, std::move(stored));
}

void MemoryTx::put(const Interaction& row) {
  auto& world = rows_.world_;
  check((row.state == InteractionState::ended) == row.ended_at.has_value(), "ended_has_time");
  check(world.customers.contains(row.customer), "interaction_customer_id_fkey");
  check_user(row.agent, "interaction_agent_id_fkey");
  check_user(row.owner, "interaction_owner_id_fkey");
  const Interaction* was = find(world.interactions, row.id);
  const auto channel = [](const Interaction& call) -> MaybeKey {
    if (call.pbx_channel.empty()) return std::nullopt;
    return call.pbx + "|" + call.pbx_channel;
  };
  claim("interaction_channel", was ? channel(*was) : std::nullopt, channel(row), row.id.value);
  if (!row.pbx_channel.empty()) set(rows_.by_channel_, std::pair{row.pbx, row.pbx_channel}, row.id);
  if (was && was->customer != row.customer)
    unlink(rows_.live_interactions_of_, was->customer, row.id);
  if (row.state == InteractionState::ended) {
    unlink(rows_.live_interactions_of_, row.customer, row.id);
  } else {
    link(rows_.live_interactions_of_, row.customer, row.id);
  }
  if (was && was->customer != row.customer) unlink(rows_.given_up_of_, was->customer, row.id);
  if (row.outcome == "abandoned") {
    link(rows_.given_up_of_, row.customer, row.id);
  } else {
    unlink(rows_.given_up_of_, row.customer, row.id);
  }
  keep(rows_.live_interactions_, row.id, row.state != InteractionState::ended);
  set(world.interactions, row.id, row);
}

void MemoryTx::put(const Offer& row) {
  auto& world = rows_.world_;
  check(world.interactions.contains(row.interaction), "offer_interaction_id_fkey");
  check(rows_.users_.contains(row.agent), "offer_agent_id_fkey");
  const Offer* was = find(world.offers, row.id);
  const bool open = row.state == OfferState::open;
  const auto key = [](const Offer& offer, auto member) -> MaybeKey {
    if (offer.state != OfferState::open) return std::nullopt;
    return text(offer.*member);
  };
  claim("offer_one_per_interaction", was ? key(*was, &Offer::interaction) : std::nullopt,
        key(row, &Offer::interaction), row.id.value);
  claim("offer_one_per_agent", was ? key(*was, &Offer::agent) : std::nullopt,
        key(row, &Offer::agent), row.id.value);
  if (open) {
    link(rows_.open_offers_of_, row.interaction, row.id);
  } else {
    unlink(rows_.open_offers_of_, row.interaction, row.id);
  }
  keep(rows_.open_offers_, row.id, open);
  set(world.offers, row.id, row);
}

void MemoryTx::put(const Transfer& row) {
  check(rows_.world_.interactions.contains(row.interaction), "transfer_interaction_id_fkey");
  check(rows_.users_.contains(row.from), "transfer_from_id_fkey");
  check_user(row.to, "transfer_to_id_fkey");
  check(row.live() != row.ended_at.has_value(), "ended_transfer_has_time");
  check(!row.to == !row.queue.empty(), "transfer_leads_somewhere");
  const Transfer* was = find(rows_.world_.transfers, row.id);
  const auto key = [](const Transfer& one) -> MaybeKey {
    if (!one.live()) return std::nullopt;
    return text(one.interaction);
  };
  claim("transfer_one_live", was ? key(*was) : std::nullopt, key(row), row.id.value);
  if (row.live()) {
    link(rows_.live_transfers_of_, row.interaction, row.id);
  } else {
    unlink(rows_.live_transfers_of_, row.interaction, row.id);
  }
  set(rows_.world_.transfers, row.id, row);
}

void MemoryTx::put(const Listening& row) {
  check(rows_.world_.interactions.contains(row.interaction), "listening_interaction_id_fkey");
  for (const UserId who : {row.agent, row.listener})
    check(rows_.users_.contains(who), "listening_user_fkey");
  const Listening* was = find(rows_.world_.listenings, row.id);
  const auto key = [](const Listening& one) -> MaybeKey {
    if (one.ended_at) return std::nullopt;
    return text(one.listener);
  };
  claim("listening_one_live", was ? key(*was) : std::nullopt, key(row), row.id.value);
  set(rows_.world_.listenings, row.id, row);
}

void MemoryTx::put(const Recording& row) {
  check(rows_.world_.interactions.contains(row.interaction), "recording_interaction_id_fkey");
  check_user(row.agent, "recording_agent_id_fkey");
  check_user(row.paused_by, "recording_paused_by_id_fkey");
  check(row.live() != row.ended_at.has_value(), "ended_recording_has_time");
  check((row.state == RecordingState::deleted) == row.deleted_at.has_value(),
        "deleted_recording_has_time");
  check(row.state != RecordingState::kept || (!row.sha256.empty() && row.keep_until),
        "kept_recording_has_digest");
  check(row.keep_days >= 1 && row.keep_days <= 3650, "recording_keep_days_check");
  const Recording* was = find(rows_.world_.recordings, row.id);
  const auto live = [](const Recording& one) -> MaybeKey {
    if (!one.live()) return std::nullopt;
    return text(one.interaction);
  };
  const auto part = [](const Recording& one) -> MaybeKey {
    return text(one.interaction) + "#" + std::to_string(one.part);
  };
  claim("recording_one_live", was ? live(*was) : std::nullopt, live(row), row.id.value);
  claim("recording_part_once", was ? part(*was) : std::nullopt, part(row), row.id.value);
  link(rows_.recordings_of_, row.interaction, row.id);
  set(rows_.world_.recordings, row.id, row);
}

void MemoryTx::put(const Desk& row) {
  check(rows_.users_.contains(row.user), "desk_user_id_fkey");
  set(rows_.world_.desks, row.user, row);
}

void MemoryTx::put_dispatches(const CaseFile& file, bool live) {
  const CaseFile* was = find(rows_.world_.cases, file.facts.id);
  for (const auto& row : file.dispatches) {
    if (row.live() != live) continue;
    check(rows_.departments_.contains(row.department), "dispatch_department_id_fkey");
    check_department(row.suggested_department, "dispatch_suggested_department_id_fkey");
    for (const UserId who : {row.by, row.accepted_by, row.ended_by})
      check_user(who, "dispatch_user_fkey");
    const Dispatch* old = nullptr;
    if (was) {
      for (const auto& other : was->dispatches)
        if (other.id == row.id) old = &other;
    }
    const auto key = [](const Dispatch& dispatch) -> MaybeKey {
      if (!dispatch.live()) return std::nullopt;
      return text(dispatch.case_id);
    };
    claim("dispatch_one_live", old ? key(*old) : std::nullopt, key(row), row.id.value);
    set(rows_.case_of_dispatch_, row.id, file.facts.id);
  }
}

void MemoryTx::put(const CaseFile& file) {
  auto& world = rows_.world_;
  const Case& c = file.facts;
  check(rows_.users_.contains(c.owner), "case_file_owner_id_fkey");
  check(world.customers.contains(c.customer), "case_file_customer_id_fkey");
  check_user(c.handler, "case_file_handler_user_id_fkey");
  check_user(c.hand_over_to, "case_file_hand_over_to_fkey");
  check_department(c.department, "case_file_department_id_fkey");
  check(c.severity >= 1 && c.severity <= 4, "case_file_severity_check");
  check(c.escalation_level >= 0 && c.escalation_level <= 3, "case_file_escalation_level_check");
  check(c.live() || c.told_at || !c.told_how.empty(), "resolved_was_told");
  check((c.state == CaseState::closed) == c.closed_at.has_value(), "closed_has_time");
  const CaseFile* was = find(world.cases, c.id);
  claim("case_file_number_key", was ? MaybeKey{was->facts.number} : std::nullopt, c.number,
        c.id.value);
  const auto token = [](const Case& facts) -> MaybeKey {
    if (facts.public_token.empty()) return std::nullopt;
    return facts.public_token;
  };
  claim("case_public_token", was ? token(was->facts) : std::nullopt, token(c), c.id.value);
  put_dispatches(file, false);
  put_dispatches(file, true);
  CaseFile stored = file;
  if (was) {
    for (const auto& clock : file.clocks) {
      for (const auto& old : was->clocks) {
        if (old.id == clock.id)
          check(!old.breached_at || old.breached_at == clock.breached_at, "breached_at");
      }
    }
    stored.dispatches = merged(was->dispatches, file.dispatches);
    stored.clocks = merged(was->clocks, file.clocks);
    stored.pauses = merged(was->pauses, file.pauses);
    stored.alerts = merged(was->alerts, file.alerts);
    // What the event was not about was not loaded.
    if (!file.complaint) stored.complaint = was->complaint;
    stored.compensations = merged(was->compensations, file.compensations);
  }
  for (const auto& row : stored.compensations) {
    check(row.amount_cents > 0, "compensation_amount_cents_check");
    const bool decided =
        row.state == CompensationState::approved || row.state == CompensationState::refused;
    check(!decided || row.decided_by != row.proposed_by, "second_person");
    if (!rows_.case_of_compensation_.contains(row.id))
      set(rows_.case_of_compensation_, row.id, c.id);
  }
  const auto open = [](const ClockPause& pause) { return !pause.until; };
  check(std::count_if(stored.pauses.begin(), stored.pauses.end(), open) <= 1,
        "clock_pause_one_open");
  for (const auto& pause : stored.pauses) check_user(pause.by, "clock_pause_by_user_id_fkey");
  keep(rows_.paused_cases_, c.id, std::any_of(stored.pauses.begin(), stored.pauses.end(), open));
  if (was) {
    for (const auto& clock : was->clocks)
      if (clock.fire_at) keep(rows_.armed_, {*clock.fire_at, clock.id}, false);
  }
  for (const auto& clock : stored.clocks) {
    if (clock.fire_at) keep(rows_.armed_, {*clock.fire_at, clock.id}, true);
    if (!rows_.case_of_clock_.contains(clock.id)) set(rows_.case_of_clock_, clock.id, c.id);
  }
  for (const auto& alert : stored.alerts) {
    if (rows_.case_of_alert_.contains(alert.id)) continue;
    check(rows_.users_.contains(alert.recipient), "alert_recipient_id_fkey");
    check(rows_.case_of_clock_.contains(alert.clock), "alert_clock_id_fkey");
    claim("alert_once", std::nullopt,
          text(alert.clock) + "|" + std::to_string(alert.cycle) + "|" + alert.step + "|" +
              text(alert.recipient),
          alert.id.value);
    set(rows_.case_of_alert_, alert.id, c.id);
  }
  if (was && was->facts.customer != c.customer) unlink(rows_.cases_of_, was->facts.customer, c.id);
  const auto hands = [](const Case& one) {
    return std::tuple{one.owner, one.handler, one.hand_over_to, one.state == CaseState::closed};
  };
  if (c.state != CaseState::closed && (!was || hands(was->facts) != hands(c)))
    check_here({c.owner, c.handler, c.hand_over_to});
  link(rows_.cases_of_, c.customer, c.id);
  set(world.cases, c.id, std::move(stored));
}

void MemoryTx::put(const Callback& row) {
  auto& world = rows_.world_;
  check(!row.case_id || world.cases.contains(row.case_id), "callback_case_id_fkey");
  check(world.customers.contains(row.customer), "callback_customer_id_fkey");
  check_user(row.user, "callback_user_id_fkey");
  check_department(row.department, "callback_department_id_fkey");
  const Callback* was = find(world.callbacks, row.id);
  const auto key = [](const Callback& promise) -> MaybeKey {
    if (promise.state != CallbackState::open) return std::nullopt;
    return text(promise.customer) + "|" + text(promise.case_id) + "|" +
           (promise.kind == CallbackKind::follow_up ? "f" : "p");
  };
  const bool was_open = was && was->state == CallbackState::open;
  if (row.state == CallbackState::open && (!was_open || was->user != row.user))
    check_here({row.user});
  claim("callback_one_live", was ? key(*was) : std::nullopt, key(row), row.id.value);
  if (was && was->customer != row.customer) unlink(rows_.callbacks_of_, was->customer, row.id);
  link(rows_.callbacks_of_, row.customer, row.id);
  set(world.callbacks, row.id, row);
}

void MemoryTx::check_clock_references(const Clockwork& works) {
  for (const auto& clock : works.clocks) {
    check(!clock.callback || rows_.world_.callbacks.contains(clock.callback),
          "sla_clock_callback_id_fkey");
    check(!clock.dispatch || rows_.case_of_dispatch_.contains(clock.dispatch),
          "sla_clock_dispatch_id_fkey");
  }
}

Clockwork MemoryTx::put_clockwork(const Clockwork* was, const Clockwork& works,
                                  std::pair<CustomerId, ReviewActionId> matter) {
  Clockwork stored = works;
  if (was) {
    for (const auto& clock : works.clocks) {
      for (const auto& old : was->clocks) {
        if (old.id == clock.id)
          check(!old.breached_at || old.breached_at == clock.breached_at, "breached_at");
      }
    }
    for (const auto& clock : was->clocks)
      if (clock.fire_at) keep(rows_.armed_, {*clock.fire_at, clock.id}, false);
    stored.clocks = merged(was->clocks, works.clocks);
    stored.alerts = merged(was->alerts, works.alerts);
  }
  for (const auto& clock : stored.clocks) {
    const int hangs_on =
        (clock.case_id ? 1 : 0) + (clock.customer ? 1 : 0) + (clock.review_action ? 1 : 0);
    check(hangs_on == 1, "clock_hangs_on_one");
    if (clock.fire_at) keep(rows_.armed_, {*clock.fire_at, clock.id}, true);
    if (!rows_.matter_of_clock_.contains(clock.id)) set(rows_.matter_of_clock_, clock.id, matter);
  }
  for (const auto& alert : stored.alerts) {
    if (rows_.matter_of_alert_.contains(alert.id)) continue;
    check(rows_.users_.contains(alert.recipient), "alert_recipient_id_fkey");
    check(rows_.matter_of_clock_.contains(alert.clock), "alert_clock_id_fkey");
    claim("alert_once", std::nullopt,
          text(alert.clock) + "|" + std::to_string(alert.cycle) + "|" + alert.step + "|" +
              text(alert.recipient),
          alert.id.value);
    set(rows_.matter_of_alert_, alert.id, matter);
  }
  check_clock_references(stored);
  return stored;
}

void MemoryTx::put(CustomerId id, const Clockwork& works) {
  check(rows_.world_.customers.contains(id), "sla_clock_customer_id_fkey");
  const Clockwork* was = find(rows_.world_.customer_clocks, id);
  set(rows_.world_.customer_clocks, id, put_clockwork(was, works, {id, {}}));
}

void MemoryTx::put(const ReviewActionFile& file) {
  const ReviewAction& action = file.facts;
  check(action.assignee || action.department, "somebody_does_it");
  check((action.state == ReviewActionState::open) == !action.ended_at, "ended_action_has_time");
  for (const UserId who : {action.assignee, action.by, action.ended_by})
    check_user(who, "review_action_user_fkey");
  check_department(action.department, "review_action_department_id_fkey");
  check(!action.case_id || rows_.world_.cases.contains(action.case_id),
        "review_action_case_id_fkey");
  const ReviewActionFile* was = find(rows_.world_.review_actions, action.id);
  if (action.state == ReviewActionState::open && (!was || was->facts.assignee != action.assignee))
    check_here({action.assignee});
  ReviewActionFile stored;
  static_cast<Clockwork&>(stored) = put_clockwork(was, file, {{}, action.id});
  stored.facts = action;
  set(rows_.world_.review_actions, action.id, std::move(stored));
}

void MemoryTx::put(const Account& row) {
  check(rows_.world_.customers.contains(row.customer), "account_customer_id_fkey");
  check((row.state == AccountState::held) == static_cast<bool>(row.owner), "held_has_owner");
  for (const UserId who :
       {row.owner, row.previous_owner, row.developer, row.entered_by, row.entered_for})
    check_user(who, "account_user_fkey");
  const Account* was = find(rows_.world_.accounts, row.customer);
  if (!was || was->owner != row.owner) check_here({row.owner});
  set(rows_.world_.accounts, row.customer, row);
}

void MemoryTx::put(const CompanyRole& row) {
  const auto& people = rows_.world_.customers;
  check(row.company != row.person, "company_is_not_person");
  check(people.contains(row.company), "company_role_company_id_fkey");
  check(people.contains(row.person), "company_role_person_id_fkey");
  const CompanyRole* was = find(rows_.world_.company_roles, row.id);
  const auto key = [](const CompanyRole& one) -> MaybeKey {
    if (one.until) return std::nullopt;
    return text(one.company) + "|" + text(one.person) + "|" +
           std::to_string(static_cast<int>(one.role));
  };
  claim("company_role_once", was ? key(*was) : std::nullopt, key(row), row.id.value);
  set(rows_.world_.company_roles, row.id, row);
}

void MemoryTx::put(const Relationship& row) {
  const auto& people = rows_.world_.customers;
  check(row.customer != row.other, "relationship_of_two");
  check(people.contains(row.customer), "relationship_customer_id_fkey");
  check(people.contains(row.other), "relationship_other_id_fkey");
  const Relationship* was = find(rows_.world_.relationships, row.id);
  const auto key = [](const Relationship& one) -> MaybeKey {
    if (one.until) return std::nullopt;
    return text(one.customer) + "|" + text(one.other) + "|" +
           std::to_string(static_cast<int>(one.kind));
  };
  claim("relationship_once", was ? key(*was) : std::nullopt, key(row), row.id.value);
  set(rows_.world_.relationships, row.id, row);
}

void MemoryTx::put(const CustomerMerge& row) {
  check(row.kept != row.gone, "merge_of_two");
  const CustomerMerge* was = find(rows_.world_.merges, row.id);
  const auto key = [](const CustomerMerge& one) -> MaybeKey {
    if (one.undone_at) return std::nullopt;
    return text(one.gone);
  };
  claim("customer_merge_one_live", was ? key(*was) : std::nullopt, key(row), row.id.value);
  set(rows_.world_.merges, row.id, row);
}

void MemoryTx::check_nothing_left(UserId user) const {
  const World& world = rows_.world_;
  for (const auto& [id, file] : world.cases)
    check(file.facts.owner != user || file.facts.state == CaseState::closed, "nobody_is_orphaned");
  for (const auto& [id, promise] : world.callbacks)
    check(promise.user != user || promise.state != CallbackState::open, "nobody_is_orphaned");
  for (const auto& [id, account] : world.accounts)
    check(account.owner != user, "nobody_is_orphaned");
  for (const auto& [id, action] : world.review_actions) {
    check(action.facts.assignee != user || action.facts.state != ReviewActionState::open,
          "nobody_is_orphaned");
  }
}

void MemoryTx::append(const Written& written) {
  const auto add = [this](auto& table, const auto& rows) {
    if (rows.empty()) return;
    undo_.push_back([&table, size = table.size()] {
      table.erase(table.begin() + static_cast<std::ptrdiff_t>(size), table.end());
    });
    table.insert(table.end(), rows.begin(), rows.end());
  };
  for (const auto& entry : written.ownership) {
    check(rows_.users_.contains(entry.owner), "ownership_entry_owner_id_fkey");
    check_user(entry.previous_owner, "ownership_entry_previous_owner_id_fkey");
    check_user(entry.by, "ownership_entry_by_user_id_fkey");
    check(rows_.world_.cases.contains(entry.case_id), "ownership_entry_case_id_fkey");
  }
  for (const auto& attempt : written.attempts) {
    check(rows_.world_.callbacks.contains(attempt.callback), "callback_attempt_callback_id_fkey");
    check_user(attempt.by, "callback_attempt_by_user_id_fkey");
  }
  add(rows_.written_.ownership, written.ownership);
  add(rows_.written_.attempts, written.attempts);
  add(rows_.written_.history, written.history);
  std::vector<Effect> effects;
  for (const auto& effect : written.effects) {
    // The outbox does nothing on a key it has.
    if (rows_.unique_.contains({"outbox_key_key", effect.key})) continue;
    claim("outbox_key_key", std::nullopt, effect.key, effect.id);
    effects.push_back(effect);
  }
  add(rows_.written_.effects, effects);
  add(rows_.written_.feed, written.feed);
  add(rows_.written_.account_entries, written.account_entries);
  add(rows_.written_.tier_scores, written.tier_scores);
  add(rows_.written_.departed, written.departed);
  for (const auto& departure : written.departed) check_nothing_left(departure.user);
}

}  // namespace firsthand::test
