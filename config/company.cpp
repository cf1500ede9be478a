// SPDX-License-Identifier: Apache-2.0
#include "config/company.hpp"

#include <algorithm>

#include "config/reader.hpp"
#include "config/units.hpp"
#include "engine/words.hpp"

namespace firsthand::config {
namespace {

int seconds(Reader& reader, std::string_view key, Seconds min, Seconds max, Seconds fallback) {
  if (!reader.has(key)) return static_cast<int>(fallback.count());
  const auto value = reader.parsed(key, parse_duration, why::no_duration);
  if (value && (*value < min || *value > max)) {
    reader.fail(key, {why::out_of_bounds, {{"min", to_text(min)}, {"max", to_text(max)}}});
  }
  return static_cast<int>(value.value_or(fallback).count());
}

// A severity that is not given: the category above it says.
constexpr std::int64_t kInherited = 0;
constexpr std::size_t kLevelsMax = 3;
std::vector<int> retry_delays(Reader& reader, int attempts_max) {
  std::vector<int> delays;
  for (const std::string& written : reader.texts("retry_delays")) {
    const auto value = parse_duration(written);
    if (!value) {
      reader.fail("retry_delays", {why::no_duration, {{"written", written}}});
    } else if (*value < std::chrono::minutes{1} || *value > std::chrono::hours{72}) {
      reader.fail("retry_delays", why::bad_delay);
    } else {
      delays.push_back(static_cast<int>(value->count()));
    }
  }
  if (static_cast<int>(delays.size()) >= attempts_max && !delays.empty())
    reader.fail("retry_delays", why::too_many_delays);
  return delays;
}

bool is_initials(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

Category read_category(Reader& reader) {
  Category category;
  category.code = reader.code("code");
  if (reader.has("parent")) category.parent = reader.code("parent");
  category.name_zh = reader.text("name_zh");
  category.name_en = reader.text("name_en");
  category.pinyin = reader.text("pinyin");
  if (!category.pinyin.empty() && !is_initials(category.pinyin)) {
    reader.fail("pinyin", why::no_initials);
  }
  category.kind = reader.word<CaseKind>("kind", CaseKind::complaint);
  if (reader.has("department")) category.department = reader.code("department");
  category.default_severity = static_cast<int>(reader.number("severity", 1, 4, kInherited));
  category.default_callback = reader.text("callback", "");
  return category;
}

CallbackChoice read_choice(Reader& reader) {
  CallbackChoice choice;
  choice.code = reader.code("code");
  choice.name_zh = reader.text("name_zh");
  choice.name_en = reader.text("name_en");
  if (reader.has("within") == reader.has("at")) {
    reader.fail("within", why::within_or_at);
  }
  if (reader.has("within")) {
    choice.within = reader.parsed("within", parse_budget, why::no_budget);
  }
  if (reader.has("at")) {
    choice.at_min = reader.parsed("at", parse_time_of_day, why::no_time_of_day).value_or(0);
  }
  choice.days_ahead = static_cast<int>(reader.number("days_ahead", 0, 60, 0));
  choice.working_day = reader.flag("working_day", false);
  return choice;
}

HeadStarts read_head_starts(Reader& reader, HeadStarts starts) {
  using std::chrono::minutes;
  const auto read = [&reader](std::string_view key, int& value) {
    value = seconds(reader, key, Seconds{0}, minutes{30}, Seconds{value});
  };
  read("silver", starts.silver_s);
  read("gold", starts.gold_s);
  read("key", starts.key_s);
  read("serious", starts.serious_s);
  read("urgent", starts.urgent_s);
  read("late", starts.late_s);
  return starts;
}

bool is_sound(std::string_view name) {
  if (!name.starts_with("sound:") || name.size() == 6 || name.find("..") != name.npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"_-./:"}.find(c) != std::string_view::npos;
  });
}

/// What the PBX plays: "sound:queue-thankyou,sound:custom/zh/welcome"; "{wait}" stands for how long
/// it will take.
std::string sounds(Reader& reader, std::string_view key) {
  const std::string written = reader.text(key, "");
  std::string_view rest = written;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    const bool wait = one == "{wait}" && key == "waiting";
    if (!wait && !is_sound(one)) {
      reader.fail(key, why::no_sound);
      break;
    }
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  return written;
}

Announcements read_announcements(Reader& reader) {
  Announcements said;
  said.welcome = sounds(reader, "welcome");
  said.recorded = sounds(reader, "recorded");
  said.waiting = sounds(reader, "waiting");
  said.callback_offer = sounds(reader, "callback_offer");
  said.callback_taken = sounds(reader, "callback_taken");
  said.closed = sounds(reader, "closed");
  said.promised = sounds(reader, "promised");
  said.every_s = seconds(reader, "every", Seconds{10}, std::chrono::minutes{10}, Seconds{45});
  return said;
}

RecordingPolicy read_recording(Reader& reader) {
  RecordingPolicy policy;
  policy.mode = reader.word<RecordingMode>("mode", policy.mode);
  policy.keep_days = static_cast<int>(reader.number("keep_days", 1, 3650, policy.keep_days));
  policy.pause = reader.flag("pause", policy.pause);
  policy.pause_max_s =
      seconds(reader, "pause_max", Seconds{0}, std::chrono::hours{1}, Seconds{policy.pause_max_s});
  return policy;
}

WrittenPolicy read_written(Reader& reader) {
  WrittenPolicy policy;
  for (const std::string& name : reader.texts("channels")) {
    const auto channel = from_word<Channel>(name);
    const bool comes_in =
        channel == Channel::web || channel == Channel::email || channel == Channel::api;
    if (comes_in) {
      policy.channels.push_back(*channel);
    } else {
      reader.fail("channels", {why::no_written_channel, {{"channel", name}}});
    }
  }
  policy.slots = static_cast<int>(reader.number("slots", 1, 50, policy.slots));
  policy.ring_s =
      seconds(reader, "ring", Seconds{10}, std::chrono::minutes{10}, Seconds{policy.ring_s});
  return policy;
}

void read_widening(Reader& reader, Queue& queue) {
  QueueWidening step;
  step.after_s =
      seconds(reader, "after", Seconds{1}, std::chrono::hours{1}, Seconds{queue.owner_wait_s});
  step.skills = reader.texts("skills");
  if (!queue.widening.empty() && step.after_s <= queue.widening.back().after_s) {
    reader.fail("after", why::widening_order);
  }
  queue.widening.push_back(std::move(step));
}

Queue read_queue(Reader& reader) {
  using std::chrono::hours;
  using std::chrono::minutes;
  Queue queue;
  queue.code = reader.code("code");
  queue.name_zh = reader.text("name_zh");
  queue.name_en = reader.text("name_en");
  queue.dialled = reader.texts("dialled");
  queue.skills = reader.texts("skills");
  queue.language = reader.text("language", "zh");
  if (queue.language != "zh" && queue.language != "en") {
    reader.fail("language", why::no_language);
  }
  queue.calendar = reader.code("calendar");
  queue.owner_wait_s = seconds(reader, "owner_wait", Seconds{0}, minutes{10}, Seconds{20});
  queue.max_wait_s = seconds(reader, "max_wait", Seconds{5}, hours{1}, minutes{3});
  if (queue.owner_wait_s > queue.max_wait_s) {
    reader.fail("owner_wait", why::owner_wait_too_long);
  }
  queue.deputy_wait_s = seconds(reader, "deputy_wait", Seconds{0}, minutes{10}, Seconds{10});
  queue.team_wait_s = seconds(reader, "team_wait", Seconds{0}, minutes{10}, Seconds{10});
  queue.nobody_wait_s = seconds(reader, "nobody_wait", Seconds{0}, hours{1}, Seconds{0});
  queue.overflow = reader.text("overflow", "");
  if (reader.has("widening")) {
    reader.each("widening", [&queue](Reader& step) { read_widening(step, queue); });
  }
  queue.pick = reader.word<Pick>("pick", Pick::longest_idle);
  queue.wrap_up_mode = reader.word<WrapUpMode>("wrap_up_mode", WrapUpMode::timed);
  queue.wrap_up_s = seconds(reader, "wrap_up", Seconds{0}, minutes{30}, Seconds{30});
  queue.wrap_up_max_s = seconds(reader, "wrap_up_max", Seconds{0}, hours{2}, Seconds{0});
  if (queue.wrap_up_max_s > 0 && queue.wrap_up_max_s < queue.wrap_up_s) {
    reader.fail("wrap_up_max", why::wrap_up_max_too_short);
  }
  queue.head_starts.queue_s = static_cast<int>(reader.number("priority", 0, 600, 0));
  if (reader.has("head_start")) {
    reader.below("head_start", [&queue](Reader& below) {
      queue.head_starts = read_head_starts(below, queue.head_starts);
    });
  }
  queue.auto_answer = reader.flag("auto_answer", false);
  queue.callback_digit = reader.text("callback_digit", "");
  if (!queue.callback_digit.empty() &&
      (queue.callback_digit.size() != 1 ||
       std::string_view{"0123456789*#"}.find(queue.callback_digit) == std::string_view::npos)) {
    reader.fail("callback_digit", why::no_digit);
  }
  queue.virtual_hold_s = seconds(reader, "virtual_hold", minutes{1}, hours{8}, hours{1});
  queue.resume_s = seconds(reader, "resume", Seconds{0}, minutes{15}, Seconds{0});
  if (reader.has("announcements")) {
    reader.below("announcements",
                 [&queue](Reader& below) { queue.announcements = read_announcements(below); });
  }
  if (reader.has("recording")) {
    reader.below("recording", [&queue](Reader& below) { queue.recording = read_recording(below); });
  }
  if (reader.has("written")) {
    reader.below("written", [&queue](Reader& below) { queue.written = read_written(below); });
  }
  if (queue.skills.empty()) reader.fail("skills", why::no_skills);
  return queue;
}

// A caller who overflows in a circle would wait for ever.
bool overflow_ends(const std::vector<Queue>& queues, const Queue& start) {
  const Queue* at = &start;
  for (std::size_t hops = 0; hops <= queues.size(); ++hops) {
    if (at->overflow.empty()) return true;
    at = RuleBook::by_code(queues, at->overflow);
    if (at == nullptr) return true;  // reported as unknown elsewhere
  }
  return false;
}

template <class T, class Read>
Checked<std::vector<T>> read_list(const Value& document, const std::string& file,
                                  std::string_view key, Read read) {
  Errors errors;
  std::vector<T> list;
  {
    Reader root{document, file, "", errors};
    root.each(key, [&](Reader& reader) { list.push_back(read(reader)); });
    if (!root.has(key)) root.fail(key, why::at_least_one);
  }
  refuse_doubles(list, file, std::string{key}, errors);
  if (!errors.empty()) return errors;
  return list;
}

// Checks a category's place in the tree, and takes from above what the category leaves open.
void settle_in_tree(Category& category, const std::vector<Category>& all, const std::string& file,
                    const std::string& key, Errors& errors) {
  const Category* at = &category;
  for (std::size_t level = 1; !at->parent.empty(); ++level) {
    const Category* above = RuleBook::by_code(all, at->parent);
    if (above == nullptr) {
      errors.add(file, key + ".parent", Reason{why::no_category, {{"code", at->parent}}});
      return;
    }
    if (above->code == category.code) {
      errors.add(file, key + ".parent", why::parent_of_itself);
      return;
    }
    if (level >= kLevelsMax) {
      errors.add(file, key + ".parent",
                 Reason{why::too_many_levels, {{"max", std::to_string(kLevelsMax)}}});
      return;
    }
    if (category.department.empty()) category.department = above->department;
    if (category.default_callback.empty()) category.default_callback = above->default_callback;
    if (category.default_severity == kInherited)
      category.default_severity = above->default_severity;
    at = above;
  }
  const bool group = std::any_of(
      all.begin(), all.end(), [&](const Category& other) { return other.parent == category.code; });
  if (category.default_severity != kInherited) return;
  if (!group) errors.add(file, key + ".severity", why::no_severity);
  category.default_severity = 1;
}

}  // namespace

