// SPDX-License-Identifier: Apache-2.0
// A real HTTP server (webhook_receiver.py) that answers as the path says and tells what it was
// sent. One thread at a time; throws std::runtime_error when it does not answer.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/child_process.hpp"

namespace firsthand::test {

class WebhookReceiver {
 public:
  WebhookReceiver() {
    ChildOptions options;
    options.words = {"/usr/bin/python3", FIRSTHAND_WEBHOOK_RECEIVER};
    options.pipes = true;
    process_ = ChildProcess{options};
    port_ = static_cast<int>(next().at("port").as_int64());
  }

  int port() const { return port_; }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  /// What came since the last call, in order. The mark is answered after all that came before it.
  std::vector<boost::json::value> take() {
    std::vector<boost::json::value> found;
    process_.write("mark\n");
    for (auto value = next(); !value.as_object().contains("mark"); value = next()) {
      found.push_back(std::move(value));
    }
    return found;
  }

 private:
  boost::json::value next() {
    const auto line =
        process_.read_line(std::chrono::steady_clock::now() + std::chrono::seconds{20});
    if (!line) throw std::runtime_error{"the webhook receiver does not answer"};
    return boost::json::parse(*line);
  }

  ChildProcess process_;
  int port_ = 0;
};

}  // namespace firsthand::test
