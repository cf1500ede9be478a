// SPDX-License-Identifier: Apache-2.0
// Two records that are one customer, and are not after all.
#include "engine/customer_group.hpp"
#include "tests/conformance/stores.hpp"

namespace firsthand::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const std::string kOwn = "+8613900000001";
const std::string kOther = "+8613900000002";

class Merges : public OnEveryStore {
 protected:
  CustomerId customer(const std::string& name, std::vector<std::string> numbers,
                      CustomerKind kind = CustomerKind::person) {
    event::CustomerCreated e;
    e.kind = kind;
    e.name = name;
    e.numbers = std::move(numbers);
    return CustomerId{story->must(by(agent(1)).does(e)).id};
  }
  MergeId merge(CustomerId kept, CustomerId gone) {
    return MergeId{
        story->must(by(agent(1)).does(event::CustomersMerged{kept, gone, "同一个人"})).id};
  }
  void unmerge(MergeId id) {
    story->must(by(agent(1)).does(event::CustomersUnmerged{id, "不是同一个人"}));
  }
  Customer record(CustomerId id) { return story->look().world.customers.at(id); }
  std::size_t told(CustomerId id, std::string_view kind) {
    std::size_t found = 0;
    for (const auto seen = story->look(); const auto& entry : seen.history)
      found += entry.customer == id && entry.kind == kind;
    return found;
  }
};
FIRSTHAND_ON_EVERY_STORE(Merges);

TEST_P(Merges, whoever_calls_by_a_merged_record_is_the_kept_customer) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CaseId before = story->complaint_taken(kOther, agent(2));
  const CustomerId gone = story->facts(before).customer;
  merge(kept, gone);
  EXPECT_EQ(record(gone).merged_into, kept);
  EXPECT_EQ(told(kept, "customers_merged"), 1u);
  EXPECT_EQ(told(gone, "customers_merged"), 1u);
  EXPECT_EQ(story->facts(before).customer, gone) << "nothing is rewritten";

  // The kept one's number leads to the owner of the other one's case, and the other way round.
  const InteractionId by_own = story->call_arrives(kOwn);
  EXPECT_EQ(story->call(by_own).customer, kept);
  EXPECT_EQ(story->call(by_own).owner, agent(2));
  EXPECT_EQ(story->call(by_own).case_id, before);
  const InteractionId by_other = story->call_arrives(kOther);
  EXPECT_EQ(story->call(by_other).customer, kept);
}

TEST_P(Merges, one_live_callback_for_one_customer_whichever_number_he_gave_up_on) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CustomerId gone = customer("示例乙", {kOther});
  story->hangs_up(story->call_arrives(kOther));
  ASSERT_EQ(story->callbacks_of(gone).size(), 1u);
  merge(kept, gone);
  story->hangs_up(story->call_arrives(kOwn));
  EXPECT_EQ(story->callbacks_of(kept).size(), 0u);
  // Whoever calls in first needs no call back, also when it was promised to the other record.
  story->talks(kOwn, (story->arrives_at_work(agent(1)), agent(1)));
  EXPECT_EQ(story->callbacks_of(gone).front().state, CallbackState::cancelled);
}

TEST_P(Merges, a_promise_is_not_made_again_beside_the_one_to_the_other_record) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CaseId theirs = story->complaint_taken(kOther, agent(2));
  const Callback promise = story->open_callback(theirs);
  story->must(by(agent(2)).does(event::CallbackAttempted{
      promise.id, AttemptOutcome::wrong_number, "", std::nullopt, {}, std::nullopt}));
  ASSERT_EQ(story->callback(promise.id).state, CallbackState::exhausted);
  const MergeId id = merge(kept, story->facts(theirs).customer);
  // Given up by the kept record's number: the case is promised a call again by that.
  story->hangs_up(story->call_arrives(kOwn));
  ASSERT_EQ(story->callbacks_of(kept).size(), 1u);
  EXPECT_EQ(story->callbacks_of(kept).front().case_id, theirs);
  event::CallbackRescheduled again;
  again.callback = promise.id;
  again.at = story->now() + hours{2};
  EXPECT_EQ(story->refused(by(agent(2)).does(again)), "callback_ended");
  unmerge(id);
  int open = 0;
  for (const auto seen = story->look(); const auto& [key, one] : seen.world.callbacks)
    open += one.state == CallbackState::open && one.case_id == theirs;
  EXPECT_LE(open, 1);
}

