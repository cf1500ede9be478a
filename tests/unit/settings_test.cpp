// SPDX-License-Identifier: Apache-2.0
// The settings table, its file, its environment and its mistakes.
#include "config/settings.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace firsthand::config {
namespace {

class SettingsFile : public testing::Test {
 protected:
  SettingsFile() {
    std::string name = (std::filesystem::temp_directory_path() / "settings-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~SettingsFile() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream{directory_ / name, std::ios::binary} << text;
    return directory_ / name;
  }

  std::filesystem::path directory_;
};

bool tells(const Errors& errors, std::string_view key, std::string_view reason) {
  return std::any_of(errors.list.begin(), errors.list.end(), [&](const Error& error) {
    return error.key == key && error.reason.find(reason) != std::string::npos;
  });
}

TEST(SettingsTable, is_consistent) {
  Settings settings;
  std::set<std::string> names;
  std::set<const void*> fields;
  for (const SettingRow& row : settings_table()) {
    SCOPED_TRACE(row.key);
    EXPECT_TRUE(names.insert(environment_name(row.key)).second);
    EXPECT_TRUE(
        fields
            .insert(std::visit(
                [&](auto field) { return static_cast<const void*>(&field(settings)); }, row.field))
            .second)
        << "two rows set the same field";
    EXPECT_GT(row.sentence.size(), 10u);
    EXPECT_EQ(row.sentence.back(), '.');
    if (row.type() == SettingType::number) {
      EXPECT_LT(row.min, row.max);
    }
  }
  EXPECT_EQ(environment_name("telephony.ari.user"), "FIRSTHAND_TELEPHONY_ARI_USER");
}

TEST(SettingsTable, defaults_are_valid) {
  const auto settings = load_settings(std::nullopt, {});
  ASSERT_TRUE(settings) << settings.error().text();
  EXPECT_EQ(settings->http.address, "127.0.0.1");
  EXPECT_EQ(settings->http.port, 8080);
  EXPECT_EQ(settings->http.public_url, "http://127.0.0.1:8080");
  EXPECT_EQ(settings->postgres.connections, 4);
  EXPECT_EQ(settings->door.batch_max, 128);
  EXPECT_EQ(settings->telephony.ari.url, "");
  EXPECT_EQ(settings->telephony.ari.app, "engine");
  EXPECT_EQ(settings->telephony.trunk_endpoint_template, "PJSIP/{number}@trunk");
  EXPECT_EQ(settings->mail.smtp_url, "smtp://127.0.0.1:25");
  EXPECT_FALSE(settings->webhook.allow_private);
  EXPECT_EQ(settings->session.idle_min, 30);
  EXPECT_EQ(settings->log.format, "text");
  EXPECT_TRUE(settings->http.allowed_hosts.empty());
}

TEST_F(SettingsFile, environment_wins_over_file_and_file_over_default) {
  const auto file = write("engine.toml", R"(
webhook.allow_private = true
[http]
port = 9000
allowed_hosts = ["crm.example.com", "10.0.0.7"]
public_url = "https://crm.example.com/"
[telephony.ari]
url = "http://127.0.0.1:8088/ari/"
user = "engine"
password = "from the file"
)");
  const auto settings = load_settings(file, {{"FIRSTHAND_HTTP_PORT", "9001"},
                                             {"FIRSTHAND_HTTP_TRUSTED_PROXIES", "10.0.0.1, ::1"},
                                             {"FIRSTHAND_TELEPHONY_ARI_PASSWORD", "from the env"},
                                             {"FIRSTHAND_CONFIG", file.string()},
                                             {"HOME", "/root"}});
  ASSERT_TRUE(settings) << settings.error().text();
  EXPECT_EQ(settings->http.port, 9001);
  EXPECT_EQ(settings->http.public_url, "https://crm.example.com");
  EXPECT_EQ(settings->http.allowed_hosts,
            (std::vector<std::string>{"crm.example.com", "10.0.0.7"}));
  EXPECT_EQ(settings->http.trusted_proxies, (std::vector<std::string>{"10.0.0.1", "::1"}));
  EXPECT_EQ(settings->telephony.ari.url, "http://127.0.0.1:8088/ari");
  EXPECT_EQ(settings->telephony.ari.password, "from the env");
  EXPECT_TRUE(settings->webhook.allow_private);
}

TEST(Settings, a_manager_port_is_checked_as_a_whole) {
  const Environment good{{"FIRSTHAND_TELEPHONY_AMI_URL", "tcp://127.0.0.1:5038"},
                         {"FIRSTHAND_TELEPHONY_AMI_USER", "firsthand"},
                         {"FIRSTHAND_TELEPHONY_AMI_PASSWORD", "secret"},
                         {"FIRSTHAND_TELEPHONY_AMI_TRUNKS", "PJSIP/trunk, DAHDI/i1"},
                         {"FIRSTHAND_TELEPHONY_AMI_CALLBACK_CONTEXT", "from-internal"},
                         {"FIRSTHAND_TELEPHONY_AMI_BEFORE_QUEUE_CONTEXT", "before-queue"},
                         {"FIRSTHAND_TELEPHONY_AMI_OWNER_CONTEXT", "to-owner"},
                         {"FIRSTHAND_TELEPHONY_AMI_MEMBER_TEMPLATE", "PJSIP/{extension}"}};
  const auto settings = load_settings(std::nullopt, good);
  ASSERT_TRUE(settings) << settings.error().text();
  EXPECT_EQ(settings->telephony.ami.trunks, (std::vector<std::string>{"PJSIP/trunk", "DAHDI/i1"}));
  EXPECT_EQ(show_settings(*settings).find("= \"secret\""), std::string::npos);
  struct Row {
    const char* variable;
    const char* value;
    const char* key;
    const char* reason;
  };
  for (const auto& [variable, value, key, reason] : {
           Row{"URL", "http://127.0.0.1", "FIRSTHAND_TELEPHONY_AMI_URL", "tcp"},
           Row{"USER", "", "telephony.ami.user", "is needed"},
           Row{"PASSWORD", "", "telephony.ami.password", "is needed"},
           Row{"OWNER_CONTEXT", "", "telephony.ami.owner_context", "belong together"},
           Row{"CALLBACK_CONTEXT", "a,1", "telephony.ami.callback_context", "name of the dialplan"},
           Row{"MEMBER_TEMPLATE", "PJSIP/1001", "telephony.ami.member_template", "{extension}"},
       }) {
    Environment bad = good;
    bad["FIRSTHAND_TELEPHONY_AMI_" + std::string{variable}] = value;
    const auto refused = load_settings(std::nullopt, bad);
    ASSERT_FALSE(refused) << variable;
    EXPECT_TRUE(tells(refused.error(), key, reason)) << variable << refused.error().text();
  }
  Environment both = good;
  both["FIRSTHAND_TELEPHONY_ARI_URL"] = "http://127.0.0.1:8088/ari";
  both["FIRSTHAND_TELEPHONY_ARI_USER"] = "engine";
  both["FIRSTHAND_TELEPHONY_ARI_PASSWORD"] = "secret";
  const auto refused = load_settings(std::nullopt, both);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(tells(refused.error(), "telephony.ami.url", "who routes"));
}

TEST_F(SettingsFile, tells_every_mistake_at_once) {
  const auto file = write("engine.toml", R"(prot = 1
[http]
port = "8080"
adress = "x"
allowed_hosts = "one"
[postgres]
connections = 1000
[log]
format = "xml"
[telephony]
trunk_endpoint_template = "PJSIP/trunk"
[telephony.ari]
url = "ftp://pbx"
[data]
directory = ""
)");
  const auto settings = load_settings(file, {{"FIRSTHAND_HTTP_PORTS", "1"},
                                             {"FIRSTHAND_DOOR_BATCH_MAX", "12x"},
                                             {"FIRSTHAND_WEBHOOK_ALLOW_PRIVATE", "maybe"},
                                             {"FIRSTHAND_TELEPHONY_REGION", "China"}});
  ASSERT_FALSE(settings);
  const Errors& errors = settings.error();
  EXPECT_TRUE(tells(errors, "prot", "not a known setting"));
  EXPECT_TRUE(tells(errors, "http.port", "whole number"));
  EXPECT_TRUE(tells(errors, "http.adress", "not a known setting"));
  EXPECT_TRUE(tells(errors, "http.allowed_hosts", "list"));
  EXPECT_TRUE(tells(errors, "postgres.connections", "from 2 to 64"));
  EXPECT_TRUE(tells(errors, "log.format", "text, json"));
  EXPECT_TRUE(tells(errors, "telephony.trunk_endpoint_template", "{number}"));
  EXPECT_TRUE(tells(errors, "telephony.ari.url", "http, https"));
  EXPECT_TRUE(tells(errors, "data.directory", "empty"));
  EXPECT_TRUE(tells(errors, "FIRSTHAND_HTTP_PORTS", "not a known setting"));
  EXPECT_TRUE(tells(errors, "FIRSTHAND_DOOR_BATCH_MAX", "whole number"));
  EXPECT_TRUE(tells(errors, "FIRSTHAND_WEBHOOK_ALLOW_PRIVATE", "true or false"));
  EXPECT_TRUE(tells(errors, "telephony.region", "two capital letters"));
  EXPECT_EQ(errors.list.size(), 13u) << errors.text();
  const auto line = std::find_if(errors.list.begin(), errors.list.end(),
                                 [](const Error& e) { return e.key == "http.adress"; });
  EXPECT_EQ(line->line, 4);
  EXPECT_NE(errors.text().find("engine.toml:4: http.adress: "), std::string::npos);
}

TEST_F(SettingsFile, checks_what_belongs_together) {
  struct Row {
    const char* name;
    Environment environment;
    const char* key;
  };
  const Row rows[] = {
      {"ari without user", {{"FIRSTHAND_TELEPHONY_ARI_URL", "http://x/ari"}}, "telephony.ari.user"},
      {"ari without password",
       {{"FIRSTHAND_TELEPHONY_ARI_URL", "http://x/ari"}, {"FIRSTHAND_TELEPHONY_ARI_USER", "u"}},
       "telephony.ari.password"},
      {"mail user alone", {{"FIRSTHAND_MAIL_USER", "u"}}, "mail.password"},
      {"idle longer than absolute",
       {{"FIRSTHAND_SESSION_IDLE_MIN", "121"}, {"FIRSTHAND_SESSION_ABSOLUTE_H", "2"}},
       "session.idle_min"},
      {"queue smaller than batch",
       {{"FIRSTHAND_DOOR_BATCH_MAX", "64"}, {"FIRSTHAND_DOOR_QUEUE_MAX", "32"}},
       "door.queue_max"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto settings = load_settings(std::nullopt, row.environment);
    ASSERT_FALSE(settings);
    EXPECT_TRUE(tells(settings.error(), row.key, "")) << settings.error().text();
  }
}

TEST_F(SettingsFile, bounds_are_inclusive) {
  for (const char* port : {"0", "65535"}) {
    EXPECT_TRUE(load_settings(std::nullopt, {{"FIRSTHAND_HTTP_PORT", port}})) << port;
  }
  for (const char* port : {"-1", "65536", "", " ", "8080.0", "99999999999999999999", "0x50"}) {
    EXPECT_FALSE(load_settings(std::nullopt, {{"FIRSTHAND_HTTP_PORT", port}})) << port;
  }
}

TEST_F(SettingsFile, secrets_come_from_files) {
  const auto secret = write("postgres-url", "postgresql://fh:s3cret@db/fh\n");
  const auto from_env =
      load_settings(std::nullopt, {{"FIRSTHAND_POSTGRES_URL_FILE", secret.string()}});
  ASSERT_TRUE(from_env) << from_env.error().text();
  EXPECT_EQ(from_env->postgres.url, "postgresql://fh:s3cret@db/fh");
  const auto file = write("engine.toml", "[postgres]\nurl_file = \"" + secret.string() + "\"\n");
  const auto from_file = load_settings(file, {});
  ASSERT_TRUE(from_file) << from_file.error().text();
  EXPECT_EQ(from_file->postgres.url, "postgresql://fh:s3cret@db/fh");

  struct Row {
    const char* name;
    Environment environment;
    const char* key;
    const char* reason;
  };
  const Row rows[] = {
      {"both",
       {{"FIRSTHAND_POSTGRES_URL", "postgresql://x/y"},
        {"FIRSTHAND_POSTGRES_URL_FILE", secret.string()}},
       "FIRSTHAND_POSTGRES_URL_FILE",
       "together"},
      {"missing file",
       {{"FIRSTHAND_MAIL_PASSWORD_FILE", (directory_ / "none").string()}},
       "FIRSTHAND_MAIL_PASSWORD_FILE",
       "cannot be read"},
      {"a directory",
       {{"FIRSTHAND_MAIL_PASSWORD_FILE", directory_.string()}},
       "FIRSTHAND_MAIL_PASSWORD_FILE",
       "not a file"},
      {"empty file",
       {{"FIRSTHAND_MAIL_PASSWORD_FILE", write("empty", "\n").string()}},
       "FIRSTHAND_MAIL_PASSWORD_FILE",
       "is empty"},
      {"not a secret",
       {{"FIRSTHAND_LOG_LEVEL_FILE", secret.string()}},
       "FIRSTHAND_LOG_LEVEL_FILE",
       "not a known setting"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto settings = load_settings(std::nullopt, row.environment);
    ASSERT_FALSE(settings);
    EXPECT_TRUE(tells(settings.error(), row.key, row.reason)) << settings.error().text();
  }
}

TEST_F(SettingsFile, a_secret_is_never_printed) {
  const auto good = load_settings(
      std::nullopt,
      {{"FIRSTHAND_POSTGRES_URL", "postgresql://fh:s3cret@db/fh"}, {"FIRSTHAND_REDIS_URL", ""}});
  ASSERT_TRUE(good) << good.error().text();
  const std::string shown = show_settings(*good);
  EXPECT_EQ(shown.find("s3cret"), std::string::npos);
  EXPECT_NE(shown.find("postgres.url = (set)\n"), std::string::npos);
  EXPECT_NE(shown.find("redis.url = (not set)\n"), std::string::npos);
  EXPECT_NE(shown.find("http.port = 8080\n"), std::string::npos);
  const auto bad =
      load_settings(std::nullopt, {{"FIRSTHAND_POSTGRES_URL", "mysql://fh:s3cret@db"}});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().text().find("s3cret"), std::string::npos);
}

TEST_F(SettingsFile, refuses_files_it_cannot_read) {
  EXPECT_FALSE(load_settings(directory_ / "none.toml", {}));
  EXPECT_FALSE(load_settings(directory_, {}));
  const auto broken = load_settings(write("broken.toml", "[http\nport = 1"), {});
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().list.front().line, 1);
  EXPECT_FALSE(load_settings(write("latin1.toml", "company.name = \"\xe9\""), {}));
  EXPECT_FALSE(load_settings(write("large.toml", std::string(2 * 1024 * 1024, '#')), {}));
  EXPECT_TRUE(load_settings(write("empty.toml", ""), {}));
}

TEST(SettingsTable, explains_every_row) {
  const std::string text = explain_settings();
  for (const SettingRow& row : settings_table()) {
    EXPECT_NE(text.find("| `" + std::string{row.key} + "` | `" + environment_name(row.key) + "` |"),
              std::string::npos)
        << row.key;
    EXPECT_NE(text.find(row.sentence), std::string::npos) << row.key;
  }
}

TEST(SettingsTable, takes_only_our_part_of_the_environment) {
  const char* const environment[] = {"PATH=/bin", "FIRSTHAND_HTTP_PORT=1=2", "FIRSTHAND_BROKEN",
                                     nullptr};
  EXPECT_EQ(firsthand_environment(environment), (Environment{{"FIRSTHAND_HTTP_PORT", "1=2"}}));
  EXPECT_TRUE(firsthand_environment(nullptr).empty());
}

}  // namespace
}  // namespace firsthand::config
