// SPDX-License-Identifier: Apache-2.0
#include "adapters/telephony/ami_codec.hpp"

#include <algorithm>

namespace firsthand::telephony {
namespace {

constexpr std::size_t kActionLineMax = 1000;  // manager.c reads a line into 1,025 bytes
constexpr std::size_t kActionFieldsMax = 120;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_key(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool is_key(std::string_view text) {
  return !text.empty() && text.find(':') == std::string_view::npos && !has_control(text);
}

}  // namespace

std::string_view AmiMessage::get(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return same_key(field.first, key); });
  return found == fields.end() ? std::string_view{} : std::string_view{found->second};
}

void AmiReader::feed(std::string_view bytes) {
  while (!bytes.empty() && !broken_) {
    const auto end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (partial_.size() + piece.size() > limits_.line_max) {
      broken_ = true;
      return;
    }
    partial_ += piece;
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    if (partial_.ends_with('\r')) partial_.pop_back();
    line(partial_);
    partial_.clear();
  }
}

void AmiReader::line(std::string_view text) {
  if (text.empty()) {
    // An empty line ends a message; one that stands before a message ends nothing.
    if (open_.fields.empty()) return;
    if (ready_.size() == limits_.waiting_max) {
      broken_ = true;
      return;
    }
    ready_.push_back(std::exchange(open_, {}));
    open_bytes_ = 0;
    return;
  }
  const auto colon = text.find(':');
  if (!std::exchange(banner_passed_, true) && colon == std::string_view::npos) {
    banner_ = text;
    return;
  }
  // A line without a key is the output of a command. We ask for none.
  if (colon == std::string_view::npos) return;
  open_bytes_ += text.size();
  if (open_.fields.size() == limits_.fields_max || open_bytes_ > limits_.message_max) {
    broken_ = true;
    return;
  }
  std::string_view value = text.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  open_.fields.emplace_back(text.substr(0, colon), value);
}

std::optional<AmiMessage> AmiReader::next() {
  if (ready_.empty()) return std::nullopt;
  AmiMessage message = std::move(ready_.front());
  ready_.pop_front();
  return message;
}

std::optional<std::string> ami_text(const AmiAction& action, std::string_view action_id) {
  if (action.fields.size() > kActionFieldsMax) return std::nullopt;
  std::string text;
  const auto add = [&text](std::string_view key, std::string_view value) {
    if (!is_key(key) || has_control(value) || key.size() + value.size() > kActionLineMax)
      return false;
    text.append(key).append(": ").append(value).append("\r\n");
    return true;
  };
  bool good = !action.name.empty() && !action_id.empty() && add("Action", action.name) &&
              add("ActionID", action_id);
  for (const auto& [key, value] : action.fields) good = good && add(key, value);
  if (!good) return std::nullopt;
  return text + "\r\n";
}

}  // namespace firsthand::telephony
