// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/setup.hpp"

#include <iostream>
#include <optional>
#include <stdexcept>

#include "adapters/import/demo.hpp"
#include "adapters/postgres/people_store.hpp"
#include "adapters/postgres/secrets.hpp"
#include "adapters/postgres/sessions.hpp"
#include "adapters/runtime/rules_store.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

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

/// The option of `create-user` that a field of an account is given by.
std::string option_of(const std::string& field) {
  if (field == "escalation_level") return "--level";
  if (field == "skills") return "--skill";
  return "--" + field;
}

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
  postgres::UserWish wish;
  wish.login = user.login;
  wish.name = user.name;
  wish.role = from_word<Role>(user.role);
  if (!wish.role) throw std::runtime_error("--role: there is no role " + user.role);
  wish.department = user.department;
  wish.department_head = user.department_head;
  wish.office = user.office;
  wish.extension = user.extension;
  wish.email = user.email;
  wish.language = user.language;
  wish.escalation_level = user.escalation_level;
  if (!user.skills.empty()) wish.skills = user.skills;
  if (!user.password.empty() && user.password.size() < kPasswordMin) {
    throw std::runtime_error("the password needs at least " + std::to_string(kPasswordMin) +
                             " characters");
  }
  const std::string password = user.password.empty() ? postgres::new_password() : user.password;
  postgres::Connection connection{owner_options(settings)};
  postgres::Tx tx{connection};
  RulesStore rules{settings.calendar.default_code};
  rules.refresh(tx);
  const auto made = postgres::create_user(tx, *rules.current(), wish,
                                          postgres::hash_password(password), {{}, "command"});
  if (made.refusal)
    throw std::runtime_error(option_of(made.refusal->field) + ": " + made.refusal->sentence);
  tx.commit();
  std::cout << "made " << user.login << "\n";
  if (user.password.empty()) std::cout << "password: " << password << "\n";
  return 0;
}

int create_token(const config::Settings& settings, const NewToken& token) {
  const bool known = token.scope == "complaints" || token.scope == "telephony" ||
                     token.scope == "import" || token.scope == "read";
  if (!known) throw std::runtime_error("--scope: complaints, telephony, import or read");
  if (token.name.empty() || token.name.size() > 64)
    throw std::runtime_error("--name: 1 to 64 characters");
  postgres::Connection connection{owner_options(settings)};
  postgres::Tx tx{connection};
  const auto made =
      postgres::put_api_token(tx, token.name, {token.scope}, token.signing_secret, token.renew);
  if (!made) {
    throw std::runtime_error(
        "there is a token of this name; --renew takes its place, and whoever "
        "holds it is let in no more");
  }
  tx.commit();
  std::cout << *made << "\n";
  return 0;
}

int load_demo(const config::Settings& settings) {
  return load(settings, import::load_demo);
}
int load_base(const config::Settings& settings) {
  return load(settings, import::create_base);
}

}  // namespace firsthand::runtime
