// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/sessions.hpp"

#include <algorithm>
#include <boost/describe/enum_from_string.hpp>
#include <stdexcept>

#include "adapters/postgres/reads/rows.hpp"
#include "adapters/postgres/secrets.hpp"

namespace firsthand::postgres {
namespace {

#define FIRSTHAND_USER_COLUMNS                                                               \
  "u.id, u.login, u.name, u.role, d.id, d.code, d.name_zh, d.name_en, u.is_department_head," \
  " u.extension, u.language"

constexpr Statement kUserByLogin{"session_user_by_login",
                                 "select " FIRSTHAND_USER_COLUMNS
                                 ", u.password_hash from user_account u"
                                 " left join department d on d.id = u.department_id"
                                 " where u.login = $1 and u.disabled_at is null"};

constexpr Statement kInsert{"session_insert",
                            "insert into session (id_hash, user_id, expires_at, client_address)"
                            " values ($1::bytea, $2, now() + $3 * interval '1 second', $4)"};

constexpr Statement kUserBySession{
    "session_user_by_id",
    "select " FIRSTHAND_USER_COLUMNS
    ", s.last_seen_at < now() - interval '60 seconds'"
    " from session s join user_account u on u.id = s.user_id"
    " left join department d on d.id = u.department_id"
    " where s.id_hash = $1::bytea and u.disabled_at is null and s.expires_at > now()"
    " and s.last_seen_at > now() - $2 * interval '1 second'"};

constexpr Statement kSeen{"session_seen",
                          "update session set last_seen_at = now() where id_hash = $1::bytea"};
constexpr Statement kDelete{"session_delete", "delete from session where id_hash = $1::bytea"};
constexpr Statement kDeleteExpired{"session_delete_expired",
                                   "delete from session where expires_at < now()"
                                   " or last_seen_at < now() - $1 * interval '1 second'"};

constexpr Statement kClient{
    "api_client",
    "select id, name, scopes from api_token where token_hash = $1::bytea and revoked_at is null"};
constexpr Statement kSecrets{
    "api_signing_secrets",
    "select name, signing_secret from api_token where revoked_at is null and signing_secret <> ''"
    " and 'telephony' = any(scopes) order by id"};
constexpr Statement kAddToken{"api_token_insert",
                              "insert into api_token (id, name, token_hash, scopes, signing_secret)"
                              " values (nextval('firsthand_id'), $1, $2::bytea, $3::text[], $4)"};
// Whoever holds the token of that name loses it only when that is wished for ($5).
constexpr Statement kPutToken{
    "api_token_put",
    "insert into api_token (id, name, token_hash, scopes, signing_secret)"
    " values (nextval('firsthand_id'), $1, $2::bytea, $3::text[], $4) on conflict (name) do update"
    " set token_hash = excluded.token_hash, scopes = excluded.scopes,"
    " signing_secret = excluded.signing_secret, revoked_at = null where $5 returning id"};
constexpr Statement kRevokeToken{
    "api_token_revoke",
    "update api_token set revoked_at = now() where name = $1 and revoked_at is null"};

#undef FIRSTHAND_USER_COLUMNS

template <class Row>
SignedInUser take_signed_in(Columns<Row>& columns) {
  SignedInUser user;
  std::string role;
  columns >> user.id >> user.login >> user.name >> role;
  if (!boost::describe::enum_from_string(role.c_str(), user.role)) {
    throw std::runtime_error("unknown role in user_account: " + role);
  }
  user.department = take_optional_department(columns);
  columns >> user.department_head >> user.extension >> user.language;
  return user;
}

/// Whose login and password these are.
Sessions::SignIn checked_on(Connection& connection, const std::string& nobodys_hash,
                            const std::string& login, const std::string& password) {
  Sessions::SignIn out;
  std::string hash;
  {
    Tx tx(connection, Access::read_only);
    const auto rows = tx.exec(kUserByLogin, login);
    if (!rows.empty()) {
      const auto row = rows[0];
      Columns columns(row);
      out.user = take_signed_in(columns);
      columns >> hash;
    }
  }
  // Every path checks one hash of the same cost, outside the transaction.
  const bool fits = password_fits(hash.empty() ? nobodys_hash : hash, password);
  if (!fits || hash.empty()) return {};
  out.answer = Sessions::SignIn::Answer::yes;
  return out;
}

void open_session(Connection& connection, const SessionSettings& settings, Sessions::SignIn& whose,
                  const std::string& address) {
  whose.id = new_secret();
  whose.user.session_key = stored_form(whose.id);
  Tx tx(connection);
  tx.exec(kInsert, whose.user.session_key, whose.user.id, settings.absolute.count(), address);
  tx.commit();
}

std::optional<SignedInUser> user_on(Connection& connection, const SessionSettings& settings,
                                    const std::string& key) {
  Tx tx(connection);
  const auto rows = tx.exec(kUserBySession, key, settings.idle.count());
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  Columns columns(row);
  SignedInUser user = take_signed_in(columns);
  user.session_key = key;
  if (columns.template take<bool>()) {
    tx.exec(kSeen, key);
    tx.commit();
  }
  return user;
}

}  // namespace

bool ApiClient::may(std::string_view scope) const {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

Sessions::Sessions(Pool& pool, SessionSettings settings,
                   std::function<void(const std::string&)> ended)
    : pool_(pool),
      settings_(settings),
      ended_(std::move(ended)),
      nobodys_hash_(hash_password(new_secret())) {}

// ------------------------------------------------------------------------------- signing in
boost::asio::awaitable<Result<Sessions::SignIn>> Sessions::sign_in(std::string login,
                                                                   std::string password,
                                                                   std::string address) {
  auto result = co_await check(std::move(login), std::move(password), std::move(address), true);
  co_return result;
}

boost::asio::awaitable<Result<Sessions::SignIn>> Sessions::confirm(std::string login,
                                                                   std::string password,
                                                                   std::string address) {
  auto result = co_await check(std::move(login), std::move(password), std::move(address), false);
  co_return result;
}

boost::asio::awaitable<Result<Sessions::SignIn>> Sessions::check(std::string login,
                                                                 std::string password,
                                                                 std::string address, bool opens) {
  if (const auto wait = must_wait(login, address)) {
    SignIn refused;
    refused.answer = SignIn::Answer::slow_down;
    refused.retry_after = *wait;
    co_return refused;
  }
  auto work = [=, this, password = std::move(password)](Connection& connection) {
    SignIn whose = checked_on(connection, nobodys_hash_, login, password);
    if (opens && whose.answer == SignIn::Answer::yes)
      open_session(connection, settings_, whose, address);
    return whose;
  };
  auto result = co_await run(pool_, std::move(work));
  if (result) remember(login, address, result->answer != SignIn::Answer::yes);
  co_return result;
}

boost::asio::awaitable<Result<std::optional<SignedInUser>>> Sessions::user_of(std::string id) {
  if (id.empty() || id.size() > 128) co_return std::optional<SignedInUser>();
  auto work = [this, key = stored_form(id)](Connection& connection) {
    return user_on(connection, settings_, key);
  };
  auto result = co_await run(pool_, std::move(work));
  co_return result;
}

boost::asio::awaitable<Result<void>> Sessions::sign_out(std::string id) {
  const std::string key = stored_form(id);
  auto work = [key](Connection& connection) {
    Tx tx(connection);
    tx.exec(kDelete, key);
    tx.commit();
  };
  auto result = co_await run(pool_, std::move(work));
  if (result) {
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(tickets_, [&](const auto& t) { return t.second.user.session_key == key; });
    }
    if (ended_) ended_(key);
  }
  co_return result;
}

// ------------------------------------------------------------------------------- throttle
namespace {
std::string login_key(const std::string& login) {
  return "l:" + login;
}
std::string address_key(const std::string& address) {
  return "a:" + address;
}
}  // namespace

std::optional<Seconds> Sessions::must_wait(const std::string& login, const std::string& address) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  for (const auto& key : {login_key(login), address_key(address)}) {
    const auto found = failures_.find(key);
    if (found == failures_.end() || found->second.until <= now) continue;
    return std::chrono::ceil<Seconds>(found->second.until - now);
  }
  return std::nullopt;
}

