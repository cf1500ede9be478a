// SPDX-License-Identifier: Apache-2.0
// What is concluded from a PBX's replies, for replies that a real one does not give at will.
#include "adapters/runtime/telephony_findings.hpp"

#include <gmock/gmock.h>

namespace firsthand::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string info(const std::string& version) {
  return R"({"system":{"version":")" + version + R"("},"status":{"startup_time":"x"}})";
}

TEST(TelephonyFindings, WhatAnswersAndInWhichVersion) {
  struct Row {
    AriAnswer answer;
    bool goes_on;
    bool sound;
    const char* says;
  };
  const std::vector<Row> rows = {
      {{200, info("22.10.1~dfsg")}, true, true, "OK     Asterisk 22.10.1"},
      {{200, info("16.28.0")}, true, true, "OK     Asterisk 16.28.0"},
      {{200, info("13.38.3")}, true, false, "too old"},
      {{200, info("24.0.0")}, true, true, "NOTE   Asterisk 24.0.0 is newer"},
      {{200, info("")}, true, false, "too old"},
      {{200, "<html>a proxy</html>"}, false, false, "not Asterisk's"},
      {{200, "[]"}, false, false, "not Asterisk's"},
      {{502, ""}, false, false, "status 502"},
      {{401, ""}, false, false, "refuses user and password"},
      {{404, ""}, false, false, "knows no ARI"},
      {{0, "Connection refused"}, false, false, "nothing answers at http://pbx/ari: Connection"},
  };
  for (const Row& row : rows) {
    Findings found;
    EXPECT_EQ(judge_info(row.answer, "http://pbx/ari", found), row.goes_on) << row.says;
    EXPECT_EQ(found.sound(), row.sound) << found.text();
    EXPECT_THAT(found.text(), HasSubstr(row.says));
  }
}

TEST(TelephonyFindings, WhoMayCommand) {
  for (const auto& [status, may] :
       {std::pair{404, true}, {204, true}, {403, false}, {500, false}, {0, false}}) {
    Findings found;
    EXPECT_EQ(judge_write({status, ""}, "engine", found), may) << status;
    EXPECT_EQ(found.sound(), may) << status;
  }
}

std::string modules(const std::string& without) {
  std::string out = "[";
  for (const char* name :
       {"app_stasis", "bridge_simple", "bridge_softmix", "func_timeout", "res_ari_applications",
        "res_ari_bridges", "res_ari_channels", "res_ari_endpoints", "res_ari_events",
        "res_musiconhold", "res_stasis", "res_stasis_answer", "chan_pjsip", "chan_bridge_media",
        "format_wav", "res_ari_recordings", "res_stasis_recording"}) {
    const bool runs = name != without;
    out += (out.size() > 1 ? "," : "") + std::string{R"({"name":")"} + name + R"(.so","status":")" +
           (runs ? "Running" : "Not Running") + "\"}";
  }
  return out + "]";
}

TEST(TelephonyFindings, WhichModulesAreNeeded) {
  const std::vector<std::string> pjsip{"PJSIP/{extension}", "PJSIP/7000@trunk"};
  const std::vector<std::string> local{"Local/{extension}@desk", "Local/7000@out"};
  const auto found = [](const AriAnswer& answer, const std::vector<std::string>& endpoints) {
    Findings findings;
    judge_modules(answer, endpoints, findings);
    return findings;
  };
  EXPECT_TRUE(found({200, modules("")}, pjsip).sound());
  EXPECT_THAT(found({200, modules("func_timeout")}, pjsip).text(),
              HasSubstr("modules that do not run: func_timeout"));
  EXPECT_FALSE(found({200, modules("chan_pjsip")}, pjsip).sound());
  EXPECT_THAT(found({200, modules("")}, pjsip).text(), HasSubstr("calls can be recorded"));
  const Findings no_wav = found({200, modules("format_wav")}, pjsip);
  EXPECT_TRUE(no_wav.sound()) << "only who records calls needs it";
  EXPECT_THAT(no_wav.text(), HasSubstr("calls cannot be recorded without format_wav"));
  EXPECT_TRUE(found({200, modules("chan_pjsip")}, local).sound()) << "nobody dials by PJSIP";
  EXPECT_FALSE(found({200, "[]"}, pjsip).sound());
  EXPECT_TRUE(found({404, ""}, pjsip).sound()) << "what cannot be asked is not held against it";
}

