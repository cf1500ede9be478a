// SPDX-License-Identifier: Apache-2.0
// To whom a call can be transferred: colleagues with their presence, queues with who waits in them.
// Called on a pool thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

struct ColleagueView {
  UserRef user;
  std::string presence, reason, extension;
  std::vector<std::string> skills, languages;
  OptionalStamp since;
  bool can_be_rung = false;
};
BOOST_DESCRIBE_STRUCT(ColleagueView, (),
                      (user, presence, reason, extension, skills, languages, since, can_be_rung))

struct TransferQueueView {
  std::string code, name_zh, name_en;
  std::int64_t waiting = 0, ready = 0;  ///< who could take a call of it now
  bool closed = false;                  ///< outside its opening hours nothing is transferred to it
  OptionalStamp opens_at;               ///< when it is closed and known to open
};
BOOST_DESCRIBE_STRUCT(TransferQueueView, (),
                      (code, name_zh, name_en, waiting, ready, closed, opens_at))

struct TransferTargetsView {
  std::vector<ColleagueView> colleagues;  ///< who can be rung first, then by name
  std::vector<TransferQueueView> queues;
};
BOOST_DESCRIBE_STRUCT(TransferTargetsView, (), (colleagues, queues))

/// For `user`, who is none of them; hours as they are at `now`.
TransferTargetsView read_transfer_targets(Tx& tx, const Rules& rules, std::int64_t user,
                                          Instant now);

namespace statements {
extern const std::vector<Statement> kTransferReads;
}

}  // namespace firsthand::postgres
