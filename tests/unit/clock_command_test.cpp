// SPDX-License-Identifier: Apache-2.0
// `firsthand clock` as a stream: a line in, a line out.
#include "adapters/runtime/clock_command.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <sstream>

#include "config/clock_line.hpp"

namespace firsthand::test {
namespace {

using config::ClockLines;

std::vector<std::string> stream(const std::string& input) {
  std::FILE* in = std::tmpfile();
  std::FILE* out = std::tmpfile();
  EXPECT_EQ(std::fwrite(input.data(), 1, input.size(), in), input.size());
  std::fflush(in);
  std::rewind(in);
  EXPECT_EQ(runtime::run_clock(fileno(in), fileno(out)), 0);
  std::rewind(out);
  std::string text;
  std::array<char, 65536> buffer;
  for (std::size_t got = 1; got > 0;) {
    got = std::fread(buffer.data(), 1, buffer.size(), out);
    text.append(buffer.data(), got);
  }
  std::fclose(in);
  std::fclose(out);
  EXPECT_TRUE(text.empty() || text.back() == '\n');
  std::vector<std::string> lines;
  std::istringstream split{text};
  for (std::string line; std::getline(split, line);) lines.push_back(line);
  return lines;
}

TEST(ClockCommand, answers_each_line_with_a_line) {
  const std::string good = R"({"start":"2013-03-21T09:30:00Z","budget":{"calendar":"PT1H"}})";
  const std::string answer = ClockLines{}.answer(good);
  const std::string bad = ClockLines{}.answer("x");
  EXPECT_TRUE(stream("").empty());
  EXPECT_TRUE(stream("\n\r\n  \t \n").empty());
  EXPECT_EQ(stream(good), (std::vector{answer}));
  EXPECT_EQ(stream(good + "\r\n\n" + good + "\nx\n\n" + good + "\n" + good),
            (std::vector{answer, answer, bad, answer, answer}));
}

TEST(ClockCommand, skips_a_line_without_end) {
  const std::string good = R"({"start":"2013-03-21T09:30:00Z","budget":{"calendar":"PT1H"}})";
  const std::string answer = ClockLines{}.answer(good);
  const std::string long_line = "{\"start\":\"" + std::string(3 * config::kClockLineBytesMax, 'x');
  EXPECT_EQ(stream(good + "\n" + long_line + "\"}\n" + good + "\n" + long_line),
            (std::vector{answer, ClockLines::too_long(), answer, ClockLines::too_long()}));
  // As long as it may be, and cut into many reads.
  const std::string padded =
      good + std::string(config::kClockLineBytesMax - good.size(), ' ') + "\n";
  EXPECT_EQ(stream(padded + padded), (std::vector{answer, answer}));
}

TEST(ClockCommand, tells_when_it_cannot_read) {
  EXPECT_THROW(runtime::run_clock(-1, 1), std::exception);
}

}  // namespace
}  // namespace firsthand::test
