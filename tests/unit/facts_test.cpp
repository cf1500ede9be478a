// SPDX-License-Identifier: Apache-2.0
// What other systems export, read line by line: quotes and encodings, amounts and days, mappings.
#include <gtest/gtest.h>

#include "adapters/facts/amounts.hpp"
#include "adapters/facts/lines.hpp"

namespace firsthand::facts {
namespace {

std::vector<codec::CsvRecord> records(std::string_view text, std::size_t piece = 1000) {
  codec::CsvReader reader;
  std::vector<codec::CsvRecord> out;
  const auto drain = [&] {
    while (auto record = reader.next()) out.push_back(std::move(*record));
  };
  for (std::size_t at = 0; at < text.size(); at += piece) {
    reader.feed(text.substr(at, piece));
    drain();
  }
  reader.end();
  drain();
  return out;
}

std::string shown(const std::vector<codec::CsvRecord>& list) {
  std::string out;
  for (const auto& record : list) {
    out += std::to_string(record.line) + ":";
    if (!record.mistake.empty()) out += "!" + record.mistake;
    for (std::size_t i = 0; record.mistake.empty() && i < record.fields.size(); ++i)
      out += (i ? "|" : "") + record.fields[i];
    out += ";";
  }
  return out;
}

TEST(CsvReader, ReadsQuotesLineBreaksAndBothLineEndsHoweverTheTextIsCut) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a,b,c\r\n1,\"x, \"\"y\"\"\",\"two\nlines\"\n\n,,\r\n\"\",é中,last";
  const std::string wanted = "1:a|b|c;2:1|x, \"y\"|two\nlines;6:|é中|last;";
  for (std::size_t piece = 1; piece <= text.size(); ++piece)
    EXPECT_EQ(shown(records(text, piece)), wanted) << piece;
}

TEST(CsvReader, OneBadLineCostsOneLine) {
  EXPECT_EQ(shown(records("a,b\n\"x\"y,1\n2,3\n")), "1:a|b;2:!bad_quote;3:2|3;");
  EXPECT_EQ(shown(records("a,b\n\"never closed,1\n2,3\n4,5")), "1:a|b;2:!bad_quote;3:2|3;4:4|5;");
  EXPECT_EQ(shown(records("a\n\xFF\xFE\nb\n")), "1:a;2:!bad_encoding;3:b;");
  EXPECT_EQ(shown(records(std::string("a\nx\0y\nb\n", 8))), "1:a;2:!bad_encoding;3:b;");
  EXPECT_EQ(shown(records("a\n\xED\xA0\x80\nb")), "1:a;2:!bad_encoding;3:b;") << "a surrogate";
  const std::string long_line(codec::CsvReader::kRecordMax + 10, 'x');
  EXPECT_EQ(shown(records("a\n" + long_line + "\nb\n", 4096)), "1:a;2:!too_long;3:b;");
  // A quote inside a field is not one that opens it.
  EXPECT_EQ(shown(records("5\" pipe,1\n")), "1:5\" pipe|1;");
  const auto raw = records("x\n\"bad\"line,中中中\n");
  EXPECT_EQ(raw.at(1).raw, "\"bad\"line,中中中");
}

TEST(Amounts, AreReadAsPeopleWriteThem) {
  const std::vector<std::tuple<const char*, char, std::int64_t>> good{{"0", '.', 0},
                                                                      {"12", '.', 1200},
                                                                      {"12.3", '.', 1230},
                                                                      {"1,234.50", '.', 123450},
                                                                      {"1.234,50", ',', 123450},
                                                                      {"-0.05", '.', -5},
                                                                      {"(5.00)", '.', -500},
                                                                      {"¥ 12.30", '.', 1230},
                                                                      {"￥-1", '.', -100},
                                                                      {"-¥1", '.', -100},
                                                                      {"1 234 567", '.', 123456700},
                                                                      {"12.340000", '.', 1234},
                                                                      {"+7", '.', 700},
                                                                      {"12.", '.', 1200}};
  for (const auto& [text, decimal, cents] : good)
    EXPECT_EQ(parse_cents(text, decimal), cents) << text;
  for (const char* bad : {"", "-", "abc", "12,50", "1.234.5", "1.005", "12.3.4", "1,23", "1e3",
                          "--1", "99999999999999", ".5", "1,,000", "１２"})
    EXPECT_FALSE(parse_cents(bad)) << bad;
}

TEST(Days, AreThoseThatExist) {
  EXPECT_EQ(parse_day("2026-01-31", "yyyy-mm-dd"), parse_date("2026-01-31"));
  EXPECT_EQ(parse_day("2026/1/5", "yyyy/mm/dd"), parse_date("2026-01-05"));
  EXPECT_EQ(parse_day("5.1.2026", "dd.mm.yyyy"), parse_date("2026-01-05"));
  EXPECT_EQ(parse_day("20260105", "yyyymmdd"), parse_date("2026-01-05"));
  EXPECT_EQ(parse_day("2026年1月5日", "yyyy年mm月dd日"), parse_date("2026-01-05"));
  EXPECT_EQ(parse_day("2026-01-05 00:00:00", "yyyy-mm-dd"), parse_date("2026-01-05"));
  EXPECT_EQ(parse_day("2024-02-29", "yyyy-mm-dd"), parse_date("2024-02-29"));
  for (const char* bad : {"2026-02-29", "2026-13-01", "2026-1-", "26-01-05", "2026-01-05x",
                          "1889-01-01", "", "0000-00-00"})
    EXPECT_FALSE(parse_day(bad, "yyyy-mm-dd")) << bad;
  EXPECT_FALSE(parse_day("202615", "yyyymmdd"));
  EXPECT_FALSE(known_date_format("d/m/y"));
}

TEST(Mappings, SayWhatIsWrongWithThem) {
  EXPECT_TRUE(read_mapping("", FileKind::facts, "m"));
  const auto wrong = read_mapping(
      "encoding = \"latin\"\nseparator = \"x\"\ndate_format = \"d\"\nfoo = 1\n[columns]\nnope = "
      "\"a\"\n[words.nope]\n\"a\" = \"b\"\n",
      FileKind::facts, "m");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().list.size(), 6u) << wrong.error().text();
  const auto mapping = read_mapping(R"({"columns": {"external_id": "号"}, "decimal": ","})",
                                    FileKind::customers, "m");
  ASSERT_TRUE(mapping);
  const auto bound = places_of(*mapping, FileKind::customers, {" 号 ", "name", "email"});
  ASSERT_TRUE(bound);
  EXPECT_EQ((*bound)[0], 0);
  EXPECT_EQ((*bound)[1], 1);
  EXPECT_EQ((*bound)[2], -1);
  EXPECT_FALSE(places_of(*mapping, FileKind::customers, {"external_id", "name"}))
      << "it is called 号";
  EXPECT_FALSE(places_of(*mapping, FileKind::customers, {"号"})) << "without a name";
}

