// SPDX-License-Identifier: Apache-2.0
// Customers: finding, reading, editing, the timeline and an audited look at a number.
#include <algorithm>

#include "adapters/runtime/api/visible_customer.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {

using postgres::Tx;

awaitable<std::variant<postgres::CustomerFacts, Response>> visible_customer(ApiContext& api,
                                                                            const Request& request,
                                                                            std::int64_t id) {
  const Subject& subject = subject_of(request);
  auto work = [id, me = subject.user_id(), department = subject.department_id()](Tx& tx,
                                                                                 const Rules&) {
    return postgres::customer_facts(tx, id, me, department);
  };
  const auto facts = co_await read_on(api, std::move(work));
  if (!facts) co_return failure_answer(facts.error());
  const Row row = row_of(*facts, subject, *api.rules(), api.now());
  if (!facts->exists || !can(subject, Action::see_customer, &row)) co_return not_found("customer");
  co_return *facts;
}

awaitable<Response> customer_answer(ApiContext& api, std::int64_t id, bool full, int status) {
  auto work = [id, full](Tx& tx, const Rules&) { return postgres::read_customer(tx, id, full); };
  const auto card = co_await read_on(api, std::move(work));
  if (!card) co_return failure_answer(card.error());
  if (!*card) co_return not_found("customer");
  Response response = versioned(**card, (*card)->version, status);
  if (status == 201)
    response.add_header("Location", "/api/v1/customers/" + std::to_string((*card)->id));
  co_return response;
}

