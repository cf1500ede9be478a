// SPDX-License-Identifier: Apache-2.0
// A small JSON object writer for the facts of a history entry or an effect. The engine writes JSON
// and never reads any, so it needs no library for it. Keys are literals of ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ids.hpp"
#include "engine/time.hpp"

namespace firsthand {

class Facts {
 public:
  Facts& add(std::string_view key, std::string_view text);
  Facts& add(std::string_view key, const std::string& text) {
    return add(key, std::string_view{text});
  }
  Facts& add(std::string_view key, const char* text) { return add(key, std::string_view{text}); }
  Facts& add(std::string_view key, std::int64_t number);
  Facts& add(std::string_view key, int number) { return add(key, std::int64_t{number}); }
  Facts& add(std::string_view key, bool value);
  Facts& add(std::string_view key, Instant at) { return add(key, to_iso8601(at)); }
  Facts& add(std::string_view key, const std::optional<Instant>& at) {
    return at ? add(key, *at) : *this;
  }
  /// A list of objects.
  Facts& add(std::string_view key, const std::vector<Facts>& items);
  /// Nothing is written for "none".
  template <class Tag>
  Facts& add(std::string_view key, Id<Tag> id) {
    return id ? add(key, id.value) : *this;
  }
  /// A list of ids.
  template <class Tag>
  Facts& add(std::string_view key, const std::vector<Id<Tag>>& ids) {
    std::string list;
    for (const Id<Tag> id : ids) list += (list.empty() ? "" : ",") + std::to_string(id.value);
    return add_raw(key, "[" + list + "]");
  }
  std::string json() const { return body_.empty() ? "{}" : "{" + body_ + "}"; }

 private:
  void key(std::string_view name);
  Facts& add_raw(std::string_view name, std::string_view json);
  std::string body_;
};

}  // namespace firsthand
