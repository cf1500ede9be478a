// SPDX-License-Identifier: Apache-2.0
// A queue as its document says it: whose calls come in, who is asked and how long, who goes first,
// what callers hear. Plain values; any thread.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <string>
#include <vector>

#include "engine/model/interaction.hpp"

namespace firsthand {

/// How many seconds of waiting each of these is worth: the sum is the caller's head start.
struct HeadStarts {
  int queue_s = 0;    ///< everybody of this queue, before those of others with the same skills
  int silver_s = 15;  ///< by the customer's tier
  int gold_s = 30;
  int key_s = 60;
  int serious_s = 30;  ///< severity 3 of the open case
  int urgent_s = 90;   ///< severity 4
  int late_s = 60;     ///< a promise of the open case is broken
  friend bool operator==(const HeadStarts&, const HeadStarts&) = default;
};
BOOST_DESCRIBE_STRUCT(HeadStarts, (),
                      (queue_s, silver_s, gold_s, key_s, serious_s, urgent_s, late_s))

/// Whom of several who are free.
enum class Pick { longest_idle, least_loaded };
BOOST_DESCRIBE_ENUM(Pick, longest_idle, least_loaded)

/// After so long people with these skills are asked as well.
struct QueueWidening {
  int after_s = 0;
  std::vector<std::string> skills;
  friend bool operator==(const QueueWidening&, const QueueWidening&) = default;
};
BOOST_DESCRIBE_STRUCT(QueueWidening, (), (after_s, skills))

/// What callers hear: names of sounds in the PBX ("sound:queue-thankyou"); "" = nothing.
struct Announcements {
  std::string welcome;         ///< when the call is taken
  std::string recorded;        ///< after it, where calls are recorded
  std::string waiting;         ///< every `every_s` while it waits
  std::string callback_offer;  ///< then too, where a digit asks for a callback
  std::string callback_taken;  ///< the place is kept
  std::string closed;          ///< outside the opening hours
  std::string promised;        ///< nobody was free: a callback is promised
  int every_s = 45;
  friend bool operator==(const Announcements&, const Announcements&) = default;
};
BOOST_DESCRIBE_STRUCT(Announcements, (),
                      (welcome, recorded, waiting, callback_offer, callback_taken, closed, promised,
                       every_s))

/// off; on: every call; on_request: when the agent begins it.
enum class RecordingMode { off, on, on_request };
BOOST_DESCRIBE_ENUM(RecordingMode, off, on, on_request)

/// Whether calls are recorded, for how long that is kept, and whether agents may pause it.
struct RecordingPolicy {
  RecordingMode mode = RecordingMode::off;
  int keep_days = 90;
  bool pause = true;
  int pause_max_s = 300;  ///< then it goes on by itself; 0: not before somebody resumes it
  friend bool operator==(const RecordingPolicy&, const RecordingPolicy&) = default;
};
BOOST_DESCRIBE_STRUCT(RecordingPolicy, (), (mode, keep_days, pause, pause_max_s))

/// Contacts in writing that wait in a queue, to be taken by whoever is free and has room for them.
struct WrittenPolicy {
  std::vector<Channel> channels;  ///< web, email, api; a channel is in one queue at most
  int slots = 3;                  ///< an agent is offered one while he has fewer in hand
  int ring_s = 20;                ///< how long one agent is asked
  friend bool operator==(const WrittenPolicy&, const WrittenPolicy&) = default;
};
BOOST_DESCRIBE_STRUCT(WrittenPolicy, (), (channels, slots, ring_s))

/// What follows a call: a countdown, the agent's own word that he is done, or nothing unless he has
/// asked for it while he talked.
enum class WrapUpMode { timed, by_hand, optional };
BOOST_DESCRIBE_ENUM(WrapUpMode, timed, by_hand, optional)

struct Queue {
  std::string code;
  std::string name_zh;
  std::string name_en;
  std::vector<std::string> dialled;  ///< numbers whose calls come here; "*" = all others
  std::vector<std::string> skills;
  std::string language;
  std::string calendar;  ///< opening hours
  int owner_wait_s = 0;  ///< how long a caller waits for the owner before others are tried
  int max_wait_s = 0;    ///< then overflow, or a callback
  int deputy_wait_s = 10;
  int team_wait_s = 10;
  int nobody_wait_s = 0;  ///< instead of max_wait while nobody is at work; 0: the same
  std::string overflow;   ///< a queue, or "" for the callback at once
  std::vector<QueueWidening> widening;
  Pick pick = Pick::longest_idle;
  HeadStarts head_starts;
  WrapUpMode wrap_up_mode = WrapUpMode::timed;
  int wrap_up_s = 30;
  int wrap_up_max_s = 0;  ///< however often it is extended; 0: as long as the agent wants
  bool auto_answer = false;
  std::string callback_digit;  ///< pressed while waiting it keeps the place; "": not offered
  int virtual_hold_s = 3600;   ///< how long the place is kept
  int resume_s = 0;            ///< who comes back within gets the old place; 0: nobody
  Announcements announcements;
  RecordingPolicy recording;
  WrittenPolicy written;
  friend bool operator==(const Queue&, const Queue&) = default;
};
BOOST_DESCRIBE_STRUCT(Queue, (),
                      (code, name_zh, name_en, dialled, skills, language, calendar, owner_wait_s,
                       max_wait_s, deputy_wait_s, team_wait_s, nobody_wait_s, overflow, widening,
                       pick, head_starts, wrap_up_mode, wrap_up_s, wrap_up_max_s, auto_answer,
                       callback_digit, virtual_hold_s, resume_s, announcements, recording, written))

}  // namespace firsthand