constexpr const char* kErp = R"(
encoding = "gb18030"
separator = ";"
date_format = "yyyy/mm/dd"
decimal = ","
[columns]
external_id = "单号"
kind = "类型"
customer = "客户"
on_date = "日期"
amount = "金额"
[constants]
title = "设备"
[words.kind]
"发票" = "invoice"
)";

/// "单号;类型;客户;日期;金额" and two lines of it in GB18030; the second has half a character.
constexpr const char* kGb =
    "\xB5\xA5\xBA\xC5;\xC0\xE0\xD0\xCD;\xBF\xCD\xBB\xA7;\xC8\xD5\xC6\xDA;\xBD\xF0\xB6\xEE\n"
    "F1;\xB7\xA2\xC6\xB1;K1;2026/1/5;1.234,50\n"
    "F2;\xB7\xA2\xC6\xB1;K\xFF;2026/1/5;1\n"
    "F3;\xB7\xA2\xC6\xB1;K3;2026/1/5;1";

TEST(Lines, AreReadByTheirMapping) {
  auto mapping = read_mapping(kErp, FileKind::facts, "m");
  ASSERT_TRUE(mapping) << mapping.error().text();
  for (const std::size_t piece : {1u, 3u, 7u, 1000u}) {
    const std::string text = kGb;
    std::size_t at = 0;
    LineReader reader{*mapping, FileKind::facts, [&] {
                        const auto out = text.substr(std::min(at, text.size()), piece);
                        at += piece;
                        return out;
                      }};
    ASSERT_TRUE(reader.open());
    const auto line = reader.next();
    ASSERT_TRUE(line);
    const auto fact = std::get<BusinessFact>(read_fact(*line, reader.mapping(), "CNY"));
    EXPECT_EQ(fact.kind, FactKind::invoice);
    EXPECT_EQ(fact.external_id, "F1");
    EXPECT_EQ(fact.customer, "K1");
    EXPECT_EQ(fact.amount_cents, 123450);
    EXPECT_EQ(fact.currency, "CNY");
    EXPECT_EQ(fact.title, "设备");
    const auto bad = reader.next();
    ASSERT_TRUE(bad && bad->mistake);
    EXPECT_EQ(bad->mistake->code, "bad_encoding");
    EXPECT_EQ(bad->number, 3);
    ASSERT_TRUE(reader.next());
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.bytes_read(), static_cast<std::int64_t>(text.size()));
  }
}

