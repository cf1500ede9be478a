// SPDX-License-Identifier: Apache-2.0
// Makes the mail of an effect: the recipient's language, the company's local time, a link into the
// console. Text from outside stays text: control characters never reach a header, everything is
// escaped in the HTML. Pure; any thread.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "adapters/notify/mail.hpp"
#include "engine/rules.hpp"

namespace firsthand::notify {

struct Letterhead {
  std::string public_url;  ///< of the console, without a slash at its end
  std::string company_zh;
  std::string company_en;
  std::string link_key;  ///< signs the links that acknowledge; "" makes none
};

inline constexpr std::string_view kAcknowledge = "acknowledge";  ///< what such a link is for
inline constexpr std::chrono::hours kLinkLife{7 * 24};           ///< after the alert

/// `key` and `payload` are the effect's, as the engine wrote them: what, to, name, recipient,
/// language, case_number, category, or title with customer or review_action; and by kind due_at,
/// clock_kind, step, breach, alert, needs_acknowledgement, reason, text. Digests have a payload of
/// their own (digest.hpp). `written` is when the effect was; the same effect always gives the same
/// mail.
boost::system::result<Mail, MailError> compose(std::string_view key, std::string_view payload,
                                               const Rules& rules, const Letterhead& letterhead,
                                               Instant written = {});

}  // namespace firsthand::notify
