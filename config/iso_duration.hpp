// SPDX-License-Identifier: Apache-2.0
// ISO 8601 durations, as other systems write them. Pure; any thread.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "engine/time.hpp"

namespace firsthand::config {

/// What is wrong with a duration, as the end of a sentence that begins with the text itself.
struct DurationRefused {
  std::string reason;
  bool too_long = false;  ///< well written, but more than kIsoDurationMax
};

inline constexpr Seconds kIsoDurationMax{100LL * 366 * 24 * 3600};

/// "PT1H30M", "P2DT12H", "P8W", "-PT15M", "PT0.5S". A week is 7 days, a day 24 hours, whatever time
/// is measured: nothing here knows a calendar. The last part may have a fraction of up to nine
/// digits, cut to milliseconds. Years and months are refused: they have no length of their own.
boost::system::result<Millis, DurationRefused> parse_iso_duration(std::string_view text);

}  // namespace firsthand::config
