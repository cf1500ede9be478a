// SPDX-License-Identifier: Apache-2.0
// The customer's record around the card: new customers, people in companies, relationships, merges,
// the tier, and the question whether somebody is known.
#include "adapters/postgres/reads/record_reads.hpp"
#include "adapters/postgres/reads/search_text.hpp"
#include "adapters/runtime/api/visible_customer.hpp"
#include "adapters/runtime/tier_scoring.hpp"
#include "adapters/telephony/regions.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::Tx;

struct Made {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Made, (), (id))

struct KnownAnswer {
  bool exists = false;
  std::vector<postgres::KnownCustomer> items;
};
BOOST_DESCRIBE_STRUCT(KnownAnswer, (), (exists, items))

struct TierAnswer {
  std::int64_t customer_id = 0;
  std::vector<postgres::TierScoreView> items;
};
BOOST_DESCRIBE_STRUCT(TierAnswer, (), (customer_id, items))

std::vector<std::string> phones_of(const ApiContext& api, const std::string& text) {
  std::vector<std::string> numbers;
  for (const auto& phone : telephony::parse_phones(text, api.settings.numbers))
    numbers.push_back(phone.number);
  return numbers;
}

/// "1380 01" as the beginning of a stored number; "" when it is too short or no number.
std::string beginning_of_number(const ApiContext& api, const std::string& text) {
  std::string digits = postgres::digits_of_number(text);
  if (digits.empty()) return "";
  if (text.find('+') != std::string::npos) return "+" + digits;
  const auto* home = telephony::find_region(api.settings.numbers.region);
  if (!home) return "";
  if (!home->trunk.empty() && digits.starts_with(home->trunk)) digits.erase(0, home->trunk.size());
  return "+" + std::string{home->country} + digits;
}

/// Does what the event says and answers the id of what was made or changed.
awaitable<Response> done_or_refused(ApiContext& api, const Request& request, Happening what,
                                    int status) {
  auto decided = co_await hand_in(api, request, std::move(what));
  if (decided.refused) co_return std::move(*decided.refused);
  const Made made{decided.reply.id};
  co_return answer(made, status);
}

