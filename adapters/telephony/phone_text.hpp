// SPDX-License-Identifier: Apache-2.0
// First half of reading a telephone number: from what people and PBXs write to plain digits, before
// any numbering plan is looked at. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firsthand::telephony {

struct PhoneText {
  std::string digits;
  std::string extension;
  std::vector<std::string> groups;  // the digits as they were grouped: "010-6234-5678"
  bool plus = false;                // written with "+" in front
  bool withheld = false;            // a word that networks send for a hidden number
  bool clean = false;               // nothing but digits and what people put between them
};

PhoneText read_phone_text(std::string_view raw);

// Full-width and Arabic-Indic digits, signs and dashes as ASCII; marks without width are dropped;
// the words for "extension" become "x". Other characters stay.
std::string fold_phone_text(std::string_view raw);

}  // namespace firsthand::telephony
