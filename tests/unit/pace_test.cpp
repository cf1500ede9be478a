// SPDX-License-Identifier: Apache-2.0
// In which mails news goes out, the links that acknowledge, and what a digest says.
#include "adapters/notify/pace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "adapters/codec/link_token.hpp"
#include "adapters/notify/digest.hpp"
#include "config/calendars.hpp"
#include "config/defaults.hpp"

namespace firsthand::notify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} +
                       std::chrono::hours{10}};
constexpr PaceLimits kLimits{2, std::chrono::minutes{10}};

WaitingMail alert(std::int64_t id, Pace pace = Pace::fresh) {
  WaitingMail mail;
  mail.id = id;
  mail.at = kNow;
  mail.pace = pace;
  mail.alert = true;
  return mail;
}

MailPlan plan(const std::vector<WaitingMail>& waiting, const PaceWindow& window = {},
              const MailWishes& wishes = {}, Instant now = kNow) {
  return plan_mails(waiting, wishes, window, kLimits, now);
}

TEST(Pace, a_few_go_singly_and_what_comes_after_them_waits_for_the_end_of_the_window) {
  const auto made = plan({alert(1), alert(2), alert(3), alert(4)});
  EXPECT_THAT(made.singles, ElementsAre(1, 2));
  const Instant end = kNow + kLimits.window;
  EXPECT_THAT(made.held, ElementsAre(MailPlan::Hold{3, Pace::gather, end},
                                     MailPlan::Hold{4, Pace::gather, end}));
  EXPECT_EQ(made.window, (PaceWindow{kNow, 2}));
}

TEST(Pace, the_window_counts_over_several_looks) {
  const Instant later = kNow + std::chrono::minutes{9};
  const auto made = plan({alert(3), alert(4)}, {kNow, 1}, {}, later);
  EXPECT_THAT(made.singles, ElementsAre(3));
  EXPECT_THAT(made.held, ElementsAre(MailPlan::Hold{4, Pace::gather, kNow + kLimits.window}));
  const auto next = plan({alert(5)}, {kNow, 2}, {}, kNow + kLimits.window);
  EXPECT_THAT(next.singles, ElementsAre(5)) << "a new window";
  EXPECT_EQ(next.window, (PaceWindow{kNow + kLimits.window, 1}));
}

TEST(Pace, the_end_of_the_window_makes_one_digest_of_everything) {
  const Instant end = kNow + kLimits.window;
  std::vector<WaitingMail> waiting{alert(3, Pace::gather), alert(4, Pace::gather), alert(5)};
  waiting[2].at = end;
  const auto made = plan(waiting, {kNow, 2}, {}, end);
  EXPECT_THAT(made.digest, ElementsAre(3, 4, 5));
  EXPECT_THAT(made.singles, IsEmpty());
  EXPECT_EQ(made.window.from, end);
  EXPECT_EQ(made.window.used, 2) << "the storm counts on";
}

TEST(Pace, a_storm_that_lasts_is_one_digest_a_window) {
  const Instant end = kNow + kLimits.window;
  std::vector<WaitingMail> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(alert(i, Pace::gather));
  const auto first = plan(waiting, {kNow, 2}, {}, end);
  EXPECT_THAT(first.digest, SizeIs(20));
  const auto next = plan({alert(30)}, first.window, {}, end + std::chrono::minutes{1});
  EXPECT_THAT(next.held, SizeIs(1));
  EXPECT_EQ(next.held[0].until, end + kLimits.window);
}

TEST(Pace, a_digest_of_one_is_a_mail) {
  const auto made = plan({alert(3, Pace::gather)}, {kNow, 2}, {}, kNow + kLimits.window);
  EXPECT_THAT(made.singles, ElementsAre(3));
  EXPECT_THAT(made.digest, IsEmpty());
}

TEST(Pace, digests_when_asked_for_or_when_rules_have_changed) {
  const auto asked = plan({alert(1)}, {}, {true, {}});
  EXPECT_THAT(asked.held, ElementsAre(MailPlan::Hold{1, Pace::gather, kNow + kLimits.window}));
  auto changed = alert(1);
  changed.digest = true;
  const auto made = plan({changed, alert(2)});
  EXPECT_THAT(made.held, SizeIs(1));
  EXPECT_THAT(made.singles, ElementsAre(2));
}

