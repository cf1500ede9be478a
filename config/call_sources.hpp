// SPDX-License-Identifier: Apache-2.0
// Telephone systems that push what happens to calls (config/defaults/call_sources.toml): how each
// proves who it is, and what its fields and words mean here. A system whose pushes are JSON or a
// form is connected by writing a format, not by writing code. Secrets stand with the API tokens and
// never in this document. Pure; any thread.
#pragma once

#include <boost/describe/enum.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/errors.hpp"
#include "config/toml.hpp"
#include "engine/time.hpp"

namespace firsthand::config {

/// What a push can say of a call. `ignore`: it is answered and nothing is recorded.
enum class CallReport { new_call, ringing, answer, hold, unhold, transfer, hangup, ignore };
BOOST_DESCRIBE_ENUM(CallReport, new_call, ringing, answer, hold, unhold, transfer, hangup, ignore)

enum class CallWay { in, out };
BOOST_DESCRIBE_ENUM(CallWay, in, out)

/// How numbers are written: as one dials them here, or with the country code and no sign before it
/// (492111234567). What begins with 0 or is short is dialled here in either case.
enum class PushNumbers { dialled, international };
BOOST_DESCRIBE_ENUM(PushNumbers, dialled, international)

enum class PushBody { json, form, any };
BOOST_DESCRIBE_ENUM(PushBody, json, form, any)

/// What a system sends. A field is looked for under several names and the first that is there and
/// not empty is taken; "call.legs.0.id" leads into JSON objects and lists.
struct PushFormat {
  using Names = std::vector<std::string>;
  template <class T>
  using Words = std::map<std::string, T, std::less<>>;  ///< their word, in lower case → ours

  std::string code;
  PushBody body = PushBody::any;
  PushNumbers numbers = PushNumbers::dialled;
  Names call, event, direction, from, to, agent, cause, at;
  Words<CallReport> events;
  Words<CallWay> directions;  ///< empty: what begins with "in" or "out"
  Words<std::string> causes;  ///< what is not named stays as it is; "answered": it was talked
  std::string reply;  ///< instead of our own answer; {url} is the address that was pushed to
  std::string reply_type;
  friend bool operator==(const PushFormat&, const PushFormat&) = default;
};

enum class PushProof { token, standard_webhooks, hmac, twilio };
BOOST_DESCRIBE_ENUM(PushProof, token, standard_webhooks, hmac, twilio)
enum class SignatureHash { sha1, sha256, sha512 };
BOOST_DESCRIBE_ENUM(SignatureHash, sha1, sha256, sha512)
enum class SignatureText { hex, base64 };
BOOST_DESCRIBE_ENUM(SignatureText, hex, base64)

/// One system. Its code is the name of the API token that lets it in, or whose signing secret it
/// signs with, and the name of the PBX in the records of calls.
struct CallSource {
  std::string code;
  std::string format;
  PushProof proof = PushProof::token;
  // hmac
  std::string header;
  SignatureHash hash = SignatureHash::sha256;
  SignatureText text = SignatureText::hex;
  std::string prefix;            ///< such as "sha256="
  std::string timestamp_header;  ///< Unix seconds; empty: none is sent
  Seconds window{300};
  std::string signs;  ///< {body} and {timestamp}
  /// The address as the sender knows it; empty: http.public_url. It is part of Twilio's signature.
  std::string url;
  std::map<std::string, std::string, std::less<>> agents;  ///< their name → login or extension
  friend bool operator==(const CallSource&, const CallSource&) = default;
};

struct CallSources {
  /// A call of which nothing more is heard is ended for us after this long.
  Seconds longest_wait{std::chrono::minutes{30}};
  Seconds longest_talk{std::chrono::hours{4}};
  std::vector<PushFormat> formats;
  std::vector<CallSource> sources;

  const CallSource* source(std::string_view code) const;
  /// The format of a source, or ours.
  const PushFormat& format(std::string_view code) const;
  friend bool operator==(const CallSources&, const CallSources&) = default;
};

/// Ours, for senders that no source is written for: `call_id`, `event` and so on, with the names
/// that are most often used for them.
const PushFormat& own_format();

Checked<CallSources> read_call_sources(const Value& document, const std::string& file);

}  // namespace firsthand::config
