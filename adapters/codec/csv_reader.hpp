// SPDX-License-Identifier: Apache-2.0
// Reads comma-separated text (RFC 4180) piece by piece: quotes, line breaks inside them, CRLF or
// LF, blank lines passed over. One bad line costs one line: a quote that never closes, or closes in
// the middle of a field, is reported for the line on which it stands and reading goes on at the
// next. Holds one record and one piece at a time. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firsthand::codec {

struct CsvRecord {
  std::int64_t line = 0;  ///< of the file, from 1, where the record begins
  std::vector<std::string> fields;
  std::string raw;      ///< the first bytes of it as they stand in the file
  std::string mistake;  ///< "", bad_quote, too_long, bad_encoding
};

class CsvReader {
 public:
  static constexpr std::size_t kRecordMax = 64 * 1024;
  static constexpr std::size_t kRawMax = 200;

  explicit CsvReader(char separator = ',') : separator_(separator) {}

  /// UTF-8; a mark at the very beginning is passed over.
  void feed(std::string_view piece);
  /// Nothing more comes: what is left is the last record.
  void end() { ended_ = true; }
  /// The next whole record; nothing when there is none yet.
  std::optional<CsvRecord> next();

 private:
  enum class Found { record, incomplete, bad_quote };
  Found scan(std::size_t& at, std::vector<std::string>& fields) const;
  CsvRecord bad_line(const char* mistake);
  void take(CsvRecord& record, std::size_t until);

  char separator_;
  std::string text_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
  bool ended_ = false, begun_ = false;
};

/// Whether all of it is well-formed UTF-8 without NUL.
bool clean_utf8(std::string_view text);

}  // namespace firsthand::codec
