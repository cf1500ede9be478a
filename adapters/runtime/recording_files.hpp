// SPDX-License-Identifier: Apache-2.0
// The directory of recordings. With several nodes it is one that all of them see. Blocks on the
// disk: call it on a thread that may. Errors: std::filesystem::filesystem_error and
// std::system_error; what is not there is no error where it says so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace firsthand::runtime {

class RecordingFiles {
 public:
  explicit RecordingFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  struct Kept {
    std::string sha256;
    std::int64_t bytes = 0, seconds = 0;
  };
  /// Durable when it returns. Nothing when these bytes are no sound file.
  std::optional<Kept> keep(std::int64_t id, const std::string& name, std::string bytes) const;
  /// `length` bytes from `from`, or fewer at the end; nothing when the file is not there.
  std::optional<std::string> read(std::int64_t id, const std::string& name, std::int64_t from,
                                  std::int64_t length) const;
  /// Also when it is not there any more.
  void remove(std::int64_t id, const std::string& name) const;

 private:
  std::filesystem::path path_of(std::int64_t id, const std::string& name) const;
  std::filesystem::path directory_;
};

}  // namespace firsthand::runtime
