// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/uploads.hpp"

namespace firsthand::runtime::api {

std::variant<facts::Mapping, Response> mapping_of(const Body& body, facts::FileKind kind) {
  auto mapping = facts::read_mapping(body.text("mapping"), kind, "mapping");
  if (!mapping) return invalid("mapping", mapping.error().text());
  if (body.has("source")) mapping->source = body.text("source");
  if (mapping->source.empty()) return invalid("source", "Say which system this is from.");
  mapping->encoding = "utf-8";  // JSON is
  return std::move(*mapping);
}

}  // namespace firsthand::runtime::api
