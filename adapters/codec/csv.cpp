// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/csv.hpp"

#include <algorithm>
#include <array>

#include "adapters/codec/money.hpp"

namespace firsthand::codec {
namespace {

// Spreadsheets in Chinese take the full-width signs for the narrow ones.
constexpr std::array<std::string_view, 10> kFormulaBeginnings{"=",  "+",  "-",  "@",  "\t",
                                                              "\r", "＝", "＋", "－", "＠"};

bool like_a_formula(std::string_view value) {
  const auto first = value.find_first_not_of(' ');
  if (first == std::string_view::npos) return false;
  const std::string_view rest = value.substr(first);
  return rest.front() == '\n' || std::any_of(kFormulaBeginnings.begin(), kFormulaBeginnings.end(),
                                             [&](auto sign) { return rest.starts_with(sign); });
}

}  // namespace

CsvWriter::CsvWriter() : out_("\xEF\xBB\xBF") {}

void CsvWriter::separate() {
  if (!at_start_) out_ += ',';
  at_start_ = false;
}

CsvWriter& CsvWriter::text(std::string_view value) {
  separate();
  const bool defused = like_a_formula(value);
  const bool quoted = defused || value.find_first_of(",\"\r\n") != std::string_view::npos;
  if (quoted) out_ += '"';
  if (defused) out_ += '\'';
  for (const char c : value) {
    if (c == '\0') continue;  // ends the field for some readers
    if (c == '"') out_ += '"';
    out_ += c;
  }
  if (quoted) out_ += '"';
  return *this;
}

CsvWriter& CsvWriter::number(std::int64_t value) {
  separate();
  out_ += std::to_string(value);
  return *this;
}

CsvWriter& CsvWriter::cents(std::int64_t value) {
  separate();
  out_ += cents_text(value);
  return *this;
}

CsvWriter& CsvWriter::end_row() {
  out_ += "\r\n";
  at_start_ = true;
  return *this;
}

}  // namespace firsthand::codec
