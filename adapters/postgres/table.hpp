// SPDX-License-Identifier: Apache-2.0
// A value of the engine as a row: one list of fields for each table, used to write sets of rows
// with unnest and to read them back. The lists are in tables.hpp.
#pragma once

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "engine/words.hpp"

namespace firsthand::postgres {

template <class Access>
struct Field {
  const char* name;
  const char* type;
  Access access;
};
template <class Access>
Field(const char*, const char*, Access) -> Field<Access>;

template <class T>
struct Table;  // name, fields() → std::tuple<Field...>

template <class T>
std::string column_list() {
  std::string out;
  const auto each = [&](const auto&... field) {
    ((out += out.empty() ? "" : ", ", out += field.name), ...);
  };
  std::apply(each, Table<T>::fields());
  return out;
}

template <class V>
void add_value(ArrayLiteral& out, const V& value) {
  if constexpr (std::is_enum_v<V>) {
    out.add(word(value));
  } else {
    out.add(value);
  }
}

template <class V, class Cols>
void take_value(Cols& columns, V& value) {
  if constexpr (std::is_enum_v<V>) {
    const auto text = columns.template take<std::string>();
    const auto known = from_word<V>(text);
    if (!known) throw std::runtime_error("unknown word in the database: " + text);
    value = *known;
  } else {
    columns >> value;
  }
}

template <class T, class Row>
T from_row(const Row& row) {
  T out{};
  Columns columns(row);
  const auto each = [&](const auto&... field) {
    (take_value(columns, std::invoke(field.access, out)), ...);
  };
  std::apply(each, Table<T>::fields());
  return out;
}

enum class OnConflict { update, fail, ignore };

/// "insert into t (...) select ... from unnest($1::bigint[], ...) ...", built once per table.
template <class T>
std::string write_sql(OnConflict conflict) {
  std::string arrays, updates;
  int n = 0;
  const auto each = [&](const auto&... field) {
    ((arrays += (n ? ", $" : "$") + std::to_string(n + 1) + "::" + field.type + "[]",
      updates +=
      n ? (n > 1 ? ", " : "") + std::string{field.name} + " = excluded." + field.name : "",
      ++n),
     ...);
  };
  const auto fields = Table<T>::fields();
  std::apply(each, fields);
  std::string sql = "insert into " + std::string{Table<T>::name} + " (" + column_list<T>() +
                    ") select * from unnest(" + arrays + ")";
  switch (conflict) {
    case OnConflict::update:
      sql +=
          " on conflict (" + std::string{std::get<0>(fields).name} + ") do update set " + updates;
      break;
    case OnConflict::ignore: sql += " on conflict do nothing"; break;
    case OnConflict::fail: break;
  }
  return sql;
}

/// Writes a set of rows in one statement; nothing at all for an empty set.
template <class T, OnConflict conflict = OnConflict::update>
void write(Tx& tx, const std::vector<T>& rows) {
  if (rows.empty()) return;
  static const std::string sql = write_sql<T>(conflict);
  static const std::string statement_name =
      (conflict == OnConflict::fail ? "add_" : "write_") + std::string{Table<T>::name};
  static const Statement statement{statement_name.c_str(), sql.c_str()};
  const auto fields = Table<T>::fields();
  const auto each = [&](const auto&... field) {
    const auto array = [&rows](const auto& access) {
      ArrayLiteral out;
      for (const auto& row : rows) add_value(out, std::invoke(access, row));
      return out;
    };
    tx.exec(statement, array(field.access)...);
  };
  std::apply(each, fields);
}

}  // namespace firsthand::postgres
