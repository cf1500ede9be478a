// SPDX-License-Identifier: Apache-2.0
#include "engine/decide.hpp"

#include "engine/decision.hpp"
#include "engine/legs.hpp"

namespace firsthand {

Outcome decide(Docket& docket, const Event& event, const Rules& rules, Instant now) {
  Decision decision{docket, event, rules, now};
  Outcome outcome = std::visit([&](const auto& what) { return decision.on(what); }, event.what);
  decision.recordings_follow();
  return outcome;
}

Outcome Decision::refuse(std::string code, std::string sentence, std::string field) {
  Outcome outcome;
  outcome.refusal = Refusal{std::move(code), std::move(sentence), std::move(field)};
  return outcome;
}

Outcome Decision::not_found(std::string_view what) {
  return refuse("not_found", "There is no such " + std::string{what} + ".");
}

Outcome Decision::done(const Case& made) {
  Outcome outcome;
  outcome.reply = {made.id.value, made.number, made.version, made.public_token};
  return outcome;
}

namespace {
/// "B for A": whoever stands in for the owner of a case now, and works on it, does so for the
/// owner.
UserId stood_in_for(const Docket& docket, const Event& event, const Rules& rules, CaseId about,
                    Instant now) {
  if (event.acting_for || !event.actor || !about) return event.acting_for;
  const auto file = docket.now.cases.find(about);
  if (file == docket.now.cases.end()) return {};
  const UserId owner = file->second.facts.owner;
  return owner && owner != event.actor && rules.acting(owner, now) == event.actor ? owner
                                                                                  : UserId{};
}
}  // namespace

void Decision::record(std::string_view kind, About subject, const Facts& facts) {
  docket.written.history.push_back({docket.new_id(), now, subject.customer, subject.case_id,
                                    subject.interaction, std::string{kind}, event.actor,
                                    stood_in_for(docket, event, rules, subject.case_id, now),
                                    event.source, facts.json()});
}

void Decision::effect(EffectKind kind, std::string key, const Facts& facts) {
  docket.written.effects.push_back({docket.new_id(), kind, std::move(key), facts.json(), now, now});
}

namespace {

/// Of a customer whom we have called it is the leg beside the agent's.
std::string customers_channel(const Interaction& call) {
  const bool called_us =
      call.direction == Direction::inbound && !(call.virtual_hold && call.answered_at);
  return called_us ? call.pbx_channel : customers_leg(call.leg);
}

}  // namespace

void Decision::command(std::string_view verb, const Interaction& call, Facts facts) {
  // A verb may be needed more than once in a call (hold, ring again): the id makes each its own.
  const std::string key = "pbx:" + std::to_string(call.id.value) + ":" + std::string{verb} + ":" +
                          std::to_string(docket.new_id());
  facts.add("do", verb)
      .add("interaction", call.id)
      .add("pbx", call.pbx)
      .add("channel", customers_channel(call));
  effect(EffectKind::pbx, key, facts);
}

Decision::Topic Decision::topic(CustomerId id) const {
  const auto person = docket.now.customers.find(id);
  return {{}, id, {}, "", "", person == docket.now.customers.end() ? "" : person->second.name};
}

Decision::Topic Decision::topic(const Matter& m) const {
  if (m.file) return topic(m.file->facts);
  if (m.action) return {{}, {}, m.action->facts.id, "", "", m.action->facts.title};
  return topic(m.customer);
}

void Decision::mail(std::string_view what, const Topic& about, UserId to, const std::string& key,
                    Facts facts) {
  const User* person = rules.user(to);
  if (!person || person->email.empty()) return;
  facts.add("what", what)
      .add("to", person->email)
      .add("name", person->name)
      .add("recipient", to)
      .add("language", person->language)
      .add("case_number", about.number)
      .add("category", about.category)
      .add("case", about.case_id)
      .add("title", about.title);
  if (!about.case_id) {
    facts.add("customer", about.customer).add("review_action", about.review_action);
  }
  effect(EffectKind::mail, "mail:" + key + ":" + std::to_string(to.value), facts);
}

bool Decision::is(Role role) const {
  const User* person = rules.user(event.actor);
  return person && person->role == role && !person->disabled;
}

UserId Decision::still_here(UserId who, std::int64_t salt) const {
  const User* person = rules.user(who);
  if (person && !person->disabled) return who;
  const User* successor = rules.user(rules.acting(who, now));
  return successor && !successor->disabled ? successor->id : rules.spread(salt, now);
}

bool Decision::acts_for_department(DepartmentId department_id) const {
  const User* person = rules.user(event.actor);
  return person && department_id && person->department == department_id && !person->disabled;
}

Customer& Decision::customer_for_number(const std::string& number, const std::string& name,
                                        const std::string& language) {
  if (Customer* known = docket.customer_by_number(number)) {
    if (known->provisional && !name.empty()) {
      known->name = name;
      known->provisional = false;
    }
    return *known;
  }
  Customer made;
  made.id = CustomerId{docket.new_id()};
  made.name = !name.empty() ? name : !number.empty() ? number : "未知来电";
  made.language = language.empty() ? "zh" : language;
  made.provisional = name.empty();
  made.created_at = now;
  if (!number.empty()) made.numbers.push_back(number);
  auto& stored = docket.now.customers.emplace(made.id, made).first->second;
  record("customer_created", {stored.id, {}, {}}, Facts{}.add("provisional", stored.provisional));
  return stored;
}

}  // namespace firsthand
