// SPDX-License-Identifier: Apache-2.0
#include "config/iso_duration.hpp"

#include <gtest/gtest.h>

namespace firsthand::test {
namespace {

TEST(IsoDuration, reads_and_refuses) {
  struct Row {
    const char* text;
    std::int64_t millis;  // -1: refused
  };
  const Row rows[] = {
      {"PT60M", 3'600'000},
      {"PT1H30M", 5'400'000},
      {"P1DT2H3M4S", 93'784'000},
      {"P8W", 4'838'400'000},
      {"P1D", 86'400'000},
      {"PT0S", 0},
      {"P0D", 0},
      {"PT1.5H", 5'400'000},
      {"PT0,25S", 250},
      {"PT1.0019S", 1'001},
      {"+PT1S", 1'000},
      {"PT90000S", 90'000'000},
      {"P36500D", 3'153'600'000'000},
      {"", -1},
      {"P", -1},
      {"PT", -1},
      {"P1DT", -1},
      {"1H", -1},
      {"PT1", -1},
      {"PT1M1H", -1},
      {"PT1M1M", -1},
      {"P1H", -1},
      {"PT1D", -1},
      {"P1W1D", -1},
      {"PT1.5H30M", -1},
      {"PT1.S", -1},
      {"PT.5S", -1},
      {"PT1.0000000001S", -1},
      {"PT-1S", -1},
      {"--PT1S", -1},
      {"pt1s", -1},
      {"PT1S ", -1},
      {"P1Y", -1},
      {"P1M", -1},
      {"P36601D", -1},
      {"P999999999999W", -1},
      {"PT9999999999999S", -1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto length = config::parse_iso_duration(row.text);
    ASSERT_EQ(length.has_value(), row.millis >= 0);
    if (length) EXPECT_EQ(length->count(), row.millis);
  }
  EXPECT_EQ(config::parse_iso_duration("-PT15M")->count(), -900'000);
  EXPECT_NE(config::parse_iso_duration("P1M").error().reason.find("months"), std::string::npos);
  EXPECT_TRUE(config::parse_iso_duration("P36601D").error().too_long);
}

}  // namespace
}  // namespace firsthand::test
