// SPDX-License-Identifier: Apache-2.0
// The door's transaction over PostgreSQL: remember, load and lock, save; everything set-based. One
// object per transaction and thread. Throws what the connection throws; see failure_of().
#pragma once

#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "engine/apply.hpp"

namespace firsthand::postgres {

/// Ids in blocks, so that a decision makes ids without asking anybody. Shared by the connections of
/// a node, and thrown away when another node has taken newer ones, so that what one case or call
/// meets has rising ids whoever writes it: commands to a PBX are carried out in their order.
/// Thread-safe.
class IdBlocks {
 public:
  /// The newest id that anybody was given, asked for behind the locks of what is decided on.
  void heard(std::int64_t newest);
  std::int64_t next_id(Tx& tx);
  std::int64_t next_case_serial(Tx& tx);

 private:
  std::mutex mutex_;
  std::vector<std::int64_t> ids_;
  std::int64_t newest_ = 0;  ///< of those we were given
  std::vector<std::int64_t> serials_;
};

struct SavedClock {
  ClockId id;
  std::int64_t version = 0;
  std::optional<Instant> fire_at;
};

/// What a transaction saved that Redis keeps an order of: due times, who waits, who is idle.
struct Saved {
  std::int64_t mark = 0;  ///< the transaction's own number
  std::vector<SavedClock> clocks;
  std::vector<Interaction> interactions;
  std::vector<Desk> desks;
  std::set<EffectKind> effects;  ///< what was left to be done outside
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
  /// The customers of whom everything that lives is loaded.
  std::set<CustomerId> customers_of(const Wanted& wanted);
  void load_customers(World& world, const std::set<CustomerId>& customers);
  void lock_cases(World& world, const std::set<CaseId>& ids);
  void load_cases(World& world, const std::set<CustomerId>& customers, const Wanted& wanted,
                  std::set<CaseId> case_ids);
  /// Of cases whose clocks fire: see Wanted::only_firings().
  void load_fired(World& world, const std::set<CaseId>& cases, const Wanted& wanted);
  void load_calls(World& world, const std::set<CustomerId>& customers, const Wanted& wanted);
  /// Listenings that are named or go on; the calls they are of are wanted then.
  void load_listenings(World& world, Wanted& wanted);
  /// Review actions, and the clocks of customers and of review actions.
  void load_clockwork(World& world, const std::set<CustomerId>& customers, const Wanted& wanted,
                      std::set<ReviewActionId> actions);
  /// Accounts; and what few events ask for: complaint records, what is between customers, claims.
  void load_records(World& world, const std::set<CustomerId>& customers, const Wanted& wanted);
  void load_desks(World& world, const Wanted& wanted);

  Tx& tx_;
  IdBlocks& ids_;
  std::int64_t xid_ = 0;
  Saved saved_;
};

}  // namespace firsthand::postgres