namespace {

awaitable<Response> search(ApiContext& api, Request& request) {
  postgres::CustomerSearch wanted;
  const std::string phone = query_text(request, "phone", 64);
  if (!phone.empty()) {
    const auto number = telephony::parse_phone(phone, api.settings.numbers);
    if (!number.reachable()) co_return invalid("phone", "This is not a telephone number.");
    wanted.phone = number.number;
  }
  wanted.q = query_text(request, "q", 100);
  wanted.limit = query_number(request, "limit", 20, 1, postgres::kPageMax);
  const auto scope = scope_of(subject_of(request), true);
  auto work = [scope, wanted](Tx& tx, const Rules&) {
    postgres::Page<postgres::CustomerCard> page;
    page.items = postgres::search_customers(tx, scope, wanted);
    return page;
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

awaitable<Response> get_customer(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  const bool full = std::get<postgres::CustomerFacts>(facts).on_call;
  Response response = co_await customer_answer(api, *id, full);
  co_return response;
}

awaitable<Response> edit_customer(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const auto version = required_version(request);
  if (const auto* refused = std::get_if<Response>(&version)) co_return *refused;
  const std::vector<Rule> rules{text("name", kLineMax),
                                text("email", kLineMax),
                                text("address", 500),
                                word("language", {"zh", "en"}),
                                text("product", kLineMax),
                                flag("do_not_call"),
                                number("potential", 0, 100),
                                word("kind", {"person", "company"}),
                                text("contact_from", 5),
                                text("contact_until", 5),
                                text("numbers_added", kLineMax),
                                list("numbers_removed", number("number_index", 0, 1000), 100)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  event::CustomerEdited what;
  what.customer = CustomerId{*id};
  what.version = std::get<std::int64_t>(version);
  what.name = body.maybe_text("name");
  what.email = body.maybe_text("email");
  what.address = body.maybe_text("address");
  what.language = body.maybe_text("language");
  what.product = body.maybe_text("product");
  what.do_not_call = body.maybe_flag("do_not_call");
  if (body.has("potential")) what.potential = static_cast<int>(body.number("potential"));
  if (body.has("kind")) what.kind = from_word<CustomerKind>(body.text("kind"));
  if (body.has("contact_from") || body.has("contact_until")) {
    event::ContactHours hours;
    for (const auto& [field, into] : {std::pair{"contact_from", &hours.from_min},
                                      std::pair{"contact_until", &hours.until_min}}) {
      const std::string time = body.text(field);
      if (!time.empty()) *into = minutes_of_day(time);
      if (!time.empty() && !*into)
        co_return invalid(field, "This must be a time of the day, such as 18:00.");
    }
    what.contact_hours = hours;
  }
  if (body.has("numbers_added")) {
    const auto phones = telephony::parse_phones(body.text("numbers_added"), api.settings.numbers);
    if (phones.empty()) co_return invalid("numbers_added", "This is not a telephone number.");
    for (const auto& phone : phones) what.numbers_added.push_back(phone.number);
  }
  const auto places = body.numbers("numbers_removed");
  if (!places.empty()) {
    auto find = [id = *id, places](Tx& tx, const Rules&) {
      std::vector<std::optional<std::string>> found;
      for (const auto place : places)
        found.push_back(postgres::number_of_customer(tx, id, static_cast<int>(place)));
      return found;
    };
    const auto numbers = co_await read_on(api, std::move(find));
    if (!numbers) co_return failure_answer(numbers.error());
    for (const auto& number : *numbers) {
      if (!number)
        co_return invalid("numbers_removed", "The customer has no number at this place.");
      what.numbers_removed.push_back(*number);
    }
  }
  auto decided = co_await hand_in(api, request, Happening(std::move(what)));
  if (decided.refused && !decided.stale()) co_return std::move(*decided.refused);
  const bool full = std::get<postgres::CustomerFacts>(facts).on_call;
  auto work = [id = *id, full](Tx& tx, const Rules&) {
    return postgres::read_customer(tx, id, full);
  };
  const auto card = co_await read_on(api, std::move(work));
  if (!card) co_return failure_answer(card.error());
  if (!*card) co_return not_found("customer");
  if (decided.stale()) co_return version_mismatch(request, boost::json::value_from(**card));
  co_return versioned(**card, (*card)->version);
}

/// "a,b" as words; anything but small letters and _ is no kind.
std::vector<std::string> kinds_of(std::string_view text) {
  std::vector<std::string> kinds;
  for (const auto word : http::comma_list(text)) {
    if (kinds.size() >= 64) break;
    const bool plain = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == word.npos;
    if (plain) kinds.emplace_back(word);
  }
  return kinds;
}

awaitable<Response> timeline(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  postgres::HistoryFilter filter;
  filter.kinds = kinds_of(query_text(request, "kinds", 2000));
  read_paging(request, filter);
  const Subject& subject = subject_of(request);
  const auto scope = scope_of(subject, true);
  const Row row =
      row_of(std::get<postgres::CustomerFacts>(facts), subject, *api.rules(), api.now());
  // Whoever answers for the account reads all of it before a visit; others in a department, what
  // the department has had to do with the customer.
  const auto& owners = row.owners;
  const bool mine = std::find(owners.begin(), owners.end(), scope.user) != owners.end();
  const bool limited = scope.reach == postgres::Reach::department && !mine;
  const std::int64_t department = limited ? scope.department : 0;
  auto work = [id = *id, filter, department](Tx& tx, const Rules&) {
    return postgres::timeline_of_customer(tx, id, filter, department);
  };
  Response response = co_await answer_page(api, std::move(work));
  co_return response;
}

awaitable<Response> reveal(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const std::vector<Rule> rules{number("number_index", 0, 1000).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const int index = static_cast<int>(std::get<Body>(read).number("number_index"));
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  const Row row = row_of(std::get<postgres::CustomerFacts>(facts), subject_of(request),
                         *api.rules(), api.now());
  if (!can(subject_of(request), Action::reveal_number, &row)) co_return forbidden();
  auto work = [id = *id, index](Tx& tx, const Rules&) {
    return postgres::number_of_customer(tx, id, index);
  };
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("number");
  // The number leaves only after the history says that it did.
  Happening what{event::NumberRevealed{CustomerId{*id}, **found}};
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  boost::json::object out{{"number", **found}};
  co_return json_answer(200, out);
}

}  // namespace

void add_customer_routes(http::Router& router, ApiContext& api) {
  add_route(
      router, api,
      {"GET",
       "/api/v1/customers",
       search,
       "search_customers",
       "customers",
       "Find customers by number or name",
       "see_customers",
       "",
       "CustomerList",
       200,
       {{"phone", "string", false, "A telephone number, in any spelling"},
        {"q", "string", false, "Part of a name, its reading or initials, of a number, a device"},
        {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"GET", "/api/v1/customers/{id}", get_customer, "get_customer", "customers",
             "One customer", "see_customer", "", "Customer"});
  add_route(
      router, api,
      {"PATCH", "/api/v1/customers/{id}", edit_customer, "edit_customer", "customers",
       "Correct a customer's data; needs If-Match", "edit_customer", "CustomerEdit", "Customer"});
  add_route(router, api,
            {"GET",
             "/api/v1/customers/{id}/timeline",
             timeline,
             "get_customer_timeline",
             "customers",
             "Everything with this customer, newest first",
             "see_customer",
             "",
             "HistoryList",
             200,
             {{"kinds", "string", false, "Only these kinds, separated by commas"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"POST", "/api/v1/customers/{id}/reveal", reveal, "reveal_number", "customers",
             "Show a number in full; recorded", "reveal_number", "Reveal", "RevealedNumber"});
}

}  // namespace firsthand::runtime::api