Checked<std::vector<Department>> read_departments(const Value& document, const std::string& file) {
  return read_list<Department>(document, file, "department", [](Reader& reader) {
    Department department;
    department.code = reader.code("code");
    department.name_zh = reader.text("name_zh");
    department.name_en = reader.text("name_en");
    department.email = reader.text("email", "");
    if (!department.email.empty() && department.email.find('@') == std::string::npos) {
      reader.fail("email", why::no_email);
    }
    department.return_limit_s = seconds(reader, "return_limit", std::chrono::minutes{1},
                                        std::chrono::hours{400}, std::chrono::hours{4});
    return department;
  });
}

Checked<std::vector<Category>> read_categories(const Value& document, const std::string& file) {
  auto categories = read_list<Category>(document, file, "category", read_category);
  if (!categories) return categories;
  Errors errors;
  const std::vector<Category> as_written = *categories;
  for (std::size_t i = 0; i < categories->size(); ++i) {
    settle_in_tree((*categories)[i], as_written, file, "category[" + std::to_string(i) + "]",
                   errors);
  }
  if (!errors.empty()) return errors;
  return categories;
}

Checked<std::vector<Queue>> read_queues(const Value& document, const std::string& file) {
  auto queues = read_list<Queue>(document, file, "queue", read_queue);
  if (!queues) return queues;
  Errors errors;
  std::set<std::string> dialled;
  std::set<Channel> written;
  for (std::size_t i = 0; i < queues->size(); ++i) {
    const Queue& queue = (*queues)[i];
    const std::string key = "queue[" + std::to_string(i) + "]";
    for (const std::string& number : queue.dialled) {
      if (!dialled.insert(number).second) {
        errors.add(file, key + ".dialled", Reason{why::number_twice, {{"number", number}}});
      }
    }
    for (const Channel channel : queue.written.channels) {
      if (!written.insert(channel).second) {
        errors.add(file, key + ".written.channels",
                   Reason{why::channel_twice, {{"channel", std::string{word(channel)}}}});
      }
    }
    if (!queue.overflow.empty() && RuleBook::by_code(*queues, queue.overflow) == nullptr) {
      errors.add(file, key + ".overflow", Reason{why::no_queue, {{"code", queue.overflow}}});
    }
    if (!overflow_ends(*queues, queue)) {
      errors.add(file, key + ".overflow", why::overflow_circle);
    }
  }
  if (!dialled.contains("*")) {
    errors.add(file, "queue", why::no_queue_for_all);
  }
  if (!errors.empty()) return errors;
  return queues;
}

