// SPDX-License-Identifier: Apache-2.0
#include "adapters/import/rows.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "engine/words.hpp"

namespace firsthand::import {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\0') continue;
    out += c;
    if (c == '\'') out += c;
  }
}

}  // namespace

std::string sql_text(std::string_view text) {
  std::string out = "'";
  append_quoted(out, text);
  return out + "'";
}

RowBatch::RowBatch(SqlSink& sink, const char* table, std::vector<ColumnType> columns,
                   std::size_t rows_max)
    : sink_{sink},
      table_{table},
      columns_{std::move(columns)},
      values_(columns_.size()),
      rows_max_{rows_max} {}

std::string& RowBatch::next() {
  std::string& into = values_.at(column_++);
  if (rows_ > 0) into += ',';
  return into;
}

RowBatch& RowBatch::add(std::string_view text) {
  // Quoted twice: as an element of an array, and that array as an SQL literal.
  std::string& into = next();
  into += '"';
  for (const char c : text) {
    if (c == '\0') continue;
    if (c == '"' || c == '\\') into += '\\';
    into += c;
    if (c == '\'') into += c;
  }
  into += '"';
  return *this;
}

RowBatch& RowBatch::add(std::int64_t number) {
  next() += std::to_string(number);
  return *this;
}
RowBatch& RowBatch::add(bool value) {
  next() += value ? 't' : 'f';
  return *this;
}
RowBatch& RowBatch::add(Instant at) {
  next() += '"' + to_iso8601(at) + '"';
  return *this;
}
RowBatch& RowBatch::null() {
  next() += "NULL";
  return *this;
}

void RowBatch::end_row() {
  if (column_ != columns_.size()) throw std::logic_error{std::string{"a short row for "} + table_};
  column_ = 0;
  if (++rows_ == rows_max_) flush();
}

void RowBatch::flush() {
  if (rows_ == 0) return;
  std::string names, arrays;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) names += ',', arrays += ',';
    names += columns_[i].name;
    arrays += "'{" + values_[i] + "}'::" + columns_[i].type + "[]";
    values_[i].clear();
  }
  sink_.execute(std::string{"insert into "} + table_ + " (" + names + ") select * from unnest(" +
                arrays + ")");
  written_ += rows_;
  rows_ = 0;
}

HistoryWriter::HistoryWriter(SqlSink& sink)
    : batch_{sink,
             "history",
             {{"id", kId},
              {"at", kTime},
              {"customer_id", kId},
              {"case_id", kId},
              {"interaction_id", kId},
              {"kind", kText},
              {"actor_id", kId},
              {"acting_for_id", kId},
              {"source", kText},
              {"data", "jsonb"}}} {}

void HistoryWriter::write_in_order(std::vector<HistoryEntry> entries) {
  std::sort(entries.begin(), entries.end(), [](const HistoryEntry& a, const HistoryEntry& b) {
    return std::tie(a.at, a.id) < std::tie(b.at, b.id);
  });
  for (const auto& entry : entries) write(entry);
  flush();
}

void HistoryWriter::write(const HistoryEntry& entry) {
  batch_.add(entry.id).add(entry.at).add(entry.customer).add(entry.case_id).add(entry.interaction);
  batch_.add(entry.kind).add(entry.actor).add(entry.acting_for).add(entry.source).add(entry.data);
  batch_.end_row();
}

}  // namespace firsthand::import
