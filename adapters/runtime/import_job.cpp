// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/import_job.hpp"

#include <algorithm>
#include <boost/crc.hpp>
#include <set>

#include "adapters/facts/lines.hpp"
#include "adapters/runtime/import_customers.hpp"
#include "adapters/runtime/rest.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
using facts::Line;
using facts::Mistake;
using postgres::ImportedChunk;
using postgres::ImportRun;
using postgres::LineRefusal;

constexpr std::size_t kFactsAtOnce = 1000;
constexpr std::size_t kCustomersAtOnce = 256;

class ImportJob {
 public:
  ImportJob(ImportParts parts, ImportRun run, facts::Mapping mapping,
            facts::LineReader::ReadPiece read_piece)
      : parts_(std::move(parts)),
        run_(std::move(run)),
        kind_(*from_word<facts::FileKind>(run_.kind)),
        reader_(std::move(mapping), kind_, std::move(read_piece)),
        currency_(parts_.rules()->book.complaints.currency) {}

  awaitable<ImportResult> run() {
    if (auto opened = reader_.open(); !opened) {
      const std::string error = opened.error().text();
      co_await end(error);
      co_return ImportResult{ImportVerdict::failed, error};
    }
    for (std::vector<Line> lines = next_lines(); !lines.empty(); lines = next_lines()) {
      const auto verdict = co_await chunk(std::move(lines));
      if (verdict != ImportVerdict::done) co_return ImportResult{verdict, ""};
    }
    ImportResult result = co_await tell_and_end();
    co_return result;
  }

 private:
  /// Up to a chunk; it ends before a line that names again what is in it, so that what a line finds
  /// never depends on where a chunk begins.
  std::vector<Line> next_lines() {
    std::vector<Line> lines;
    std::set<std::string, std::less<>> named;
    const std::size_t most = kind_ == facts::FileKind::facts ? kFactsAtOnce : kCustomersAtOnce;
    while (lines.size() < most) {
      if (!ahead_) ahead_ = reader_.next();
      if (!ahead_) break;
      if (ahead_->number <= run_.last_line) {
        ahead_.reset();
        continue;
      }
      const auto names = names_of(*ahead_);
      if (std::any_of(names.begin(), names.end(),
                      [&](const std::string& name) { return named.contains(name); }))
        break;
      named.insert(names.begin(), names.end());
      lines.push_back(std::move(*ahead_));
      ahead_.reset();
    }
    return lines;
  }

  std::vector<std::string> names_of(const Line& line) const {
    if (line.mistake) return {};
    if (kind_ == facts::FileKind::facts) return {line.at("kind") + "\n" + line.at("external_id")};
    std::vector<std::string> names{"\n" + line.at("external_id")};
    for (const auto& phone : telephony::parse_phones(line.at("numbers"), parts_.numbers))
      names.push_back(phone.number);
    return names;
  }

  /// What a chunk of lines has come to, before it is written.
  struct Taken {
    ImportedChunk chunk;
    std::vector<postgres::Reference> references;
    std::vector<BusinessFact> facts;
    std::vector<const Line*> of_facts;  ///< the line of each fact
  };

  awaitable<ImportVerdict> chunk(std::vector<Line> lines) {
    Taken taken;
    taken.chunk.from_line = run_.last_line;
    taken.chunk.to_line = lines.back().number;
    taken.chunk.lines = static_cast<std::int64_t>(lines.size());
    taken.chunk.bytes_done = reader_.bytes_read();
    if (kind_ == facts::FileKind::customers) {
      auto imported = co_await import_customers(parts_, run_, lines);
      if (!imported) co_return ImportVerdict::interrupted;
      taken.references = std::move(imported->references);
      taken.chunk.counts = imported->counts;
      taken.chunk.refusals = std::move(imported->refusals);
    } else {
      read_facts(lines, taken);
    }
    auto work = [&run = run_, &taken](postgres::Connection& connection) {
      return store(connection, run, taken);
    };
    auto done = co_await postgres::run(parts_.pool, work);
    for (int tries = 1; !done && tries < kTriesMax; ++tries) {
      co_await rest(kBeforeAnotherTry);
      done = co_await postgres::run(parts_.pool, work);
    }
    if (!done) co_return ImportVerdict::interrupted;
    if (!*done) {
      // Committed just before the connection broke, or by somebody else.
      const bool ours = co_await stands_at(taken.chunk.to_line);
      if (!ours) co_return ImportVerdict::elsewhere;
    }
    run_.last_line = taken.chunk.to_line;
    co_return ImportVerdict::done;
  }

