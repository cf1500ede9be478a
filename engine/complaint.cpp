// SPDX-License-Identifier: Apache-2.0
#include "engine/complaint.hpp"

#include <algorithm>

#include "engine/customer_group.hpp"

namespace firsthand {
namespace {
// Urgent, as a safety complaint always is.
constexpr int kUrgent = 4;
}  // namespace

bool is_group(const RuleBook& book, std::string_view category) {
  return std::any_of(book.categories.begin(), book.categories.end(),
                     [category](const Category& c) { return c.parent == category; });
}

std::vector<const Category*> category_path(const RuleBook& book, std::string_view category) {
  std::vector<const Category*> path;
  const Category* at = book.category(category);
  // The configuration has refused circles; the bound is for books made by hand.
  for (; at && path.size() < book.categories.size();
       at = at->parent.empty() ? nullptr : book.category(at->parent)) {
    path.insert(path.begin(), at);
  }
  return path;
}

bool regulator_waits(const CaseFile& file) {
  if (!file.complaint || file.complaint->regulator.empty()) return false;
  const bool asked_again = std::any_of(
      file.clocks.begin(), file.clocks.end(),
      [](const SlaClock& c) { return c.live() && c.kind == ClockKind::final_response; });
  return !file.complaint->letter_at || asked_again;
}

std::optional<Refusal> hinders_closing(const CaseFile& file) {
  if (file.facts.kind != CaseKind::complaint) return std::nullopt;
  const bool undecided =
      std::any_of(file.compensations.begin(), file.compensations.end(),
                  [](const Compensation& c) { return c.state == CompensationState::proposed; });
  if (undecided) {
    return Refusal{"compensation_undecided",
                   "A compensation still waits for approval: have it decided or withdraw it.", ""};
  }
  if (regulator_waits(file)) {
    return Refusal{"letter_missing",
                   "The regulator waits for the final response: send the letter first.", ""};
  }
  const auto& record = file.complaint;
  const bool complete = record && record->justified && !record->root_cause.empty();
  if (file.facts.severity >= kUrgent && !complete) {
    return Refusal{"record_incomplete",
                   "An urgent or safety complaint needs its root cause, and whether it was "
                   "justified, before it is closed.",
                   record && record->justified ? "root_cause" : "justified"};
  }
  return std::nullopt;
}

bool same_matter(const Case& a, const Case& b) {
  const bool two_products = !a.product.empty() && !b.product.empty() && a.product != b.product;
  return a.kind == b.kind && a.category == b.category && !two_products;
}

std::string repeat_of(const World& world, const Case& fresh, const Rules& rules) {
  const Case* newest = nullptr;
  const Instant since = fresh.opened_at - std::chrono::days{rules.book.complaints.repeat_days};
  for (const auto& [id, file] : world.cases) {
    const Case& other = file.facts;
    if (!one_customer(world, other.customer, fresh.customer) || other.id == fresh.id ||
        other.opened_at <= since || !same_matter(other, fresh)) {
      continue;
    }
    if (!newest || other.opened_at >= newest->opened_at) newest = &other;
  }
  return newest ? newest->number : "";
}

std::int64_t granted_alone(const CaseFile& file) {
  std::int64_t sum = 0;
  for (const Compensation& each : file.compensations) {
    if (each.state == CompensationState::approved && !each.decided_by) sum += each.amount_cents;
  }
  return sum;
}

}  // namespace firsthand
