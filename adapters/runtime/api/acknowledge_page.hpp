// SPDX-License-Identifier: Apache-2.0
// The page behind the link of a mail that acknowledges an alert. It says the case's number and
// which promise, and nothing about the customer. Programs that fetch the links of mails see a
// button and press none. Pure.
#pragma once

#include "adapters/postgres/reads/delivery_reads.hpp"
#include "adapters/runtime/api/public_page.hpp"

namespace firsthand::runtime::api {

struct AcknowledgePage {
  Language language = Language::zh;
  std::string company;
  std::string url;  ///< of the case, customer or action, in the console, for those who sign in
  bool just_now = false;
};

std::string acknowledge_page(const AcknowledgePage& page, const postgres::LinkedAlert& alert,
                             const Calendar& calendar);

}  // namespace firsthand::runtime::api
