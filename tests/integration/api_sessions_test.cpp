// SPDX-License-Identifier: Apache-2.0
// Sessions, tickets and API tokens on a real database. Nothing here asserts a duration of the
// machine: only that unknown users are checked as known ones are, by the answer they get.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "adapters/postgres/secrets.hpp"
#include "adapters/postgres/people_store.hpp"
#include "adapters/postgres/sessions.hpp"
#include "tests/integration/pg_fixture.hpp"

namespace firsthand::test {
namespace {

using Answer = postgres::Sessions::SignIn::Answer;

// Somebody who owns cases cannot simply be locked out; here it is only the sign-in that matters.
const std::string kLeft = "alter table user_account disable trigger user; ";

class SessionsTest : public ::testing::Test {
 protected:
  SessionsTest()
      : pool(pool_options()),
        sessions(pool, settings(), [this](const std::string& key) { ended.push_back(key); }) {
    postgres::Tx tx(company.connection());
    EXPECT_TRUE(postgres::set_password(tx, kAgent, postgres::hash_password("correct horse"), {}));
    tx.commit();
  }

  postgres::PoolOptions pool_options() {
    postgres::PoolOptions options;
    options.connect = company.options();
    options.connections = 2;
    return options;
  }
  static postgres::SessionSettings settings() {
    postgres::SessionSettings out;
    out.free_failures = 3;
    out.address_failures = 6;
    return out;
  }

  template <class T>
  T wait(boost::asio::awaitable<postgres::Result<T>> what) {
    boost::asio::io_context io;
    std::optional<postgres::Result<T>> result;
    boost::asio::co_spawn(io, std::move(what),
                          [&](const std::exception_ptr& error, postgres::Result<T> value) {
                            if (error) std::rethrow_exception(error);
                            result = std::move(value);
                          });
    io.run();
    if (!*result) throw std::runtime_error(result->error().message);
    return std::move(**result);
  }
  postgres::Sessions::SignIn sign_in(const char* login, const char* password,
                                     const char* address = "192.0.2.1") {
    return wait(sessions.sign_in(login, password, address));
  }

  Company company;
  std::vector<std::string> ended;
  postgres::Pool pool;
  postgres::Sessions sessions;
};

TEST_F(SessionsTest, ASessionNamesItsUserUntilSignedOut) {
  const auto signed_in = sign_in("agent", "correct horse");
  ASSERT_EQ(signed_in.answer, Answer::yes);
  EXPECT_EQ(signed_in.id.size(), 43u);
  const auto user = wait(sessions.user_of(signed_in.id));
  ASSERT_TRUE(user);
  EXPECT_EQ(user->login, "agent");
  EXPECT_EQ(user->role, Role::agent);
  const auto again = sign_in("agent", "correct horse");
  EXPECT_NE(again.id, signed_in.id);

  boost::asio::io_context io;
  boost::asio::co_spawn(io, sessions.sign_out(signed_in.id),
                        [](const std::exception_ptr& error, const postgres::Result<void>& done) {
                          EXPECT_FALSE(error);
                          EXPECT_TRUE(done);
                        });
  io.run();
  EXPECT_FALSE(wait(sessions.user_of(signed_in.id)));
  EXPECT_TRUE(wait(sessions.user_of(again.id)));
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0], user->session_key);
}

TEST_F(SessionsTest, TheDatabaseHoldsNoUsableId) {
  const auto signed_in = sign_in("agent", "correct horse");
  const std::string stored = company.value("select encode(id_hash, 'hex') from session");
  EXPECT_EQ(stored.find(signed_in.id), std::string::npos);
  // What is stored opens nothing.
  EXPECT_FALSE(wait(sessions.user_of("\\x" + stored.substr(0, 64))));
  EXPECT_FALSE(wait(sessions.user_of("")));
  EXPECT_FALSE(wait(sessions.user_of(std::string(100000, 'a'))));
  EXPECT_EQ(company.value("select password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%'"
                          " from user_account where login = 'agent'"),
            "t");
}

struct Wrong {
  const char* name;
  const char* login;
  const char* password;
};

TEST_F(SessionsTest, EveryWrongAnswerIsTheSame) {
  company.run(kLeft + "update user_account set disabled_at = now() where login = 'agent2'");
  const Wrong table[] = {{"wrong password", "agent", "wrong"},
                         {"unknown user", "nobody", "correct horse"},
                         {"without a password", "supervisor", ""},
                         {"disabled", "agent2", "correct horse"},
                         {"injection", "agent' --", "correct horse"}};
  int at = 0;
  for (const auto& row : table) {
    const std::string address = "198.51.100." + std::to_string(++at);
    const auto answer = sign_in(row.login, row.password, address.c_str());
    EXPECT_EQ(answer.answer, Answer::wrong) << row.name;
    EXPECT_TRUE(answer.id.empty()) << row.name;
    EXPECT_FALSE(answer.user.id) << row.name;
  }
  EXPECT_EQ(company.value("select count(*) from session"), "0");
}

