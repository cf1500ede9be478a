// SPDX-License-Identifier: Apache-2.0
// Works an import through, chunk after chunk: customers go through the door like everybody's, facts
// are written in sets. A chunk is committed with how far the run has come, so an import that was
// killed goes on behind its last chunk, and what was sent to the door twice is decided once (the
// event's key names the line). Holds one chunk at a time. On any executor; the database's work is
// done on the pool.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "adapters/facts/line_reader.hpp"
#include "adapters/postgres/import_store.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/runtime/rules_source.hpp"
#include "adapters/telephony/phone_number.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

/// The database may be away for a while: so often, and with such a rest, a chunk is tried.
inline constexpr int kTriesMax = 30;
inline constexpr std::chrono::seconds kBeforeAnotherTry{1};
/// Files and texts are read so many bytes at a time.
inline constexpr std::size_t kPiece = 64 * 1024;

struct ImportParts {
  Door& door;
  postgres::Pool& pool;
  RulesSource rules;
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
