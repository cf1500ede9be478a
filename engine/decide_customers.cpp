// SPDX-License-Identifier: Apache-2.0
// Who a customer is: persons and companies, what persons are in companies, what customers are to
// each other, and the tier. Values of personal data stay in the record; the history says which
// field.
#include "engine/customer_group.hpp"
#include "engine/decision.hpp"
#include "engine/find.hpp"

namespace firsthand {
namespace {

Outcome answer(const Customer& customer) {
  Outcome outcome;
  outcome.reply.id = customer.id.value;
  outcome.reply.version = customer.version;
  return outcome;
}

Outcome answer_id(std::int64_t id) {
  Outcome outcome;
  outcome.reply.id = id;
  return outcome;
}

constexpr const char* kMerged = "This record is shown in another one: change that one.";

}  // namespace

Outcome Decision::on(const event::CustomerCreated& e) {
  if (e.name.empty()) return refuse("invalid", "A customer needs a name.", "name");
  if (!e.although_known) {
    for (const auto& number : e.numbers) {
      // Also somebody who has called without a name: that record wants a name, not a second one.
      if (docket.customer_by_number(number))
        return refuse("duplicate_customer", "There is a customer with this number.", "numbers");
    }
  }
  if (auto refused = check_entry(e); refused.refusal) return refused;
  Customer made;
  made.id = CustomerId{docket.new_id()};
  made.kind = e.kind;
  made.name = e.name;
  made.language = e.language.empty() ? "zh" : e.language;
  made.email = e.email;
  made.address = e.address;
  made.product = e.product;
  made.created_at = now;
  for (const auto& number : e.numbers) {
    if (std::find(made.numbers.begin(), made.numbers.end(), number) == made.numbers.end())
      made.numbers.push_back(number);
  }
  Customer& stored = docket.now.customers.emplace(made.id, made).first->second;
  record("customer_created", {stored.id, {}, {}},
         Facts{}.add("customer_kind", word(stored.kind)).add("although_known", e.although_known));
  enter_account(stored, e);
  return answer(stored);
}

Outcome Decision::check_not_erased(const Customer& customer, const std::string& field) {
  if (!customer.erased_at) return {};
  return refuse("erased", "This customer's data has been erased: nothing is added to it.", field);
}

Outcome Decision::check_contact_hours(const event::ContactHours& hours) {
  const auto& [from, until] = hours;
  const auto beyond = [](const std::optional<int>& min) {
    return min && (*min < 0 || *min > 1439);
  };
  if (beyond(from) || (until && !from))
    return refuse("invalid", "Contact hours begin at a time of the day.", "contact_from");
  if (beyond(until) || (from && !until))
    return refuse("invalid", "Contact hours end at a time of the day.", "contact_until");
  if (from && from == until)
    return refuse("invalid", "Contact hours end at another time than they begin.", "contact_until");
  return done();
}

Outcome Decision::check_removal(CustomerId customer, const std::string& number) const {
  if (!has_number(docket.now, customer, number))
    return refuse("invalid", "This customer has no such number.", "numbers_removed");
  for (const auto& [id, call] : docket.now.callbacks) {
    if (call.state != CallbackState::open || call.number != number ||
        !one_customer(docket.now, call.customer, customer))
      continue;
    const CaseFile* file = find(docket.now.cases, call.case_id);
    const std::string which = file ? "The callback of case " + file->facts.number : "A callback";
    return refuse("number_in_use", which + " goes to this number: give it another one first.",
                  "numbers_removed");
  }
  return done();
}

std::string Decision::number_to_reach(CustomerId customer) const {
  for (const CustomerId id : merged_under(docket.now, kept_record(docket.now, customer))) {
    const Customer* record = find(docket.now.customers, id);
    if (record && !record->numbers.empty()) return record->numbers.front();
  }
  return "";
}

void Decision::remove_number(CustomerId customer, const std::string& number) {
  for (auto& [id, record] : docket.now.customers) {
    if (one_customer(docket.now, id, customer)) std::erase(record.numbers, number);
  }
  for (auto& [id, file] : docket.now.cases) {
    Case& c = file.facts;
    if (c.state != CaseState::closed && c.reach_number == number &&
        one_customer(docket.now, c.customer, customer))
      c.reach_number = number_to_reach(customer);
  }
  // Enough to know which it was; the number itself is personal data and is gone.
  const std::string tail = number.substr(number.size() > 4 ? number.size() - 4 : 0);
  record("number_removed", {customer, {}, {}}, Facts{}.add("number", "*" + tail));
}

Outcome Decision::on(const event::CustomerEdited& e) {
  Customer* customer = docket.customer(e.customer);
  if (!customer) return not_found("customer");
  if (customer->merged_into) return refuse("merged", kMerged);
  if (auto refused = check_not_erased(*customer); refused.refusal) return refused;
  if (e.version != customer->version) {
    return refuse("version_mismatch", "Somebody has changed this customer meanwhile.");
  }
  if (e.name && e.name->empty()) return refuse("invalid", "A customer needs a name.", "name");
  if (e.potential && (*e.potential < 0 || *e.potential > 100))
    return refuse("invalid", "A potential is estimated from 0 to 100.", "potential");
  if (e.contact_hours) {
    if (auto refused = check_contact_hours(*e.contact_hours); refused.refusal) return refused;
  }
  for (const auto& number : e.numbers_removed) {
    if (auto refused = check_removal(customer->id, number); refused.refusal) return refused;
  }
  Facts facts;
  const auto change = [&facts](std::string_view field, std::string& value,
                               const std::optional<std::string>& wanted) {
    if (!wanted || *wanted == value) return;
    facts.add(field, true);  // which fields; the values are personal data and stay in the record
    value = *wanted;
  };
  change("name", customer->name, e.name);
  change("email", customer->email, e.email);
  change("address", customer->address, e.address);
  change("language", customer->language, e.language);
  change("product", customer->product, e.product);
  if (e.name) customer->provisional = false;
  if (e.do_not_call) {
    facts.add("do_not_call", *e.do_not_call);
    customer->do_not_call = *e.do_not_call;
  }
  if (e.kind && *e.kind != customer->kind) {
    facts.add("customer_kind_from", word(customer->kind)).add("customer_kind", word(*e.kind));
    customer->kind = *e.kind;
  }
  if (e.potential && e.potential != customer->potential) {
    if (customer->potential) facts.add("potential_from", *customer->potential);
    facts.add("potential", *e.potential);
    customer->potential = e.potential;
  }
  if (e.contact_hours) {
    customer->contact_from_min = e.contact_hours->from_min;
    customer->contact_until_min = e.contact_hours->until_min;
    facts.add("contact_hours", true);
  }
  for (const auto& number : e.numbers_removed) remove_number(customer->id, number);
  int added = 0;
  for (const auto& number : e.numbers_added) {
    if (has_number(docket.now, customer->id, number)) continue;
    customer->numbers.push_back(number);
    ++added;
  }
  if (added > 0) facts.add("numbers_added", added);
  ++customer->version;  // at once, as with a case
  record("edited", {customer->id, {}, {}}, facts);
  return answer_id(customer->id.value);
}

Outcome Decision::on(const event::CallerNamed& e) {
  Interaction* call = docket.interaction(e.interaction);
  if (!call) return not_found("call");
  if (call->state == InteractionState::ended) return refuse("call_ended", "This call has ended.");
  Customer* caller = docket.customer(kept_record(docket.now, e.customer));
  if (!caller) return not_found("customer");
  if (auto refused = check_not_erased(*caller, "customer"); refused.refusal) return refused;
  if (one_customer(docket.now, call->customer, caller->id)) return answer(*caller);
  const CustomerId before = call->customer;
  call->customer = caller->id;
  call->case_id = {};
  const auto live = docket.live_cases(caller->id);
  if (live.size() == 1) call->case_id = live.front()->facts.id;
  if (!call->number.empty() && !has_number(docket.now, caller->id, call->number))
    caller->numbers.push_back(call->number);
  const Facts facts = Facts{}.add("from", before).add("to", caller->id);
  record("caller_named", {before, {}, {}}, facts);
  record("caller_named", about(*call), facts);
  if (call->answered_at) called_in(*call);
  return answer(*caller);
}

// ------------------------------------------------------------------------------- in companies
Outcome Decision::on(const event::CompanyRoleBegun& e) {
  const Customer* company = docket.customer(kept_record(docket.now, e.company));
  const Customer* person = docket.customer(kept_record(docket.now, e.person));
  if (!company || !person) return not_found("customer");
  if (auto refused = check_not_erased(*company, "company"); refused.refusal) return refused;
  if (auto refused = check_not_erased(*person, "person"); refused.refusal) return refused;
  if (company->kind != CustomerKind::company)
    return refuse("not_a_company", "Only a company has people with roles.", "company");
  if (person->kind != CustomerKind::person)
    return refuse("not_a_person", "Only a person has a role in a company.", "person");
  const Instant from = e.from.value_or(now);
  if (from > now) return refuse("invalid", "A role begins now or has begun.", "from");
  for (const auto& [id, other] : docket.now.company_roles) {
    const bool same = one_customer(docket.now, other.company, company->id) &&
                      one_customer(docket.now, other.person, person->id) && other.role == e.role;
    if (same && !other.until)
      return refuse("already_has_role", "This person has this role already.", "role");
  }
  CompanyRole made;
  made.id = CompanyRoleId{docket.new_id()};
  made.company = company->id;
  made.person = person->id;
  made.role = e.role;
  made.title = e.title;
  made.from = from;
  made.by = event.actor;
  docket.now.company_roles.emplace(made.id, made);
  const Facts facts = Facts{}
                          .add("company_role", made.id)
                          .add("role", word(made.role))
                          .add("title", made.title)
                          .add("company", made.company)
                          .add("person", made.person)
                          .add("from", made.from);
  record("company_role_begun", {made.company, {}, {}}, facts);
  record("company_role_begun", {made.person, {}, {}}, facts);
  return answer_id(made.id.value);
}

Outcome Decision::on(const event::CompanyRoleEnded& e) {
  CompanyRole* role = find(docket.now.company_roles, e.company_role);
  if (!role) return not_found("role");
  if (role->until) return refuse("already_ended", "This role has ended already.");
  const Instant until = e.until.value_or(now);
  if (until > now || until < role->from)
    return refuse("invalid", "A role ends after it began, and not in the future.", "until");
  role->until = until;
  const Facts facts = Facts{}
                          .add("company_role", role->id)
                          .add("role", word(role->role))
                          .add("company", role->company)
                          .add("person", role->person)
                          .add("until", until);
  record("company_role_ended", {role->company, {}, {}}, facts);
  record("company_role_ended", {role->person, {}, {}}, facts);
  return answer_id(role->id.value);
}

// ------------------------------------------------------------------------------- to each other
Outcome Decision::on(const event::RelationshipBegun& e) {
  const Customer* customer = docket.customer(kept_record(docket.now, e.customer));
  const Customer* other = docket.customer(kept_record(docket.now, e.other));
  if (!customer || !other) return not_found("customer");
  if (auto refused = check_not_erased(*customer, "customer"); refused.refusal) return refused;
  if (auto refused = check_not_erased(*other, "other"); refused.refusal) return refused;
  if (customer == other)
    return refuse("same_customer", "A relationship is between two customers.", "other");
  for (const auto& [id, link] : docket.now.relationships) {
    if (link.kind != e.kind || link.until) continue;
    const auto joins = [&](CustomerId a, CustomerId b) {
      return one_customer(docket.now, link.customer, a) && one_customer(docket.now, link.other, b);
    };
    // Two are never each other's parent, dealer or payer; a household is one, however it is read.
    if (joins(customer->id, other->id) || joins(other->id, customer->id))
      return refuse("already_related", "These two are related in this way already.", "kind");
  }
  Relationship made;
  made.id = RelationshipId{docket.new_id()};
  made.customer = customer->id;
  made.other = other->id;
  made.kind = e.kind;
  made.note = e.note;
  made.from = now;
  made.by = event.actor;
  docket.now.relationships.emplace(made.id, made);
  const Facts facts = Facts{}
                          .add("relationship", made.id)
                          .add("relationship_kind", word(made.kind))
                          .add("customer", made.customer)
                          .add("other", made.other);
  record("relationship_begun", {made.customer, {}, {}}, facts);
  record("relationship_begun", {made.other, {}, {}}, facts);
  return answer_id(made.id.value);
}

Outcome Decision::on(const event::RelationshipEnded& e) {
  Relationship* link = find(docket.now.relationships, e.relationship);
  if (!link) return not_found("relationship");
  if (link->until) return refuse("already_ended", "This relationship has ended already.");
  link->until = now;
  const Facts facts = Facts{}
                          .add("relationship", link->id)
                          .add("relationship_kind", word(link->kind))
                          .add("customer", link->customer)
                          .add("other", link->other);
  record("relationship_ended", {link->customer, {}, {}}, facts);
  record("relationship_ended", {link->other, {}, {}}, facts);
  return answer_id(link->id.value);
}

// ------------------------------------------------------------------------------- the tier
void Decision::recompute_customer(CustomerId customer) {
  for (CaseFile* file : docket.live_cases(customer)) recompute_clocks(*file, true);
  for (auto& [id, works] : docket.now.customer_clocks) {
    if (one_customer(docket.now, id, customer)) recompute_clocks({works, id}, true);
  }
}

Outcome Decision::on(const event::TierScored& e) {
  Customer* customer = docket.customer(e.customer);
  if (!customer) return not_found("customer");
  if (customer->merged_into) return refuse("merged", kMerged);
  if (e.score < 0 || e.score > 100) return refuse("invalid", "A score is 0 to 100.", "score");
  const Tier previous = customer->tier;
  docket.written.tier_scores.push_back({docket.new_id(), customer->id, now, e.score, e.tier,
                                        previous, e.why, e.rule_version, event.actor});
  if (e.tier != previous) {
    customer->tier = e.tier;
    record("tier_changed", {customer->id, {}, {}},
           Facts{}
               .add("tier_from", word(previous))
               .add("tier", word(e.tier))
               .add("score", e.score)
               .add("rule_version", e.rule_version));
    recompute_customer(customer->id);
  }
  return answer(*customer);
}

}  // namespace firsthand
