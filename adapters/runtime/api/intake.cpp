// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/intake.hpp"

#include "adapters/postgres/secrets.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {

std::string fingerprint(const Complaint& complaint) {
  std::string all;
  for (const std::string* part : {&complaint.name, &complaint.number, &complaint.email,
                                  &complaint.text, &complaint.category, &complaint.product}) {
    all += std::to_string(part->size()) + ":" + *part;
  }
  all += firsthand::word(complaint.channel);
  if (complaint.received_at) all += to_iso8601(*complaint.received_at);
  return postgres::stored_form(all).substr(2, 16);  // without the "\x" of bytea
}

std::string new_public_token(const Complaint& complaint) {
  return postgres::new_secret() + fingerprint(complaint);
}

Event complaint_event(std::string source, std::string key, const Complaint& complaint,
                      std::string public_token) {
  event::CaseRegistered what;
  what.customer_name = complaint.name;
  what.number = complaint.number;
  what.email = complaint.email;
  what.kind = CaseKind::complaint;
  what.channel = complaint.channel;
  what.category = complaint.category;
  what.text = complaint.text;
  what.product = complaint.product;
  what.language = complaint.language;
  what.received_at = complaint.received_at;
  what.public_token = std::move(public_token);
  Event event;
  event.source = std::move(source);
  event.key = std::move(key);
  event.what = std::move(what);
  return event;
}

awaitable<DoorAnswer> ask_whole(Door& door, Event event) {
  constexpr int kTimes = 3;
  for (int i = 1;; ++i) {
    auto answer = co_await ask(door, Event(event));
    const auto* outcome = std::get_if<Outcome>(&answer);
    const bool empty_repeat = outcome != nullptr && outcome->duplicate && outcome->reply == Reply{};
    if (!empty_repeat || i == kTimes) co_return answer;
  }
}

}  // namespace firsthand::runtime::api