void Sessions::remember(const std::string& login, const std::string& address, bool failed) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  if (!failed) {
    // The address keeps its count: one good login must not free an address that guesses others.
    failures_.erase(login_key(login));
    return;
  }
  forget_old(now);
  const auto count = [&](const std::string& key, int free) {
    auto& entry = failures_[key];
    entry.last = now;
    if (++entry.count < free) return;
    const int doublings = std::min(entry.count - free, 10);
    entry.until = now + std::min(Seconds{1 << doublings}, settings_.slow_max);
  };
  count(login_key(login), settings_.free_failures);
  count(address_key(address), settings_.address_failures);
}

void Sessions::forget_old(Clock::time_point now) {
  if (failures_.size() < settings_.memory_max / 2) return;
  const auto old = now - std::chrono::minutes{15};
  std::erase_if(failures_, [&](const auto& entry) { return entry.second.last < old; });
  // Still full means an attack with many names; the addresses' counts matter more than all.
  if (failures_.size() >= settings_.memory_max) {
    std::erase_if(failures_, [](const auto& entry) { return entry.first.front() == 'l'; });
  }
}

// ------------------------------------------------------------------------------- API clients
boost::asio::awaitable<Result<std::optional<ApiClient>>> Sessions::client_of(std::string token) {
  if (token.empty() || token.size() > 256) co_return std::optional<ApiClient>();
  const std::string key = stored_form(token);
  auto work = [key](Connection& connection) -> std::optional<ApiClient> {
    Tx tx(connection, Access::read_only);
    const auto rows = tx.exec(kClient, key);
    if (rows.empty()) return std::nullopt;
    return ApiClient{rows[0][0].as<std::int64_t>(), read<std::string>(rows[0][1]),
                     read_array(rows[0][2].c_str())};
  };
  auto result = co_await run(pool_, std::move(work));
  const std::lock_guard lock(mutex_);
  if (!result) {
    const auto seen = clients_seen_.find(key);
    if (seen != clients_seen_.end()) co_return std::optional(seen->second);
  } else if (*result) {
    // Bounded by the number of tokens that exist; unknown ones are not kept.
    clients_seen_[key] = **result;
  } else {
    clients_seen_.erase(key);
  }
  co_return result;
}

