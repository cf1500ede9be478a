// SPDX-License-Identifier: Apache-2.0
// Where the loaders of this folder put their rows. The runtime implements it over one PostgreSQL
// transaction with the owner's rights and no statement timeout. One thread; errors are thrown.
#pragma once

#include <string>
#include <vector>

namespace firsthand::import {

class SqlSink {
 public:
  virtual ~SqlSink() = default;
  virtual void execute(const std::string& sql) = 0;
  /// The first column of every row, as text.
  virtual std::vector<std::string> column(const std::string& sql) = 0;
  virtual void commit() = 0;
};

}  // namespace firsthand::import
