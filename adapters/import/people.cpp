// SPDX-License-Identifier: Apache-2.0
#include "adapters/import/people.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iterator>
#include <system_error>

#include "adapters/import/rows.hpp"
#include "engine/words.hpp"

namespace firsthand::import {
namespace {

constexpr const char* kMailDomain = "@morningstar.example";

/// '{"a","b"}'::text[]
std::string text_array(const std::vector<std::string>& items) {
  std::string out = "{";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ',';
    out += '"' + item + '"';
  }
  return sql_text(out + "}") + "::text[]";
}

/// Standard Webhooks wants ordinary base64; 256 bits are 43 characters and one of padding.
std::string webhook_secret(std::string base64url) {
  std::replace(base64url.begin(), base64url.end(), '-', '+');
  std::replace(base64url.begin(), base64url.end(), '_', '/');
  return "whsec_" + base64url + "=";
}

std::string indented(const boost::json::object& object, int depth) {
  const std::string pad(static_cast<std::size_t>(depth) * 2, ' ');
  std::string out = "{\n";
  std::size_t left = object.size();
  for (const auto& [key, value] : object) {
    out += pad + "  " + boost::json::serialize(boost::json::string{key}) + ": ";
    out +=
        value.is_object() ? indented(value.as_object(), depth + 1) : boost::json::serialize(value);
    out += --left > 0 ? ",\n" : "\n";
  }
  return out + pad + "}";
}

}  // namespace

std::vector<Person> demo_people() {
  const std::vector<std::string> zh{"zh"}, both{"zh", "en"};
  std::vector<Person> all{
      {"agent1",
       "林小雨",
       Role::agent,
       "",
       false,
       0,
       "1001",
       {"complaint", "complaints", "general", "repair", "hardware"},
       zh,
       "agent"},
      {"agent2",
       "陈一帆",
       Role::agent,
       "",
       false,
       0,
       "1002",
       {"complaint", "complaints", "general", "repair", "english", "billing"},
       both,
       "agent2"},
      {"agent3",
       "周明月",
       Role::agent,
       "",
       false,
       0,
       "1003",
       {"complaint", "complaints", "general", "billing"},
       zh,
       "agent3"},
      {"agent4",
       "吴晓岚",
       Role::agent,
       "",
       false,
       0,
       "1004",
       {"complaint", "complaints", "general", "repair", "hardware"},
       zh,
       "agent4"},
      {"agent5",
       "郑子航",
       Role::agent,
       "",
       false,
       1,
       "1005",
       {"complaint", "complaints", "general", "english", "hardware"},
       both,
       "agent5"},
      {"agent6",
       "冯若溪",
       Role::agent,
       "",
       false,
       1,
       "1006",
       {"complaint", "complaints", "general", "billing"},
       zh,
       "agent6"},
      {"liaison_repair",
       "唐守诚",
       Role::liaison,
       "repair",
       false,
       0,
       "1011",
       {},
       zh,
       "liaison_repair"},
      {"liaison_repair2",
       "邓安然",
       Role::liaison,
       "repair",
       false,
       1,
       "1012",
       {},
       zh,
       "liaison_repair2"},
      {"liaison_sales",
       "许嘉禾",
       Role::liaison,
       "sales",
       false,
       0,
       "1013",
       {},
       zh,
       "liaison_sales"},
      {"liaison_marketing",
       "傅清越",
       Role::liaison,
       "marketing",
       false,
       0,
       "1014",
       {},
       zh,
       "liaison_marketing"},
      {"liaison_technical",
       "沈知远",
       Role::liaison,
       "technical",
       false,
       0,
       "1015",
       {},
       zh,
       "liaison_technical"},
      // A department's head is one of its liaisons: some of them are its managers.
      {"head_repair", "彭立行", Role::liaison, "repair", true, 0, "", {}, zh, ""},
      {"head_sales", "曾广达", Role::liaison, "sales", true, 0, "", {}, zh, ""},
      {"head_marketing", "萧敬之", Role::liaison, "marketing", true, 0, "", {}, zh, ""},
      {"head_technical", "田致用", Role::liaison, "technical", true, 0, "", {}, zh, ""},
      {"supervisor", "潘若兰", Role::supervisor, "", false, 0, "1021", {}, both, "supervisor"},
      {"manager", "董怀瑾", Role::manager, "", false, 0, "1022", {}, both, "manager"},
      {"administrator",
       "系统管理员",
       Role::administrator,
       "",
       false,
       0,
       "",
       {},
       both,
       "administrator"},
  };
  const char* back_line[] = {"袁静好", "于思齐", "蒋云帆", "蔡知秋", "贾明哲", "丁若水",
                             "魏长卿", "薛一鸣", "叶南星", "阎清和", "余音书", "杜若白"};
  for (int i = 0; i < 12; ++i) {
    all.push_back({"back" + std::to_string(i + 1),
                   back_line[i],
                   Role::back_line,
                   "",
                   false,
                   i % 2,
                   std::to_string(1031 + i),
                   {},
                   zh,
                   i == 0 ? "back_line" : ""});
  }
  return all;
}

