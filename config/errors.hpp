// SPDX-License-Identifier: Apache-2.0
// What is wrong with a file, a setting or the environment. Reading collects all of it before it
// gives up, so that an operator mends a file once and not once per mistake. Value types; any
// thread.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "config/reasons.hpp"

namespace firsthand::config {

struct Error {
  std::string file;    ///< or "environment"
  std::string key;     ///< the full path: policy[2].clock[0].budget
  std::string reason;  ///< a sentence for the operator
  int line = 0;        ///< 0: none
  std::string code;    ///< of config/reasons.hpp; "" where only operators look
  std::vector<std::pair<std::string, std::string>> values;  ///< in the sentence
  friend bool operator==(const Error&, const Error&) = default;
};

struct Errors {
  std::vector<Error> list;

  bool empty() const { return list.empty(); }
  void add(std::string file, std::string key, std::string reason, int line = 0) {
    list.push_back({std::move(file), std::move(key), std::move(reason), line, "", {}});
  }
  void add(std::string file, std::string key, Reason why, int line = 0) {
    list.push_back({std::move(file), std::move(key), std::move(why.sentence), line,
                    std::move(why.code), std::move(why.values)});
  }
  void add(const Errors& more) { list.insert(list.end(), more.list.begin(), more.list.end()); }

  /// One line for each: "file:line: key: reason".
  std::string text() const {
    std::string out;
    for (const Error& error : list) {
      out += error.file;
      if (error.line > 0) out += ":" + std::to_string(error.line);
      if (!error.key.empty()) out += ": " + error.key;
      out += ": " + error.reason + "\n";
    }
    return out;
  }
};

template <class T>
using Checked = boost::system::result<T, Errors>;

/// What result::value() does with errors nobody looked at.
[[noreturn]] inline void throw_exception_from_error(const Errors& errors,
                                                    const boost::source_location&) {
  throw std::runtime_error("configuration refused:\n" + errors.text());
}

}  // namespace firsthand::config