boost::asio::awaitable<Result<std::vector<SigningSecret>>> Sessions::signing_secrets() {
  auto work = [](Connection& connection) {
    std::vector<SigningSecret> out;
    Tx tx(connection, Access::read_only);
    for (const auto& row : tx.exec(kSecrets)) {
      out.push_back({read<std::string>(row[0]), read<std::string>(row[1])});
    }
    return out;
  };
  auto result = co_await run(pool_, std::move(work));
  const std::lock_guard lock(mutex_);
  if (result) secrets_seen_ = *result;
  if (!result && !secrets_seen_.empty()) co_return secrets_seen_;
  co_return result;
}

// ------------------------------------------------------------------------------- tickets
std::string Sessions::new_ticket(const SignedInUser& user) {
  const auto now = Clock::now();
  std::string ticket = new_secret();
  const std::lock_guard lock(mutex_);
  std::erase_if(tickets_, [&](const auto& entry) { return entry.second.until <= now; });
  if (tickets_.size() >= settings_.memory_max) tickets_.erase(tickets_.begin());
  tickets_[stored_form(ticket)] = {user, now + settings_.ticket};
  return ticket;
}

std::optional<SignedInUser> Sessions::take_ticket(const std::string& ticket) {
  if (ticket.empty() || ticket.size() > 128) return std::nullopt;
  const std::lock_guard lock(mutex_);
  auto taken = tickets_.extract(stored_form(ticket));
  if (taken.empty() || taken.mapped().until <= Clock::now()) return std::nullopt;
  return std::move(taken.mapped().user);
}

// ------------------------------------------------------------------------------- administration
std::string add_api_token(Tx& tx, const std::string& name, const std::vector<std::string>& scopes,
                          const std::string& signing_secret) {
  std::string token = new_secret();
  tx.exec(kAddToken, name, stored_form(token), array_of(scopes), signing_secret);
  return token;
}

std::optional<std::string> put_api_token(Tx& tx, const std::string& name,
                                         const std::vector<std::string>& scopes,
                                         const std::string& signing_secret, bool renew) {
  std::string token = new_secret();
  const auto put =
      tx.exec(kPutToken, name, stored_form(token), array_of(scopes), signing_secret, renew);
  if (put.empty()) return std::nullopt;
  return token;
}

bool revoke_api_token(Tx& tx, const std::string& name) {
  return tx.exec(kRevokeToken, name).affected_rows() > 0;
}

std::int64_t delete_expired_sessions(Tx& tx, const SessionSettings& settings) {
  return static_cast<std::int64_t>(tx.exec(kDeleteExpired, settings.idle.count()).affected_rows());
}

namespace statements {
const std::vector<Statement> kSessions{kUserByLogin, kInsert,        kUserBySession, kSeen,
                                       kDelete,      kDeleteExpired, kClient,        kSecrets,
                                       kAddToken,    kPutToken,      kRevokeToken};
}

}  // namespace firsthand::postgres