TEST_P(Merges, what_came_while_merged_goes_to_whose_number_it_came_by) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CustomerId gone = customer("示例乙", {kOther});
  const CaseId old_case = story->complaint_taken(kOther, agent(2));
  const MergeId id = merge(kept, gone);
  story->pass(hours{1});
  const CaseId theirs = story->complaint_taken(kOther, agent(1));
  const CaseId ours = story->complaint_taken(kOwn, agent(1));
  EXPECT_EQ(story->facts(theirs).customer, kept);
  EXPECT_EQ(story->facts(theirs).repeat_of, story->facts(old_case).number);
  EXPECT_EQ(record(kept).numbers, std::vector<std::string>{kOwn});
  unmerge(id);
  EXPECT_FALSE(record(gone).merged_into);
  EXPECT_EQ(story->facts(old_case).customer, gone);
  EXPECT_EQ(story->facts(theirs).customer, gone);
  EXPECT_EQ(story->open_callback(theirs).customer, gone);
  EXPECT_EQ(story->call(story->facts(theirs).interaction).customer, gone);
  EXPECT_EQ(story->facts(ours).customer, kept);
  EXPECT_EQ(story->open_callback(ours).customer, kept);
  EXPECT_EQ(told(gone, "case_relinked"), 1u);
  EXPECT_EQ(told(kept, "case_relinked"), 1u);
  EXPECT_EQ(told(kept, "customers_unmerged"), 1u);
  // Two customers again: each is found by the own number.
  EXPECT_EQ(story->call(story->call_arrives(kOther)).customer, gone);
  EXPECT_EQ(story->call(story->call_arrives(kOwn)).customer, kept);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CustomersUnmerged{id, "x"})), "already_undone");
}

TEST_P(Merges, an_address_of_mail_goes_back_to_whose_number_it_came_by) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CustomerId gone = customer("示例乙", {kOther});
  const MergeId id = merge(kept, gone);
  const auto writes = [&](const std::string& number, const std::string& email) {
    event::CaseRegistered e;
    e.number = number;
    e.email = email;
    e.channel = Channel::web;
    e.category = "qt";
    e.text = "写信说的";
    story->must(by(agent(1)).does(e));
  };
  writes(kOther, "b@example.test");
  EXPECT_EQ(record(kept).email, "") << "it is shown with the customer and kept where it belongs";
  writes(kOwn, "a@example.test");
  writes(kOther, "later@example.test");
  unmerge(id);
  EXPECT_EQ(record(kept).email, "a@example.test");
  EXPECT_EQ(record(gone).email, "b@example.test");
}

TEST_P(Merges, an_abandoned_call_while_merged_takes_its_callback_and_clock_along) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CustomerId gone = customer("示例乙", {kOther});
  const MergeId id = merge(kept, gone);
  story->pass(minutes{5});
  story->hangs_up(story->call_arrives(kOther));
  ASSERT_EQ(story->callbacks_of(kept).size(), 1u);
  const Callback promise = story->callbacks_of(kept).front();
  story->pass(minutes{1});
  unmerge(id);
  EXPECT_EQ(story->callback(promise.id).customer, gone);
  const auto live = [&](CustomerId whose) {
    std::vector<SlaClock> found;
    const Snapshot seen = story->look();
    const auto works = seen.world.customer_clocks.find(whose);
    if (works == seen.world.customer_clocks.end()) return found;
    for (const auto& clock : works->second.clocks)
      if (clock.live()) found.push_back(clock);
    return found;
  };
  EXPECT_TRUE(live(kept).empty());
  ASSERT_EQ(live(gone).size(), 1u);
  EXPECT_EQ(live(gone)[0].callback, promise.id);
  EXPECT_EQ(live(gone)[0].due_at, promise.due_at);
}

TEST_P(Merges, a_missed_call_that_the_other_records_promise_covered_is_promised_anew) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CustomerId gone = customer("示例乙", {kOther});
  story->hangs_up(story->call_arrives(kOther));
  const MergeId id = merge(kept, gone);
  story->pass(minutes{1});
  const InteractionId missed = story->call_arrives(kOwn);
  story->hangs_up(missed);
  EXPECT_EQ(story->call(missed).callback, story->callbacks_of(gone).front().id);
  unmerge(id);
  ASSERT_EQ(story->callbacks_of(kept).size(), 1u);
  EXPECT_EQ(story->call(missed).callback, story->callbacks_of(kept).front().id);
  EXPECT_EQ(story->callbacks_of(kept).front().number, kOwn);
}

TEST_P(Merges, a_chain_of_three_is_one_customer_and_comes_apart_link_by_link) {
  const CustomerId a = customer("示例甲", {kOwn});
  const CustomerId b = customer("示例乙", {kOther});
  const CustomerId c = customer("示例丙", {"+8613900000003"});
  const MergeId a_into_b = merge(b, a);
  const MergeId b_into_c = merge(c, b);
  EXPECT_EQ(story->call(story->call_arrives(kOwn)).customer, c);
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CustomersMerged{a, c, "x"})), "already_merged");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CustomersMerged{c, a, "x"})), "already_merged");
  unmerge(b_into_c);
  EXPECT_EQ(story->call(story->call_arrives(kOwn)).customer, b) << "a is still b";
  unmerge(a_into_b);
  EXPECT_EQ(story->call(story->call_arrives(kOwn)).customer, a);
  for (const auto id : {a, b, c}) EXPECT_FALSE(record(id).merged_into);
}

