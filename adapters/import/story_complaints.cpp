// SPDX-License-Identifier: Apache-2.0
// What the demo company records of its complaints: causes and remedies, some money, a regulator now
// and then. Its chances are its own, so that the rest of the story stays as it was.
#include <algorithm>
#include <array>

#include "adapters/import/story.hpp"

namespace firsthand::import {
namespace {

constexpr std::array<std::string_view, 4> kCauses{"spare_parts", "repair_work", "process", "staff"};
constexpr std::array<std::string_view, 3> kProductCauses{"design", "manufacture", "none_found"};
constexpr std::array<std::string_view, 4> kRemedies{"apology", "repair", "replacement", "refund"};
constexpr std::array<std::string_view, 3> kWhat{"往返交通费", "误工补偿", "快递费"};

constexpr int kUrgent = 4;
constexpr std::int64_t kYuan = 100;

}  // namespace

std::string Story::one_of(std::span<const std::string_view> from) {
  return std::string{from[static_cast<std::size_t>(recording_() % from.size())]};
}

void Story::record_complaint(Instant at, CaseId id) {
  const CaseFile* file = chronicle_.file_of(id);
  if (file == nullptr || file->facts.kind != CaseKind::complaint) return;
  const Case facts = file->facts;
  const int luck = static_cast<int>(recording_() % 100);
  if (luck >= 45 && facts.severity < kUrgent) return;
  event::ComplaintRecordEdited e;
  e.case_id = id;
  e.version = file->complaint ? file->complaint->version : 0;
  if (facts.severity == kUrgent) e.safety = true;
  e.justified = luck % 5 == 0 ? "no" : "yes";
  const bool product = facts.category == "cpzl" || facts.category == "aqyh";
  e.root_cause = product ? one_of(kProductCauses) : one_of(kCauses);
  e.remedy_sought = one_of(kRemedies);
  e.remedy_offered = one_of(kRemedies);
  e.remedy_answer = luck % 9 == 0 ? RemedyAnswer::refused : RemedyAnswer::accepted;
  if (product && luck % 6 == 0) e.systemic = true;
  const bool regulated = luck < 2;
  if (regulated) {
    e.regulator = luck == 0 ? "market" : "consumers";
    e.regulator_reference = "演示-" + std::to_string(id.value);
    e.regulator_due_at = at + std::chrono::days{10};
  }
  by(facts.owner, e, at);
  if (luck % 4 == 1) compensate(at, id, (50 + 10 * (luck % 30)) * kYuan);
  if (luck == 8) compensate(at, id, 1200 * kYuan);
  if (regulated) {
    by(facts.owner,
       event::FinalResponseSent{
           id, "mail",
           "关于投诉 " + facts.number + " 的最终答复\n\n您反映的问题已经处理完毕。感谢您的意见。"},
       at);
  }
}

void Story::compensate(Instant at, CaseId id, std::int64_t cents) {
  const CaseFile* file = chronicle_.file_of(id);
  if (file == nullptr) return;
  by(file->facts.owner, event::CompensationProposed{id, cents, "", one_of(kWhat)}, at);
  file = chronicle_.file_of(id);
  const Compensation& made = file->compensations.back();
  if (made.state != CompensationState::proposed) return;
  by(supervisor(),
     event::CompensationDecided{made.id, CompensationState::approved, "情况属实，同意补偿。"}, at);
}

void Story::plan_approvals() {
  // Two of today's wait for a second person.
  chronicle_.at(options_.now - std::chrono::minutes{20}, [this](Instant t) {
    int asked = 0;
    std::vector<CaseId> ids;
    for (const auto& [id, script] : scripts_) ids.push_back(id);
    std::sort(ids.begin(), ids.end());
    for (auto id = ids.rbegin(); id != ids.rend() && asked < 2; ++id) {
      const CaseFile* file = chronicle_.file_of(*id);
      const bool fits = file != nullptr && file->facts.live() &&
                        file->facts.kind == CaseKind::complaint && file->facts.severity >= 3;
      if (!fits) continue;
      by(file->facts.owner,
         event::CompensationProposed{*id, (800 + 400 * asked) * kYuan, "", one_of(kWhat)}, t);
      ++asked;
    }
  });
}

}  // namespace firsthand::import
