// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/feed.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <utility>

namespace firsthand::redis {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kChunk = 500;
// How much longer than its BLOCK an answer may take.
constexpr std::chrono::milliseconds kBlockSlack{2'000};

/// A value of a flat name-value array, as XINFO and stream entries are.
const Reply* field(const std::vector<Reply>& flat, std::string_view name) {
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2) {
    if (flat[i].text == name) return &flat[i + 1];
  }
  return nullptr;
}

Failure bad_shape() {
  return Failure{Errc::kUnexpectedReply, "a stream entry of another shape"};
}

Result<FeedEntry> entry_of(const Reply& reply) {
  if (reply.elements.size() != 2) return bad_shape();
  const std::vector<Reply>& flat = reply.elements[1].elements;
  const Reply* topic = field(flat, "topic");
  const Reply* kind = field(flat, "kind");
  const Reply* id = field(flat, "id");
  const Reply* version = field(flat, "version");
  if (!topic || !kind || !id || !version) return bad_shape();
  const Result<std::int64_t> id_number = id->as_integer();
  const Result<std::int64_t> version_number = version->as_integer();
  if (!id_number || !version_number) return bad_shape();
  return FeedEntry{reply.elements[0].text,
                   FeedItem{topic->text, kind->text, *id_number, *version_number}};
}

Result<FeedBatch> batch_of(const Reply& reply, std::string after_id) {
  FeedBatch batch;
  batch.last_id = std::move(after_id);
  if (reply.is_nil()) return batch;
  // [[key, [entry, …]]]: one stream was asked for.
  if (reply.elements.size() != 1 || reply.elements[0].elements.size() != 2) return bad_shape();
  for (const Reply& one : reply.elements[0].elements[1].elements) {
    Result<FeedEntry> entry = entry_of(one);
    if (!entry) return entry.error();
    batch.last_id = entry->feed_id;
    batch.entries.push_back(std::move(*entry));
  }
  return batch;
}

}  // namespace

std::optional<FeedPosition> parse_feed_position(std::string_view text) {
  FeedPosition position;
  const char* last = text.data() + text.size();
  const auto ms = std::from_chars(text.data(), last, position.ms);
  if (ms.ec != std::errc() || ms.ptr == last || *ms.ptr != '-') return std::nullopt;
  const auto sequence = std::from_chars(ms.ptr + 1, last, position.sequence);
  if (sequence.ec != std::errc() || sequence.ptr != last) return std::nullopt;
  return position;
}

Feed::Feed(Client& client, std::string_view name, std::size_t kept)
    : client_(client), key_(client.keys("feed:" + std::string(name))("stream")), kept_(kept) {}

asio::awaitable<Result<void>> Feed::publish(std::vector<FeedItem> items) {
  for (std::size_t begin = 0; begin < items.size(); begin += kChunk) {
    std::vector<Command> commands;
    for (std::size_t i = begin; i < std::min(begin + kChunk, items.size()); ++i) {
      const FeedItem& item = items[i];
      commands.push_back(Command("XADD", key_, "MAXLEN", "~", kept_, "*", "topic", item.topic,
                                 "kind", item.kind, "id", item.id, "version", item.version));
    }
    auto sending = client_.pipeline(std::move(commands));
    const Result<std::vector<Reply>> replies = co_await std::move(sending);
    if (!replies) co_return replies.error();
    for (const Reply& reply : *replies) {
      if (reply.is_error()) co_return classify_server_error(reply.text);
    }
  }
  co_return Result<void>();
}

asio::awaitable<Result<std::string>> Feed::newest() {
  Command last("XREVRANGE", key_, "+", "-", "COUNT", 1);
  Result<Reply> reply = co_await client_.command(std::move(last));
  const Result<std::vector<Reply>> entries = as_array(std::move(reply));
  if (!entries) co_return entries.error();
  if (entries->empty()) co_return std::string(kBeginning);
  if ((*entries)[0].elements.empty()) co_return bad_shape();
  co_return (*entries)[0].elements[0].text;
}

