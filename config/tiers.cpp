// SPDX-License-Identifier: Apache-2.0
#include "config/tiers.hpp"

#include <algorithm>

#include "config/reader.hpp"
#include "engine/tier_score.hpp"

namespace firsthand::config {
namespace {

constexpr std::int64_t kFullMax = 1'000'000'000'000;

}  // namespace

Checked<TierRules> read_tiers(const Value& document, const std::string& file) {
  Errors errors;
  TierRules rules;
  {
    Reader root{document, file, "", errors};
    rules.silver = static_cast<int>(root.number("silver", 0, 101));
    rules.gold = static_cast<int>(root.number("gold", 0, 101));
    rules.key = static_cast<int>(root.number("key", 0, 101));
    if (rules.silver > rules.gold || rules.gold > rules.key)
      root.fail("gold", why::thresholds_fall);
    root.each("input", [&](Reader& reader) {
      TierInput input;
      input.code = reader.code("code");
      const auto& known = tier_inputs();
      if (!input.code.empty() && std::find(known.begin(), known.end(), input.code) == known.end())
        reader.fail("code", {why::no_figure, {{"code", input.code}}});
      input.weight = static_cast<int>(reader.number("weight", 0, 100));
      input.full = static_cast<double>(reader.number("full", 1, kFullMax));
      rules.inputs.push_back(input);
    });
    if (rules.inputs.empty()) root.fail("input", why::at_least_one);
  }
  refuse_doubles(rules.inputs, file, "input", errors);
  if (!errors.empty()) return errors;
  return rules;
}

}  // namespace firsthand::config
