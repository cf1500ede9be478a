// SPDX-License-Identifier: Apache-2.0
// Imports of customers and business facts, their reports, and a customer's money.
#include <algorithm>

#include "adapters/codec/csv.hpp"
#include "adapters/postgres/reads/fact_reads.hpp"
#include "adapters/runtime/api/uploads.hpp"
#include "adapters/runtime/api/visible_customer.hpp"
#include "adapters/runtime/import_loop.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using facts::FileKind;
using postgres::ImportRun;
using postgres::Tx;

constexpr std::int64_t kRowsMax = 2000;
constexpr int kRefusalsMax = 10'000;

struct ImportList {
  std::vector<postgres::ImportView> items;
};
BOOST_DESCRIBE_STRUCT(ImportList, (), (items))

struct Refusals {
  std::vector<postgres::RefusedLine> items;
  std::optional<std::int64_t> next;  ///< the line to go on behind
};
BOOST_DESCRIBE_STRUCT(Refusals, (), (items, next))

ImportParts parts_of(ApiContext& api) {
  return {api.door, api.reads, api.rules, api.settings.numbers};
}

/// Rows as the text that a file of them would be, so that there is one way in; to the letter, which
/// a file for somebody's spreadsheet is not.
std::string csv_of(const std::vector<Body>& rows, FileKind kind) {
  std::string out;
  const auto& fields = facts::fields_of(kind);
  for (std::size_t i = 0; i < fields.size(); ++i)
    out += (i ? "," : "") + std::string(fields[i].name);
  for (const Body& row : rows) {
    out += '\n';
    for (std::size_t i = 0; i < fields.size(); ++i) {
      out += i ? ",\"" : "\"";
      for (const char c : row.text(fields[i].name)) {
        if (c == '"') out += '"';
        out += c == '\n' || c == '\r' ? ' ' : c;  // a row is a line
      }
      out += '"';
    }
  }
  return out + '\n';
}

Rule row_rule() {
  std::vector<Rule> inside;
  std::vector<std::string> names;
  for (const auto kind : {FileKind::customers, FileKind::facts}) {
    for (const auto& field : facts::fields_of(kind)) {
      if (std::find(names.begin(), names.end(), field.name) != names.end()) continue;
      names.emplace_back(field.name);
      inside.push_back(text(field.name, kLineMax * 3));
    }
  }
  return object("rows", std::move(inside));
}

struct Asked {
  postgres::NewImport import;
  facts::Mapping mapping;
};

/// What is asked for, with its mapping and header checked; or the answer that says what is wrong.
std::variant<Asked, Response> asked_of(const Request& request) {
  const std::vector<Rule> rules{word("kind", {"customers", "facts"}).needed(),
                                text("source", 64),
                                text("mapping", kMappingMax),
                                text("file_name", kLineMax),
                                text("csv", kCsvMax),
                                list("rows", row_rule(), kRowsMax),
                                flag("dry_run")};
  auto read = read_body(request, rules);
  if (auto* mistake = std::get_if<Response>(&read)) return std::move(*mistake);
  const auto& body = std::get<Body>(read);
  const auto key = idempotency_key(request);
  if (!key) return invalid("Idempotency-Key", "At most 128 printable characters.");
  if (body.has("csv") == body.has("rows")) return invalid("csv", "Send either csv or rows.");
  const auto kind = *from_word<FileKind>(body.text("kind"));
  Asked asked;
  auto mapping = mapping_of(body, kind);
  if (auto* mistake = std::get_if<Response>(&mapping)) return std::move(*mistake);
  asked.mapping = std::get<facts::Mapping>(std::move(mapping));
  postgres::NewImport& import = asked.import;
  import.body = body.has("csv") ? body.text("csv") : csv_of(body.objects("rows"), kind);
  facts::LineReader header{asked.mapping, kind,
                           pieces_of(std::make_shared<const std::string>(import.body))};
  if (auto opened = header.open(); !opened) return invalid("mapping", opened.error().text());
  import.kind = body.text("kind");
  import.source = asked.mapping.source;
  import.file_name = body.text("file_name");
  import.mapping = body.text("mapping");
  import.dry_run = body.maybe_flag("dry_run").value_or(false);
  import.bytes_total = static_cast<std::int64_t>(import.body.size());
  import.content_mark = content_mark(pieces_of(std::make_shared<const std::string>(import.body)));
  import.request_key = *key;
  const Subject& subject = subject_of(request);
  import.by = subject.user_id();
  if (subject.client) import.client = "api:" + subject.client->name;
  return asked;
}

awaitable<Response> answer_import(ApiContext& api, std::int64_t id, int status) {
  auto work = [id](Tx& tx, const Rules&) { return postgres::read_import_view(tx, id); };
  const auto view = co_await read_on(api, std::move(work));
  if (!view) co_return failure_answer(view.error());
  if (!*view) co_return not_found("import");
  if (status == 201 && (*view)->state == "running") status = 202;
  Response response = answer(**view, status);
  response.add_header("Location", "/api/v1/imports/" + std::to_string(id));
  co_return response;
}

