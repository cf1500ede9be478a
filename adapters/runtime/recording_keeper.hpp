// SPDX-License-Identifier: Apache-2.0
// Sees to the files of recordings: fetches what the PBX has written, ends pauses that have lasted
// too long, deletes what is past its time. The rows say what is to be done; what fails is tried
// again, at last every hour, so nothing depends on this node living. Several nodes share the work:
// each claims rows. Runs on one executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/asio/net/http_client.hpp"
#include "adapters/metrics/registry.hpp"
#include "adapters/postgres/pool.hpp"
#include "adapters/postgres/reads/recording_reads.hpp"
#include "adapters/runtime/recording_files.hpp"
#include "adapters/telephony/ari_link.hpp"
#include "engine/door.hpp"

namespace firsthand::runtime {

class RecordingKeeper {
 public:
  /// `pbx`: none where no PBX records for us. `pbx_up`: whether it is ours to ask now.
  RecordingKeeper(const boost::asio::any_io_executor& executor, Door& door, postgres::Pool& pool,
                  RecordingFiles files, const std::optional<telephony::AriOptions>& pbx,
                  std::function<bool()> pbx_up, metrics::Registry& metrics);

  boost::asio::awaitable<void> run();

 private:
  using File = postgres::RecordingFile;

  boost::asio::awaitable<void> end_pauses_and_times();
  boost::asio::awaitable<void> see_to_files();
  /// Answers what went wrong, or "".
  boost::asio::awaitable<std::string> see_to(File& file);
  boost::asio::awaitable<std::string> fetch(File& file);
  boost::asio::awaitable<std::string> remove_here(File& file);
  boost::asio::awaitable<std::string> remove_at_pbx(File& file);
  boost::asio::awaitable<std::string> decide(Happening what);
  boost::asio::awaitable<boost::system::result<net::HttpReply>> ask_pbx(std::string method,
                                                                        std::string target);

  Door& door_;
  postgres::Pool& pool_;
  const RecordingFiles files_;
  std::string pbx_, base_;
  std::unique_ptr<net::HttpClient> client_;
  std::function<bool()> pbx_up_;
  metrics::Counter& failures_;
};

}  // namespace firsthand::runtime
