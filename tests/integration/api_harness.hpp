// SPDX-License-Identifier: Apache-2.0
// The whole API in this process: a real database, the real door, a real socket. Everything but
// telephones, Redis and the loops.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "adapters/http/server.hpp"
#include "adapters/postgres/secrets.hpp"
#include "adapters/runtime/api/api.hpp"
#include "adapters/runtime/api/schemas.hpp"
#include "adapters/runtime/batching_door.hpp"
#include "adapters/runtime/lookers.hpp"
#include "tests/integration/http_harness.hpp"
#include "tests/integration/pg_fixture.hpp"
#include "tests/integration/schema_check.hpp"

namespace firsthand::test {

struct Answer {
  int status = 0;
  std::string head, body;
  boost::json::value json;  ///< null when the body is none

  const boost::json::value& at(const char* name) const { return json.as_object().at(name); }
  std::string text(const char* name) const { return std::string(at(name).as_string()); }
  std::string code() const { return json.is_object() ? text("code") : ""; }
  std::string field() const { return json.is_object() ? text("field") : ""; }
  std::string header(const std::string& name) const {
    const auto found = head.find("\r\n" + name + ": ");
    if (found == std::string::npos) return "";
    const auto from = found + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

class ApiServer {
 public:
  ApiServer()
      : pool(pool_options(company)),
        sessions(pool, {}),
        door(door_options(company), rules(), metrics),
        context{door,
                pool,
                sessions,
                metrics,
                settings(),
                rules(),
                [this] { return runtime::api::Health{door.up(), false, telephony}; },
                [] { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); },
                {},
                [this](postgres::Connection& connection) { company.refresh(connection); }},
        server(options(), router, metrics) {
    {
      postgres::Tx tx(company.connection());
      tx.exec_sql("update user_account set password_hash = $1",
                  postgres::hash_password("a password"));
      tokens["web"] = postgres::add_api_token(tx, "web", {"complaints"});
      tokens["pbx"] = postgres::add_api_token(tx, "pbx", {"telephony"}, "whsec_c2VjcmV0c2VjcmV0");
      tokens["report"] = postgres::add_api_token(tx, "report", {"read"});
      tx.commit();
    }
    runtime::api::add_routes(router, context);
    runtime::api::add_looking_routes(
        router, context,
        [this](
            runtime::api::Look look) -> boost::asio::awaitable<std::vector<runtime::api::Looker>> {
          std::vector<runtime::api::Looker> people;
          const auto now = std::chrono::steady_clock::now();
          for (const auto& tab : lookers.see(look, now, runtime::Lookers::kTtl))
            people.push_back({UserId{tab.user}, tab.typing});
          co_return people;
        });
    server.set_guard(runtime::api::make_guard(context));
    door.on_stale_rules([this](postgres::Connection& connection) { company.refresh(connection); });
    door.start();
    port = server.start().value();
  }
  ~ApiServer() {
    server.stop(std::chrono::seconds{2});
    door.stop();
    pool.stop();  // its threads may still be leaving the server's executors
  }

  /// `as`: a login, "token:<name>" or "" for nobody. `more`: header lines, each with its line end.
  Answer ask(const std::string& as, const std::string& method, const std::string& path,
             const std::optional<std::string>& body = std::nullopt, const std::string& more = "") {
    std::string text =
        method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
    if (as.starts_with("token:")) {
      text += "Authorization: Bearer " + tokens.at(as.substr(6)) + "\r\n";
    } else if (!as.empty()) {
      text += "Cookie: sid=" + session(as) + "\r\n";
    }
    if (body) {
      if (more.find("Content-Type") == std::string::npos)
        text += "Content-Type: application/json\r\n";
      text += "Content-Length: " + std::to_string(body->size()) + "\r\n";
    }
    text += more + "\r\n" + body.value_or("");
    http::RawClient client(port);
    const auto reply = client.ask(text);
    Answer answer{reply.status, reply.head, reply.body, nullptr};
    if (reply.head.find("json") != std::string::npos) {
      boost::system::error_code error;
      answer.json = boost::json::parse(reply.body, error);
      EXPECT_FALSE(error) << reply.body;
    }
    return answer;
  }
  Answer get(const std::string& as, const std::string& path) {
    return ask(as, "GET", "/api/v1" + path);
  }
  Answer post(const std::string& as, const std::string& path, const std::string& body = "{}",
              const std::string& more = "") {
    return ask(as, "POST", "/api/v1" + path, body, more);
  }

  std::string session(const std::string& login) {
    auto& id = sessions_of_[login];
    if (id.empty()) {
      const auto answer = ask("", "POST", "/api/v1/session",
                              R"({"login":")" + login + R"(","password":"a password"})");
      EXPECT_EQ(answer.status, 200) << answer.body;
      const std::string cookie = answer.header("Set-Cookie");
      id = cookie.substr(4, cookie.find(';') - 4);
    }
    return id;
  }

  std::vector<std::string> wrong(const char* schema, const Answer& answer) {
    return SchemaCheck(runtime::api::kSchemas).check(schema, answer.json);
  }

  Company company;
  metrics::Registry metrics;
  postgres::Pool pool;
  postgres::Sessions sessions;
  runtime::BatchingDoor door;
  bool telephony = false;
  runtime::LookersHere lookers;
  runtime::api::ApiContext context;
  http::Router router;
  http::Server server;
  std::uint16_t port = 0;
  std::map<std::string, std::string> tokens;

 private:
  std::function<std::shared_ptr<const Rules>()> rules() {
    return [this] { return company.rules(); };
  }
  static postgres::PoolOptions pool_options(const Company& company) {
    postgres::PoolOptions out;
    out.connect = company.options();
    out.connections = 2;
    out.repeat_broken = true;
    return out;
  }
  static runtime::DoorOptions door_options(const Company& company) {
    runtime::DoorOptions out;
    out.connect = company.options();
    return out;
  }
  static http::ServerOptions options() {
    http::ServerOptions out;
    out.threads = 2;
    return out;
  }
  static runtime::api::ApiSettings settings() {
    runtime::api::ApiSettings out;
    out.company = "Example & Co";
    out.public_url = "http://127.0.0.1";
    return out;
  }

  std::map<std::string, std::string> sessions_of_;
};

}  // namespace firsthand::test
