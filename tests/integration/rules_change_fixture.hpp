// SPDX-License-Identifier: Apache-2.0
// A company whose policies are saved anew while clocks run.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "adapters/runtime/rules_preview.hpp"
#include "tests/integration/pg_fixture.hpp"
#include "tests/integration/rules_world.hpp"

namespace firsthand::test {

class RulesChange : public testing::Test {
 protected:
  RulesChange() {
    company.run(kRulesPeople);
    save("policies", one_policy("240h"));
    // No clock runs yet: there is nothing to compute.
    EXPECT_EQ(value("select count(*) from rule_change where done_at is null"), "0");
  }

  std::string value(const std::string& sql) const { return company.value(sql); }
  Instant now() const { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); }

  runtime::SavedDocument save(const std::string& document, const std::string& body, int seen = 1) {
    postgres::Tx tx(company.connection());
    const runtime::SaveWish wish{document, body, "试改", UserId{25}, seen};
    const auto saved = runtime::save_document(tx, *company.rules(), wish, now());
    if (const auto* errors = std::get_if<config::Errors>(&saved)) ADD_FAILURE() << errors->text();
    tx.commit();
    return std::get<runtime::SavedDocument>(saved);
  }
  runtime::RulesPreview preview(const Rules& in_force, const std::string& body) {
    postgres::Tx tx(company.connection(), postgres::Access::read_only);
    const auto wanted = runtime::rules_with(tx, in_force, {{"policies", body}}, now());
    EXPECT_TRUE(wanted);
    return runtime::preview_rules(tx, in_force, *wanted, now());
  }
  std::int64_t revision() const {
    return std::stoll(value("select max(revision) from rule_change"));
  }
  /// Everything that a change could touch, as one text.
  std::string state() const {
    return value(
        "select md5((select string_agg(k::text, '' order by id) from sla_clock k) || (select "
        "coalesce(string_agg(a::text, '' order by id), '') from alert a) || (select "
        "coalesce(string_agg(key || payload, '' order by id), '') from outbox) || (select "
        "coalesce(string_agg(c::text, '' order by id), '') from case_file c))");
  }

  Company company{false};
};

}  // namespace firsthand::test
