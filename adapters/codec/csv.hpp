// SPDX-License-Identifier: Apache-2.0
// Comma-separated text (RFC 4180) for people who open it in a spreadsheet: UTF-8 with its mark,
// CRLF, and no field that a spreadsheet would take for a formula. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firsthand::codec {

class CsvWriter {
 public:
  CsvWriter();
  /// What people wrote: a leading = + - @, tab or line break (also in full width) gets an
  /// apostrophe before it, so that it stays text.
  CsvWriter& text(std::string_view value);
  /// What we computed: numbers keep their sign.
  CsvWriter& number(std::int64_t value);
  /// Integer cents as "12.34".
  CsvWriter& cents(std::int64_t value);
  CsvWriter& end_row();
  std::string take() { return std::move(out_); }
  std::size_t size() const { return out_.size(); }

 private:
  void separate();
  std::string out_;
  bool at_start_ = true;
};

}  // namespace firsthand::codec
