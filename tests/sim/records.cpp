// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/records.hpp"

#include "tests/support/world_builder.hpp"

namespace firsthand::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kRecent = 25;  // contacts that somebody still has in mind

}  // namespace

void Records::plan_day(Instant midnight) {
  Instant at = midnight + hours{8} + minutes{50};
  while (at < midnight + hours{18}) {
    at += random_.about(minutes{9});
    agenda_.at(at, [this] { something(); });
  }
}

std::size_t Records::granted(const std::string& what) const {
  const auto found = granted_.find(what);
  return found == granted_.end() ? 0 : found->second;
}

void Records::click(const char* what, UserId who, Happening happening) {
  if (rules_.user(who)->disabled) return;
  node_.deliver({"console:" + std::to_string(who.value),
                 "record-" + std::to_string(++clicks_),
                 who,
                 {},
                 std::move(happening)},
                [this, what](const Outcome& outcome) {
                  if (!outcome.refusal && !outcome.duplicate) ++granted_[what];
                });
}

UserId Records::somebody() {
  static const std::vector<UserId> all{test::agent(1),     test::agent(3),     test::agent(4),
                                       test::back_line(2), test::kSupervisor,  test::kManager,
                                       test::agent(5),     test::back_line(3), test::agent(6)};
  return random_.pick(all);
}

void Records::something() {
  const std::size_t mood = random_.below(100);
  if (mood < 22) return merge();
  if (mood < 40) return unmerge();
  if (mood < 45) return customer_returns();
  const CaseFile* file = some_case(mood < 95);
  if (!file) return;
  const UserId who = random_.percent(60) ? file->facts.owner : somebody();
  if (mood < 60) return write_record(*file, who);
  // Also by those who decide on the proposals of others.
  const UserId leader = random_.percent(50) ? test::kSupervisor : test::kManager;
  if (mood < 75) return propose(*file, random_.percent(40) ? leader : who);
  decide(*file);
}

// ------------------------------------------------------------------------------- customers
CustomerId Records::whoever_was_in_touch() {
  const auto& calls = rows_.world().interactions;
  if (calls.empty()) return {};
  auto at = calls.rbegin();
  const std::size_t back = random_.below(std::min(calls.size(), kRecent));
  std::advance(at, static_cast<std::ptrdiff_t>(back));
  return at->second.customer;
}

/// Mostly two of whom there is something to tell: who has called, and who has a case.
void Records::merge() {
  const World& world = rows_.world();
  const CaseFile* file = some_case(true);
  if (!file) return;
  CustomerId kept = file->facts.customer;
  CustomerId gone = whoever_was_in_touch();
  if (random_.percent(40)) std::swap(kept, gone);
  // The screen shows the record that is kept of several.
  const auto shown = [&](CustomerId id) {
    while (world.customers.at(id).merged_into) id = world.customers.at(id).merged_into;
    return id;
  };
  if (random_.percent(95)) kept = shown(kept), gone = shown(gone);
  click("merge", somebody(), event::CustomersMerged{kept, gone, "同一位客户"});
}

void Records::unmerge() {
  std::vector<MergeId> standing;
  for (const auto& [id, merge] : rows_.world().merges)
    if (!merge.undone_at || random_.percent(5)) standing.push_back(id);
  if (standing.empty()) return;
  click("unmerge", somebody(), event::CustomersUnmerged{random_.pick(standing), "不是同一位客户"});
}

// ------------------------------------------------------------------------------- complaints
const CaseFile* Records::some_case(bool live) {
  std::vector<const CaseFile*> found;
  for (const auto& [id, file] : rows_.world().cases)
    if (file.facts.live() == live) found.push_back(&file);
  return found.empty() ? nullptr : random_.pick(found);
}

void Records::write_record(const CaseFile& file, UserId who) {
  const Case& c = file.facts;
  event::ComplaintRecordEdited e{};
  e.case_id = c.id;
  e.version = file.complaint ? file.complaint->version : 0;
  const std::size_t mood = random_.below(100);
  if (mood < 25) {
    e.remedy_sought = "refund";
  } else if (mood < 50) {
    e.remedy_offered = random_.percent(80) ? "repair" : "";
  } else if (mood < 65) {
    e.remedy_answer = random_.percent(60) ? RemedyAnswer::accepted : RemedyAnswer::refused;
  } else if (mood < 80) {
    e.root_cause = "process";
    e.justified = random_.percent(70) ? "yes" : "no";
  } else if (mood < 85) {
    e.safety = true;
  } else if (mood < 92) {
    e.regulator = "hotline";
    e.regulator_reference = "演示-" + std::to_string(clicks_);
    if (random_.percent(60))
      e.regulator_due_at = agenda_.now() + random_.between(hours{6}, hours{60});
  } else {
    return click("letter", who, event::FinalResponseSent{c.id, "mail", "经核实,已处理。"});
  }
  click("complaint record", who, e);
}

void Records::propose(const CaseFile& file, UserId who) {
  static const std::vector<std::int64_t> sums{5'000, 20'000, 30'000, 60'000, 200'000};
  click("compensation", who,
        event::CompensationProposed{file.facts.id, random_.pick(sums), "CNY", "延误补偿"});
}

/// Now and then by whoever proposed it, also when that is somebody who decides such things.
void Records::decide(const CaseFile& file) {
  const CaseFile* waits = &file;
  for (const auto& [id, other] : rows_.world().cases) {
    for (const auto& asked : other.compensations)
      if (asked.state == CompensationState::proposed && random_.percent(30)) waits = &other;
  }
  for (const auto& asked : waits->compensations) {
    if (asked.state != CompensationState::proposed && random_.percent(90)) continue;
    const std::size_t mood = random_.below(100);
    if (mood < 10)
      return click("withdrawal", asked.proposed_by,
                   event::CompensationDecided{asked.id, CompensationState::withdrawn, ""});
    const UserId who = mood < 35   ? asked.proposed_by
                       : mood < 70 ? test::kSupervisor
                       : mood < 90 ? test::kManager
                                   : somebody();
    const bool grants = random_.percent(70);
    return click("decision", who,
                 event::CompensationDecided{
                     asked.id, grants ? CompensationState::approved : CompensationState::refused,
                     grants ? "" : "金额过高"});
  }
}

void Records::customer_returns() {
  if (const CaseFile* file = some_case(false))
    click("reopening", somebody(), event::CaseReopened{file->facts.id, "客户说没有解决"});
}

}  // namespace firsthand::sim
