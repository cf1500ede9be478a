// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/import_loop.hpp"

#include "adapters/runtime/rest.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {

namespace {

using boost::asio::awaitable;

constexpr std::chrono::seconds kIdle{2};

}  // namespace

awaitable<ImportResult> work_through_upload(ImportParts parts, postgres::ImportRun run) {
  auto load = [id = run.id](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    return postgres::import_body(tx, id);
  };
  auto body = co_await postgres::run(parts.pool, load);
  if (!body) co_return ImportResult{ImportVerdict::interrupted, body.error().message};
  // Checked when it was uploaded.
  auto mapping = facts::read_mapping(run.mapping, *from_word<facts::FileKind>(run.kind), "mapping");
  if (!mapping) co_return ImportResult{ImportVerdict::interrupted, mapping.error().text()};
  auto pieces = pieces_of(std::make_shared<const std::string>(std::move(*body)));
  ImportResult result = co_await work_through(std::move(parts), std::move(run), std::move(*mapping),
                                              std::move(pieces));
  co_return result;
}

awaitable<bool> ImportLoop::step() {
  auto claim = [](postgres::Connection& connection) {
    postgres::Tx tx{connection};
    auto run = postgres::claim_import(tx);
    tx.commit();
    return run;
  };
  auto claimed = co_await postgres::run(parts_.pool, claim);
  if (!claimed || !*claimed) co_return false;
  co_await work_through_upload(parts_, std::move(**claimed));
  co_return true;
}

awaitable<void> ImportLoop::run() {
  while (true) {
    const bool worked = co_await step();
    if (!worked) co_await rest(kIdle);
  }
}

}  // namespace firsthand::runtime
