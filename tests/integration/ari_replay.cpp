// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/ari_replay.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace firsthand::telephony::test {
namespace {

namespace json = boost::json;

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("no fixture " + path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

RestLine read_rest(const json::object& from) {
  RestLine line;
  line.method = from.at("method").as_string();
  line.status = static_cast<int>(from.at("status").as_int64());
  line.body = json::serialize(from.at("response"));
  std::string url{from.at("url").as_string()};
  const auto question = url.find('?');
  line.path = decode(url.substr(4, question == std::string::npos ? question : question - 4));
  if (question != std::string::npos) {
    std::istringstream fields(url.substr(question + 1));
    for (std::string field; std::getline(fields, field, '&');) {
      const auto equals = field.find('=');
      line.query[field.substr(0, equals)] = decode(field.substr(equals + 1));
    }
  }
  return line;
}

// What stands between "/channels/" and the next slash, and what follows.
std::pair<std::string, std::string> split_path(const std::string& path, const std::string& prefix) {
  if (!path.starts_with(prefix)) return {};
  const auto slash = path.find('/', prefix.size());
  if (slash == std::string::npos) return {path.substr(prefix.size()), ""};
  return {path.substr(prefix.size(), slash - prefix.size()), path.substr(slash)};
}

bool has_comma(const RestLine& line) {
  const auto channel = line.query.find("channel");
  return channel != line.query.end() && channel->second.find(',') != std::string::npos;
}

}  // namespace

Recording load_recording(const std::string& name, const std::string& suffix) {
  const std::string base = std::string{FIRSTHAND_PBX_FIXTURES} + "/" + name;
  Recording recording;
  recording.name = name;
  const auto frames = read_lines(base + suffix);
  for (const std::string& text : read_lines(base + ".timeline.jsonl")) {
    const json::value value = json::parse(text);
    const json::object& from = value.as_object();
    const std::string source{from.at("src").as_string()};
    Step step;
    step.t = from.at("t").to_number<double>();
    if (source == "ari-ws") {
      if (std::string{from.at("file").as_string()} != suffix) continue;
      const auto event = parse_ari_event(frames.at(from.at("line").to_number<std::size_t>() - 1));
      if (!event) throw std::runtime_error("a recorded frame does not parse in " + name);
      step.is_frame = true;
      step.event = *event;
    } else if (source == "ari-rest") {
      step.rest = read_rest(from);
    } else if (source == "note") {
      step.note = from.at("text").as_string();
    } else {
      continue;
    }
    const bool originate = step.rest.method == "POST" &&
                           (step.rest.path == "/channels" || step.rest.path == "/channels/create");
    if (originate) {
      recording.originates.emplace(step.rest.query.at("channelId"), recording.steps.size());
    }
    recording.steps.push_back(std::move(step));
  }
  return recording;
}

Replay::Replay(const Recording& recording, AriStateOptions options)
    : recording_(recording), state_(std::move(options)) {
  AriSnapshot first;
  first.started_at = "first life";
  first.requested_at = now();
  take(state_.on_snapshot(first, now()));
  events_.clear();
}

Instant Replay::now() const {
  // Any fixed day; the recordings' own clock is in the frames.
  return Instant{std::chrono::milliseconds{1'795'297'000'000 + static_cast<long long>(t_ * 1000)}};
}

void Replay::play() {
  for (std::size_t i = 0; i < recording_.steps.size(); ++i) step(i);
}

void Replay::step(std::size_t index) {
  const Step& step = recording_.steps[index];
  t_ = step.t;
  if (step.is_frame) return frame(step.event);
  if (step.note.starts_with("ARI websocket up")) ++sockets_;
  if (!step.rest.method.empty()) run_rest(index);
}

void Replay::frame(const AriEvent& event) {
  place_leg(event.channel.id);
  take(state_.on_event(event, now()));
}

// A leg's first event may come before the reply to the request that made it.
void Replay::place_leg(const std::string& leg_id) {
  const auto asked = recording_.originates.find(leg_id);
  if (asked == recording_.originates.end() || !placed_.insert(leg_id).second) return;
  const RestLine* line = &recording_.steps[asked->second].rest;
  const std::string id = "c" + std::to_string(++command_);
  const auto query = [&](const char* name) {
    const auto found = line->query.find(name);
    return found == line->query.end() ? std::string{} : found->second;
  };
  const std::string endpoint = query("endpoint").substr(query("endpoint").find('/') + 1);
  const int timeout = query("timeout").empty() ? 20 : std::stoi(query("timeout"));
  const std::string args = query("appArgs");
  if (args == "cb-customer") return;  // our own state machine dials him
  if (args == "cb-agent") {
    CallBack command{id, leg_id, "", endpoint, parse_phone("+4915550001"), "cb-1"};
    for (const Step& step : recording_.steps) {
      const auto found = step.rest.query.find("appArgs");
      if (found == step.rest.query.end() || found->second != "cb-customer") continue;
      command.customer_leg_id = step.rest.query.at("channelId");
      break;
    }
    return take(state_.on_command(command, now()));
  }
  // A consultation names the agent's leg or nobody; to us it is another leg of the same call.
  const std::string channel = arrived_.contains(query("originator")) || arrived_.empty()
                                  ? query("originator")
                                  : *arrived_.rbegin();
  take(state_.on_command(Offer{id, channel, leg_id, endpoint, timeout, "+4915550001", "Caller"},
                         now()));
}

void Replay::run_rest(std::size_t index) {
  const RestLine& line = recording_.steps[index].rest;
  const std::string id = "c" + std::to_string(++command_);
  const auto [channel, action] = split_path(line.path, "/channels/");
  const auto [bridge, bridge_action] = split_path(line.path, "/bridges/");
  if (line.method == "POST" && (line.path == "/channels" || line.path == "/channels/create")) {
    place_leg(line.query.at("channelId"));
    release_held("place " + line.query.at("channelId"), line);
  } else if (line.method == "POST" && action == "/answer") {
    take(state_.on_command(Accept{id, channel}, now()));
    release_held("answer " + channel, line);
  } else if (line.method == "POST" && line.path == "/bridges") {
    // The recorded engine makes the bridge when it wants to connect; whom it names a little later.
    if (line.query.at("type") != "mixing") return;
    for (std::size_t i = index; i < recording_.steps.size(); ++i) {
      const RestLine& add = recording_.steps[i].rest;
      if (add.path != "/bridges/" + line.query.at("bridgeId") + "/addChannel") continue;
      if (!has_comma(add)) break;
      const std::string both = add.query.at("channel");
      const auto comma = both.find(',');
      if (!arrived_.contains(both.substr(0, comma))) break;  // two agents among themselves
      take(state_.on_command(
          Connect{id, both.substr(0, comma), both.substr(comma + 1), line.query.at("bridgeId")},
          now()));
      break;
    }
  } else if (line.method == "POST" && bridge_action == "/addChannel") {
    if (has_comma(line)) return release_held("add " + bridge, line);
    const bool holding = bridge.starts_with("hold");
    if (holding) {
      take(state_.on_command(Hold{id, line.query.at("channel"), bridge}, now()));
    } else {
      take(state_.on_command(Unhold{id, line.query.at("channel"), bridge}, now()));
    }
  } else if (line.method == "DELETE" && !channel.empty() && action.empty()) {
    take(state_.on_command(Drop{id, channel}, now()));
  } else if (line.method == "POST" && action == "/continue") {
    take(state_.on_command(
        ReleaseToDialplan{id, channel, line.query.at("context"), line.query.at("extension")},
        now()));
  } else if (line.method == "GET" && sockets_ > 1 && line.path == last_look(index)) {
    snapshot_from(index);
  }
}

// Which list the recorded engine asked for last when it looked around.
std::string Replay::last_look(std::size_t index) const {
  for (std::size_t i = index; i < recording_.steps.size() && i < index + 3; ++i) {
    if (recording_.steps[i].rest.path == "/bridges") return "/bridges";
  }
  return "/channels";
}

// The recorded engine's look around after a reconnect.
void Replay::snapshot_from(std::size_t index) {
  AriSnapshot snapshot;
  snapshot.started_at = "first life";
  snapshot.requested_at = now();
  for (std::size_t i = 0; i <= index; ++i) {
    const RestLine& line = recording_.steps[i].rest;
    if (line.method != "GET") continue;
    if (line.path == "/asterisk/info")
      snapshot.started_at = parse_ari_info(line.body)->startup_time;
    if (line.path == "/channels") snapshot.channels = *parse_ari_channels(line.body);
    if (line.path == "/bridges") snapshot.bridges = *parse_ari_bridges(line.body);
  }
  take(state_.on_snapshot(snapshot, now()));
}

void Replay::empty_snapshot() {
  pbx_gone_ = true;
  for (auto& [key, requests] : held_) {
    for (const AriRequest& request : std::deque<AriRequest>(requests)) reply_now(request, 404);
  }
  held_.clear();
  t_ += 1;
  AriSnapshot empty;
  empty.started_at = "first life";
  empty.requested_at = now();
  take(state_.on_snapshot(empty, now()));
  t_ += 1000;  // legs that were never confirmed are taken for dead when their time is over
  take(state_.on_tick(now()));
}

void Replay::take(AriCallState::Output out) {
  for (PbxEvent& event : out.events) {
    const auto* arrival = std::get_if<CallArrived>(&event);
    if (arrival != nullptr) arrived_.insert(arrival->channel_id);
    events_.push_back(std::move(event));
  }
  for (CommandResult& result : out.results) results_.push_back(std::move(result));
  for (const AriRequest& request : out.requests) {
    requests_.push_back(request);
    answer(request);
  }
}

void Replay::answer(const AriRequest& request) {
  if (pbx_gone_) return reply_now(request, 404);
  const std::string path = request.target.substr(0, request.target.find('?'));
  const auto [channel, action] = split_path(path, "/channels/");
  const auto [bridge, bridge_action] = split_path(path, "/bridges/");
  std::string key;
  if (request.method == "POST" && path == "/channels") {
    const auto at = request.target.find("channelId=") + 10;
    key = "place " + request.target.substr(at, request.target.find('&', at) - at);
  } else if (action == "/answer") {
    key = "answer " + channel;
  } else if (bridge_action == "/addChannel" && request.target.find("%2C") != std::string::npos) {
    key = "add " + bridge;
  } else if (request.method == "POST" && path == "/bridges") {
    return reply_now(request, 200);
  } else if (request.method == "GET" && !channel.empty()) {
    return reply_now(request, 404, R"({"message":"Channel not found"})");
  } else {
    return reply_now(request, 204);
  }
  held_[key].push_back(request);
}

void Replay::release_held(const std::string& key, const RestLine& line) {
  const auto found = held_.find(key);
  if (found == held_.end() || found->second.empty()) return;
  const AriRequest request = found->second.front();
  found->second.pop_front();
  reply_now(request, line.status, line.body);
}

void Replay::reply_now(const AriRequest& request, int status, std::string body) {
  take(state_.on_reply(request.id, status, body, now()));
}

}  // namespace firsthand::telephony::test
