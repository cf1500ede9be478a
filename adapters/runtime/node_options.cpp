// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/node_options.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <filesystem>
#include <fstream>

#include "adapters/redis/url.hpp"

namespace firsthand::runtime {

postgres::ConnectOptions connect_options(const config::Settings& settings, const char* part) {
  postgres::ConnectOptions options;
  options.url = settings.postgres.url;
  options.application_name = "firsthand-" + settings.node.name + "-" + part;
  options.statement_timeout = Millis{settings.postgres.statement_timeout_ms};
  return options;
}

postgres::PoolOptions pool_options(const config::Settings& settings) {
  postgres::PoolOptions options;
  options.connect = connect_options(settings, "desk");
  options.connect.plans = postgres::Plans::by_values;
  options.connections = static_cast<int>(settings.postgres.connections);
  options.repeat_broken = true;
  return options;
}

postgres::PoolOptions live_pool_options(const config::Settings& settings) {
  auto options = pool_options(settings);
  options.connect = connect_options(settings, "live");
  options.connect.plans = postgres::Plans::once;
  options.connect.durable = false;
  return options;
}

DoorOptions door_options(const config::Settings& settings) {
  DoorOptions options;
  options.connect = connect_options(settings, "door");
  options.connect.plans = postgres::Plans::once;
  options.batch_max = static_cast<std::size_t>(settings.door.batch_max);
  options.queue_max = static_cast<std::size_t>(settings.door.queue_max);
  return options;
}

redis::ClientOptions redis_options(const config::Settings& settings) {
  redis::ClientOptions options;
  options.key_prefix = settings.redis.prefix;
  if (settings.redis.url.empty()) return options;
  auto address = redis::parse_url(settings.redis.url);
  if (!address) throw std::runtime_error("redis.url cannot be read");
  options.address = *address;
  return options;
}

static notify::MailerSettings mail_settings(const config::Settings& settings) {
  notify::MailerSettings mail;
  const auto url = boost::urls::parse_uri(settings.mail.smtp_url);
  if (!url || url->host().empty()) return mail;  // no mail server: mails are marked failed, visibly
  mail.host = url->host();
  const bool tls = url->scheme() == "smtps";
  mail.port = url->port_number() ? url->port_number() : tls ? 465 : 25;
  const bool local = mail.host == "127.0.0.1" || mail.host == "localhost";
  mail.tls = tls ? notify::MailTls::tls : local ? notify::MailTls::none : notify::MailTls::starttls;
  mail.user = settings.mail.user;
  mail.password = settings.mail.password;
  mail.from = {settings.mail.from, settings.company.name};
  return mail;
}

DeliveryOptions delivery_options(const config::Settings& settings) {
  DeliveryOptions options;
  options.connect = connect_options(settings, "notices");
  options.letterhead = {settings.http.public_url, settings.company.name, settings.company.name};
  options.mail = mail_settings(settings);
  options.webhook.allow_private = settings.webhook.allow_private;
  options.webhook.allow_http = settings.webhook.allow_private;
  options.webhook_url = settings.webhook.url;
  options.webhook_secret = settings.webhook.secret;
  options.pace.digest_after = static_cast<int>(settings.notify.digest_after);
  options.pace.window = Seconds{settings.notify.digest_window_s};
  return options;
}

namespace {

telephony::AriOptions asterisk(const config::Settings& settings, const std::string& pbx_id,
                               const boost::urls::url_view& url) {
  const auto& from = settings.telephony;
  telephony::AriOptions options;
  options.host = url.host();
  options.port = url.port_number() ? url.port_number() : 8088;
  if (!url.path().empty() && url.path() != "/") options.base = url.path();
  options.user = url.has_userinfo() ? url.user() : from.ari.user;
  options.password = url.has_password() ? url.password() : from.ari.password;
  options.calls.pbx_id = pbx_id;
  options.calls.app = from.ari.app;
  options.calls.numbers.region = from.region;
  // The port calls a telephone an endpoint, people call it an extension.
  options.calls.agent_endpoint = from.agent_endpoint_template;
  if (const auto at = options.calls.agent_endpoint.find("{extension}"); at != std::string::npos) {
    options.calls.agent_endpoint.replace(at, 11, "{endpoint}");
  }
  options.calls.trunk_endpoint = from.trunk_endpoint_template;
  options.calls.trunk_style = telephony::DialStyle::national;
  options.calls.release_contexts = {"fallback"};
  return options;
}

}  // namespace

std::vector<telephony::AriOptions> ari_options(const config::Settings& settings) {
  const auto& from = settings.telephony;
  std::vector<telephony::AriOptions> all;
  if (from.ari.url.empty()) {
    if (!from.ari.more.empty())
      throw std::runtime_error("telephony.ari.more needs a first one in telephony.ari.url");
    return all;
  }
  const auto url = boost::urls::parse_uri(from.ari.url);
  if (!url) throw std::runtime_error("telephony.ari.url cannot be read");
  all.push_back(asterisk(settings, from.pbx_id, *url));
  for (const std::string& entry : from.ari.more) {
    const auto equals = entry.find('=');
    const std::string name = entry.substr(0, equals);
    const auto its = equals == std::string::npos
                         ? boost::urls::parse_uri("")
                         : boost::urls::parse_uri(std::string_view{entry}.substr(equals + 1));
    // The entry may hold a password: it is not repeated.
    if (name.empty() || !its || its->host().empty())
      throw std::runtime_error(
          "telephony.ari.more: each is NAME=http://user:password@host:8088/ari");
    const bool twice = std::any_of(all.begin(), all.end(),
                                   [&](const auto& known) { return known.calls.pbx_id == name; });
    if (twice) throw std::runtime_error("telephony.ari.more: two PBXs are called " + name);
    all.push_back(asterisk(settings, name, *its));
  }
  return all;
}

std::optional<telephony::AmiOptions> ami_options(const config::Settings& settings) {
  const auto& from = settings.telephony;
  if (from.ami.url.empty()) return std::nullopt;
  const auto url = boost::urls::parse_uri(from.ami.url);
  if (!url || url->host().empty()) throw std::runtime_error("telephony.ami.url cannot be read");
  telephony::AmiOptions options;
  options.pbx_id = from.pbx_id;
  options.host = url->host();
  options.port = url->port_number() ? url->port_number() : 5038;
  options.user = from.ami.user;
  options.secret = from.ami.password;
  options.calls.agent_endpoint = from.agent_endpoint_template;
  options.calls.trunks = from.ami.trunks;
  options.calls.numbers.region = from.region;
  options.calls.before_queue = from.ami.before_queue_context;
  options.dialling.agent_endpoint = from.agent_endpoint_template;
  options.dialling.callback_context = from.ami.callback_context;
  options.dialling.owner_context = from.ami.owner_context;
  options.dialling.member_interface = from.ami.member_template;
  options.dialling.numbers.region = from.region;
  return options;
}

RingTimes ring_times(const config::Settings& settings) {
  return {Seconds{settings.telephony.owner_ring_s}, Seconds{settings.telephony.ring_s}};
}

namespace {
/// What signs the public form's tokens: kept beside the data, so that a form that is open while the
/// engine starts anew can still be sent.
std::string form_secret(const config::Settings& settings) {
  const auto file = std::filesystem::path{settings.data.directory} / "form-secret";
  std::ifstream in{file};
  std::string secret;
  if (std::getline(in, secret) && secret.size() >= 32) return secret;
  secret = random_token();
  std::filesystem::create_directories(file.parent_path());
  std::ofstream{file} << secret << "\n";
  std::filesystem::permissions(
      file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return secret;
}
}  // namespace

std::string recordings_directory(const config::Settings& settings) {
  if (!settings.recordings.directory.empty()) return settings.recordings.directory;
  return (std::filesystem::path{settings.data.directory} / "recordings").string();
}

api::ApiSettings api_settings(const config::Settings& settings) {
  api::ApiSettings api;
  api.build = FIRSTHAND_BUILD;
  api.version = FIRSTHAND_VERSION;
  api.company = settings.company.name;
  api.public_url = settings.http.public_url;
  api.numbers.region = settings.telephony.region;
  api.form_secret = form_secret(settings);
  api.recordings = recordings_directory(settings);
  api.callbacks_per_hour = settings.telephony.max_callbacks_per_agent_per_hour;
  api.session_absolute = std::chrono::hours{settings.session.absolute_h};
  return api;
}

http::ServerOptions server_options(const config::Settings& settings) {
  http::ServerOptions options;
  options.address = settings.http.address;
  options.port = static_cast<std::uint16_t>(settings.http.port);
  options.threads = 2;
  if (!settings.http.allowed_hosts.empty()) options.gate.hosts = settings.http.allowed_hosts;
  for (const auto& text : settings.http.trusted_proxies) {
    if (const auto network = http::Network::parse(text))
      options.trusted_proxies.push_back(*network);
  }
  return options;
}

postgres::SessionSettings session_settings(const config::Settings& settings) {
  postgres::SessionSettings out;
  out.idle = std::chrono::minutes{settings.session.idle_min};
  out.absolute = std::chrono::hours{settings.session.absolute_h};
  return out;
}

}  // namespace firsthand::runtime
