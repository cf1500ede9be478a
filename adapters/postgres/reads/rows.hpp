// SPDX-License-Identifier: Apache-2.0
// The bricks of every read: given ids, the rows of one kind in the order of the ids, in one or two
// queries whatever their number. Lists find ids first and lay these bricks after. Called on a pool
// thread with an open transaction; throws as db.hpp says. Names of categories, queues and ladders
// come from the rules, everything else from the tables.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "adapters/postgres/reads/views.hpp"
#include "engine/rules.hpp"

namespace firsthand::postgres {

using Ids = std::vector<std::int64_t>;

std::vector<CaseRow> case_rows(Tx& tx, const Rules& rules, const Ids& ids);
std::vector<CallbackView> callback_rows(Tx& tx, const Rules& rules, const Ids& ids);
std::vector<AlertView> alert_rows(Tx& tx, const Rules& rules, const Ids& ids);
/// Numbers masked; `full_for` is a customer whose numbers the viewer may see: 0 for none.
std::vector<CustomerCard> customer_cards(Tx& tx, const Ids& ids, std::int64_t full_for = 0);
/// Every clock of a case, oldest first.
std::vector<ClockView> clocks_of_case(Tx& tx, const Rules& rules, std::int64_t case_id);
std::map<std::int64_t, ClockView> clock_rows(Tx& tx, const Rules& rules, const Ids& ids);

/// The transaction's instant, by PostgreSQL's clock.
Instant now_of(Tx& tx);

/// The first column of each row.
Ids ids_of(const pqxx::result& rows);

// ---- pieces of rows
template <class Row>
std::optional<UserRef> take_optional_user(Columns<Row>& columns) {
  if (columns.next_is_null()) {
    columns.skip(2);
    return std::nullopt;
  }
  UserRef user;
  columns >> user.id >> user.name;
  return user;
}
template <class Row>
std::optional<DepartmentRef> take_optional_department(Columns<Row>& columns) {
  if (columns.next_is_null()) {
    columns.skip(4);
    return std::nullopt;
  }
  DepartmentRef department;
  columns >> department.id >> department.code >> department.name_zh >> department.name_en;
  return department;
}

template <>
struct FieldReader<Stamp> {
  template <class F>
  static Stamp from(const F& field) {
    return Stamp{FieldReader<Instant>::from(field)};
  }
};

/// Both names of a category; the code itself when the rules no longer know it.
std::pair<std::string, std::string> category_names(const Rules& rules, const std::string& code);

namespace statements {
extern const std::vector<Statement> kRows;
}

}  // namespace firsthand::postgres
