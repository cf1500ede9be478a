// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/telephony_check.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>
#include <iomanip>
#include <ostream>
#include <sstream>

#include "adapters/asio/net/websocket_client.hpp"
#include "adapters/postgres/db.hpp"
#include "adapters/runtime/node_options.hpp"
#include "adapters/runtime/telephony_try_call.hpp"
#include "adapters/telephony/ari_codec.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
using telephony::ari_escape;
using telephony::ari_query;
using Fields = std::vector<std::pair<std::string_view, std::string_view>>;
using std::chrono::steady_clock;

constexpr int kLeaseMax = 120;
constexpr const char* kShortLease = "2";

std::string seconds_since(steady_clock::time_point begun) {
  const double seconds = std::chrono::duration<double>(steady_clock::now() - begun).count();
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << seconds << " s";
  return out.str();
}

/// What may be put into a dial string: "&", "@" and "/" would dial something else.
bool dialable(const std::string& text, std::string_view more) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || more.find(c) != more.npos;
  });
}

constexpr std::string_view kNumberSigns = "+*#";
constexpr std::string_view kContextSigns =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.";

class Check {
 public:
  Check(CheckedPbx& pbx, const config::Settings& settings, TelephonyCheck wish)
      : pbx_(pbx),
        settings_(settings.telephony),
        wish_(std::move(wish)),
        own_app_(settings_.ari.app + "-check") {}

  awaitable<Findings> run() {
    auto asking_info = pbx_.ask("GET", "/asterisk/info");
    const auto info = co_await std::move(asking_info);
    if (!judge_info(info, settings_.ari.url, found_)) co_return found_;
    // About a channel that cannot exist: whoever may command is told so, whoever may not is not.
    auto writing = pbx_.ask("DELETE", "/channels/" + own_app_ + "-none");
    const auto write = co_await std::move(writing);
    const bool may_command = judge_write(write, settings_.ari.user, found_);
    auto asking_modules = pbx_.ask("GET", "/asterisk/modules");
    const auto modules = co_await std::move(asking_modules);
    const std::string trunk =
        filled_endpoint(settings_.trunk_endpoint_template, "{number}", wish_.number);
    judge_modules(modules, {settings_.agent_endpoint_template, trunk}, found_);
    auto asking_endpoints = pbx_.ask("GET", "/endpoints");
    const auto endpoints = co_await std::move(asking_endpoints);
    judge_endpoints(endpoints, agents(), trunk, found_);
    auto asking_app = pbx_.ask("GET", "/applications/" + ari_escape(settings_.ari.app));
    const auto app = co_await std::move(asking_app);
    engine_there_ = judge_application(app, settings_.ari.app, found_);
    if (may_command) co_await try_contract();
    co_return found_;
  }

 private:
  std::vector<std::string> agents() const {
    std::vector<std::string> out;
    for (const std::string& extension : wish_.extensions)
      out.push_back(filled_endpoint(settings_.agent_endpoint_template, "{extension}", extension));
    return out;
  }

  awaitable<void> try_contract() {
    const auto executor = co_await boost::asio::this_coro::executor;
    net::WebSocketClient socket{executor};
    const Fields query{{"app", own_app_}};
    const auto& at = pbx_.options();
    auto connecting =
        socket.connect(at.host, at.port, at.base + "/events" + ari_query(query), pbx_.headers());
    const auto connected = co_await std::move(connecting);
    if (!connected) {
      found_.wrong("events are refused: " + connected.error().message(),
                   "res_ari_events and res_http_websocket must be loaded.");
      co_return;
    }
    auto filtering = pbx_.ask("PUT", "/applications/" + ari_escape(own_app_) + "/eventFilter",
                              R"({"disallowed":[{"type":"ChannelVarset"}]})");
    const auto filter = co_await std::move(filtering);
    judge_event_filter(filter, found_);
    co_await try_lease();
    co_await try_engine();
    co_await socket.close();
  }

  /// The contract's own lines, handed to us in the place of the engine.
  awaitable<void> try_lease() {
    TryCall call{pbx_, own_app_, name_of("lease")};
    const auto placed = co_await call.place(wish_.number, wish_.context, true);
    if (was_placed(placed)) co_await follow_lease(call);
    co_await leave(call);
  }

