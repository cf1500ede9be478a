// SPDX-License-Identifier: Apache-2.0
// Call events that another telephone system reports by webhook: POST /api/v1/telephony/events, as
// JSON or as a form, in the words that a format (config/call_sources.hpp) explains. They are
// observed facts (history and screen pop); nothing can be commanded. Pure; callable from any
// thread. Deliveries repeat and overtake each other: `key` tells a repeat.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/telephony/phone_number.hpp"
#include "config/call_sources.hpp"
#include "engine/time.hpp"

namespace firsthand::telephony {

using CtiKind = config::CallReport;
using CtiDirection = config::CallWay;
std::string_view to_string(CtiKind kind);

struct CtiEvent {
  std::string source;   // which system, as configured
  std::string call_id;  // its name for the call
  CtiKind kind = CtiKind::new_call;
  CtiDirection direction = CtiDirection::in;
  PhoneNumber from, to;
  std::string agent;  // login, extension or e-mail of the agent; empty when not said
  std::optional<Instant> at;
  std::string cause;  // hangup only: answered, busy, cancel, no_answer, not_found, ... or ""
  std::string key;    // source, call, event and a hash of the body

  // The customer's side: who rang in, or who was rung.
  const PhoneNumber& customer() const { return direction == CtiDirection::in ? from : to; }
};

struct CtiLimits {
  std::size_t body_max = 16 * 1024;
  std::size_t field_max = 256;
};

// What was wrong, for the 400 answer: the field and a sentence.
struct CtiProblem {
  std::string field, message;
};

// `content_type` decides between JSON and application/x-www-form-urlencoded; `source` is who has
// proved to send it.
boost::system::result<CtiEvent, CtiProblem> parse_cti_event(
    const config::PushFormat& format, std::string_view content_type, std::string_view body,
    std::string_view source, const NumberContext& context = {}, const CtiLimits& limits = {});

// The pairs of a form as they were sent; nothing when there are too many.
std::optional<std::vector<std::pair<std::string, std::string>>> form_pairs(std::string_view body);

}  // namespace firsthand::telephony
