// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgres/reads/desk_reads.hpp"

#include "adapters/postgres/reads/call_columns.hpp"
#include "adapters/postgres/reads/record_reads.hpp"
#include "engine/shift.hpp"

namespace firsthand::postgres {
namespace {

constexpr Statement kDesk{
    "read_desk",
    "select u.id, u.name, coalesce(d.presence, 'offline'), coalesce(d.reason, ''),"
    " coalesce(d.since, u.created_at), d.wrap_up_until, d.wrap_up_limit, d.interaction_id,"
    " coalesce(d.version, 0), now()"
    " from user_account u left join desk d on d.user_id = u.id where u.id = $1"};

constexpr Statement kCallOf{
    "read_call_of_user", FIRSTHAND_CALL_COLUMNS
    " from desk d join interaction i on i.id = d.interaction_id" FIRSTHAND_CALL_JOINS
    " where d.user_id = $1 and i.state <> 'ended'"};

constexpr Statement kCall{"read_call", FIRSTHAND_CALL_COLUMNS
                          " from interaction i" FIRSTHAND_CALL_JOINS " where i.id = $1"};

constexpr Statement kOpenOffer{"read_open_offer",
                               "select id, token, interaction_id, expires_at, reason from offer"
                               " where agent_id = $1 and state = 'open'"};

constexpr Statement kOpenCasesOfCustomer{
    "open_case_ids_of_customer",
    "select id from case_file where customer_id = any(customer_group($1)) and state not in "
    "('resolved', 'closed')"
    " order by opened_at desc, id desc limit 20"};

constexpr Statement kOverdueOfCustomer{
    "overdue_callback_ids_of_customer",
    "select id from callback where customer_id = any(customer_group($1)) and state = 'open' and "
    "due_at < now()"
    " order by due_at, id limit 20"};

// What an agent works off: live cases by what falls due first, then the promises to call.
constexpr Statement kMyCases{
    "my_case_ids",
    "select f.id from case_file f left join lateral (select min(s.due_at) as due from sla_clock s"
    " where s.case_id = f.id and s.ended_at is null) k on true"
    " where (f.owner_id = $1 or f.handler_user_id = $1 or f.hand_over_to = $1)"
    " and f.state <> 'closed'"
    " order by f.state = 'resolved', k.due nulls last, f.id limit 100"};

constexpr Statement kInHand{
    "my_interactions_in_hand",
    "select id, channel, enqueued_at, case_id from interaction where agent_id = $1"
    " and state = 'in_hand' order by enqueued_at, id"};

constexpr Statement kMyCallbacks{
    "my_callback_ids",
    "select id from callback where user_id = $1 and state = 'open' order by case when next_try_at >"
    " now() then greatest(due_at, next_try_at) else due_at end, id limit 100"};

constexpr Statement kMyAlerts{
    "my_alert_ids",
    "select id from alert where recipient_id = $1 and acknowledged_at is null"
    " and needs_acknowledgement order by id desc limit 100"};

constexpr Statement kAgentOfInteraction{
    "agent_of_interaction",
    "select coalesce((select o.agent_id from offer o where o.interaction_id = i.id"
    " and o.state = 'open'), i.agent_id) from interaction i where i.id = $1"};

}  // namespace

void tag_invoke(const boost::json::value_from_tag&, boost::json::value& out,
                const InHandView& row) {
  out = boost::json::object{{"interaction_id", row.interaction_id},
                            {"channel", row.channel},
                            {"enqueued_at", boost::json::value_from(row.enqueued_at)},
                            {"case", boost::json::value_from(row.case_row)}};
}

DeskView read_desk(Tx& tx, const Rules& rules, std::int64_t user) {
  DeskView desk;
  const auto rows = tx.exec(kDesk, user);
  if (rows.empty()) return desk;
  const auto row = rows[0];
  Columns columns(row);
  columns >> desk.user.id >> desk.user.name >> desk.presence >> desk.reason >> desk.since >>
      desk.wrap_up_until >> desk.wrap_up_limit >> desk.interaction_id >> desk.version;
  Instant now;
  columns >> now;
  const User* person = rules.user(UserId{user});
  if (const auto duty = person ? on_duty(rules, *person, now) : std::nullopt) {
    desk.shift_until = Stamp{duty->until};
    desk.last_calls_from = Stamp{duty->last_calls_from};
  }
  return desk;
}

std::optional<CallView> read_call_of(Tx& tx, std::int64_t user) {
  const auto rows = tx.exec(kCallOf, user);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  Columns columns(row);
  return take_call(columns);
}

std::optional<CallView> read_call(Tx& tx, std::int64_t interaction) {
  const auto rows = tx.exec(kCall, interaction);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  Columns columns(row);
  return take_call(columns);
}

std::optional<OfferView> read_open_offer(Tx& tx, std::int64_t user) {
  const auto rows = tx.exec(kOpenOffer, user);
  if (rows.empty()) return std::nullopt;
  OfferView offer;
  const auto row = rows[0];
  Columns columns(row);
  columns >> offer.id >> offer.token >> offer.interaction_id >> offer.expires_at >> offer.reason;
  return offer;
}

std::optional<PopView> read_pop(Tx& tx, const Rules& rules, std::int64_t interaction) {
  auto call = read_call(tx, interaction);
  if (!call) return std::nullopt;
  PopView pop;
  pop.call = std::move(*call);
  const std::int64_t customer = pop.call.customer_id;
  auto cards = customer_cards(tx, {customer}, customer);
  if (cards.empty()) return std::nullopt;
  pop.customer = std::move(cards.front());
  pop.open_cases = case_rows(tx, rules, ids_of(tx.exec(kOpenCasesOfCustomer, customer)));
  pop.overdue = callback_rows(tx, rules, ids_of(tx.exec(kOverdueOfCustomer, customer)));
  if (!pop.open_cases.empty()) pop.suggested_case = pop.open_cases.front();
  HistoryFilter newest;
  newest.limit = 20;
  if (auto page = timeline_of_customer(tx, customer, newest)) {
    pop.timeline = std::move(page->items);
  }
  pop.number = pop.call.number;
  pop.queue_code = pop.call.queue_code;
  pop.other_callers = others_with_number(tx, interaction);
  return pop;
}

namespace {

std::vector<InHandView> read_in_hand(Tx& tx, const Rules& rules, std::int64_t user) {
  std::vector<InHandView> found;
  Ids cases;
  for (const auto& row : tx.exec(kInHand, user)) {
    InHandView one;
    Columns columns(row);
    columns >> one.interaction_id >> one.channel >> one.enqueued_at >> one.case_row.id;
    cases.push_back(one.case_row.id);
    found.push_back(std::move(one));
  }
  if (found.empty()) return found;
  for (const CaseRow& row : case_rows(tx, rules, cases)) {
    for (InHandView& one : found)
      if (one.case_row.id == row.id) one.case_row = row;
  }
  return found;
}

}  // namespace

DeskScreen read_desk_screen(Tx& tx, const Rules& rules, std::int64_t user) {
  DeskScreen screen;
  screen.desk = read_desk(tx, rules, user);
  screen.offer = read_open_offer(tx, user);
  screen.call = read_call_of(tx, user);
  const std::int64_t on = screen.call    ? screen.call->interaction_id
                          : screen.offer ? screen.offer->interaction_id
                                         : 0;
  if (on != 0) screen.pop = read_pop(tx, rules, on);
  screen.in_hand = read_in_hand(tx, rules, user);
  screen.my_cases = case_rows(tx, rules, ids_of(tx.exec(kMyCases, user)));
  screen.callbacks = callback_rows(tx, rules, ids_of(tx.exec(kMyCallbacks, user)));
  screen.alerts = alert_rows(tx, rules, ids_of(tx.exec(kMyAlerts, user)));
  return screen;
}

std::int64_t agent_of_interaction(Tx& tx, std::int64_t interaction) {
  const auto rows = tx.exec(kAgentOfInteraction, interaction);
  if (rows.empty() || rows[0][0].is_null()) return 0;
  return rows[0][0].as<std::int64_t>();
}

namespace statements {
const std::vector<Statement> kDeskReads{kDesk,
                                        kCallOf,
                                        kCall,
                                        kOpenOffer,
                                        kOpenCasesOfCustomer,
                                        kOverdueOfCustomer,
                                        kMyCases,
                                        kMyCallbacks,
                                        kMyAlerts,
                                        kAgentOfInteraction,
                                        kInHand};
}

}  // namespace firsthand::postgres
