// SPDX-License-Identifier: Apache-2.0
#include "config/reader.hpp"

#include <utility>

namespace firsthand::config {
namespace {

const Table kNoEntries;

bool is_code(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  for (const char c : text) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (!good) return false;
  }
  return true;
}

Reason between(const ReasonText& text, std::int64_t min, std::int64_t max) {
  return {text, {{"min", std::to_string(min)}, {"max", std::to_string(max)}}};
}

}  // namespace

Reader::Reader(const Value& value, std::string file, std::string path, Errors& errors)
    : table_(value.table()),
      line_(value.line),
      file_(std::move(file)),
      path_(std::move(path)),
      errors_(errors) {
  if (table_ == nullptr) {
    errors_.add(file_, path_, why::no_table, line_);
    table_ = &kNoEntries;
  }
}

Reader::~Reader() {
  for (const auto& [key, value] : *table_) {
    if (!asked_.contains(key)) errors_.add(file_, full(key), why::unknown_key, value.line);
  }
}

bool Reader::has(std::string_view key) const {
  return table_->find(key) != table_->end();
}

const Value* Reader::take(std::string_view key) {
  asked_.emplace(key);
  const auto found = table_->find(key);
  return found == table_->end() ? nullptr : &found->second;
}

std::string Reader::full(std::string_view key) const {
  return path_.empty() || key.empty() ? path_ + std::string{key} : path_ + "." + std::string{key};
}

void Reader::fail(std::string_view key, Reason reason) {
  const auto found = table_->find(key);
  errors_.add(file_, full(key), std::move(reason),
              found == table_->end() ? line_ : found->second.line);
}

std::string Reader::text(std::string_view key, std::optional<std::string> fallback) {
  const Value* value = take(key);
  if (value == nullptr) {
    if (!fallback) fail(key, why::missing);
    return fallback.value_or("");
  }
  const std::string* text = value->text();
  if (text == nullptr) {
    fail(key, why::no_text);
  } else if (text->size() > kTextMax) {
    fail(key, {why::too_long, {{"max", std::to_string(kTextMax)}}});
  } else if (text->empty() && !fallback) {
    fail(key, why::empty);
  } else {
    return *text;
  }
  return fallback.value_or("");
}

std::string Reader::long_text(std::string_view key, std::size_t max) {
  const Value* value = take(key);
  const std::string* text = value == nullptr ? nullptr : value->text();
  if (value == nullptr) {
    fail(key, why::missing);
  } else if (text == nullptr || text->empty()) {
    fail(key, why::no_text);
  } else if (text->size() > max) {
    fail(key, {why::too_long, {{"max", std::to_string(max)}}});
  } else {
    return *text;
  }
  return "";
}

std::string Reader::code(std::string_view key) {
  std::string written = text(key);
  if (!written.empty() && !is_code(written)) {
    fail(key, {why::no_code, {{"written", written}}});
  }
  return written;
}

std::int64_t Reader::number(std::string_view key, std::int64_t min, std::int64_t max,
                            std::optional<std::int64_t> fallback) {
  const Value* value = take(key);
  if (value == nullptr) {
    if (!fallback) fail(key, why::missing);
    return fallback.value_or(min);
  }
  const auto* number = std::get_if<std::int64_t>(&value->data);
  if (number == nullptr) {
    fail(key, why::no_number);
  } else if (*number < min || *number > max) {
    fail(key, between(why::out_of_bounds, min, max));
  } else {
    return *number;
  }
  return fallback.value_or(min);
}

bool Reader::flag(std::string_view key, bool fallback) {
  const Value* value = take(key);
  if (value == nullptr) return fallback;
  const auto* flag = std::get_if<bool>(&value->data);
  if (flag == nullptr) fail(key, why::no_flag);
  return flag != nullptr ? *flag : fallback;
}

std::vector<std::string> Reader::texts(std::string_view key) {
  std::vector<std::string> result;
  const Value* value = take(key);
  if (value == nullptr) return result;
  const Array* list = value->array();
  if (list == nullptr || list->size() > kListMax) {
    fail(key, {why::no_short_texts, {{"max", std::to_string(kListMax)}}});
    return result;
  }
  for (const Value& item : *list) {
    if (item.text() == nullptr || item.text()->empty() || item.text()->size() > kTextMax) {
      fail(key, why::no_texts);
    } else {
      result.push_back(*item.text());
    }
  }
  return result;
}

std::vector<int> Reader::numbers(std::string_view key, int min, int max) {
  std::vector<int> result;
  const Value* value = take(key);
  if (value == nullptr) return result;
  const Array* list = value->array();
  if (list == nullptr || list->size() > kListMax) {
    fail(key, why::no_numbers);
    return result;
  }
  for (const Value& item : *list) {
    const auto* number = std::get_if<std::int64_t>(&item.data);
    if (number == nullptr || *number < min || *number > max) {
      fail(key, between(why::no_numbers_between, min, max));
    } else {
      result.push_back(static_cast<int>(*number));
    }
  }
  return result;
}

std::map<std::string, std::string, std::less<>> Reader::dictionary(std::string_view key) {
  std::map<std::string, std::string, std::less<>> result;
  const Value* value = take(key);
  if (value == nullptr) return result;
  const Table* table = value->table();
  if (table == nullptr || table->size() > kListMax) {
    fail(key, why::no_table);
    return result;
  }
  for (const auto& [name, item] : *table) {
    const std::string* text = item.text();
    if (text == nullptr || text->empty() || text->size() > kTextMax) {
      errors_.add(file_, full(key) + "." + name, why::no_text, item.line);
    } else {
      result.emplace(name, *text);
    }
  }
  return result;
}

void Reader::each(std::string_view key, const std::function<void(Reader&)>& read) {
  const Value* value = take(key);
  if (value == nullptr) return;
  const Array* list = value->array();
  if (list == nullptr || list->size() > kListMax) {
    fail(key, {why::no_tables, {{"max", std::to_string(kListMax)}}});
    return;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    Reader item{(*list)[i], file_, full(key) + "[" + std::to_string(i) + "]", errors_};
    read(item);
  }
}

void Reader::below(std::string_view key, const std::function<void(Reader&)>& read) {
  const Value* value = take(key);
  if (value == nullptr) return;
  Reader item{*value, file_, full(key), errors_};
  read(item);
}

}  // namespace firsthand::config
