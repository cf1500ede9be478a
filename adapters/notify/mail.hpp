// SPDX-License-Identifier: Apache-2.0
// A mail as it goes over the wire: headers that cannot be injected into, UTF-8 subject and names
// (RFC 2047), text and HTML as multipart/alternative in base64. Pure but for OpenSSL's SHA-256;
// any thread. Times are UTC.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "engine/time.hpp"

namespace firsthand::notify {

struct Mail {
  std::string key;  ///< of the effect: the same key gives the same Message-ID
  std::string to;
  std::string to_name;
  std::string subject;
  std::string text;
  std::string html;
  std::string language = "zh";
};

struct MailSender {
  std::string address;
  std::string name;
};

struct MailError {
  const char* what;  ///< a sentence that names the field and never repeats its value
};

/// One plain ASCII addr-spec: no comments, no quotes, no list, no control characters.
bool is_mail_address(std::string_view address);

/// As it is when it is plain ASCII, else encoded words of at most 75 characters, folded.
std::string encode_header_text(std::string_view utf8);

/// "<32 hex digits@domain of the sender>": the same key always gives the same one.
std::string message_id(std::string_view key, std::string_view sender_address);

/// The whole message with CRLF line ends. Refuses CR, LF, NUL and other control characters in
/// anything that becomes a header.
boost::system::result<std::string, MailError> build_message(const Mail& mail,
                                                            const MailSender& sender, Instant now);

}  // namespace firsthand::notify
