// SPDX-License-Identifier: Apache-2.0
// One box for everything: a customer by number, name, reading or device, a case by its number or
// the words of its text, in Chinese and English. Called on a pool thread with an open transaction.
#pragma once

#include <boost/describe/class.hpp>

#include "adapters/postgres/reads/case_reads.hpp"

namespace firsthand::postgres {

inline constexpr int kSearchMax = 50;

struct SearchWish {
  std::string q;      ///< what was typed; words with spaces between them must all be there
  std::string phone;  ///< the same as a whole number (E.164 or a short code), "" when it is none
  int limit = 10;     ///< of customers, and of cases
};

/// Where a record says what was asked for. All of it is in `hit` when the field is a number.
struct SearchMatch {
  std::string field;  ///< number, name, pinyin, email, product, text, resolution, customer
  std::string before, hit, after;
};
BOOST_DESCRIBE_STRUCT(SearchMatch, (), (field, before, hit, after))

struct FoundCustomer {
  CustomerCard customer;
  SearchMatch match;
};
BOOST_DESCRIBE_STRUCT(FoundCustomer, (), (customer, match))

struct FoundCase {
  CaseRow case_row;  ///< "case" in JSON
  SearchMatch match;
};
void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out,
                const FoundCase& found);

struct SearchResult {
  std::vector<FoundCustomer> customers;
  std::vector<FoundCase> cases;
};

/// Best first: the exact number, then the viewer's own open cases, then the newest. Only what the
/// scope allows; a merged customer stands as the record that was kept.
SearchResult search_all(Tx& tx, const Rules& rules, const Scope& scope, const SearchWish& wish);

/// Customers alone, best first.
Ids find_customers(Tx& tx, const Scope& scope, const SearchWish& wish);

/// The first place of `text` that says `wanted` (small and capital ASCII letters are the same),
/// with some characters around it; nothing when it does not.
std::optional<SearchMatch> marked(std::string field, std::string_view text,
                                  std::string_view wanted);

namespace statements {
extern const std::vector<Statement> kSearchReads;
}

}  // namespace firsthand::postgres
