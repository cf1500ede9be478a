// SPDX-License-Identifier: Apache-2.0
// PostgreSQL as the rest of this folder sees it: a connection, a transaction, named statements,
// typed fields, and what an error means. The only file that includes libpqxx; it keeps to what
// 6.4, 7.10 and 8 agree on. A Connection belongs to one thread at a time. Failures are thrown as
// std::exception inside this folder; failure_of() turns them into our own word at its face.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand::postgres {

// ------------------------------------------------------------------------------- what went wrong
/// retry: serialization failure or deadlock, run it again. broken: the connection is gone or the
/// server is going away; the fate of an open COMMIT is unknown. constraint: class 23 or one of our
/// own (FH…). data: class 22, a value PostgreSQL cannot take. timeout: statement or lock timeout.
/// unavailable: never ran, there is no connection or the queue is full.
enum class FailureKind { retry, broken, constraint, data, timeout, unavailable, other };

struct Failure {
  FailureKind kind = FailureKind::other;
  std::string sqlstate;  ///< five letters, or ""
  std::string message;   ///< for the log, never for a caller
};

Failure failure_of(const std::exception& error);
std::string_view to_string(FailureKind kind);

// ------------------------------------------------------------------------------- statements
/// A named statement. Each store keeps its own in one place and lists them for the test that
/// prepares them all.
struct Statement {
  const char* name;
  const char* sql;
};

// ------------------------------------------------------------------------------- connection
/// How prepared statements are planned (plan_cache_mode).
enum class Plans {
  automatic,  ///< PostgreSQL decides for each
  /// Anew each time, with the values at hand: lists carry optional conditions, and the absent ones
  /// cost nothing.
  by_values,
  /// Once for all values: what is read by its id is read in less time than it is planned.
  once,
};

struct ConnectOptions {
  std::string url;  ///< libpq URI or keyword string
  std::string application_name = "firsthand";
  std::string role = "firsthand_engine";  ///< "" keeps the login's own rights (migrations)
  Millis statement_timeout{5000};
  Millis lock_timeout{2000};
  Millis idle_in_transaction_timeout{10000};
  Seconds connect_timeout{3};
  bool read_only = false;
  Plans plans = Plans::automatic;
  /// Whether COMMIT waits for the disk. Only what is asked or done again when it is lost may not.
  bool durable = true;
};

/// Connects in its constructor or throws. Never revived: when it breaks, make another.
class Connection {
 public:
  explicit Connection(const ConnectOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  pqxx::connection& raw() { return *raw_; }
  /// Prepares on first use by this connection.
  void prepare(const Statement& statement);
  int backend_pid() const { return raw_->backendpid(); }

 private:
  std::unique_ptr<pqxx::connection> raw_;
  std::set<std::string_view> prepared_;
};

// ------------------------------------------------------------------------------- parameters
/// 0 becomes NULL.
template <class Tag>
std::optional<std::int64_t> param(Id<Tag> id) {
  if (!id) return std::nullopt;
  return id.value;
}
inline std::string param(Instant at) {
  return to_iso8601(at);
}
inline std::optional<std::string> param(const std::optional<Instant>& at) {
  if (!at) return std::nullopt;
  return to_iso8601(*at);
}
inline std::string param(std::string_view text) {
  return std::string(text);
}
inline std::string param(const char* text) {
  return text;
}
inline const std::string& param(const std::string& text) {
  return text;
}
inline const std::optional<std::string>& param(const std::optional<std::string>& text) {
  return text;
}
template <class T>
  requires std::is_arithmetic_v<T>
T param(T value) {
  return value;
}
template <class T>
  requires std::is_arithmetic_v<T>
std::optional<T> param(const std::optional<T>& value) {
  return value;
}
inline std::nullptr_t param(std::nullptr_t) {
  return nullptr;
}

/// Builds the text of an SQL array, for `unnest($1::bigint[], $2::text[], …)`.
class ArrayLiteral {
 public:
  ArrayLiteral& add(std::string_view text);
  ArrayLiteral& add(const std::string& text) { return add(std::string_view(text)); }
  ArrayLiteral& add(const char* text) { return add(std::string_view(text)); }
  ArrayLiteral& add(std::int64_t value);
  ArrayLiteral& add(int value) { return add(static_cast<std::int64_t>(value)); }
  ArrayLiteral& add(bool value) { return raw(value ? "t" : "f"); }
  ArrayLiteral& add(Instant at) { return add(std::string_view(to_iso8601(at))); }
  ArrayLiteral& null() { return raw("NULL"); }
  template <class Tag>
  ArrayLiteral& add(Id<Tag> id) {
    return id ? add(id.value) : null();
  }
  template <class T>
  ArrayLiteral& add(const std::optional<T>& value) {
    return value ? add(*value) : null();
  }
  /// The finished literal; the builder can go on.
  std::string text() const { return text_ + '}'; }
  bool empty() const { return text_.size() == 1; }