TEST_F(SessionsTest, FailuresSlowALoginDownKnownOrNot) {
  for (const char* login : {"agent", "nobody"}) {
    Answer last = Answer::wrong;
    int tries = 0;
    for (; tries < 10 && last != Answer::slow_down; ++tries) {
      const auto answer = sign_in(login, "wrong", login);
      last = answer.answer;
      if (last == Answer::slow_down) EXPECT_GT(answer.retry_after.count(), 0);
    }
    EXPECT_EQ(last, Answer::slow_down) << login;
    EXPECT_EQ(tries, 4) << login;
  }
  // Also the right password waits, or guessing would be told by it.
  EXPECT_EQ(sign_in("agent", "correct horse", "agent").answer, Answer::slow_down);
}

TEST_F(SessionsTest, AnAddressThatGuessesManyNamesIsSlowedDown) {
  Answer last = Answer::wrong;
  for (int i = 0; i < 7; ++i) {
    last = sign_in(("user" + std::to_string(i)).c_str(), "x", "203.0.113.9").answer;
  }
  EXPECT_EQ(last, Answer::slow_down);
  EXPECT_EQ(sign_in("agent", "correct horse", "203.0.113.10").answer, Answer::yes);
}

TEST_F(SessionsTest, IdleAbsoluteDisabledAndNewPasswordEndASession) {
  const std::string endings[] = {
      "update session set last_seen_at = now() - interval '31 minutes'",
      "update session set expires_at = now() - interval '1 second'",
      kLeft + "update user_account set disabled_at = now() where login = 'agent'",
  };
  for (const std::string& ending : endings) {
    const auto signed_in = sign_in("agent", "correct horse");
    ASSERT_TRUE(wait(sessions.user_of(signed_in.id))) << ending;
    company.run(ending);
    EXPECT_FALSE(wait(sessions.user_of(signed_in.id))) << ending;
    company.run("update user_account set disabled_at = null; delete from session");
  }
  const auto signed_in = sign_in("agent", "correct horse");
  postgres::Tx tx(company.connection());
  EXPECT_TRUE(postgres::set_password(tx, kAgent, postgres::hash_password("another"), {}));
  EXPECT_FALSE(postgres::set_password(tx, 999, postgres::hash_password("another"), {}));
  tx.commit();
  EXPECT_FALSE(wait(sessions.user_of(signed_in.id)));
  EXPECT_EQ(sign_in("agent", "correct horse").answer, Answer::wrong);
  EXPECT_EQ(sign_in("agent", "another").answer, Answer::yes);
}

TEST_F(SessionsTest, UseKeepsASessionAlive) {
  const auto signed_in = sign_in("agent", "correct horse");
  company.run("update session set last_seen_at = now() - interval '29 minutes'");
  ASSERT_TRUE(wait(sessions.user_of(signed_in.id)));
  EXPECT_EQ(company.value("select last_seen_at > now() - interval '1 minute' from session"), "t");
}

TEST_F(SessionsTest, ATicketOpensOnce) {
  const auto signed_in = sign_in("agent", "correct horse");
  const std::string ticket = sessions.new_ticket(signed_in.user);
  EXPECT_FALSE(sessions.take_ticket("x" + ticket));
  EXPECT_FALSE(sessions.take_ticket(""));
  const auto taken = sessions.take_ticket(ticket);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->id, signed_in.user.id);
  EXPECT_FALSE(sessions.take_ticket(ticket));

  postgres::SessionSettings at_once = settings();
  at_once.ticket = Seconds{0};
  postgres::Sessions hasty(pool, at_once);
  EXPECT_FALSE(hasty.take_ticket(hasty.new_ticket(signed_in.user)));
}

TEST_F(SessionsTest, TokensAreScopedAndRevocable) {
  std::string web;
  {
    postgres::Tx tx(company.connection());
    web = postgres::add_api_token(tx, "web", {"complaints"});
    postgres::add_api_token(tx, "pbx", {"telephony"}, "whsec_c2VjcmV0");
    tx.commit();
  }
  const auto client = wait(sessions.client_of(web));
  ASSERT_TRUE(client);
  EXPECT_EQ(client->name, "web");
  EXPECT_TRUE(client->may("complaints"));
  EXPECT_FALSE(client->may("telephony"));
  EXPECT_FALSE(wait(sessions.client_of("")));
  EXPECT_FALSE(wait(sessions.client_of(web + "x")));
  const auto secrets = wait(sessions.signing_secrets());
  ASSERT_EQ(secrets.size(), 1u);
  EXPECT_EQ(secrets[0].name, "pbx");
  {
    postgres::Tx tx(company.connection());
    EXPECT_TRUE(postgres::revoke_api_token(tx, "web"));
    EXPECT_FALSE(postgres::revoke_api_token(tx, "web"));
    tx.commit();
  }
  EXPECT_FALSE(wait(sessions.client_of(web)));
}

TEST(Secrets, AreRandomHashedAndCompared) {
  EXPECT_NE(postgres::new_secret(), postgres::new_secret());
  EXPECT_EQ(postgres::stored_form("abc"),
            "\\xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_FALSE(postgres::password_fits("", ""));
  EXPECT_FALSE(postgres::password_fits("not a hash", "x"));
  // RFC 4231, test case 2.
  EXPECT_EQ(postgres::signature_of("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_TRUE(postgres::same_secret("a", "a"));
  EXPECT_FALSE(postgres::same_secret("a", "ab"));
}

}  // namespace
}  // namespace firsthand::test
