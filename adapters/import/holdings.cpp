// SPDX-License-Identifier: Apache-2.0
#include "adapters/import/holdings.hpp"

#include <algorithm>
#include <iterator>

#include "engine/clock_rules.hpp"
#include "engine/decide.hpp"
#include "engine/words.hpp"

namespace firsthand::import {
namespace {

using std::chrono::days;
using std::chrono::hours;

/// Out of ten customers so many are somebody's.
constexpr std::size_t kHeldOfTen = 6;
/// They were given out at any time of the last so many days; who waited longest has lapsed.
constexpr int kGivenWithinDays = 110;

struct Held {
  Rows rows;  ///< clocks, alerts and visits
  std::vector<Account> accounts;
  std::vector<AccountEntry> entries;
  std::vector<HistoryEntry> told;
};

/// The account of one customer, from the day it is given out until now.
class Holding {
 public:
  Holding(const Customer& customer, const Rules& rules, Instant now,
          const std::function<std::int64_t()>& next_id)
      : rules_(rules), now_(now), id_(customer.id), docket_(known(customer), next_id, next_id) {}

  void lives(std::size_t place, const std::vector<UserId>& owners, UserId supervisor) {
    const UserId owner = owners[place / 7 % owners.size()];
    const int ago = static_cast<int>(place * 37 % kGivenWithinDays);
    const Instant given = now_ - days{ago} - hours{2 + static_cast<int>(place % 7)};
    does(supervisor, event::AccountAssigned{id_, owner, "按区域分配"}, given);
    if (place % 5 == 1 && ago > 30) {
      does(owner, event::AccountFollowedUp{id_, Channel::field_visit, "上门拜访，了解使用情况"},
           given + days{20});
    }
    if (place % 17 == 3) {
      does(supervisor,
           event::AccountExtended{id_, now_ + days{60 + ago % 30}, "项目谈判中，请继续跟进"},
           std::max(given + hours{1}, now_ - days{2}));
    }
    timers(now_);
    const Account& account = docket_.now.accounts.at(id_);
    // Not today: everybody has all claims of the day left.
    const Instant claimed = account.since + days{1};
    if (account.state == AccountState::pooled && place % 4 == 0 && claimed < now_ - days{1}) {
      const UserId next = owners[(place / 7 + 1) % owners.size()];
      does(next, event::AccountClaimed{id_, account.version}, claimed);
    }
  }

  void move_into(Held& held) {
    const auto take = [](auto& from, auto& into) {
      into.insert(into.end(), from.begin(), from.end());
    };
    take(docket_.written.account_entries, held.entries);
    take(docket_.written.history, held.told);
    for (auto& [id, account] : docket_.now.accounts) held.accounts.push_back(account);
    for (auto& [id, works] : docket_.now.customer_clocks) held.rows.clockworks.push_back(works);
    for (auto& [id, visit] : docket_.now.interactions) held.rows.interactions.push_back(visit);
  }

 private:
  static World known(const Customer& customer) {
    World world;
    world.customers.emplace(customer.id, customer);
    return world;
  }

  template <class What>
  void does(UserId who, What what, Instant at) {
    timers(at);
    tell(who, std::move(what), at);
  }

  template <class What>
  void tell(UserId who, What what, Instant at) {
    Event event;
    event.actor = who;
    event.source = who ? "console:" + std::to_string(who.value) : "timer";
    event.what = std::move(what);
    decide(docket_, event, rules_, at);
  }

  /// Every step that is due by then, in its order.
  void timers(Instant until) {
    for (;;) {
      const auto& clocks = docket_.now.customer_clocks[id_].clocks;
      const auto due = std::find_if(clocks.begin(), clocks.end(), [until](const SlaClock& c) {
        return c.fire_at && *c.fire_at <= until;
      });
      if (due == clocks.end()) return;
      tell({}, event::ClockFired{due->id, due->version}, *due->fire_at);
    }
  }

  const Rules& rules_;
  const Instant now_;
  const CustomerId id_;
  Docket docket_;
};

bool has_hold_period(const Rules& rules) {
  const auto& policies = rules.book.policies;
  return std::any_of(policies.begin(), policies.end(), [](const Policy& policy) {
    return policy.clock(ClockKind::pool_hold) != nullptr;
  });
}

void write_accounts(SqlSink& sink, const Held& held) {
  RowBatch accounts{sink,
                    "account",
                    {{"customer_id", kId},
                     {"state", kText},
                     {"owner_id", kId},
                     {"previous_owner_id", kId},
                     {"developer_id", kId},
                     {"entered_by", kId},
                     {"entered_for", kId},
                     {"since", kTime},
                     {"followed_up_at", kTime},
                     {"version", kId}}};
  for (const Account& a : held.accounts) {
    accounts.add(a.customer).add(word(a.state)).add(a.owner).add(a.previous_owner);
    accounts.add(a.developer).add(a.entered_by).add(a.entered_for).add(a.since);
    accounts.add(a.followed_up_at).add(a.version).end_row();
  }
  accounts.flush();
  RowBatch ledger{sink,
                  "account_entry",
                  {{"id", kId},
                   {"customer_id", kId},
                   {"owner_id", kId},
                   {"previous_owner_id", kId},
                   {"how", kText},
                   {"reason", kText},
                   {"by_user_id", kId},
                   {"at", kTime}}};
  for (const AccountEntry& e : held.entries) {
    ledger.add(e.id).add(e.customer).add(e.owner).add(e.previous_owner).add(word(e.how));
    ledger.add(e.reason).add(e.by).add(e.at).end_row();
  }
  ledger.flush();
}

}  // namespace

void give_accounts(SqlSink& sink, HistoryWriter& history, const Rows& rows, const Rules& rules,
                   Instant now, const std::function<std::int64_t()>& next_id) {
  std::vector<UserId> owners;
  const DepartmentId sales = rules.department("sales");
  for (const User& user : rules.users) {
    if (user.disabled) continue;
    if (user.role == Role::agent || (user.role == Role::liaison && user.department == sales))
      owners.push_back(user.id);
  }
  const auto leads = rules.with_role(Role::supervisor);
  if (owners.empty() || leads.empty() || !has_hold_period(rules)) return;
  Held held;
  for (std::size_t place = 0; place < rows.customers.size(); ++place) {
    const Customer& customer = rows.customers[place].first;
    const bool new_here = customer.created_at > now - days{kGivenWithinDays + 1};
    if (customer.provisional || new_here || place % 10 >= kHeldOfTen) continue;
    Holding holding{customer, rules, now, next_id};
    holding.lives(place, owners, leads.front());
    holding.move_into(held);
  }
  write(sink, held.rows);
  write_accounts(sink, held);
  history.write_in_order(std::move(held.told));
}

}  // namespace firsthand::import
