// SPDX-License-Identifier: Apache-2.0
// The door's transaction over PostgreSQL: remember, load and lock, save; everything set-based. One
// object per transaction and thread. Throws what the connection throws; see failure_of().
#pragma once

#include <span>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "engine/apply.hpp"

namespace firsthand::postgres {

/// Ids in blocks, so that a decision makes ids without asking anybody. Belongs to one connection.
class IdBlocks {
 public:
  std::int64_t next_id(Tx& tx);
  std::int64_t next_case_serial(Tx& tx);

 private:
  std::vector<std::int64_t> ids_;
  std::vector<std::int64_t> serials_;
};

/// What a transaction saved that Redis keeps an order of: due times, who waits, who is idle.
struct Saved {
  std::vector<SlaClock> clocks;
  std::vector<Interaction> interactions;
  std::vector<Desk> desks;
};

class PgTx {
 public:
  PgTx(Tx& tx, IdBlocks& ids) : tx_(tx), ids_(ids) {}

  Instant now();
  std::vector<Remembered> remember(std::span<const Event> events);
  Docket load(const Wanted& wanted);
  void save(Docket& docket, std::span<const Event> events, std::span<const Outcome> outcomes);

  Saved take_saved() { return std::move(saved_); }

 private:
  std::vector<CustomerId> customers_of(const Wanted& wanted);
  void load_cases(World& world, const std::vector<CustomerId>& customers, const Wanted& wanted);
  void load_calls(World& world, const std::vector<CustomerId>& customers, const Wanted& wanted);
  void load_desks(World& world, const Wanted& wanted);

  Tx& tx_;
  IdBlocks& ids_;
  Saved saved_;
};

}  // namespace firsthand::postgres
