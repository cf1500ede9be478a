// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/static_files.hpp"

#include <openssl/sha.h>

#include <fstream>
#include <utility>

namespace firsthand::http {
namespace fs = std::filesystem;
using boost::system::error_code;

namespace {

std::string content_type(const std::string& path) {
  static const std::map<std::string, std::string> kTypes = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".mp3", "audio/mpeg"},
      {".ogg", "audio/ogg"},
      {".wav", "audio/wav"},
      {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"}};
  const auto found = kTypes.find(fs::path(path).extension().string());
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

std::string make_etag(const std::string& bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  std::string out = "\"";
  for (int i = 0; i < 16; ++i) {
    out += kHex[digest[i] >> 4U];
    out += kHex[digest[i] & 0xfU];
  }
  return out + '"';
}

boost::system::result<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return make_error_code(boost::system::errc::io_error);
  return bytes;
}

/// `br;q=0` means no; a missing weight means yes.
bool accepts(std::string_view header, std::string_view coding) {
  for (const auto member : comma_list(header)) {
    const auto semicolon = member.find(';');
    if (!same_name(trim(member.substr(0, semicolon)), coding)) continue;
    if (semicolon == std::string_view::npos) return true;
    const auto weight = trim(member.substr(semicolon + 1));
    return weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

bool matches(std::string_view if_none_match, std::string_view etag) {
  for (auto member : comma_list(if_none_match)) {
    if (member.starts_with("W/")) member.remove_prefix(2);
    if (member == etag || member == "*") return true;
  }
  return false;
}

bool is_under(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

boost::system::result<StaticFiles> StaticFiles::load(const fs::path& directory,
                                                     std::size_t bytes_max) {
  StaticFiles files;
  std::error_code error;
  std::size_t total = 0;
  fs::recursive_directory_iterator walk(directory, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    // A link could lead out of the directory, so only plain files count.
    if (walk->is_symlink() || !walk->is_regular_file()) continue;
    auto bytes = read_file(walk->path());
    if (!bytes) return bytes.error();
    total += bytes->size();
    if (total > bytes_max) return make_error_code(boost::system::errc::file_too_large);
    auto name = "/" + walk->path().lexically_relative(directory).generic_string();
    const bool brotli = name.ends_with(".br");
    const bool gzip = name.ends_with(".gz");
    if (brotli || gzip) name.resize(name.size() - 3);
    auto& file = files.files_[name];
    file.content_type = content_type(name);
    auto& variant = brotli ? file.brotli : gzip ? file.gzip : file.plain;
    variant.etag = make_etag(*bytes);
    variant.bytes = std::make_shared<const std::string>(std::move(*bytes));
  }
  if (error) return error_code(error.value(), boost::system::generic_category());
  // A packed file alone cannot be served to who does not accept its packing.
  std::erase_if(files.files_, [](const auto& entry) { return !entry.second.plain.bytes; });
  return files;
}

Response StaticFiles::serve(const File& file, const Request& request, bool immutable) {
  const auto accepted = request.header("Accept-Encoding");
  const bool brotli = file.brotli.bytes && accepts(accepted, "br");
  const bool gzip = !brotli && file.gzip.bytes && accepts(accepted, "gzip");
  const auto& variant = brotli ? file.brotli : gzip ? file.gzip : file.plain;
  Response response;
  response.content_type = file.content_type;
  response.add_header("ETag", variant.etag);
  response.add_header("Cache-Control",
                      immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.brotli.bytes || file.gzip.bytes) response.add_header("Vary", "Accept-Encoding");
  if (matches(request.header("If-None-Match"), variant.etag)) {
    response.status = 304;
    return response;
  }
  if (brotli) response.add_header("Content-Encoding", "br");
  if (gzip) response.add_header("Content-Encoding", "gzip");
  response.shared_body = variant.bytes;
  return response;
}

std::optional<Response> StaticFiles::respond(const Request& request) const {
  const std::string_view path = request.path;
  if (is_under(path, "/api") || is_under(path, "/ws")) return std::nullopt;
  const bool asset = is_under(path, "/assets");
  const auto found = files_.find(path);
  if (found != files_.end()) return serve(found->second, request, asset);
  if (asset) return std::nullopt;
  const auto index = files_.find("/index.html");
  if (index == files_.end()) return std::nullopt;
  return serve(index->second, request, false);
}

}  // namespace firsthand::http
