// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/setup.hpp"

#include <iostream>
#include <stdexcept>

#include "adapters/postgres/sessions.hpp"
#include "adapters/runtime/rules_store.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

constexpr postgres::Statement kAddUser{
    "setup_add_user",
    "insert into user_account (id, login, name, role, department_id, extension, email, skills) values "
    "(nextval('firsthand_id'), $1, $2, $3, (select id from department where code = $4), $5, $6, '{complaints}') "
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

}  // namespace

int create_user(const config::Settings& settings, const NewUser& user) {
  if (!from_word<Role>(user.role)) throw std::runtime_error("there is no role " + user.role);
  if (user.password.size() < 12) throw std::runtime_error("the password needs at least 12 characters");
  postgres::Connection connection{owner_options(settings)};
  postgres::Tx tx{connection};
  tx.exec(kAddUser, user.login, user.name, user.role, user.department, user.extension, user.email);
  postgres::set_password(tx, user.login, user.password);
  tx.commit();
  std::cout << "made " << user.login << "\n";
  return 0;
}

int load_demo(const config::Settings&) { throw std::runtime_error("not here yet"); }
int load_base(const config::Settings&) { throw std::runtime_error("not here yet"); }

}  // namespace firsthand::runtime
