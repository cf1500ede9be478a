// SPDX-License-Identifier: Apache-2.0
// The one decision: what an event means for the people and cases it touches. Pure: everything it
// needs is in the docket, the rules and the moment handed in. A refusal changes nothing.
#pragma once

#include "engine/docket.hpp"
#include "engine/rules.hpp"

namespace firsthand {

/// `now` is read once per batch, from PostgreSQL's clock.
Outcome decide(Docket& docket, const Event& event, const Rules& rules, Instant now);

}  // namespace firsthand
