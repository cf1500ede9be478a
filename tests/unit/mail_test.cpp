// SPDX-License-Identifier: Apache-2.0
// adapters/notify without a network: headers that cannot be injected into, encoded words, texts in
// both languages, and which addresses a webhook may go to.
#include "adapters/notify/mail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "adapters/notify/address.hpp"
#include "adapters/notify/compose.hpp"
#include "adapters/notify/texts.hpp"

namespace firsthand::notify {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} +
                       std::chrono::hours{10}};

MailSender sender() {
  return {"service@morningstar.example", "晨星电脑客服"};
}

Mail good() {
  Mail mail;
  mail.key = "mail:alert:17:42";
  mail.to = "liaison@morningstar.example";
  mail.to_name = "接口人";
  mail.subject = "【超时】工单 GD20261121000001";
  mail.text = "正文\n";
  mail.html = "<p>正文</p>";
  return mail;
}

std::vector<std::string> header_lines(const std::string& message) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (message.compare(at, 2, "\r\n") != 0) {
    const auto end = message.find("\r\n", at);
    lines.push_back(message.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

TEST(Mail, MessageHasEveryHeaderOnce) {
  const auto message = build_message(good(), sender(), kNow);
  ASSERT_TRUE(message.has_value());
  std::multiset<std::string> names;
  for (const std::string& line : header_lines(*message)) {
    EXPECT_LE(line.size(), 78U) << line;
    if (line.front() != ' ') names.insert(line.substr(0, line.find(':')));
  }
  EXPECT_EQ(names, (std::multiset<std::string>{"Date", "From", "To", "Subject", "Message-ID",
                                               "MIME-Version", "Auto-Submitted", "Content-Language",
                                               "Content-Type"}));
  EXPECT_THAT(*message, HasSubstr("Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"));
  EXPECT_EQ(message->find('\n'), message->find("\r\n") + 1);
  EXPECT_EQ(std::regex_replace(*message, std::regex{"\r\n"}, "").find_first_of("\r\n"),
            std::string::npos);
}

TEST(Mail, TheSameKeyGivesTheSameMessageId) {
  EXPECT_EQ(message_id("k1", "a@b.example"), message_id("k1", "a@b.example"));
  EXPECT_NE(message_id("k1", "a@b.example"), message_id("k2", "a@b.example"));
  EXPECT_THAT(message_id("k1", "a@b.example"), testing::MatchesRegex("<[0-9a-f]+@b.example>"));
}

struct InjectionRow {
  const char* name;
  void (*spoil)(Mail&, MailSender&);
};

TEST(Mail, ControlCharactersInHeadersAreRefused) {
  const InjectionRow rows[] = {
      {"LF in the subject", [](Mail& m, MailSender&) { m.subject = "a\nBcc: x@y.example"; }},
      {"CR in the subject", [](Mail& m, MailSender&) { m.subject = "a\rb"; }},
      {"CRLF in the name", [](Mail& m, MailSender&) { m.to_name = "a\r\nBcc: x@y.example"; }},
      {"NUL in the name", [](Mail& m, MailSender&) { m.to_name = std::string("a\0b", 3); }},
      {"CRLF in the address", [](Mail& m, MailSender&) { m.to = "a@b.example\r\nRCPT TO:<c@d>"; }},
      {"two addresses", [](Mail& m, MailSender&) { m.to = "a@b.example,c@d.example"; }},
      {"angle bracket", [](Mail& m, MailSender&) { m.to = "a@b.example>"; }},
      {"space", [](Mail& m, MailSender&) { m.to = "a@b.example SIZE=1"; }},
      {"no at", [](Mail& m, MailSender&) { m.to = "nobody"; }},
      {"two ats", [](Mail& m, MailSender&) { m.to = "a@b@c.example"; }},
      {"not ASCII", [](Mail& m, MailSender&) { m.to = "接口人@b.example"; }},
      {"sender's name", [](Mail&, MailSender& s) { s.name = "x\ny"; }},
      {"sender's address", [](Mail&, MailSender& s) { s.address = "a@b.example\r\n"; }},
      {"DEL", [](Mail& m, MailSender&) { m.subject = "a\x7f"; }},
      {"language", [](Mail& m, MailSender&) { m.language = "en\r\nX: y"; }},
      {"empty subject", [](Mail& m, MailSender&) { m.subject.clear(); }},
  };
  ASSERT_TRUE(build_message(good(), sender(), kNow).has_value());
  for (const auto& row : rows) {
    Mail mail = good();
    MailSender from = sender();
    row.spoil(mail, from);
    EXPECT_FALSE(build_message(mail, from, kNow).has_value()) << row.name;
  }
}

TEST(Mail, EncodedWordsAreShortAndSplitBetweenCharacters) {
  EXPECT_EQ(encode_header_text("Case GD1"), "Case GD1");
  EXPECT_EQ(encode_header_text("超时"), "=?UTF-8?B?6LaF5pe2?=");
  EXPECT_EQ(encode_header_text("=?UTF-8?B?QQ==?=").find("=?UTF-8?B?PT9"), 0U);
  std::string longer;
  for (int i = 0; i < 60; ++i) longer += "电";
  const std::string encoded = encode_header_text(longer);
  const std::regex word{R"(=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=)"};
  int words = 0;
  for (std::sregex_iterator at{encoded.begin(), encoded.end(), word}, end; at != end; ++at) {
    EXPECT_LE(at->length(0), 75);
    // 3-byte characters: each word holds whole ones only, so its base64 is a multiple of 4
    // unpadded.
    EXPECT_EQ((*at)[1].str().find('='), std::string::npos);
    ++words;
  }
  EXPECT_EQ(words, 4);  // 180 bytes, 45 to a word
}

TEST(MailAddress, Table) {
  for (const char* good : {"a@b.example", "first.last+tag@mail.example.com", "x@localhost"})
    EXPECT_TRUE(is_mail_address(good)) << good;
  for (const char* bad : {"", "@b", "a@", "a@.b", "a@b.", "a b@c", "a@b;c", "\"a\"@b", "a@[::1]"})
    EXPECT_FALSE(is_mail_address(bad)) << bad;
}

// ---------------------------------------------------------------- texts

TEST(Texts, BothLanguagesHaveTheSameKeysAndPlaceholders) {
  const auto placeholders = [](const std::string& pattern) {
    std::multiset<std::string> found;
    const std::regex name{R"(\{[a-z_]+\})"};
    for (std::sregex_iterator at{pattern.begin(), pattern.end(), name}, end; at != end; ++at)
      found.insert(at->str());
    return found;
  };
  const Catalogue& zh = catalogue("zh");
  const Catalogue& en = catalogue("en");
  ASSERT_EQ(zh.size(), en.size());
  for (const auto& [key, pattern] : zh) {
    ASSERT_TRUE(en.contains(key)) << key;
    EXPECT_FALSE(pattern.empty()) << key;
    // A language may leave out what its sentence does not need, but not name something unknown.
    for (const auto& name : placeholders(text(en, key)))
      EXPECT_TRUE(std::set<std::string>({"{case_number}", "{clock}", "{due}", "{category}",
                                         "{name}", "{company}", "{count}", "{late}", "{amount}",
                                         "{person}", "{matter}", "{title}", "{owner}", "{by}"})
                      .contains(name))
          << key << name;
    EXPECT_EQ(placeholders(pattern), placeholders(text(en, key))) << key;
  }
  EXPECT_EQ(&catalogue("fr"), &zh);
}

TEST(Texts, EveryClockKindHasAWord) {
  for (const char* kind :
       {"acknowledgement", "first_response", "callback", "follow_up", "progress_update", "dispatch",
        "resolution", "final_response", "pool_hold", "review_action"})
    EXPECT_FALSE(text(catalogue("zh"), std::string{"clock."} + kind).empty()) << kind;
}

TEST(Texts, Fill) {
  EXPECT_EQ(fill("a {x} b {y} {open", {{"x", "1"}}), "a 1 b  {open");
}

Rules rules() {
  Rules rules;
  Category screen;
  screen.code = "screen";
  screen.name_zh = "屏幕问题";
  screen.name_en = "Screen";
  rules.book.categories.push_back(screen);
  User liaison;
  liaison.id = UserId{42};
  liaison.role = Role::liaison;
  User back;
  back.id = UserId{43};
  back.role = Role::back_line;
  rules.users = {liaison, back};
  return rules;
}

Letterhead letterhead() {
  return {"http://127.0.0.1:8080", "晨星电脑", "Morning Star PC"};
}

std::string payload(const std::string& more, const std::string& language = "zh") {
  return R"({"what":"alert","to":"liaison@morningstar.example","name":"接口人","recipient":42,"language":")" +
         language + R"(","case_number":"GD20261121000001","category":"screen","case":7,)" + more +
         "}";
}

