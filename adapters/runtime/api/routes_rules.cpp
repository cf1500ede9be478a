// SPDX-License-Identifier: Apache-2.0
// Rules: the documents and their versions, what a change would do, saving it, how far it is; and
// what a case would get.
#include <charconv>

#include "adapters/runtime/api/rules_answers.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

namespace json = boost::json;
using postgres::Tx;

Response not_editable() {
  return Response::problem(409, "not_editable",
                           "Departments, queues and categories are not edited here.");
}

awaitable<Response> get_document(ApiContext& api, Request& request) {
  const std::string name{request.param("document")};
  const int version = query_number(request, "version", 0, 0, 1'000'000'000);
  auto find = [name, version](Tx& tx, const Rules&) {
    return read_document(tx, name, version > 0 ? std::optional{version} : std::nullopt);
  };
  const auto found = co_await read_on(api, std::move(find));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("document");
  const StoredDocument& document = **found;
  co_return versioned(to_json(document), document.saved.version);
}

awaitable<Response> list_versions(ApiContext& api, Request& request) {
  const std::string name{request.param("document")};
  auto find = [name](Tx& tx, const Rules&) { return document_versions(tx, name); };
  const auto found = co_await read_on(api, std::move(find));
  if (!found) co_return failure_answer(found.error());
  if (found->empty()) co_return not_found("document");
  json::array items;
  for (const auto& version : *found) items.push_back(to_json(version));
  const json::object out{{"items", std::move(items)}};
  co_return json_answer(200, out);
}

awaitable<Response> preview(ApiContext& api, Request& request) {
  const std::string name{request.param("document")};
  if (!may_be_edited(name)) co_return not_editable();
  const std::vector<Rule> rules{text("body", kDocumentMax).needed()};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const Instant now = api.now();
  using Answer = std::variant<RulesPreview, config::Errors>;
  auto look = [name, now, body = std::get<Body>(read).text("body")](
                  Tx& tx, const Rules& in_force) -> Answer {
    const auto wanted = rules_with(tx, in_force, {{name, body}}, now);
    if (!wanted) return wanted.error();
    return preview_rules(tx, in_force, *wanted, now);
  };
  Response response = co_await preview_answer(api, request, std::move(look));
  co_return response;
}

awaitable<Response> put_document(ApiContext& api, Request& request) {
  SaveWish wish;
  wish.document = request.param("document");
  if (!may_be_edited(wish.document)) co_return not_editable();
  const auto version = required_version(request);
  if (const auto* missing = std::get_if<Response>(&version)) co_return *missing;
  const std::vector<Rule> rules{text("body", kDocumentMax).needed(), text("note", kLineMax)};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  wish.body = std::get<Body>(read).text("body");
  wish.note = std::get<Body>(read).text("note");
  wish.by = UserId{subject_of(request).user_id()};
  wish.seen_version = static_cast<int>(std::get<std::int64_t>(version));
  Response response = co_await save_rules(api, request, std::move(wish));
  co_return response;
}

awaitable<Response> list_changes(ApiContext& api, Request& request) {
  const int limit = query_number(request, "limit", 50, 1, 200);
  auto find = [limit](Tx& tx, const Rules&) { return rule_changes(tx, limit); };
  const auto found = co_await read_on(api, std::move(find));
  if (!found) co_return failure_answer(found.error());
  json::array items;
  for (const auto& change : *found) items.push_back(to_json(change));
  const json::object out{{"items", std::move(items)}};
  co_return json_answer(200, out);
}

// ------------------------------------------------------------------------------- what if
std::variant<WhatIfCase, Response> asked_case(const Body& body, const Rules& rules, Instant now) {
  WhatIfCase asked;
  CaseTraits& traits = asked.traits;
  traits.scope = from_word<PolicyScope>(body.text("scope")).value_or(PolicyScope::cases);
  if (traits.scope == PolicyScope::cases) {
    traits.category = body.text("category");
    const Category* category = rules.book.category(traits.category);
    if (!category) return invalid("category", "There is no such category.");
    traits.kind = from_word<CaseKind>(body.text("kind")).value_or(category->kind);
    traits.severity =
        static_cast<int>(body.maybe_number("severity").value_or(category->default_severity));
  }
  traits.tier = from_word<Tier>(body.text("tier")).value_or(Tier::standard);
  traits.channel = from_word<Channel>(body.text("channel")).value_or(Channel::call);
  traits.office = body.text("office");
  asked.arrived_at = body.maybe_instant("arrived_at").value_or(now);
  return asked;
}

awaitable<Response> ask_what_if(ApiContext& api, Request& request) {
  const std::vector<Rule> fields{
      word("scope", {"cases", "customers", "reviews"}),
      word("kind", {"complaint", "inquiry", "service_request"}),
      text("category", 64),
      number("severity", 1, 4),
      word("tier", {"standard", "silver", "gold", "key"}),
      word("channel", {"call", "web", "email", "walk_in", "field_visit", "api"}),
      text("office", 64),
      instant("arrived_at"),
      text("body", kDocumentMax),
      text("ladders", kDocumentMax)};
  auto read = read_body(request, fields);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  const auto in_force = api.rules();
  const Instant now = api.now();
  const auto asked = asked_case(body, *in_force, now);
  if (const auto* mistake = std::get_if<Response>(&asked)) co_return *mistake;
  const WhatIfCase& wanted_case = std::get<WhatIfCase>(asked);
  std::map<std::string, std::string> unsaved;
  if (body.has("body")) unsaved["policies"] = body.text("body");
  if (body.has("ladders")) unsaved["ladders"] = body.text("ladders");
  if (unsaved.empty()) co_return json_answer(200, to_json(what_if(*in_force, wanted_case, now)));
  using Answer = std::variant<WhatIf, config::Errors>;
  auto look = [unsaved, wanted_case, now](Tx& tx, const Rules& rules) -> Answer {
    const auto wanted = rules_with(tx, rules, unsaved, now);
    if (!wanted) return wanted.error();
    return what_if(*wanted, wanted_case, now);
  };
  const auto seen = co_await read_on(api, std::move(look));
  if (!seen) co_return failure_answer(seen.error());
  if (const auto* errors = std::get_if<config::Errors>(&*seen)) {
    co_return mistakes_answer(request, *errors);
  }
  co_return json_answer(200, to_json(std::get<WhatIf>(*seen)));
}

}  // namespace

