// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/transfer_reads.hpp"

#include <algorithm>

namespace firsthand::postgres {
namespace {

constexpr Statement kColleagues{
    "transfer_colleagues",
    "select u.id, u.name, u.extension, coalesce(d.presence, 'offline'), coalesce(d.reason, ''),"
    " d.since, coalesce(d.presence = 'available' and d.interaction_id is null"
    "  and (d.lease_until is null or d.lease_until > clock_timestamp()), false)"
    " from user_account u left join desk d on d.user_id = u.id"
    " where u.disabled_at is null and u.extension <> '' and u.id <> $1"
    " and (u.role in ('agent', 'back_line', 'supervisor') or d.presence <> 'offline')"
    " order by 7 desc, coalesce(d.presence, 'offline') = 'offline', u.name, u.id limit 500"};

constexpr Statement kWaiting{
    "transfer_queues_waiting",
    "select queue_code, count(*) from interaction where state in ('waiting', 'offered')"
    " and channel = 'call' and direction = 'inbound' group by queue_code"};

bool has_all(const std::vector<std::string>& have, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
    return std::find(have.begin(), have.end(), one) != have.end();
  });
}

}  // namespace

TransferTargetsView read_transfer_targets(Tx& tx, const Rules& rules, std::int64_t user,
                                          Instant now) {
  TransferTargetsView view;
  for (const auto& row : tx.exec(kColleagues, user)) {
    ColleagueView one;
    Columns columns(row);
    columns >> one.user.id >> one.user.name >> one.extension >> one.presence >> one.reason >>
        one.since >> one.can_be_rung;
    if (const User* person = rules.user(UserId{one.user.id})) {
      one.skills = person->skills;
      one.languages = person->languages;
    }
    view.colleagues.push_back(std::move(one));
  }
  std::map<std::string, std::int64_t> waiting;
  for (const auto& row : tx.exec(kWaiting))
    waiting[read<std::string>(row[0])] = row[1].as<std::int64_t>();
  for (const Queue& queue : rules.book.queues) {
    TransferQueueView one{.code = queue.code,
                          .name_zh = queue.name_zh,
                          .name_en = queue.name_en,
                          .waiting = waiting[queue.code]};
    one.closed = !rules.is_open(queue, now);
    if (const auto opens = rules.calendar(queue.calendar).next_working(now); one.closed && opens)
      one.opens_at = Stamp{*opens};
    one.ready = std::count_if(view.colleagues.begin(), view.colleagues.end(), [&](const auto& who) {
      return who.can_be_rung && has_all(who.skills, queue.skills);
    });
    view.queues.push_back(std::move(one));
  }
  return view;
}

namespace statements {
const std::vector<Statement> kTransferReads{kColleagues, kWaiting};
}

}  // namespace firsthand::postgres
