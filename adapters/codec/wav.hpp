// SPDX-License-Identifier: Apache-2.0
// Sound files as a PBX writes them: RIFF/WAVE. Pure; any thread; nothing throws on content.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firsthand::codec {

struct WavFacts {
  std::int64_t seconds = 0;  // rounded
};
// Nothing when it is no WAV file. The lengths in the head are put right by what is there: who dies
// while he writes leaves them as they were at the beginning.
std::optional<WavFacts> mend_wav(std::string& bytes);

// 64 hex digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace firsthand::codec
