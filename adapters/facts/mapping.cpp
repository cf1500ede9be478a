// SPDX-License-Identifier: Apache-2.0
#include "adapters/facts/mapping.hpp"

#include <algorithm>

#include "adapters/codec/to_utf8.hpp"
#include "adapters/facts/amounts.hpp"
#include "config/document.hpp"

namespace firsthand::facts {
namespace {

using config::Errors;
using config::Table;
using config::Value;

constexpr std::size_t kNameMax = 200;

const Field* field(FileKind kind, std::string_view name) {
  for (const Field& each : fields_of(kind))
    if (name == each.name) return &each;
  return nullptr;
}

class MappingReader {
 public:
  MappingReader(FileKind kind, const std::string& file, Errors& errors)
      : kind_(kind), file_(file), errors_(errors) {}

  Mapping read(const Table& table) {
    Mapping mapping;
    for (const auto& [key, value] : table) {
      if (key == "columns") {
        texts(key, value, mapping.columns);
      } else if (key == "constants") {
        texts(key, value, mapping.constants);
      } else if (key == "words") {
        words(value, mapping);
      } else {
        setting(key, value, mapping);
      }
    }
    return mapping;
  }

 private:
  void fail(const std::string& key, const Value& value, std::string reason) {
    errors_.add(file_, key, std::move(reason), value.line);
  }

  void setting(const std::string& key, const Value& value, Mapping& mapping) {
    const std::string* text = value.text();
    if (!text) return fail(key, value, "is not a text");
    if (key == "source") {
      mapping.source = *text;
    } else if (key == "encoding") {
      mapping.encoding = *text;
      if (!codec::ToUtf8::from(*text)) fail(key, value, "is not utf-8 or gb18030");
    } else if (key == "separator") {
      const std::string one = *text == "tab" ? "\t" : *text;
      if (one != "," && one != ";" && one != "\t" && one != "|")
        return fail(key, value, "is not one of , ; | tab");
      mapping.separator = one.front();
    } else if (key == "date_format") {
      mapping.date_format = *text;
      if (!known_date_format(*text)) fail(key, value, "is not a form such as yyyy-mm-dd");
    } else if (key == "decimal") {
      if (*text != "." && *text != ",") return fail(key, value, "is not . or ,");
      mapping.decimal = text->front();
    } else if (key == "currency") {
      mapping.currency = *text;
    } else {
      fail(key, value, "is not known here");
    }
  }

  void texts(const std::string& where, const Value& value,
             std::map<std::string, std::string, std::less<>>& into) {
    const Table* table = value.table();
    if (!table) return fail(where, value, "is not a table");
    for (const auto& [name, written] : *table) {
      const std::string* text = written.text();
      if (!field(kind_, name)) {
        fail(where + "." + name, written, "there is no such field");
      } else if (!text || text->size() > kNameMax) {
        fail(where + "." + name, written, "is not a short text");
      } else {
        into[name] = std::string(trimmed(*text));
      }
    }
  }

  void words(const Value& value, Mapping& mapping) {
    const Table* table = value.table();
    if (!table) return fail("words", value, "is not a table");
    for (const auto& [name, list] : *table) {
      if (!field(kind_, name) || !list.table()) {
        fail("words." + name, list, "there is no such field");
        continue;
      }
      for (const auto& [theirs, ours] : *list.table()) {
        if (!ours.text()) {
          fail("words." + name + "." + theirs, ours, "is not a text");
        } else {
          mapping.words[name][theirs] = *ours.text();
        }
      }
    }
  }

  FileKind kind_;
  const std::string& file_;
  Errors& errors_;
};

}  // namespace

const std::vector<Field>& fields_of(FileKind kind) {
  static const std::vector<Field> customers{
      {"external_id", true}, {"name", true},     {"kind", false},
      {"numbers", false},    {"email", false},   {"address", false},
      {"language", false},   {"product", false}, {"account_owner", false}};
  static const std::vector<Field> facts{
      {"external_id", true}, {"kind", true},     {"customer", true}, {"on_date", true},
      {"amount", true},      {"due_on", false},  {"ends_on", false}, {"cost", false},
      {"currency", false},   {"settles", false}, {"title", false}};
  static const std::vector<Field> totals{
      {"customer", true}, {"invoiced", true}, {"received", true}, {"due", false}};
  switch (kind) {
    case FileKind::customers: return customers;
    case FileKind::facts: return facts;
    case FileKind::totals: break;
  }
  return totals;
}

config::Checked<Mapping> read_mapping(std::string_view text, FileKind kind,
                                      const std::string& name) {
  Mapping mapping;
  if (trimmed(text).empty()) return mapping;
  const auto document = config::parse_document(text, name);
  if (!document) return document.error();
  Errors errors;
  if (const Table* table = document->table()) {
    mapping = MappingReader(kind, name, errors).read(*table);
  } else {
    errors.add(name, "", "is not a mapping");
  }
  if (!errors.empty()) return errors;
  return mapping;
}

config::Checked<std::vector<int>> places_of(const Mapping& mapping, FileKind kind,
                                            const std::vector<std::string>& header) {
  Errors errors;
  std::vector<int> places;
  for (const Field& each : fields_of(kind)) {
    const auto named = mapping.columns.find(each.name);
    const std::string wanted = named == mapping.columns.end() ? each.name : named->second;
    const auto found = std::find_if(header.begin(), header.end(), [&](const std::string& column) {
      return trimmed(column) == wanted;
    });
    places.push_back(found == header.end() ? -1 : static_cast<int>(found - header.begin()));
    const bool constant = mapping.constants.contains(each.name);
    const bool missed = named != mapping.columns.end() || each.required;
    if (found == header.end() && missed && !constant)
      errors.add("", each.name, "there is no column \"" + wanted + "\"", 1);
  }
  if (!errors.empty()) return errors;
  return places;
}

}  // namespace firsthand::facts
