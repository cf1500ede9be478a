// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/body.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <iterator>

namespace firsthand::http {
namespace beast = boost::beast;
using boost::system::error_code;
using Parser = beast::http::request_parser<beast::http::string_body>;

struct BodyReader::Impl {
  Parser parser;
  std::ptrdiff_t fields = 0;
  bool extension_too_long = false;
  // The parser keeps a reference to its callback, so the callback lives here.
  std::function<void(std::uint64_t, beast::string_view, error_code&)> on_chunk;

  std::ptrdiff_t count_fields() const {
    return std::distance(parser.get().begin(), parser.get().end());
  }
};

BodyReader::BodyReader(std::string_view raw_head, std::size_t limit)
    : impl_(std::make_unique<Impl>()) {
  auto& parser = impl_->parser;
  parser.eager(true);
  parser.header_limit(static_cast<std::uint32_t>(raw_head.size() + kChunkLineMax));
  parser.body_limit(limit);
  impl_->on_chunk = [impl = impl_.get()](std::uint64_t, beast::string_view extensions,
                                         error_code& error) {
    if (extensions.size() <= kChunkExtensionMax) return;
    impl->extension_too_long = true;
    error = beast::http::error::bad_chunk_extension;
  };
  parser.on_chunk_header(impl_->on_chunk);
  feed(raw_head);
  impl_->fields = impl_->count_fields();
}

BodyReader::~BodyReader() = default;

std::size_t BodyReader::feed(std::string_view bytes) {
  if (state_ != State::need_more) return 0;
  auto& parser = impl_->parser;
  std::size_t used = 0;
  while (used < bytes.size() && !parser.is_done()) {
    error_code error;
    const auto step =
        parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    used += step;
    if (error == beast::http::error::need_more) break;
    if (error == beast::http::error::body_limit) {
      fail(8, 413, "body_too_large", "The body of the request is too large.");
      return used;
    }
    if (error) {
      const int rule = impl_->extension_too_long ? 8 : 11;
      fail(rule, 400, "bad_body", "The body of the request is malformed.");
      return used;
    }
    if (step == 0) break;
  }
  if (parser.is_done()) {
    state_ = State::done;
    // Trailers were merged into the header by the parser; here they are counted and refused.
    if (parser.chunked() && impl_->count_fields() != impl_->fields)
      fail(7, 400, "trailers_refused", "Fields after the body are not accepted.");
  } else if (parser.is_header_done() && bytes.size() - used > kChunkLineMax) {
    fail(8, 400, "bad_body", "The body of the request is malformed.");
  }
  return used;
}

std::string BodyReader::take() {
  return std::move(impl_->parser.get().body());
}

void BodyReader::fail(int rule, int status, std::string_view code, std::string_view sentence) {
  state_ = State::failed;
  refusal_ = {rule, status, code, sentence};
}

}  // namespace firsthand::http
