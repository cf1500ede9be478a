// SPDX-License-Identifier: Apache-2.0
#include "config/call_sources.hpp"

#include <algorithm>

#include "config/reader.hpp"
#include "config/units.hpp"

namespace firsthand::config {
namespace {

constexpr std::size_t kReplyMax = 2000;
constexpr std::string_view kOwnFormat = "firsthand";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// Their words and ours, each of which must be one of E.
template <class E>
PushFormat::Words<E> read_words(Reader& reader, std::string_view key) {
  PushFormat::Words<E> words;
  for (const auto& [theirs, ours] : reader.dictionary(key)) {
    E value{};
    if (reader.is_word(std::string{key} + "." + theirs, ours, value)) words[lower(theirs)] = value;
  }
  return words;
}

PushFormat read_format(Reader& reader) {
  PushFormat format;
  format.code = reader.code("code");
  format.body = reader.word<PushBody>("body", PushBody::any);
  format.numbers = reader.word<PushNumbers>("numbers", PushNumbers::dialled);
  format.call = reader.texts("call");
  format.event = reader.texts("event");
  if (format.call.empty()) reader.fail("call", why::at_least_one);
  if (format.event.empty()) reader.fail("event", why::at_least_one);
  format.direction = reader.texts("direction");
  format.from = reader.texts("from");
  format.to = reader.texts("to");
  format.agent = reader.texts("agent");
  format.cause = reader.texts("cause");
  format.at = reader.texts("at");
  format.events = read_words<CallReport>(reader, "events");
  if (format.events.empty()) reader.fail("events", why::at_least_one);
  format.directions = read_words<CallWay>(reader, "directions");
  for (const auto& [theirs, ours] : reader.dictionary("causes"))
    format.causes[lower(theirs)] = ours;
  if (reader.has("reply")) {
    format.reply = reader.long_text("reply", kReplyMax);
    format.reply_type = reader.text("reply_type");
  }
  return format;
}

void read_hmac(Reader& reader, CallSource& source) {
  source.header = reader.text("header");
  source.hash = reader.word<SignatureHash>("hash", SignatureHash::sha256);
  source.text = reader.word<SignatureText>("text", SignatureText::hex);
  source.prefix = reader.text("prefix", "");
  source.timestamp_header = reader.text("timestamp_header", "");
  const bool timed = !source.timestamp_header.empty();
  source.signs = reader.text("signs", timed ? "{timestamp}.{body}" : "{body}");
  // A signature that does not cover what it vouches for would vouch for anything.
  if (source.signs.find("{body}") == std::string::npos) {
    reader.fail("signs", {why::none_of, {{"written", source.signs}, {"known", "{body}"}}});
  }
  if (timed && source.signs.find("{timestamp}") == std::string::npos) {
    reader.fail("signs", {why::none_of, {{"written", source.signs}, {"known", "{timestamp}"}}});
  }
}

CallSource read_source(Reader& reader, const CallSources& known) {
  CallSource source;
  source.code = reader.code("code");
  source.format = reader.text("format", std::string{kOwnFormat});
  const auto& formats = known.formats;
  const bool there = source.format == kOwnFormat ||
                     std::any_of(formats.begin(), formats.end(), [&](const PushFormat& format) {
                       return format.code == source.format;
                     });
  if (!there) {
    std::string all{kOwnFormat};
    for (const PushFormat& format : formats) all += ", " + format.code;
    reader.fail("format", {why::none_of, {{"written", source.format}, {"known", all}}});
  }
  source.proof = reader.word<PushProof>("proof");
  if (source.proof == PushProof::hmac) read_hmac(reader, source);
  if (reader.has("window")) {
    source.window =
        reader.parsed("window", parse_duration, why::no_duration).value_or(source.window);
  }
  source.url = reader.text("url", "");
  for (const auto& [theirs, ours] : reader.dictionary("agents"))
    source.agents[lower(theirs)] = ours;
  return source;
}

void read_bound(Reader& reader, std::string_view key, Seconds& bound) {
  if (!reader.has(key)) return;
  bound = reader.parsed(key, parse_duration, why::no_duration).value_or(bound);
  if (bound < std::chrono::minutes{1}) {
    reader.fail(key, {why::out_of_bounds, {{"min", "1m"}, {"max", "10y"}}});
  }
}

PushFormat made_own_format() {
  PushFormat format;
  format.code = kOwnFormat;
  format.call = {"call_id", "callId", "callid", "xcid"};
  format.event = {"event"};
  format.direction = {"direction"};
  format.from = {"from", "caller"};
  format.to = {"to", "called"};
  format.agent = {"agent", "user", "answeringNumber", "answering_number"};
  format.cause = {"cause"};
  format.at = {"at", "timestamp"};
  using enum CallReport;
  format.events = {{"newcall", new_call},      {"new_call", new_call},   {"incomingcall", new_call},
                   {"outgoingcall", new_call}, {"ringing", ringing},     {"answer", answer},
                   {"answered", answer},       {"callaccepted", answer}, {"hold", hold},
                   {"unhold", unhold},         {"resume", unhold},       {"transfer", transfer},
                   {"hangup", hangup},         {"hungup", hangup},       {"end", hangup}};
  return format;
}

}  // namespace

const PushFormat& own_format() {
  static const PushFormat format = made_own_format();
  return format;
}

const CallSource* CallSources::source(std::string_view code) const {
  const auto found = std::find_if(sources.begin(), sources.end(),
                                  [&](const CallSource& each) { return each.code == code; });
  return found == sources.end() ? nullptr : &*found;
}

const PushFormat& CallSources::format(std::string_view code) const {
  const auto found = std::find_if(formats.begin(), formats.end(),
                                  [&](const PushFormat& each) { return each.code == code; });
  return found == formats.end() ? own_format() : *found;
}

Checked<CallSources> read_call_sources(const Value& document, const std::string& file) {
  Errors errors;
  CallSources all;
  {
    Reader root{document, file, "", errors};
    read_bound(root, "longest_wait", all.longest_wait);
    read_bound(root, "longest_talk", all.longest_talk);
    root.each("format", [&](Reader& reader) { all.formats.push_back(read_format(reader)); });
    root.each("source", [&](Reader& reader) { all.sources.push_back(read_source(reader, all)); });
  }
  refuse_doubles(all.formats, file, "format", errors);
  refuse_doubles(all.sources, file, "source", errors);
  if (!errors.empty()) return errors;
  return all;
}

}  // namespace firsthand::config
