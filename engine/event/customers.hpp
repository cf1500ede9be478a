// SPDX-License-Identifier: Apache-2.0
// Customers, what they are to each other, whose they are; and people who leave.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/model/customer.hpp"
#include "engine/model/interaction.hpp"

namespace firsthand::event {

// ---- customers
/// `number` or `email` of another record: refused as duplicate, unless it is wanted all the same.
struct CustomerCreated {
  CustomerKind kind = CustomerKind::person;
  std::string name, email, address, language, product;
  std::vector<std::string> numbers;
  bool although_known = false;
  UserId account_owner;  ///< whose customer it is; none: nobody's yet
  UserId entered_for;    ///< entered on behalf of this person
  UserId developer;      ///< who won the customer; none: the account owner
};
/// Minutes after midnight; none: at any time.
struct ContactHours {
  std::optional<int> from_min, until_min;
};
struct CustomerEdited {
  CustomerId customer;
  std::int64_t version;
  std::optional<std::string> name, email, address, language, product;
  std::optional<bool> do_not_call;
  std::optional<CustomerKind> kind{};
  std::vector<std::string> numbers_added{};
  std::optional<int> potential{};  ///< 0 to 100
  std::vector<std::string> numbers_removed{};
  std::optional<ContactHours> contact_hours{};
};
struct NumberRevealed {
  CustomerId customer;
  std::string number;
};
struct CompanyRoleBegun {
  CustomerId company, person;
  CompanyRoleKind role;
  std::string title;
  std::optional<Instant> from;
};
struct CompanyRoleEnded {
  CompanyRoleId company_role;
  std::optional<Instant> until;
};
struct RelationshipBegun {
  CustomerId customer, other;
  RelationshipKind kind;
  std::string note;
};
struct RelationshipEnded {
  RelationshipId relationship;
};
struct CustomersMerged {
  CustomerId kept, gone;
  std::string reason;
};
struct CustomersUnmerged {
  MergeId merge;
  std::string reason;
};
/// Several customers have the number, or one calls from a new one: this is who is calling.
struct CallerNamed {
  InteractionId interaction;
  CustomerId customer;
};
/// The scoring rule was applied to what is known of the customer.
struct TierScored {
  CustomerId customer;
  int score;
  Tier tier;
  std::string why;  ///< JSON: each input with its points
  int rule_version;
};

// ---- accounts and the pool
struct AccountClaimed {
  CustomerId customer;
  std::int64_t version;  ///< of the account as it was seen in the pool
};
/// By a supervisor, or by the owner who gives it up (`to` none: into the pool).
struct AccountAssigned {
  CustomerId customer;
  UserId to;
  std::string reason;
};
struct AccountExtended {
  CustomerId customer;
  Instant until;
  std::string reason;
};
/// The account owner has been in touch outside a call: a visit, a meeting, a letter.
struct AccountFollowedUp {
  CustomerId customer;
  Channel channel;
  std::string text;
};
/// Money is due or a contract ends, and nobody has been in touch for long: somebody is to call.
struct CustomerNeglected {
  CustomerId customer;
  UserId to;        ///< none: the account owner, else one of the agents
  std::string why;  ///< money_due or contract_ends
  std::int64_t overdue_cents = 0;
  std::optional<Date> ends_on{};  ///< of the contract
};

// ---- people who leave
/// Who receives what; whatever is owned and not named goes to `otherwise`.
struct Receiver {
  UserId to;
  std::vector<CaseId> cases;
  std::vector<CallbackId> callbacks;
  std::vector<CustomerId> accounts;
  std::vector<ReviewActionId> review_actions;
};
struct PersonDeparts {
  UserId user;
  UserId otherwise;
  std::vector<Receiver> receivers;
  std::string reason;
};

}  // namespace firsthand::event
