// SPDX-License-Identifier: Apache-2.0
// What became of mails and webhooks, what each person wants of them, and the alert behind a link in
// a mail. Called on a pool thread with an open transaction; throws as db.hpp says. The three that
// change something need one that may write.
#pragma once

#include "adapters/postgres/reads/rows.hpp"

namespace firsthand::postgres {

// ------------------------------------------------------------------------------- deliveries
struct DeliveryView {
  std::int64_t id = 0;  ///< of the effect
  std::string key, channel, recipient, what, case_number, state;
  int tries = 0;
  std::string last_error;
  Stamp at;
  OptionalStamp sent_at, next_try_at;
  std::string waits_for;   ///< digest, quiet or "": why next_try_at is when it is
  std::string digest_key;  ///< sent inside this one
  int count = 1;           ///< alerts in a digest
  std::string title;       ///< without a case: of what the next two name
  std::optional<std::int64_t> customer_id, review_action_id;
};
BOOST_DESCRIBE_STRUCT(DeliveryView, (),
                      (id, key, channel, recipient, what, case_number, state, tries, last_error, at,
                       sent_at, next_try_at, waits_for, digest_key, count, title, customer_id,
                       review_action_id))

struct DeliveryPage {
  std::vector<DeliveryView> items;
  std::optional<std::string> next;
  std::int64_t failed = 0;  ///< dead letters in all
};

struct DeliveryFilter {
  std::string state;  ///< pending, sent, failed or "" for all
  std::string
      case_number;  ///< also what a digest has gathered; without it a digest stands for that
  std::string after;
  int limit = 50;
};
/// Newest first, of the last 30 days. Nothing for an `after` that is not ours.
std::optional<DeliveryPage> list_deliveries(Tx& tx, const DeliveryFilter& filter);
std::int64_t failed_deliveries(Tx& tx);
std::optional<DeliveryView> read_delivery(Tx& tx, std::int64_t id);

/// no: there is none. not_failed: it was sent, or is still being tried.
enum class Resent { yes, no, not_failed };
/// Sets a dead letter pending again, with all of its tries, and writes into the history of each of
/// its cases who did.
Resent resend_delivery(Tx& tx, std::int64_t id, std::int64_t user);

// ------------------------------------------------------------------------------- wishes
struct AlertWishes {
  std::string mails = "each";
  std::optional<int> quiet_from_min, quiet_to_min;  ///< both or none
  std::string language = "zh";
};
std::optional<AlertWishes> read_alert_wishes(Tx& tx, std::int64_t user);
/// What waits for this person is looked at anew.
void set_alert_wishes(Tx& tx, std::int64_t user, const AlertWishes& wishes);

// ------------------------------------------------------------------------------- links
/// What signs the links in mails; the same on every node.
std::string link_key(Tx& tx);

struct LinkedAlert {
  std::int64_t id = 0, recipient = 0;
  std::string case_number;  ///< "" without a case: then the next three say what it is about
  std::string title;
  std::optional<std::int64_t> customer, review_action;
  std::string clock_kind, language;
  bool recipient_left = false;
  OptionalStamp acknowledged_at;
  std::string acknowledged_by;
};
std::optional<LinkedAlert> read_linked_alert(Tx& tx, std::int64_t id);

namespace statements {
extern const std::vector<Statement> kDeliveryReads;
}

}  // namespace firsthand::postgres
