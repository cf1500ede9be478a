// SPDX-License-Identifier: Apache-2.0
// Any bytes from a manager port. How they are cut must not matter, what an action says must come
// back as one message, whatever was put into it, and no call may end twice.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/telephony/ami_calls.hpp"
#include "adapters/telephony/ami_codec.hpp"

namespace {

using namespace firsthand::telephony;

std::vector<AmiMessage> messages(std::string_view bytes, std::size_t piece) {
  AmiReader reader;
  std::vector<AmiMessage> all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    while (auto message = reader.next()) all.push_back(std::move(*message));
  }
  return all;
}

void one_action_stays_one(std::string_view bytes) {
  const auto middle = bytes.size() / 2;
  const AmiAction action{
      "Ping", {{std::string{bytes.substr(0, middle)}, std::string{bytes.substr(middle)}}}};
  const auto text = ami_text(action, "1");
  if (text && messages(*text, text->size()).size() != 1) std::abort();
}

void no_call_ends_twice(const std::vector<AmiMessage>& all) {
  AmiCallsOptions options;
  options.before_queue = "q";
  AmiCalls calls{options};
  AmiLook look;
  std::set<std::string> ended;
  const auto take = [&](const std::vector<AmiFact>& facts) {
    for (const AmiFact& fact : facts) {
      const auto* call = std::get_if<ObservedCall>(&fact);
      if (call == nullptr || call->kind != CtiKind::hangup) continue;
      if (!ended.insert(call->key).second) std::abort();
    }
  };
  const firsthand::Instant now{firsthand::Millis{1'795'000'000'000}};
  for (const AmiMessage& message : all) {
    take(calls.on_event(message, now));
    if (message.event() == "CoreShowChannel") look.channels.push_back(message);
    if (message.event() != "CoreShowChannelsComplete") continue;
    take(calls.on_look(look, now));
    look = {};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (messages(bytes, 1) != messages(bytes, size + 1)) std::abort();
  one_action_stays_one(bytes);
  no_call_ends_twice(messages(bytes, size + 1));
  return 0;
}