  awaitable<void> follow_lease(TryCall& call) {
    const auto settled = [this](const Whereabouts& where) {
      return where.gone || !where.app.empty() || where.past_the_engine(wish_.context);
    };
    const Whereabouts where = co_await call.wait_until(settled, wish_.patience);
    if (where.gone) {
      found_.wrong("a call to " + wish_.number + " in context [" + wish_.context + "] ends at once",
                   "There is no such extension there, or its lines hang up: see "
                   "extensions_firsthand.conf; --number and --context choose others.");
      co_return;
    }
    if (where.app.empty()) {
      found_.note("the lines of [" + wish_.context + "] are not those of extensions_firsthand.conf",
                  "Without the lines for this command the lease can be tried only while an engine "
                  "is connected.");
      co_return;
    }
    found_.ok("a call to " + wish_.number + " in [" + wish_.context + "] is handed to " +
              (where.app == own_app_ ? "an application" : "\"" + where.app + "\"") + " after " +
              seconds_since(call.begun()));
    co_await lease_of(call);
  }

  awaitable<void> lease_of(TryCall& call) {
    const std::string lease = co_await call.lease();
    const double seconds = std::strtod(lease.c_str(), nullptr);
    if (seconds <= 0) {
      found_.wrong(
          "the call has no lease: an engine that stops without a word would keep it for "
          "ever",
          "The first line of the contract is Set(TIMEOUT(absolute)=30).");
    } else if (seconds > kLeaseMax) {
      found_.wrong("the lease is " + lease.substr(0, lease.find('.')) + " s",
                   "Callers would wait that long for the fallback: Set(TIMEOUT(absolute)=30).");
    } else {
      found_.ok("the call has a lease of " + lease.substr(0, lease.find('.')) + " s left");
    }
    const bool shortened = co_await call.set_lease(kShortLease);
    if (!shortened) {
      found_.wrong("TIMEOUT(absolute) cannot be set over ARI",
                   "The engine could not renew the lease: func_timeout must be loaded.");
      co_return;
    }
    const auto set_at = steady_clock::now();
    const auto over = [this](const Whereabouts& where) {
      return where.gone || where.past_the_engine(wish_.context);
    };
    const Whereabouts after = co_await call.wait_until(over, wish_.patience);
    if (after.gone) {
      found_.wrong("without renewal the lease runs out and the caller is hung up on",
                   "[" + wish_.context + "] needs \"exten => T,1,Goto(...)\" to your fallback.");
    } else if (after.past_the_engine(wish_.context)) {
      found_.ok("without renewal the lease of " + std::string{kShortLease} +
                " s runs out and the call goes to [" + after.context + "] after " +
                seconds_since(set_at));
    } else {
      found_.wrong(
          "the lease was shortened to " + std::string{kShortLease} + " s and does not run out",
          "The call stays where it is: is something else setting TIMEOUT(absolute)?");
    }
  }

  /// The way of a real caller: to the engine, or past it when it is away.
  awaitable<void> try_engine() {
    TryCall call{pbx_, own_app_, name_of("engine")};
    const auto placed = co_await call.place(wish_.number, wish_.context, false);
    if (was_placed(placed)) co_await follow_call(call);
    co_await leave(call);
  }

  awaitable<void> follow_call(TryCall& call) {
    const auto settled = [this](const Whereabouts& where) {
      return where.gone || !where.app.empty() || where.past_the_engine(wish_.context);
    };
    const Whereabouts where = co_await call.wait_until(settled, wish_.patience);
    const std::string after = " after " + seconds_since(call.begun());
    if (where.gone) {
      found_.wrong("a caller of " + wish_.number + " is hung up on" + after,
                   "When Stasis() fails the dialplan must go to your fallback.");
    } else if (where.app == settings_.ari.app) {
      found_.ok("a caller of " + wish_.number + " reaches the engine" + after +
                "; it has seen a call without a number that was given up");
    } else if (!where.app.empty()) {
      found_.wrong("a caller reaches the application \"" + where.app + "\"",
                   "telephony.ari.app is \"" + settings_.ari.app +
                       "\": the name in Stasis(...) must be the same.");
    } else if (!where.past_the_engine(wish_.context)) {
      found_.wrong("a caller of " + wish_.number + " is still in [" + where.context + "]" + after,
                   "The lines before Stasis() take too long or wait for something.");
    } else if (engine_there_) {
      found_.wrong("an engine is connected and a caller goes past it to [" + where.context + "]",
                   "Stasis(" + settings_.ari.app + ",...) must stand in [" + wish_.context +
                       "], before the fallback.");
    } else {
      found_.ok("no engine: a caller goes to the fallback [" + where.context + "]" + after);
    }
  }

