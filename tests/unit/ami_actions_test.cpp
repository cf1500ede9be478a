// SPDX-License-Identifier: Apache-2.0
// What we ask of the manager, and what we never do.
#include "adapters/telephony/ami_actions.hpp"

#include <gtest/gtest.h>

namespace firsthand::telephony {
namespace {

const Instant kNow{Millis{1'795'297'800'000}};

AmiDialling dialling() {
  AmiDialling dialling;
  dialling.callback_context = "call-back";
  dialling.owner_context = "to-owner";
  dialling.member_interface = "Local/{extension}@from-queue/n";
  return dialling;
}

AmiCalls one_caller_before_the_queue() {
  AmiCallsOptions options;
  options.before_queue = "before-queue";
  AmiCalls calls{options};
  calls.on_event({{{"Event", "Newchannel"},
                   {"Channel", "PJSIP/trunk-1"},
                   {"ChannelState", "4"},
                   {"CallerIDNum", "13800138000"},
                   {"Context", "before-queue"},
                   {"Uniqueid", "1"},
                   {"Linkedid", "1"}}},
                 kNow);
  return calls;
}

CallBack call_back(const std::string& extension, const PhoneNumber& number) {
  return {"1", "cb-7-a1", "cb-7-c1", extension, number, "b-7"};
}

std::string value(const AmiAction& action, std::string_view key) {
  for (const auto& [name, text] : action.fields) {
    if (name == key) return text;
  }
  return "";
}

TEST(AmiActions, a_call_to_a_customer_rings_the_agents_telephone_first) {
  const auto order =
      ami_order(call_back("1001", parse_phone("+8613800138000")), dialling(), AmiCalls{{}});
  ASSERT_TRUE(order);
  EXPECT_EQ(order->name, "Originate");
  EXPECT_EQ(value(*order, "Channel"), "PJSIP/1001");
  EXPECT_EQ(value(*order, "Context"), "call-back");
  EXPECT_EQ(value(*order, "Exten"), "13800138000");
  EXPECT_EQ(value(*order, "ChannelId"), "cb-7-a1");
  EXPECT_EQ(value(*order, "Async"), "true");
  EXPECT_EQ(value(*order, "CallerID"), "") << "the customer must not see his own number";
}

TEST(AmiActions, a_member_is_paused_with_a_reason_in_one_line) {
  const auto order = ami_order(PauseMember{"1", "1001", true, "午休\r\nAction: Originate"},
                               dialling(), AmiCalls{{}});
  ASSERT_TRUE(order);
  EXPECT_EQ(value(*order, "Interface"), "Local/1001@from-queue/n");
  EXPECT_EQ(value(*order, "Paused"), "true");
  EXPECT_EQ(value(*order, "Reason"), "午休  Action: Originate");
  EXPECT_TRUE(ami_text(*order, "1"));
  std::string long_reason;
  for (int i = 0; i < 60; ++i) long_reason += "休";
  const auto cut = ami_order(PauseMember{"1", "1001", true, long_reason}, dialling(), AmiCalls{{}});
  EXPECT_EQ(value(*cut, "Reason"), long_reason.substr(0, 27 * 3)) << "not within a character";
}

TEST(AmiActions, a_caller_is_taken_to_the_owner_only_from_before_the_queue) {
  AmiCalls calls = one_caller_before_the_queue();
  const SendToOwner to{"1", "1", "1001"};
  const auto order = ami_order(to, dialling(), calls);
  ASSERT_TRUE(order);
  EXPECT_EQ(order->name, "Redirect");
  EXPECT_EQ(value(*order, "Channel"), "PJSIP/trunk-1");
  EXPECT_EQ(value(*order, "Context"), "to-owner");
  EXPECT_EQ(value(*order, "Exten"), "1001");
  calls.on_event({{{"Event", "QueueCallerJoin"},
                   {"Channel", "PJSIP/trunk-1"},
                   {"ChannelState", "6"},
                   {"Context", "before-queue"},
                   {"Uniqueid", "1"},
                   {"Linkedid", "1"}}},
                 kNow);
  const auto late = ami_order(to, dialling(), calls);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().status, CommandStatus::gone);
}

TEST(AmiActions, what_is_no_number_never_reaches_a_dial_string) {
  const AmiCalls calls = one_caller_before_the_queue();
  const PhoneNumber good = parse_phone("+8613800138000");
  for (const char* extension : {"", "1001&1002", "1001@evil", "1001/n", "a", "1001\r\n", "+1001",
                                "123456789012345678901"}) {
    for (const AmiCommand& command :
         std::vector<AmiCommand>{call_back(extension, good), PauseMember{"1", extension, true, ""},
                                 SendToOwner{"1", "1", extension}}) {
      const auto order = ami_order(command, dialling(), calls);
      ASSERT_FALSE(order) << extension;
      EXPECT_EQ(order.error().status, CommandStatus::refused) << extension;
    }
  }
  for (const char* number :
       {"", "13800138000&PJSIP/1002", "1@trunk", "13800138000,Tt", "i", "*72"}) {
    const PhoneNumber raw{number, "", PhoneKind::short_code};
    EXPECT_FALSE(ami_order(call_back("1001", raw), dialling(), calls)) << number;
  }
}

TEST(AmiActions, what_the_site_has_not_configured_is_refused) {
  const AmiCalls calls = one_caller_before_the_queue();
  const AmiDialling nothing;
  for (const AmiCommand& command :
       std::vector<AmiCommand>{call_back("1001", parse_phone("+8613800138000")),
                               PauseMember{"1", "1001", true, ""}, SendToOwner{"1", "1", "1001"}}) {
    const auto order = ami_order(command, nothing, calls);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().status, CommandStatus::refused);
    EXPECT_NE(order.error().reason, "");
  }
}

TEST(AmiActions, a_reply_says_what_became_of_the_command) {
  const auto result = [](const AmiCommand& command, const char* response, const char* message) {
    return ami_result(command, {{{"Response", response}, {"Message", message}}}).status;
  };
  const AmiCommand drop = Drop{"1", "x"}, pause = PauseMember{"1", "1001", true, ""};
  const AmiCommand call = call_back("1001", parse_phone("+8613800138000"));
  EXPECT_EQ(result(drop, "Success", "Channel Hungup"), CommandStatus::done);
  EXPECT_EQ(result(drop, "Error", "No such channel"), CommandStatus::gone);
  EXPECT_EQ(result(pause, "Error", "Interface not found"), CommandStatus::gone);
  EXPECT_EQ(result(pause, "Error", "Permission denied"), CommandStatus::refused);
  EXPECT_EQ(result(call, "Error", "Extension does not exist."), CommandStatus::refused);
}

}  // namespace
}  // namespace firsthand::telephony