// ------------------------------------------------------------------------------- known already?
awaitable<Response> exists(ApiContext& api, Request& request) {
  postgres::KnownQuestion question;
  const std::string number = query_text(request, "number", 64);
  question.numbers = phones_of(api, number);
  question.number_begins = beginning_of_number(api, number);
  question.email = query_text(request, "email", 200);
  question.name = query_text(request, "name", 100);
  question.address = query_text(request, "address", 500);
  question.reference = query_text(request, "reference", 100);
  question.source = query_text(request, "source", 64);
  question.limit = query_number(request, "limit", 5, 1, 50);
  if (question.reference.empty() && question.numbers.empty() && question.number_begins.empty() &&
      question.email.empty() && question.name.empty()) {
    const KnownAnswer nothing;
    co_return answer(nothing);
  }
  auto work = [question](Tx& tx, const Rules&) {
    KnownAnswer known;
    known.items = postgres::known_customers(tx, question);
    known.exists = !known.items.empty();
    return known;
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

/// 409 with the customers that may be meant.
Response duplicate_answer(const Request& request, std::vector<postgres::KnownCustomer> candidates) {
  boost::json::object body{{"type", "about:blank"},
                           {"title", "Conflict"},
                           {"status", 409},
                           {"detail", "There may be such a customer already."},
                           {"code", "duplicate_customer"},
                           {"field", ""},
                           {"instance", request.trace_id},
                           {"candidates", boost::json::value_from(candidates)}};
  Response response = json_answer(409, body);
  response.content_type = "application/problem+json";
  return response;
}

std::vector<Rule> creation_rules() {
  return {word("kind", {"person", "company"}),
          text("name", kLineMax).needed(),
          text("numbers", kLineMax),
          text("email", kLineMax),
          text("address", 500),
          word("language", {"zh", "en"}),
          text("product", kLineMax),
          flag("although_known"),
          id("account_owner"),
          id("entered_for"),
          id("developer")};
}

std::variant<event::CustomerCreated, Response> creation(const ApiContext& api, const Body& body) {
  event::CustomerCreated what;
  if (body.has("kind")) what.kind = *from_word<CustomerKind>(body.text("kind"));
  what.name = body.text("name");
  what.email = body.text("email");
  what.address = body.text("address");
  what.language = body.text("language");
  what.product = body.text("product");
  what.numbers = phones_of(api, body.text("numbers"));
  if (body.has("numbers") && what.numbers.empty())
    return invalid("numbers", "This is not a telephone number.");
  what.although_known = body.maybe_flag("although_known").value_or(false);
  what.account_owner = UserId{body.number("account_owner")};
  what.entered_for = UserId{body.number("entered_for")};
  what.developer = UserId{body.number("developer")};
  return what;
}

/// Who may be meant by a new customer.
postgres::KnownQuestion question_about(const event::CustomerCreated& what) {
  postgres::KnownQuestion question;
  question.numbers = what.numbers;
  question.email = what.email;
  if (!what.address.empty()) {
    question.name = what.name;
    question.address = what.address;
  }
  return question;
}

awaitable<Response> create_customer(ApiContext& api, Request& request) {
  const std::vector<Rule> rules = creation_rules();
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  auto wanted = creation(api, std::get<Body>(read));
  if (auto* mistake = std::get_if<Response>(&wanted)) co_return std::move(*mistake);
  auto& what = std::get<event::CustomerCreated>(wanted);
  auto look = [question = question_about(what)](Tx& tx, const Rules&) {
    auto known = postgres::known_customers(tx, question);
    // Many share a name: only with the address as well it is the same customer.
    std::erase_if(known, [](const auto& one) { return one.why == "name"; });
    return known;
  };
  if (!what.although_known) {
    auto known = co_await read_on(api, look);
    if (!known) co_return failure_answer(known.error());
    if (!known->empty()) co_return duplicate_answer(request, std::move(*known));
  }
  auto decided = co_await hand_in(api, request, Happening(std::move(what)));
  if (decided.code == "duplicate_customer") {
    auto known = co_await read_on(api, look);
    if (!known) co_return failure_answer(known.error());
    co_return duplicate_answer(request, std::move(*known));
  }
  if (decided.refused) co_return std::move(*decided.refused);
  Response response = co_await customer_answer(api, decided.reply.id, true, 201);
  co_return response;
}

// ------------------------------------------------------------------------------- reading
/// What `read(tx, id)` says of the path's customer, when he may be seen.
template <class Read>
awaitable<Response> about_customer(ApiContext& api, Request& request, Read read) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  auto work = [id = *id, read](Tx& tx, const Rules&) { return read(tx, id); };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

awaitable<Response> get_record(ApiContext& api, Request& request) {
  return about_customer(api, request, [](Tx& tx, std::int64_t id) {
    return postgres::read_record(tx, id).value_or(postgres::RecordView{});
  });
}

awaitable<Response> get_network(ApiContext& api, Request& request) {
  return about_customer(api, request, postgres::read_network);
}

awaitable<Response> get_duplicates(ApiContext& api, Request& request) {
  return about_customer(api, request, [](Tx& tx, std::int64_t id) {
    KnownAnswer known;
    known.items = postgres::look_alikes(tx, id);
    known.exists = !known.items.empty();
    return known;
  });
}

awaitable<Response> get_tier(ApiContext& api, Request& request) {
  return about_customer(api, request, [](Tx& tx, std::int64_t id) {
    return TierAnswer{id, postgres::tier_scores(tx, id)};
  });
}

awaitable<Response> score_now(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  auto work = [id = *id](Tx& tx, const Rules& rules) { return tier_of(tx, rules.book.tiers, id); };
  const auto score = co_await read_on(api, std::move(work));
  if (!score) co_return failure_answer(score.error());
  if (!*score) {
    if (!api.rules()->book.tiers.inputs.empty()) co_return not_found("customer");
    co_return Response::problem(409, "no_tier_rule", "There is no scoring rule yet.");
  }
  auto decided = co_await hand_in(api, request, Happening(**score));
  if (decided.refused) co_return std::move(*decided.refused);
  Response response = co_await get_tier(api, request);
  co_return response;
}

// ------------------------------------------------------------------------------- changing
awaitable<Response> begin_role(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{
      id("company_id").needed(), id("person_id").needed(),
      word("role", {"decision_maker", "payer", "user", "contact"}).needed(),
      text("title", kLineMax), instant("from")};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::CompanyRoleBegun what;
  what.company = CustomerId{body.number("company_id")};
  what.person = CustomerId{body.number("person_id")};
  what.role = *from_word<CompanyRoleKind>(body.text("role"));
  what.title = body.text("title");
  what.from = body.maybe_instant("from");
  Response response = co_await done_or_refused(api, request, std::move(what), 201);
  co_return response;
}

awaitable<Response> end_role(ApiContext& api, Request& request) {
  const auto role = path_id(request, "id");
  if (!role) co_return not_found("role");
  auto read = read_body(request, {instant("until")});
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  event::CompanyRoleEnded what{CompanyRoleId{*role}, std::get<Body>(read).maybe_instant("until")};
  Response response = co_await done_or_refused(api, request, std::move(what), 200);
  co_return response;
}

awaitable<Response> begin_relationship(ApiContext& api, Request& request) {
  const std::vector<Rule> rules{
      id("customer_id").needed(), id("other_id").needed(),
      word("kind", {"parent", "household", "introduced_by", "dealer_of", "pays_for"}).needed(),
      text("note", kLineMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::RelationshipBegun what{CustomerId{body.number("customer_id")},
                                CustomerId{body.number("other_id")},
                                *from_word<RelationshipKind>(body.text("kind")), body.text("note")};
  Response response = co_await done_or_refused(api, request, std::move(what), 201);
  co_return response;
}

awaitable<Response> end_relationship(ApiContext& api, Request& request) {
  const auto link = path_id(request, "id");
  if (!link) co_return not_found("relationship");
  auto read = read_body(request, {});
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  event::RelationshipEnded what{RelationshipId{*link}};
  Response response = co_await done_or_refused(api, request, what, 200);
  co_return response;
}

awaitable<Response> merge(ApiContext& api, Request& request) {
  const auto kept = path_id(request, "id");
  if (!kept) co_return not_found("customer");
  auto read = read_body(request, {id("gone_id").needed(), text("reason", kLineMax).needed()});
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  event::CustomersMerged what{CustomerId{*kept}, CustomerId{body.number("gone_id")},
                              body.text("reason")};
  Response response = co_await done_or_refused(api, request, std::move(what), 201);
  co_return response;
}

awaitable<Response> undo_merge(ApiContext& api, Request& request) {
  const auto merged = path_id(request, "id");
  if (!merged) co_return not_found("merge");
  auto read = read_body(request, {text("reason", kLineMax).needed()});
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  event::CustomersUnmerged what{MergeId{*merged}, std::get<Body>(read).text("reason")};
  Response response = co_await done_or_refused(api, request, std::move(what), 200);
  co_return response;
}

awaitable<Response> name_caller(ApiContext& api, Request& request) {
  const auto call = path_id(request, "id");
  if (!call) co_return not_found("call");
  auto read = read_body(request, {id("customer_id").needed()});
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  // Whoever talks says who is talking.
  auto mine = [call = *call, me = subject_of(request).user_id()](Tx& tx, const Rules& at) {
    const auto desk = postgres::read_desk(tx, at, me);
    return desk.interaction_id == call;
  };
  const auto talking = co_await read_on(api, std::move(mine));
  if (!talking) co_return failure_answer(talking.error());
  if (!*talking && subject_of(request).user->role != Role::supervisor) co_return forbidden();
  event::CallerNamed what{InteractionId{*call},
                          CustomerId{std::get<Body>(read).number("customer_id")}};
  Response response = co_await done_or_refused(api, request, what, 200);
  co_return response;
}

}  // namespace

void add_record_routes(http::Router& router, ApiContext& api) {
  const char* tag = "customers";
  add_route(router, api,
            {"POST", "/api/v1/customers", create_customer, "create_customer", tag,
             "A new customer; look-alikes are answered with 409 unless although_known",
             "create_customer", "CustomerCreation", "Customer", 201});
  add_route(router, api,
            {"GET",
             "/api/v1/customers/exists",
             exists,
             "customer_exists",
             tag,
             "Whether a customer is known, quick enough for each keystroke",
             "see_customers",
             "",
             "KnownCustomers",
             200,
             {{"number", "string", false, "A number or its beginning"},
              {"email", "string", false, "An address of mail"},
              {"name", "string", false, "The beginning of a name"},
              {"address", "string", false, "Sorts same names with this address first"},
              {"limit", "integer", false, "1 to 50"}}});
  add_route(
      router, api,
      {"GET", "/api/v1/customers/{id}/record", get_record, "get_customer_record", tag,
       "People, relationships, merges and shared numbers", "see_customer", "", "CustomerRecord"});
  add_route(router, api,
            {"GET", "/api/v1/customers/{id}/network", get_network, "get_customer_network", tag,
             "Who is tied to the customer, two steps far", "see_customer", "", "CustomerNetwork"});
  add_route(router, api,
            {"GET", "/api/v1/customers/{id}/duplicates", get_duplicates, "get_duplicates", tag,
             "Who else may be this customer", "see_customer", "", "KnownCustomers"});
  add_route(router, api,
            {"GET", "/api/v1/customers/{id}/tier", get_tier, "get_tier", tag,
             "Every score of the customer with its reasons, newest first", "see_customer", "",
             "TierScores"});
  add_route(router, api,
            {"POST", "/api/v1/customers/{id}/tier/score", score_now, "score_tier", tag,
             "Apply the scoring rule now", "score_tier", "Empty", "TierScores"});
  add_route(
      router, api,
      {"POST", "/api/v1/customers/{id}/merge", merge, "merge_customers", tag,
       "Show another record in this one", "merge_customers", "CustomerMergeRequest", "Made", 201});
  add_route(router, api,
            {"POST", "/api/v1/merges/{id}/undo", undo_merge, "undo_merge", tag,
             "Two customers again", "merge_customers", "Reason", "Made"});
  add_route(
      router, api,
      {"POST", "/api/v1/company-roles", begin_role, "begin_company_role", tag,
       "A person has a role in a company", "edit_customer", "CompanyRoleRequest", "Made", 201});
  add_route(router, api,
            {"POST", "/api/v1/company-roles/{id}/end", end_role, "end_company_role", tag,
             "No longer", "edit_customer", "CompanyRoleEnd", "Made"});
  add_route(router, api,
            {"POST", "/api/v1/relationships", begin_relationship, "begin_relationship", tag,
             "One customer is something to another", "edit_customer", "RelationshipRequest", "Made",
             201});
  add_route(router, api,
            {"POST", "/api/v1/relationships/{id}/end", end_relationship, "end_relationship", tag,
             "No longer", "edit_customer", "Empty", "Made"});
  add_route(router, api,
            {"POST", "/api/v1/interactions/{id}/customer", name_caller, "name_caller", "desk",
             "Who is calling, of those who have the number", "work_desk", "CallerChoice", "Made"});
}

}  // namespace firsthand::runtime::api