void add_rules_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET",
             "/api/v1/rules/changes",
             list_changes,
             "list_rule_changes",
             "rules",
             "Saved changes, newest first, and how far each is",
             "see_rules",
             "",
             "RuleChangeList",
             200,
             {{"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"GET",
             "/api/v1/rules/{document}",
             get_document,
             "get_rules",
             "rules",
             "A rule document: its text and its tree",
             "see_rules",
             "",
             "RuleDocument",
             200,
             {{"version", "integer", false, "An older one; the newest when absent"}}});
  add_route(router, api,
            {"GET", "/api/v1/rules/{document}/versions", list_versions, "list_rule_versions",
             "rules", "Who saved what when, newest first", "see_rules", "", "RuleVersionList"});
  add_route(router, api,
            {"POST",
             "/api/v1/rules/{document}/preview",
             preview,
             "preview_rules",
             "rules",
             "What saving this text would do to the clocks that run",
             "see_rules",
             "RuleText",
             "RulesPreview",
             200,
             {},
             kDocumentRequestMax});
  add_route(router, api,
            {"PUT",
             "/api/v1/rules/{document}",
             put_document,
             "save_rules",
             "rules",
             "Save the next version; running clocks are computed anew in the background",
             "edit_rules",
             "RuleSave",
             "RuleSaved",
             200,
             {},
             kDocumentRequestMax});
  add_route(router, api,
            {"POST",
             "/api/v1/policies/what-if",
             ask_what_if,
             "ask_what_if",
             "rules",
             "What would this case, customer or review action get?",
             "see_rules",
             "WhatIfQuestion",
             "WhatIf",
             200,
             {},
             kDocumentRequestMax});
}

}  // namespace firsthand::runtime::api
