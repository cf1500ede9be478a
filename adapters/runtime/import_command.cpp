// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/import_command.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <iostream>

#include "adapters/postgres/reads/fact_reads.hpp"
#include "adapters/runtime/batching_door.hpp"
#include "adapters/runtime/import_job.hpp"
#include "adapters/runtime/node_options.hpp"
#include "adapters/runtime/rules_store.hpp"
#include "config/toml.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {

const char* const kImportHelp =
    "Columns are called as the fields, or a mapping (TOML) says which they are:\n"
    "  customers: external_id name [kind numbers email address language product account_owner]\n"
    "  facts:     external_id kind customer on_date amount [due_on ends_on cost currency settles "
    "title]\n"
    "  kind of a fact: contract, order, invoice, payment, fee\n"
    "A mapping: source, encoding (utf-8, gb18030), separator, date_format, decimal, currency,\n"
    "[columns] field = \"their column\", [constants] field = \"value\", [words.kind] \"theirs\" = "
    "\"ours\".\n"
    "The same line twice changes nothing; a line that differs changes what it names. Lines that\n"
    "cannot be taken are reported and the others are in.";

namespace {

facts::LineReader::ReadPiece pieces_of_file(const std::string& path) {
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  if (!*file) throw std::runtime_error("cannot read " + path);
  return [file] {
    std::string piece(kPiece, '\0');
    file->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(file->gcount()));
    return piece;
  };
}

facts::Mapping mapping_of(const ImportFile& asked, facts::FileKind kind, std::string& text) {
  if (!asked.mapping.empty()) {
    auto read = config::read_file(asked.mapping);
    if (!read) throw std::runtime_error(read.error().text());
    text = std::move(*read);
  }
  auto mapping = facts::read_mapping(text, kind, asked.mapping);
  if (!mapping) throw std::runtime_error(mapping.error().text());
  if (!asked.source.empty()) mapping->source = asked.source;
  if (mapping->source.empty())
    throw std::runtime_error("say which system this is from: --source, or source in the mapping");
  return std::move(*mapping);
}

void report(postgres::Tx& tx, std::int64_t run) {
  const auto view = postgres::read_import_view(tx, run);
  if (!view) return;
  std::cout << (view->dry_run ? "dry run " : "import ") << run << " " << view->state << ": "
            << view->lines << " lines, " << view->added << " new, " << view->changed << " changed, "
            << view->unchanged << " unchanged, " << view->refused << " refused\n";
  std::int64_t after = 0;
  while (true) {
    const auto page = postgres::import_refusals(tx, run, after, 1000);
    for (const auto& line : page)
      std::cout << "line " << line.line << ": " << line.code << ": "
                << (line.field.empty() ? "" : line.field + ": ") << line.sentence << "\n";
    if (page.size() < 1000) return;
    after = page.back().line;
  }
}

}  // namespace

int import_file(const config::Settings& settings, const ImportFile& asked) {
  const auto kind = from_word<facts::FileKind>(asked.kind);
  if (!kind || *kind == facts::FileKind::totals)
    throw std::runtime_error("import customers or facts");
  postgres::NewImport wanted;
  facts::Mapping mapping = mapping_of(asked, *kind, wanted.mapping);
  wanted.kind = asked.kind;
  wanted.source = mapping.source;
  wanted.file_name = std::filesystem::path{asked.file}.filename().string();
  wanted.content_mark = content_mark(pieces_of_file(asked.file));
  wanted.client = "cli";
  wanted.dry_run = asked.dry_run;
  wanted.bytes_total = static_cast<std::int64_t>(std::filesystem::file_size(asked.file));

  postgres::Connection connection{connect_options(settings, "import")};
  RulesStore rules{settings.calendar.default_code};
  postgres::ImportRun run;
  {
    postgres::Tx tx{connection};
    rules.refresh(tx);
    run = postgres::begin_import(tx, wanted);
    tx.commit();
  }
  if (run.resumed) std::cerr << "going on behind line " << run.last_line << "\n";

  metrics::Registry metrics;
  auto pool_settings = pool_options(settings);
  pool_settings.connections = 1;
  postgres::Pool pool{pool_settings};
  BatchingDoor door{door_options(settings), [&rules] { return rules.current(); }, metrics};
  door.start();
  boost::asio::io_context io;
  ImportResult result;
  std::exception_ptr died;
  ImportParts parts{door, pool, [&rules] { return rules.current(); },
                    telephony::NumberContext{settings.telephony.region}};
  boost::asio::co_spawn(
      io, work_through(std::move(parts), run, std::move(mapping), pieces_of_file(asked.file)),
      [&](std::exception_ptr error, ImportResult ended) {
        died = error;
        result = std::move(ended);
      });
  io.run();
  door.stop();
  pool.stop();
  if (died) std::rethrow_exception(died);

  postgres::Tx tx{connection, postgres::Access::read_only};
  report(tx, run.id);
  switch (result.verdict) {
    case ImportVerdict::done: return 0;
    case ImportVerdict::failed: throw std::runtime_error(result.error);
    case ImportVerdict::elsewhere:
      throw std::runtime_error("somebody else is working on this import");
    case ImportVerdict::interrupted: break;
  }
  throw std::runtime_error("interrupted, start it again to go on: " + result.error);
}

}  // namespace firsthand::runtime
