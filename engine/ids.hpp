// SPDX-License-Identifier: Apache-2.0
// Strong identifiers: a case id is not a customer id. Zero means "none", so a model can be
// compared, copied and written to SQL without optional wrappers.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace firsthand {

template <class Tag>
struct Id {
  std::int64_t value = 0;

  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using UserId = Id<struct UserTag>;
using DepartmentId = Id<struct DepartmentTag>;
using CustomerId = Id<struct CustomerTag>;
using InteractionId = Id<struct InteractionTag>;
using OfferId = Id<struct OfferTag>;
using TransferId = Id<struct TransferTag>;
using ListeningId = Id<struct ListeningTag>;
using RecordingId = Id<struct RecordingTag>;
using CaseId = Id<struct CaseTag>;
using DispatchId = Id<struct DispatchTag>;
using CallbackId = Id<struct CallbackTag>;
using ClockId = Id<struct ClockTag>;
using PauseId = Id<struct PauseTag>;
using AlertId = Id<struct AlertTag>;
using CompensationId = Id<struct CompensationTag>;
using ReviewActionId = Id<struct ReviewActionTag>;
using CompanyRoleId = Id<struct CompanyRoleTag>;
using RelationshipId = Id<struct RelationshipTag>;
using MergeId = Id<struct MergeTag>;

}  // namespace firsthand

template <class Tag>
struct std::hash<firsthand::Id<Tag>> {
  std::size_t operator()(firsthand::Id<Tag> id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};
