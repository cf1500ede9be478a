// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/pbx_outbox.hpp"

#include <algorithm>

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;

// Materialized: see delivery_room.cpp.
constexpr postgres::Statement kClaim{
    "pbx_claim",
    "with due as materialized ("
    "select id from outbox where kind = 'pbx' and done_at is null and next_try_at <= "
    "statement_timestamp() and coalesce(payload->>'pbx', '') in ($1, '') "
    "order by id limit $2 for update skip locked) "
    "update outbox o set tries = o.tries + 1, "
    "next_try_at = clock_timestamp() + interval '5 seconds' "
    "from due where o.id = due.id returning o.id, o.key, o.payload, o.tries"};
constexpr postgres::Statement kDone{"pbx_done",
                                    "update outbox set done_at = clock_timestamp(), outcome = $2 "
                                    "where id = $1 and done_at is null"};

constexpr postgres::Statement kGoesOn{
    "pbx_goes_on", "update outbox set tries = 1 where id = $1 and done_at is null"};

}  // namespace

awaitable<std::vector<PbxOutbox::Command>> PbxOutbox::claim() {
  auto work = [this](postgres::Connection& connection) {
    std::vector<Command> commands;
    postgres::Tx tx{connection};
    for (const auto& row : tx.exec(kClaim, pbx_, static_cast<std::int64_t>(kBatch))) {
      Command command;
      postgres::Columns(row) >> command.id >> command.key >> command.payload >> command.tries;
      commands.push_back(std::move(command));
    }
    tx.commit();
    std::sort(commands.begin(), commands.end(),
              [](const Command& a, const Command& b) { return a.id < b.id; });
    return commands;
  };
  auto claimed = co_await postgres::run(pool_, work);
  if (!claimed) co_return std::vector<Command>{};
  co_return std::move(*claimed);
}

void PbxOutbox::mark(std::int64_t id, const std::string& outcome) {
  auto work = [id, outcome](postgres::Connection& connection) {
    postgres::Tx tx{connection};
    tx.exec(kDone, id, outcome);
    tx.commit();
  };
  pool_.submit(work, [](const postgres::Failure&) {});
}

void PbxOutbox::goes_on(std::int64_t id) {
  auto work = [id](postgres::Connection& connection) {
    postgres::Tx tx{connection};
    tx.exec(kGoesOn, id);
    tx.commit();
  };
  pool_.submit(work, [](const postgres::Failure&) {});
}

}  // namespace firsthand::runtime
