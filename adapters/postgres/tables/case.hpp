// SPDX-License-Identifier: Apache-2.0
// The columns of cases and what hangs on them.
#pragma once

#include "adapters/postgres/table.hpp"
#include "engine/model/case.hpp"

namespace firsthand::postgres {

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

}  // namespace firsthand::postgres
