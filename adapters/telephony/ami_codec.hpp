// SPDX-License-Identifier: Apache-2.0
// Asterisk's manager protocol (AMI) as text: messages out of bytes, actions into bytes. Pure; a
// reader belongs to one connection, everything else may be called from any thread. Nothing throws
// on content. What a real manager port does was recorded (tests/fixtures/pbx): keys repeat within a
// message, an empty line may stand before one, replies and events interleave.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firsthand::telephony {

/// One reply or event: its lines in their order, the same key more than once.
struct AmiMessage {
  std::vector<std::pair<std::string, std::string>> fields;

  /// The first value of this key, in any case; empty when there is none.
  std::string_view get(std::string_view key) const;
  /// "Hangup" of "Event: Hangup"; empty for a reply.
  std::string_view event() const { return get("Event"); }
  friend bool operator==(const AmiMessage&, const AmiMessage&) = default;
};

struct AmiLimits {
  std::size_t line_max = 16 * 1024;
  std::size_t fields_max = 1024;
  std::size_t message_max = 256 * 1024;
  std::size_t waiting_max = 100'000;  // messages that nobody has taken yet
};

/// Messages out of a stream that comes in pieces of any size.
class AmiReader {
 public:
  explicit AmiReader(AmiLimits limits = {}) : limits_(limits) {}

  /// Nothing more is understood once a limit is passed: broken() says so and the connection must
  /// end.
  void feed(std::string_view bytes);
  std::optional<AmiMessage> next();

  bool broken() const { return broken_; }
  /// "Asterisk Call Manager/11.0.0"; empty until its line is complete.
  const std::string& banner() const { return banner_; }

 private:
  void line(std::string_view text);

  AmiLimits limits_;
  std::string partial_;
  std::string banner_;
  AmiMessage open_;
  std::size_t open_bytes_ = 0;
  std::deque<AmiMessage> ready_;
  bool banner_passed_ = false;
  bool broken_ = false;
};

/// What is asked of the manager. Values go on the wire as they are.
struct AmiAction {
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields = {};
  friend bool operator==(const AmiAction&, const AmiAction&) = default;
};

/// The bytes of an action with its ActionID. Nothing when a name or a value has a control character
/// (a line break would begin a second action) or is longer than Asterisk reads (1,024 bytes a line,
/// 128 lines).
std::optional<std::string> ami_text(const AmiAction& action, std::string_view action_id);

}  // namespace firsthand::telephony
