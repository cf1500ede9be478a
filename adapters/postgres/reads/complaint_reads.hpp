// SPDX-License-Identifier: Apache-2.0
// The complaint record of a case, compensations that wait for approval, earlier cases of the same
// matter; and the register: all complaints of a period with what a regulator asks. Who may see
// what is not decided here. Called on a pool thread with an open transaction.
#pragma once

#include "adapters/postgres/reads/case_reads.hpp"

namespace firsthand::postgres {

struct CompensationView {
  std::int64_t id = 0;
  std::string case_number;
  CustomerBrief customer;
  std::string category_zh, category_en;
  std::int64_t amount_cents = 0;
  std::string currency, what, state;
  UserRef proposed_by;
  Stamp proposed_at;
  std::optional<UserRef> decided_by;
  OptionalStamp decided_at;
  std::string decision_reason;
};
BOOST_DESCRIBE_STRUCT(CompensationView, (),
                      (id, case_number, customer, category_zh, category_en, amount_cents, currency,
                       what, state, proposed_by, proposed_at, decided_by, decided_at,
                       decision_reason))

/// A case that another may repeat.
struct EarlierCase {
  std::int64_t id = 0;
  std::string number, category, category_zh, category_en, product, state, text;
  Stamp opened_at;
};
BOOST_DESCRIBE_STRUCT(EarlierCase, (),
                      (id, number, category, category_zh, category_en, product, state, text,
                       opened_at))

/// What this viewer may do with the record.
struct ComplaintCan {
  bool edit = false, propose = false, decide = false, send_letter = false, link = false;
};
BOOST_DESCRIBE_STRUCT(ComplaintCan, (), (edit, propose, decide, send_letter, link))

struct ComplaintView {
  std::string number;
  bool safety = false, systemic = false;
  std::string remedy_sought, remedy_offered, remedy_answer = "open", root_cause, root_cause_note;
  std::optional<bool> justified;
  std::string regulator, regulator_reference;
  OptionalStamp regulator_due_at, letter_at;
  std::int64_t version = 0;  ///< 0: nothing has been recorded yet
  std::string category_path_zh, category_path_en;
  std::string repeat_of;
  std::vector<EarlierCase> earlier;  ///< this customer's, of the same matter
  std::vector<CompensationView> compensations;
  std::int64_t granted_cents = 0, undecided_cents = 0;
  std::int64_t alone_left_cents = 0;  ///< what needs nobody's approval
  std::string currency;
  ComplaintCan can;
};
BOOST_DESCRIBE_STRUCT(ComplaintView, (),
                      (number, safety, systemic, remedy_sought, remedy_offered, remedy_answer,
                       root_cause, root_cause_note, justified, regulator, regulator_reference,
                       regulator_due_at, letter_at, version, category_path_zh, category_path_en,
                       repeat_of, earlier, compensations, granted_cents, undecided_cents,
                       alone_left_cents, currency, can))

/// Nothing when the case is no complaint. `can` stays empty.
std::optional<ComplaintView> read_complaint(Tx& tx, const Rules& rules, std::int64_t case_id);

/// Of one state, oldest proposal first.
std::optional<Page<CompensationView>> list_compensations(Tx& tx, const Rules& rules,
                                                         const std::string& state,
                                                         const std::string& after, int limit);
/// The number of its case, or "".
std::string case_of_compensation(Tx& tx, std::int64_t compensation);

/// What a repeat may point at, newest first: the customer's cases of this category opened in the
/// days that the rules name before `before`, and not about another product.
std::vector<EarlierCase> earlier_cases(Tx& tx, const Rules& rules, std::int64_t customer,
                                       const std::string& category, const std::string& product,
                                       Instant before);

/// The final response as it was sent.
struct SentLetter {
  std::string text;
  Stamp at;
};
std::optional<SentLetter> sent_letter(Tx& tx, std::int64_t case_id);

// ------------------------------------------------------------------------------- the register
struct RegisterFilter {
  Instant from{}, to{};
  std::vector<std::string> categories;  ///< empty = all
  std::string regulator;                ///< "" = with and without, "any" = with
  std::string after;
  int limit = kPageDefault;
};
struct RegisterRow {
  std::int64_t id = 0;
  std::string number;
  Stamp received_at;
  std::string channel, state;
  CustomerBrief customer;
  std::string product, category, category_zh, category_en;  ///< names with their path
  int severity = 1;
  bool safety = false;
  std::string text, remedy_sought, remedy_offered, remedy_answer;
  std::int64_t compensation_cents = 0;
  std::string currency, root_cause, root_cause_note;
  std::optional<bool> justified;
  bool systemic = false;
  std::string regulator, regulator_reference;
  OptionalStamp regulator_due_at, letter_at, resolved_at;
  int days = 0;  ///< from the complaint to its resolution, or to now
  std::string resolution, repeat_of;
  UserRef owner;
};
BOOST_DESCRIBE_STRUCT(RegisterRow, (),
                      (id, number, received_at, channel, state, customer, product, category,
                       category_zh, category_en, severity, safety, text, remedy_sought,
                       remedy_offered, remedy_answer, compensation_cents, currency, root_cause,
                       root_cause_note, justified, systemic, regulator, regulator_reference,
                       regulator_due_at, letter_at, resolved_at, days, resolution, repeat_of,
                       owner))

/// Newest first; at most `limit` rows and no page size of its own, for exports as well. Numbers
/// are masked unless `full_numbers`.
std::optional<Page<RegisterRow>> read_register(Tx& tx, const Rules& rules,
                                               const RegisterFilter& filter, bool full_numbers);
/// How many complaints the filter holds.
std::int64_t count_register(Tx& tx, const RegisterFilter& filter);

/// Complaints of the same kind that come together: perhaps a systemic issue.
struct ClusterRow {
  std::string category, category_zh, category_en, product;
  std::int64_t count = 0, customers = 0, before = 0, systemic = 0;
};
BOOST_DESCRIBE_STRUCT(ClusterRow, (),
                      (category, category_zh, category_en, product, count, customers, before,
                       systemic))
/// Three or more of one category and product from different customers within `days`; `before` is
/// the same number of days earlier. Most first, 20 at most.
std::vector<ClusterRow> clusters(Tx& tx, const Rules& rules, int days);

struct ExportRow {
  std::int64_t id = 0;
  Stamp at;
  UserRef by;
  std::string filter;  ///< JSON
  int row_count = 0;
  bool full_numbers = false;
};
BOOST_DESCRIBE_STRUCT(ExportRow, (), (id, at, by, filter, row_count, full_numbers))
/// Newest first, 50 at most.
std::vector<ExportRow> register_exports(Tx& tx);
void note_export(Tx& tx, std::int64_t user, const std::string& filter, std::int64_t rows,
                 bool full_numbers);

/// Both names of a category with those above it: "维修服务 › 维修超时".
std::pair<std::string, std::string> category_path_names(const Rules& rules,
                                                        const std::string& code);

namespace statements {
extern const std::vector<Statement> kComplaintReads;
extern const std::vector<Statement> kRegisterReads;
}  // namespace statements

}  // namespace firsthand::postgres
