// SPDX-License-Identifier: Apache-2.0
// How calls, their offers and the desks are kept, with what the schema demands of them.
#include "engine/find.hpp"
#include "tests/support/memory_tx.hpp"

namespace firsthand::test {

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
    return std::to_string((offer.*member).value);
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
    return std::to_string(one.interaction.value);
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
    return std::to_string(one.listener.value);
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
    return std::to_string(one.interaction.value);
  };
  const auto part = [](const Recording& one) -> MaybeKey {
    return std::to_string(one.interaction.value) + "#" + std::to_string(one.part);
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

}  // namespace firsthand::test
