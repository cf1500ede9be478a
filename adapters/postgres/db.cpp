// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/db.hpp"

#include <stdexcept>

namespace firsthand::postgres {
namespace {

std::string with_connect_settings(const std::string& url, Seconds timeout) {
  const bool uri = url.rfind("postgres://", 0) == 0 || url.rfind("postgresql://", 0) == 0;
  const std::string seconds = std::to_string(timeout.count());
  if (!uri) return url + " connect_timeout=" + seconds;
  const char joint = url.find('?') == std::string::npos ? '?' : '&';
  return url + joint + "connect_timeout=" + seconds;
}

bool starts_with(std::string_view text, std::string_view front) {
  return text.substr(0, front.size()) == front;
}

#if PQXX_VERSION_MAJOR < 7
using WritePolicy = pqxx::readwrite_policy;
#else
using WritePolicy = pqxx::write_policy;
#endif

template <class T>
bool is(const std::exception& error) {
  return dynamic_cast<const T*>(&error) != nullptr;
}

}  // namespace

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::retry: return "retry";
    case FailureKind::broken: return "broken";
    case FailureKind::constraint: return "constraint";
    case FailureKind::data: return "data";
    case FailureKind::timeout: return "timeout";
    case FailureKind::unavailable: return "unavailable";
    case FailureKind::other: return "other";
  }
  return "other";
}

Failure failure_of(const std::exception& error) {
  Failure failure{FailureKind::other, "", error.what()};
  // libpqxx 6.4 gives some of its own types no SQLSTATE, so the type is asked first.
  if (is<pqxx::serialization_failure>(error)) {
    return {FailureKind::retry, "40001", error.what()};
  }
  if (is<pqxx::deadlock_detected>(error)) return {FailureKind::retry, "40P01", error.what()};
  if (is<pqxx::insufficient_privilege>(error)) {
    return {FailureKind::other, "42501", error.what()};
  }
  if (is<pqxx::broken_connection>(error) || is<pqxx::in_doubt_error>(error) ||
      is<pqxx::too_many_connections>(error)) {
    return {FailureKind::broken, "", error.what()};
  }
  const auto* sql = dynamic_cast<const pqxx::sql_error*>(&error);
  if (sql == nullptr) return failure;
  failure.sqlstate = std::string(sql->sqlstate());
  const std::string_view state = failure.sqlstate;
  if (state == "40001" || state == "40P01") {
    failure.kind = FailureKind::retry;
  } else if (state == "57014" || state == "55P03") {
    failure.kind = FailureKind::timeout;
  } else if (starts_with(state, "57") || starts_with(state, "08") || starts_with(state, "53") ||
             state == "25P03" || state == "25006") {
    // 25006: a server that came back as a standby; 53: it has no room for us.
    failure.kind = FailureKind::broken;
  } else if (starts_with(state, "23") || starts_with(state, "FH")) {
    failure.kind = FailureKind::constraint;
  } else if (starts_with(state, "22")) {
    failure.kind = FailureKind::data;
  } else if (state.empty()) {
    // A dying backend can leave an error without a state; nothing good comes from keeping it.
    failure.kind = FailureKind::broken;
  }
  return failure;
}

// ------------------------------------------------------------------------------- Connection
Connection::Connection(const ConnectOptions& options)
    : raw_(std::make_unique<pqxx::connection>(
          with_connect_settings(options.url, options.connect_timeout))) {
  pqxx::nontransaction tx(*raw_);
  const auto ms = [](Millis value) { return std::to_string(value.count()); };
  std::string sql =
      "set application_name = " + tx.quote(options.application_name) +
      "; set time zone 'UTC'; set datestyle = 'ISO, YMD'"
      "; set client_encoding = 'UTF8'; set client_min_messages = warning" +
      "; set statement_timeout = " + ms(options.statement_timeout) +
      "; set lock_timeout = " + ms(options.lock_timeout) +
      "; set idle_in_transaction_session_timeout = " + ms(options.idle_in_transaction_timeout);
  if (options.read_only) sql += "; set default_transaction_read_only = on";
  if (!options.durable) sql += "; set synchronous_commit = off";
  if (options.plans == Plans::by_values) sql += "; set plan_cache_mode = force_custom_plan";
  if (options.plans == Plans::once) {
    // Kept when a table has grown: never the plan that was good while it was empty.
    sql += "; set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off";
  }
  if (!options.role.empty()) sql += "; set role " + tx.quote_name(options.role);
  tx.exec(sql);
  tx.commit();
}

void Connection::prepare(const Statement& statement) {
  if (prepared_.contains(statement.name)) return;
  raw_->prepare(statement.name, statement.sql);
  prepared_.insert(statement.name);
}

// ------------------------------------------------------------------------------- Tx
Tx::Tx(Connection& connection, Access access) : connection_(connection) {
  switch (access) {
    case Access::read_write: raw_ = std::make_unique<pqxx::work>(connection.raw()); return;
    case Access::read_only:
      raw_ = std::make_unique<
          pqxx::transaction<pqxx::isolation_level::repeatable_read, WritePolicy::read_only>>(
          connection.raw());
      return;
  }
}

Tx::~Tx() = default;

void Tx::commit() {
  raw_->commit();
}

// ------------------------------------------------------------------------------- arrays
ArrayLiteral& ArrayLiteral::raw(std::string_view token) {
  if (text_.size() > 1) text_ += ',';
  text_ += token;
  return *this;
}

ArrayLiteral& ArrayLiteral::add(std::int64_t value) {
  return raw(std::to_string(value));
}

ArrayLiteral& ArrayLiteral::add(std::string_view text) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
  return *this;
}

std::vector<std::string> read_array(std::string_view text) {
  std::vector<std::string> out;
  if (text.size() < 2) return out;
  text = text.substr(1, text.size() - 2);
  std::size_t at = 0;
  while (at < text.size()) {
    std::string element;
    if (text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        element += text[at];
      }
      ++at;
    } else {
      while (at < text.size() && text[at] != ',') element += text[at++];
      if (element == "NULL") element.clear();
    }
    out.push_back(std::move(element));
    if (at < text.size() && text[at] == ',') ++at;
  }
  return out;
}

// ------------------------------------------------------------------------------- instants
Instant to_instant(std::string_view text) {
  std::string utc(text);
  if (utc.size() > 3 && utc.compare(utc.size() - 3, 3, "+00") == 0) {
    utc.replace(utc.size() - 3, 3, "Z");
  }
  const auto at = parse_iso8601(utc);
  if (!at) throw std::runtime_error("not a UTC timestamp: " + std::string(text));
  return *at;
}

}  // namespace firsthand::postgres
