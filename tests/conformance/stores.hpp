// SPDX-License-Identifier: Apache-2.0
// The suite's fixture: the same test runs on the memory store and on PostgreSQL.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "tests/conformance/pg_store.hpp"
#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {

inline const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

enum class StoreKind { memory, postgres };

class OnEveryStore : public ::testing::TestWithParam<StoreKind> {
 protected:
  /// `by` must outlive the test.
  explicit OnEveryStore(const Rules& by = rules()) {
    if (GetParam() == StoreKind::memory) {
      store = std::make_unique<MemoryStore>(by);
    } else {
      database = make_company_database(by);
      store = std::make_unique<PgStore>(database->url(), by);
    }
    store->set_now(monday_ten());
    story.emplace(*store);
  }
  ~OnEveryStore() override {
    store.reset();  // its connection goes before its database
  }

  std::unique_ptr<TestDatabase> database;
  std::unique_ptr<Store> store;
  std::optional<Story> story;
};

/// What the suite below refers to, and so is made before it.
struct OwnRules {
  Rules in_force = rules();
};

/// With rules that the test changes: the store refers to them.
class OnEveryStoreByOwnRules : protected OwnRules, public OnEveryStore {
 protected:
  OnEveryStoreByOwnRules() : OnEveryStore(in_force) {}
};

}  // namespace firsthand::test

#define FIRSTHAND_ON_EVERY_STORE(suite)                                                     \
  INSTANTIATE_TEST_SUITE_P(                                                                 \
      Stores, suite,                                                                        \
      ::testing::Values(::firsthand::test::StoreKind::memory,                               \
                        ::firsthand::test::StoreKind::postgres),                            \
      [](const auto& param) {                                                               \
        return param.param == ::firsthand::test::StoreKind::memory ? "memory" : "postgres"; \
      })
