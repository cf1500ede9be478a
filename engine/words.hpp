// SPDX-License-Identifier: Apache-2.0
// Enumerators as the words of SQL, JSON and the screens, and back. The one word that C++ will not
// have, "break", is `on_break` here and "break" everywhere else.
#pragma once

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <string_view>

namespace firsthand {

template <class Enum>
std::string_view word(Enum value) {
  std::string_view found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto each) {
    if (each.value == value) found = each.name;
  });
  return found == "on_break" ? std::string_view{"break"} : found;
}

template <class Enum>
std::optional<Enum> from_word(std::string_view text) {
  if (text == "break") text = "on_break";
  std::optional<Enum> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto each) {
    if (text == each.name) found = each.value;
  });
  return found;
}

}  // namespace firsthand
