// SPDX-License-Identifier: Apache-2.0
#include "config/defaults.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "config/accounts.hpp"
#include "config/company.hpp"
#include "config/complaints.hpp"
#include "config/document.hpp"
#include "config/policies.hpp"
#include "config/tiers.hpp"

namespace firsthand::config {
namespace {

// A document's text and the name its errors carry.
struct Source {
  Checked<std::string> body;
  std::string name;
  bool absent = false;  ///< nobody has written it yet
};
using Sources = std::function<Source(const std::string& document)>;

template <class T, class Read>
void load(const Source& source, Read read, T& into, Errors& errors) {
  if (!source.body) {
    errors.add(source.body.error());
    return;
  }
  const auto document = parse_document(*source.body, source.name);
  if (!document) {
    errors.add(document.error());
    return;
  }
  auto value = read(*document, source.name);
  if (value) {
    into = std::move(*value);
  } else {
    errors.add(value.error());
  }
}

// A document that a later release has brought: without it the values built in apply.
template <class T, class Read>
void load_if_there(const Source& source, Read read, T& into, Errors& errors) {
  if (!source.absent) load(source, read, into, errors);
}

class References {
 public:
  References(const Defaults& defaults, std::string_view suffix, Errors& errors)
      : defaults_(defaults), suffix_(suffix), errors_(errors) {}

  void calendar(const std::string& file, const std::string& key, const std::string& code) {
    known(defaults_.calendar(code) != nullptr, file, key, why::no_calendar, code);
  }
  void ends(const std::string& file, const std::string& key, const std::string& code) {
    const CalendarDefinition* found = defaults_.calendar(code);
    if (found && found->always)
      errors_.add(file + suffix_, key, Reason{why::shift_never_ends, {{"code", code}}});
  }
  void category(const std::string& file, const std::string& key, const std::string& code) {
    known(defaults_.rules.category(code) != nullptr, file, key, why::no_category, code);
    const auto& all = defaults_.rules.categories;
    const bool group = std::any_of(all.begin(), all.end(),
                                   [&](const Category& each) { return each.parent == code; });
    if (group) {
      errors_.add(file + suffix_, key, Reason{why::category_group, {{"code", code}}});
    }
  }
  void department(const std::string& file, const std::string& key, const std::string& code) {
    known(code.empty() || defaults_.rules.department(code) != nullptr, file, key,
          why::no_department, code);
  }
  void choice(const std::string& file, const std::string& key, const std::string& code) {
    known(code.empty() || defaults_.rules.callback_choice(code) != nullptr, file, key,
          why::no_choice, code);
  }
  void queue(const std::string& file, const std::string& key, const std::string& code) {
    known(code.empty() || defaults_.rules.queue(code) != nullptr, file, key, why::no_queue, code);
  }
  void ladder(const std::string& file, const std::string& key, const PolicyClock& clock) {
    const Ladder* ladder = defaults_.rules.ladder(clock.ladder);
    known(ladder != nullptr, file, key, why::no_ladder, clock.ladder);
    if (ladder == nullptr) return;
    if (!in_firing_order(*ladder, clock.budget) ||
        (clock.out_of_hours && !in_firing_order(*ladder, *clock.out_of_hours))) {
      errors_.add(file + suffix_, key, Reason{why::ladder_out_of_order, {{"code", clock.ladder}}});
    }
  }

 private:
  void known(bool exists, const std::string& file, const std::string& key,
             const ReasonText& otherwise, const std::string& code) {
    if (!exists) errors_.add(file + suffix_, key, Reason{otherwise, {{"code", code}}});
  }

  const Defaults& defaults_;
  const std::string suffix_;
  Errors& errors_;
};

std::string at(std::string_view list, std::size_t index, std::string_view key) {
  return std::string{list} + "[" + std::to_string(index) + "]" + std::string{key};
}

Checked<Defaults> load_from(const Sources& source, std::string_view suffix) {
  Errors errors;
  Defaults defaults;
  RuleBook& rules = defaults.rules;
  load(source("calendars"), read_calendars, defaults.calendars, errors);
  load(source("ladders"), read_ladders, rules.ladders, errors);
  load(source("policies"), read_policies, rules.policies, errors);
  load(source("departments"), read_departments, rules.departments, errors);
  load(source("categories"), read_categories, rules.categories, errors);
  load(source("queues"), read_queues, rules.queues, errors);
  load(source("callbacks"), read_callbacks, rules.callbacks, errors);
  load_if_there(source("accounts"), read_accounts, rules.accounts, errors);
  load_if_there(source("call_sources"), read_call_sources, defaults.call_sources, errors);
  load_if_there(source("complaints"), read_complaints, rules.complaints, errors);
  load_if_there(source("letters"), read_letters, defaults.letters, errors);
  load_if_there(source("shifts"), read_shifts, rules.shifts, errors);
  load_if_there(source("tiers"), read_tiers, rules.tiers, errors);
  rules.version = 1;
  for (Policy& policy : rules.policies) policy.version = rules.version;
  // While a document is broken, what the others say about it would only be noise.
  if (errors.empty()) errors = check_references(defaults, suffix);
  if (!errors.empty()) return errors;
  return defaults;
}

}  // namespace

Errors check_references(const Defaults& defaults, std::string_view suffix) {
  Errors errors;
  References check{defaults, suffix, errors};
  const RuleBook& rules = defaults.rules;
  for (std::size_t i = 0; i < rules.policies.size(); ++i) {
    const Policy& policy = rules.policies[i];
    for (const std::string& code : policy.when.categories) {
      check.category("policies", at("policy", i, ".when.categories"), code);
    }
    for (std::size_t j = 0; j < policy.clocks.size(); ++j) {
      const std::string key = at("policy", i, at(".clock", j, ""));
      check.calendar("policies", key + ".calendar", policy.clocks[j].calendar);
      check.ladder("policies", key + ".ladder", policy.clocks[j]);
    }
  }
  for (std::size_t i = 0; i < rules.categories.size(); ++i) {
    const Category& category = rules.categories[i];
    check.department("categories", at("category", i, ".department"), category.department);
    check.choice("categories", at("category", i, ".callback"), category.default_callback);
  }
  for (std::size_t i = 0; i < rules.queues.size(); ++i) {
    check.calendar("queues", at("queue", i, ".calendar"), rules.queues[i].calendar);
  }
  for (std::size_t i = 0; i < rules.shifts.size(); ++i) {
    check.calendar("shifts", at("shift", i, ".calendar"), rules.shifts[i].calendar);
    check.ends("shifts", at("shift", i, ".calendar"), rules.shifts[i].calendar);
  }
  check.calendar("callbacks", "calendar", rules.callbacks.calendar);
  check.queue("callbacks", "queue", rules.callbacks.queue);
  return errors;
}

Checked<Defaults> load_defaults(const std::filesystem::path& directory) {
  const auto from_file = [&](const std::string& document) {
    const auto path = directory / (document + ".toml");
    return Source{read_file(path), path.string(), !std::filesystem::exists(path)};
  };
  return load_from(from_file, ".toml");
}

Checked<Defaults> load_documents(const std::map<std::string, std::string>& bodies) {
  const auto from_body = [&](const std::string& document) -> Source {
    if (const auto found = bodies.find(document); found != bodies.end()) {
      return {found->second, document, false};
    }
    Errors missing;
    missing.add(document, "", why::not_there);
    return {missing, document, true};
  };
  return load_from(from_body, "");
}

}  // namespace firsthand::config
