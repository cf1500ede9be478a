// SPDX-License-Identifier: Apache-2.0
// The columns of customers.
#pragma once

#include "adapters/postgres/table.hpp"
#include "engine/model/customer.hpp"

namespace firsthand::postgres {

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
                      Field{"potential", "integer", &C::potential},
                      Field{"contact_from_min", "integer", &C::contact_from_min},
                      Field{"contact_until_min", "integer", &C::contact_until_min},
                      Field{"merged_into", "bigint", &C::merged_into},
                      Field{"created_at", "timestamptz", &C::created_at},
                      Field{"erased_at", "timestamptz", &C::erased_at},
                      Field{"version", "bigint", &C::version}};
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

}  // namespace firsthand::postgres