std::vector<Person> base_people() {
  return {{"administrator",
           "系统管理员",
           Role::administrator,
           "",
           false,
           0,
           "",
           {},
           {"zh", "en"},
           "administrator"}};
}

std::vector<User> hire(SqlSink& sink, const std::vector<Person>& people, const Rules& rules,
                       Instant since) {
  sink.execute(
      "insert into office (id, code, name) values (nextval('firsthand_id'), 'beijing', "
      "'北京总部'), (nextval('firsthand_id'), 'shanghai', '上海办事处') on conflict do nothing");
  std::vector<User> users;
  for (const Person& person : people) {
    const DepartmentId department = rules.department(person.department);
    const std::string department_sql =
        department ? std::to_string(department.value) : std::string{"null"};
    const auto id = sink.column(
        "insert into user_account (id, login, name, role, department_id, is_department_head, "
        "office_id, email, extension, skills, languages, created_at) values "
        "(nextval('firsthand_id'), " +
        sql_text(person.login) + "," + sql_text(person.name) + "," + sql_text(word(person.role)) +
        "," + department_sql + "," + (person.head ? "true" : "false") +
        ",(select id from office where code = " +
        sql_text(person.office == 0 ? "beijing" : "shanghai") + ")," +
        sql_text(person.login + kMailDomain) + "," + sql_text(person.extension) + "," +
        text_array(person.skills) + "," + text_array(person.languages) + "," +
        sql_text(to_iso8601(since)) + ") returning id");
    User user;
    user.id = UserId{std::stoll(id.at(0))};
    user.login = person.login;
    user.name = person.name;
    user.role = person.role;
    user.department = department;
    user.department_head = person.head;
    user.email = person.login + kMailDomain;
    user.extension = person.extension;
    user.skills = person.skills;
    user.languages = person.languages;
    users.push_back(std::move(user));
  }
  return users;
}

std::string renew_sign_in(SqlSink& sink, const std::vector<Person>& people, const Secrets& secrets,
                          const std::string& url) {
  boost::json::object users;
  for (const Person& person : people) {
    if (person.sign_in.empty()) continue;
    const std::string password = secrets.new_secret().substr(0, 20);
    sink.execute(
        "update user_account set password_hash = " + sql_text(secrets.hash_password(password)) +
        ", version = version + 1 where login = " + sql_text(person.login));
    users[person.sign_in] = boost::json::object{{"login", person.login}, {"password", password}};
  }
  const std::string web = secrets.new_secret(), pbx = secrets.new_secret(),
                    finance = secrets.new_secret();
  const std::string signing = webhook_secret(secrets.new_secret());
  const auto put = [&](const char* name, const std::string& token, const char* scope,
                       const std::string& signing_secret) {
    sink.execute(
        "insert into api_token (id, name, token_hash, scopes, signing_secret) values "
        "(nextval('firsthand_id'), " +
        sql_text(name) + "," + sql_text(secrets.stored_form(token)) + "::bytea," +
        text_array({scope}) + "," + sql_text(signing_secret) +
        ") on conflict (name) do update set token_hash = excluded.token_hash, "
        "signing_secret = excluded.signing_secret, revoked_at = null");
  };
  put("web", web, "complaints", "");
  put("pbx", pbx, "telephony", signing);
  put("finance", finance, "import", "");
  return indented(
             {{"url", url},
              {"users", std::move(users)},
              {"tokens", boost::json::object{{"web", web}, {"pbx", pbx}, {"finance", finance}}},
              {"pbx_signing_secret", signing}},
             0) +
         "\n";
}

void write_sign_in(const std::filesystem::path& data_dir, const std::string& text) {
  std::filesystem::create_directories(data_dir);
  const auto path = data_dir / "sign-in.json", draft = data_dir / "sign-in.json.new";
  std::filesystem::remove(draft);
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) throw std::system_error{errno, std::generic_category(), draft.string()};
  std::size_t written = 0;
  while (written < text.size()) {
    const auto some = ::write(file, text.data() + written, text.size() - written);
    if (some < 0) {
      const int error = errno;
      ::close(file);
      throw std::system_error{error, std::generic_category(), draft.string()};
    }
    written += static_cast<std::size_t>(some);
  }
  ::close(file);
  std::filesystem::rename(draft, path);
}

bool refresh_sign_in_url(const std::filesystem::path& data_dir, const std::string& url) {
  std::ifstream in{data_dir / "sign-in.json", std::ios::binary};
  if (!in) return false;
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) return false;
  if (const auto* known = value.as_object().if_contains("url");
      known != nullptr && known->is_string() && known->as_string() == url.c_str()) {
    return true;
  }
  value.as_object()["url"] = url;
  write_sign_in(data_dir, indented(value.as_object(), 0) + "\n");
  return true;
}

}  // namespace firsthand::import
