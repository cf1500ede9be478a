// SPDX-License-Identifier: Apache-2.0
// A clock hangs on a case, a customer or a review action: what the deciding code hands about when
// it does not care which. Internal to engine/; one per event.
#pragma once

#include "engine/model.hpp"

namespace firsthand {

/// What a clock hangs on: a case, a customer or a review action. Refers into the docket; not kept.
struct Matter {
  Matter(CaseFile& of)  // NOLINT(google-explicit-constructor): a case is the usual matter
      : clockwork(of), file(&of), customer(of.facts.customer) {}
  explicit Matter(ReviewActionFile& of) : clockwork(of), action(&of) {}
  Matter(Clockwork& of, CustomerId whose) : clockwork(of), customer(whose) {}

  Clockwork& clockwork;
  CaseFile* file = nullptr;
  ReviewActionFile* action = nullptr;
  CustomerId customer;
};

}  // namespace firsthand
