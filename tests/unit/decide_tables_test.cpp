// SPDX-License-Identifier: Apache-2.0
// Tables of what decide() makes of one event: who owns, when is promised, who is alerted.
#include <gtest/gtest.h>

#include "tests/support/memory_tx.hpp"
#include "tests/support/world_builder.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;

const Rules& rules() {
  static const Rules loaded = company(FIRSTHAND_DEFAULTS);
  return loaded;
}

TEST(Registering, decides_who_owns_the_case) {
  struct Row {
    const char* name;
    UserId actor;
    Channel channel;
    UserId wished;
    UserId owner;  ///< none: any agent
  };
  const Row rows[] = {
      {"an agent at a walk-in", agent(2), Channel::walk_in, {}, agent(2)},
      {"an agent for another", agent(2), Channel::walk_in, agent(3), agent(3)},
      {"a supervisor at a visit", kSupervisor, Channel::field_visit, {}, kSupervisor},
      {"the web form", {}, Channel::web, {}, {}},
      {"another system", {}, Channel::api, {}, {}},
      {"a system on behalf of a supervisor", kSupervisor, Channel::api, {}, {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    MemoryStore store{rules()};
    store.set_now(monday_ten());
    Story story{store};
    event::CaseRegistered e = complaint();
    e.number = "+8613900000001";
    e.channel = row.channel;
    e.owner = row.wished;
    const UserId owner = story.facts(CaseId{story.must(by(row.actor).does(e)).id}).owner;
    if (row.owner) {
      EXPECT_EQ(owner, row.owner);
    } else {
      EXPECT_EQ(rules().user(owner)->role, Role::agent);
    }
  }
}

TEST(Registering, decides_when_the_customer_is_called) {
  struct Row {
    const char* name;
    const char* category;
    const char* choice;
    const char* now;
    const char* due;
  };
  const Row rows[] = {
      {"the category's default", "wxcs", "", "2030-03-04T10:00:00+08:00",
       "2030-03-04T12:00:00+08:00"},
      {"within one hour", "wxcs", "one_hour", "2030-03-04T10:00:00+08:00",
       "2030-03-04T11:00:00+08:00"},
      {"ends at closing time", "wxcs", "two_hours", "2030-03-04T16:00:00+08:00",
       "2030-03-04T18:00:00+08:00"},
      {"over night", "wxcs", "two_hours", "2030-03-04T17:00:00+08:00", "2030-03-05T10:00:00+08:00"},
      {"over the weekend", "wxcs", "two_hours", "2030-03-08T17:30:00+08:00",
       "2030-03-11T10:30:00+08:00"},
      {"today at five", "cpzl", "today_17", "2030-03-04T10:00:00+08:00",
       "2030-03-04T17:00:00+08:00"},
      {"today at five, in the evening: the policy's budget", "cpzl", "today_17",
       "2030-03-04T20:00:00+08:00", "2030-03-05T13:00:00+08:00"},
      {"next working day, on a Friday", "qt", "", "2030-03-08T10:00:00+08:00",
       "2030-03-11T10:00:00+08:00"},
      {"three working days", "cpzl", "three_working_days", "2030-03-04T10:00:00+08:00",
       "2030-03-07T18:00:00+08:00"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    MemoryStore store{rules()};
    store.set_now(moment(row.now));
    Story story{store};
    event::CaseRegistered e = complaint();
    e.number = "+8613900000001";
    e.channel = Channel::walk_in;
    e.category = row.category;
    e.callback.choice = row.choice;
    const CaseId id{story.must(by(agent(1)).does(e)).id};
    EXPECT_EQ(to_iso8601(story.open_callback(id).due_at), to_iso8601(moment(row.due)));
    EXPECT_EQ(story.live_clock(id, ClockKind::callback).due_at, moment(row.due));
  }
}

TEST(Ladders, resolve_roles_to_people_of_the_moment) {
  Rules absent = rules();
  for (auto& user : absent.users) {
    if (user.id != agent(1)) continue;
    user.deputy = agent(3);
    user.deputy_from = monday_ten();
    user.deputy_until = monday_ten() + hours{24};
  }
  MemoryStore store{absent};
  store.set_now(monday_ten());
  Story story{store};
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  story.at(monday_ten() + hours{2});
  story.timers_run();
  const auto warned = story.alerts(id, ClockKind::callback, "warn_80");
  ASSERT_EQ(warned.size(), 2u);
  EXPECT_EQ(warned[0].recipient, agent(3)) << "the deputy, for the absent owner";
  EXPECT_EQ(warned[0].role, "owner");
  EXPECT_EQ(warned[1].recipient, kRepairLiaison);
  EXPECT_EQ(story.facts(id).owner, agent(1)) << "the deputy stands in and owns nothing";
}

TEST(Ladders, of_a_case_without_a_department_reach_its_owner) {
  MemoryStore store{rules()};
  store.set_now(monday_ten());
  Story story{store};
  event::CaseRegistered e = complaint();
  e.number = "+8613900000001";
  e.channel = Channel::walk_in;
  e.category = "qt";
  const CaseId id{story.must(by(agent(2)).does(e)).id};
  story.at(story.open_callback(id).due_at);
  story.timers_run();
  for (const auto seen = story.file(id); const auto& alert : seen.alerts)
    EXPECT_TRUE(alert.recipient);
  EXPECT_FALSE(story.alerts(id, ClockKind::callback, "warn_80").empty());
}

TEST(AfterTheLastTry, the_next_one_avoids_the_night) {
  MemoryStore store{rules()};
  store.set_now(moment("2030-03-04T17:00:00+08:00"));
  Story story{store};
  const CaseId id = story.complaint_taken("+8613900000001", agent(1));
  const CallbackId promise = story.open_callback(id).id;
  story.at(moment("2030-03-04T20:30:00+08:00"));
  story.must(
      by(agent(1)).does(event::CallbackAttempted{promise, AttemptOutcome::no_answer, "", {}, {}}));
  EXPECT_EQ(story.callback(promise).next_try_at, moment("2030-03-05T08:00:00+08:00"));
}

}  // namespace
}  // namespace firsthand::test
