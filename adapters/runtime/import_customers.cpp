// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/import_customers.hpp"

#include <algorithm>

#include "adapters/facts/lines.hpp"
#include "adapters/runtime/ask.hpp"
#include "adapters/runtime/rest.hpp"

namespace firsthand::runtime {
namespace {

using boost::asio::awaitable;
using facts::CustomerLine;
using facts::Line;
using facts::Mistake;
using postgres::ImportRun;

/// A line that was understood, with its numbers in one form.
struct Wanted {
  const Line* line;
  CustomerLine customer;
  std::vector<std::string> numbers;
  UserId owner;
};

struct Known {
  std::vector<postgres::ReferencedCustomer> referenced;
  std::vector<postgres::NumberHolder> holders;
};

/// What is to become of a line. Without an event the record stands as it is.
struct Step {
  const Wanted* wanted;
  std::optional<Mistake> mistake{};
  std::optional<Happening> what{};
  std::string key{};
  CustomerId customer{};
  bool added = false, changed = false;
};

std::optional<std::string> news(const std::string& wanted, const std::string& known) {
  if (wanted.empty() || wanted == known) return std::nullopt;
  return wanted;
}

Step edit(const Wanted& wanted, const Customer& known) {
  Step step{&wanted};
  step.customer = known.id;
  step.changed = true;
  const CustomerLine& line = wanted.customer;
  event::CustomerEdited e{};
  e.customer = known.id;
  e.version = known.version;
  e.name = news(line.name, known.name);
  e.email = news(line.email, known.email);
  e.address = news(line.address, known.address);
  e.language = news(line.language, known.language);
  e.product = news(line.product, known.product);
  if (!wanted.line->at("kind").empty() && line.kind != known.kind) e.kind = line.kind;
  for (const auto& number : wanted.numbers) {
    if (std::find(known.numbers.begin(), known.numbers.end(), number) == known.numbers.end())
      e.numbers_added.push_back(number);
  }
  if (!e.name && !e.email && !e.address && !e.language && !e.product && !e.kind &&
      e.numbers_added.empty())
    return step;
  step.key = "v" + std::to_string(known.version);
  step.what = std::move(e);
  return step;
}

Step create(const Wanted& wanted) {
  Step step{&wanted};
  step.added = true;
  const CustomerLine& line = wanted.customer;
  event::CustomerCreated e;
  e.kind = line.kind;
  e.name = line.name;
  e.email = line.email;
  e.address = line.address;
  e.language = line.language;
  e.product = line.product;
  e.numbers = wanted.numbers;
  e.account_owner = wanted.owner;
  step.key = "new";
  step.what = std::move(e);
  return step;
}

/// Known by a number: the same name, or a caller without one, is the same customer. Somebody else
/// with this number is for a person to look at.
Step meet(const Wanted& wanted, const postgres::NumberHolder& holder) {
  if (!holder.provisional && holder.name != wanted.customer.name) {
    Step step{&wanted};
    step.mistake = Mistake{"duplicate_customer",
                           "Customer " + std::to_string(holder.customer.value) +
                               " has this number under another name.",
                           "numbers"};
    return step;
  }
  Customer known;
  known.id = holder.customer;
  known.version = holder.version;
  known.name = holder.name;
  known.kind = wanted.customer.kind;
  known.numbers = {holder.number};
  Step step = edit(wanted, known);
  step.changed = false;
  step.added = true;
  return step;
}

Step step_for(const Wanted& wanted, const Known& known) {
  const auto reference =
      std::find_if(known.referenced.begin(), known.referenced.end(),
                   [&](const auto& one) { return one.external_id == wanted.customer.external_id; });
  if (reference != known.referenced.end()) {
    if (reference->row_hash != wanted.customer.hash()) return edit(wanted, reference->customer);
    Step step{&wanted};
    step.customer = reference->customer.id;
    return step;
  }
  const auto holder =
      std::find_if(known.holders.begin(), known.holders.end(), [&](const auto& one) {
        return std::find(wanted.numbers.begin(), wanted.numbers.end(), one.number) !=
               wanted.numbers.end();
      });
  return holder == known.holders.end() ? create(wanted) : meet(wanted, *holder);
}

Event event_of(const ImportRun& run, const Step& step) {
  Event event;
  event.source = "import:" + run.source;
  event.key = "customer:" + step.wanted->customer.external_id + ":" + step.wanted->customer.hash() +
              ":" + step.key;
  event.what = *step.what;
  return event;
}

std::variant<Wanted, Mistake> understood(const ImportParts& parts, const Rules& rules,
                                         const Line& line) {
  auto read = facts::read_customer(line);
  if (const auto* mistake = std::get_if<Mistake>(&read)) return *mistake;
  Wanted wanted{&line, std::get<CustomerLine>(std::move(read)), {}, {}};
  for (const auto& phone : telephony::parse_phones(wanted.customer.numbers, parts.numbers))
    wanted.numbers.push_back(phone.number);
  if (wanted.numbers.empty() && !wanted.customer.numbers.empty())
    return Mistake{"bad_number", "This is not a telephone number.", "numbers"};
  if (const auto& login = wanted.customer.account_owner; !login.empty()) {
    for (const auto& user : rules.users)
      if (user.login == login && !user.disabled) wanted.owner = user.id;
    if (!wanted.owner)
      return Mistake{"unknown_owner", "Nobody here signs in by this name.", "account_owner"};
  }
  return wanted;
}

Known look_up(postgres::Connection& connection, const std::string& source,
              const std::vector<Wanted>& wanted) {
  postgres::Tx tx{connection, postgres::Access::read_only};
  std::vector<std::string> ids, numbers;
  for (const auto& one : wanted) {
    ids.push_back(one.customer.external_id);
    numbers.insert(numbers.end(), one.numbers.begin(), one.numbers.end());
  }
  return {postgres::referenced_customers(tx, source, ids), postgres::holders_of(tx, numbers)};
}

class CustomerChunk {
 public:
  CustomerChunk(const ImportParts& parts, const ImportRun& run) : parts_(parts), run_(run) {}

