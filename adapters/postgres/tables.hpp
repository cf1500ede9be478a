// SPDX-License-Identifier: Apache-2.0
// How each value of the engine lies in its table: one list of fields, used to write sets of rows
// with unnest and to read them back. A new column is one line here and one in a migration.
#pragma once

#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/postgres/db.hpp"
#include "engine/model.hpp"
#include "engine/words.hpp"

namespace firsthand::postgres {

template <class Access>
struct Field {
  const char* name;
  const char* type;
  Access access;
};
template <class Access>
Field(const char*, const char*, Access) -> Field<Access>;

template <class T>
struct Table;  // name, fields() → std::tuple<Field...>

template <>
struct Table<Customer> {
  static constexpr const char* name = "customer";
  static auto fields() {
    using C = Customer;
    return std::tuple{Field{"id", "bigint", &C::id},
                      Field{"kind", "text", &C::kind},
                      Field{"name", "text", &C::name},
                      Field{"language", "text", &C::language},
                      Field{"tier", "text", &C::tier},
                      Field{"email", "text", &C::email},
                      Field{"address", "text", &C::address},
                      Field{"product", "text", &C::product},
                      Field{"provisional", "boolean", &C::provisional},
                      Field{"do_not_call", "boolean", &C::do_not_call},
                      Field{"merged_into", "bigint", &C::merged_into},
                      Field{"created_at", "timestamptz", &C::created_at},
                      Field{"version", "bigint", &C::version}};
  }
};

template <>
struct Table<Interaction> {
  static constexpr const char* name = "interaction";
  static auto fields() {
    using I = Interaction;
    return std::tuple{Field{"id", "bigint", &I::id},
                      Field{"channel", "text", &I::channel},
                      Field{"direction", "text", &I::direction},
                      Field{"state", "text", &I::state},
                      Field{"outcome", "text", &I::outcome},
                      Field{"customer_id", "bigint", &I::customer},
                      Field{"case_id", "bigint", &I::case_id},
                      Field{"callback_id", "bigint", &I::callback},
                      Field{"number", "text", &I::number},
                      Field{"dialled", "text", &I::dialled},
                      Field{"queue_code", "text", &I::queue},
                      Field{"agent_id", "bigint", &I::agent},
                      Field{"owner_id", "bigint", &I::owner},
                      Field{"enqueued_at", "timestamptz", &I::enqueued_at},
                      Field{"answered_at", "timestamptz", &I::answered_at},
                      Field{"ended_at", "timestamptz", &I::ended_at},
                      Field{"pbx_id", "text", &I::pbx},
                      Field{"channel_id", "text", &I::pbx_channel},
                      Field{"leg_id", "text", &I::leg},
                      Field{"observed", "boolean", &I::observed},
                      Field{"version", "bigint", &I::version}};
  }
};

template <>
struct Table<Offer> {
  static constexpr const char* name = "offer";
  static auto fields() {
    using O = Offer;
    return std::tuple{Field{"id", "bigint", &O::id},
                      Field{"interaction_id", "bigint", &O::interaction},
                      Field{"agent_id", "bigint", &O::agent},
                      Field{"token", "text", &O::token},
                      Field{"leg_id", "text", &O::leg},
                      Field{"reason", "text", &O::reason},
                      Field{"state", "text", &O::state},
                      Field{"offered_at", "timestamptz", &O::offered_at},
                      Field{"expires_at", "timestamptz", &O::expires_at},
                      Field{"ended_at", "timestamptz", &O::ended_at}};
  }
};

template <>
struct Table<Desk> {
  static constexpr const char* name = "desk";
  static auto fields() {
    using D = Desk;
    return std::tuple{Field{"user_id", "bigint", &D::user},
                      Field{"presence", "text", &D::presence},
                      Field{"reason", "text", &D::reason},
                      Field{"since", "timestamptz", &D::since},
                      Field{"idle_since", "timestamptz", &D::idle_since},
                      Field{"wrap_up_until", "timestamptz", &D::wrap_up_until},
                      Field{"interaction_id", "bigint", &D::interaction},
                      Field{"misses", "integer", &D::misses},
                      Field{"lease_until", "timestamptz", &D::lease_until},
                      Field{"version", "bigint", &D::version}};
  }
};

template <>
struct Table<Case> {
  static constexpr const char* name = "case_file";
  static auto fields() {
    using C = Case;
    return std::tuple{Field{"id", "bigint", &C::id},
                      Field{"number", "text", &C::number},
                      Field{"kind", "text", &C::kind},
                      Field{"state", "text", &C::state},
                      Field{"customer_id", "bigint", &C::customer},
                      Field{"interaction_id", "bigint", &C::interaction},
                      Field{"channel", "text", &C::channel},
                      Field{"category", "text", &C::category},
                      Field{"text", "text", &C::text},
                      Field{"severity", "integer", &C::severity},
                      Field{"owner_id", "bigint", &C::owner},
                      Field{"handler_user_id", "bigint", &C::handler},
                      Field{"department_id", "bigint", &C::department},
                      Field{"escalation_level", "integer", &C::escalation_level},
                      Field{"reach_number", "text", &C::reach_number},
                      Field{"language", "text", &C::language},
                      Field{"product", "text", &C::product},
                      Field{"cycle", "integer", &C::cycle},
                      Field{"told_at", "timestamptz", &C::told_at},
                      Field{"told_how", "text", &C::told_how},
                      Field{"resolution", "text", &C::resolution},
                      Field{"hand_over_to", "bigint", &C::hand_over_to},
                      Field{"hand_over_reason", "text", &C::hand_over_reason},
                      Field{"repeat_of", "text", &C::repeat_of},
                      Field{"public_token", "text", &C::public_token},
                      Field{"opened_at", "timestamptz", &C::opened_at},
                      Field{"resolved_at", "timestamptz", &C::resolved_at},
                      Field{"closed_at", "timestamptz", &C::closed_at},
                      Field{"version", "bigint", &C::version}};
  }
};

template <>
struct Table<Dispatch> {
  static constexpr const char* name = "dispatch";
  static auto fields() {
    using D = Dispatch;
    return std::tuple{Field{"id", "bigint", &D::id},
                      Field{"case_id", "bigint", &D::case_id},
                      Field{"department_id", "bigint", &D::department},
                      Field{"state", "text", &D::state},
                      Field{"note", "text", &D::note},
                      Field{"by_user_id", "bigint", &D::by},
                      Field{"at", "timestamptz", &D::at},
                      Field{"accepted_by", "bigint", &D::accepted_by},
                      Field{"accepted_at", "timestamptz", &D::accepted_at},
                      Field{"return_reason", "text", &D::return_reason},
                      Field{"suggested_department_id", "bigint", &D::suggested_department},
                      Field{"ended_by", "bigint", &D::ended_by},
                      Field{"ended_at", "timestamptz", &D::ended_at},
                      Field{"answer", "text", &D::answer},
                      Field{"chases", "integer", &D::chases},
                      Field{"chased_at", "timestamptz", &D::chased_at},
                      Field{"disputed_at", "timestamptz", &D::disputed_at},
                      Field{"disputed_by", "bigint", &D::disputed_by},
                      Field{"dispute_reason", "text", &D::dispute_reason},
                      Field{"dispute_settled_at", "timestamptz", &D::dispute_settled_at},
                      Field{"extension_until", "timestamptz", &D::extension_until},
                      Field{"extension_by", "bigint", &D::extension_by},
                      Field{"extension_reason", "text", &D::extension_reason}};
  }
};

template <>
struct Table<Callback> {
  static constexpr const char* name = "callback";
  static auto fields() {
    using C = Callback;
    return std::tuple{Field{"id", "bigint", &C::id},
                      Field{"kind", "text", &C::kind},
                      Field{"case_id", "bigint", &C::case_id},
                      Field{"customer_id", "bigint", &C::customer},
                      Field{"interaction_id", "bigint", &C::interaction},
                      Field{"number", "text", &C::number},
                      Field{"caller", "text", &C::caller},
                      Field{"user_id", "bigint", &C::user},
                      Field{"department_id", "bigint", &C::department},
                      Field{"window_from", "timestamptz", &C::window_from},
                      Field{"due_at", "timestamptz", &C::due_at},
                      Field{"state", "text", &C::state},
                      Field{"attempts", "integer", &C::attempts},
                      Field{"next_try_at", "timestamptz", &C::next_try_at},
                      Field{"ended_at", "timestamptz", &C::ended_at},
                      Field{"ended_why", "text", &C::ended_why},
                      Field{"promised_at", "timestamptz", &C::promised_at},
                      Field{"satisfied", "boolean", &C::satisfied},
                      Field{"score", "integer", &C::score},
                      Field{"version", "bigint", &C::version}};
  }
};

template <>
struct Table<SlaClock> {
  static constexpr const char* name = "sla_clock";
  static auto fields() {
    using S = SlaClock;
    constexpr auto budget_kind = [](auto& clock) -> auto& { return clock.budget.kind; };
    constexpr auto budget_amount = [](auto& clock) -> auto& { return clock.budget.amount; };
    return std::tuple{Field{"id", "bigint", &S::id},
                      Field{"case_id", "bigint", &S::case_id},
                      Field{"customer_id", "bigint", &S::customer},
                      Field{"review_action_id", "bigint", &S::review_action},
                      Field{"kind", "text", &S::kind},
                      Field{"cycle", "integer", &S::cycle},
                      Field{"callback_id", "bigint", &S::callback},
                      Field{"dispatch_id", "bigint", &S::dispatch},
                      Field{"policy", "text", &S::policy},
                      Field{"policy_version", "integer", &S::policy_version},
                      Field{"calendar", "text", &S::calendar},
                      Field{"budget_kind", "text", budget_kind},
                      Field{"budget_s", "bigint", budget_amount},
                      Field{"ladder", "text", &S::ladder},
                      Field{"started_at", "timestamptz", &S::started_at},
                      Field{"due_at", "timestamptz", &S::due_at},
                      Field{"state", "text", &S::state},
                      Field{"breached_at", "timestamptz", &S::breached_at},
                      Field{"ended_at", "timestamptz", &S::ended_at},
                      Field{"stage", "integer", &S::stage},
                      Field{"step", "text", &S::step},
                      Field{"fire_at", "timestamptz", &S::fire_at},
                      Field{"revision", "bigint", &S::revision},
                      Field{"version", "bigint", &S::version}};
  }
};

template <>
struct Table<ClockPause> {
  static constexpr const char* name = "clock_pause";
  static auto fields() {
    using P = ClockPause;
    return std::tuple{Field{"id", "bigint", &P::id},
                      Field{"case_id", "bigint", &P::case_id},
                      Field{"from_at", "timestamptz", &P::from},
                      Field{"until_at", "timestamptz", &P::until},
                      Field{"planned_until", "timestamptz", &P::planned_until},
                      Field{"reason", "text", &P::reason},
                      Field{"by_user_id", "bigint", &P::by}};
  }
};

template <>
struct Table<Alert> {
  static constexpr const char* name = "alert";
  static auto fields() {
    using A = Alert;
    return std::tuple{Field{"id", "bigint", &A::id},
                      Field{"clock_id", "bigint", &A::clock},
                      Field{"case_id", "bigint", &A::case_id},
                      Field{"customer_id", "bigint", &A::customer},
                      Field{"review_action_id", "bigint", &A::review_action},
                      Field{"cycle", "integer", &A::cycle},
                      Field{"stage", "integer", &A::stage},
                      Field{"step", "text", &A::step},
                      Field{"clock_kind", "text", &A::clock_kind},
                      Field{"recipient_id", "bigint", &A::recipient},
                      Field{"role", "text", &A::role},
                      Field{"needs_acknowledgement", "boolean", &A::needs_acknowledgement},
                      Field{"due_at", "timestamptz", &A::due_at},
                      Field{"fired_at", "timestamptz", &A::fired_at},
                      Field{"acknowledged_at", "timestamptz", &A::acknowledged_at},
                      Field{"acknowledged_by", "bigint", &A::acknowledged_by}};
  }
};

template <>
struct Table<OwnershipEntry> {
  static constexpr const char* name = "ownership_entry";
  static auto fields() {
    using O = OwnershipEntry;
    return std::tuple{Field{"id", "bigint", &O::id},
                      Field{"case_id", "bigint", &O::case_id},
                      Field{"owner_id", "bigint", &O::owner},
                      Field{"previous_owner_id", "bigint", &O::previous_owner},
                      Field{"how", "text", &O::how},
                      Field{"reason", "text", &O::reason},
                      Field{"by_user_id", "bigint", &O::by},
                      Field{"at", "timestamptz", &O::at}};
  }
};

template <>
struct Table<CallbackAttempt> {
  static constexpr const char* name = "callback_attempt";
  static auto fields() {
    using A = CallbackAttempt;
    return std::tuple{Field{"id", "bigint", &A::id},
                      Field{"callback_id", "bigint", &A::callback},
                      Field{"number", "integer", &A::number},
                      Field{"by_user_id", "bigint", &A::by},
                      Field{"interaction_id", "bigint", &A::interaction},
                      Field{"at", "timestamptz", &A::at},
                      Field{"outcome", "text", &A::outcome},
                      Field{"note", "text", &A::note}};
  }
};

template <>
struct Table<HistoryEntry> {
  static constexpr const char* name = "history";
  static auto fields() {
    using H = HistoryEntry;
    return std::tuple{Field{"id", "bigint", &H::id},
                      Field{"at", "timestamptz", &H::at},
                      Field{"customer_id", "bigint", &H::customer},
                      Field{"case_id", "bigint", &H::case_id},
                      Field{"interaction_id", "bigint", &H::interaction},
                      Field{"kind", "text", &H::kind},
                      Field{"actor_id", "bigint", &H::actor},
                      Field{"acting_for_id", "bigint", &H::acting_for},
                      Field{"source", "text", &H::source},
                      Field{"data", "jsonb", &H::data}};
  }
};

template <>
struct Table<Effect> {
  static constexpr const char* name = "outbox";
  static auto fields() {
    using E = Effect;
    return std::tuple{
        Field{"id", "bigint", &E::id},      Field{"kind", "text", &E::kind},
        Field{"key", "text", &E::key},      Field{"payload", "jsonb", &E::payload},
        Field{"at", "timestamptz", &E::at}, Field{"next_try_at", "timestamptz", &E::not_before}};
  }
};

template <>
struct Table<CompanyRole> {
  static constexpr const char* name = "company_role";
  static auto fields() {
    using R = CompanyRole;
    return std::tuple{Field{"id", "bigint", &R::id},
                      Field{"company_id", "bigint", &R::company},
                      Field{"person_id", "bigint", &R::person},
                      Field{"role", "text", &R::role},
                      Field{"title", "text", &R::title},
                      Field{"from_at", "timestamptz", &R::from},
                      Field{"until_at", "timestamptz", &R::until},
                      Field{"by_user_id", "bigint", &R::by}};
  }
};

template <>
struct Table<Relationship> {
  static constexpr const char* name = "relationship";
  static auto fields() {
    using R = Relationship;
    return std::tuple{Field{"id", "bigint", &R::id},
                      Field{"customer_id", "bigint", &R::customer},
                      Field{"other_id", "bigint", &R::other},
                      Field{"kind", "text", &R::kind},
                      Field{"note", "text", &R::note},
                      Field{"from_at", "timestamptz", &R::from},
                      Field{"until_at", "timestamptz", &R::until},
                      Field{"by_user_id", "bigint", &R::by}};
  }
};

template <>
struct Table<CustomerMerge> {
  static constexpr const char* name = "customer_merge";
  static auto fields() {
    using M = CustomerMerge;
    return std::tuple{Field{"id", "bigint", &M::id},
                      Field{"kept_id", "bigint", &M::kept},
                      Field{"gone_id", "bigint", &M::gone},
                      Field{"reason", "text", &M::reason},
                      Field{"by_user_id", "bigint", &M::by},
                      Field{"at", "timestamptz", &M::at},
                      Field{"undone_at", "timestamptz", &M::undone_at},
                      Field{"undone_by", "bigint", &M::undone_by},
                      Field{"undone_why", "text", &M::undone_why}};
  }
};

template <>
struct Table<TierScore> {
  static constexpr const char* name = "tier_score";
  static auto fields() {
    using S = TierScore;
    return std::tuple{
        Field{"id", "bigint", &S::id},        Field{"customer_id", "bigint", &S::customer},
        Field{"at", "timestamptz", &S::at},   Field{"score", "integer", &S::score},
        Field{"tier", "text", &S::tier},      Field{"previous_tier", "text", &S::previous},
        Field{"why", "jsonb", &S::why},       Field{"rule_version", "integer", &S::rule_version},
        Field{"by_user_id", "bigint", &S::by}};
  }
};

template <>
struct Table<Account> {
  static constexpr const char* name = "account";
  static auto fields() {
    using A = Account;
    return std::tuple{Field{"customer_id", "bigint", &A::customer},
                      Field{"state", "text", &A::state},
                      Field{"owner_id", "bigint", &A::owner},
                      Field{"previous_owner_id", "bigint", &A::previous_owner},
                      Field{"developer_id", "bigint", &A::developer},
                      Field{"entered_by", "bigint", &A::entered_by},
                      Field{"entered_for", "bigint", &A::entered_for},
                      Field{"since", "timestamptz", &A::since},
                      Field{"followed_up_at", "timestamptz", &A::followed_up_at},
                      Field{"version", "bigint", &A::version}};
  }
};

template <>
struct Table<AccountEntry> {
  static constexpr const char* name = "account_entry";
  static auto fields() {
    using A = AccountEntry;
    return std::tuple{Field{"id", "bigint", &A::id},
                      Field{"customer_id", "bigint", &A::customer},
                      Field{"owner_id", "bigint", &A::owner},
                      Field{"previous_owner_id", "bigint", &A::previous_owner},
                      Field{"how", "text", &A::how},
                      Field{"reason", "text", &A::reason},
                      Field{"by_user_id", "bigint", &A::by},
                      Field{"at", "timestamptz", &A::at}};
  }
};

template <>
struct Table<ComplaintRecord> {
  static constexpr const char* name = "complaint_record";
  static auto fields() {
    using R = ComplaintRecord;
    return std::tuple{Field{"case_id", "bigint", &R::case_id},
                      Field{"safety", "boolean", &R::safety},
                      Field{"remedy_sought", "text", &R::remedy_sought},
                      Field{"remedy_offered", "text", &R::remedy_offered},
                      Field{"remedy_answer", "text", &R::remedy_answer},
                      Field{"root_cause", "text", &R::root_cause},
                      Field{"root_cause_note", "text", &R::root_cause_note},
                      Field{"justified", "boolean", &R::justified},
                      Field{"systemic", "boolean", &R::systemic},
                      Field{"regulator", "text", &R::regulator},
                      Field{"regulator_reference", "text", &R::regulator_reference},
                      Field{"regulator_due_at", "timestamptz", &R::regulator_due_at},
                      Field{"letter_at", "timestamptz", &R::letter_at},
                      Field{"letter", "text", &R::letter},
                      Field{"version", "bigint", &R::version}};
  }
};

template <>
struct Table<Compensation> {
  static constexpr const char* name = "compensation";
  static auto fields() {
    using C = Compensation;
    return std::tuple{Field{"id", "bigint", &C::id},
                      Field{"case_id", "bigint", &C::case_id},
                      Field{"amount_cents", "bigint", &C::amount_cents},
                      Field{"currency", "text", &C::currency},
                      Field{"what", "text", &C::what},
                      Field{"state", "text", &C::state},
                      Field{"proposed_by", "bigint", &C::proposed_by},
                      Field{"proposed_at", "timestamptz", &C::proposed_at},
                      Field{"decided_by", "bigint", &C::decided_by},
                      Field{"decided_at", "timestamptz", &C::decided_at},
                      Field{"decision_reason", "text", &C::decision_reason}};
  }
};

template <>
struct Table<ReviewAction> {
  static constexpr const char* name = "review_action";
  static auto fields() {
    using A = ReviewAction;
    return std::tuple{Field{"id", "bigint", &A::id},
                      Field{"title", "text", &A::title},
                      Field{"text", "text", &A::text},
                      Field{"department_id", "bigint", &A::department},
                      Field{"assignee_id", "bigint", &A::assignee},
                      Field{"case_id", "bigint", &A::case_id},
                      Field{"by_user_id", "bigint", &A::by},
                      Field{"agreed_at", "timestamptz", &A::agreed_at},
                      Field{"due_at", "timestamptz", &A::due_at},
                      Field{"state", "text", &A::state},
                      Field{"result", "text", &A::result},
                      Field{"ended_by", "bigint", &A::ended_by},
                      Field{"ended_at", "timestamptz", &A::ended_at},
                      Field{"version", "bigint", &A::version}};
  }
};

// ------------------------------------------------------------------------------- using the lists
template <class T>
std::string column_list() {
  std::string out;
  const auto each = [&](const auto&... field) {
    ((out += out.empty() ? "" : ", ", out += field.name), ...);
  };
  std::apply(each, Table<T>::fields());
  return out;
}

template <class V>
void add_value(ArrayLiteral& out, const V& value) {
  if constexpr (std::is_enum_v<V>) {
    out.add(word(value));
  } else {
    out.add(value);
  }
}

template <class V, class Cols>
void take_value(Cols& columns, V& value) {
  if constexpr (std::is_enum_v<V>) {
    const auto text = columns.template take<std::string>();
    const auto known = from_word<V>(text);
    if (!known) throw std::runtime_error("unknown word in the database: " + text);
    value = *known;
  } else {
    columns >> value;
  }
}

template <class T, class Row>
T from_row(const Row& row) {
  T out{};
  Columns columns(row);
  const auto each = [&](const auto&... field) {
    (take_value(columns, std::invoke(field.access, out)), ...);
  };
  std::apply(each, Table<T>::fields());
  return out;
}

enum class OnConflict { update, fail, ignore };

/// "insert into t (...) select ... from unnest($1::bigint[], ...) ...", built once per table.
template <class T>
std::string write_sql(OnConflict conflict) {
  std::string arrays, updates;
  int n = 0;
  const auto each = [&](const auto&... field) {
    ((arrays += (n ? ", $" : "$") + std::to_string(n + 1) + "::" + field.type + "[]",
      updates +=
      n ? (n > 1 ? ", " : "") + std::string{field.name} + " = excluded." + field.name : "",
      ++n),
     ...);
  };
  const auto fields = Table<T>::fields();
  std::apply(each, fields);
  std::string sql = "insert into " + std::string{Table<T>::name} + " (" + column_list<T>() +
                    ") select * from unnest(" + arrays + ")";
  switch (conflict) {
    case OnConflict::update:
      sql +=
          " on conflict (" + std::string{std::get<0>(fields).name} + ") do update set " + updates;
      break;
    case OnConflict::ignore: sql += " on conflict do nothing"; break;
    case OnConflict::fail: break;
  }
  return sql;
}

/// Writes a set of rows in one statement; nothing at all for an empty set.
template <class T, OnConflict conflict = OnConflict::update>
void write(Tx& tx, const std::vector<T>& rows) {
  if (rows.empty()) return;
  static const std::string sql = write_sql<T>(conflict);
  static const std::string statement_name = std::string{"write_"} + Table<T>::name;
  static const Statement statement{statement_name.c_str(), sql.c_str()};
  const auto fields = Table<T>::fields();
  const auto each = [&](const auto&... field) {
    const auto array = [&rows](const auto& access) {
      ArrayLiteral out;
      for (const auto& row : rows) add_value(out, std::invoke(access, row));
      return out;
    };
    tx.exec(statement, array(field.access)...);
  };
  std::apply(each, fields);
}

}  // namespace firsthand::postgres
