// SPDX-License-Identifier: Apache-2.0
// A built web application, read into memory at start: hashed assets are cached for ever, pages are
// revalidated by ETag, `.br` and `.gz` neighbours are served to who accepts them, and any other
// path outside /api, /ws and /assets gets index.html, because the application routes by itself.
// Requests never touch the disk, so no path can lead out of the directory.
//
// Thread: load once, read from anywhere. Errors: load() returns an error_code; file_too_large when
// the directory holds more than `bytes_max`.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "adapters/http/message.hpp"

namespace firsthand::http {

class StaticFiles {
 public:
  static constexpr std::size_t kBytesMax = 64 * 1024 * 1024;
  static boost::system::result<StaticFiles> load(const std::filesystem::path& directory,
                                                 std::size_t bytes_max = kBytesMax);

  /// For GET and HEAD on a path no route has; empty when this path is not ours to answer.
  std::optional<Response> respond(const Request& request) const;
  std::size_t count() const { return files_.size(); }

 private:
  using Bytes = std::shared_ptr<const std::string>;
  struct Variant {
    Bytes bytes;
    std::string etag;
  };
  struct File {
    std::string content_type;
    Variant plain, gzip, brotli;
  };
  static Response serve(const File& file, const Request& request, bool immutable);

  std::map<std::string, File, std::less<>> files_;  // by "/path"
};

}  // namespace firsthand::http
