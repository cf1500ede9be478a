// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/api/rules_answers.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "adapters/postgres/reads/views.hpp"
#include "config/document.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace json = boost::json;
namespace {

json::value instant(const std::optional<Instant>& at) {
  if (!at) return nullptr;
  return json::string(postgres::to_json_text(*at));
}

json::value person(UserId id, const std::string& name) {
  if (!id) return nullptr;
  return json::object{{"id", id.value}, {"name", name}};
}

template <class Tag>
json::value id_or_null(Id<Tag> id) {
  if (!id) return nullptr;
  return id.value;
}

json::array texts(const std::vector<std::string>& values) {
  json::array out;
  for (const auto& value : values) out.emplace_back(value);
  return out;
}

template <class Enum>
json::string named(Enum value) {
  const auto text = word(value);
  return json::string(text.data(), text.size());
}

json::array checks(const std::vector<ConditionCheck>& conditions) {
  json::array out;
  for (const auto& c : conditions) {
    out.push_back(json::object{{"condition", c.condition},
                               {"any_of", texts(c.any_of)},
                               {"has", c.has},
                               {"holds", c.holds}});
  }
  return out;
}

json::object step_json(const StepOutlook& step) {
  json::array recipients;
  for (const auto& reach : step.recipients) {
    recipients.push_back(json::object{{"role", named(reach.role)}, {"names", texts(reach.names)}});
  }
  json::array channels;
  for (const AlertChannel channel : step.channels) channels.push_back(named(channel));
  return {{"name", step.name},
          {"at_text", step.at_text},
          {"at", instant(step.at)},
          {"recipients", std::move(recipients)},
          {"channels", std::move(channels)},
          {"needs_acknowledgement", step.needs_acknowledgement},
          {"if_unacknowledged", step.if_unacknowledged},
          {"escalate", step.escalate}};
}

}  // namespace

json::object to_json(const RulesPreview& preview) {
  json::array by_kind;
  for (const auto& count : preview.by_kind) {
    by_kind.push_back(json::object{{"clock_kind", named(count.clock_kind)},
                                   {"total", count.total},
                                   {"moved", count.moved},
                                   {"late", count.late},
                                   {"dropped", count.dropped},
                                   {"begun", count.begun}});
  }
  json::array examples;
  for (const auto& example : preview.examples) {
    examples.push_back(json::object{{"case_number", example.case_number},
                                    {"title", example.title},
                                    {"customer_id", id_or_null(example.customer)},
                                    {"review_action_id", id_or_null(example.review_action)},
                                    {"clock_kind", named(example.clock_kind)},
                                    {"due_before", instant(example.due_before)},
                                    {"due_after", instant(example.due_after)},
                                    {"late", example.late},
                                    {"dropped", example.dropped},
                                    {"begun", example.begun}});
  }
  return {{"clocks_total", preview.clocks_total}, {"clocks_moved", preview.clocks_moved},
          {"clocks_late", preview.clocks_late},   {"clocks_dropped", preview.clocks_dropped},
          {"clocks_begun", preview.clocks_begun}, {"cases_moved", preview.cases_moved},
          {"cases_late", preview.cases_late},     {"by_kind", std::move(by_kind)},
          {"examples", std::move(examples)}};
}

json::object to_json(const DocumentVersion& version) {
  return {{"version", version.version},
          {"at", instant(version.at)},
          {"by", person(version.by, version.by_name)},
          {"note", version.note}};
}

json::object to_json(const StoredDocument& document) {
  json::object out = to_json(document.saved);
  out["document"] = document.name;
  out["format"] = document.is_json() ? "json" : "toml";
  out["body"] = document.body;
  // What was saved once parses; what does not is shown as the text it is.
  const auto tree = config::parse_document(document.body, document.name);
  out["parsed"] = nullptr;
  if (tree) out["parsed"] = json::parse(config::to_json(*tree));
  return out;
}

json::object to_json(const RuleChange& change) {
  return {{"revision", change.revision},
          {"document", change.document},
          {"version", change.version},
          {"by", person(change.by, change.by_name)},
          {"note", change.note},
          {"at", instant(change.at)},
          {"clocks_total", change.clocks_total},
          {"clocks_moved", change.clocks_moved},
          {"clocks_left", change.clocks_left},
          {"done_at", instant(change.done_at)}};
}

