// SPDX-License-Identifier: Apache-2.0
#include "adapters/metrics/registry.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace firsthand::metrics {

struct Registry::Series {
  Labels labels;
  std::unique_ptr<Counter> counter;
  std::unique_ptr<Gauge> gauge;
  std::unique_ptr<Histogram> histogram;
  std::function<double()> read;
};

struct Registry::Family {
  std::string help;
  Kind kind;
  std::map<Labels, std::unique_ptr<Series>> series;
};

namespace {

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[64];
  // Shortest text that reads back as the same number; locale plays no part.
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::string escape(const std::string& text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
  return out;
}

std::string braces(Labels labels, const std::string& bound = {}) {
  if (!bound.empty()) labels.emplace_back("le", bound);
  if (labels.empty()) return {};
  std::string out = "{";
  for (const auto& [name, value] : labels) {
    if (out.size() > 1) out += ',';
    out += name + "=\"" + escape(value, true) + '"';
  }
  return out + '}';
}

std::string buckets(const std::string& name, const Labels& labels, const Histogram& histogram) {
  std::string out;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    below += histogram.bucket(i);
    const bool last = i == histogram.bounds().size();
    const auto bound = last ? std::string("+Inf") : number(histogram.bounds()[i]);
    out += name + "_bucket" + braces(labels, bound) + ' ' + std::to_string(below) + '\n';
  }
  out += name + "_sum" + braces(labels) + ' ' + number(histogram.sum()) + '\n';
  // The count is the last bucket, so that a reader never sees the two disagree.
  out += name + "_count" + braces(labels) + ' ' + std::to_string(below) + '\n';
  return out;
}

}  // namespace

void Gauge::add(double n) {
  double now = value_.load(std::memory_order_relaxed);
  while (!value_.compare_exchange_weak(now, now + n, std::memory_order_relaxed)) {
  }
}

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), buckets_(bounds_.size() + 1) {
  if (!std::is_sorted(bounds_.begin(), bounds_.end()))
    throw std::logic_error("histogram bounds must rise");
}

void Histogram::observe(double value) {
  const auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  count_.fetch_add(1, std::memory_order_relaxed);
  sum_.add(value);
}

Registry::Registry() = default;
Registry::~Registry() = default;

Registry::Series& Registry::series(const std::string& name, const std::string& help, Kind kind,
                                   Labels labels) {
  auto& family = families_[name];
  if (!family) {
    family = std::make_unique<Family>();
    family->help = help;
    family->kind = kind;
  }
  if (family->kind != kind) throw std::logic_error("metric " + name + " has two kinds");
  if (!family->series.contains(labels) && family->series.size() >= kSeriesMax)
    labels = {{"overflow", "true"}};
  auto& found = family->series[labels];
  if (!found) {
    found = std::make_unique<Series>();
    found->labels = std::move(labels);
  }
  return *found;
}

Counter& Registry::counter(const std::string& name, const std::string& help, Labels labels) {
  const std::scoped_lock lock(mutex_);
  auto& found = series(name, help, Kind::counter, std::move(labels));
  if (!found.counter) found.counter = std::make_unique<Counter>();
  return *found.counter;
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, Labels labels) {
  const std::scoped_lock lock(mutex_);
  auto& found = series(name, help, Kind::gauge, std::move(labels));
  if (!found.gauge) found.gauge = std::make_unique<Gauge>();
  return *found.gauge;
}

Histogram& Registry::histogram(const std::string& name, const std::string& help,
                               std::vector<double> bounds, Labels labels) {
  const std::scoped_lock lock(mutex_);
  auto& found = series(name, help, Kind::histogram, std::move(labels));
  if (!found.histogram) found.histogram = std::make_unique<Histogram>(std::move(bounds));
  return *found.histogram;
}

void Registry::gauge_from(const std::string& name, const std::string& help,
                          std::function<double()> read, Labels labels) {
  const std::scoped_lock lock(mutex_);
  series(name, help, Kind::gauge, std::move(labels)).read = std::move(read);
}

std::string Registry::render() const {
  const std::scoped_lock lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    out += "# HELP " + name + ' ' + escape(family->help, false) + '\n';
    switch (family->kind) {
      case Kind::counter: out += "# TYPE " + name + " counter\n"; break;
      case Kind::gauge: out += "# TYPE " + name + " gauge\n"; break;
      case Kind::histogram: out += "# TYPE " + name + " histogram\n"; break;
    }
    for (const auto& [labels, entry] : family->series) {
      if (entry->histogram) {
        out += buckets(name, labels, *entry->histogram);
      } else if (entry->counter) {
        out += name + braces(labels) + ' ' + std::to_string(entry->counter->value()) + '\n';
      } else if (entry->read || entry->gauge) {
        const double value = entry->read ? entry->read() : entry->gauge->value();
        out += name + braces(labels) + ' ' + number(value) + '\n';
      }
    }
  }
  return out;
}

std::vector<double> Registry::latency_bounds() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

}  // namespace firsthand::metrics
