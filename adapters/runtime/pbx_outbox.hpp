// SPDX-License-Identifier: Apache-2.0
// Commands to telephone systems that decisions left in the outbox: claimed after commit, in order,
// again when nothing was heard of them, and marked with what became of them. Each engine takes
// those of its own PBX and those that name none. claim() on one executor; mark() from any thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "adapters/postgres/pool.hpp"

namespace firsthand::runtime {

class PbxOutbox {
 public:
  static constexpr std::size_t kBatch = 64;
  struct Command {
    std::int64_t id = 0;
    std::string key;
    std::string payload;
    int tries = 0;
    /// A command is worth sending for as long as its call may still be there.
    bool given_up() const { return tries > 6; }
  };

  PbxOutbox(postgres::Pool& pool, std::string pbx) : pool_(pool), pbx_(std::move(pbx)) {}

  /// At most kBatch; none while PostgreSQL is away. What is not marked comes again after 5 s.
  boost::asio::awaitable<std::vector<Command>> claim();
  /// Not marked means sent again: the commands' ids make that harmless.
  void mark(std::int64_t id, const std::string& outcome);
  /// It is being carried out, for longer than the wait for an answer: asking again is no new try.
  void goes_on(std::int64_t id);

 private:
  postgres::Pool& pool_;
  const std::string pbx_;
};

}  // namespace firsthand::runtime
