// SPDX-License-Identifier: Apache-2.0
// The sorting office of the delivery room: for every mail whose time has come it settles whether it
// goes singly, waits for a digest or for the end of quiet hours, and makes the digests. One person
// at a time, one transaction each, under the lock of the person's row in notice_pace: several nodes
// may sort at once and no digest is split between them. A killed node leaves nothing half done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "adapters/notify/pace.hpp"
#include "adapters/postgres/db.hpp"
#include "adapters/runtime/batching_door.hpp"

namespace firsthand::runtime {

class MailSorter {
 public:
  MailSorter(notify::PaceLimits limits, RulesSource rules)
      : limits_(limits), rules_(std::move(rules)) {}

  /// How many mails it has settled; 0: there is nothing to do now. Throws as db.hpp says.
  std::size_t round(postgres::Connection& connection);

 private:
  struct Person {
    std::int64_t id = 0;
    std::string address;
  };
  std::size_t sort(postgres::Connection& connection, const Person& person);

  const notify::PaceLimits limits_;
  const RulesSource rules_;
};

}  // namespace firsthand::runtime
