// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/wallboard_reads.hpp"

#include <map>

#include "adapters/postgres/reads/call_columns.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kQueuesLive{
    "wallboard_queues_live",
    "select queue_code, count(*) filter (where state in ('waiting', 'offered')),"
    " coalesce(extract(epoch from now() - min(enqueued_at) filter"
    "  (where state in ('waiting', 'offered')))::bigint, 0),"
    " count(*) filter (where state in ('talking', 'held'))"
    " from interaction where state <> 'ended' and channel = 'call' and direction = 'inbound'"
    " group by queue_code"};

constexpr Statement kQueuesWritten{
    "wallboard_queues_written",
    "select queue_code, count(*) from interaction where state in ('waiting', 'offered')"
    " and channel <> 'call' group by queue_code"};

// The customary figure: answered within 20 s, of all that were answered or given up.
constexpr Statement kQueuesToday{
    "wallboard_queues_today",
    "select queue_code, count(*) filter (where answered_at is not null),"
    " count(*) filter (where answered_at is null and state = 'ended'),"
    " count(*) filter (where answered_at <= enqueued_at + interval '20 seconds')"
    " from interaction where enqueued_at >= $1 and channel = 'call' and direction = 'inbound'"
    " group by queue_code"};

constexpr Statement kAgents{
    "wallboard_agents",
    "select u.id, u.name, coalesce(d.presence, 'offline'), coalesce(d.reason, ''), d.since,"
    " u.extension, coalesce(d.in_hand, 0), coalesce(k.live, 0), coalesce(k.late, 0),"
    " d.interaction_id"
    " from user_account u left join desk d on d.user_id = u.id"
    " left join (select f.owner_id, count(*) as live, count(*) filter (where exists"
    "   (select 1 from sla_clock s where s.case_id = f.id and s.ended_at is null"
    "    and (s.breached_at is not null or s.due_at < now()))) as late"
    "  from case_file f where f.state not in ('resolved', 'closed') group by f.owner_id) k"
    "  on k.owner_id = u.id"
    " where u.disabled_at is null and (u.role = 'agent' or d.presence <> 'offline')"
    " order by u.role, u.name, u.id limit 500"};

constexpr Statement kAgentCalls{"wallboard_calls", FIRSTHAND_CALL_COLUMNS
                                " from interaction i" FIRSTHAND_CALL_JOINS
                                " where i.id = any($1::bigint[]) and i.state <> 'ended'"};

constexpr Statement kListeners{
    "wallboard_listeners",
    "select l.agent_id, u.id, u.name, l.mode from listening l join user_account u on u.id ="
    " l.listener_id where l.ended_at is null order by l.id"};

constexpr Statement kCounts{
    "wallboard_counts",
    "select count(*) filter (where f.state not in ('resolved', 'closed')),"
    " count(*) filter (where k.next_due >= now() and k.next_due < now() + interval '1 hour'),"
    " count(*) filter (where k.late),"
    " (select count(*) from case_file t where t.opened_at >= $1),"
    " (select count(*) from callback b where b.state = 'open'),"
    " (select count(*) from callback b where b.state = 'open' and b.due_at < now()),"
    " (select count(*) from review_action r where r.state = 'open'),"
    " (select count(*) from review_action r where r.state = 'open' and r.due_at < now())"
    " from case_file f left join lateral (select min(s.due_at) filter (where s.due_at >= now())"
    "   as next_due, bool_or(s.breached_at is not null or s.due_at < now()) as late"
    "  from sla_clock s where s.case_id = f.id and s.ended_at is null and s.kind <> 'follow_up') k"
    "  on true where f.state <> 'closed'"};

void read_queues(Tx& tx, const Rules& rules, Instant day_start, WallboardView& view) {
  std::map<std::string, std::size_t> place;
  for (const Queue& queue : rules.book.queues) {
    QueueView item;
    item.code = queue.code;
    item.name_zh = queue.name_zh;
    item.name_en = queue.name_en;
    place[queue.code] = view.queues.size();
    view.queues.push_back(std::move(item));
  }
  // A queue that was taken out of the rules still shows who waits in it.
  const auto at = [&](const std::string& code) -> QueueView& {
    const auto found = place.find(code);
    if (found != place.end()) return view.queues[found->second];
    QueueView item;
    item.code = code;
    item.name_zh = item.name_en = code;
    place[code] = view.queues.size();
    view.queues.push_back(std::move(item));
    return view.queues.back();
  };
  for (const auto& row : tx.exec(kQueuesLive)) {
    auto& queue = at(read<std::string>(row[0]));
    queue.waiting = row[1].as<std::int64_t>();
    queue.longest_wait_s = row[2].as<std::int64_t>();
    queue.talking = row[3].as<std::int64_t>();
  }
  for (const auto& row : tx.exec(kQueuesWritten))
    at(read<std::string>(row[0])).written = row[1].as<std::int64_t>();
  for (const auto& row : tx.exec(kQueuesToday, day_start)) {
    auto& queue = at(read<std::string>(row[0]));
    queue.answered_today = row[1].as<std::int64_t>();
    queue.abandoned_today = row[2].as<std::int64_t>();
    const auto all = queue.answered_today + queue.abandoned_today;
    if (all > 0) queue.service_level = row[3].as<double>() / static_cast<double>(all);
  }
}

void read_agents(Tx& tx, WallboardView& view) {
  Ids calls;
  // Two agents are on one call while one consults the other.
  std::multimap<std::int64_t, std::size_t> agents_of_call;
  for (const auto& row : tx.exec(kAgents)) {
    AgentView agent;
    std::optional<std::int64_t> call;
    Columns columns(row);
    columns >> agent.user.id >> agent.user.name >> agent.presence >> agent.reason >> agent.since >>
        agent.extension >> agent.in_hand >> agent.cases_open >> agent.cases_overdue >> call;
    if (call) {
      calls.push_back(*call);
      agents_of_call.emplace(*call, view.agents.size());
    }
    view.agents.push_back(std::move(agent));
  }
  if (calls.empty()) return;
  for (const auto& row : tx.exec(kAgentCalls, array_of(calls))) {
    Columns columns(row);
    CallView call = take_call(columns);
    call.number = mask_number(call.number);
    const auto [from, to] = agents_of_call.equal_range(call.interaction_id);
    for (auto at = from; at != to; ++at) view.agents[at->second].call = call;
  }
  for (const auto& row : tx.exec(kListeners)) {
    ListenerView listener;
    std::int64_t agent = 0;
    Columns columns(row);
    columns >> agent >> listener.user.id >> listener.user.name >> listener.mode;
    for (auto& at : view.agents)
      if (at.user.id == agent) at.listeners.push_back(listener);
  }
}

}  // namespace

WallboardView read_wallboard(Tx& tx, const Rules& rules, Instant day_start) {
  WallboardView view;
  view.now.at = now_of(tx);
  read_queues(tx, rules, day_start, view);
  read_agents(tx, view);
  const auto counts = tx.exec(kCounts, day_start);
  const auto row = counts[0];
  Columns columns(row);
  columns >> view.cases.open >> view.cases.due_soon >> view.cases.overdue >>
      view.cases.registered_today >> view.callbacks.open >> view.callbacks.overdue >>
      view.review_actions.open >> view.review_actions.overdue;
  return view;
}

namespace statements {
const std::vector<Statement> kWallboardReads{kQueuesLive, kQueuesWritten, kQueuesToday, kAgents,
                                             kAgentCalls, kListeners,     kCounts};
}

}  // namespace firsthand::postgres
