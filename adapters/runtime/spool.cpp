// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/spool.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/crc.hpp>
#include <boost/json.hpp>
#include <fstream>
#include <system_error>

#include "engine/words.hpp"

namespace firsthand::runtime {
namespace {

namespace json = boost::json;

std::uint32_t checksum(std::string_view text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return crc.checksum();
}

std::string text(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string{value->get_string()} : "";
}

std::int64_t number(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value && value->is_int64() ? value->get_int64() : 0;
}

Instant instant(const json::object& object, const char* key) {
  return Instant{Millis{number(object, key)}};
}

}  // namespace

std::optional<std::string> to_line(const Event& event) {
  json::object out{{"source", event.source}, {"key", event.key}, {"actor", event.actor.value}};
  const auto ms = [](Instant at) { return at.time_since_epoch().count(); };
  if (const auto* e = std::get_if<event::CallArrived>(&event.what)) {
    out["what"] = "call_arrived";
    out["pbx"] = e->pbx, out["channel"] = e->pbx_channel, out["number"] = e->number;
    out["dialled"] = e->dialled, out["at"] = ms(e->at);
  } else if (const auto* ended = std::get_if<event::CallEnded>(&event.what)) {
    out["what"] = "call_ended";
    out["pbx"] = ended->pbx, out["channel"] = ended->pbx_channel,
    out["interaction"] = ended->interaction.value;
    out["reason"] = ended->reason;
  } else if (const auto* held = std::get_if<event::CallHeld>(&event.what)) {
    out["what"] = "call_held";
    out["interaction"] = held->interaction.value, out["held"] = held->held;
  } else if (const auto* pressed = std::get_if<event::DigitPressed>(&event.what)) {
    out["what"] = "digit_pressed";
    out["pbx"] = pressed->pbx, out["channel"] = pressed->pbx_channel;
    out["digit"] = pressed->digit;
  } else if (const auto* accepted = std::get_if<event::OfferAccepted>(&event.what)) {
    if (accepted->how != event::AcceptedHow::phone) return std::nullopt;
    out["what"] = "offer_accepted";
    out["offer"] = accepted->offer.value;
  } else if (const auto* refused = std::get_if<event::OfferRefused>(&event.what)) {
    out["what"] = "offer_refused";
    out["offer"] = refused->offer.value, out["how"] = refused->how;
  } else if (const auto* leg = std::get_if<event::OutboundLeg>(&event.what)) {
    out["what"] = "outbound_leg";
    out["interaction"] = leg->interaction.value, out["leg"] = leg->leg, out["happened"] = leg->what;
    out["reason"] = leg->reason, out["leg_id"] = leg->leg_id;
  } else if (const auto* gone = std::get_if<event::AgentLegEnded>(&event.what)) {
    out["what"] = "agent_leg_ended";
    out["interaction"] = gone->interaction.value, out["leg"] = gone->leg;
    out["reason"] = gone->reason;
  } else if (const auto* replaced = std::get_if<event::AgentLegReplaced>(&event.what)) {
    out["what"] = "agent_leg_replaced";
    out["interaction"] = replaced->interaction.value, out["leg"] = replaced->leg;
    out["new_leg"] = replaced->new_leg, out["dialled"] = replaced->dialled;
    out["to"] = replaced->to.value;
  } else if (const auto* heard = std::get_if<event::ListeningLeg>(&event.what)) {
    out["what"] = "listening_leg";
    out["listening"] = heard->listening.value, out["happened"] = heard->what;
    out["reason"] = heard->reason;
  } else if (const auto* told = std::get_if<event::RecordingTold>(&event.what)) {
    out["what"] = "recording_told";
    out["recording"] = told->recording.value, out["happened"] = told->what;
    out["reason"] = told->reason;
  } else if (const auto* seen = std::get_if<event::CallObserved>(&event.what)) {
    out["what"] = "call_observed";
    out["pbx"] = seen->pbx, out["call"] = seen->call, out["happened"] = seen->what,
    out["number"] = seen->number;
    out["dialled"] = seen->dialled, out["extension"] = seen->extension, out["cause"] = seen->cause;
    out["direction"] = word(seen->direction), out["at"] = ms(seen->at);
    out["agent"] = seen->agent.value;
  } else {
    return std::nullopt;
  }
  return json::serialize(out);
}

std::optional<Event> from_line(std::string_view line) {
  boost::system::error_code error;
  const json::value parsed = json::parse(line, error);
  if (error || !parsed.is_object()) return std::nullopt;
  const auto& in = parsed.get_object();
  Event event;
  event.source = text(in, "source");
  event.key = text(in, "key");
  event.actor = UserId{number(in, "actor")};
  const std::string what = text(in, "what");
  if (what == "call_arrived") {
    event.what = event::CallArrived{text(in, "pbx"), text(in, "channel"), text(in, "number"),
                                    text(in, "dialled"), instant(in, "at")};
  } else if (what == "call_ended") {
    event.what = event::CallEnded{text(in, "pbx"), text(in, "channel"),
                                  InteractionId{number(in, "interaction")}, text(in, "reason")};
  } else if (what == "call_held") {
    const auto* held = in.if_contains("held");
    event.what = event::CallHeld{InteractionId{number(in, "interaction")},
                                 held && held->is_bool() && held->get_bool()};
  } else if (what == "digit_pressed") {
    event.what = event::DigitPressed{text(in, "pbx"), text(in, "channel"), text(in, "digit")};
  } else if (what == "offer_accepted") {
    event.what = event::OfferAccepted{OfferId{number(in, "offer")}, "", event::AcceptedHow::phone};
  } else if (what == "offer_refused") {
    event.what = event::OfferRefused{OfferId{number(in, "offer")}, "", text(in, "how")};
  } else if (what == "outbound_leg") {
    event.what = event::OutboundLeg{InteractionId{number(in, "interaction")}, text(in, "leg"),
                                    text(in, "happened"), text(in, "reason"), text(in, "leg_id")};
  } else if (what == "agent_leg_ended") {
    event.what = event::AgentLegEnded{InteractionId{number(in, "interaction")}, text(in, "leg"),
                                      text(in, "reason")};
  } else if (what == "agent_leg_replaced") {
    event.what =
        event::AgentLegReplaced{InteractionId{number(in, "interaction")}, text(in, "leg"),
                                text(in, "new_leg"), text(in, "dialled"), UserId{number(in, "to")}};
  } else if (what == "listening_leg") {
    event.what = event::ListeningLeg{ListeningId{number(in, "listening")}, text(in, "happened"),
                                     text(in, "reason")};
  } else if (what == "recording_told") {
    event.what = event::RecordingTold{RecordingId{number(in, "recording")}, text(in, "happened"),
                                      text(in, "reason")};
  } else if (what == "call_observed") {
    event.what = event::CallObserved{
        text(in, "pbx"),
        text(in, "call"),
        text(in, "happened"),
        text(in, "number"),
        text(in, "dialled"),
        text(in, "extension"),
        text(in, "cause"),
        from_word<Direction>(text(in, "direction")).value_or(Direction::inbound),
        instant(in, "at"),
        UserId{number(in, "agent")}};
  } else {
    return std::nullopt;
  }
  return event;
}

Spool::Spool(std::filesystem::path file) : file_(std::move(file)) {
  if (file_.has_parent_path()) std::filesystem::create_directories(file_.parent_path());
  fd_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "spool " + file_.string());
  count_ = read().size();
}

