// SPDX-License-Identifier: Apache-2.0
#include "engine/user_rules.hpp"

#include <algorithm>

#include "engine/account_rules.hpp"

namespace firsthand {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";

bool made_of(std::string_view text, std::initializer_list<std::string_view> alphabets) {
  return std::ranges::all_of(text, [&](char c) {
    return std::ranges::any_of(alphabets,
                               [c](auto one) { return one.find(c) != std::string_view::npos; });
  });
}

bool is_login(std::string_view text) {
  return text.size() >= 2 && text.size() <= 64 && made_of(text, {kLower, kDigits, "._-"});
}

/// It becomes a part of the address by which the PBX rings.
bool is_extension(std::string_view text) {
  return text.size() <= 32 && made_of(text, {kLower, kUpper, kDigits, "._-"});
}

/// Enough to catch a slip; whether it reaches anybody only a mail can tell.
bool is_email(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::ranges::none_of(text, [](unsigned char c) {
           return c <= ' ' || c == 0x7f ||
                  std::string_view{"<>,;\""}.find(static_cast<char>(c)) != std::string_view::npos;
         });
}

bool is_language(std::string_view text) {
  return text.size() >= 2 && text.size() <= 3 && made_of(text, {kLower});
}

/// A queue asks for it; any other would never bring a call.
bool asked_for(const std::string& skill, const Rules& rules) {
  return std::ranges::any_of(rules.book.queues, [&](const Queue& queue) {
    return std::ranges::find(queue.skills, skill) != queue.skills.end();
  });
}

/// Callbacks are made from a desk, and these roles have none.
bool has_desk(Role role) {
  return role != Role::manager && role != Role::administrator;
}

class Judging {
 public:
  Judging(const User& wanted, const User* before, const UserSurroundings& around,
          const Rules& rules)
      : wanted_(wanted), before_(before), around_(around), rules_(rules) {}

  std::optional<Refusal> verdict() const {
    if (auto refused = looks()) return refused;
    if (auto refused = belongs()) return refused;
    if (auto refused = works()) return refused;
    return before_ ? leaves() : std::nullopt;
  }

 private:
  using Verdict = std::optional<Refusal>;

  template <class Field>
  bool changed(Field User::* field) const {
    return !before_ || before_->*field != wanted_.*field;
  }
  bool comes_back() const { return before_ && before_->disabled && !wanted_.disabled; }

  Verdict looks() const {
    if (changed(&User::login) && !is_login(wanted_.login)) {
      return Refusal{"login_malformed",
                     "A login has 2 to 64 small letters, digits, points and dashes.", "login"};
    }
    if (around_.login_taken)
      return Refusal{"login_taken", "Somebody else has this login.", "login"};
    if (wanted_.name.find_first_not_of(" \t") == std::string::npos)
      return Refusal{"name_missing", "Say what this person is called.", "name"};
    if (changed(&User::email) && !wanted_.email.empty() && !is_email(wanted_.email))
      return Refusal{"email_malformed", "This is not an address for mails.", "email"};
    if (changed(&User::extension) && !is_extension(wanted_.extension)) {
      return Refusal{"extension_malformed",
                     "An extension has letters, digits, points and dashes, 32 at most.",
                     "extension"};
    }
    const bool rings_anew = changed(&User::extension) || comes_back();
    if (rings_anew && around_.extension_taken && !wanted_.disabled)
      return Refusal{"extension_taken", "Somebody else has this desk phone.", "extension"};
    return std::nullopt;
  }

  Verdict belongs() const {
    if (!around_.department_known)
      return Refusal{"department_unknown", "There is no such department.", "department"};
    if (wanted_.role == Role::liaison && !wanted_.department) {
      return Refusal{"department_missing", "A liaison speaks for a department: name it.",
                     "department"};
    }
    if (wanted_.department_head && !wanted_.department)
      return Refusal{"department_missing", "The head of which department?", "department"};
    if (!around_.office_known)
      return Refusal{"office_unknown", "There is no such office.", "office"};
    return std::nullopt;
  }

  Verdict works() const {
    const int level = wanted_.escalation_level;
    if (level < 1 || level > 3)
      return Refusal{"level_unknown", "The levels are 1, 2 and 3.", "escalation_level"};
    if (wanted_.role != Role::back_line && level != 1) {
      return Refusal{"level_not_for_role", "Only people of the back line have a level.",
                     "escalation_level"};
    }
    for (const auto& skill : wanted_.skills) {
      const bool had =
          before_ && std::ranges::find(before_->skills, skill) != before_->skills.end();
      if (!had && !asked_for(skill, rules_))
        return Refusal{"skill_unknown", "No queue asks for the skill " + skill + ".", "skills"};
    }
    if (wanted_.languages.empty() || !std::ranges::all_of(wanted_.languages, is_language)) {
      return Refusal{"language_malformed", "Name the languages by their codes, such as zh.",
                     "languages"};
    }
    if (wanted_.language != "zh" && wanted_.language != "en")
      return Refusal{"language_unknown", "The console speaks zh and en.", "language"};
    return std::nullopt;
  }

  Verdict leaves() const {
    const bool locked = !before_->disabled && wanted_.disabled;
    const bool another_role = before_->role != wanted_.role;
    const char* field = locked ? "locked" : "role";
    if (locked && around_.oneself)
      return Refusal{"yourself", "Somebody else has to lock your account.", "locked"};
    const bool administered = before_->role == Role::administrator && !before_->disabled;
    const bool administers = wanted_.role == Role::administrator && !wanted_.disabled;
    if (administered && !administers && !around_.other_administrator)
      return Refusal{"last_administrator", "Somebody must be left to administer the system.",
                     field};
    const UserHoldings& holds = around_.holds;
    if ((locked || another_role) && holds.on_a_call)
      return Refusal{"on_a_call", "This person is on a call: wait until it has ended.", field};
    if (locked && holds.any()) {
      return Refusal{"still_owns",
                     "Work and customers are still this person's: the departure procedure moves "
                     "all of it and locks the account.",
                     "locked"};
    }
    if (another_role && keeps_what_it_may_not()) {
      return Refusal{"still_owns",
                     "Some of this person's work or customers are not for this role: reassign them "
                     "first.",
                     "role"};
    }
    // Who has taken a department's work on answers for that department.
    if (before_->department != wanted_.department && holds.dispatches > 0) {
      return Refusal{"still_owns",
                     "This person has accepted work of the old department: answer or return it "
                     "first.",
                     "department"};
    }
    return std::nullopt;
  }

  bool keeps_what_it_may_not() const {
    const UserHoldings& holds = around_.holds;
    const Role role = wanted_.role;
    return (holds.cases > 0 && !takes_over(role)) || (holds.callbacks > 0 && !has_desk(role)) ||
           (holds.accounts > 0 && !claims_accounts(role) && claims_accounts(before_->role)) ||
           (holds.dispatches > 0 && role != Role::liaison);
  }

  const User& wanted_;
  const User* before_;
  const UserSurroundings& around_;
  const Rules& rules_;
};

}  // namespace

std::optional<Refusal> why_not_user(const User& wanted, const User* before,
                                    const UserSurroundings& around, const Rules& rules) {
  return Judging{wanted, before, around, rules}.verdict();
}

bool ends_sessions(const User& wanted, const User& before) {
  return wanted.role != before.role || wanted.department != before.department ||
         (wanted.disabled && !before.disabled);
}

}  // namespace firsthand
