// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/spool.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>

#include "adapters/runtime/spool_filing.hpp"

namespace firsthand::runtime {
namespace {

class SpoolTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "firsthand-spool-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path file() const { return folder_ / "spool" / "telephone.log"; }

  std::filesystem::path folder_;
};

Event arrival(std::string channel) {
  return {"pbx1",
          "arrived:" + channel,
          {},
          {},
          event::CallArrived{"pbx1", channel, "+8613800138000", "7000",
                             Instant{Millis{1795300000123}}}};
}

struct Row {
  const char* name;
  Happening what;
};

TEST_F(SpoolTest, every_telephone_event_comes_back_as_it_was) {
  const Row rows[] = {
      {"arrived", event::CallArrived{"pbx1", "c\"1\n", "+86138", "7000", Instant{Millis{5}}}},
      {"ended", event::CallEnded{"pbx1", "c1", InteractionId{7}, "caller_hung_up"}},
      {"held", event::CallHeld{InteractionId{7}, true}},
      {"accepted by phone", event::OfferAccepted{OfferId{9}, "", event::AcceptedHow::phone}},
      {"refused", event::OfferRefused{OfferId{9}, "", "missed"}},
      {"outbound leg", event::OutboundLeg{InteractionId{7}, "customer", "failed", "busy"}},
      {"observed", event::CallObserved{"pbx1", "c1", "answer", "+86138", "7000", "1001", "",
                                       Direction::outbound, Instant{Millis{6}}, UserId{4}}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Event event{"pbx1", "key", {}, {}, row.what};
    const auto line = to_line(event);
    ASSERT_TRUE(line);
    const auto back = from_line(*line);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->what.index(), event.what.index());
    EXPECT_EQ(to_line(*back), line);
  }
}

TEST_F(SpoolTest, what_no_telephone_causes_is_refused) {
  Spool spool{file()};
  EXPECT_FALSE(spool.append({"console:1", "k", {}, {}, event::NoteAdded{CaseId{1}, "text"}}));
  EXPECT_FALSE(spool.append({"console:1",
                             "k",
                             {},
                             {},
                             event::OfferAccepted{OfferId{1}, "t", event::AcceptedHow::console}}));
  EXPECT_EQ(spool.size(), 0u);
}

TEST_F(SpoolTest, survives_the_process_and_keeps_the_order) {
  {
    Spool spool{file()};
    ASSERT_TRUE(spool.append(arrival("a")));
    ASSERT_TRUE(spool.append(arrival("b")));
  }
  Spool spool{file()};
  EXPECT_EQ(spool.size(), 2u);
  const auto events = spool.read();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].key, "arrived:a");
  EXPECT_EQ(events[1].key, "arrived:b");
  EXPECT_EQ(std::get<event::CallArrived>(events[1].what).at, Instant{Millis{1795300000123}});
  EXPECT_FALSE(spool.clear(1)) << "another one came while the first was filed";
  EXPECT_EQ(spool.read().size(), 2u);
  EXPECT_TRUE(spool.clear(2));
  EXPECT_EQ(spool.size(), 0u);
  EXPECT_TRUE(Spool{file()}.read().empty());
}

TEST_F(SpoolTest, a_damaged_line_costs_only_itself) {
  {
    Spool spool{file()};
    ASSERT_TRUE(spool.append(arrival("a")));
    ASSERT_TRUE(spool.append(arrival("b")));
  }
  std::string bytes;
  {
    std::ifstream in{file(), std::ios::binary};
    bytes.assign(std::istreambuf_iterator<char>{in}, {});
  }
  bytes[20] ^= 1;                      // inside the first entry
  bytes += "deadbeef {\"what\":\"ca";  // a write that the power cut short
  std::ofstream{file(), std::ios::binary} << bytes;
  const Spool spool{file()};
  const auto events = spool.read();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].key, "arrived:b");
}

/// Away for its first answer; while the rest is filed, the telephones go on.
class BusyDoor final : public Door {
 public:
  explicit BusyDoor(Spool& spool) : spool_(spool) {}
  void submit(Event event, std::function<void(DoorAnswer)> done) override {
    if (std::exchange(away_, false)) return done(Unavailable{});
    filed.push_back(event.key);
    if (filed.size() < 4) spool_.append(arrival("late" + std::to_string(filed.size())));
    done(Outcome{});
  }
  std::vector<std::string> filed;

 private:
  Spool& spool_;
  bool away_ = true;
};

TEST_F(SpoolTest, what_comes_while_it_is_filed_is_filed_once_behind_it) {
  Spool spool{file()};
  spool.append(arrival("a"));
  BusyDoor door{spool};
  boost::asio::io_context context;
  boost::asio::co_spawn(context, file_spooled(door, spool), boost::asio::detached);
  const auto late = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (spool.size() > 0 && std::chrono::steady_clock::now() < late) context.run_one();
  EXPECT_EQ(door.filed, (std::vector<std::string>{"arrived:a", "arrived:late1", "arrived:late2",
                                                  "arrived:late3"}));
  EXPECT_EQ(spool.size(), 0u);
}

}  // namespace
}  // namespace firsthand::runtime
