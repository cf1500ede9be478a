// SPDX-License-Identifier: Apache-2.0
// Histories as files: all of a case, or all that is kept of a customer's dealings, which is what
// somebody may ask for about himself. Who takes one out of the house is noted in the history
// itself, in the transaction that reads it.
#include "adapters/runtime/api/answers.hpp"
#include "adapters/runtime/api/history_paper.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::HistoryView;
using postgres::Tx;

/// One file holds so many entries; the header Link says where it goes on.
constexpr std::size_t kEntriesMax = 20'000;

struct Exported {
  bool seen = false;  ///< there is such a thing, and this subject may see it
  bool page = true;   ///< `after` names a page
  std::string about;
  std::vector<HistoryView> entries;
  std::string next;
};

/// Nothing for a format that does not exist.
std::optional<Paper> paper_of(const Request& request) {
  Paper paper{query_text(request, "format", 8), query_text(request, "lang", 8) == "en", ""};
  if (paper.format.empty()) paper.format = "csv";
  for (const char* known : {"csv", "json", "html", "txt"}) {
    if (paper.format == known) return paper;
  }
  return std::nullopt;
}

/// Page after page of `read`, until there is no more or the file is full.
template <class Read>
void read_all(Exported& out, std::string after, const Read& read) {
  do {
    auto page = read(postgres::HistoryFilter{{}, after, postgres::kPageMax});
    out.page = page.has_value();
    if (!out.page) return;
    std::move(page->items.begin(), page->items.end(), std::back_inserter(out.entries));
    after = out.next = page->next.value_or("");
  } while (!after.empty() && out.entries.size() < kEntriesMax);
}

postgres::ExportNote note_of(const Subject& subject, const Paper& paper) {
  postgres::ExportNote note;
  note.by = subject.user_id();
  note.source = source_of(subject);
  note.format = paper.format;
  return note;
}

Response file_answer(const ApiContext& api, const Request& request, Paper paper,
                     const Exported& made, const std::string& name) {
  paper.about = made.about;
  std::string body =
      history_paper(paper, made.entries, made.next, *api.rules(), api.settings, api.now());
  Response response = paper.format == "json"   ? Response::json(200, std::move(body))
                      : paper.format == "html" ? Response::html(200, std::move(body))
                                               : Response::text(200, std::move(body));
  if (paper.format == "csv") response.content_type = "text/csv; charset=utf-8";
  if (paper.format != "html") {
    response.add_header("Content-Disposition",
                        "attachment; filename=\"history-" + name + "." + paper.format + "\"");
  }
  response.add_header("Cache-Control", "no-store");
  if (!made.next.empty()) {
    response.add_header("Link", "<" + request.path + "?format=" + paper.format +
                                    "&lang=" + (paper.english ? "en" : "zh") +
                                    "&after=" + made.next + ">; rel=\"next\"");
  }
  return response;
}

/// `gather(tx, rules, out, note)` fills in what there is for this subject; what has been seen is
/// noted and answered as a file.
template <class Gather>
awaitable<Response> export_history(ApiContext& api, const Request& request, const char* noun,
                                   std::string name, Gather gather) {
  const auto paper = paper_of(request);
  if (!paper) co_return invalid("format", "This must be csv, json, html or txt.");
  auto work = [gather = std::move(gather), note = note_of(subject_of(request), *paper),
               rules = api.rules()](postgres::Connection& connection) mutable {
    Tx tx(connection);
    Exported out;
    gather(tx, *rules, out, note);
    if (!out.seen || !out.page) return out;
    note.entries = static_cast<std::int64_t>(out.entries.size());
    postgres::note_history_export(tx, note);
    tx.commit();
    return out;
  };
  const auto made = co_await postgres::run(api.reads, std::move(work));
  if (!made) co_return failure_answer(made.error());
  if (!made->seen) co_return not_found(noun);
  if (!made->page) co_return no_such_page();
  co_return file_answer(api, request, *paper, *made, name);
}

awaitable<Response> export_case(ApiContext& api, Request& request) {
  const std::string number(request.param("number"));
  auto gather = [number, after = query_text(request, "after"), subject = subject_of(request),
                 now = api.now()](Tx& tx, const Rules& rules, Exported& out,
                                  postgres::ExportNote& note) {
    const auto facts = postgres::case_facts(tx, postgres::CaseBy::number, number);
    if (!facts) return;
    const Row row = row_of(*facts, rules, now);
    if (!can(subject, Action::see_case, &row)) return;
    out.seen = true;
    out.about = number;
    note.case_id = facts->id;
    read_all(out, after, [&](const postgres::HistoryFilter& filter) {
      return postgres::history_of_case(tx, facts->id, filter);
    });
  };
  Response response = co_await export_history(api, request, "case", number, std::move(gather));
  co_return response;
}

awaitable<Response> export_customer(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const Subject& subject = subject_of(request);
  const auto scope = scope_of(subject, true);
  const std::int64_t department = scope.reach == postgres::Reach::department ? scope.department : 0;
  auto gather = [id = *id, after = query_text(request, "after"), department, subject,
                 now = api.now()](Tx& tx, const Rules& rules, Exported& out,
                                  postgres::ExportNote& note) {
    const auto facts = postgres::customer_facts(tx, id, subject.user_id(), subject.department_id());
    const Row row = row_of(facts, subject, rules, now);
    if (!facts.exists || !can(subject, Action::see_customer, &row)) return;
    const auto card = postgres::read_customer(tx, id);
    if (!card) return;
    out.seen = true;
    out.about = card->name;
    note.customer = id;
    read_all(out, after, [&](const postgres::HistoryFilter& filter) {
      return postgres::timeline_of_customer(tx, id, filter, department);
    });
  };
  std::string name = std::to_string(*id);
  Response response =
      co_await export_history(api, request, "customer", std::move(name), std::move(gather));
  co_return response;
}

const std::vector<http::QueryParameter> kQuery{
    {"format", "string", false, "csv (the default), json, html (a page to print) or txt"},
    {"lang", "string", false, "zh (the default) or en"},
    {"after", "string", false, "Where an earlier file ended, from its header Link"}};

}  // namespace

void add_export_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET", "/api/v1/cases/{number}/history/export", export_case, "export_case_history",
             "cases", "All of a case's history as sentences; noted in the history", "see_case", "",
             "", 200, kQuery});
  add_route(router, api,
            {"GET", "/api/v1/customers/{id}/history/export", export_customer,
             "export_customer_history", "customers",
             "Everything with this customer as sentences, newest first; noted in the history",
             "see_customer", "", "", 200, kQuery});
}

}  // namespace firsthand::runtime::api
