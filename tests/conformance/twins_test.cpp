// SPDX-License-Identifier: Apache-2.0
// Twins: the same random events, in the same batches, to both stores. Every answer and, at the end,
// every row must be the same; what the memory store shows in the simulation is true of PostgreSQL.
#include <random>

#include "tests/conformance/same.hpp"
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

class Monkey {
 public:
  explicit Monkey(unsigned seed) : random_(seed) {}

  Event next(const Snapshot& seen, Instant now) {
    seen_ = &seen;
    now_ = now;
    const UserId who = pick(people_);
    Event event = (chance(70) ? by(who) : router()).does(what(who));
    if (chance(60)) event.key = "k" + std::to_string(below(400));
    if (event.key.empty() && chance(30)) event.acting_for = agent(1);
    return event;
  }
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }

 private:
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <class T>
  T pick(const std::vector<T>& list) {
    return list[below(list.size())];
  }
  template <class Map>
  auto any(const Map& map) -> typename Map::key_type {
    if (map.empty() || chance(3)) return {7};
    auto at = map.begin();
    // The newest are where things happen.
    const std::size_t skip = map.size() > 6 && chance(70) ? map.size() - 6 : 0;
    std::advance(at, static_cast<std::ptrdiff_t>(skip + below(map.size() - skip)));
    return at->first;
  }
  template <class Member>
  auto part_of_case(Member member, std::int64_t none = 7) {
    using Row = typename std::remove_cvref_t<decltype(seen_->world.cases.begin()->second.*
                                                      member)>::value_type;
    const auto& cases = seen_->world.cases;
    const auto found = cases.find(any(cases));
    if (found == cases.end() || (found->second.*member).empty()) return Row{{none}};
    const auto& rows = found->second.*member;
    return rows[below(rows.size())];
  }
  CallbackWish wish() {
    CallbackWish made;
    if (chance(50)) made.choice = pick<std::string>({"two_hours", "four_hours", "never"});
    if (chance(10)) made.at = now_ + std::chrono::minutes{90} - std::chrono::hours{below(3)};
    return made;
  }
  std::string number() { return "+86139000001" + std::to_string(10 + below(12)); }
  std::string text() { return pick<std::string>({"", "一行", "引号\" 反斜杠\\ {逗号,}", "NULL"}); }

  /// Some customer's number proves to be somebody else's.
  event::CustomerEdited wrong_number() {
    event::CustomerEdited e{};
    e.customer = any(seen_->world.customers);
    const auto found = seen_->world.customers.find(e.customer);
    if (found == seen_->world.customers.end()) return e;
    e.version = found->second.version;
    if (!found->second.numbers.empty()) e.numbers_removed = {found->second.numbers.back()};
    return e;
  }

  Happening what(UserId who) {
    const World& w = seen_->world;
    const CaseId case_id = any(w.cases);
    const InteractionId call = any(w.interactions);
    const OfferId offer = any(w.offers);
    const CallbackId callback = any(w.callbacks);
    const auto minutes = [&](std::size_t most) { return std::chrono::minutes{below(most)}; };
    switch (below(30)) {
      case 0:
      case 1: return event::PresenceSet{who, Presence::available, ""};
      case 2:
        return event::PresenceSet{who, pick<Presence>({Presence::on_break, Presence::offline}),
                                  text()};
      case 3:
      case 4:
      case 5:
        return event::CallArrived{"pbx1", "c" + std::to_string(below(300)),
                                  chance(90) ? number() : "", "400", now_ - minutes(2)};
      case 6:
        return event::CallEnded{"pbx1", "c" + std::to_string(below(300)), call,
                                pick<std::string>({"caller_hung_up", "released", "engine_gap"})};
      case 7:
      case 8:
      case 9:
      case 10:
        return event::OfferMade{call, agent(1 + static_cast<int>(below(6))), OfferReason::skills,
                                "t" + std::to_string(below(1000)), Seconds{15}};
      case 11: return event::OfferAccepted{offer, "", event::AcceptedHow::phone};
      case 12:
        return event::OfferRefused{offer, "", pick<std::string>({"declined", "busy", "failed"})};
      case 13: return event::OfferExpired{offer};
      case 14: return event::WaitExhausted{call};
      case 15:
        return event::WrapUp{who, pick<event::WrapUpAction>({event::WrapUpAction::finish,
                                                             event::WrapUpAction::extend,
                                                             event::WrapUpAction::time_is_up})};
      case 16:
      case 17: {
        event::CaseRegistered e = complaint(chance(60) ? call : InteractionId{});
        e.category = pick<std::string>({"wxcs", "cpzl", "qt", "cpzx", "fpwt", "none"});
        e.kind = pick<CaseKind>({CaseKind::complaint, CaseKind::inquiry});
        e.number = chance(80) ? number() : "";
        e.customer_name = text();
        e.callback = wish();
        return e;
      }
      case 18:
        if (chance(50)) return event::NoteAdded{case_id, text()};
        return event::ContactAdded{case_id, call, text()};
      case 19:
        return event::Dispatched{case_id, pick<DepartmentId>({kRepair, kSales, kNoDepartment}),
                                 text(), wish()};
      case 20: return event::DispatchAccepted{part_of_case(&CaseFile::dispatches).id};
      case 21:
        return event::DispatchReturned{part_of_case(&CaseFile::dispatches).id, text(), kTechnical};
      case 22:
        if (chance(50)) return event::CustomerTold{case_id, text(), text()};
        return event::CaseResolved{case_id, text()};
      case 23:
        if (chance(50)) return event::CaseClosed{case_id};
        return event::CaseReopened{case_id, text()};
      case 24:
        if (chance(50)) return event::HandOverOffered{case_id, pick(people_), text()};
        return event::HandOverAnswered{case_id, chance(50)};
      case 25:
        if (chance(30)) return event::CaseReassigned{case_id, pick(people_), text()};
        if (chance(30))
          return event::CasesReassigned{{case_id, any(w.cases)}, pick(people_), text()};
        if (chance(30)) return wrong_number();
        return event::CaseEscalated{case_id, {}, text()};
      case 26:
        if (chance(50)) return event::ClocksPaused{case_id, text(), now_ + minutes(300)};
        return event::ClocksResumed{case_id, chance(50)};
      case 27:
        if (chance(50)) return event::CallbackDialled{callback};
        return event::OutboundLeg{call, pick<std::string>({"agent", "customer"}),
                                  pick<std::string>({"answered", "failed", "ended"}),
                                  pick<std::string>({"busy", "no_answer", "bad_number"})};
      case 28:
        return event::CallbackAttempted{
            callback,
            pick<AttemptOutcome>(
                {AttemptOutcome::reached, AttemptOutcome::no_answer, AttemptOutcome::wrong_number}),
            text(),
            chance(50),
            {}};
      default:
        if (chance(80)) return firing(part_of_case(&CaseFile::clocks));
        return event::AlertAcknowledged{part_of_case(&CaseFile::alerts).id};
    }
  }

  std::mt19937 random_;
  const Snapshot* seen_ = nullptr;
  Instant now_{};
  const std::vector<UserId> people_{agent(1), agent(2), agent(3),       agent(4),      agent(1),
                                    agent(2), agent(3), kRepairLiaison, kSalesLiaison, kSupervisor};
};

class Twins : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, Twins, ::testing::Values(1u, 2u, 3u));

TEST_P(Twins, answer_and_store_the_same) {
  const auto database = make_company_database(rules());
  MemoryStore memory{rules()};
  PgStore postgres{database->url(), rules()};
  Monkey monkey{GetParam()};
  Instant now = monday_ten();
  std::size_t told = 0;
  std::size_t granted = 0;
  for (int turn = 0; turn < 220; ++turn) {
    now += std::chrono::seconds{monkey.below(240)};
    memory.set_now(now);
    postgres.set_now(now);
    std::vector<Event> batch;
    const Snapshot seen = memory.look();
    for (std::size_t n = 1 + monkey.below(6); n > 0; --n) batch.push_back(monkey.next(seen, now));
    const auto ours = memory.apply(batch);
    const auto theirs = postgres.apply(batch);
    ASSERT_EQ(answers(ours), answers(theirs)) << "turn " << turn;
    told += ours.size();
    for (const auto& outcome : ours) granted += !outcome.refusal && !outcome.duplicate;
  }
  EXPECT_GT(granted, told / 5) << "the monkey is refused too often to show anything";
  expect_same(memory.look(), postgres.look());
}

}  // namespace
}  // namespace firsthand::test
