// SPDX-License-Identifier: Apache-2.0
// The lines of a file by the fields of its mapping, one at a time, whatever the file's size. One
// thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "adapters/codec/csv_reader.hpp"
#include "adapters/codec/to_utf8.hpp"
#include "adapters/facts/mapping.hpp"

namespace firsthand::facts {

/// What is wrong with a line, for a report: a stable code, a sentence, the field.
struct Mistake {
  std::string code, sentence, field;
  friend bool operator==(const Mistake&, const Mistake&) = default;
};

struct Line {
  std::int64_t number = 0;  ///< of the file, from 1; the header is a line as well
  std::string raw;          ///< its beginning
  std::optional<Mistake> mistake;
  std::map<std::string, std::string, std::less<>> values;  ///< field → text, without blanks around
  const std::string& at(std::string_view field) const;     ///< "" when absent
};

class LineReader {
 public:
  /// `read_piece` answers the next bytes of the file, and "" at its end.
  using ReadPiece = std::function<std::string()>;
  LineReader(Mapping mapping, FileKind kind, ReadPiece read_piece);

  /// Reads the header; once, before next().
  config::Checked<void> open();
  std::optional<Line> next();
  std::int64_t bytes_read() const { return bytes_; }
  const Mapping& mapping() const { return mapping_; }

 private:
  std::optional<codec::CsvRecord> record();

  Mapping mapping_;
  FileKind kind_;
  ReadPiece read_piece_;
  codec::ToUtf8 to_utf8_;
  codec::CsvReader csv_;
  std::vector<int> places_;
  std::int64_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace firsthand::facts
