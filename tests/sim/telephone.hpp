// SPDX-License-Identifier: Apache-2.0
// The telephone in virtual time: callers with little patience, a PBX that does what the outbox
// says (now and then twice) and reports what it saw, colleagues who pick up or do not; and a second
// PBX that routes by itself and reports in any order. One thread.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "tests/sim/node.hpp"

namespace firsthand::sim {

class Telephone {
 public:
  Telephone(Agenda& agenda, Random& random, test::MemoryRows& rows, Node& node,
            Misfortune misfortune);

  void call_in(const std::string& number);
  void call_past_us(const std::string& number);  ///< answered, or not, by the other PBX
  /// Somebody talks with a customer: who, and in which interaction.
  void on_talk(std::function<void(UserId, InteractionId)> hook) { talk_ = std::move(hook); }
  /// An outbound call has ended after a talk: what came of it?
  void on_talked(std::function<void(UserId, CallbackId, InteractionId)> hook) {
    talked_ = std::move(hook);
  }
  void look_at_outbox();
  std::size_t calls() const { return lines_.size(); }

 private:
  struct Line {
    std::string number;
    bool connected = false;
    bool ended = false;
    Instant last_report{};
  };

  void perform(const boost::json::object& command);
  void ring(const boost::json::object& command);
  void answer(const boost::json::object& command);
  void connect(const boost::json::object& command);
  void call_back(const boost::json::object& command);
  void answer_back(const boost::json::object& command);
  void call_customer(InteractionId call, const std::string& customers);
  void end(const std::string& channel, const std::string& reason);
  /// Reports of one call keep their order; they may come again.
  void report(Line& line, Event event);
  void refuse(OfferId offer, const char* how);
  void leg(InteractionId call, const std::string& name, const char* what, const char* reason);

  Agenda& agenda_;
  Random& random_;
  test::MemoryRows& rows_;
  Node& node_;
  const Misfortune misfortune_;
  std::function<void(UserId, InteractionId)> talk_;
  std::function<void(UserId, CallbackId, InteractionId)> talked_;
  std::map<std::string, Line> lines_;
  std::set<std::string> ringing_;  // legs
  std::size_t outbox_read_ = 0;
  int spoken_ = 0;
};

}  // namespace firsthand::sim
