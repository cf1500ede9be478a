// SPDX-License-Identifier: Apache-2.0
// Telephone events that PostgreSQL cannot take now: appended to a file with a checksum each and
// fsynced, filed through the door in their order when it is back. Their keys make a second filing
// harmless, so the file is only emptied after every event in it has been answered. Thread-safe.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/event.hpp"

namespace firsthand::runtime {

class Spool {
 public:
  /// Throws when the file cannot be opened: an engine that cannot spool must not start.
  explicit Spool(std::filesystem::path file);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// On disk when it returns true. False: the disk is full or the event is not a telephone event.
  bool append(const Event& event);
  /// All whole entries; a torn or damaged one at the end is left out and reported.
  std::vector<Event> read() const;
  /// The `filed` entries that read() gave have been filed. False, and all of them stay, when more
  /// have come meanwhile.
  bool clear(std::size_t filed);
  std::size_t size() const;

 private:
  std::filesystem::path file_;
  int fd_ = -1;
  mutable std::mutex mutex_;
  std::size_t count_ = 0;
};

/// A line of JSON for the events a telephone causes, and back; none for other events.
std::optional<std::string> to_line(const Event& event);
std::optional<Event> from_line(std::string_view line);

}  // namespace firsthand::runtime