 private:
  ArrayLiteral& raw(std::string_view token);
  std::string text_ = "{";
};
inline std::string param(const ArrayLiteral& array) {
  return array.text();
}

template <class Range>
std::string array_of(const Range& values) {
  ArrayLiteral out;
  for (const auto& value : values) out.add(value);
  return out.text();
}

// ------------------------------------------------------------------------------- transaction
enum class Access { read_write, read_only };

/// One transaction; rolls back unless committed. read_only runs REPEATABLE READ, so that the few
/// queries of one screen see one moment.
class Tx {
 public:
  explicit Tx(Connection& connection, Access access = Access::read_write);
  ~Tx();
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  template <class... Args>
  pqxx::result exec(const Statement& statement, const Args&... args) {
    connection_.prepare(statement);
#if PQXX_VERSION_MAJOR < 7
    return raw_->exec_prepared(std::string(statement.name), param(args)...);
#else
    return raw_->exec(pqxx::prepped{statement.name}, pqxx::params{param(args)...});
#endif
  }
  /// For SQL that is built at run time or used once; parameters only through `args`.
  template <class... Args>
  pqxx::result exec_sql(const std::string& sql, const Args&... args) {
    if constexpr (sizeof...(Args) == 0) {
      return raw_->exec(sql);
    } else {
#if PQXX_VERSION_MAJOR < 7
      return raw_->exec_params(sql, param(args)...);
#else
      return raw_->exec(sql, pqxx::params{param(args)...});
#endif
    }
  }
  void commit();
  pqxx::transaction_base& raw() { return *raw_; }
  Connection& connection() { return connection_; }

 private:
  Connection& connection_;
  std::unique_ptr<pqxx::transaction_base> raw_;
};

// ------------------------------------------------------------------------------- fields
/// The session's time zone is UTC and its date style ISO, so a timestamptz arrives as
/// "2026-11-21 10:00:00.123456+00"; it is cut to milliseconds. Throws on anything else.
Instant to_instant(std::string_view text);

template <class T>
struct FieldReader;  // read<T>(field): NULL throws, except where the type has a "none"

template <class T, class F>
T read(const F& field) {
  return FieldReader<T>::from(field);
}

template <class T>
  requires std::is_arithmetic_v<T>
struct FieldReader<T> {
  template <class F>
  static T from(const F& field) {
    return field.template as<T>();
  }
};
template <>
struct FieldReader<std::string> {
  template <class F>
  static std::string from(const F& field) {  // NULL reads as ""
    return field.is_null() ? std::string() : std::string(field.c_str());
  }
};
template <>
struct FieldReader<Instant> {
  template <class F>
  static Instant from(const F& field) {
    return to_instant(field.c_str());
  }
};
template <class Tag>
struct FieldReader<Id<Tag>> {
  template <class F>
  static Id<Tag> from(const F& field) {  // NULL reads as 0, none
    return Id<Tag>{field.is_null() ? 0 : field.template as<std::int64_t>()};
  }
};
template <class T>
struct FieldReader<std::optional<T>> {
  template <class F>
  static std::optional<T> from(const F& field) {
    if (field.is_null()) return std::nullopt;
    return FieldReader<T>::from(field);
  }
};

/// Reads a row's columns one after the other, in the order of the select list.
template <class Row>
class Columns {
 public:
  explicit Columns(const Row& row, int first = 0) : row_(row), next_(first) {}
  template <class T>
  Columns& operator>>(T& out) {
    out = read<T>(row_[next_++]);
    return *this;
  }
  template <class T>
  T take() {
    return read<T>(row_[next_++]);
  }
  bool next_is_null() const { return row_[next_].is_null(); }
  void skip(int columns) { next_ += columns; }

 private:
  const Row& row_;
  int next_;
};

/// Elements of a text[] or bigint[] field as PostgreSQL prints it; NULL elements read as "".
std::vector<std::string> read_array(std::string_view text);

}  // namespace firsthand::postgres
