// SPDX-License-Identifier: Apache-2.0
// Rule documents as TOML and as JSON: the same tree, the same rules, mistakes with their line.
#include "config/document.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "config/defaults.hpp"

namespace firsthand::config {
namespace {

constexpr const char* kDocuments[] = {
    "calendars", "ladders",    "policies", "departments", "categories",   "queues", "callbacks",
    "accounts",  "complaints", "letters",  "tiers",       "call_sources", "shifts"};

std::map<std::string, std::string> shipped(bool as_json) {
  std::map<std::string, std::string> bodies;
  for (const std::string name : kDocuments) {
    const auto path = std::filesystem::path{FIRSTHAND_DEFAULTS} / (name + ".toml");
    std::string body = read_file(path).value();
    bodies[name] = as_json ? to_json(parse_document(body, name).value()) : body;
  }
  return bodies;
}

bool same(const Value& a, const Value& b) {
  if (a.data.index() != b.data.index()) return false;
  if (const Table* table = a.table()) {
    const Table& other = *b.table();
    if (table->size() != other.size()) return false;
    for (const auto& [key, value] : *table) {
      const auto found = other.find(key);
      if (found == other.end() || !same(value, found->second)) return false;
    }
    return true;
  }
  if (const Array* list = a.array()) {
    const Array& other = *b.array();
    if (list->size() != other.size()) return false;
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (!same((*list)[i], other[i])) return false;
    }
    return true;
  }
  if (const auto* text = a.text()) return *text == *b.text();
  if (const auto* number = std::get_if<std::int64_t>(&a.data)) {
    return *number == std::get<std::int64_t>(b.data);
  }
  if (const auto* real = std::get_if<double>(&a.data)) return *real == std::get<double>(b.data);
  return std::get<bool>(a.data) == std::get<bool>(b.data);
}

TEST(Document, the_shipped_documents_mean_the_same_as_json) {
  const auto from_files = load_defaults(FIRSTHAND_DEFAULTS);
  const auto from_toml = load_documents(shipped(false));
  const auto from_json = load_documents(shipped(true));
  ASSERT_TRUE(from_files) << from_files.error().text();
  ASSERT_TRUE(from_toml) << from_toml.error().text();
  ASSERT_TRUE(from_json) << from_json.error().text();
  EXPECT_EQ(from_files->calendars, from_toml->calendars);
  EXPECT_TRUE(from_files->rules == from_toml->rules);
  EXPECT_EQ(from_files->calendars, from_json->calendars);
  EXPECT_TRUE(from_files->rules == from_json->rules);
}

TEST(Document, what_is_written_is_read_back) {
  for (const auto& [name, body] : shipped(false)) {
    const Value value = parse_document(body, name).value();
    const auto again = parse_document(to_json(value), name);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_TRUE(same(value, *again)) << name;
    EXPECT_EQ(to_json(value), to_json(*again));
  }
  const auto odd = parse_json(R"({"text": "\"\\\n\u00e9 中", "real": 0.25, "big": -9007199254740993,
                                  "no": false, "none": {}, "empty": []})",
                              "odd");
  ASSERT_TRUE(odd) << odd.error().text();
  EXPECT_TRUE(same(*odd, parse_json(to_json(*odd), "odd").value())) << to_json(*odd);
}

TEST(Document, null_is_an_absent_entry) {
  const auto value = parse_json(R"({"a": null, "b": [1], "c": {"d": null}})", "x").value();
  EXPECT_EQ(to_json(value), "{\"b\": [1], \"c\": {}}\n");
}

struct Mistake {
  const char* name;
  const char* text;
  int line;
  const char* reason;
};
void PrintTo(const Mistake& row, std::ostream* out) {
  *out << row.name;
}
class DocumentMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(DocumentMistakes, are_told_with_their_line) {
  const Mistake& row = GetParam();
  const auto read = parse_document(row.text, "doc");
  ASSERT_FALSE(read);
  const Error first = read.error().list.front();
  EXPECT_EQ(first.file, "doc");
  EXPECT_EQ(first.line, row.line) << first.reason;
  EXPECT_NE(first.reason.find(row.reason), std::string::npos) << first.reason;
}

INSTANTIATE_TEST_SUITE_P(
    Json, DocumentMistakes,
    testing::Values(Mistake{"open_end", "{\n\"a\": 1,\n\"b\": ", 3, "not valid JSON"},
                    Mistake{"no_quotes", "{\n\"a\": 1,\nb: 2}", 3, "not valid JSON"},
                    Mistake{"two_roots", "{}\n\n{}", 3, "not valid JSON"},
                    Mistake{"text_after_the_root", "{} x", 1, "not valid JSON"},
                    Mistake{"key_twice", "{\"a\": 1,\n\"a\": 2}", 2, "\"a\" appears twice"},
                    Mistake{"null_in_a_list", "{\"a\": [\n1,\nnull]}", 3, "null"},
                    Mistake{"number_too_large", "{\n\"a\": 18446744073709551615}", 2, "too large"},
                    Mistake{"too_deep", "{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}", 1,
                            "not valid JSON"},
                    Mistake{"bad_utf8", "{\n\"a\": \"\xff\"}", 2, "not valid JSON"},
                    Mistake{"toml", "a = 1\nb = = 2", 2, "not valid TOML"}),
    [](const auto& row) { return row.param.name; });

TEST(Document, a_value_knows_its_line_and_path) {
  auto bodies = shipped(true);
  std::string& queues = bodies["queues"];
  const auto found = queues.find("\"max_wait\"");
  ASSERT_NE(found, std::string::npos);
  queues.replace(found, 10, "\n\"maxwait\"");
  const auto loaded = load_documents(bodies);
  ASSERT_FALSE(loaded);
  const Error error = loaded.error().list.front();
  EXPECT_EQ(error.file, "queues");
  EXPECT_GT(error.line, 1);
  EXPECT_NE(error.key.find("queue["), std::string::npos);
}

TEST(Document, names_the_document_where_a_file_would_be_named) {
  auto bodies = shipped(false);
  bodies.erase("ladders");
  bodies["policies"] = "{}";
  const auto loaded = load_documents(bodies);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().text(),
            "ladders: there is no such document\npolicies:1: policy: at least one is needed\n");
  bodies = shipped(false);
  auto& calendars = bodies["calendars"];
  calendars.replace(calendars.find("china-hotline"), 13, "hotline");
  const auto torn = load_documents(bodies);
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().list.front().file, "policies");
}

TEST(Document, a_mistake_keeps_its_values_apart_from_its_sentence) {
  const Reason plain = why::missing;
  EXPECT_EQ(plain.code, "missing");
  EXPECT_EQ(plain.sentence, "is missing");
  EXPECT_TRUE(plain.values.empty());
  // In any order, and what stands in a value is no blank.
  const Reason filled{why::out_of_bounds, {{"max", "{min}"}, {"min", "3"}}};
  EXPECT_EQ(filled.sentence, "must be from 3 to {min}");
  const Reason words{why::none_of, {{"written", "{customer}"}, {"known", "name, number"}}};
  EXPECT_EQ(words.sentence, "\"{customer}\" is not one of: name, number");
  EXPECT_EQ(words.values, (std::vector<std::pair<std::string, std::string>>{
                              {"written", "{customer}"}, {"known", "name, number"}}));
}

TEST(Document, a_body_has_a_limit) {
  EXPECT_FALSE(parse_document(std::string(kFileBytesMax, ' ') + "{}", "big"));
  EXPECT_TRUE(parse_document("{" + std::string(kFileBytesMax - 2, ' ') + "}", "big"));
}

}  // namespace
}  // namespace firsthand::config
