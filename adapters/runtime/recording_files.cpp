// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/recording_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

#include "adapters/codec/wav.hpp"

namespace firsthand::runtime {
namespace {

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (fd_ < 0) fail();
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail();
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() const {
    if (::fsync(fd_) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw std::system_error(errno, std::generic_category(), path_.string());
  }
  std::filesystem::path path_;
  int fd_;
};

}  // namespace

// A thousand of them in each folder.
std::filesystem::path RecordingFiles::path_of(std::int64_t id, const std::string& name) const {
  return directory_ / std::to_string(id / 1000) / (name + ".wav");
}

std::optional<RecordingFiles::Kept> RecordingFiles::keep(std::int64_t id, const std::string& name,
                                                         std::string bytes) const {
  const auto facts = codec::mend_wav(bytes);
  if (!facts) return std::nullopt;
  const std::filesystem::path path = path_of(id, name);
  const std::filesystem::path part = path.string() + ".part";
  std::filesystem::create_directories(path.parent_path());
  {
    const Descriptor file{part, O_WRONLY | O_CREAT | O_TRUNC};
    file.write(bytes);
    file.sync();
  }
  std::filesystem::rename(part, path);
  Descriptor{path.parent_path(), O_RDONLY | O_DIRECTORY}.sync();
  return Kept{codec::sha256_hex(bytes), static_cast<std::int64_t>(bytes.size()), facts->seconds};
}

std::optional<std::string> RecordingFiles::read(std::int64_t id, const std::string& name,
                                                std::int64_t from, std::int64_t length) const {
  std::ifstream file{path_of(id, name), std::ios::binary};
  if (!file) return std::nullopt;
  std::string bytes(static_cast<std::size_t>(length), '\0');
  file.seekg(from);
  file.read(bytes.data(), length);
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

void RecordingFiles::remove(std::int64_t id, const std::string& name) const {
  std::filesystem::remove(path_of(id, name));
  std::filesystem::remove(path_of(id, name).string() + ".part");
}

}  // namespace firsthand::runtime
