// SPDX-License-Identifier: Apache-2.0
// How an export of another system is to be read: which column is which field, how days and amounts
// are written, what their words mean here. TOML or JSON of the same shape:
//
//   source = "erp"              encoding = "gb18030"       separator = ";"
//   date_format = "yyyy/mm/dd"  decimal = ","              currency = "CNY"
//   [columns]                   # our field = their column; what is not named is looked for as it
//   is external_id = "单据编号" [constants]                 # a field that is the same on every
//   line kind = "invoice" [words.kind]                # their word = ours "发票" = "invoice"
//
// Pure; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/errors.hpp"

namespace firsthand::facts {

/// What a file holds. Totals are what finance says of each customer, to be compared.
enum class FileKind { customers, facts, totals };
BOOST_DESCRIBE_ENUM(FileKind, customers, facts, totals)

struct Field {
  const char* name;
  bool required;
};
const std::vector<Field>& fields_of(FileKind kind);

struct Mapping {
  std::string source;
  std::string encoding = "utf-8";
  char separator = ',';
  std::string date_format = "yyyy-mm-dd";
  char decimal = '.';
  std::string currency;                                       ///< of lines that name none
  std::map<std::string, std::string, std::less<>> columns;    ///< our field → their column
  std::map<std::string, std::string, std::less<>> constants;  ///< our field → its value
  /// Our field → their word → ours.
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> words;
};

/// An empty text is a mapping as well: every column is called as the field.
config::Checked<Mapping> read_mapping(std::string_view text, FileKind kind,
                                      const std::string& name);

/// Where each field of fields_of(kind) stands in a line; -1: nowhere.
config::Checked<std::vector<int>> places_of(const Mapping& mapping, FileKind kind,
                                            const std::vector<std::string>& header);

}  // namespace firsthand::facts