TEST(Pace, other_news_is_not_counted) {
  std::vector<WaitingMail> waiting;
  for (int i = 0; i < 9; ++i) {
    waiting.push_back(alert(i));
    waiting.back().alert = false;
  }
  const auto made = plan(waiting);
  EXPECT_THAT(made.singles, SizeIs(9));
  EXPECT_EQ(made.window, PaceWindow{});
}

TEST(Pace, quiet_hours_hold_everything_but_the_breach_of_a_grave_case) {
  auto urgent = alert(2);
  urgent.urgent = true;
  auto news = alert(3);
  news.alert = false;
  const Instant morning = kNow + std::chrono::hours{9};
  const auto night = plan({alert(1), urgent, news}, {}, {false, morning});
  EXPECT_THAT(night.singles, ElementsAre(2));
  EXPECT_THAT(night.held, ElementsAre(MailPlan::Hold{1, Pace::quiet, morning},
                                      MailPlan::Hold{3, Pace::quiet, morning}));
  const auto after = plan({alert(1, Pace::quiet),
                           [&] {
                             auto m = news;
                             m.pace = Pace::quiet;
                             return m;
                           }()},
                          night.window, {}, morning);
  EXPECT_THAT(after.digest, ElementsAre(1, 3));
  EXPECT_EQ(after.window.used, 0) << "what came in the night does not count for the morning";
}

TEST(Pace, a_hold_that_is_looked_at_too_early_is_held_again) {
  const auto made = plan({alert(3, Pace::gather)}, {kNow, 2}, {}, kNow + std::chrono::minutes{3});
  EXPECT_THAT(made.held, ElementsAre(MailPlan::Hold{3, Pace::gather, kNow + kLimits.window}));
  EXPECT_THAT(made.singles, IsEmpty());
}

const config::Defaults& defaults() {
  static const auto loaded = config::load_defaults(FIRSTHAND_DEFAULTS);
  return *loaded;
}

TEST(QuietHours, are_on_the_companys_wall_clock) {
  for (const auto& definition : defaults().calendars) {
    if (definition.code != "china-office") continue;
    const auto calendar = config::compile_calendar(
        definition, Date{std::chrono::year{2026} / 11 / 1}, Date{std::chrono::year{2026} / 12 / 1});
    ASSERT_TRUE(calendar);
    // 10:00 UTC is 18:00 in China.
    EXPECT_EQ(quiet_until(17 * 60, 19 * 60, *calendar, kNow), kNow + std::chrono::hours{1});
    EXPECT_EQ(quiet_until(18 * 60, 8 * 60, *calendar, kNow), kNow + std::chrono::hours{14});
    EXPECT_EQ(quiet_until(21 * 60, 18 * 60 + 30, *calendar, kNow), kNow + std::chrono::minutes{30});
    EXPECT_EQ(quiet_until(21 * 60, 18 * 60, *calendar, kNow), std::nullopt) << "the end is outside";
    EXPECT_EQ(quiet_until(21 * 60, 8 * 60, *calendar, kNow), std::nullopt);
    EXPECT_EQ(quiet_until(19 * 60, 20 * 60, *calendar, kNow), std::nullopt);
    return;
  }
  FAIL() << "the default calendar is gone";
}

// ---------------------------------------------------------------- links
TEST(LinkToken, is_good_until_it_expires_and_never_when_changed) {
  using codec::LinkVerdict;
  const std::string token = codec::make_link_token("key", "acknowledge", {601, 1000});
  codec::LinkToken read;
  EXPECT_EQ(codec::read_link_token("key", "acknowledge", token, 999, read), LinkVerdict::good);
  EXPECT_EQ(read.id, 601);
  EXPECT_EQ(codec::read_link_token("key", "acknowledge", token, 1000, read), LinkVerdict::expired);
  EXPECT_EQ(codec::read_link_token("other", "acknowledge", token, 1, read), LinkVerdict::forged);
  EXPECT_EQ(codec::read_link_token("key", "something", token, 1, read), LinkVerdict::forged);
  EXPECT_EQ(codec::read_link_token("", "acknowledge", token, 1, read), LinkVerdict::forged);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_EQ(codec::read_link_token("key", "acknowledge", changed, 1, read), LinkVerdict::forged)
        << i;
  }
  for (const char* nonsense : {"", ".", "..", "601.1000", "601.1000.", "a.b.c"}) {
    EXPECT_EQ(codec::read_link_token("key", "acknowledge", nonsense, 1, read), LinkVerdict::forged);
  }
}