  void read_facts(const std::vector<Line>& lines, Taken& taken) const {
    for (const Line& line : lines) {
      auto read = facts::read_fact(line, reader_.mapping(), currency_);
      if (const auto* mistake = std::get_if<Mistake>(&read)) {
        taken.chunk.refusals.push_back(refused(line, *mistake));
      } else {
        taken.facts.push_back(std::get<BusinessFact>(std::move(read)));
        taken.of_facts.push_back(&line);
      }
    }
  }

  /// False when the run no longer stands where the chunk begins.
  static bool store(postgres::Connection& connection, const ImportRun& run, const Taken& taken) {
    postgres::Tx tx{connection};
    ImportedChunk whole = taken.chunk;
    if (!taken.facts.empty()) {
      const auto stored = postgres::store_facts(tx, run, taken.facts);
      whole.counts = stored.counts;
      for (const auto place : stored.unknown_customer)
        whole.refusals.push_back(
            refused(*taken.of_facts[place],
                    {"unknown_customer", "No customer has this id in that system.", "customer"}));
    }
    if (!run.dry_run) postgres::store_references(tx, run.source, taken.references);
    if (!postgres::end_chunk(tx, run, whole)) return false;
    tx.commit();
    return true;
  }

  awaitable<bool> stands_at(std::int64_t line) {
    auto look = [id = run_.id](postgres::Connection& connection) {
      postgres::Tx tx{connection, postgres::Access::read_only};
      return postgres::read_import(tx, id);
    };
    const auto found = co_await postgres::run(parts_.pool, look);
    co_return found && *found && (*found)->state == "running" && (*found)->last_line == line;
  }

  awaitable<ImportResult> tell_and_end() {
    auto tell = [&run = run_](postgres::Connection& connection) {
      postgres::Tx tx{connection};
      const bool more = postgres::tell_customers(tx, run);
      tx.commit();
      return more;
    };
    while (kind_ == facts::FileKind::facts) {
      const auto more = co_await postgres::run(parts_.pool, tell);
      if (!more) co_return ImportResult{ImportVerdict::interrupted, more.error().message};
      if (!*more) break;
    }
    const bool ended = co_await end("");
    co_return ImportResult{ended ? ImportVerdict::done : ImportVerdict::interrupted, ""};
  }

  awaitable<bool> end(std::string error) {
    auto work = [&run = run_, error = std::move(error)](postgres::Connection& connection) {
      postgres::Tx tx{connection};
      postgres::end_import(tx, run, error);
      tx.commit();
      return true;
    };
    const auto done = co_await postgres::run(parts_.pool, work);
    co_return done.has_value();
  }

  ImportParts parts_;
  ImportRun run_;
  facts::FileKind kind_;
  facts::LineReader reader_;
  std::string currency_;
  std::optional<Line> ahead_;
};

}  // namespace

awaitable<ImportResult> work_through(ImportParts parts, ImportRun run, facts::Mapping mapping,
                                     facts::LineReader::ReadPiece read_piece) {
  ImportJob job{std::move(parts), std::move(run), std::move(mapping), std::move(read_piece)};
  ImportResult result = co_await job.run();
  co_return result;
}

std::string content_mark(const facts::LineReader::ReadPiece& read_piece) {
  boost::crc_32_type sum;
  std::size_t size = 0;
  for (std::string piece = read_piece(); !piece.empty(); piece = read_piece()) {
    sum.process_bytes(piece.data(), piece.size());
    size += piece.size();
  }
  return std::to_string(size) + "-" + std::to_string(sum.checksum());
}

facts::LineReader::ReadPiece pieces_of(std::shared_ptr<const std::string> text) {
  return [text = std::move(text), at = std::size_t{0}]() mutable {
    std::string piece = text->substr(at, kPiece);
    at += piece.size();
    return piece;
  };
}

}  // namespace firsthand::runtime
