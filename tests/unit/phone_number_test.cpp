// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/phone_number.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace firsthand::telephony {
namespace {

// "e164 +8613800138000 x8001"
std::string said(const PhoneNumber& phone) {
  std::string text{to_string(phone.kind)};
  if (!phone.number.empty()) text += " " + phone.number;
  if (!phone.extension.empty()) text += " x" + phone.extension;
  return text;
}

struct Row {
  const char* written;
  const char* wanted;
};

TEST(PhoneNumber, ReadsWhatIsWrittenInChina) {
  const Row rows[] = {
      {"13800138000", "e164 +8613800138000"},
      {"138 0013 8000", "e164 +8613800138000"},
      {"138-0013-8000", "e164 +8613800138000"},
      {"013800138000", "e164 +8613800138000"},
      {"8613800138000", "e164 +8613800138000"},
      {"+86 138 0013 8000", "e164 +8613800138000"},
      {"0086 138 0013 8000", "e164 +8613800138000"},
      {"(+86)13800138000", "e164 +8613800138000"},
      {"１３８００１３８０００", "e164 +8613800138000"},
      {"＋８６－１３８－００１３－８０００", "e164 +8613800138000"},
      {"010-62345678", "e164 +861062345678"},
      {"（010）62345678", "e164 +861062345678"},
      {"(010) 6234 5678", "e164 +861062345678"},
      {"+86 010 6234 5678", "e164 +861062345678"},
      {"86-10-62345678", "e164 +861062345678"},
      {"0755-2345678", "e164 +867552345678"},
      {"0755 23456789", "e164 +8675523456789"},
      {"021-62345678", "e164 +862162345678"},
      {"0991-2345678", "e164 +869912345678"},
      {"010-62345678转8001", "e164 +861062345678 x8001"},
      {"010-62345678 转 8001", "e164 +861062345678 x8001"},
      {"010-62345678轉8001", "e164 +861062345678 x8001"},
      {"010-62345678分机8001", "e164 +861062345678 x8001"},
      {"010-62345678 ext. 8001", "e164 +861062345678 x8001"},
      {"010-62345678 Ext8001", "e164 +861062345678 x8001"},
      {"010-62345678x8001", "e164 +861062345678 x8001"},
      {"010-62345678#8001", "e164 +861062345678 x8001"},
      {"010-62345678-8001", "e164 +861062345678 x8001"},
      {"tel:+86-10-62345678;ext=8001", "e164 +861062345678 x8001"},
      {"95588", "short_code 95588"},
      {"110", "short_code 110"},
      {"12345", "short_code 12345"},
      {"96110", "short_code 96110"},
      {"+8695588", "short_code 95588"},
      {"400-810-8888", "short_code 4008108888"},
      {"4008108888", "short_code 4008108888"},
      {"+86 400 810 8888", "short_code 4008108888"},
      {"800-810-8888", "short_code 8008108888"},
      {"400-810-8888转3", "short_code 4008108888 x3"},
      {"8001", "short_code 8001"},
      {"62345678", "short_code 62345678"},
      {"sip:+8613800138000@192.0.2.7;user=phone", "e164 +8613800138000"},
      {"sip:%2B8613800138000@pbx.example", "e164 +8613800138000"},
      {"\"Li Si\" <sip:13800138000@192.0.2.7:5060>", "e164 +8613800138000"},
      {"sips:95588@pbx.example", "short_code 95588"},
      {"tel:62345678;phone-context=+8610", "e164 +861062345678"},
      {"+1 201 555 0123", "e164 +12015550123"},
      {"001 201 555 0123", "e164 +12015550123"},
      {"00852 5123 4567", "e164 +85251234567"},
      {"+44 (0)20 7946 0000", "e164 +442079460000"},
      {"anonymous", "withheld"},
      {"Anonymous", "withheld"},
      {"sip:anonymous@anonymous.invalid", "withheld"},
      {"Restricted", "withheld"},
      {"unavailable", "withheld"},
      {"匿名", "withheld"},
      {"未知", "withheld"},
      {"", "invalid"},
      {"   ", "invalid"},
      {"+", "invalid"},
      {"zhang@example.com", "invalid"},
      {"sip:zhang@example.com", "invalid"},
      {"1380013800", "invalid"},
      {"138001380001", "invalid"},
      {"12800138000", "invalid"},
      {"+999123456789", "invalid"},
      {"138;00138000", "invalid"},
      {"13800138000&PJSIP/1001", "invalid"},
      {"13800138000@trunk", "invalid"},
      {"1380+0138000", "invalid"},
      {"123456789012345678901234567890", "invalid"},
  };
  for (const Row& row : rows) EXPECT_EQ(said(parse_phone(row.written)), row.wanted) << row.written;
}

TEST(PhoneNumber, CompletesLocalNumbersOfTheTrunk) {
  const NumberContext beijing{"CN", "10"};
  EXPECT_EQ(said(parse_phone("62345678", beijing)), "e164 +861062345678");
  EXPECT_EQ(said(parse_phone("95588", beijing)), "short_code 95588");
  EXPECT_EQ(said(parse_phone("8001", beijing)), "short_code 8001");
  EXPECT_EQ(said(parse_phone("2345678", {"CN", "755"})), "e164 +867552345678");
  EXPECT_EQ(said(parse_phone("030 123456", {"DE", ""})), "e164 +4930123456");
  EXPECT_EQ(said(parse_phone("110", {"DE", ""})), "short_code 110");
  EXPECT_EQ(said(parse_phone("911", {"US", ""})), "short_code 911");
}

TEST(PhoneNumber, ReadsSeveralInOneField) {
  const auto list = [](const char* written) {
    std::string text;
    for (const PhoneNumber& phone : parse_phones(written)) text += said(phone) + "; ";
    return text;
  };
  EXPECT_EQ(list("010-62345678/13800138000"), "e164 +861062345678; e164 +8613800138000; ");
  EXPECT_EQ(list("010-62345678/79"), "e164 +861062345678; e164 +861062345679; ");
  EXPECT_EQ(list("010-62345678／9"), "e164 +861062345678; e164 +861062345679; ");
  EXPECT_EQ(list("13800138000、13900139000"), "e164 +8613800138000; e164 +8613900139000; ");
  EXPECT_EQ(list("13800138000；13900139000"), "e164 +8613800138000; e164 +8613900139000; ");
  EXPECT_EQ(list("13800138000或13900139000"), "e164 +8613800138000; e164 +8613900139000; ");
  EXPECT_EQ(list("13800138000, +86 13800138000, nobody"), "e164 +8613800138000; ");
  EXPECT_EQ(list("tel:+861062345678;ext=8001/95588"),
            "e164 +861062345678 x8001; short_code 95588; ");
  EXPECT_EQ(list("anonymous"), "");
  std::string many;
  for (int i = 0; i < 40; ++i) many += "138001380" + std::to_string(10 + i) + "/";
  EXPECT_LE(parse_phones(many).size(), 16U);
}

TEST(PhoneNumber, DialsOnlyDigits) {
  const PhoneNumber mobile = parse_phone("13800138000");
  const PhoneNumber fixed = parse_phone("010-62345678转8001");
  EXPECT_EQ(dial_digits(mobile, DialStyle::e164), "+8613800138000");
  EXPECT_EQ(dial_digits(mobile, DialStyle::e164_digits), "8613800138000");
  EXPECT_EQ(dial_digits(mobile, DialStyle::national), "13800138000");
  EXPECT_EQ(dial_digits(fixed, DialStyle::national), "01062345678");
  EXPECT_EQ(dial_digits(parse_phone("+12015550123"), DialStyle::national), "0012015550123");
  EXPECT_EQ(dial_digits(parse_phone("+4930123456"), DialStyle::national, {"DE", ""}), "030123456");
  EXPECT_EQ(dial_digits(parse_phone("95588"), DialStyle::e164), "95588");
  EXPECT_EQ(dial_digits(parse_phone("anonymous"), DialStyle::e164), std::nullopt);
  EXPECT_EQ(dial_digits(parse_phone("nobody"), DialStyle::e164), std::nullopt);
  // Even a number that never went through parse_phone cannot smuggle anything in.
  for (const char* bad :
       {"+86138@x", "138&PJSIP/1001", "13800138000/x", "+", "", "++86138", "1 3"}) {
    EXPECT_EQ(dial_digits({bad, "", PhoneKind::e164}, DialStyle::e164), std::nullopt) << bad;
    EXPECT_EQ(dial_digits({bad, "", PhoneKind::short_code}, DialStyle::national), std::nullopt)
        << bad;
  }
}

TEST(PhoneNumber, HidesTheMiddle) {
  EXPECT_EQ(mask_phone("13812345678"), "138****5678");
  EXPECT_EQ(mask_phone("+8613812345678"), "+86138****5678");
  EXPECT_EQ(mask_phone("95588"), "9**88");
  EXPECT_EQ(mask_phone("110"), "***");
  EXPECT_EQ(mask_phone(""), "");
}

TEST(PhoneNumber, WrittenTwiceIsTheSame) {
  for (const char* written : {"13800138000", "010-62345678", "+1 201 555 0123", "95588"}) {
    const PhoneNumber once = parse_phone(written);
    EXPECT_EQ(parse_phone(once.number), once) << written;
  }
}

// Rows that another library made (tests/fixtures/phone): every region's example number.
TEST(PhoneNumber, AgreesWithTheOracle) {
  std::ifstream file(std::string{FIRSTHAND_PHONE_FIXTURES} + "/oracle.tsv");
  std::set<std::string> regions;
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::string region, style, written, wanted;
    std::getline(fields, region, '\t');
    std::getline(fields, style, '\t');
    std::getline(fields, written, '\t');
    std::getline(fields, wanted, '\t');
    // "idd" is written as China dials abroad.
    const PhoneNumber phone = parse_phone(written, {style == "idd" ? "CN" : region, ""});
    EXPECT_EQ(phone.number, wanted) << line;
    EXPECT_EQ(phone.kind, PhoneKind::e164) << line;
    regions.insert(region);
    ++rows;
  }
  EXPECT_GE(regions.size(), 240U);
  EXPECT_GE(rows, 900);
}

}  // namespace
}  // namespace firsthand::telephony
