// SPDX-License-Identifier: Apache-2.0
// Who is signed in. Sessions are opaque 256-bit ids, hashed in PostgreSQL: idle 30 minutes,
// absolute 12 hours. Sign-in answers the same, and takes the same time, for unknown users, and
// slows down after failures by login and by address (in memory, per node). Feed tickets are
// one-time, 30 s, in memory. API tokens are named, hashed, scoped, revocable. May be called from
// any executor; the work runs on the pool, which must allow writes.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/postgres/pool.hpp"
#include "adapters/postgres/reads/views.hpp"
#include "engine/model.hpp"

namespace firsthand::postgres {

struct SignedInUser {
  UserId id;
  std::string login, name;
  Role role = Role::agent;
  std::optional<DepartmentRef> department;
  bool department_head = false;
  std::string extension, language;
  std::string session_key;  ///< stored form of the cookie; names the sign-in, opens nothing
};

struct ApiClient {
  std::int64_t id = 0;
  std::string name;
  std::vector<std::string> scopes;  ///< complaints, telephony, read
  bool may(std::string_view scope) const;
};

struct SigningSecret {
  std::string name, secret;
};

struct SessionSettings {
  Seconds idle{30 * 60};
  Seconds absolute{12 * 3600};
  Seconds ticket{30};
  int free_failures = 5;      ///< before a login is slowed down
  int address_failures = 50;  ///< the same for an address, which may be a whole office
  Seconds slow_max{60};
  std::size_t memory_max = 20'000;  ///< throttle entries, tickets
};

class Sessions {
 public:
  /// `ended` hears the session_key of every session that is signed out, to close its sockets.
  Sessions(Pool& pool, SessionSettings settings,
           std::function<void(const std::string& session_key)> ended = {});

  struct SignIn {
    enum class Answer { yes, wrong, slow_down } answer = Answer::wrong;
    std::string id;  ///< the cookie's value
    SignedInUser user;
    Seconds retry_after{0};
  };
  boost::asio::awaitable<Result<SignIn>> sign_in(std::string login, std::string password,
                                                 std::string address);
  /// The same check of somebody who is signed in already: as slow, and opens nothing.
  boost::asio::awaitable<Result<SignIn>> confirm(std::string login, std::string password,
                                                 std::string address);
  boost::asio::awaitable<Result<std::optional<SignedInUser>>> user_of(std::string id);
  boost::asio::awaitable<Result<void>> sign_out(std::string id);

  /// The client of a bearer token; nothing for unknown, revoked or empty ones. While PostgreSQL is
  /// away, clients and secrets seen before are still known: telephone events are spooled then.
  boost::asio::awaitable<Result<std::optional<ApiClient>>> client_of(std::string token);
  /// Secrets of unrevoked clients that may push telephony events.
  boost::asio::awaitable<Result<std::vector<SigningSecret>>> signing_secrets();

  /// Opens one feed connection within 30 s.
  std::string new_ticket(const SignedInUser& user);
  std::optional<SignedInUser> take_ticket(const std::string& ticket);

 private:
  using Clock = std::chrono::steady_clock;
  struct Failures {
    int count = 0;
    Clock::time_point until{};  ///< no attempt before
    Clock::time_point last{};
  };
  struct Ticket {
    SignedInUser user;
    Clock::time_point until;
  };

  boost::asio::awaitable<Result<SignIn>> check(std::string login, std::string password,
                                               std::string address, bool opens);
  std::optional<Seconds> must_wait(const std::string& login, const std::string& address);
  void remember(const std::string& login, const std::string& address, bool failed);
  void forget_old(Clock::time_point now);

  Pool& pool_;
  const SessionSettings settings_;
  const std::function<void(const std::string&)> ended_;
  const std::string nobodys_hash_;  ///< checked for unknown users, so that they take as long
  std::mutex mutex_;
  std::map<std::string, Failures> failures_;
  std::map<std::string, Ticket> tickets_;
  std::map<std::string, ApiClient> clients_seen_;  ///< by stored form; only for when it is away
  std::vector<SigningSecret> secrets_seen_;
};

// ---- for set-up and administration; synchronous, on a pool thread
/// Makes a client and returns its token, which is stored nowhere.
std::string add_api_token(Tx& tx, const std::string& name, const std::vector<std::string>& scopes,
                          const std::string& signing_secret = {});
/// The same for a name that may be taken: nothing, unless `renew` gives it a new token.
std::optional<std::string> put_api_token(Tx& tx, const std::string& name,
                                         const std::vector<std::string>& scopes,
                                         const std::string& signing_secret, bool renew);
bool revoke_api_token(Tx& tx, const std::string& name);
/// Deletes what is past its time; returns how many.
std::int64_t delete_expired_sessions(Tx& tx, const SessionSettings& settings);

namespace statements {
extern const std::vector<Statement> kSessions;
}

}  // namespace firsthand::postgres
