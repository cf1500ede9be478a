// SPDX-License-Identifier: Apache-2.0
// The month's end: what finance says of each customer beside what is on the record here.
#include "adapters/codec/csv.hpp"
#include "adapters/facts/lines.hpp"
#include "adapters/postgres/reconciliation_store.hpp"
#include "adapters/runtime/api/uploads.hpp"
#include "adapters/runtime/import_job.hpp"

namespace firsthand::runtime::api {
namespace {

using facts::FileKind;
using postgres::NewReconciliation;
using postgres::Tx;

constexpr int kFileMax = 100'000;

struct ReconciliationList {
  std::vector<postgres::ReconciliationView> items;
};
BOOST_DESCRIBE_STRUCT(ReconciliationList, (), (items))

struct Reconciliation {
  postgres::ReconciliationView summary;
  std::vector<postgres::DifferenceView> items;
  std::optional<int> next;
};
BOOST_DESCRIBE_STRUCT(Reconciliation, (), (summary, items, next))

std::variant<NewReconciliation, Response> asked_of(const Request& request) {
  const std::vector<Rule> rules{text("source", 64), text("mapping", kMappingMax),
                                text("file_name", kLineMax), text("csv", kCsvMax).needed()};
  auto body_read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&body_read)) return std::move(*mistake);
  const auto& body = std::get<Body>(body_read);
  auto checked = mapping_of(body, FileKind::totals);
  if (auto* mistake = std::get_if<Response>(&checked)) return std::move(*mistake);
  const auto& mapping = std::get<facts::Mapping>(checked);
  NewReconciliation asked;
  asked.source = mapping.source;
  asked.file_name = body.text("file_name");
  facts::LineReader reader{mapping, FileKind::totals,
                           pieces_of(std::make_shared<const std::string>(body.text("csv")))};
  if (auto opened = reader.open(); !opened) return invalid("mapping", opened.error().text());
  while (const auto line = reader.next()) {
    auto read = facts::read_totals(*line, reader.mapping());
    if (const auto* mistake = std::get_if<facts::Mistake>(&read)) {
      asked.theirs.push_back({line->number, line->at("customer"), {}, mistake->sentence});
    } else {
      const auto& totals = std::get<facts::TotalsLine>(read);
      asked.theirs.push_back({line->number,
                              totals.customer,
                              {totals.invoiced_cents, totals.received_cents, totals.due_cents},
                              ""});
    }
  }
  const Subject& subject = subject_of(request);
  asked.by = subject.user_id();
  if (subject.client) asked.client = "api:" + subject.client->name;
  return asked;
}

std::string csv_of(const std::vector<postgres::DifferenceView>& items) {
  codec::CsvWriter csv;
  for (const char* head :
       {"state", "line", "reference", "customer", "our_invoiced", "our_received", "our_due",
        "their_invoiced", "their_received", "their_due", "difference", "note"})
    csv.text(head);
  csv.end_row();
  const auto totals = [&csv](const std::optional<postgres::Totals>& side) {
    if (!side) {
      csv.text("").text("").text("");
      return;
    }
    csv.cents(side->invoiced_cents).cents(side->received_cents).cents(side->due_cents);
  };
  for (const auto& one : items) {
    csv.text(one.state).text(one.line ? std::to_string(*one.line) : "");
    csv.text(one.reference).text(one.customer_name);
    totals(one.ours);
    totals(one.theirs);
    csv.cents(one.difference_cents).text(one.note).end_row();
  }
  return csv.take();
}

awaitable<Response> answer_report(ApiContext& api, std::int64_t id, int after, int limit,
                                  int status) {
  auto work = [id, after, limit](Tx& tx, const Rules&) {
    std::optional<Reconciliation> report;
    if (auto summary = postgres::read_reconciliation(tx, id))
      report = Reconciliation{*summary, postgres::differences(tx, id, after, limit), {}};
    return report;
  };
  auto report = co_await read_on(api, std::move(work));
  if (!report) co_return failure_answer(report.error());
  if (!*report) co_return not_found("reconciliation");
  auto& items = (*report)->items;
  if (static_cast<int>(items.size()) == limit) (*report)->next = items.back().place;
  Response response = answer(**report, status);
  if (status == 201)
    response.add_header("Location", "/api/v1/reconciliations/" + std::to_string(id));
  co_return response;
}

awaitable<Response> post_reconciliation(ApiContext& api, Request& request) {
  auto checked = asked_of(request);
  if (auto* mistake = std::get_if<Response>(&checked)) co_return std::move(*mistake);
  const auto& asked = std::get<NewReconciliation>(checked);
  auto work = [&asked](Tx& tx) { return postgres::reconcile(tx, asked); };
  const auto id = co_await write_on(api, std::move(work));
  if (!id) co_return failure_answer(id.error());
  Response response = co_await answer_report(api, *id, 0, 200, 201);
  co_return response;
}

awaitable<Response> get_reconciliations(ApiContext& api, Request&) {
  auto work = [](Tx& tx, const Rules&) {
    return ReconciliationList{postgres::list_reconciliations(tx)};
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

awaitable<Response> get_reconciliation(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("reconciliation");
  if (query_text(request, "format") != "csv") {
    const int after = query_number(request, "after", 0, 0, 1'000'000'000);
    const int limit = query_number(request, "limit", 200, 1, 1000);
    Response response = co_await answer_report(api, *id, after, limit, 200);
    co_return response;
  }
  auto work = [id = *id](Tx& tx, const Rules&) {
    return postgres::differences(tx, id, 0, kFileMax);
  };
  const auto items = co_await read_on(api, std::move(work));
  if (!items) co_return failure_answer(items.error());
  co_return csv_file(csv_of(*items), "reconciliation.csv");
}

}  // namespace

void add_reconciliation_routes(http::Router& router, ApiContext& api) {
  const char* tag = "imports";
  add_route(router, api,
            {"POST",
             "/api/v1/reconciliations",
             post_reconciliation,
             "reconcile",
             tag,
             "Compares what finance says of each customer (CSV text) with the facts here",
             "reconcile",
             "ReconciliationRequest",
             "Reconciliation",
             201,
             {},
             kUploadMax});
  add_route(router, api,
            {"GET", "/api/v1/reconciliations", get_reconciliations, "get_reconciliations", tag,
             "The newest 50 reports", "reconcile", "", "ReconciliationList"});
  add_route(router, api,
            {"GET",
             "/api/v1/reconciliations/{id}",
             get_reconciliation,
             "get_reconciliation",
             tag,
             "What differs, the largest difference first",
             "reconcile",
             "",
             "Reconciliation",
             200,
             {{"after", "integer", false, "Behind this place"},
              {"limit", "integer", false, "1 to 1000"},
              {"format", "string", false, "json (default) or csv, 100000 lines at most"}}});
}

}  // namespace firsthand::runtime::api
