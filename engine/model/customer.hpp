// SPDX-License-Identifier: Apache-2.0
// Customers: persons and companies, how they belong together, and whose they are. Value types; any
// thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand {

enum class Tier { standard, silver, gold, key };
BOOST_DESCRIBE_ENUM(Tier, standard, silver, gold, key)

enum class CustomerKind { person, company };
BOOST_DESCRIBE_ENUM(CustomerKind, person, company)

struct Customer {
  CustomerId id;
  CustomerKind kind = CustomerKind::person;
  std::string name;
  std::string language = "zh";
  Tier tier = Tier::standard;
  std::string email;
  std::string address;
  std::string product;
  bool provisional = false;
  bool do_not_call = false;
  std::optional<int> potential;  ///< 0 to 100, as the account owner estimates; none: nobody has
  std::optional<int> contact_from_min;   ///< wants to be called from here ...
  std::optional<int> contact_until_min;  ///< ... to here, minutes after midnight; none: any time
  CustomerId merged_into;  ///< whose record this one is shown in, until the merge is undone
  Instant created_at{};
  std::optional<Instant> erased_at;  ///< who it was is gone; the cases stay, without words
  std::int64_t version = 1;
  std::vector<std::string> numbers;  ///< E.164
  friend bool operator==(const Customer&, const Customer&) = default;
};

/// What a person is in a company; a person can be several things, one after another or at once.
enum class CompanyRoleKind { decision_maker, payer, user, contact };
BOOST_DESCRIBE_ENUM(CompanyRoleKind, decision_maker, payer, user, contact)

struct CompanyRole {
  CompanyRoleId id;
  CustomerId company;
  CustomerId person;
  CompanyRoleKind role = CompanyRoleKind::contact;
  std::string title;
  Instant from{};
  std::optional<Instant> until;  ///< none: still
  UserId by;
  friend bool operator==(const CompanyRole&, const CompanyRole&) = default;
};

/// Read as a sentence: `customer` is the <kind> of `other`.
enum class RelationshipKind { parent, household, introduced_by, dealer_of, pays_for };
BOOST_DESCRIBE_ENUM(RelationshipKind, parent, household, introduced_by, dealer_of, pays_for)

struct Relationship {
  RelationshipId id;
  CustomerId customer;
  CustomerId other;
  RelationshipKind kind = RelationshipKind::household;
  std::string note;
  Instant from{};
  std::optional<Instant> until;
  UserId by;
  friend bool operator==(const Relationship&, const Relationship&) = default;
};

/// Two records that are one customer. Nothing is rewritten: `gone` points at `kept` until it is
/// undone.
struct CustomerMerge {
  MergeId id;
  CustomerId kept;
  CustomerId gone;
  std::string reason;
  UserId by;
  Instant at{};
  std::optional<Instant> undone_at;
  UserId undone_by;
  std::string undone_why;
  friend bool operator==(const CustomerMerge&, const CustomerMerge&) = default;
};

/// One evaluation of a customer by the scoring rule; only ever added.
struct TierScore {
  std::int64_t id = 0;
  CustomerId customer;
  Instant at{};
  int score = 0;  ///< 0 to 100
  Tier tier = Tier::standard;
  Tier previous = Tier::standard;
  std::string why = "{}";  ///< JSON: each input with its points
  int rule_version = 0;
  UserId by;
};

// ------------------------------------------------------------------------------- accounts
enum class AccountState { held, pooled };
BOOST_DESCRIBE_ENUM(AccountState, held, pooled)

/// Whose customer this is: the account owner keeps in touch, or the account lapses into the pool.
struct Account {
  CustomerId customer;
  AccountState state = AccountState::held;
  UserId owner;           ///< none in the pool
  UserId previous_owner;  ///< who held it last
  UserId developer;       ///< who won the customer: the credit stays when the account moves
  UserId entered_by;      ///< who wrote the customer down ...
  UserId entered_for;     ///< ... on behalf of whom; none: for himself
  Instant since{};        ///< held by the owner, or in the pool, since then
  std::optional<Instant> followed_up_at;
  std::int64_t version = 1;
  friend bool operator==(const Account&, const Account&) = default;
};

enum class AccountHow { entered, claimed, assigned, extended, lapsed, released, departure };
BOOST_DESCRIBE_ENUM(AccountHow, entered, claimed, assigned, extended, lapsed, released, departure)

/// The ledger of accounts; only ever added to.
struct AccountEntry {
  std::int64_t id = 0;
  CustomerId customer;
  UserId owner;
  UserId previous_owner;
  AccountHow how = AccountHow::entered;
  std::string reason;
  UserId by;
  Instant at{};
};

}  // namespace firsthand