// ---------------------------------------------------------------- what is said
Letterhead letterhead() {
  return {"https://cc.example.test", "晨星电脑", "Morning Star", "a-key"};
}

Rules rules() {
  Rules out;
  out.book = defaults().rules;
  return out;
}

TEST(AcknowledgeLink, is_in_mails_of_alerts_that_need_it_and_the_same_every_time) {
  const std::string payload =
      R"({"what":"alert","to":"a@example.test","name":"郭样例","language":"zh","case_number":"GD1",)"
      R"("category":"wxcs","clock_kind":"callback","step":"breach","breach":true,"alert":601)";
  const auto without = compose("k", payload + "}", rules(), letterhead(), kNow);
  ASSERT_TRUE(without);
  EXPECT_THAT(without->text, Not(HasSubstr("/a/")));
  const auto with =
      compose("k", payload + R"(,"needs_acknowledgement":true})", rules(), letterhead(), kNow);
  ASSERT_TRUE(with);
  const auto expires =
      std::chrono::floor<Seconds>(kNow + std::chrono::hours{7 * 24}).time_since_epoch().count();
  const std::string link =
      "https://cc.example.test/a/" + codec::make_link_token("a-key", "acknowledge", {601, expires});
  EXPECT_THAT(with->text, HasSubstr(link));
  EXPECT_THAT(with->html, HasSubstr("href=\"" + link + "\""));
}

std::string digest_payload(const std::string& language) {
  return R"({"what":"digest","to":"a@example.test","name":"Pat","language":")" + language +
         R"(","items":[
    {"what":"alert","case_number":"GD2","category":"wxcs","clock_kind":"callback","step":"breach","breach":true,
     "department":"repair","alert":2,"needs_acknowledgement":true,"due_at":"2026-11-21T10:00:00.000Z"},
    {"what":"alert","case_number":"GD<1>","category":"wxcs","clock_kind":"dispatch","step":"warn_80","breach":false,
     "department":"repair","alert":1},
    {"what":"dispatch_arrived","case_number":"GD3","category":"cpzx","department":null}]})";
}

TEST(Digest, names_every_case_by_department_and_counts) {
  const auto zh = compose("mail:digest:1:13", digest_payload("zh"), rules(), letterhead(), kNow);
  ASSERT_TRUE(zh) << zh.error().what;
  EXPECT_EQ(zh->subject, "【汇总】3 条提醒待查看，其中 1 条已超时");
  EXPECT_THAT(zh->text, HasSubstr("== 维修中心 ==\n\n已超时 (1)\n- 【超时】工单 GD2"));
  EXPECT_THAT(zh->text, HasSubstr("https://cc.example.test/cases/GD2\n"));
  EXPECT_THAT(zh->text, HasSubstr("/a/2."));
  EXPECT_THAT(zh->text, Not(HasSubstr("/a/1.")));
  EXPECT_THAT(zh->text, HasSubstr("== 未派部门 ==\n\n即将到期及其他 (1)\n- 【新派单】工单 GD3"));
  EXPECT_THAT(zh->html, HasSubstr("GD&lt;1&gt;"));
  EXPECT_THAT(zh->html, Not(HasSubstr("GD<1>")));
  EXPECT_THAT(zh->html, HasSubstr("<html lang=\"zh-CN\">"));
  const auto en = compose("mail:digest:1:13", digest_payload("en"), rules(), letterhead(), kNow);
  ASSERT_TRUE(en);
  EXPECT_EQ(en->subject, "[Digest] 3 alerts to look at, 1 overdue");
  EXPECT_THAT(en->html, HasSubstr("<html lang=\"en\">"));
  for (const auto* part : {&en->text, &en->html, &zh->text, &zh->html}) {
    EXPECT_THAT(*part, Not(HasSubstr("{")));
  }
}

TEST(Digest, of_nothing_is_refused) {
  EXPECT_FALSE(compose("k", R"({"what":"digest","to":"a@example.test","items":[]})", rules(),
                       letterhead(), kNow));
}

}  // namespace
}  // namespace firsthand::notify
