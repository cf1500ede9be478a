// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/setup.hpp"

#include <iostream>
#include <optional>
#include <stdexcept>

#include "adapters/import/demo.hpp"
#include "adapters/postgres/secrets.hpp"
#include "adapters/postgres/sessions.hpp"
#include "adapters/runtime/rules_store.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

constexpr postgres::Statement kAddUser{
    "setup_add_user",
    "insert into user_account (id, login, name, role, "
    "department_id, extension, email, skills) values "
    "(nextval('firsthand_id'), $1, $2, $3, (select id from "
    "department where code = $4), $5, $6, '{complaint,general}') "
    "returning id"};

/// With the login's own rights and time enough for two years of history.
postgres::ConnectOptions owner_options(const config::Settings& settings) {
  postgres::ConnectOptions options;
  options.url = settings.postgres.url;
  options.role = "";
  options.statement_timeout = Millis{0};
  options.idle_in_transaction_timeout = Millis{0};
  return options;
}

/// The loaders' rows, in one transaction.
class PgSink final : public import::SqlSink {
 public:
  explicit PgSink(const config::Settings& settings)
      : connection_(owner_options(settings)), tx_(std::in_place, connection_) {}

  void execute(const std::string& sql) override { tx_->exec_sql(sql); }
  std::vector<std::string> column(const std::string& sql) override {
    std::vector<std::string> out;
    for (const auto& row : tx_->exec_sql(sql)) out.push_back(postgres::read<std::string>(row[0]));
    return out;
  }
  void commit() override {
    tx_->commit();
    tx_.reset();
  }
  postgres::Tx& tx() { return *tx_; }

 private:
  postgres::Connection connection_;
  std::optional<postgres::Tx> tx_;
};

using Loader = import::LoadReport (*)(import::SqlSink&, const Rules&, const import::Secrets&,
                                      const import::LoadOptions&);

int load(const config::Settings& settings, Loader loader) {
  PgSink sink{settings};
  RulesStore rules{settings.calendar.default_code};
  rules.refresh(sink.tx());
  import::Secrets secrets;
  secrets.new_secret = postgres::new_secret;
  secrets.stored_form = postgres::stored_form;
  secrets.hash_password = postgres::hash_password;
  import::LoadOptions options;
  options.now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  options.data_dir = settings.data.directory;
  options.url = settings.http.public_url;
  const auto report = loader(sink, *rules.current(), secrets, options);
  if (!report.loaded) {
    std::cout << "there are people in the database already: nothing was added"
              << (report.sign_in_renewed ? ", sign-in.json is renewed" : "") << "\n";
    return 0;
  }
  {
    // Two years arrived at once: the planner must not go on believing the tables are empty.
    postgres::Connection connection{owner_options(settings)};
    postgres::Tx tx{connection};
    tx.exec_sql("analyze");
    tx.commit();
  }
  std::cout << "loaded " << report.customers << " customers, " << report.interactions
            << " interactions, " << report.cases << " cases (" << report.open_cases << " open), "
            << report.history << " history entries\n";
  if (report.refused > 0)
    std::cerr << "refused: " << report.refused << ", last: " << report.last_refusal << "\n";
  return 0;
}

}  // namespace

int create_user(const config::Settings& settings, const NewUser& user) {
  if (!from_word<Role>(user.role)) throw std::runtime_error("there is no role " + user.role);
  if (user.password.size() < 12)
    throw std::runtime_error("the password needs at least 12 characters");
  postgres::Connection connection{owner_options(settings)};
  postgres::Tx tx{connection};
  tx.exec(kAddUser, user.login, user.name, user.role, user.department, user.extension, user.email);
  postgres::set_password(tx, user.login, user.password);
  tx.commit();
  std::cout << "made " << user.login << "\n";
  return 0;
}

int load_demo(const config::Settings& settings) {
  return load(settings, import::load_demo);
}
int load_base(const config::Settings& settings) {
  return load(settings, import::create_base);
}

}  // namespace firsthand::runtime
