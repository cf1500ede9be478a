// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/spool.hpp"

#include <gtest/gtest.h>

#include <fstream>

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

}  // namespace
}  // namespace firsthand::runtime
