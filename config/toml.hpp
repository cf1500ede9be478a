// SPDX-License-Identifier: Apache-2.0
// A TOML document as a plain tree. The parser's headers are heavy and stay in toml.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/errors.hpp"

namespace firsthand::config {

struct Value;
using Array = std::vector<Value>;
using Table = std::map<std::string, Value, std::less<>>;

/// Unquoted TOML dates and times arrive as their text.
struct Value {
  std::variant<bool, std::int64_t, double, std::string, Array, Table> data = false;
  int line = 0;

  const Table* table() const { return std::get_if<Table>(&data); }
  const Array* array() const { return std::get_if<Array>(&data); }
  const std::string* text() const { return std::get_if<std::string>(&data); }
};

inline constexpr std::size_t kFileBytesMax = 1024 * 1024;

/// The whole file; refused when it cannot be read or is larger than `bytes_max`.
Checked<std::string> read_file(const std::filesystem::path& path,
                               std::size_t bytes_max = kFileBytesMax);

Checked<Value> parse_toml(std::string_view text, const std::string& file);
Checked<Value> read_toml(const std::filesystem::path& path);

}  // namespace firsthand::config
