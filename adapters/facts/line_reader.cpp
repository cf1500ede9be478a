// SPDX-License-Identifier: Apache-2.0
#include "adapters/facts/line_reader.hpp"

#include "adapters/facts/amounts.hpp"

namespace firsthand::facts {
namespace {

codec::ToUtf8 converter(const std::string& encoding) {
  auto made = codec::ToUtf8::from(encoding);
  return made ? std::move(*made) : std::move(*codec::ToUtf8::from("utf-8"));
}

Mistake broken(const std::string& code) {
  if (code == "bad_quote") return {code, "A quote is opened or closed in the wrong place.", ""};
  if (code == "too_long") return {code, "The line is too long.", ""};
  return {code, "The line holds characters that are not of the file's encoding.", ""};
}

}  // namespace

const std::string& Line::at(std::string_view field) const {
  static const std::string none;
  const auto found = values.find(field);
  return found == values.end() ? none : found->second;
}

LineReader::LineReader(Mapping mapping, FileKind kind, ReadPiece read_piece)
    : mapping_(std::move(mapping)),
      kind_(kind),
      read_piece_(std::move(read_piece)),
      to_utf8_(converter(mapping_.encoding)),
      csv_(mapping_.separator) {}

std::optional<codec::CsvRecord> LineReader::record() {
  while (true) {
    if (auto found = csv_.next()) return found;
    if (ended_) return std::nullopt;
    const std::string piece = read_piece_();
    bytes_ += static_cast<std::int64_t>(piece.size());
    if (piece.empty()) {
      csv_.feed(to_utf8_.finish());
      csv_.end();
      ended_ = true;
    } else {
      csv_.feed(to_utf8_.read(piece));
    }
  }
}

config::Checked<void> LineReader::open() {
  const auto header = record();
  config::Errors errors;
  if (!header) {
    errors.add("", "", "the file is empty");
  } else if (!header->mistake.empty()) {
    errors.add("", "", broken(header->mistake).sentence, 1);
  }
  if (!errors.empty()) return errors;
  auto places = places_of(mapping_, kind_, header->fields);
  if (!places) return places.error();
  places_ = std::move(*places);
  return {};
}

std::optional<Line> LineReader::next() {
  const auto found = record();
  if (!found) return std::nullopt;
  Line line;
  line.number = found->line;
  line.raw = found->raw;
  if (!found->mistake.empty()) {
    line.mistake = broken(found->mistake);
    return line;
  }
  const auto& fields = fields_of(kind_);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string name = fields[i].name;
    const int place = places_[i];
    std::string value;
    if (place >= 0 && static_cast<std::size_t>(place) < found->fields.size())
      value = std::string(trimmed(found->fields[static_cast<std::size_t>(place)]));
    if (const auto constant = mapping_.constants.find(name);
        value.empty() && constant != mapping_.constants.end())
      value = constant->second;
    if (const auto words = mapping_.words.find(name); words != mapping_.words.end()) {
      if (const auto word = words->second.find(value); word != words->second.end())
        value = word->second;
    }
    if (value.empty() && fields[i].required && !line.mistake)
      line.mistake = Mistake{"missing", "This field is empty.", name};
    if (!value.empty()) line.values.emplace(name, std::move(value));
  }
  return line;
}

}  // namespace firsthand::facts