TEST(Compose, AlertBeforeAtAndAfterTheBreach) {
  const struct {
    const char* facts;
    const char* language;
    const char* subject;
  } rows[] = {
      {R"("clock_kind":"callback","step":"warn_80","breach":false,"due_at":"2026-11-21T10:00:00Z")",
       "zh", "【预警】工单 GD20261121000001：回电承诺将于 2026-11-21 10:00 到期"},
      {R"("clock_kind":"callback","step":"breach","breach":true,"due_at":"2026-11-21T10:00:00Z")",
       "en", "[Overdue] Case GD20261121000001: promised callback was due 2026-11-21 10:00"},
      {R"("clock_kind":"resolution","step":"climb_60","breach":true,"due_at":"2026-11-21T10:00:00Z")",
       "en", "[Still overdue] Case GD20261121000001: resolution, alert not acknowledged"},
  };
  for (const auto& row : rows) {
    const auto mail = compose("mail:k", payload(row.facts, row.language), rules(), letterhead());
    ASSERT_TRUE(mail.has_value());
    EXPECT_EQ(mail->subject, row.subject);
    EXPECT_EQ(mail->language, row.language);
    EXPECT_TRUE(build_message(*mail, sender(), kNow).has_value());
  }
}

TEST(Compose, LinkGoesToWhereTheRecipientActs) {
  const auto liaison = compose("k", payload(R"("x":1)"), rules(), letterhead());
  EXPECT_THAT(liaison->text, HasSubstr("http://127.0.0.1:8080/liaison?case=GD20261121000001"));
  std::string other = payload(R"("x":1)");
  other.replace(other.find("42"), 2, "43");
  const auto back = compose("k", other, rules(), letterhead());
  EXPECT_THAT(back->html, HasSubstr("href=\"http://127.0.0.1:8080/cases/GD20261121000001\""));
}

