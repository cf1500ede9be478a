// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/csv_reader.hpp"

#include <algorithm>

namespace firsthand::codec {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool continues(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                     text.begin() + static_cast<std::ptrdiff_t>(at + count),
                     [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
}

/// The beginning, cut between characters.
std::string beginning_of(std::string_view text, std::size_t max) {
  std::size_t length = std::min(text.size(), max);
  while (length > 0 && length < text.size() &&
         (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
    --length;
  return std::string(text.substr(0, length));
}

}  // namespace

bool clean_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0) return false;
    if (c < 0x80) {
      ++i;
      continue;
    }
    const std::size_t more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
    if (c < 0xC2 || c > 0xF4 || !continues(text, i + 1, more)) return false;
    const auto second = static_cast<unsigned char>(text[i + 1]);
    // Over-long forms, surrogates, and what lies behind the last code point.
    if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F) ||
        (c == 0xF0 && second < 0x90) || (c == 0xF4 && second > 0x8F))
      return false;
    i += more + 1;
  }
  return true;
}

void CsvReader::feed(std::string_view piece) {
  text_.erase(0, at_);
  at_ = 0;
  text_ += piece;
}

CsvReader::Found CsvReader::scan(std::size_t& at, std::vector<std::string>& fields) const {
  fields.emplace_back();
  bool quoted = false, closed = false;
  while (at < text_.size()) {
    const char c = text_[at];
    std::string& field = fields.back();
    if (quoted) {
      if (c != '"') {
        field += c;
        ++at;
      } else if (at + 1 == text_.size() && !ended_) {
        return Found::incomplete;
      } else if (at + 1 < text_.size() && text_[at + 1] == '"') {
        field += '"';
        at += 2;
      } else {
        quoted = false;
        closed = true;
        ++at;
      }
    } else if (c == '"' && field.empty() && !closed) {
      quoted = true;
      ++at;
    } else if (c == separator_) {
      fields.emplace_back();
      closed = false;
      ++at;
    } else if (c == '\n') {
      ++at;
      return Found::record;
    } else if (c == '\r' && at + 1 == text_.size() && !ended_) {
      return Found::incomplete;
    } else if (c == '\r' && (at + 1 == text_.size() || text_[at + 1] == '\n')) {
      at = std::min(at + 2, text_.size());
      return Found::record;
    } else if (closed) {
      return Found::bad_quote;
    } else {
      field += c;
      ++at;
    }
  }
  if (!ended_) return Found::incomplete;
  return quoted ? Found::bad_quote : Found::record;
}

void CsvReader::take(CsvRecord& record, std::size_t until) {
  const std::string_view raw = std::string_view(text_).substr(at_, until - at_);
  record.line = line_;
  record.raw = beginning_of(raw.substr(0, raw.find_last_not_of("\r\n") + 1), kRawMax);
  if (record.mistake.empty() &&
      (!clean_utf8(raw) || raw.find(kReplacement) != std::string_view::npos))
    record.mistake = "bad_encoding";
  line_ += std::count(raw.begin(), raw.end(), '\n');
  at_ = until;
}

CsvRecord CsvReader::bad_line(const char* mistake) {
  CsvRecord record;
  record.mistake = mistake;
  const auto end = text_.find('\n', at_);
  take(record, end == std::string::npos ? text_.size() : end + 1);
  return record;
}

std::optional<CsvRecord> CsvReader::next() {
  if (!begun_) {
    if (text_.size() - at_ < kMark.size() && !ended_) return std::nullopt;
    begun_ = true;
    if (std::string_view(text_).substr(at_).starts_with(kMark)) at_ += kMark.size();
  }
  while (at_ < text_.size()) {
    CsvRecord record;
    std::size_t end = at_;
    const Found found = scan(end, record.fields);
    if (found == Found::bad_quote) return bad_line("bad_quote");
    if (found == Found::incomplete || end - at_ > kRecordMax) {
      if (end - at_ <= kRecordMax) return std::nullopt;
      // A line break is there, or the quote has swallowed what follows: give up the first line.
      if (text_.find('\n', at_) != std::string::npos || ended_) return bad_line("too_long");
      if (text_.size() - at_ > 16 * kRecordMax) return bad_line("too_long");
      return std::nullopt;
    }
    // Spreadsheets leave lines of nothing but separators behind.
    const bool blank =
        std::all_of(record.fields.begin(), record.fields.end(), [](const std::string& field) {
          return field.find_first_not_of(" \t") == std::string::npos;
        });
    take(record, end);
    if (!blank) return record;
  }
  return std::nullopt;
}

}  // namespace firsthand::codec
