// SPDX-License-Identifier: Apache-2.0
// The complaint register: what a regulator may ask to see, as pages and as a file. Who takes a file
// out of the house is noted before it leaves.
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "adapters/postgres/reads/complaint_reads.hpp"
#include "adapters/runtime/api/answers.hpp"
#include "adapters/runtime/api/register_csv.hpp"
#include "engine/complaint.hpp"

namespace firsthand::runtime::api {
namespace {

namespace json = boost::json;
using postgres::RegisterFilter;
using postgres::Tx;

constexpr int kExportMax = 10'000;
constexpr std::chrono::days kPeriodDefault{30};
constexpr std::chrono::days kPeriodMax{5 * 366};

/// The days of the query, inclusive, in the company's time.
std::variant<RegisterFilter, Response> filter_of(const Request& request, const Rules& rules,
                                                 Instant now) {
  RegisterFilter filter;
  const Calendar& calendar = rules.company();
  const auto day = [&](const char* name, Date fallback) {
    const std::string text = query_text(request, name);
    return text.empty() ? std::optional{fallback} : parse_date(text);
  };
  const Date today = calendar.local_date(now);
  const auto to = day("to", today);
  if (!to) return invalid("to", "A date looks like 2026-01-31.");
  const auto from = day("from", Date{std::chrono::sys_days{*to} - kPeriodDefault});
  if (!from) return invalid("from", "A date looks like 2026-01-31.");
  const auto length = std::chrono::sys_days{*to} - std::chrono::sys_days{*from};
  if (length.count() < 0) return invalid("to", "The last day lies before the first.");
  if (length > kPeriodMax) return invalid("from", "A register covers five years at most.");
  filter.from = calendar.at_local(*from, std::chrono::minutes{0});
  filter.to = calendar.at_local(Date{std::chrono::sys_days{*to} + std::chrono::days{1}},
                                std::chrono::minutes{0});
  const std::string category = query_text(request, "category", 64);
  if (!category.empty()) {
    if (!rules.book.category(category)) return invalid("category", "There is no such category.");
    // A group stands for everything below it.
    for (const Category& each : rules.book.categories) {
      const auto path = category_path(rules.book, each.code);
      const bool below = std::any_of(path.begin(), path.end(),
                                     [&](const Category* c) { return c->code == category; });
      if (below) filter.categories.push_back(each.code);
    }
  }
  filter.regulator = query_text(request, "regulator", 64);
  const bool known = filter.regulator.empty() || filter.regulator == "any" ||
                     RuleBook::by_code(rules.book.complaints.regulators, filter.regulator);
  if (!known) return invalid("regulator", "There is no such regulator.");
  read_paging(request, filter);
  return filter;
}

struct Export {
  std::int64_t rows = 0;
  std::string csv;  ///< empty: too many rows
};

awaitable<Response> export_register(ApiContext& api, const Request& request,
                                    RegisterFilter filter) {
  const Subject& subject = subject_of(request);
  if (!can(subject, Action::export_register)) co_return forbidden();
  const std::string wanted = query_text(request, "columns", 1000);
  const auto listed = http::comma_list(wanted);
  const std::vector<std::string> columns(listed.begin(), listed.end());
  const bool chinese = query_text(request, "lang") != "en";
  const bool full = query_text(request, "numbers") == "full";
  filter.after.clear();
  filter.limit = kExportMax;
  const std::string noted =
      json::serialize(json::object{{"from", to_iso8601(filter.from)},
                                   {"to", to_iso8601(filter.to)},
                                   {"categories", json::value_from(filter.categories)},
                                   {"regulator", filter.regulator},
                                   {"columns", json::value_from(columns)}});
  auto work = [filter, columns, chinese, full, noted, user = subject.user_id(),
               rules = api.rules()](postgres::Connection& connection) {
    Tx tx(connection);
    Export made;
    made.rows = postgres::count_register(tx, filter);
    if (made.rows > kExportMax) return made;
    const auto page = postgres::read_register(tx, *rules, filter, full);
    made.rows = static_cast<std::int64_t>(page->items.size());
    made.csv = register_csv(page->items, columns, chinese, *rules);
    postgres::note_export(tx, user, noted, made.rows, full);
    tx.commit();
    return made;
  };
  auto made = co_await postgres::run(api.reads, std::move(work));
  if (!made) co_return failure_answer(made.error());
  if (made->csv.empty()) {
    co_return Response::problem(422, "too_many_rows",
                                "This would be " + std::to_string(made->rows) +
                                    " complaints; a file holds " + std::to_string(kExportMax) +
                                    ". Choose a shorter period.",
                                "from");
  }
  co_return csv_file(std::move(made->csv), "complaint-register.csv");
}

awaitable<Response> get_register(ApiContext& api, Request& request) {
  const auto rules = api.rules();
  auto asked = filter_of(request, *rules, api.now());
  if (auto* mistake = std::get_if<Response>(&asked)) co_return std::move(*mistake);
  RegisterFilter filter = std::get<RegisterFilter>(std::move(asked));
  if (query_text(request, "format") == "csv") {
    Response response = co_await export_register(api, request, std::move(filter));
    co_return response;
  }
  struct Found {
    std::optional<postgres::Page<postgres::RegisterRow>> page;
    std::int64_t total = 0;
  };
  auto work = [filter](Tx& tx, const Rules& in_force) {
    return Found{postgres::read_register(tx, in_force, filter, false),
                 postgres::count_register(tx, filter)};
  };
  auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  if (!found->page) co_return no_such_page();
  json::value out = json::value_from(*found->page);
  out.as_object()["total"] = found->total;
  co_return json_answer(200, out);
}

awaitable<Response> get_clusters(ApiContext& api, Request& request) {
  const int days = query_number(request, "days", 30, 1, 366);
  auto work = [days](Tx& tx, const Rules& rules) { return postgres::clusters(tx, rules, days); };
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  const json::object out{{"days", days}, {"items", json::value_from(*found)}};
  co_return json_answer(200, out);
}

awaitable<Response> get_exports(ApiContext& api, Request&) {
  auto work = [](Tx& tx, const Rules&) { return postgres::register_exports(tx); };
  const auto found = co_await read_on(api, std::move(work));
  if (!found) co_return failure_answer(found.error());
  const json::object out{{"items", json::value_from(*found)}};
  co_return json_answer(200, out);
}

}  // namespace

void add_register_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET",
             "/api/v1/register",
             get_register,
             "get_register",
             "register",
             "All complaints of a period, newest first; format=csv is a file and is noted",
             "see_register",
             "",
             "Register",
             200,
             {{"from", "string", false, "First day; 30 days before the last when absent"},
              {"to", "string", false, "Last day; today when absent"},
              {"category", "string", false, "A category, or a group with all below it"},
              {"regulator", "string", false, "A regulator, or any"},
              {"format", "string", false, "json (default) or csv, 10000 rows at most"},
              {"columns", "string", false, "Of the file, with commas between; all when absent"},
              {"lang", "string", false, "Of the file: zh (default) or en"},
              {"numbers", "string", false, "Of the file: full shows telephone numbers"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"GET",
             "/api/v1/register/clusters",
             get_clusters,
             "get_clusters",
             "register",
             "The same matter from three customers or more: perhaps a systemic issue",
             "see_register",
             "",
             "ClusterList",
             200,
             {{"days", "integer", false, "1 to 366, 30 when absent"}}});
  add_route(router, api,
            {"GET", "/api/v1/register/exports", get_exports, "get_register_exports", "register",
             "Who took the register as a file", "export_register", "", "ExportList"});
}

}  // namespace firsthand::runtime::api