std::string mistake_in(const std::string& csv, FileKind kind = FileKind::facts) {
  bool told = false;
  LineReader reader{Mapping{}, kind, [&] { return std::exchange(told, true) ? "" : csv; }};
  EXPECT_TRUE(reader.open());
  const auto line = reader.next();
  if (!line) return "no line";
  const auto name = [](const auto& read) {
    const auto* mistake = std::get_if<Mistake>(&read);
    return mistake ? mistake->code + ":" + mistake->field : std::string();
  };
  if (kind == FileKind::customers) return name(read_customer(*line));
  return name(read_fact(*line, reader.mapping(), "CNY"));
}

TEST(Lines, SayWhichFieldIsWrong) {
  const std::string head = "external_id,kind,customer,on_date,amount,ends_on,currency,settles\n";
  EXPECT_EQ(mistake_in(head + "F1,invoice,K1,2026-01-05,12.00,,,"), "");
  EXPECT_EQ(mistake_in(head + "F1,invoice,K1,2026-01-05"), "missing:amount");
  EXPECT_EQ(mistake_in(head + ",invoice,K1,2026-01-05,1,,,"), "missing:external_id");
  EXPECT_EQ(mistake_in(head + "F1,bill,K1,2026-01-05,1,,,"), "bad_word:kind");
  EXPECT_EQ(mistake_in(head + "F1,invoice,K1,05.01.2026,1,,,"), "bad_date:on_date");
  EXPECT_EQ(mistake_in(head + "F1,invoice,K1,2026-01-05,one,,,"), "bad_amount:amount");
  EXPECT_EQ(mistake_in(head + "F1,contract,K1,2026-01-05,1,2026-01-04,,"),
            "ends_before_it_begins:ends_on");
  EXPECT_EQ(mistake_in(head + "F1,invoice,K1,2026-01-05,1,,USD,"), "other_currency:currency");
  EXPECT_EQ(mistake_in(head + "F1,invoice,K1,2026-01-05,1,,,F0"), "only_payments_settle:settles");
  EXPECT_EQ(mistake_in(head + std::string(101, 'x') + ",invoice,K1,2026-01-05,1,,,"),
            "too_long:external_id");
  const std::string who = "external_id,name,kind,email\n";
  EXPECT_EQ(mistake_in(who + "K1,示例,company,", FileKind::customers), "");
  EXPECT_EQ(mistake_in(who + "K1,示例,firm,", FileKind::customers), "bad_word:kind");
  EXPECT_EQ(mistake_in(who + "K1,示例,,nobody", FileKind::customers), "bad_email:email");
}

TEST(Lines, ACustomersHashTellsLinesApart) {
  CustomerLine one;
  one.external_id = "K1";
  one.name = "示例";
  CustomerLine other = one;
  EXPECT_EQ(one.hash(), other.hash());
  other.name = "";
  other.numbers = "示例";
  EXPECT_NE(one.hash(), other.hash()) << "the same text in another field";
  EXPECT_EQ(one.hash().size(), 16u);
}

}  // namespace
}  // namespace firsthand::facts
