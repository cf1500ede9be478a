// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/mail.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace firsthand::notify {
namespace {

constexpr std::size_t kAddressMax = 254;
constexpr std::size_t kSubjectMax = 400;  // bytes; longer ones are cut between characters

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::string base64(std::string_view data) {
  std::string out(4 * ((data.size() + 2) / 3), '\0');
  // EVP_EncodeBlock writes a NUL behind the text; std::string has room for exactly that.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(data.data()),
                  static_cast<int>(data.size()));
  return out;
}

std::string base64_lines(std::string_view data) {
  const std::string all = base64(data);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += 76) {
    out.append(all, at, 76);
    out += "\r\n";
  }
  return out;
}

std::string sha256_hex(std::string_view data, std::size_t digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), hash.data());
  std::string out;
  for (const unsigned char byte : hash) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  out.resize(std::min(digits, out.size()));
  return out;
}

/// Bytes of the character that begins with `lead`; 1 for anything malformed.
std::size_t utf8_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  if (byte >= 0xc0) return 2;
  return 1;
}

std::string_view clip_utf8(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

/// "Sat, 21 Nov 2026 10:00:00 +0000" (RFC 5322).
std::string mail_date(Instant at) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const Date date{day};
  const std::string iso = to_iso8601(at);
  return std::string{kDays[std::chrono::weekday{day}.c_encoding()]} + ", " +
         std::to_string(static_cast<unsigned>(date.day())) + " " +
         kMonths[static_cast<unsigned>(date.month()) - 1] + " " +
         std::to_string(static_cast<int>(date.year())) + " " + iso.substr(11, 8) + " +0000";
}

std::string mailbox(std::string_view name, std::string_view address) {
  const std::string bare = "<" + std::string{address} + ">";
  if (name.empty()) return bare;
  if (!is_plain(name)) return encode_header_text(name) + " " + bare;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\" " + bare;
}

void append_part(std::string& out, const std::string& boundary, std::string_view type,
                 std::string_view body) {
  out += "--" + boundary + "\r\nContent-Type: " + std::string{type} +
         "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64_lines(body);
}

}  // namespace

bool is_mail_address(std::string_view address) {
  if (address.size() > kAddressMax || !is_plain(address)) return false;
  if (address.find_first_of(" <>()[],;:\\\"") != std::string_view::npos) return false;
  const auto at = address.find('@');
  if (at == 0 || at == std::string_view::npos ||
      address.find('@', at + 1) != std::string_view::npos)
    return false;
  const std::string_view domain = address.substr(at + 1);
  return !domain.empty() && domain.front() != '.' && domain.back() != '.' && domain.front() != '-';
}

std::string encode_header_text(std::string_view utf8) {
  // "=?" in plain text would be taken for an encoded word by the reader.
  if (is_plain(utf8) && utf8.find("=?") == std::string_view::npos && utf8.size() <= 60) {
    return std::string{utf8};
  }
  // 75 characters a word: 12 of frame leave 63, that is 15 groups of base64, 45 bytes.
  constexpr std::size_t kBytesMax = 45;
  std::string out;
  std::size_t at = 0;
  while (at < utf8.size()) {
    std::size_t end = at;
    while (end < utf8.size()) {
      const std::size_t next = std::min(utf8.size(), end + utf8_length(utf8[end]));
      if (next - at > kBytesMax) break;
      end = next;
    }
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(utf8.substr(at, end - at)) + "?=";
    at = end;
  }
  return out;
}

std::string message_id(std::string_view key, std::string_view sender_address) {
  const auto at = sender_address.find('@');
  const auto domain =
      at == std::string_view::npos ? std::string_view{"localhost"} : sender_address.substr(at + 1);
  return "<" + sha256_hex(key, 32) + "@" + std::string{domain} + ">";
}

boost::system::result<std::string, MailError> build_message(const Mail& mail,
                                                            const MailSender& sender, Instant now) {
  if (!is_mail_address(sender.address)) return MailError{"the sender is not a mail address"};
  if (!is_mail_address(mail.to)) return MailError{"the recipient is not a mail address"};
  if (has_control(sender.name)) return MailError{"the sender's name has a control character"};
  if (has_control(mail.to_name)) return MailError{"the recipient's name has a control character"};
  if (has_control(mail.subject)) return MailError{"the subject has a control character"};
  if (mail.subject.empty()) return MailError{"the subject is empty"};
  if (mail.key.empty()) return MailError{"the key is empty"};
  const bool known_language = mail.language == "zh" || mail.language == "en";
  if (!known_language) return MailError{"the language is not known"};

  // Base64 has no '-', so no body can contain the boundary.
  const std::string boundary = "=_" + sha256_hex("boundary:" + mail.key, 24);
  std::string out;
  const auto header = [&out](std::string_view name, const std::string& value) {
    out += std::string{name} + ": " + value + "\r\n";
  };
  header("Date", mail_date(now));
  header("From", mailbox(sender.name, sender.address));
  header("To", mailbox(mail.to_name, mail.to));
  header("Subject", encode_header_text(clip_utf8(mail.subject, kSubjectMax)));
  header("Message-ID", message_id(mail.key, sender.address));
  header("MIME-Version", "1.0");
  header("Auto-Submitted", "auto-generated");  // so that no out-of-office note comes back
  header("Content-Language", mail.language == "zh" ? "zh-CN" : "en");
  header("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"");
  out += "\r\n";
  append_part(out, boundary, "text/plain", mail.text);
  append_part(out, boundary, "text/html", mail.html);
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace firsthand::notify
