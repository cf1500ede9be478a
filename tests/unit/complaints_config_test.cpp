// SPDX-License-Identifier: Apache-2.0
// The tree of categories, the rules of the complaint record, and the letters.
#include <gtest/gtest.h>

#include "config/company.hpp"
#include "config/complaints.hpp"
#include "config/defaults.hpp"
#include "config/document.hpp"

namespace firsthand::config {
namespace {

std::string category(const std::string& code, const std::string& more) {
  return "[[category]]\ncode = \"" + code +
         "\"\nname_zh = \"名\"\nname_en = \"name\"\npinyin = \"m\"\n" + more + "\n";
}
Checked<std::vector<Category>> categories(const std::string& text) {
  return read_categories(*parse_document(text, "categories.toml"), "categories.toml");
}
std::string mistakes(const std::string& text) {
  const auto read = categories(text);
  return read ? "" : read.error().text();
}

TEST(CategoryTree, a_category_takes_from_above_what_it_leaves_open) {
  const auto read =
      categories(category("a", "department = \"repair\"\nseverity = 3\ncallback = \"two_hours\"") +
                 category("b", "parent = \"a\"\nseverity = 4") + category("c", "parent = \"b\""));
  ASSERT_TRUE(read) << read.error().text();
  const Category& c = (*read)[2];
  EXPECT_EQ(c.parent, "b");
  EXPECT_EQ(c.department, "repair");
  EXPECT_EQ(c.default_severity, 4);
  EXPECT_EQ(c.default_callback, "two_hours");
}

TEST(CategoryTree, a_parent_exists_and_no_way_leads_back) {
  const std::string severe = "severity = 1\n";
  EXPECT_NE(mistakes(category("a", severe + "parent = \"z\"")).find("there is no category \"z\""),
            std::string::npos);
  EXPECT_NE(mistakes(category("a", severe + "parent = \"a\"")).find("leads back"),
            std::string::npos);
  EXPECT_NE(
      mistakes(category("a", severe + "parent = \"b\"") + category("b", severe + "parent = \"a\""))
          .find("leads back"),
      std::string::npos);
  const std::string three =
      category("a", severe) + category("b", "parent = \"a\"") + category("c", "parent = \"b\"");
  EXPECT_EQ(mistakes(three), "");
  EXPECT_NE(mistakes(three + category("d", "parent = \"c\"")).find("more than 3 levels"),
            std::string::npos);
}

TEST(CategoryTree, a_severity_is_given_somewhere) {
  EXPECT_NE(mistakes(category("a", "")).find("category[0].severity"), std::string::npos);
  EXPECT_NE(
      mistakes(category("a", "") + category("b", "parent = \"a\"")).find("category[1].severity"),
      std::string::npos);
}

TEST(CategoryTree, no_policy_waits_for_cases_of_a_group) {
  auto defaults = load_defaults(FIRSTHAND_DEFAULTS);
  ASSERT_TRUE(defaults) << defaults.error().text();
  defaults->rules.policies.front().when.categories = {"wx"};
  EXPECT_NE(check_references(*defaults).text().find("is a group"), std::string::npos);
}

TEST(ComplaintRules, the_lists_that_are_shipped_are_read) {
  const auto defaults = load_defaults(FIRSTHAND_DEFAULTS);
  ASSERT_TRUE(defaults) << defaults.error().text();
  const ComplaintRules& rules = defaults->rules.complaints;
  EXPECT_EQ(rules.compensation_limit_cents, 50000);
  EXPECT_EQ(rules.currency, "CNY");
  EXPECT_FALSE(rules.remedies.empty());
  EXPECT_FALSE(rules.root_causes.empty());
  EXPECT_FALSE(rules.regulators.empty());
  ASSERT_EQ(defaults->letters.size(), 2u);
}

TEST(ComplaintRules, mistakes_are_named) {
  const auto said = [](const std::string& text) {
    const auto read = read_complaints(*parse_document(text, "complaints.toml"), "complaints.toml");
    return read ? "" : read.error().text();
  };
  EXPECT_NE(said("compensation_limit_cents = -1").find("compensation_limit_cents"),
            std::string::npos);
  EXPECT_NE(said("currency = \"yuan\"").find("currency"), std::string::npos);
  EXPECT_NE(said("repeat_days = 31").find("repeat_days"), std::string::npos);
  const std::string twice = "[[remedy]]\ncode = \"x\"\nname_zh = \"名\"\nname_en = \"n\"\n";
  EXPECT_NE(said(twice + twice).find("used twice"), std::string::npos);
}

TEST(Letters, only_words_that_a_case_has_are_filled_in) {
  const auto said = [](const std::string& body) {
    const std::string text =
        "[[letter]]\nlanguage = \"en\"\ntitle = \"t\"\nbody = \"" + body + "\"";
    const auto read = read_letters(*parse_document(text, "letters.toml"), "letters.toml");
    return read ? "" : read.error().text();
  };
  EXPECT_EQ(said("Dear {customer}"), "");
  EXPECT_NE(said("Dear {custmer}").find("custmer"), std::string::npos);
  EXPECT_NE(said("Dear {customer").find("not closed"), std::string::npos);
}

TEST(Letters, what_is_filled_in_is_not_read_for_braces) {
  const std::map<std::string, std::string> words{{"customer", "{number}"}, {"number", "7"}};
  EXPECT_EQ(fill_in("{customer}/{number}/{remedy}.", words), "{number}/7/.");
}

}  // namespace
}  // namespace firsthand::config
