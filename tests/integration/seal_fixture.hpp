// SPDX-License-Identifier: Apache-2.0
// The small company with its history under seal, and hands that may tamper with it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/postgres/erasure.hpp"
#include "adapters/postgres/history_seal.hpp"
#include "tests/integration/pg_fixture.hpp"

namespace firsthand::test {

class SealedCompany : public ::testing::Test {
 protected:
  int seal() {
    postgres::Tx tx(company.connection());  // with the engine's rights
    const int rows = postgres::seal_history(tx);
    tx.commit();
    return rows;
  }
  postgres::SealReport report(const std::string& expected = "") {
    postgres::Tx tx(company.connection(), postgres::Access::read_only);
    return postgres::verify_history(tx, expected);
  }
  std::vector<std::string> findings() {
    std::vector<std::string> out;
    for (const auto& found : report().findings) {
      out.push_back(found.finding + " " +
                    std::to_string(found.history != 0 ? found.history : found.seal));
    }
    return out;
  }
  /// Rows that are written after the newest seal, or so long ago.
  void more(int from, int rows, const std::string& ago = "") {
    const std::string at =
        ago.empty() ? "(select max(to_at) from history_seal)" : "now() - interval '" + ago + "'";
    company.run(
        "insert into history (id, at, customer_id, case_id, kind, source, data) select i, " + at +
        ", 101, 201, 'note', 'console:11', '{\"text\": \"more\"}' from generate_series(" +
        std::to_string(from) + ", " + std::to_string(from + rows - 1) + ") i");
  }
  std::string erase(std::int64_t customer) {
    postgres::Tx tx(company.connection());
    const auto done = postgres::erase_customer(tx, customer, kManager, "客户书面要求");
    tx.commit();
    return done;
  }
  /// As the owner of the tables, who may switch the triggers off.
  void tamper(const std::string& sql) {
    company.run(triggers("disable") + sql + ";" + triggers("enable"));
  }
  static std::string triggers(const std::string& what) {
    return "alter table history " + what + " trigger user; alter table history_seal " + what +
           " trigger user;";
  }
  /// The error that PostgreSQL answers to the owner of the tables, "" for none.
  std::string sqlstate_of(const std::string& sql) {
    try {
      company.run(sql);
    } catch (const std::exception& error) {
      return postgres::failure_of(error).sqlstate;
    }
    return "";
  }
  void close_everything() {
    company.run(
        "update case_file set state = 'closed', closed_at = now(), told_how = 'x';"
        "update callback set state = 'kept';"
        "update interaction set state = 'ended', ended_at = now()");
  }

  Company company;
};

}  // namespace firsthand::test