TEST(Compose, WithoutACaseTheTitleSaysWhatItIsAbout) {
  const auto written = [](const char* language, const std::string& more) {
    const std::string facts =
        R"({"what":"alert","to":"owner@example.test","name":"负责人","recipient":43,"language":")" +
        std::string{language} +
        R"(","case_number":"","category":"","due_at":"2026-11-21T10:00:00Z",)" + more + "}";
    return *compose("k", facts, rules(), letterhead());
  };
  const std::string customer = R"("title":"云上科技","customer":77,"clock_kind":)";
  const Mail called = written("zh", customer + R"("callback","step":"warn_75","breach":false)");
  EXPECT_EQ(called.subject, "【预警】客户 云上科技：回电承诺将于 2026-11-21 10:00 到期");
  EXPECT_THAT(called.text, HasSubstr("客户: 云上科技\n"));
  EXPECT_THAT(called.text, HasSubstr("http://127.0.0.1:8080/customers/77\n"));
  EXPECT_THAT(called.html, HasSubstr("打开客户"));
  EXPECT_EQ(written("en", customer + R"("pool_hold","step":"breach","breach":true)").subject,
            "[Into the pool] Customer 云上科技: hold period has ended");
  const std::string action = R"("title":"改进包装\nBcc: x","review_action":9,"clock_kind":)";
  const Mail late = written("en", action + R"("review_action","step":"climb_9h","breach":true)");
  EXPECT_EQ(late.subject,
            "[Still overdue] Action “改进包装 Bcc: x”: completion, alert not acknowledged");
  EXPECT_THAT(late.html, HasSubstr("href=\"http://127.0.0.1:8080/review-actions/9\""));
}

