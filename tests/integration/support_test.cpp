// SPDX-License-Identifier: Apache-2.0
// The servers that the other tests stand on.
#include <curl/curl.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/postgres_server.hpp"
#include "tests/support/smtp_server.hpp"

namespace firsthand::test {
namespace {

using std::chrono::seconds;

void fill(const std::string& url) {
  TestDatabase scratch(url);  // a template's own connections are closed again
  EXPECT_NE(scratch.url(), url);
}

TEST(PostgresServerTest, keeps_committed_rows_over_a_kill) {
  PostgresServer server;
  TestDatabase database(server.url());
  database.query("create table kept (n int)");
  database.query("insert into kept values (1), (2)");
  server.kill();
  EXPECT_THROW(database.query("select 1"), std::runtime_error);
  server.start();
  EXPECT_EQ(database.query("select n from kept order by n"), "1\n2");
}

TEST(PostgresServerTest, answers_again_after_a_stop_and_after_a_freeze) {
  PostgresServer server;
  server.stop();
  EXPECT_THROW(TestDatabase{server.url()}, std::runtime_error);
  server.start();
  server.freeze();
  server.thaw();
  TestDatabase database(server.url());
  EXPECT_EQ(database.query("select current_user"), "firsthand");
  EXPECT_EQ(database.query("select rolsuper from pg_roles where rolname = current_user"), "f");
}

TEST(PostgresServerTest, template_is_made_once_and_copied) {
  const std::string& server = shared_postgres_url();
  const std::string name = "support_test_" + std::to_string(getpid());
  int made = 0;
  const auto prepare = [&made](const std::string& url) {
    ++made;
    fill(url);
  };
  ensure_template(server, name, prepare);
  ensure_template(server, name, prepare);
  EXPECT_EQ(made, 1);
  TestDatabase first(server, name);
  TestDatabase second(server, name);
  first.query("create table only_in_first ()");
  EXPECT_EQ(second.query("select count(*) from pg_class where relname = 'only_in_first'"), "0");
  TestDatabase(server).query("drop database " + name);
}

TEST(PostgresServerTest, failed_template_is_not_left_behind) {
  const std::string name = "support_failed_" + std::to_string(getpid());
  const auto fails = [](const std::string&) { throw std::runtime_error("no"); };
  EXPECT_THROW(ensure_template(shared_postgres_url(), name, fails), std::runtime_error);
  EXPECT_THROW((TestDatabase{shared_postgres_url(), name}), std::runtime_error);
}

TEST(PostgresServerTest, changes_only_the_database_of_a_url) {
  EXPECT_EQ(with_database("postgresql://u:p@h:1/a?x=/y", "b"), "postgresql://u:p@h:1/b?x=/y");
  EXPECT_EQ(with_database("postgresql://h", "b"), "postgresql://h/b");
}

struct Upload {
  std::string_view left;
};

std::size_t give(char* buffer, std::size_t size, std::size_t count, void* upload) {
  auto& left = static_cast<Upload*>(upload)->left;
  const std::size_t bytes = left.copy(buffer, size * count);
  left.remove_prefix(bytes);
  return bytes;
}

/// The SMTP answer's code: 250 when the mail was taken.
long send(const SmtpServer& server, const std::string& to, std::string_view text) {
  CURL* curl = curl_easy_init();
  curl_slist* recipients = curl_slist_append(nullptr, to.c_str());
  Upload upload{text};
  curl_easy_setopt(curl, CURLOPT_URL, server.url().c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "desk@example.com");
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
  long code = 0;
  const CURLcode done = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  curl_slist_free_all(recipients);
  curl_easy_cleanup(curl);
  return done == CURLE_GOT_NOTHING || done == CURLE_RECV_ERROR ? 0 : code;
}

constexpr std::string_view kText =
    "From: desk@example.com\r\nSubject: =?UTF-8?B?5oqV6K+J?=\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
    "base64\r\n\r\n5L2g5aW9\r\n";

TEST(SmtpServerTest, keeps_and_decodes_a_mail) {
  SmtpServer server;
  EXPECT_EQ(send(server, "liaison@example.com", kText), 250);
  const auto mail = server.wait_for_mail(seconds(20));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->from, "desk@example.com");
  EXPECT_EQ(mail->to, std::vector<std::string>{"liaison@example.com"});
  EXPECT_EQ(mail->subject, "投诉");
  EXPECT_EQ(mail->text, "你好");
  EXPECT_NE(mail->raw.find("5L2g5aW9"), std::string::npos);
  EXPECT_FALSE(server.wait_for_mail(std::chrono::milliseconds(1)));
}

TEST(SmtpServerTest, is_difficult_when_told) {
  SmtpServer server;
  server.refuse_next(451, 2);
  EXPECT_EQ(send(server, "a@example.com", kText), 451);
  EXPECT_EQ(send(server, "a@example.com", kText), 451);
  EXPECT_EQ(send(server, "a@example.com", kText), 250);
  EXPECT_EQ(server.refused(), 2);
  server.refuse_recipient("gone@example.com");
  EXPECT_EQ(send(server, "gone@example.com", kText), 550);
  server.cut_next();
  EXPECT_NE(send(server, "b@example.com", kText), 250);
  // Kept although the sender was never told: what makes at-least-once visible.
  EXPECT_EQ(server.mails().size(), 2U);
  server.kill();
  EXPECT_NE(send(server, "c@example.com", kText), 250);
  server.start();
  EXPECT_EQ(send(server, "c@example.com", kText), 250);
}

}  // namespace
}  // namespace firsthand::test