TEST_P(Merges, what_is_no_pair_is_refused) {
  const CustomerId person = customer("示例甲", {kOwn});
  const CustomerId company = customer("示例公司", {kOther}, CustomerKind::company);
  const auto merging = [&](CustomerId kept, CustomerId gone, const char* why = "同") {
    return story->refused(by(agent(1)).does(event::CustomersMerged{kept, gone, why}));
  };
  EXPECT_EQ(merging(person, person), "same_customer");
  EXPECT_EQ(merging(person, company), "different_kinds");
  EXPECT_EQ(merging(person, CustomerId{99}), "not_found");
  EXPECT_EQ(merging(person, company, ""), "invalid");
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CustomersUnmerged{MergeId{99}, "x"})),
            "not_found");
}

TEST_P(Merges, a_known_number_is_a_duplicate_unless_it_is_wanted) {
  customer("示例甲", {kOwn});
  event::CustomerCreated e;
  e.name = "示例乙";
  e.numbers = {kOwn};
  EXPECT_EQ(story->refused(by(agent(1)).does(e)), "duplicate_customer");
  e.although_known = true;
  story->must(by(agent(1)).does(e));
}

TEST_P(Merges, people_have_roles_in_companies_and_customers_are_something_to_each_other) {
  const CustomerId person = customer("示例甲", {kOwn});
  const CustomerId company = customer("示例公司", {kOther}, CustomerKind::company);
  event::CompanyRoleBegun begun{company, person, CompanyRoleKind::payer, "财务", {}};
  const CompanyRoleId role{story->must(by(agent(1)).does(begun)).id};
  EXPECT_EQ(story->refused(by(agent(1)).does(begun)), "already_has_role");
  begun.role = CompanyRoleKind::decision_maker;
  story->must(by(agent(1)).does(begun));
  std::swap(begun.company, begun.person);
  EXPECT_EQ(story->refused(by(agent(1)).does(begun)), "not_a_company");
  story->pass(hours{1});
  story->must(by(agent(1)).does(event::CompanyRoleEnded{role, {}}));
  EXPECT_EQ(story->refused(by(agent(1)).does(event::CompanyRoleEnded{role, {}})), "already_ended");
  EXPECT_EQ(told(person, "company_role_begun"), 2u);
  EXPECT_EQ(told(company, "company_role_ended"), 1u);

  const event::RelationshipBegun pays{company, person, RelationshipKind::pays_for, ""};
  const RelationshipId link{story->must(by(agent(1)).does(pays)).id};
  EXPECT_EQ(story->refused(by(agent(1)).does(
                event::RelationshipBegun{person, company, RelationshipKind::pays_for, ""})),
            "already_related");
  story->must(by(agent(1)).does(event::RelationshipEnded{link}));
  story->must(by(agent(1)).does(pays));
  EXPECT_EQ(told(person, "relationship_begun"), 2u);
  EXPECT_EQ(told(company, "relationship_ended"), 1u);
}

TEST_P(Merges, another_tier_recomputes_the_clocks_of_the_whole_customer) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CaseId id = story->complaint_taken(kOther, agent(2));
  const CustomerId gone = story->facts(id).customer;
  merge(kept, gone);
  const std::string policy = story->live_clock(id, ClockKind::resolution).policy;
  event::TierScored scored{kept, 90, Tier::key, "{}", 1};
  story->must(by(kSupervisor).does(scored));
  EXPECT_EQ(record(kept).tier, Tier::key);
  EXPECT_NE(story->live_clock(id, ClockKind::resolution).policy, policy);
  EXPECT_EQ(told(kept, "tier_changed"), 1u);
  scored.customer = gone;
  EXPECT_EQ(story->refused(by(kSupervisor).does(scored)), "merged");
}

TEST_P(Merges, a_merged_record_is_not_edited) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CustomerId gone = customer("示例乙", {kOther});
  merge(kept, gone);
  event::CustomerEdited e{gone, record(gone).version, "新名", {}, {}, {}, {}, {}};
  EXPECT_EQ(story->refused(by(agent(1)).does(e)), "merged");
  e = {kept, record(kept).version, "新名", {}, {}, {}, {}, {}};
  e.numbers_added = {kOther, "+8613900000009"};
  story->must(by(agent(1)).does(e));
  EXPECT_EQ(record(kept).numbers, (std::vector<std::string>{kOwn, "+8613900000009"}))
      << "what the other record has is known already";
}

TEST_P(Merges, a_removed_number_goes_from_every_record_and_leads_to_somebody_else) {
  const CustomerId kept = customer("示例甲", {kOwn});
  const CustomerId gone = customer("示例乙", {kOther});
  merge(kept, gone);
  event::CustomerEdited e{};
  e.customer = kept;
  e.version = record(kept).version;
  e.numbers_removed = {kOther};
  story->must(by(agent(1)).does(e));
  EXPECT_TRUE(record(gone).numbers.empty());
  EXPECT_EQ(record(kept).numbers, std::vector<std::string>{kOwn});
  EXPECT_EQ(told(kept, "number_removed"), 1u);
  const CustomerId caller = story->call(story->call_arrives(kOther)).customer;
  EXPECT_NE(caller, kept);
  EXPECT_NE(caller, gone);
  e.version = record(kept).version;
  EXPECT_EQ(story->refused(by(agent(1)).does(e)), "invalid");
}

}  // namespace
}  // namespace firsthand::test
