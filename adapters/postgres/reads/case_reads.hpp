// SPDX-License-Identifier: Apache-2.0
// Cases as lists, one case whole, and histories. Who may see what is not decided here: the caller
// hands in a Scope made from `can()`. Called on a pool thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/pages.hpp"
#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

/// Which rows a viewer's lists hold.
enum class Reach {
  own,         ///< owns, handles or is offered
  escalated,   ///< own and everything escalated
  department,  ///< dispatched to the department, now or before
  all,
};
struct Scope {
  Reach reach = Reach::own;
  std::int64_t user = 0;
  std::int64_t department = 0;
};

struct CaseFilter {
  std::string list = "mine";  ///< mine department escalated open overdue all
  std::string state;          ///< "" = any
  std::string category;
  std::string q;  ///< words of the case or of its customer, a part of a number, initials
  std::string after;
  int limit = kPageDefault;
};
/// Due first; `all` newest first. Nothing for an `after` that is not ours.
std::optional<Page<CaseRow>> list_cases(Tx& tx, const Rules& rules, const Scope& scope,
                                        const CaseFilter& filter);

/// What a permission and a version check need to know of a case, by one of its names.
struct CaseFacts {
  std::int64_t id = 0;
  std::string number, state;
  std::int64_t owner = 0, handler = 0, department = 0, hand_over_to = 0, customer = 0;
  std::int64_t account_owner = 0;  ///< of the customer; none: nobody's
  std::int64_t version = 0;
  Ids departments;            ///< every department it was ever dispatched to
  std::string live_dispatch;  ///< sent, accepted or ""
  bool told = false;
  bool paused = false;
  bool escalated = false;
  bool told_by_department = false;  ///< and not verified
  bool disputed = false;            ///< the live dispatch, as the next
  bool extension_asked = false;
};
enum class CaseBy { id, number, dispatch, callback, alert, interaction };
std::optional<CaseFacts> case_facts(Tx& tx, CaseBy by, const std::string& name);

/// `can` stays empty; reach_number is in full: the caller masks it where it must.
std::optional<CaseView> read_case(Tx& tx, const Rules& rules, std::int64_t id);

struct HistoryFilter {
  std::vector<std::string> kinds;  ///< empty = all
  std::string after;
  int limit = kPageMax;
};
/// Oldest first.
std::optional<Page<HistoryView>> history_of_case(Tx& tx, std::int64_t case_id,
                                                 const HistoryFilter& filter);
/// Newest first; `department` other than 0 leaves out cases never dispatched to it.
std::optional<Page<HistoryView>> timeline_of_customer(Tx& tx, std::int64_t customer_id,
                                                      const HistoryFilter& filter,
                                                      std::int64_t department = 0);

/// Who took a history out of the house; of a case, or of a customer.
struct ExportNote {
  std::int64_t by = 0;  ///< 0: another system
  std::string source, format;
  std::int64_t case_id = 0, customer = 0;
  std::int64_t entries = 0;
};
void note_history_export(Tx& tx, const ExportNote& note);

/// The customer's own page, by the token of its address.
std::optional<StatusPage> status_page(Tx& tx, const std::string& public_token);
/// What the sender of a complaint is told.
struct Receipt {
  UserRef owner;
  Stamp opened_at;
};
std::optional<Receipt> receipt_of(Tx& tx, const std::string& case_number);

namespace statements {
extern const std::vector<Statement> kCaseReads;
extern const std::vector<Statement> kHistoryReads;
}  // namespace statements

}  // namespace firsthand::postgres
