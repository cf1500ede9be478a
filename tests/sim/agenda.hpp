// SPDX-License-Identifier: Apache-2.0
// Virtual time: what happens next happens at once. And the one source of chance, from the seed; the
// same seed is the same week. One thread.
#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "engine/time.hpp"

namespace firsthand::sim {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  /// 0 to n - 1. Own arithmetic: the distributions of <random> differ between libraries.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool percent(unsigned p) { return below(100) < p; }
  bool permille(unsigned p) { return below(1000) < p; }
  Millis between(Millis least, Millis most) {
    return least + Millis{static_cast<std::int64_t>(
                       below(static_cast<std::size_t>((most - least).count()) + 1))};
  }
  /// Most are shorter, a few much longer.
  Millis about(Millis mean) {
    const double u = (static_cast<double>(below(999'999)) + 1) / 1'000'000;
    return Millis{static_cast<std::int64_t>(-std::log(u) * static_cast<double>(mean.count()))};
  }
  template <class T>
  const T& pick(const std::vector<T>& list) {
    return list[below(list.size())];
  }

 private:
  std::mt19937_64 engine_;
};

class Agenda {
 public:
  explicit Agenda(Instant begin) : now_(begin) {}

  Instant now() const { return now_; }
  void at(Instant when, std::function<void()> what) {
    entries_.emplace(std::pair{std::max(when, now_), ++sequence_}, std::move(what));
  }
  void after(Millis time, std::function<void()> what) { at(now_ + time, std::move(what)); }
  bool empty() const { return entries_.empty(); }
  Instant next() const { return entries_.begin()->first.first; }
  void step() {
    auto entry = entries_.extract(entries_.begin());
    now_ = entry.key().first;
    entry.mapped()();
  }

 private:
  Instant now_;
  std::uint64_t sequence_ = 0;
  std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> entries_;
};

}  // namespace firsthand::sim
