// SPDX-License-Identifier: Apache-2.0
// Sound files as a PBX leaves them, also one that died while it wrote.
#include "adapters/codec/wav.hpp"

#include <gtest/gtest.h>

namespace firsthand::codec {
namespace {

std::string four(std::uint32_t value) {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
  return out;
}

/// 16 bits, 8 kHz, one voice; `said`: the length in its head.
std::string wav(std::size_t sound, std::uint32_t said) {
  std::string format =
      std::string("\1\0\1\0", 4) + four(8000) + four(16000) + std::string("\2\0\20\0", 4);
  return "RIFF" + four(36 + said) + "WAVEfmt " + four(16) + format + "data" + four(said) +
         std::string(sound, '\1');
}

TEST(Wav, SaysHowLongItIs) {
  std::string whole = wav(48'000, 48'000);
  const std::string before = whole;
  ASSERT_TRUE(mend_wav(whole));
  EXPECT_EQ(mend_wav(whole)->seconds, 3);
  EXPECT_EQ(whole, before);
}

TEST(Wav, LengthsThatWereNeverWrittenArePutRight) {
  for (const std::uint32_t said : {0U, 4'000'000U}) {
    std::string torn = wav(32'000, said);
    ASSERT_TRUE(mend_wav(torn)) << said;
    EXPECT_EQ(mend_wav(torn)->seconds, 2);
    EXPECT_EQ(torn, wav(32'000, 32'000));
  }
}

TEST(Wav, OtherFilesAreNone) {
  for (std::string bytes : {std::string{}, std::string{"RIFF"}, std::string(100, 'x'),
                            wav(0, 0).substr(0, 40), std::string{"{\"message\":\"no\"}"}}) {
    EXPECT_FALSE(mend_wav(bytes)) << bytes;
  }
}

TEST(Wav, Digest) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace firsthand::codec
