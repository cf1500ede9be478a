// SPDX-License-Identifier: Apache-2.0
// A small registry of counters, gauges and histograms, rendered as Prometheus text (exposition
// format 0.0.4). No dependency: the format by hand is shorter than binding a library.
//
// Thread: everything from anywhere. Look a series up once and keep the reference; it stays valid as
// long as the registry. Label values come from small fixed sets: a family holds at most
// kSeriesMax series, later ones are counted together under the label overflow="true".
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace firsthand::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double n);
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// Observations counted into buckets by upper bound, in the unit of the metric's name.
class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds);
  void observe(double value);
  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  double sum() const { return sum_.value(); }
  const std::vector<double>& bounds() const { return bounds_; }
  /// Observations in bucket i alone; i == bounds().size() is the one above the last bound.
  std::uint64_t bucket(std::size_t i) const { return buckets_[i].load(std::memory_order_relaxed); }

 private:
  std::vector<double> bounds_;
  std::vector<std::atomic<std::uint64_t>> buckets_;
  std::atomic<std::uint64_t> count_{0};
  Gauge sum_;
};

class Registry {
 public:
  static constexpr std::size_t kSeriesMax = 1000;

  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // A second call with the same name and labels returns the same series. A name used with two
  // kinds is a programming error and throws std::logic_error.
  Counter& counter(const std::string& name, const std::string& help, Labels labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, Labels labels = {});
  Histogram& histogram(const std::string& name, const std::string& help,
                       std::vector<double> bounds = latency_bounds(), Labels labels = {});
  /// A gauge read when rendered; `read` is called from the rendering thread, under the lock.
  void gauge_from(const std::string& name, const std::string& help, std::function<double()> read,
                  Labels labels = {});

  std::string render() const;

  /// Seconds, 1 ms to 10 s.
  static std::vector<double> latency_bounds();

 private:
  enum class Kind { counter, gauge, histogram };
  struct Series;
  struct Family;
  Series& series(const std::string& name, const std::string& help, Kind kind, Labels labels);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>> families_;
};

}  // namespace firsthand::metrics
