// SPDX-License-Identifier: Apache-2.0
// Any bytes as lines of `firsthand clock`: each gives one JSON object, an answer whose explanation
// adds up or an error with a code; and what was kept of earlier lines changes no answer. A line
// that begins with "!" is the inside of a good question, so that the arithmetic is reached too.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/clock_line.hpp"

namespace {

using namespace firsthand;
namespace json = boost::json;

void require(bool holds) {
  if (!holds) std::abort();
}

void trust(const json::object& answer) {
  if (const json::value* error = answer.if_contains("error")) {
    const json::object& told = error->as_object();
    require(!told.at("code").as_string().empty() && !told.at("message").as_string().empty());
    require(told.at("field").is_string());
    return;
  }
  const json::value& due = answer.at("due");
  require(due.is_null() || parse_iso8601(std::string{due.as_string()}).has_value());
  double working = 0;
  std::string reached;
  for (const json::value& value : answer.at("explain").as_array()) {
    const json::object& span = value.as_object();
    const std::string from{span.at("from").as_string()};
    require(reached.empty() || reached == from);
    reached = std::string{span.at("to").as_string()};
    require(*parse_iso8601(from) < *parse_iso8601(reached));
    if (span.at("kind") == "working") working += span.at("s").to_number<double>();
    require(span.at("kind") != "uncovered");
  }
  const double elapsed = answer.at("elapsed_s").to_number<double>();
  require(elapsed >= 0 && std::abs(working - elapsed) < 0.0005);
}

std::string question(std::string_view line) {
  if (!line.starts_with('!')) return std::string{line};
  return R"({"calendar":{"timezone":"Australia/Lord_Howe","week":{"mon":[["09:00","17:00"]]}},)"
         R"("start":"2026-10-03T15:00:00Z",)" +
         std::string{line.substr(1)} + "}";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  config::ClockLines kept;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string line = question(text.substr(0, end));
    const std::string answer = kept.answer(line);
    require(answer.find('\n') == std::string::npos);
    trust(json::parse(answer).as_object());
    require(config::ClockLines{}.answer(line) == answer);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return 0;
}
