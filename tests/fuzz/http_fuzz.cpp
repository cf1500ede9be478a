// SPDX-License-Identifier: Apache-2.0
// Any bytes as the header of a request. The gate's verdict does not depend on how the bytes were
// cut into pieces, and what it lets through is what everybody behind it relies on.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "adapters/http/gate.hpp"

namespace {

using namespace firsthand::http;

void require(bool holds) {
  if (!holds) std::abort();
}

void trust(const Head& head) {
  require(!head.method.empty() && head.path.starts_with('/'));
  require(head.path.find('\0') == std::string::npos && head.path.find("/../") == std::string::npos);
  require(!head.host.empty());
  for (const auto& [name, value] : head.headers) {
    require(!name.empty());
    require(value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos);
  }
  require(head.body != BodyKind::length || head.content_length <= (std::uint64_t{1} << 62));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const GateLimits limits;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const HeaderScan whole = scan_header(bytes, limits);
  require(whole.size <= bytes.size());
  // Byte by byte the first verdict is the same one.
  for (std::size_t n = 0; n <= std::min<std::size_t>(bytes.size(), 512); ++n) {
    const HeaderScan part = scan_header(bytes.substr(0, n), limits);
    if (part.size > 0) require(part.size == whole.size);
    if (part.size > 0 || part.refusal) break;
  }
  if (whole.size == 0 || whole.refusal) return 0;
  if (const auto head = parse_head(bytes.substr(0, whole.size), limits)) trust(*head);
  return 0;
}
