// SPDX-License-Identifier: Apache-2.0
// Somebody leaves: everything that is theirs goes to named people in one step, and nothing is
// orphaned. What nobody was named for goes to `otherwise`, also what the preview did not show.

#include <map>

#include "engine/decision.hpp"

namespace firsthand {
namespace {

constexpr std::size_t kNumbersInMail = 50;

/// Who was named for what. A thing named twice has no answer.
class Named {
 public:
  explicit Named(const std::vector<event::Receiver>& receivers) {
    for (const auto& receiver : receivers) {
      for (const auto id : receiver.cases) add(id.value, receiver.to);
      for (const auto id : receiver.callbacks) add(id.value, receiver.to);
      for (const auto id : receiver.accounts) add(id.value, receiver.to);
      for (const auto id : receiver.review_actions) add(id.value, receiver.to);
    }
  }
  bool twice() const { return twice_; }
  /// None: nobody was named for it. Ids come from one sequence: no two things share one.
  template <class Tag>
  UserId operator[](Id<Tag> id) const {
    const auto found = to_.find(id.value);
    return found == to_.end() ? UserId{} : found->second;
  }

 private:
  void add(std::int64_t id, UserId to) { twice_ |= !to_.emplace(id, to).second; }
  std::map<std::int64_t, UserId> to_;
  bool twice_ = false;
};

/// What one person receives, as the mail tells it.
struct Share {
  int cases = 0, callbacks = 0, accounts = 0, review_actions = 0;
  std::vector<std::string> names;

  std::string listed() const {
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), kNumbersInMail); ++i)
      out += (i ? ", " : "") + names[i];
    return names.size() > kNumbersInMail ? out + " …" : out;
  }
};

}  // namespace

class Departing {
 public:
  Departing(Decision& decision, const event::PersonDeparts& what)
      : at_(decision), what_(what), leaver_(what.user), named_(what.receivers) {}

  Outcome decided() {
    if (auto refused = check(); refused.refusal) return refused;
    for (const auto& [id, promise] : at_.docket.now.callbacks) {
      if (promise.state == CallbackState::open && promise.user == leaver_) promises_.push_back(id);
    }
    for (auto& [id, file] : at_.docket.now.cases) {
      if (file.facts.state != CaseState::closed) hand_on(file);
    }
    for (const auto id : promises_) hand_on(at_.docket.now.callbacks.at(id));
    for (auto& [id, account] : at_.docket.now.accounts) {
      if (account.owner == leaver_) hand_on(account);
    }
    for (auto& [id, action] : at_.docket.now.review_actions) {
      const ReviewAction& facts = action.facts;
      if (facts.state == ReviewActionState::open && facts.assignee == leaver_) hand_on(action);
    }
    return leave();
  }

 private:
  static Outcome refuse(const char* code, const char* sentence, const char* field = "") {
    return Decision::refuse(code, sentence, field);
  }

  bool gone(UserId who) const {
    const auto& departed = at_.docket.written.departed;
    return std::any_of(departed.begin(), departed.end(),
                       [who](const Departure& d) { return d.user == who; });
  }
  bool able(UserId who) const {
    const User* person = at_.rules.user(who);
    return person && !person->disabled && who != leaver_ && !gone(who);
  }

  Outcome check() const {
    if (!at_.is(Role::supervisor) && !at_.is(Role::manager) && !at_.is(Role::administrator))
      return refuse("forbidden", "Only those who lead let somebody go.");
    const User* leaver = at_.rules.user(leaver_);
    if (!leaver) return refuse("not_found", "There is no such colleague.", "user");
    if (leaver->disabled || gone(leaver_))
      return refuse("already_left", "This person has left already.");
    if (leaver_ == at_.event.actor)
      return refuse("forbidden", "Somebody else has to do this for you.");
    if (what_.reason.empty()) return refuse("invalid", "Say why the work moves on.", "reason");
    if (leaver->role == Role::administrator) {
      const auto all = at_.rules.with_role(Role::administrator);
      if (std::none_of(all.begin(), all.end(), [this](UserId id) { return able(id); }))
        return refuse("last_administrator", "Somebody must be left to administer the system.");
    }
    if (at_.docket.desk_as_seen(leaver_).interaction)
      return refuse("on_a_call", "This person is on a call: wait until it has ended.");
    if (!able(what_.otherwise))
      return refuse("invalid", "Name a colleague who receives the rest.", "otherwise");
    if (named_.twice()) return refuse("invalid", "A thing goes to one person only.", "receivers");
    for (const auto& receiver : what_.receivers) {
      if (!able(receiver.to))
        return refuse("invalid", "Name colleagues who are still here.", "receivers");
    }
    return Decision::done();
  }

