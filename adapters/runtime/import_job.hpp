// SPDX-License-Identifier: Apache-2.0
// Works an import through, chunk after chunk: customers go through the door like everybody's, facts
// are written in sets. A chunk is committed with how far the run has come, so an import that was
// killed goes on behind its last chunk, and what was sent to the door twice is decided once (the
// event's key names the line). Holds one chunk at a time. On any executor; the database's work is
// done on the pool.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include "adapters/facts/line_reader.hpp"
#include "adapters/postgres/import_store.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/telephony/phone_number.hpp"
#include "engine/door.hpp"
#include "engine/rules.hpp"

namespace firsthand::runtime {

struct ImportParts {
  Door& door;
  postgres::Pool& pool;
  std::function<std::shared_ptr<const Rules>()> rules;
  telephony::NumberContext numbers;
};

/// done: worked through. failed: the file cannot be read as its mapping says; the run has ended.
/// elsewhere: somebody else has taken the run over. interrupted: the database is away; it goes on
/// when somebody asks again.
enum class ImportVerdict { done, failed, elsewhere, interrupted };

struct ImportResult {
  ImportVerdict verdict = ImportVerdict::done;
  std::string error;
};

boost::asio::awaitable<ImportResult> work_through(ImportParts parts, postgres::ImportRun run,
                                                  facts::Mapping mapping,
                                                  facts::LineReader::ReadPiece read_piece);

/// Size and checksum: whether two files are one.
std::string content_mark(const facts::LineReader::ReadPiece& read_piece);
/// Answers `text` piece by piece.
facts::LineReader::ReadPiece pieces_of(std::shared_ptr<const std::string> text);

}  // namespace firsthand::runtime
