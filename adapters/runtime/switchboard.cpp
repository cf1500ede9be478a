// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/switchboard.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <set>

#include "adapters/runtime/rest.hpp"
#include "adapters/runtime/spool_filing.hpp"
#include "adapters/runtime/telephone_words.hpp"

namespace firsthand::runtime {
namespace {

namespace pbx = firsthand::telephony;
using boost::asio::awaitable;

constexpr postgres::Statement kLive{
    "switchboard_live",
    "select id, direction, channel_id, observed from interaction where state <> 'ended' and "
    "channel "
    "= 'call' and ((observed and pbx_id = $1 and enqueued_at < $2) or (not observed and direction "
    "= 'outbound' and pbx_id in ('', $1) and enqueued_at < $2 - interval '5 seconds'))"};
// The owner first, then whoever stands in for him; neither while he is on another call or away.
constexpr postgres::Statement kOwner{
    "switchboard_owner",
    "select owner_id from interaction where pbx_id = $1 and channel_id = $2 and state = 'waiting'"};
constexpr postgres::Statement kFree{
    "switchboard_free",
    "select 1 from desk where user_id = $1 and presence = 'available' and interaction_id is null "
    "and (lease_until is null or lease_until > clock_timestamp())"};

// The dialplan holds the caller for a second or two; the call is recorded within some of these.
constexpr int kLooksForOwner = 20;
constexpr Millis kBetweenLooks{50};

std::string_view word_of(pbx::OrderedLeg::What what) {
  switch (what) {
    case pbx::OrderedLeg::What::ringing: return "ringing";
    case pbx::OrderedLeg::What::answered: return "answered";
    case pbx::OrderedLeg::What::failed: return "failed";
    case pbx::OrderedLeg::What::ended: return "ended";
  }
  return "ended";
}

}  // namespace

Switchboard::Switchboard(boost::asio::any_io_executor executor, pbx::AmiOptions options, Door& door,
                         postgres::Pool& pool, Spool& spool, RulesSource rules)
    : executor_(executor),
      pbx_(options.pbx_id),
      pauses_(!options.dialling.member_interface.empty()),
      door_(door),
      pool_(pool),
      outbox_(pool, pbx_),
      spool_(spool),
      rules_(std::move(rules)),
      commands_due_(executor),
      desks_changed_(executor),
      ami_(executor, std::move(options), [this](pbx::AmiEvent heard) { hear(std::move(heard)); }) {}

void Switchboard::tell(std::string key, Happening what) {
  file_or_spool(door_, spool_, Event{pbx_, std::move(key), {}, {}, std::move(what)});
}

void Switchboard::hear(pbx::AmiEvent heard) {
  if (const auto* call = std::get_if<pbx::ObservedCall>(&heard)) {
    observed(*call);
  } else if (const auto* leg = std::get_if<pbx::OrderedLeg>(&heard)) {
    ordered(*leg);
  } else if (auto* before = std::get_if<pbx::BeforeQueue>(&heard)) {
    boost::asio::co_spawn(executor_, take_to_owner(std::move(before->call)), boost::asio::detached);
  } else if (auto* standing = std::get_if<pbx::Standing>(&heard)) {
    compare(std::move(*standing));
  } else if (std::holds_alternative<pbx::LinkUp>(heard)) {
    spdlog::info("switchboard: the link to {} is up", pbx_);
    boost::asio::post(executor_, [this] { told_.clear(); });
    if (link_changed_) link_changed_(true);
    wake();
  } else if (const auto* down = std::get_if<pbx::LinkDown>(&heard)) {
    spdlog::warn("switchboard: the link to {} is down: {}", pbx_, down->why);
    if (link_changed_) link_changed_(false);
  }
}

void Switchboard::observed(const pbx::ObservedCall& call) {
  const bool is_end = call.kind == pbx::CtiKind::hangup;
  event::CallObserved what;
  what.pbx = pbx_;
  what.call = call.call;
  what.what = pbx::to_string(call.kind);
  what.number = call.customer.number;
  what.dialled = call.dialled;
  what.extension = call.extension;
  what.cause = is_end ? std::string{pbx::to_string(call.reason)} : "";
  what.direction =
      call.direction == pbx::CtiDirection::in ? Direction::inbound : Direction::outbound;
  what.at = call.at;
  const bool at_a_desk = call.kind != pbx::CtiKind::new_call && !is_end;
  const auto rules = rules_();
  if (const User* person = rules->with_extension(call.extension); person && at_a_desk)
    what.agent = person->id;
  tell(call.key, std::move(what));
}

void Switchboard::ordered(const pbx::OrderedLeg& leg) {
  const auto name = read_leg(leg.leg_id);
  if (!name || name->kind != "cb") return;
  const bool over =
      leg.what == pbx::OrderedLeg::What::failed || leg.what == pbx::OrderedLeg::What::ended;
  tell(leg.key,
       event::OutboundLeg{InteractionId{name->interaction}, name->customer ? "customer" : "agent",
                          std::string{word_of(leg.what)},
                          over ? std::string{pbx::to_string(leg.reason)} : ""});
}

// What the store has open and the PBX has not, ended while nobody was looking. A call that has
// begun since the PBX was asked is not among what it told.
void Switchboard::compare(pbx::Standing standing) {
  const std::set<std::string> calls{standing.calls.begin(), standing.calls.end()};
  std::set<std::int64_t> outbound;
  for (const std::string& id : calls) {
    if (const auto leg = read_leg(id); leg && leg->kind == "cb") outbound.insert(leg->interaction);
  }
  auto work = [this, calls, outbound, at = standing.asked_at](postgres::Connection& connection) {
    std::vector<Event> gone;
    {
      postgres::Tx tx{connection, postgres::Access::read_only};
      for (const auto& row : tx.exec(kLive, pbx_, at)) {
        const auto id = postgres::read<InteractionId>(row[0]);
        const auto direction = postgres::read<std::string>(row[1]);
        const auto channel = postgres::read<std::string>(row[2]);
        if (postgres::read<bool>(row[3])) {
          if (calls.contains(channel)) continue;
          event::CallObserved end{};
          end.pbx = pbx_, end.call = channel, end.what = "hangup", end.cause = "engine_gap";
          end.direction = direction == "outbound" ? Direction::outbound : Direction::inbound;
          end.at = at;
          // The key that its end would have had, had we heard of it.
          gone.push_back(Event{pbx_, "hangup:" + channel, {}, {}, std::move(end)});
        } else if (!outbound.contains(id.value)) {
          gone.push_back(
              Event{pbx_, "", {}, {}, event::OutboundLeg{id, "agent", "ended", "engine_gap"}});
        }
      }
    }
    if (!gone.empty()) {
      spdlog::warn("switchboard: {} calls ended while nobody was looking", gone.size());
    }
    for (Event& event : gone) door_.submit(std::move(event), [](DoorAnswer) {});
  };
  pool_.submit(work, [](const postgres::Failure& failure) {
    spdlog::warn("switchboard: could not compare with the PBX: {}", failure.message);
  });
}

awaitable<std::optional<Switchboard::Owner>> Switchboard::owner_of(std::string call) {
  const auto rules = rules_();
  auto work = [this, call, rules](postgres::Connection& connection) {
    postgres::Tx tx{connection, postgres::Access::read_only};
    Owner found;
    const auto rows = tx.exec(kOwner, pbx_, call);
    if (rows.empty()) return found;
    found.known = true;
    const auto owner = postgres::read<UserId>(rows[0][0]);
    if (!owner) return found;
    const auto now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
    for (const UserId one : {owner, rules->acting(owner, now)}) {
      const User* person = rules->user(one);
      if (!person || person->extension.empty() || !found.extension.empty()) continue;
      if (!tx.exec(kFree, one).empty()) found.extension = person->extension;
    }
    return found;
  };
  auto answer = co_await postgres::run(pool_, work);
  if (!answer) co_return std::nullopt;
  co_return std::move(*answer);
}

awaitable<void> Switchboard::take_to_owner(std::string call) {
  for (int look = 0; look < kLooksForOwner; ++look) {
    auto asking = owner_of(call);
    const auto owner = co_await std::move(asking);
    if (!owner) co_return;  // without the database he goes on into the queue by himself
    if (owner->known) {
      if (owner->extension.empty()) co_return;
      auto told = [](const pbx::CommandResult& result) {
        if (result.status == pbx::CommandStatus::refused) {
          spdlog::warn("switchboard: a caller was not taken to the owner: {}", result.reason);
        }
      };
      ami_.submit(pbx::SendToOwner{"owner:" + call, call, owner->extension}, std::move(told));
      co_return;
    }
    co_await rest(kBetweenLooks);
  }
}

}  // namespace firsthand::runtime
