// SPDX-License-Identifier: Apache-2.0
// Imports and what came of them; a customer's money, derived from business facts. Every read takes
// any record of a merged customer for the kept one. Called on a pool thread with an open
// transaction.
#pragma once

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

struct ImportView {
  std::int64_t id = 0;
  std::string kind, source, file_name;
  std::optional<UserRef> by;
  std::string client;
  bool dry_run = false;
  std::string state, error;
  std::int64_t lines = 0, added = 0, changed = 0, unchanged = 0, refused = 0;
  std::int64_t bytes_total = 0, bytes_done = 0;
  Stamp started_at;
  OptionalStamp ended_at;
};
BOOST_DESCRIBE_STRUCT(ImportView, (),
                      (id, kind, source, file_name, by, client, dry_run, state, error, lines, added,
                       changed, unchanged, refused, bytes_total, bytes_done, started_at, ended_at))

struct RefusedLine {
  std::int64_t line = 0;
  std::string code, sentence, field, text;
};
BOOST_DESCRIBE_STRUCT(RefusedLine, (), (line, code, sentence, field, text))

std::optional<ImportView> read_import_view(Tx& tx, std::int64_t run);
/// The newest 50.
std::vector<ImportView> list_imports(Tx& tx);
/// Behind line `after`, in the order of the file.
std::vector<RefusedLine> import_refusals(Tx& tx, std::int64_t run, std::int64_t after, int limit);

struct FactView {
  std::int64_t id = 0;
  std::string source, kind, external_id, on_date;
  std::optional<std::string> due_on, ends_on;
  std::int64_t amount_cents = 0;
  std::string currency, settles, title;
  std::int64_t open_cents = 0;  ///< of an invoice or fee: not covered yet
  bool overdue = false;
};
BOOST_DESCRIBE_STRUCT(FactView, (),
                      (id, source, kind, external_id, on_date, due_on, ends_on, amount_cents,
                       currency, settles, title, open_cents, overdue))

struct ReferenceView {
  std::string source, external_id;
};
BOOST_DESCRIBE_STRUCT(ReferenceView, (), (source, external_id))

struct MoneyView {
  std::int64_t customer_id = 0;
  std::string currency;
  std::int64_t invoiced_cents = 0, received_cents = 0, due_cents = 0, overdue_cents = 0;
  std::int64_t fees_due_cents = 0;              ///< yearly fees that are not covered yet
  std::optional<std::string> contract_ends_on;  ///< the next one that ends, from today on
  std::vector<ReferenceView> references;        ///< who this is in other systems
  std::vector<FactView> facts;                  ///< the newest 100
  std::int64_t facts_total = 0;
};
BOOST_DESCRIBE_STRUCT(MoneyView, (),
                      (customer_id, currency, invoiced_cents, received_cents, due_cents,
                       overdue_cents, fees_due_cents, contract_ends_on, references, facts,
                       facts_total))

/// `today`: the company's day, by which something is overdue.
std::optional<MoneyView> read_money(Tx& tx, std::int64_t customer, Date today);

namespace statements {
extern const std::vector<Statement> kFactReads;
}

}  // namespace firsthand::postgres
