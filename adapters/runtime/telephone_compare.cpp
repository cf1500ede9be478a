// SPDX-License-Identifier: Apache-2.0
// What stands in the PBX against what the store holds open: after each connect, and quietly every
// minute, for what was lost while nobody listened or could not be written down then.
#include <spdlog/spdlog.h>

#include <chrono>
#include <set>

#include "adapters/runtime/telephone.hpp"
#include "adapters/runtime/telephone_words.hpp"
#include "engine/legs.hpp"

namespace firsthand::runtime {
namespace {

namespace pbx = firsthand::telephony;

constexpr postgres::Statement kLive{
    "telephone_live",
    "select id, case when virtual_hold then 'outbound' else direction end, channel_id, "
    "case when state in ('talking', 'held') and not observed and not virtual_hold "
    "and answered_at < now() - interval '1 microsecond' * $2::bigint "
    "and not exists (select 1 from transfer t where t.interaction_id = i.id and t.state <> "
    "'ended') "
    "and not exists (select 1 from outbox o where o.kind = 'pbx' and o.done_at is null "
    "and (o.payload->>'interaction')::bigint = i.id "
    "and o.payload->>'do' in ('answer', 'connect', 'arrange')) then leg_id else '' end "
    "from interaction i where state <> 'ended' and channel = 'call' "
    "and not (virtual_hold and state = 'waiting') "
    "and not exists (select 1 from outbox o where o.kind = 'pbx' and o.done_at is null "
    "and (o.payload->>'interaction')::bigint = i.id "
    "and o.payload->>'do' in ('call_back', 'answer_back')) "
    // Whoever is rung for a place in line may be so only now.
    "and not (virtual_hold and exists (select from offer o where o.interaction_id = i.id "
    "and greatest(o.offered_at, o.ended_at) > now() - interval '5 seconds')) "
    // One that we place is of no PBX until a leg of it has been reported.
    "and (pbx_id = $1 or pbx_id = '' and direction = 'outbound') and enqueued_at < now() - "
    "interval '1 microsecond' "
    "* (case direction when 'outbound' then 5000000 else $2::bigint end)"};
constexpr postgres::Statement kRecording{
    "telephone_recording",
    "select r.name, i.direction = 'inbound' and not i.virtual_hold, i.channel_id, i.leg_id, "
    "r.state = 'paused' or r.silent "
    "from recording r join interaction i on i.id = r.interaction_id "
    "where r.state in ('starting', 'recording', 'paused') and i.state in ('talking', 'held') "
    "and i.pbx_id = $1 order by r.id"};

/// After that long legs may have been rung that the look could not see.
constexpr std::chrono::seconds kFresh{3};

/// A call that the store holds open.
struct Live {
  InteractionId id;
  bool placed_by_us = false;
  std::string channel;  ///< the customer's, when he called
  std::string leg;      ///< who talks with him; "" while that may be changing
};

/// What stands in the PBX, to be asked about one call after another.
class Standing {
 public:
  explicit Standing(const pbx::Snapshot& seen) {
    for (const auto& channel : seen.channels) {
      channels_.insert(channel.channel_id);
      if (channel.ending) ending_.insert(channel.channel_id);
    }
    for (const auto& leg : seen.legs) {
      legs_.insert(leg.leg_id);
      if (const auto name = read_leg(leg.leg_id); name && name->kind == "cb")
        placed_.insert(name->interaction);
    }
  }

  bool has_call(const Live& call) const {
    return call.placed_by_us ? placed_.contains(call.id.value) : channels_.contains(call.channel);
  }
  /// Of a customer who is being hung up the agent's leg may have gone first.
  bool has_leg(const Live& call) const {
    return call.placed_by_us || call.leg.empty() || legs_.contains(call.leg) ||
           ending_.contains(call.channel);
  }

 private:
  std::set<std::string> channels_, ending_, legs_;
  std::set<std::int64_t> placed_;
};

}  // namespace

void Telephone::compare(const pbx::Snapshot& snapshot,
                        std::chrono::steady_clock::time_point looked) {
  // What is spooled is not in the store yet: once more when it is, or by the next quiet look.
  if (spool_.size() > 0) {
    if (snapshot.quiet) return;
    uncompared_.emplace(snapshot, looked);
  }
  // A call that has arrived since the look is not among its channels and has not ended; one that we
  // place may not have been asked of the PBX yet.
  auto work = [this, quiet = snapshot.quiet, seen = Standing{snapshot},
               looked](postgres::Connection& connection) {
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - looked);
    std::vector<Live> missing;
    std::vector<pbx::Record> recordings;
    {
      postgres::Tx tx{connection};
      for (const auto& row : tx.exec(kLive, pbx_, static_cast<std::int64_t>(since.count()))) {
        Live call;
        std::string direction;
        postgres::Columns(row) >> call.id >> direction >> call.channel >> call.leg;
        call.placed_by_us = direction == "outbound";
        if (since >= kFresh) call.leg.clear();
        if (!seen.has_call(call) || !seen.has_leg(call)) missing.push_back(std::move(call));
      }
      if (!quiet) {
        for (const auto& row : tx.exec(kRecording, pbx_)) {
          pbx::Record record;
          bool called_us = false, pause = false;
          std::string leg;
          postgres::Columns(row) >> record.name >> called_us >> record.channel_id >> leg >> pause;
          if (!called_us) record.channel_id = customers_leg(leg);
          record.command_id = "again:" + record.name;
          record.want = pause ? pbx::RecordWant::pause : pbx::RecordWant::run;
          recordings.push_back(std::move(record));
        }
      }
    }
    if (!recordings.empty())
      boost::asio::post(executor_, [this, recordings] { go_on_recording(recordings); });
    if (missing.empty()) return;
    // A command may have been carried out between the look and the reading: what has come to stand
    // there is not missed.
    ari_.standing([this, missing = std::move(missing)](const pbx::Snapshot& now) {
      const Standing standing{now};
      std::vector<Happening> unheard;
      for (const Live& call : missing) {
        if (!standing.has_call(call)) {
          if (call.placed_by_us) {
            unheard.push_back(event::OutboundLeg{call.id, "agent", "ended", "engine_gap"});
          } else {
            unheard.push_back(event::CallEnded{pbx_, call.channel, call.id, "engine_gap"});
          }
        } else if (!standing.has_leg(call)) {
          // The customer stands there, and whoever talked with him has hung up unheard.
          unheard.push_back(event::AgentLegEnded{call.id, call.leg, "not_joined"});
        }
      }
      if (unheard.empty()) return;
      spdlog::warn("telephone: {} calls or legs ended while nobody was looking", unheard.size());
      for (Happening& what : unheard)
        door_.submit(Event{pbx_, "", {}, {}, std::move(what)}, [](DoorAnswer) {});
    });
  };
  pool_.submit(work, [this, snapshot, looked](const postgres::Failure& failure) {
    spdlog::warn("telephone: could not compare with the PBX: {}", failure.message);
    if (snapshot.quiet) return;  // the next look is not far
    boost::asio::post(executor_,
                      [this, snapshot, looked] { uncompared_.emplace(snapshot, looked); });
  });
}

void Telephone::go_on_recording(const std::vector<pbx::Record>& recordings) {
  for (const pbx::Record& record : recordings) {
    ari_.submit(record,
                [this, record](const pbx::CommandResult& result) { record_told(record, result); });
  }
}

}  // namespace firsthand::runtime
