// SPDX-License-Identifier: Apache-2.0
// Writes values of the engine as sets of rows: `insert … select … from unnest(…)`, some thousand
// rows a statement. The columns are those of adapters/postgres/migrations. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/import/sink.hpp"
#include "engine/model.hpp"

namespace firsthand::import {

/// An SQL string literal; NUL bytes, which PostgreSQL cannot hold, are left out.
std::string sql_text(std::string_view text);

struct ColumnType {
  const char* name;
  const char* type;
};
inline constexpr const char* kId = "bigint";
inline constexpr const char* kText = "text";
inline constexpr const char* kTime = "timestamptz";
inline constexpr const char* kInt = "integer";
inline constexpr const char* kBool = "boolean";

/// Collects rows column by column and sends them when there are enough, and in flush().
class RowBatch {
 public:
  RowBatch(SqlSink& sink, const char* table, std::vector<ColumnType> columns,
           std::size_t rows_max = 4000);

  RowBatch& add(std::string_view text);
  RowBatch& add(const std::string& text) { return add(std::string_view{text}); }
  RowBatch& add(const char* text) { return add(std::string_view{text}); }
  RowBatch& add(std::int64_t number);
  RowBatch& add(int number) { return add(static_cast<std::int64_t>(number)); }
  RowBatch& add(bool value);
  RowBatch& add(Instant at);
  RowBatch& null();
  template <class Tag>
  RowBatch& add(Id<Tag> id) {
    return id ? add(id.value) : null();
  }
  template <class T>
  RowBatch& add(const std::optional<T>& value) {
    return value ? add(*value) : null();
  }
  void end_row();
  void flush();
  std::size_t written() const { return written_; }

 private:
  std::string& next();

  SqlSink& sink_;
  const char* table_;
  std::vector<ColumnType> columns_;
  std::vector<std::string> values_;  ///< the array literals so far, without their braces
  std::size_t column_ = 0, rows_ = 0, rows_max_, written_ = 0;
};

/// Everything of a finished world, table by table in the order of the foreign keys.
struct Rows {
  struct CustomerMore {
    std::string kind = "person", initials;
    std::int64_t unpaid_cents = 0;  ///< an invoice that nobody has paid; a fact, see books.hpp
  };
  std::vector<std::pair<Customer, CustomerMore>> customers;
  std::vector<Interaction> interactions;
  std::vector<Offer> offers;
  std::vector<CaseFile> cases;
  std::vector<OwnershipEntry> ownership;
  std::vector<Callback> callbacks;
  std::vector<CallbackAttempt> attempts;
  std::vector<Clockwork> clockworks;  ///< of customers
  std::vector<ReviewActionFile> review_actions;
};
void write(SqlSink& sink, const Rows& rows);
/// The part of it that is clocks, pauses, alerts and review actions; after the cases.
void write_clockwork(SqlSink& sink, const Rows& rows);

/// History has no foreign keys and most of the rows: it is written while the world goes on.
class HistoryWriter {
 public:
  explicit HistoryWriter(SqlSink& sink);
  void write(const HistoryEntry& entry);
  /// What the engine told of while time went to and fro, by its date; and flushes.
  void write_in_order(std::vector<HistoryEntry> entries);
  void flush() { batch_.flush(); }
  std::size_t written() const { return batch_.written(); }

 private:
  RowBatch batch_;
};

}  // namespace firsthand::import