  void take(const std::vector<Line>& lines) {
    const auto rules = parts_.rules();
    for (const Line& line : lines) {
      auto read = understood(parts_, *rules, line);
      if (const auto* mistake = std::get_if<Mistake>(&read)) {
        out_.refusals.push_back(refused(line, *mistake));
      } else {
        waiting_.push_back(std::get<Wanted>(std::move(read)));
      }
    }
  }

  /// Until every line has its answer: somebody may edit a customer in between, the database may be
  /// away for a while.
  awaitable<std::optional<ImportedCustomers>> work() {
    for (int tries = 0; !waiting_.empty(); ++tries) {
      if (tries == kTriesMax) co_return std::nullopt;
      if (tries > 0) co_await rest(kBeforeAnotherTry);
      auto look = [&source = run_.source, &wanted = waiting_](postgres::Connection& connection) {
        return look_up(connection, source, wanted);
      };
      const auto known = co_await postgres::run(parts_.pool, look);
      if (!known) continue;
      co_await decide(*known);
    }
    co_return std::move(out_);
  }

 private:
  awaitable<void> decide(const Known& known) {
    std::vector<Step> steps;
    std::vector<Event> events;
    for (const Wanted& wanted : waiting_) {
      steps.push_back(step_for(wanted, known));
      if (steps.back().what && !run_.dry_run) events.push_back(event_of(run_, steps.back()));
    }
    const auto answers = co_await ask_all(parts_.door, std::move(events));
    std::vector<Wanted> again;
    std::size_t next = 0;
    for (Step& step : steps) {
      const bool asked = step.what && !run_.dry_run;
      const DoorAnswer* answer = asked ? &answers[next++] : nullptr;
      if (answer && !settled(step, *answer)) {
        again.push_back(*step.wanted);
      } else {
        count(step);
      }
    }
    waiting_ = std::move(again);
  }

  static bool settled(Step& step, const DoorAnswer& answer) {
    const auto* outcome = std::get_if<Outcome>(&answer);
    if (!outcome) return false;
    if (!outcome->refusal) {
      step.customer = CustomerId{outcome->reply.id};
      return true;
    }
    const Refusal& refusal = *outcome->refusal;
    // Somebody has changed, merged or entered this customer since we looked: look again.
    for (const char* code : {"version_mismatch", "merged", "duplicate_customer"})
      if (refusal.code == code) return false;
    step.mistake = Mistake{refusal.code, refusal.sentence, refusal.field};
    return true;
  }

  void count(const Step& step) {
    if (step.mistake) {
      out_.refusals.push_back(refused(*step.wanted->line, *step.mistake));
      return;
    }
    ++(step.added ? out_.counts.added : step.changed ? out_.counts.changed : out_.counts.unchanged);
    if (step.customer)
      out_.references.push_back(
          {step.wanted->customer.external_id, step.customer, step.wanted->customer.hash()});
  }

  const ImportParts& parts_;
  const ImportRun& run_;
  std::vector<Wanted> waiting_;
  ImportedCustomers out_;
};

}  // namespace

postgres::LineRefusal refused(const Line& line, const Mistake& mistake) {
  return {line.number, mistake.code, mistake.sentence, mistake.field, line.raw};
}

awaitable<std::optional<ImportedCustomers>> import_customers(const ImportParts& parts,
                                                             const ImportRun& run,
                                                             const std::vector<Line>& lines) {
  CustomerChunk chunk{parts, run};
  chunk.take(lines);
  auto imported = co_await chunk.work();
  co_return imported;
}

}  // namespace firsthand::runtime
