// SPDX-License-Identifier: Apache-2.0
// Any bytes as the JSON body of a request: either a body whose every getter may be trusted, or one
// of the answers that were agreed, itself in proper UTF-8. Never anything else, never a crash.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "adapters/runtime/api/body.hpp"

namespace {

using namespace firsthand;
using namespace firsthand::runtime::api;

void require(bool holds) {
  if (!holds) std::abort();
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      text("text", 40).needed(),
      text("note", 20),
      number("count", 1, 4),
      flag("open"),
      instant("at"),
      word("kind", {"complaint", "inquiry"}),
      id("id"),
      object("customer", {text("name", 20).needed(), text("phone", 20)})};
  return all;
}

void trust(const Body& body) {
  require(!body.text("text").empty() && body.text("text").size() <= 40);
  require(body.text("note").size() <= 20 && body.text("note").find('\0') == std::string::npos);
  if (const auto count = body.maybe_number("count")) require(*count >= 1 && *count <= 4);
  (void)body.maybe_flag("open");
  if (const auto at = body.maybe_instant("at")) require(parse_iso8601(to_iso8601(*at)) == at);
  const std::string kind = body.text("kind");
  require(kind.empty() || kind == "complaint" || kind == "inquiry");
  if (body.has("customer")) require(!body.inside("customer").text("name").empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  http::Request request;
  request.method = "POST";
  request.headers = {{"content-type", "application/json"}};
  request.body.assign(reinterpret_cast<const char*>(data), size);
  const auto read = read_body(request, rules());
  if (const auto* body = std::get_if<Body>(&read)) {
    trust(*body);
    return 0;
  }
  const auto& answer = std::get<http::Response>(read);
  require(answer.status == 400 || answer.status == 413 || answer.status == 415 ||
          answer.status == 422);
  require(answer.details.has_value());
  // What names the field goes back to the caller: it must be text.
  const std::string quoted = boost::json::serialize(boost::json::string(answer.details->field));
  boost::system::error_code error;
  boost::json::parse(quoted, error);
  require(!error);
  return 0;
}
