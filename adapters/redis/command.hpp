// SPDX-License-Identifier: Apache-2.0
// One command in the making: a name and arguments, kept in RESP form. Arguments are bytes, so no
// value can break out of its place.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace firsthand::redis {

class Command {
 public:
  template <class... Args>
  explicit Command(std::string_view name, const Args&... args) {
    add(name);
    (add(args), ...);
  }

  Command& add(std::string_view bytes);
  Command& add(std::integral auto number) { return add_number(static_cast<std::int64_t>(number)); }
  template <class Range>
  Command& add_all(const Range& range) {
    for (const auto& one : range) add(one);
    return *this;
  }

  void append_to(std::string& out) const;
  std::size_t size() const { return body_.size(); }

 private:
  Command& add_number(std::int64_t number);

  std::size_t count_ = 0;
  std::string body_;
};

}  // namespace firsthand::redis
