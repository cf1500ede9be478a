// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/mailer.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <string_view>

#include "adapters/notify/curl.hpp"

namespace firsthand::notify {
namespace {

std::size_t read_message(char* into, std::size_t size, std::size_t count, void* from) {
  auto& rest = *static_cast<std::string_view*>(from);
  const std::size_t taken = std::min(size * count, rest.size());
  std::memcpy(into, rest.data(), taken);
  rest.remove_prefix(taken);
  return taken;
}

/// The server's own words: libcurl hands every line of its answers over as a header.
std::size_t keep_answer(char* line, std::size_t size, std::size_t count, void* into) {
  std::string_view text{line, size * count};
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  // Not the goodbye that follows a refusal.
  const bool refusal = text.starts_with('4') || text.starts_with('5');
  if (refusal) static_cast<std::string*>(into)->assign(text.substr(0, 300));
  return size * count;
}

/// A 4xx answer, a refused login or a broken line may be better next time; a 5xx answer will not.
Delivery classify(CURLcode code, long reply, const char* error, const std::string& answer) {
  Delivery delivery;
  delivery.code = static_cast<int>(reply);
  if (code == CURLE_OK) {
    delivery.result = DeliveryResult::sent;
    return delivery;
  }
  const bool refused = reply >= 500 && reply < 600 && code != CURLE_LOGIN_DENIED &&
                       code != CURLE_PEER_FAILED_VERIFICATION;
  delivery.result = refused ? DeliveryResult::failed : DeliveryResult::retry;
  delivery.error = error[0] != '\0' ? error : curl_easy_strerror(code);
  // "RCPT failed: 550" says less than what the server said beside the number.
  if (reply >= 400 && answer.starts_with(std::to_string(reply)))
    delivery.error += " (" + answer + ")";
  return delivery;
}

}  // namespace

struct Mailer::Impl {
  explicit Impl(MailerSettings wanted) : settings{std::move(wanted)}, handle{make_curl()} {}

  MailerSettings settings;
  std::mutex mutex;
  CurlHandle handle;
};

Mailer::Mailer(MailerSettings settings) : impl_{std::make_unique<Impl>(std::move(settings))} {}
Mailer::~Mailer() = default;

Delivery Mailer::send(const Mail& mail, Instant now) {
  const MailerSettings& settings = impl_->settings;
  const auto message = build_message(mail, settings.from, now);
  if (!message) return {DeliveryResult::failed, message.error().what, 0, {}};

  const std::scoped_lock lock{impl_->mutex};
  CURL* curl = impl_->handle.get();
  curl_easy_reset(curl);  // keeps the connection
  std::array<char, CURL_ERROR_SIZE> error{};
  set_common(curl, {settings.connect_timeout, settings.timeout}, error.data());

  // CURLOPT_TIMEOUT does not hold for the answer after the data: libcurl would wait 120 s for it,
  // and by then the mail may be another node's.
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                   static_cast<long>(settings.timeout.count()));

  const bool wrapped = settings.tls == MailTls::tls;
  const std::string url = std::string{wrapped ? "smtps://" : "smtp://"} + settings.host + ":" +
                          std::to_string(settings.port) + "/" + settings.ehlo;
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  const long use_ssl = settings.tls == MailTls::none ? CURLUSESSL_NONE : CURLUSESSL_ALL;
  curl_easy_setopt(curl, CURLOPT_USE_SSL, use_ssl);
  if (!settings.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
  if (!settings.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, settings.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, settings.password.c_str());
  }
  const std::string from = "<" + settings.from.address + ">";
  CurlList to;
  append(to, "<" + mail.to + ">");
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to.get());

  std::string_view rest{*message};
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
  curl_easy_setopt(curl, CURLOPT_READDATA, &rest);

  std::string answer;
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_answer);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);

  const CURLcode code = curl_easy_perform(curl);
  long reply = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
  Delivery delivery = classify(code, reply, error.data(), answer);
  // After a failure the connection's state is not known: begin anew next time.
  if (!delivery.sent()) impl_->handle = make_curl();
  return delivery;
}

}  // namespace firsthand::notify
