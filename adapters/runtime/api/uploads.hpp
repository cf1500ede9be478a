// SPDX-License-Identifier: Apache-2.0
// What requests that bring CSV text have in common: how much of it, its mapping, and which system
// it is from. Pure; any thread.
#pragma once

#include "adapters/facts/mapping.hpp"
#include "adapters/runtime/api/answers.hpp"

namespace firsthand::runtime::api {

inline constexpr std::int64_t kCsvMax = 16 * 1024 * 1024;
inline constexpr std::int64_t kMappingMax = 64 * 1024;
inline constexpr std::size_t kUploadMax = 2 * kCsvMax;  ///< JSON escapes quotes and line breaks

/// The fields `mapping` and `source` of the body, or the answer that says what is wrong.
std::variant<facts::Mapping, Response> mapping_of(const Body& body, facts::FileKind kind);

}  // namespace firsthand::runtime::api
