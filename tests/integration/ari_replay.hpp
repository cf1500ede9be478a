// SPDX-License-Identifier: Apache-2.0
// Plays a recorded run against the codec and the call state, without a PBX. The recorded engine's
// requests become our commands; its recorded statuses answer our requests.
#pragma once

#include <boost/json.hpp>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/telephony/ari_call_state.hpp"
#include "adapters/telephony/ari_codec.hpp"

namespace firsthand::telephony::test {

struct RestLine {
  std::string method, path;                  // without /ari and the query
  std::map<std::string, std::string> query;  // decoded
  int status = 0;
  std::string body;  // the recorded reply
};

// One step of a recording: a frame or a request that the recorded engine had sent.
struct Step {
  double t = 0;
  bool is_frame = false;
  AriEvent event;
  RestLine rest;
  std::string note;
};

struct Recording {
  std::string name;
  std::vector<Step> steps;
  std::map<std::string, std::size_t> originates;  // leg id -> the step that asks for it
};

// `suffix` chooses the socket: ".jsonl", ".b.jsonl", ".second.jsonl".
Recording load_recording(const std::string& name, const std::string& suffix = ".jsonl");

// "call_arrived C1 +4915550001 7000": channel names of the run are replaced by C1, C2, ...
class Replay {
 public:
  explicit Replay(const Recording& recording, AriStateOptions options = {});

  // Steps in the given order; plays each frame once.
  void play();
  void step(std::size_t index);
  void frame(const AriEvent& event);
  // The PBX is empty, all that we still hold has ended; every request is answered 404.
  void empty_snapshot();

  const std::vector<PbxEvent>& events() const { return events_; }
  const std::vector<CommandResult>& results() const { return results_; }
  const std::vector<AriRequest>& requests() const { return requests_; }
  std::vector<std::string> lines() const;
  // Ends only, without times and order: what every way of hearing the story must agree on.
  std::multiset<std::string> ends() const;
  std::size_t live() const { return state_.live_calls() + state_.live_legs(); }

 private:
  void take(AriCallState::Output out);
  void answer(const AriRequest& request);
  void reply_now(const AriRequest& request, int status, std::string body = {});
  void release_held(const std::string& key, const RestLine& line);
  void run_rest(std::size_t index);
  void place_leg(const std::string& leg_id);
  std::string last_look(std::size_t index) const;
  void snapshot_from(std::size_t index);
  Instant now() const;

  const Recording& recording_;
  AriCallState state_;
  double t_ = 0;
  bool pbx_gone_ = false;
  int command_ = 0;
  int sockets_ = 0;
  std::set<std::string> placed_, arrived_;
  std::map<std::string, std::deque<AriRequest>> held_;  // waiting for their recorded reply
  std::vector<PbxEvent> events_;
  std::vector<CommandResult> results_;
  std::vector<AriRequest> requests_;
};

}  // namespace firsthand::telephony::test
