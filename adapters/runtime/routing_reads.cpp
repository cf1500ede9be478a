// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/routing_reads.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "adapters/postgres/row_sets.hpp"
#include "adapters/postgres/tables.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

using postgres::Statement;

// The slack: until the first promise of the open case falls due.
#define FIRSTHAND_WAITING                                                                       \
  "select i.id, i.queue_code, c.tier, i.owner_id, f.handler_user_id, coalesce(f.severity, 1), " \
  "c.language, i.channel, i.enqueued_at, i.requeued_at, i.place_at, i.virtual_hold, i.pbx_id, " \
  "i.channel_id, "                                                                              \
  "(select ceil(extract(epoch from min(k.due_at) - now()))::bigint from sla_clock k "           \
  " where k.case_id = i.case_id and k.ended_at is null and k.kind <> 'follow_up') "             \
  "from interaction i join customer c on c.id = customer_root(i.customer_id) "                  \
  "left join case_file f on f.id = i.case_id "                                                  \
  "where i.state = 'waiting' and (i.direction = 'inbound' or i.virtual_hold) and not i.observed "

constexpr Statement kWaiting{"routing_waiting", FIRSTHAND_WAITING
                             "and i.channel = 'call' order by i.enqueued_at, i.id limit 5000"};
// However much lies unread: the oldest of each queue are enough to keep everybody's hands full.
constexpr Statement kToRead{
    "routing_to_read", FIRSTHAND_WAITING
    "and i.id in (select id from (select id, row_number() over (partition by queue_code "
    "order by coalesce(place_at, enqueued_at), id) as place from interaction "
    "where state = 'waiting' and channel <> 'call') oldest where place <= 50)"};
constexpr Statement kThese{"routing_these", FIRSTHAND_WAITING "and i.id = any($1::bigint[])"};
#undef FIRSTHAND_WAITING
constexpr Statement kRefusals{
    "routing_refusals",
    "select interaction_id, agent_id, ended_at from offer where interaction_id = any($1::bigint[]) "
    "and ended_at > now() - interval '5 minutes' and state in ('declined','expired','failed') "
    // Whoever has just given a call away is not asked first.
    "union all select interaction_id, from_id, ended_at from transfer where "
    "interaction_id = any($1::bigint[]) and ended_at > now() - interval '5 minutes'"};
constexpr Statement kEndings{
    "routing_endings",
    "select 'offer', id from offer where state = 'open' and expires_at <= clock_timestamp() "
    "union all select 'lease', user_id from desk where lease_until <= clock_timestamp() and "
    "presence <> 'offline' "
    "union all select 'pause', case_id from clock_pause where until_at is null and "
    "planned_until <= clock_timestamp() "
    // What is written is done when the customer has been answered; it is given back when whoever
    // had it has left. As decide_written.cpp has it.
    "union all select 'written', i.id from interaction i join case_file f on f.id = i.case_id "
    "left join user_account u on u.id = i.agent_id where i.state <> 'ended' and "
    "i.channel <> 'call' and (f.state in ('resolved', 'closed') or f.told_at is not null "
    "or (i.state = 'in_hand' and u.disabled_at is not null) "
    "or (exists (select from sla_clock k where k.case_id = f.id and k.kind = 'first_response' "
    "and k.ended_at is not null) and not exists (select from sla_clock k where k.case_id = f.id "
    "and k.kind = 'first_response' and k.ended_at is null))) limit 200"};
// As stands_from() has it. Once in line for each time it falls due: after that it is on the list.
#define FIRSTHAND_STANDS_FROM                                          \
  "greatest(case c.kind when 'abandoned' then c.window_from else "     \
  "greatest(c.window_from, c.due_at - $1 * interval '1 second') end, " \
  "coalesce(c.next_try_at, c.window_from))"
constexpr Statement kPromises{
    "routing_promises",
    "select c.id from callback c where c.state = 'open' and c.caller = 'owner' "
    "and c.kind <> 'follow_up' and c.number <> '' and " FIRSTHAND_STANDS_FROM
    " <= clock_timestamp() and not exists (select from interaction i where i.callback_id = c.id "
    "and (i.state <> 'ended' or i.enqueued_at >= " FIRSTHAND_STANDS_FROM
    ")) order by c.due_at, c.id limit 100"};
#undef FIRSTHAND_STANDS_FROM
constexpr Statement kLoads{
    "routing_loads",
    "select owner_id, count(*) from case_file where state not in ('resolved', 'closed') "
    "group by owner_id"};
