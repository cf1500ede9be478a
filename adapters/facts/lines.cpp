// SPDX-License-Identifier: Apache-2.0
#include "adapters/facts/lines.hpp"

#include "adapters/facts/amounts.hpp"
#include "engine/words.hpp"

namespace firsthand::facts {
namespace {

constexpr std::size_t kIdMax = 100;
constexpr std::size_t kTextMax = 500;

std::optional<Mistake> too_long(const Line& line) {
  for (const auto& [field, value] : line.values) {
    const bool name = field == "external_id" || field == "customer" || field == "settles";
    if (value.size() > (name ? kIdMax : kTextMax))
      return Mistake{"too_long", "This field is too long.", field};
  }
  return std::nullopt;
}

/// Reads one field into `out`; an empty one is left alone.
class FieldReader {
 public:
  FieldReader(const Line& line, const Mapping& mapping) : line_(line), mapping_(mapping) {}

  template <class T>
  void cents(const char* field, T& out) {
    const std::string& text = line_.at(field);
    if (text.empty() || mistake) return;
    if (const auto value = parse_cents(text, mapping_.decimal)) {
      out = *value;
    } else {
      mistake = Mistake{"bad_amount", "This is not an amount of money.", field};
    }
  }
  template <class T>
  void day(const char* field, T& out) {
    const std::string& text = line_.at(field);
    if (text.empty() || mistake) return;
    if (const auto value = parse_day(text, mapping_.date_format)) {
      out = *value;
    } else {
      mistake = Mistake{"bad_date", "This is not a day as " + mapping_.date_format + ".", field};
    }
  }
  std::optional<Mistake> mistake;

 private:
  const Line& line_;
  const Mapping& mapping_;
};

}  // namespace

std::string CustomerLine::hash() const {
  // FNV-1a, 64 bits: it only has to tell one line of a customer from the next one.
  std::uint64_t sum = 14695981039346656037u;
  const auto add = [&sum](std::string_view text) {
    for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
    sum = (sum ^ 0xFFu) * 1099511628211u;
  };
  for (const auto* text : {&name, &numbers, &email, &address, &language, &product, &account_owner})
    add(*text);
  add(word(kind));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += kDigits[(sum >> shift) & 15u];
  return out;
}

std::variant<CustomerLine, Mistake> read_customer(const Line& line) {
  if (line.mistake) return *line.mistake;
  if (auto mistake = too_long(line)) return *mistake;
  CustomerLine customer;
  customer.external_id = line.at("external_id");
  customer.name = line.at("name");
  customer.numbers = line.at("numbers");
  customer.email = line.at("email");
  customer.address = line.at("address");
  customer.language = line.at("language");
  customer.product = line.at("product");
  customer.account_owner = line.at("account_owner");
  if (!line.at("kind").empty()) {
    const auto kind = from_word<CustomerKind>(line.at("kind"));
    if (!kind) return Mistake{"bad_word", "This is not person or company.", "kind"};
    customer.kind = *kind;
  }
  if (!customer.language.empty() && customer.language != "zh" && customer.language != "en")
    return Mistake{"bad_word", "This is not zh or en.", "language"};
  if (!customer.email.empty() && customer.email.find('@') == std::string::npos)
    return Mistake{"bad_email", "This is not an address of mail.", "email"};
  return customer;
}

std::variant<BusinessFact, Mistake> read_fact(const Line& line, const Mapping& mapping,
                                              const std::string& company_currency) {
  if (line.mistake) return *line.mistake;
  if (auto mistake = too_long(line)) return *mistake;
  BusinessFact fact;
  const auto kind = from_word<FactKind>(line.at("kind"));
  if (!kind)
    return Mistake{"bad_word", "This is not contract, order, invoice, payment or fee.", "kind"};
  fact.kind = *kind;
  fact.external_id = line.at("external_id");
  fact.customer = line.at("customer");
  fact.settles = line.at("settles");
  fact.title = line.at("title");
  FieldReader reader{line, mapping};
  reader.day("on_date", fact.on);
  reader.day("due_on", fact.due_on);
  reader.day("ends_on", fact.ends_on);
  reader.cents("amount", fact.amount_cents);
  reader.cents("cost", fact.cost_cents);
  if (reader.mistake) return *reader.mistake;
  const std::string& own = mapping.currency.empty() ? company_currency : mapping.currency;
  fact.currency = line.at("currency").empty() ? own : line.at("currency");
  if (fact.currency != company_currency)
    return Mistake{"other_currency", "Balances are kept in " + company_currency + ".", "currency"};
  if (fact.ends_on && *fact.ends_on < fact.on)
    return Mistake{"ends_before_it_begins", "The last day lies before the first.", "ends_on"};
  if (!fact.settles.empty() && fact.kind != FactKind::payment)
    return Mistake{"only_payments_settle", "Only a payment settles something.", "settles"};
  return fact;
}

std::variant<TotalsLine, Mistake> read_totals(const Line& line, const Mapping& mapping) {
  if (line.mistake) return *line.mistake;
  if (auto mistake = too_long(line)) return *mistake;
  TotalsLine totals;
  totals.customer = line.at("customer");
  FieldReader reader{line, mapping};
  reader.cents("invoiced", totals.invoiced_cents);
  reader.cents("received", totals.received_cents);
  totals.due_cents = totals.invoiced_cents - totals.received_cents;
  reader.cents("due", totals.due_cents);
  if (reader.mistake) return *reader.mistake;
  return totals;
}

}  // namespace firsthand::facts