  template <class Tag>
  UserId receiver(Id<Tag> id) const {
    const UserId to = named_[id];
    return to ? to : what_.otherwise;
  }

  void hand_on(CaseFile& file) {
    Case& c = file.facts;
    if (c.hand_over_to && (c.hand_over_to == leaver_ || c.owner == leaver_)) {
      at_.record("hand_over_withdrawn", Decision::about(c),
                 Facts{}.add("to", c.hand_over_to).add("why", "departure"));
      c.hand_over_to = {};
      c.hand_over_reason.clear();
    }
    for (auto& dispatch : file.dispatches) {
      if (dispatch.state == DispatchState::accepted && dispatch.accepted_by == leaver_)
        give_back(file, dispatch);
    }
    if (c.owner == leaver_) {
      const UserId to = receiver(c.id);
      at_.take_ownership(file, to, OwnershipHow::departure, what_.reason);
      Share& share = shares_[to];
      ++share.cases;
      share.names.push_back(c.number);
    }
    if (c.handler == leaver_) {
      c.handler = next_handler(c);
      at_.record("handler_changed", Decision::about(c),
                 Facts{}
                     .add("handler", c.handler)
                     .add("previous_handler", leaver_)
                     .add("why", "departure"));
      if (c.handler) shares_[c.handler].names.push_back(c.number);
    }
  }

  /// The department has the work still, and somebody else of it takes it on.
  void give_back(CaseFile& file, Dispatch& dispatch) {
    dispatch.state = DispatchState::sent;
    dispatch.accepted_by = {};
    dispatch.accepted_at.reset();
    at_.record("dispatch_reopened", Decision::about(file.facts),
               Facts{}
                   .add("dispatch", dispatch.id)
                   .add("department", dispatch.department)
                   .add("why", "departure"));
    Decision::ClockStart again;
    again.dispatch = dispatch.id;
    at_.start_clock(file, ClockKind::acknowledgement, again);
    for (const UserId one : who_stays(dispatch.department))
      shares_[one].names.push_back(file.facts.number);
  }

  /// A department's liaisons without the leaver; its heads when there is no other.
  std::vector<UserId> who_stays(DepartmentId department) const {
    std::vector<UserId> found;
    for (const bool heads : {false, true}) {
      if (!found.empty()) break;
      found = at_.rules.liaisons(department, heads);
      std::erase_if(found, [this](UserId id) { return !able(id); });
    }
    return found;
  }

  /// An escalated case keeps somebody of the back line; any other is its owner's again.
  UserId next_handler(const Case& c) const {
    if (c.escalation_level == 0) return {};
    for (std::size_t i = 0; i < at_.rules.users.size(); ++i) {
      const UserId one = at_.rules.back_line(c.escalation_level,
                                             c.id.value + static_cast<std::int64_t>(i), at_.now);
      if (able(one)) return one;
    }
    return {};
  }