TEST(Compose, AReassignmentIsOneLetterWithALinkToEachCase) {
  const auto written = [](const char* what, const char* language, const std::string& more) {
    const std::string facts =
        R"({"what":")" + std::string{what} +
        R"(","to":"owner@example.test","name":"周演示","recipient":43,)" + R"("language":")" +
        language + R"(","owner":"周演示","by":"主管\nBcc: x","reason":"负荷均衡",)" + more + "}";
    return *compose("k", facts, rules(), letterhead());
  };
  const std::string two =
      R"("cases":[{"case_number":"GD1","category":"screen","previous_owner":"林测试"},)"
      R"({"case_number":"GD2","category":"gone","previous_owner":"<b>"}])";
  const Mail mine = written("reassigned_to", "zh", two);
  EXPECT_EQ(mine.subject, "【改派】2 张工单由您负责");
  EXPECT_THAT(mine.text, HasSubstr("- GD1 · 屏幕问题 · 原责任人 林测试\n"
                                   "  http://127.0.0.1:8080/cases/GD1\n"));
  EXPECT_THAT(mine.text, HasSubstr("原因: 负荷均衡\n操作人: 主管 Bcc: x\n"));
  EXPECT_THAT(mine.html, HasSubstr("<a href=\"http://127.0.0.1:8080/cases/GD2\">GD2 · gone"));
  EXPECT_THAT(mine.html, Not(HasSubstr("<b>")));
  EXPECT_THAT(mine.text, Not(HasSubstr("您代理")));

  const std::string one =
      R"("case_number":"GD1","cases":[{"case_number":"GD1","category":"screen",)"
      R"("previous_owner":"Lin"}],"stands_in_for":"Lin")";
  const Mail lost = written("reassigned_from", "en", one);
  EXPECT_EQ(lost.subject, "No longer yours: case GD1, now with 周演示");
  EXPECT_THAT(lost.text, HasSubstr("- GD1 · Screen\n"));
  EXPECT_THAT(lost.text, HasSubstr("New owner: 周演示\nYou stand in for: Lin\n"));
  EXPECT_TRUE(build_message(lost, sender(), kNow).has_value());
  EXPECT_FALSE(compose("k", R"({"what":"reassigned_to","cases":[]})", rules(), letterhead()));
}

TEST(Compose, TheCustomersWordsStayText) {
  const auto mail =
      compose("k", payload(R"("text":"<script>alert(1)</script>\r\nBcc: x@y.example & \"more\"")"),
              rules(), letterhead());
  ASSERT_TRUE(mail.has_value());
  EXPECT_THAT(mail->html, Not(HasSubstr("<script>")));
  EXPECT_THAT(mail->html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(mail->html, HasSubstr("屏幕问题"));
  EXPECT_TRUE(build_message(*mail, sender(), kNow).has_value());
}

TEST(Compose, ANameWithLineEndsBecomesOneLine) {
  std::string facts = payload(R"("x":1)");
  facts.replace(facts.find("接口人"), std::string{"接口人"}.size(), R"(a\r\nBcc: x@y.example)");
  const auto mail = compose("k", facts, rules(), letterhead());
  ASSERT_TRUE(mail.has_value());
  EXPECT_EQ(mail->to_name, "a  Bcc: x@y.example");
  const auto message = build_message(*mail, sender(), kNow);
  ASSERT_TRUE(message.has_value());
  EXPECT_THAT(*message, Not(HasSubstr("\r\nBcc:")));
}

TEST(Compose, RefusesWhatItCannotRead) {
  EXPECT_FALSE(compose("k", "{", rules(), letterhead()).has_value());
  EXPECT_FALSE(compose("k", "[]", rules(), letterhead()).has_value());
  EXPECT_FALSE(compose("k", R"({"what":"alert"})", rules(), letterhead()).has_value());
}

TEST(Compose, AnUnknownKindIsStillToldOf) {
  std::string facts = payload(R"("x":1)");
  facts.replace(facts.find("alert"), 5, "later");
  EXPECT_EQ(compose("k", facts, rules(), letterhead())->subject, "工单 GD20261121000001 有新情况");
}

// ---------------------------------------------------------------- addresses

TEST(Address, PrivateAndPublic) {
  for (const char* text : {"127.0.0.1",
                           "127.255.0.1",
                           "10.0.0.1",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "0.0.0.0",
                           "224.0.0.1",
                           "255.255.255.255",
                           "192.0.2.7",
                           "198.18.0.1",
                           "::1",
                           "::",
                           "::ffff:127.0.0.1",
                           "::ffff:10.1.2.3",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "2001:db8::1",
                           "64:ff9b::7f00:1",
                           "64:ff9b::a00:1",
                           "2002:7f00:1::",
                           "2002:c0a8:101::1",
                           "2001:0:1::1",
                           "fec0::1",
                           "::127.0.0.1"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_TRUE(is_private(*address)) << text;
  }
  for (const char* text : {"1.1.1.1", "8.8.8.8", "172.32.0.1", "172.15.255.255", "100.128.0.1",
                           "11.0.0.1", "2606:4700::1", "2001:4860:4860::8888", "64:ff9b::808:808",
                           "2002:808:808::1", "::ffff:8.8.8.8"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(is_private(*address)) << text;
  }
  for (const char* text : {"", "1.2.3", "localhost", "1.2.3.4.5", ":::"})
    EXPECT_FALSE(parse_address(text)) << text;
}

}  // namespace
}  // namespace firsthand::notify
