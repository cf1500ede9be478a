// SPDX-License-Identifier: Apache-2.0
// One mail instead of a wave: what has come up for one person, by department, what is overdue
// first, every case by its number with a link. Pure; any thread.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include "adapters/notify/compose.hpp"
#include "adapters/notify/mail.hpp"

namespace firsthand::notify {

/// Items in one digest; more of them make another one. 500 are about 250 KB of mail.
inline constexpr std::size_t kDigestItemsMax = 500;

/// `mail` has its key, recipient and language. `facts` has recipient and `items`, in their order;
/// each has what, case_number, category, department, and what a single mail has beside them.
boost::system::result<Mail, MailError> compose_digest(Mail mail, const boost::json::object& facts,
                                                      const Rules& rules,
                                                      const Letterhead& letterhead,
                                                      Instant written);

}  // namespace firsthand::notify
