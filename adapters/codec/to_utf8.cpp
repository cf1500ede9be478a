// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/to_utf8.hpp"

#include <iconv.h>

#include <array>
#include <cerrno>

namespace firsthand::codec {
namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

// iconv_open answers this for what it does not know.
const iconv_t kNone = reinterpret_cast<iconv_t>(-1);  // NOLINT(performance-no-int-to-ptr)

}  // namespace

void ToUtf8::Close::operator()(void* handle) const {
  iconv_close(handle);
}

std::optional<ToUtf8> ToUtf8::from(std::string_view encoding) {
  ToUtf8 made;
  if (encoding.empty() || encoding == "utf-8") return made;
  if (encoding != "gb18030" && encoding != "gbk" && encoding != "gb2312") return std::nullopt;
  const iconv_t handle = iconv_open("UTF-8", "GB18030");
  if (handle == kNone) return std::nullopt;
  made.handle_.reset(handle);
  return made;
}

std::string ToUtf8::read(std::string_view piece) {
  if (!handle_) return std::string(piece);
  std::string input = std::move(left_);
  left_.clear();
  input += piece;
  std::string out;
  std::array<char, 4096> buffer{};
  char* from = input.data();
  std::size_t remaining = input.size();
  while (remaining > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t done = iconv(handle_.get(), &from, &remaining, &to, &room);
    const int error = done == static_cast<std::size_t>(-1) ? errno : 0;
    out.append(buffer.data(), buffer.size() - room);
    if (error == EILSEQ) {
      out += kReplacement;
      ++from;
      --remaining;
    } else if (error == EINVAL) {
      left_.assign(from, remaining);
      break;
    }
  }
  return out;
}

std::string ToUtf8::finish() {
  const bool half = !left_.empty();
  left_.clear();
  return half ? kReplacement : "";
}

}  // namespace firsthand::codec
