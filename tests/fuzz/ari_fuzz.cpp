// SPDX-License-Identifier: Apache-2.0
// Any bytes as frames of Asterisk's event socket, one a line, into the call state; a line that
// begins with "!" is a command, a reply or a list of channels. Nothing may crash, and nothing may
// end twice.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "adapters/telephony/ari_call_state.hpp"
#include "adapters/telephony/ari_codec.hpp"

namespace {

using namespace firsthand::telephony;

class Story {
 public:
  void line(std::string_view text) {
    now_ += std::chrono::milliseconds{100};
    if (!text.starts_with('!')) {
      if (const auto event = parse_ari_event(text)) take(state_.on_event(*event, now_));
      return;
    }
    text.remove_prefix(1);
    const char order = text.empty() ? ' ' : text.front();
    const std::string rest{text.substr(text.empty() ? 0 : 1)};
    const std::string leg = "o-" + rest;
    switch (order) {
      case 'a': return take(state_.on_command(Accept{"1", rest}, now_));
      case 'o': return take(state_.on_command(Offer{"2", rest, leg, "1001"}, now_));
      case 'c': return take(state_.on_command(Connect{"3", rest, leg, "b-" + rest}, now_));
      case 'h': return take(state_.on_command(Hold{"4", rest, "b-" + rest}, now_));
      case 'u': return take(state_.on_command(Unhold{"5", rest, "b-" + rest}, now_));
      case 'd': return take(state_.on_command(Drop{"6", rest}, now_));
      case 'w': return take(state_.on_command(Withdraw{"7", leg}, now_));
      case 'l': return take(state_.on_command(ReleaseToDialplan{"8", rest, "f", "s"}, now_));
      case 'b':
        return take(state_.on_command(
            CallBack{"9", "a" + leg, "c" + leg, "1001", parse_phone(rest), "b-" + rest}, now_));
      case 's':
      case 'q': return look(rest, order == 'q');
      case 't': now_ += std::chrono::seconds{60}; return take(state_.on_tick(now_));
      case '2': return reply(204);
      case '4': return reply(404);
      case '0': return reply(0);
      case '5': return reply(500);
      default: return;
    }
  }

 private:
  void reply(int status) {
    take(state_.on_reply(answered_ + 1 > asked_ ? asked_ : ++answered_, status, "{}", now_));
  }

  void look(const std::string& json, bool quiet) {
    AriSnapshot snapshot;
    snapshot.requested_at = now_;
    snapshot.quiet = quiet;
    snapshot.started_at = json.size() % 7 == 0 ? "one" : "two";
    if (auto channels = parse_ari_channels(json)) snapshot.channels = *std::move(channels);
    if (auto bridges = parse_ari_bridges(json)) snapshot.bridges = *std::move(bridges);
    for (const AriChannel& channel : snapshot.channels) {
      snapshot.app_channels.push_back(channel.id);
    }
    take(state_.on_snapshot(snapshot, now_));
  }

  void take(const AriCallState::Output& out) {
    for (const PbxEvent& event : out.events) {
      const bool end = std::holds_alternative<CallEnded>(event) ||
                       std::holds_alternative<LegEnded>(event) ||
                       std::holds_alternative<LegFailed>(event);
      if (end && !ended_.insert(event_key(event)).second) std::abort();
    }
    for (const AriRequest& request : out.requests) asked_ = request.id;
  }

  AriCallState state_{AriStateOptions{}};
  firsthand::Instant now_{std::chrono::milliseconds{1'795'000'000'000}};
  std::set<std::string> ended_;
  std::uint64_t asked_ = 0, answered_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Story story;
  while (!text.empty()) {
    const auto end = text.find('\n');
    story.line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return 0;
}
