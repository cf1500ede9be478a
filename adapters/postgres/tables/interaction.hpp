// SPDX-License-Identifier: Apache-2.0
// The columns of interactions, offers, transfers, listenings and desks.
#pragma once

#include "adapters/postgres/table.hpp"
#include "engine/model/interaction.hpp"

namespace firsthand::postgres {

template <>
struct Table<Interaction> {
  static constexpr const char* name = "interaction";
  static auto fields() {
    using I = Interaction;
    return std::tuple{Field{"id", "bigint", &I::id},
                      Field{"channel", "text", &I::channel},
                      Field{"direction", "text", &I::direction},
                      Field{"state", "text", &I::state},
                      Field{"outcome", "text", &I::outcome},
                      Field{"customer_id", "bigint", &I::customer},
                      Field{"case_id", "bigint", &I::case_id},
                      Field{"callback_id", "bigint", &I::callback},
                      Field{"number", "text", &I::number},
                      Field{"dialled", "text", &I::dialled},
                      Field{"queue_code", "text", &I::queue},
                      Field{"agent_id", "bigint", &I::agent},
                      Field{"owner_id", "bigint", &I::owner},
                      Field{"enqueued_at", "timestamptz", &I::enqueued_at},
                      Field{"place_at", "timestamptz", &I::place_at},
                      Field{"virtual_hold", "boolean", &I::virtual_hold},
                      Field{"requeued_at", "timestamptz", &I::requeued_at},
                      Field{"answered_at", "timestamptz", &I::answered_at},
                      Field{"ended_at", "timestamptz", &I::ended_at},
                      Field{"pbx_id", "text", &I::pbx},
                      Field{"channel_id", "text", &I::pbx_channel},
                      Field{"leg_id", "text", &I::leg},
                      Field{"observed", "boolean", &I::observed},
                      Field{"version", "bigint", &I::version}};
  }
};

template <>
struct Table<Offer> {
  static constexpr const char* name = "offer";
  static auto fields() {
    using O = Offer;
    return std::tuple{Field{"id", "bigint", &O::id},
                      Field{"interaction_id", "bigint", &O::interaction},
                      Field{"agent_id", "bigint", &O::agent},
                      Field{"token", "text", &O::token},
                      Field{"leg_id", "text", &O::leg},
                      Field{"reason", "text", &O::reason},
                      Field{"state", "text", &O::state},
                      Field{"offered_at", "timestamptz", &O::offered_at},
                      Field{"expires_at", "timestamptz", &O::expires_at},
                      Field{"ended_at", "timestamptz", &O::ended_at}};
  }
};

template <>
struct Table<Transfer> {
  static constexpr const char* name = "transfer";
  static auto fields() {
    using T = Transfer;
    return std::tuple{Field{"id", "bigint", &T::id},
                      Field{"interaction_id", "bigint", &T::interaction},
                      Field{"from_id", "bigint", &T::from},
                      Field{"to_id", "bigint", &T::to},
                      Field{"queue_code", "text", &T::queue},
                      Field{"how", "text", &T::how},
                      Field{"state", "text", &T::state},
                      Field{"note", "text", &T::note},
                      Field{"offer_id", "bigint", &T::offer},
                      Field{"leg_id", "text", &T::leg},
                      Field{"return_token", "text", &T::return_token},
                      Field{"began_at", "timestamptz", &T::began_at},
                      Field{"ended_at", "timestamptz", &T::ended_at},
                      Field{"ended_why", "text", &T::ended_why}};
  }
};

template <>
struct Table<Listening> {
  static constexpr const char* name = "listening";
  static auto fields() {
    using L = Listening;
    return std::tuple{Field{"id", "bigint", &L::id},
                      Field{"interaction_id", "bigint", &L::interaction},
                      Field{"agent_id", "bigint", &L::agent},
                      Field{"listener_id", "bigint", &L::listener},
                      Field{"mode", "text", &L::mode},
                      Field{"leg_id", "text", &L::leg},
                      Field{"began_at", "timestamptz", &L::began_at},
                      Field{"answered_at", "timestamptz", &L::answered_at},
                      Field{"ended_at", "timestamptz", &L::ended_at}};
  }
};

template <>
struct Table<Desk> {
  static constexpr const char* name = "desk";
  static auto fields() {
    using D = Desk;
    return std::tuple{Field{"user_id", "bigint", &D::user},
                      Field{"presence", "text", &D::presence},
                      Field{"reason", "text", &D::reason},
                      Field{"since", "timestamptz", &D::since},
                      Field{"idle_since", "timestamptz", &D::idle_since},
                      Field{"came_at", "timestamptz", &D::came_at},
                      Field{"wrap_up_until", "timestamptz", &D::wrap_up_until},
                      Field{"wrap_up_limit", "timestamptz", &D::wrap_up_limit},
                      Field{"interaction_id", "bigint", &D::interaction},
                      Field{"in_hand", "integer", &D::in_hand},
                      Field{"misses", "integer", &D::misses},
                      Field{"lease_until", "timestamptz", &D::lease_until},
                      Field{"version", "bigint", &D::version}};
  }
};

}  // namespace firsthand::postgres
