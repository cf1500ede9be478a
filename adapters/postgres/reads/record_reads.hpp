// SPDX-License-Identifier: Apache-2.0
// The customer's record around the card: people in companies, relationships and the network they
// make, merges, the tier with its reasons, look-alikes, and who is known already. Every read takes
// any record of a merged customer for the kept one. Called on a pool thread with an open
// transaction.
#pragma once

#include "adapters/postgres/reads/rows.hpp"
#include "engine/tier_score.hpp"

namespace firsthand::postgres {

struct RoleView {
  std::int64_t id = 0;
  NamedCustomer company, person;
  std::string role, title;
  Stamp from;
  OptionalStamp until;
  std::optional<UserRef> by;
};
BOOST_DESCRIBE_STRUCT(RoleView, (), (id, company, person, role, title, from, until, by))

/// `customer` is the <kind> of `other`.
struct RelationshipView {
  std::int64_t id = 0;
  NamedCustomer customer, other;
  std::string kind, note;
  Stamp from;
  OptionalStamp until;
  std::optional<UserRef> by;
};
BOOST_DESCRIBE_STRUCT(RelationshipView, (), (id, customer, other, kind, note, from, until, by))

struct MergeView {
  std::int64_t id = 0;
  NamedCustomer kept, gone;
  std::string reason;
  std::optional<UserRef> by;
  Stamp at;
  OptionalStamp undone_at;
  std::optional<UserRef> undone_by;
  std::string undone_why;
};
BOOST_DESCRIBE_STRUCT(MergeView, (),
                      (id, kept, gone, reason, by, at, undone_at, undone_by, undone_why))

struct SharedNumber {
  std::string number;  ///< masked
  std::vector<NamedCustomer> others;
};
BOOST_DESCRIBE_STRUCT(SharedNumber, (), (number, others))

struct RecordView {
  std::int64_t id = 0;  ///< of the kept record
  std::vector<RoleView> roles;
  std::vector<RelationshipView> relationships;
  std::vector<MergeView> merges;
  std::vector<SharedNumber> shared_numbers;
};
BOOST_DESCRIBE_STRUCT(RecordView, (), (id, roles, relationships, merges, shared_numbers))

struct NetworkNode {
  std::int64_t id = 0;
  std::string kind, name, tier;
  int distance = 0;
};
BOOST_DESCRIBE_STRUCT(NetworkNode, (), (id, kind, name, tier, distance))

struct NetworkLink {
  std::int64_t from = 0, to = 0;
  std::string what;  ///< a relationship's kind or a role's: `from` is the <what> of `to`
};
BOOST_DESCRIBE_STRUCT(NetworkLink, (), (from, to, what))

struct NetworkView {
  std::vector<NetworkNode> nodes;
  std::vector<NetworkLink> links;
  bool more = false;  ///< there are further customers than are shown
};
BOOST_DESCRIBE_STRUCT(NetworkView, (), (nodes, links, more))

struct TierScoreView {
  Stamp at;
  int score = 0;
  std::string tier, previous;
  int rule_version = 0;
  std::optional<UserRef> by;
  boost::json::value why;
};
BOOST_DESCRIBE_STRUCT(TierScoreView, (), (at, score, tier, previous, rule_version, by, why))

/// What is asked of a customer that may be known already. Empty fields are not asked.
struct KnownQuestion {
  std::vector<std::string> numbers;  ///< in full, E.164
  std::string number_begins;         ///< digits as far as they are typed, with their prefix
  std::string email;
  std::string name;
  std::string address;
  std::string reference, source;  ///< an id of another system; source "": of any
  bool nearly = false;            ///< also names that are similar, or read the same
  std::int64_t except = 0;        ///< this customer and what is merged with it
  int limit = 10;
};
struct KnownCustomer {
  NamedCustomer customer;
  std::string number;  ///< masked, the first one
  /// reference, number, email, name_and_address, name, similar_name, same_reading
  std::string why;
};
BOOST_DESCRIBE_STRUCT(KnownCustomer, (), (customer, number, why))

std::optional<RecordView> read_record(Tx& tx, std::int64_t customer);
/// Two steps around the customer, at most 60 of them.
NetworkView read_network(Tx& tx, std::int64_t customer);
/// Newest first, at most 100.
std::vector<TierScoreView> tier_scores(Tx& tx, std::int64_t customer);
std::optional<CustomerFigures> customer_figures(Tx& tx, std::int64_t customer);
/// Kept customers above `after`, in id order, whose newest score is older than `before`.
Ids customers_to_score(Tx& tx, std::int64_t after, Instant before, int limit);
/// Best reasons first; each customer once.
std::vector<KnownCustomer> known_customers(Tx& tx, const KnownQuestion& question);
/// Who else may be this customer: by number, mail, or a name that is the same or nearly.
std::vector<KnownCustomer> look_alikes(Tx& tx, std::int64_t customer);
/// Other customers who have the number of this call.
std::vector<NamedCustomer> others_with_number(Tx& tx, std::int64_t interaction);

namespace statements {
extern const std::vector<Statement> kRecordReads;
}

}  // namespace firsthand::postgres