constexpr Statement kClock{"routing_clock", "select clock_timestamp()"};

template <class Rows>
std::vector<InLine> read_line(postgres::Tx& tx, const Rows& rows, const Rules& rules, Instant now) {
  std::vector<InLine> line;
  std::map<InteractionId, std::size_t> place;
  std::vector<InteractionId> ids;
  for (const auto& row : rows) {
    InLine one;
    Interaction call;
    UserId handler;
    std::optional<std::int64_t> slack;
    postgres::Columns columns(row);
    columns >> call.id >> call.queue;
    int severity = 1;
    std::string tier, language, channel;
    columns >> tier >> call.owner >> handler >> severity >> language >> channel >>
        call.enqueued_at >> call.requeued_at >> call.place_at >> call.virtual_hold >> one.pbx >>
        one.channel >> slack;
    call.channel = from_word<Channel>(channel).value_or(Channel::call);
    one.waiting = routing::waiting_of(call, rules, now);
    one.waiting.tier = from_word<Tier>(tier).value_or(Tier::standard);
    one.waiting.severity = severity;
    one.waiting.language = std::move(language);
    if (slack) one.waiting.slack = Seconds{*slack};
    if (const User* person = rules.user(handler);
        person && person->role == Role::agent && handler != call.owner) {
      one.waiting.team.push_back(handler);
    }
    if (call.virtual_hold) one.channel.clear();
    place.emplace(call.id, line.size());
    ids.push_back(call.id);
    line.push_back(std::move(one));
  }
  if (ids.empty()) return line;
  const Seconds exclude_for = routing::QueueRules{}.exclude_for;
  for (const auto& row : tx.exec(kRefusals, postgres::ids_of(ids))) {
    const auto at = place.at(postgres::read<InteractionId>(row[0]));
    line[at].waiting.excluded.push_back(
        {postgres::read<UserId>(row[1]), postgres::read<Instant>(row[2]) + exclude_for});
  }
  return line;
}

/// His shift is over and nothing holds him any more.
bool leaves(const Desk& desk, const Rules& rules, Instant now) {
  if (desk.interaction || desk.presence == Presence::wrap_up) return false;
  const User* person = rules.user(desk.user);
  return person && shift_state(rules, *person, desk, now) == ShiftState::over;
}

}  // namespace

FullLook look_at_everything(postgres::Connection& connection, const Rules& rules,
                            const LookWish& wish) {
  static const std::string desks_sql =
      "select " + postgres::column_list<Desk>() + " from desk where presence <> 'offline'";
  static const Statement desks{"routing_desks", desks_sql.c_str()};
  postgres::Tx tx{connection, postgres::Access::read_only};
  FullLook seen;
  seen.now = postgres::read<Instant>(tx.exec(kClock)[0][0]);
  seen.waiting = read_line(tx, tx.exec(kWaiting), rules, seen.now);
  auto to_read = read_line(tx, tx.exec(kToRead), rules, seen.now);
  std::move(to_read.begin(), to_read.end(), std::back_inserter(seen.waiting));
  for (const auto& row : tx.exec(desks)) seen.desks.push_back(postgres::from_row<Desk>(row));
  for (const Desk& desk : seen.desks) {
    if (leaves(desk, rules, seen.now)) seen.endings.push_back({"shift", desk.user.value});
  }
  for (const auto& row : tx.exec(kEndings)) {
    seen.endings.push_back(
        {postgres::read<std::string>(row[0]), postgres::read<std::int64_t>(row[1])});
  }
  if (wish.promises) {
    for (const auto& row : tx.exec(kPromises, rules.book.callbacks.offer_before_s))
      seen.endings.push_back({"promise", postgres::read<std::int64_t>(row[0])});
  }
  if (wish.loads) {
    seen.loads.emplace();
    for (const auto& row : tx.exec(kLoads)) {
      seen.loads->emplace(postgres::read<UserId>(row[0]),
                          static_cast<int>(postgres::read<std::int64_t>(row[1])));
    }
  }
  return seen;
}

std::vector<InLine> look_at(postgres::Connection& connection, const Rules& rules,
                            const std::vector<InteractionId>& interactions) {
  postgres::Tx tx{connection, postgres::Access::read_only};
  const auto now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  return read_line(tx, tx.exec(kThese, postgres::ids_of(interactions)), rules, now);
}

}  // namespace firsthand::runtime