Spool::~Spool() {
  ::close(fd_);
}

bool Spool::append(const Event& event) {
  const auto body = to_line(event);
  if (!body) return false;
  const std::string line = fmt::format("{:08x} {}\n", checksum(*body), *body);
  const std::lock_guard lock{mutex_};
  const auto before = ::lseek(fd_, 0, SEEK_END);
  const bool whole = ::write(fd_, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                     ::fsync(fd_) == 0;
  if (!whole) {
    // Half a line would hide the next one: cut it off again.
    if (before < 0 || ::ftruncate(fd_, before) != 0) spdlog::error("spool: cannot cut a torn line");
    return false;
  }
  ++count_;
  return true;
}

std::vector<Event> Spool::read() const {
  const std::lock_guard lock{mutex_};
  std::vector<Event> events;
  std::ifstream in{file_, std::ios::binary};
  for (std::string line; std::getline(in, line);) {
    if (line.size() < 10) continue;
    const std::string_view body = std::string_view{line}.substr(9);
    if (fmt::format("{:08x}", checksum(body)) != std::string_view{line}.substr(0, 8)) {
      spdlog::error("spool: a damaged line is left out");
      continue;
    }
    if (auto event = from_line(body)) events.push_back(std::move(*event));
  }
  return events;
}

bool Spool::clear(std::size_t filed) {
  const std::lock_guard lock{mutex_};
  if (count_ != filed) return false;
  if (::ftruncate(fd_, 0) != 0 || ::fsync(fd_) != 0) spdlog::error("spool: cannot be emptied");
  count_ = 0;
  return true;
}

std::size_t Spool::size() const {
  const std::lock_guard lock{mutex_};
  return count_;
}

}  // namespace firsthand::runtime
