// SPDX-License-Identifier: Apache-2.0
// Sets of rows as the door's transaction reads them: whole values by the lists of fields, and ids.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "adapters/postgres/tables.hpp"

namespace firsthand::postgres {

/// Whole rows of T's table by one condition. The statement points into the object: make it static.
template <class T>
class Select {
 public:
  Select(const char* name, const std::string& rest)
      : sql_("select " + column_list<T>() + " from " + Table<T>::name + " " + rest),
        statement_{name, sql_.c_str()} {}
  Select(const Select&) = delete;
  Select& operator=(const Select&) = delete;

  template <class... Args>
  std::vector<T> rows(Tx& tx, const Args&... args) const {
    std::vector<T> out;
    for (const auto& row : tx.exec(statement_, args...)) out.push_back(from_row<T>(row));
    return out;
  }

 private:
  const std::string sql_;
  const Statement statement_;
};

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