json::object to_json(const WhatIf& what_if) {
  json::array passed_over;
  for (const auto& policy : what_if.passed_over) {
    passed_over.push_back(
        json::object{{"policy", policy.policy}, {"failed", checks(policy.failed)}});
  }
  json::array clocks;
  for (const auto& clock : what_if.clocks) {
    json::array steps;
    for (const auto& step : clock.steps) steps.push_back(step_json(step));
    clocks.push_back(json::object{{"kind", named(clock.kind)},
                                  {"due_at", instant(clock.due_at)},
                                  {"budget_text", clock.budget_text},
                                  {"out_of_hours", clock.out_of_hours},
                                  {"calendar", clock.calendar},
                                  {"ladder", clock.ladder},
                                  {"steps", std::move(steps)}});
  }
  return {{"policy", what_if.policy},
          {"name_zh", what_if.name_zh},
          {"name_en", what_if.name_en},
          {"version", what_if.version},
          {"arrival", named(what_if.arrival)},
          {"why", checks(what_if.why)},
          {"passed_over", std::move(passed_over)},
          {"clocks", std::move(clocks)}};
}

Response mistakes_answer(const Request& request, const config::Errors& errors) {
  json::array list;
  for (const auto& error : errors.list) {
    json::object values;
    for (const auto& [name, value] : error.values) values[name] = value;
    list.push_back(json::object{{"document", error.file},
                                {"path", error.key},
                                {"line", error.line},
                                {"code", error.code},
                                {"values", std::move(values)},
                                {"message", error.reason}});
  }
  json::object body{{"type", "about:blank"},
                    {"title", "Unprocessable Content"},
                    {"status", 422},
                    {"detail", "The document cannot be used as it is."},
                    {"code", "invalid_rules"},
                    {"field", errors.list.empty() ? "" : errors.list.front().key},
                    {"instance", request.trace_id},
                    {"errors", std::move(list)}};
  Response response = json_answer(422, body);
  response.content_type = "application/problem+json";
  return response;
}

awaitable<Response> preview_answer(ApiContext& api, const Request& request, PreviewLook look) {
  const auto seen = co_await read_on(api, std::move(look));
  if (!seen) co_return failure_answer(seen.error());
  if (const auto* errors = std::get_if<config::Errors>(&*seen)) {
    co_return mistakes_answer(request, *errors);
  }
  co_return json_answer(200, to_json(std::get<RulesPreview>(*seen)));
}

awaitable<Response> save_rules(ApiContext& api, const Request& request, SaveWish wish) {
  const Instant now = api.now();
  auto save = [&api, wish, now](postgres::Connection& connection) {
    SaveAnswer saved = VersionMismatch{};
    {
      postgres::Tx tx(connection);
      saved = save_document(tx, *api.rules(), wish, now);
      if (std::holds_alternative<SavedDocument>(saved)) tx.commit();
    }
    if (std::holds_alternative<SavedDocument>(saved) && api.take_rules) api.take_rules(connection);
    return saved;
  };
  const auto saved = co_await postgres::run(api.reads, std::move(save));
  if (!saved) co_return failure_answer(saved.error());
  if (const auto* errors = std::get_if<config::Errors>(&*saved)) {
    co_return mistakes_answer(request, *errors);
  }
  if (std::holds_alternative<VersionMismatch>(*saved)) {
    auto find = [wish](postgres::Tx& tx, const Rules&) { return read_document(tx, wish.document); };
    const auto current = co_await read_on(api, std::move(find));
    if (!current) co_return failure_answer(current.error());
    json::value shown = nullptr;
    if (*current) shown = to_json(**current);
    co_return version_mismatch(request, std::move(shown));
  }
  const auto& done = std::get<SavedDocument>(*saved);
  const json::object out{
      {"document", wish.document}, {"version", done.version}, {"revision", done.revision}};
  co_return versioned(out, done.version);
}

}  // namespace firsthand::runtime::api
