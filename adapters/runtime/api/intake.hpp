// SPDX-License-Identifier: Apache-2.0
// Complaints from outside, whether by API or by the public form: one way in, so that both are
// answered, repeated and refused alike. Any thread.
#pragma once

#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {

struct Complaint {
  std::string name, number, email, text, category, product, language;
  Channel channel = Channel::web;
  std::optional<Instant> received_at;  ///< when the customer said it, if earlier
};

/// Names the content: the same complaint sent again has the same one. 16 hex digits.
std::string fingerprint(const Complaint& complaint);

/// The address of the customer's page cannot be guessed; its end is the content's fingerprint, so
/// a repeat with another content shows.
std::string new_public_token(const Complaint& complaint);

Event complaint_event(std::string source, std::string key, const Complaint& complaint,
                      std::string public_token);

/// Asks until the answer is whole: of two equal keys in one batch the second is told only that it
/// is a repeat; asking again gives what the first was told.
awaitable<DoorAnswer> ask_whole(Door& door, Event event);

}  // namespace firsthand::runtime::api
