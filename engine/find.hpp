// SPDX-License-Identifier: Apache-2.0
// Looking something up in a map. Pure.
#pragma once

namespace firsthand {

/// The value under `key`, or null.
template <class Map, class Key>
auto* find(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace firsthand
