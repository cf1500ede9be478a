// SPDX-License-Identifier: Apache-2.0
#include "config/defaults.hpp"

#include <string>
#include <utility>

#include "config/company.hpp"
#include "config/policies.hpp"
#include "config/toml.hpp"

namespace firsthand::config {
namespace {

template <class T, class Read>
void load(const std::filesystem::path& path, Read read, T& into, Errors& errors) {
  const auto document = read_toml(path);
  if (!document) {
    errors.add(document.error());
    return;
  }
  auto value = read(*document, path.string());
  if (value) {
    into = std::move(*value);
  } else {
    errors.add(value.error());
  }
}

class References {
 public:
  References(const Defaults& defaults, Errors& errors) : defaults_(defaults), errors_(errors) {}

  void calendar(const std::string& file, const std::string& key, const std::string& code) {
    known(defaults_.calendar(code) != nullptr, file, key, "calendar", code);
  }
  void category(const std::string& file, const std::string& key, const std::string& code) {
    known(defaults_.rules.category(code) != nullptr, file, key, "category", code);
  }
  void department(const std::string& file, const std::string& key, const std::string& code) {
    known(code.empty() || defaults_.rules.department(code) != nullptr, file, key, "department",
          code);
  }
  void choice(const std::string& file, const std::string& key, const std::string& code) {
    known(code.empty() || defaults_.rules.callback_choice(code) != nullptr, file, key,
          "callback choice", code);
  }
  void ladder(const std::string& file, const std::string& key, const PolicyClock& clock) {
    const Ladder* ladder = defaults_.rules.ladder(clock.ladder);
    known(ladder != nullptr, file, key, "ladder", clock.ladder);
    if (ladder == nullptr) return;
    if (!in_firing_order(*ladder, clock.budget) ||
        (clock.out_of_hours && !in_firing_order(*ladder, *clock.out_of_hours))) {
      errors_.add(file, key,
                  "the steps of \"" + clock.ladder + "\" are not in firing order for this budget");
    }
  }

 private:
  void known(bool exists, const std::string& file, const std::string& key, std::string_view what,
             const std::string& code) {
    if (!exists) errors_.add(file, key, "there is no " + std::string{what} + " \"" + code + "\"");
  }

  const Defaults& defaults_;
  Errors& errors_;
};

std::string at(std::string_view list, std::size_t index, std::string_view key) {
  return std::string{list} + "[" + std::to_string(index) + "]" + std::string{key};
}

}  // namespace

Errors check_references(const Defaults& defaults) {
  Errors errors;
  References check{defaults, errors};
  const RuleBook& rules = defaults.rules;
  for (std::size_t i = 0; i < rules.policies.size(); ++i) {
    const Policy& policy = rules.policies[i];
    for (const std::string& code : policy.when.categories) {
      check.category("policies.toml", at("policy", i, ".when.categories"), code);
    }
    for (std::size_t j = 0; j < policy.clocks.size(); ++j) {
      const std::string key = at("policy", i, at(".clock", j, ""));
      check.calendar("policies.toml", key + ".calendar", policy.clocks[j].calendar);
      check.ladder("policies.toml", key + ".ladder", policy.clocks[j]);
    }
  }
  for (std::size_t i = 0; i < rules.categories.size(); ++i) {
    const Category& category = rules.categories[i];
    check.department("categories.toml", at("category", i, ".department"), category.department);
    check.choice("categories.toml", at("category", i, ".callback"), category.default_callback);
  }
  for (std::size_t i = 0; i < rules.queues.size(); ++i) {
    check.calendar("queues.toml", at("queue", i, ".calendar"), rules.queues[i].calendar);
  }
  check.calendar("callbacks.toml", "calendar", rules.callbacks.calendar);
  return errors;
}

Checked<Defaults> load_defaults(const std::filesystem::path& directory) {
  Errors errors;
  Defaults defaults;
  RuleBook& rules = defaults.rules;
  load(directory / "calendars.toml", read_calendars, defaults.calendars, errors);
  load(directory / "ladders.toml", read_ladders, rules.ladders, errors);
  load(directory / "policies.toml", read_policies, rules.policies, errors);
  load(directory / "departments.toml", read_departments, rules.departments, errors);
  load(directory / "categories.toml", read_categories, rules.categories, errors);
  load(directory / "queues.toml", read_queues, rules.queues, errors);
  load(directory / "callbacks.toml", read_callbacks, rules.callbacks, errors);
  rules.version = 1;
  for (Policy& policy : rules.policies) policy.version = rules.version;
  // While a file is broken, what the others say about it would only be noise.
  if (errors.empty()) errors = check_references(defaults);
  if (!errors.empty()) return errors;
  return defaults;
}

}  // namespace firsthand::config
