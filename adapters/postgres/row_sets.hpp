// SPDX-License-Identifier: Apache-2.0
// Sets of rows as the door's transaction reads them: whole values by the lists of fields, and ids.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "adapters/postgres/tables.hpp"

namespace firsthand::postgres {

template <class T>
std::string select_sql(const std::string& rest) {
  return "select " + column_list<T>() + " from " + Table<T>::name + " " + rest;
}

template <class T, class... Args>
std::vector<T> read_rows(Tx& tx, const Statement& statement, const Args&... args) {
  std::vector<T> out;
  for (const auto& row : tx.exec(statement, args...)) out.push_back(from_row<T>(row));
  return out;
}

template <class T, class... Args>
void read_ids(std::set<T>& out, Tx& tx, const Statement& statement, const Args&... args) {
  for (const auto& row : tx.exec(statement, args...)) {
    const auto id = read<T>(row[0]);
    if (id) out.insert(id);
  }
}

std::string ids_of(const auto& values) {
  ArrayLiteral out;
  for (const auto& value : values) out.add(value.value);
  return out.text();
}

}  // namespace firsthand::postgres
