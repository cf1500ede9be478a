// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/call_source.hpp"

#include <algorithm>

#include "adapters/codec/standard_webhooks.hpp"
#include "adapters/telephony/push_proof.hpp"

namespace firsthand::runtime::api {
namespace {

using config::CallSource;
using config::CallSources;
using config::PushProof;

using Sender = std::variant<CallSender, Response>;

/// By a token: it may not speak for another source, nor for one that has to sign.
Sender by_token(const CallSources& sources, const std::string& client, const std::string& named) {
  if (!named.empty() && named != client) {
    return Response::problem(403, "other_source", "This token belongs to another source.",
                             "source");
  }
  const CallSource* source = sources.source(client);
  if (source && source->proof != PushProof::token) {
    return Response::problem(403, "signature_required", "This source signs what it sends.",
                             "source");
  }
  return CallSender{client, source};
}

Response unproven(std::string_view sentence) {
  return Response::problem(401, "bad_signature", std::string{sentence});
}

/// Standard Webhooks without a source's name: whose secret it was tells who it is.
Sender by_any_secret(const CallSources& sources, const Request& request,
                     const std::vector<postgres::SigningSecret>& secrets, Instant now) {
  const codec::WebhookHeaders headers{request.header("webhook-id"),
                                      request.header("webhook-timestamp"),
                                      request.header("webhook-signature")};
  const auto seconds = std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count();
  std::optional<std::string> found;
  for (const auto& each : secrets) {
    const codec::WebhookSecret secret(each.secret);
    const auto verdict =
        codec::verify_webhook(std::span(&secret, 1), headers, request.body, seconds);
    if (verdict == codec::WebhookVerdict::accepted && !found) found = each.name;
  }
  if (!found) return unproven("The signature is not valid.");
  const CallSource* source = sources.source(*found);
  const bool other_proof =
      source && (source->proof == PushProof::hmac || source->proof == PushProof::twilio);
  if (other_proof) return unproven("This source proves itself in another way.");
  return CallSender{*found, source};
}

Sender by_signature(const ApiContext& api, const CallSource& source, const Request& request,
                    const std::vector<postgres::SigningSecret>& secrets) {
  const auto secret = std::find_if(secrets.begin(), secrets.end(),
                                   [&](const auto& each) { return each.name == source.code; });
  telephony::SignedPush push;
  push.header = [&request](std::string_view name) { return request.header(name); };
  push.body = request.body;
  push.url = pushed_to(api, &source, request);
  const auto verdict = telephony::verify_push(
      source, secret == secrets.end() ? "" : std::string_view{secret->secret}, push, api.now());
  if (verdict != telephony::PushVerdict::accepted) return unproven(telephony::sentence(verdict));
  return CallSender{source.code, &source};
}

}  // namespace

std::shared_ptr<const CallSources> sources_in_force(const ApiContext& api) {
  static const auto none = std::make_shared<const CallSources>();
  return api.call_sources ? api.call_sources() : none;
}

bool is_signed_push(const ApiContext& api, const Request& request) {
  if (!request.header("webhook-signature").empty()) return true;
  const auto sources = sources_in_force(api);
  const CallSource* source = sources->source(query_text(request, "source"));
  return source && source->proof != PushProof::token;
}

awaitable<Sender> call_sender(ApiContext& api, const CallSources& sources, const Request& request) {
  const std::string named = query_text(request, "source");
  const Subject& subject = subject_of(request);
  if (subject.client) co_return by_token(sources, subject.client->name, named);
  const auto secrets = co_await api.sessions.signing_secrets();
  if (!secrets) co_return failure_answer(secrets.error());
  const CallSource* source = sources.source(named);
  if (source && source->proof != PushProof::token)
    co_return by_signature(api, *source, request, *secrets);
  co_return by_any_secret(sources, request, *secrets, api.now());
}

std::string pushed_to(const ApiContext& api, const CallSource* source, const Request& request) {
  if (source && !source->url.empty()) return source->url;
  return api.settings.public_url + request.target;
}

}  // namespace firsthand::runtime::api
