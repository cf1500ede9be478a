// SPDX-License-Identifier: Apache-2.0
// IANA time zones, from the system's tzdata. The only place that knows them; zones.cpp is the only
// file that sees the library. Zone data is loaded once and read-only after that: any thread.
#pragma once

#include <optional>
#include <string_view>

#include "engine/calendar.hpp"

namespace firsthand::config {

/// The bounds and UTC offsets of one local date. `day.kind` and names are left for the caller.
/// None: the zone does not exist, or its offset changes twice on that date.
class Zone {
 public:
  static std::optional<Zone> find(std::string_view iana_name);
  std::optional<Day> day(Date date) const;

 private:
  explicit Zone(const void* zone) : zone_(zone) {}
  const void* zone_;  ///< owned by the library for the life of the process
};

}  // namespace firsthand::config