TEST(TelephonyFindings, WhichTelephonesExist) {
  const AriAnswer known{200, R"([{"technology":"PJSIP","resource":"1001","state":"online"},
      {"technology":"PJSIP","resource":"1002","state":"offline"},
      {"technology":"PJSIP","resource":"trunk","state":"unknown"}])"};
  const auto found = [&](const std::vector<std::string>& agents, const std::string& trunk) {
    Findings findings;
    judge_endpoints(known, agents, trunk, findings);
    return findings;
  };
  const Findings good = found({"PJSIP/1001", "PJSIP/1002"}, "PJSIP/7000@trunk");
  EXPECT_TRUE(good.sound());
  EXPECT_THAT(good.text(), HasSubstr("not registered now: PJSIP/1002"));
  EXPECT_THAT(found({}, "PJSIP/7000@trunk").text(), HasSubstr("nobody has an extension yet"));
  EXPECT_THAT(found({"PJSIP/1009"}, "PJSIP/7000@trunk").text(),
              HasSubstr("does not know: PJSIP/1009"));
  EXPECT_FALSE(found({"PJSIP/1001"}, "PJSIP/7000@other").sound());
  EXPECT_TRUE(found({"PJSIP/1001"}, "Local/7000@out").sound());
  std::vector<std::string> many;
  for (int i = 0; i < 30; ++i) many.push_back("PJSIP/2" + std::to_string(i));
  EXPECT_THAT(found(many, "PJSIP/7000@trunk").text(), HasSubstr("and 20 more"));
}

TEST(TelephonyFindings, WhereACallStands) {
  const auto at = [](const std::string& dialplan) {
    return whereabouts({200, R"({"id":"x","dialplan":)" + dialplan + "}"}).value();
  };
  const auto in_engine = at(R"({"context":"firsthand","exten":"7000","app_name":"Stasis",
      "app_data":"engine,in,7000,"})");
  EXPECT_EQ(in_engine.app, "engine");
  EXPECT_FALSE(in_engine.past_the_engine("firsthand"));
  const auto fallback = at(R"({"context":"fallback","exten":"s","app_name":"Queue"})");
  EXPECT_TRUE(fallback.past_the_engine("firsthand"));
  const auto own_t = at(R"({"context":"firsthand","exten":"T","app_name":"VoiceMail"})");
  EXPECT_TRUE(own_t.past_the_engine("firsthand")) << "a fallback may stand under T itself";
  const auto waiting = at(R"({"context":"firsthand","exten":"7000","app_name":"Wait"})");
  EXPECT_FALSE(waiting.past_the_engine("firsthand"));
  EXPECT_TRUE(whereabouts({404, ""})->gone);
  EXPECT_FALSE(whereabouts({404, ""})->past_the_engine("firsthand"));
  EXPECT_FALSE(whereabouts({0, "timed out"}).has_value());
  EXPECT_FALSE(whereabouts({200, "{}"}).has_value());
  EXPECT_EQ(variable_of({200, R"({"value":"29.91"})"}), "29.91");
  EXPECT_EQ(variable_of({404, ""}), "");
}

TEST(TelephonyFindings, EachWrongLineSaysWhatToDo) {
  Findings found;
  found.ok("a");
  found.wrong("b", "mend b");
  EXPECT_EQ(found.text(), "OK     a\nWRONG  b\n       -> mend b\n");
  EXPECT_EQ(filled_endpoint("PJSIP/{number}@trunk", "{number}", "7000"), "PJSIP/7000@trunk");
  judge_application({404, ""}, "engine", found);
  EXPECT_THAT(found.text(), HasSubstr("NOTE   no engine is connected as \"engine\""));
  judge_event_filter({404, ""}, found);
  EXPECT_THAT(found.text(), Not(HasSubstr("OK     events")));
}

}  // namespace
}  // namespace firsthand::runtime
