// SPDX-License-Identifier: Apache-2.0
// Where imports are kept: their runs, the lines that were refused, who is who in another system,
// and the business facts. Facts are written in sets; each chunk of lines is one transaction that
// also moves the run on, and only from where the caller believes it to be, so that two who work on
// one run cannot both have counted. Called on a pool thread with an open transaction.
#pragma once

#include <string>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "engine/business_fact.hpp"
#include "engine/model.hpp"

namespace firsthand::postgres {

struct NewImport {
  std::string kind;  ///< customers or facts
  std::string source;
  std::string file_name;
  std::string content_mark;
  std::string mapping;
  std::int64_t by = 0;
  std::string client;
  std::string request_key;  ///< "" = none
  bool dry_run = false;
  std::int64_t bytes_total = 0;
  std::string body;  ///< "" when the caller keeps the file
};

struct ImportRun {
  std::int64_t id = 0;
  std::string kind, source, content_mark, mapping;
  std::int64_t by = 0;
  bool dry_run = false;
  std::string state;
  std::int64_t last_line = 0;
  bool resumed = false;  ///< it was there already, or is asked for again
};

struct LineRefusal {
  std::int64_t line = 0;
  std::string code, sentence, field, text;
};

struct ImportCounts {
  std::int64_t added = 0, changed = 0, unchanged = 0;
};

/// A run of the same content that has not ended is gone on with; so is one of the same request.
ImportRun begin_import(Tx& tx, const NewImport& import);
std::optional<ImportRun> read_import(Tx& tx, std::int64_t run);
/// The oldest run with a body that nobody works on, now the caller's for a minute.
std::optional<ImportRun> claim_import(Tx& tx);
std::string import_body(Tx& tx, std::int64_t run);

/// What became of one line of facts.
struct StoredFacts {
  ImportCounts counts;
  std::vector<std::size_t> unknown_customer;  ///< places in the list that was given
};
/// No two of them may have the same kind and id.
StoredFacts store_facts(Tx& tx, const ImportRun& run, const std::vector<BusinessFact>& facts);

struct ImportedChunk {
  std::int64_t from_line = 0, to_line = 0, lines = 0, bytes_done = 0;
  ImportCounts counts;
  std::vector<LineRefusal> refusals;
};
/// False: somebody else has moved the run on; nothing of this transaction may be kept.
bool end_chunk(Tx& tx, const ImportRun& run, const ImportedChunk& chunk);

/// Writes the history of the next customers that the run has touched, a line each; false: done.
bool tell_customers(Tx& tx, const ImportRun& run);
/// Ends the run. `error` empty: it has come through.
void end_import(Tx& tx, const ImportRun& run, const std::string& error);

/// Somebody whom another system knows by an id of its own.
struct ReferencedCustomer {
  std::string external_id, row_hash;
  Customer customer;  ///< the kept record; its numbers are those of all of its records
};
std::vector<ReferencedCustomer> referenced_customers(Tx& tx, const std::string& source,
                                                     const std::vector<std::string>& external_ids);
struct NumberHolder {
  std::string number;
  CustomerId customer;
  std::string name;
  bool provisional = false;
  std::int64_t version = 0;
};
/// Kept records that have one of the numbers.
std::vector<NumberHolder> holders_of(Tx& tx, const std::vector<std::string>& numbers);

struct Reference {
  std::string external_id;
  CustomerId customer;
  std::string row_hash;
};
void store_references(Tx& tx, const std::string& source, const std::vector<Reference>& references);

namespace statements {
extern const std::vector<Statement> kImportStore;
}

}  // namespace firsthand::postgres