awaitable<Response> begin_import(ApiContext& api, Request& request) {
  auto checked = asked_of(request);
  if (auto* mistake = std::get_if<Response>(&checked)) co_return std::move(*mistake);
  Asked& asked = std::get<Asked>(checked);
  const postgres::NewImport& import = asked.import;
  auto begin = [&import](Tx& tx) { return postgres::begin_import(tx, import); };
  const auto run = co_await write_on(api, std::move(begin));
  if (!run) co_return failure_answer(run.error());
  if (run->content_mark != import.content_mark || run->kind != import.kind) {
    co_return Response::problem(
        422, "key_reused", "This Idempotency-Key was used for another import.", "Idempotency-Key");
  }
  // A small one is answered with its result; the others are worked through in the background.
  const auto lines = std::count(import.body.begin(), import.body.end(), '\n');
  if (!run->resumed && lines <= kRowsMax + 1) {
    auto body = pieces_of(std::make_shared<const std::string>(import.body));
    co_await work_through(parts_of(api), *run, asked.mapping, std::move(body));
  }
  Response response = co_await answer_import(api, run->id, 201);
  co_return response;
}

awaitable<Response> get_imports(ApiContext& api, Request&) {
  auto work = [](Tx& tx, const Rules&) { return ImportList{postgres::list_imports(tx)}; };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

awaitable<Response> get_import(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("import");
  Response response = co_await answer_import(api, *id, 200);
  co_return response;
}

std::string refusals_csv(const std::vector<postgres::RefusedLine>& lines) {
  codec::CsvWriter csv;
  for (const char* head : {"line", "code", "field", "sentence", "text"}) csv.text(head);
  csv.end_row();
  for (const auto& line : lines) {
    csv.number(line.line).text(line.code).text(line.field).text(line.sentence).text(line.text);
    csv.end_row();
  }
  return csv.take();
}

awaitable<Response> get_refusals(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("import");
  const bool csv = query_text(request, "format") == "csv";
  const int limit = csv ? kRefusalsMax : query_number(request, "limit", 100, 1, 1000);
  const std::int64_t after = query_number(request, "after", 0, 0, 2'000'000'000);
  auto work = [id = *id, after, limit](Tx& tx, const Rules&) {
    return postgres::import_refusals(tx, id, after, limit);
  };
  auto lines = co_await read_on(api, std::move(work));
  if (!lines) co_return failure_answer(lines.error());
  if (csv) co_return csv_file(refusals_csv(*lines), "refused-lines.csv");
  Refusals page{std::move(*lines), {}};
  if (static_cast<int>(page.items.size()) == limit) page.next = page.items.back().line;
  co_return answer(page);
}

awaitable<Response> get_money(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  const auto rules = api.rules();
  const Date today = rules->company().local_date(api.now());
  auto work = [id = *id, today](Tx& tx, const Rules&) {
    return postgres::read_money(tx, id, today);
  };
  auto money = co_await read_on(api, std::move(work));
  if (!money) co_return failure_answer(money.error());
  if (!*money) co_return not_found("customer");
  if ((*money)->currency.empty()) (*money)->currency = rules->book.complaints.currency;
  co_return answer(**money);
}

}  // namespace

void add_import_routes(http::Router& router, ApiContext& api) {
  const char* tag = "imports";
  add_route(router, api,
            {"POST",
             "/api/v1/imports",
             begin_import,
             "begin_import",
             tag,
             "Customers or business facts as CSV text or at most 2000 rows; 202 while it goes on",
             "import_data",
             "ImportRequest",
             "Import",
             201,
             {},
             kUploadMax});
  add_route(router, api,
            {"GET", "/api/v1/imports", get_imports, "get_imports", tag, "The newest 50 imports",
             "see_imports", "", "ImportList"});
  add_route(router, api,
            {"GET", "/api/v1/imports/{id}", get_import, "get_import", tag,
             "How far an import has come", "see_imports", "", "Import"});
  add_route(router, api,
            {"GET",
             "/api/v1/imports/{id}/refusals",
             get_refusals,
             "get_import_refusals",
             tag,
             "The lines that were not taken, in the order of the file",
             "see_imports",
             "",
             "RefusedLines",
             200,
             {{"after", "integer", false, "Behind this line"},
              {"limit", "integer", false, "1 to 1000"},
              {"format", "string", false, "json (default) or csv, 10000 lines at most"}}});
  add_route(router, api,
            {"GET", "/api/v1/customers/{id}/money", get_money, "get_customer_money", "customers",
             "Invoiced, received, due and overdue, derived from the business facts", "see_customer",
             "", "Money"});
}

}  // namespace firsthand::runtime::api
