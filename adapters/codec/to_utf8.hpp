// SPDX-License-Identifier: Apache-2.0
// Text of another encoding as UTF-8, piece by piece. What cannot be read becomes U+FFFD, so that
// one bad character spoils one line and not the file. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace firsthand::codec {

class ToUtf8 {
 public:
  /// utf-8, gb18030 (and with it gbk and gb2312); nothing for what we do not read.
  static std::optional<ToUtf8> from(std::string_view encoding);
  /// UTF-8 passes as it is.
  std::string read(std::string_view piece);
  /// The end: half a character that was left over.
  std::string finish();

 private:
  ToUtf8() = default;
  struct Close {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, Close> handle_;  ///< none: nothing to do
  std::string left_;
};

}  // namespace firsthand::codec
