// SPDX-License-Identifier: Apache-2.0
#include "config/toml.hpp"

#include <toml++/toml.h>

#include <fstream>
#include <sstream>
#include <system_error>

namespace firsthand::config {
namespace {

constexpr int kDepthMax = 16;

template <class T>
std::string written(const T& value) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << value;
  return out.str();
}

Value convert(const toml::node& node, int depth) {
  Value value;
  value.line = static_cast<int>(node.source().begin.line);
  if (const auto* table = node.as_table()) {
    Table entries;
    if (depth < kDepthMax) {
      for (const auto& [key, child] : *table) {
        entries.emplace(std::string{key.str()}, convert(child, depth + 1));
      }
    }
    value.data = std::move(entries);
  } else if (const auto* array = node.as_array()) {
    Array entries;
    if (depth < kDepthMax) {
      entries.reserve(array->size());
      for (const auto& child : *array) entries.push_back(convert(child, depth + 1));
    }
    value.data = std::move(entries);
  } else if (const auto* text = node.as_string()) {
    value.data = text->get();
  } else if (const auto* number = node.as_integer()) {
    value.data = number->get();
  } else if (const auto* real = node.as_floating_point()) {
    value.data = real->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.data = flag->get();
  } else if (const auto* date = node.as_date()) {
    value.data = written(date->get());
  } else if (const auto* time = node.as_time()) {
    value.data = written(time->get());
  } else if (const auto* both = node.as_date_time()) {
    value.data = written(both->get());
  }
  return value;
}

Errors failure(const std::string& file, Reason reason, int line = 0) {
  Errors errors;
  errors.add(file, "", std::move(reason), line);
  return errors;
}

}  // namespace

Checked<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code)) {
    if (!code) return failure(path.string(), why::no_file);
    return failure(path.string(), {why::unreadable_because, {{"what", code.message()}}});
  }
  std::ifstream stream{path, std::ios::binary};
  if (!stream) return failure(path.string(), why::not_opened);
  std::string text(bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return failure(path.string(), why::unreadable);
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > bytes_max) {
    return failure(path.string(), {why::too_large, {{"max", std::to_string(bytes_max)}}});
  }
  return text;
}

Checked<Value> parse_toml(std::string_view text, const std::string& file) {
  try {
    const toml::table table = toml::parse(text, file);
    return convert(table, 0);
  } catch (const toml::parse_error& error) {
    return failure(file, {why::not_toml, {{"what", std::string{error.description()}}}},
                   static_cast<int>(error.source().begin.line));
  }
}

Checked<Value> read_toml(const std::filesystem::path& path) {
  auto text = read_file(path);
  if (!text) return text.error();
  return parse_toml(*text, path.string());
}

}  // namespace firsthand::config