Checked<std::vector<Shift>> read_shifts(const Value& document, const std::string& file) {
  Errors errors;
  std::vector<Shift> shifts;
  {
    Reader root{document, file, "", errors};
    if (!root.has("shift")) return shifts;
    root.each("shift", [&shifts](Reader& reader) {
      Shift shift;
      shift.code = reader.code("code");
      shift.name_zh = reader.text("name_zh");
      shift.name_en = reader.text("name_en");
      shift.calendar = reader.code("calendar");
      shift.people = reader.texts("people");
      std::sort(shift.people.begin(), shift.people.end());
      shift.last_calls_s = seconds(reader, "last_calls", Seconds{0}, std::chrono::hours{2},
                                   Seconds{shift.last_calls_s});
      shifts.push_back(std::move(shift));
    });
  }
  refuse_doubles(shifts, file, "shift", errors);
  if (!errors.empty()) return errors;
  return shifts;
}

Checked<CallbackRules> read_callbacks(const Value& document, const std::string& file) {
  Errors errors;
  CallbackRules rules;
  {
    Reader root{document, file, "", errors};
    rules.attempts_max = static_cast<int>(root.number("attempts_max", 1, 20, 3));
    rules.retry_delay_s = seconds(root, "retry_delay", std::chrono::minutes{1},
                                  std::chrono::hours{72}, std::chrono::hours{2});
    rules.retry_delays_s = retry_delays(root, rules.attempts_max);
    rules.chase_after_s =
        seconds(root, "chase_after", Seconds{0}, std::chrono::hours{72}, std::chrono::hours{2});
    rules.quiet_from_min = root.parsed("quiet_from", parse_time_of_day, why::no_time_of_day)
                               .value_or(rules.quiet_from_min);
    rules.quiet_to_min = root.parsed("quiet_to", parse_time_of_day, why::no_time_of_day)
                             .value_or(rules.quiet_to_min);
    rules.calendar = root.code("calendar");
    rules.abandoned_within =
        root.parsed("abandoned_within", parse_budget, why::no_budget).value_or(Budget{});
    rules.follow_up_after =
        root.parsed("follow_up_after", parse_budget, why::no_budget).value_or(Budget{});
    rules.queue = root.text("queue", "");
    rules.offer_before_s =
        seconds(root, "offer_before", Seconds{0}, std::chrono::hours{24}, std::chrono::minutes{15});
    root.each("choice", [&](Reader& reader) { rules.choices.push_back(read_choice(reader)); });
    if (rules.choices.empty()) root.fail("choice", why::at_least_one);
  }
  refuse_doubles(rules.choices, file, "choice", errors);
  if (!errors.empty()) return errors;
  return rules;
}

}  // namespace firsthand::config