  void hand_on(Callback& promise) {
    const bool moved_with_case = promise.user != leaver_;
    const UserId named = named_[promise.id];
    if (moved_with_case && !named) return;
    const bool departments =
        promise.caller == CallbackCaller::department && !who_stays(promise.department).empty();
    const UserId to = named ? named : departments ? UserId{} : what_.otherwise;
    promise.user = promise.kind == CallbackKind::follow_up ? impartial(promise, to) : to;
    at_.record("callback_assigned", Decision::about(promise),
               Facts{}
                   .add("callback", promise.id)
                   .add("user", promise.user)
                   .add("previous_user", leaver_)
                   .add("department", promise.user ? DepartmentId{} : promise.department)
                   .add("why", "departure"));
    if (!promise.user) return;
    Share& share = shares_[promise.user];
    ++share.callbacks;
    const CaseFile* file = at_.docket.case_file(promise.case_id);
    share.names.push_back(file ? file->facts.number : at_.topic(promise.customer).title);
  }

  /// A follow-up call is made by somebody who had no hand in the case, when there is anybody.
  UserId impartial(const Callback& promise, UserId wanted) const {
    const CaseFile* file = at_.docket.case_file(promise.case_id);
    if (!file) return wanted;
    std::vector<UserId> hands = at_.hands(*file);
    if (std::find(hands.begin(), hands.end(), wanted) == hands.end()) return wanted;
    hands.push_back(leaver_);
    for (const auto& departed : at_.docket.written.departed) hands.push_back(departed.user);
    const UserId other = at_.rules.spread(promise.id.value, at_.now, hands);
    return other ? other : wanted;
  }

  void hand_on(Account& account) {
    const UserId to = receiver(account.customer);
    at_.move_account(account, to, AccountHow::departure, what_.reason);
    Share& share = shares_[to];
    ++share.accounts;
    share.names.push_back(at_.topic(account.customer).title);
  }

  void hand_on(ReviewActionFile& action) {
    const UserId to = receiver(action.facts.id);
    action.facts.assignee = to;
    at_.record("review_action_changed", Decision::about(Matter{action}),
               Facts{}
                   .add("review_action", action.facts.id)
                   .add("title", action.facts.title)
                   .add("assignee", to)
                   .add("previous_assignee", leaver_)
                   .add("why", "departure"));
    Share& share = shares_[to];
    ++share.review_actions;
    share.names.push_back(action.facts.title);
  }

  Outcome leave() {
    if (at_.docket.now.desks.contains(leaver_)) {
      Desk& desk = at_.docket.desk(leaver_);
      at_.set_presence(desk, Presence::offline, "left");
      desk.lease_until.reset();
      desk.wrap_up_until.reset();
      desk.wrap_up_limit.reset();
    }
    at_.docket.written.departed.push_back(
        {at_.docket.new_id(), leaver_, what_.otherwise, at_.event.actor, what_.reason});
    Share sum;
    for (const auto& [who, share] : shares_) {
      sum.cases += share.cases;
      sum.callbacks += share.callbacks;
      sum.accounts += share.accounts;
      sum.review_actions += share.review_actions;
    }
    const auto counted = [](const Share& share) {
      return Facts{}
          .add("cases", share.cases)
          .add("callbacks", share.callbacks)
          .add("accounts", share.accounts)
          .add("review_actions", share.review_actions);
    };
    at_.record("person_departed", {},
               counted(sum)
                   .add("user", leaver_)
                   .add("successor", what_.otherwise)
                   .add("reason", what_.reason));
    const std::int64_t id = at_.docket.written.history.back().id;
    const User* leaver = at_.rules.user(leaver_);
    Decision::Topic about;
    about.title = leaver->name;
    for (const auto& [who, share] : shares_) {
      at_.mail("departure", about, who, "departure:" + std::to_string(id),
               counted(share)
                   .add("person", leaver_)
                   .add("reason", what_.reason)
                   .add("text", share.listed()));
    }
    Outcome outcome;
    outcome.reply.id = id;
    return outcome;
  }

  Decision& at_;
  const event::PersonDeparts& what_;
  const UserId leaver_;
  const Named named_;
  std::vector<CallbackId> promises_;  ///< that were the leaver's, before cases took some along
  std::map<UserId, Share> shares_;
};

Outcome Decision::on(const event::PersonDeparts& e) {
  return Departing{*this, e}.decided();
}

}  // namespace firsthand
