// SPDX-License-Identifier: Apache-2.0
// `firsthand verify-history`: holds every sealed row of the history against its seal and says which
// one is not as it was written. Runs in the calling thread and needs a
// database that is migrated; what goes wrong with it is told, not thrown.
#pragma once

#include <iosfwd>
#include <string>

#include "config/settings.hpp"

namespace firsthand::runtime {

/// 0 when everything is as it was sealed, 1 when not, 2 when it could not be looked at.
int verify_history(const config::Settings& settings, const std::string& expected,
                   std::ostream& out);

}  // namespace firsthand::runtime