FeedReader::FeedReader(const Feed& feed)
    : client_(feed.client()),
      key_(feed.key()),
      backoff_(client_.options().backoff_min, client_.options().backoff_max),
      pause_(client_.executor()) {}

void FeedReader::close() {
  closed_ = true;
  pause_.cancel();
  if (connection_) connection_->close();
}

asio::awaitable<Result<void>> FeedReader::ensure_link() {
  if (connection_ && connection_->is_open()) co_return Result<void>();
  if (failed_before_) {
    pause_.expires_after(backoff_.next());
    boost::system::error_code woken;
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (closed_) co_return Failure{Errc::kUnavailable, "feed reader closed"};
  failed_before_ = true;
  connection_.reset();
  Result<Connection> opened = co_await client_.dedicated();
  if (!opened) co_return opened.error();
  if (closed_) co_return Failure{Errc::kUnavailable, "feed reader closed"};
  connection_.emplace(std::move(*opened));
  co_return Result<void>();
}

/// The id to go on from after a gap, nothing when everything after `after` is still there.
asio::awaitable<Result<std::optional<std::string>>> FeedReader::reset_point(FeedPosition after) {
  Result<Reply> info = co_await connection_->command(Command("XINFO", "STREAM", key_));
  if (!info) co_return info.error();
  const bool from_beginning = after == FeedPosition();
  std::optional<std::string> none;
  if (info->is_error()) {
    if (!info->text.starts_with("ERR no such key")) co_return classify_server_error(info->text);
    // Nothing was ever written here, or all was wiped.
    if (from_beginning) co_return none;
    co_return std::optional<std::string>(Feed::kBeginning);
  }
  const Reply* last = field(info->elements, "last-generated-id");
  const Reply* first = field(info->elements, "first-entry");
  if (last == nullptr || first == nullptr) co_return bad_shape();
  const std::optional<FeedPosition> last_at = parse_feed_position(last->text);
  if (!last_at) co_return bad_shape();
  bool gap = after > *last_at;
  if (first->elements.empty()) {
    gap = gap || after < *last_at;
  } else if (from_beginning) {
    // Redis 7 counts what was ever added; an older one cannot say that nothing was trimmed.
    const Reply* added = field(info->elements, "entries-added");
    const Reply* length = field(info->elements, "length");
    gap = added == nullptr || length == nullptr || added->integer != length->integer;
  } else {
    const std::optional<FeedPosition> first_at = parse_feed_position(first->elements[0].text);
    if (!first_at) co_return bad_shape();
    gap = gap || after < *first_at;
  }
  if (!gap) co_return none;
  co_return std::optional<std::string>(last->text);
}

asio::awaitable<Result<FeedBatch>> FeedReader::read(std::string after_id,
                                                    std::chrono::milliseconds block) {
  const std::optional<FeedPosition> after = parse_feed_position(after_id);
  if (!after) co_return Failure{Errc::kBadArgument, "not a feed id"};
  if (closed_) co_return Failure{Errc::kUnavailable, "feed reader closed"};
  const Result<void> linked = co_await ensure_link();
  if (!linked) co_return linked.error();
  auto checking = reset_point(*after);
  const Result<std::optional<std::string>> reset = co_await std::move(checking);
  if (!reset) co_return reset.error();
  if (reset->has_value()) {
    FeedBatch batch;
    batch.gap = true;
    batch.last_id = **reset;
    co_return batch;
  }
  // BLOCK 0 would wait for ever.
  const auto wait = std::max(block, std::chrono::milliseconds(1));
  Command reading("XREAD", "COUNT", kBatchMax, "BLOCK", wait.count(), "STREAMS", key_, after_id);
  auto waiting = connection_->command(std::move(reading), wait + kBlockSlack);
  const Result<Reply> reply = co_await std::move(waiting);
  if (!reply) co_return reply.error();
  if (reply->is_error()) co_return classify_server_error(reply->text);
  failed_before_ = false;
  backoff_.reset();
  co_return batch_of(*reply, std::move(after_id));
}

}  // namespace firsthand::redis
