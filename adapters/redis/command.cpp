// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/command.hpp"

namespace firsthand::redis {

Command& Command::add(std::string_view bytes) {
  ++count_;
  body_ += '$';
  body_ += std::to_string(bytes.size());
  body_ += "\r\n";
  body_ += bytes;
  body_ += "\r\n";
  return *this;
}

Command& Command::add_number(std::int64_t number) {
  return add(std::to_string(number));
}

void Command::append_to(std::string& out) const {
  out += '*';
  out += std::to_string(count_);
  out += "\r\n";
  out += body_;
}

}  // namespace firsthand::redis
