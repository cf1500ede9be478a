// SPDX-License-Identifier: Apache-2.0
// Servers that fail in every way, and what becomes of the mails that they refuse.
#include <set>

#include "tests/integration/delivery_fixture.hpp"

namespace firsthand::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

TEST_F(Delivery, TemporaryAnswersAreTriedAgain) {
  smtp.refuse_next(451, 2);
  write({});
  Room room(options(), rules());
  ASSERT_TRUE(smtp.wait_for_mail(kPatience));
  ASSERT_TRUE(all_done());
  EXPECT_EQ(company.value("select state || tries from notice where effect_key = 'mail:alert:1:13'"),
            "sent3");
}

TEST_F(Delivery, PermanentAnswersAndTooManyTriesBecomeDeadLettersWithTheirReason) {
  smtp.refuse_recipient(kColleague);
  write({.to = kColleague, .recipient = test::kAgent});
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  EXPECT_THAT(
      company.value("select state || tries || ' ' || last_error from notice where effect_key = "
                    "'mail:alert:1:11'"),
      testing::AllOf(testing::StartsWith("failed1 "), HasSubstr("550")));
  smtp.kill();
  write({.first = 2});
  ASSERT_TRUE(all_done());
  EXPECT_THAT(
      company.value("select state || tries || ' ' || last_error from notice where effect_key = "
                    "'mail:alert:2:13'"),
      testing::AllOf(testing::StartsWith("failed3 "), Not(testing::EndsWith(" "))));
  EXPECT_EQ(company.value("select string_agg(outcome, ',') from outbox"), "failed,failed");
}

TEST_F(Delivery, WhatBecameOfADigestBecameOfEverythingInIt) {
  company.run("update user_account set alert_mails = 'digest' where id = 13");
  smtp.refuse_recipient(kLiaison);
  write({.count = 3});
  auto with = options();
  with.pace.window = Millis{300};
  Room room(with, rules());
  ASSERT_TRUE(all_done());
  EXPECT_EQ(number("select count(*) from notice where state = 'failed' and last_error like '%550%' "
                   "and effect_key like 'mail:%'"),
            4)
      << "three alerts and their digest";
}

TEST_F(Delivery, AnOddRowStopsNobodysMails) {
  company.run(
      "insert into outbox (id, kind, key, payload, at, next_try_at) values (1, 'mail', 'odd:1', "
      "'{\"to\": \"odd@example.test\", \"recipient\": \"x\", \"case\": \"y\", \"severity\": [], "
      "\"breach\": 7, \"digest\": \"z\"}', now(), now()), "
      "(2, 'mail', 'odd:2', '{\"to\": \"odd@example.test\", \"recipient\": 1.5, \"what\": "
      "\"alert\"}', "
      "now(), now()), (3, 'webhook', 'odd:3', '{}', now(), now())");
  write({});
  Room room(options(), rules());
  ASSERT_TRUE(all_done());
  EXPECT_THAT(named().cases, SizeIs(1));
  EXPECT_EQ(company.value("select string_agg(state, ',') from notice where effect_key in ('odd:1', "
                          "'odd:2')"),
            "failed,failed");
}

TEST_F(Delivery, WithoutAMailServerMailsFailVisibly) {
  auto with = options();
  with.mail.host.clear();
  write({});
  Room room(with, rules());
  ASSERT_TRUE(all_done());
  EXPECT_EQ(company.value("select state || last_error || recipient from notice where effect_key = "
                          "'mail:alert:1:13'"),
            "failedno mail server is configured" + kLiaison);
}

}  // namespace
}  // namespace firsthand::runtime