  bool was_placed(const AriAnswer& placed) {
    if (placed.status == 200) return true;
    const std::string said = telephony::parse_ari_message(placed.body);
    found_.wrong("a call to " + wish_.number + " in [" + wish_.context +
                     "] cannot be placed: " + (placed.status == 0 ? placed.body : said),
                 "There must be an extension for it in that context: see "
                 "extensions_firsthand.conf; --number and --context choose others.");
    return false;
  }

  awaitable<void> leave(TryCall& call) {
    const bool clean = co_await call.hang_up();
    if (!clean) {
      found_.wrong(
          "a channel of this check could not be hung up",
          "`asterisk -rx \"core show channels\"` shows it; \"channel request hangup\" ends "
          "it.");
    }
  }

  std::string name_of(const char* what) const {
    // Ids are never used again: an old event could be taken for a new one's.
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return own_app_ + "-" + what + "-" + std::to_string(now.count());
  }

  CheckedPbx& pbx_;
  const config::Settings::Telephony settings_;
  const TelephonyCheck wish_;
  const std::string own_app_;
  bool engine_there_ = false;
  Findings found_;
};

std::vector<std::string> extensions_of(const config::Settings& settings) {
  static constexpr postgres::Statement kExtensions{
      "check_extensions",
      "select distinct extension from user_account where extension <> '' and disabled_at is null "
      "order by extension"};
  postgres::Connection connection{connect_options(settings, "check")};
  postgres::Tx tx{connection, postgres::Access::read_only};
  std::vector<std::string> out;
  for (const auto& row : tx.exec(kExtensions)) out.push_back(postgres::read<std::string>(row[0]));
  return out;
}

}  // namespace

awaitable<Findings> check_telephony(const config::Settings& settings, TelephonyCheck wish) {
  const auto all = ari_options(settings);
  if (all.empty()) {
    Findings none;
    none.wrong("telephony.ari.url is empty: no Asterisk is configured",
               "Set telephony.ari.url, .user and .password.");
    co_return none;
  }
  if (!dialable(wish.number, kNumberSigns) || !dialable(wish.context, kContextSigns)) {
    Findings none;
    none.wrong("this cannot be dialled: " + wish.number + " in context " + wish.context,
               "--number has digits, --context the name of a context.");
    co_return none;
  }
  const auto options = std::find_if(all.begin(), all.end(), [&](const auto& one) {
    return wish.pbx.empty() || one.calls.pbx_id == wish.pbx;
  });
  if (options == all.end()) {
    Findings none;
    none.wrong("there is no PBX called " + wish.pbx,
               "--pbx names telephony.pbx_id or one of telephony.ari.more.");
    co_return none;
  }
  const auto executor = co_await boost::asio::this_coro::executor;
  CheckedPbx pbx{executor, *options};
  Check check{pbx, settings, std::move(wish)};
  auto found = co_await check.run();
  co_return found;
}

int telephony_check(const config::Settings& settings, TelephonyCheck wish, std::ostream& out) {
  std::string no_people;
  try {
    wish.extensions = extensions_of(settings);
  } catch (const std::exception& error) {
    no_people = error.what();
  }
  boost::asio::io_context io{1};
  auto checking = boost::asio::co_spawn(io, check_telephony(settings, std::move(wish)),
                                        boost::asio::use_future);
  io.run();
  Findings found = checking.get();
  if (!no_people.empty()) {
    found.wrong("the people cannot be read: " + no_people,
                "Their telephones were not looked up; is postgres.url right?");
  }
  out << found.text() << (found.sound() ? "the contract holds\n" : "the contract does not hold\n");
  return found.sound() ? 0 : 1;
}

}  // namespace firsthand::runtime
