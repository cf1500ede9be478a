// SPDX-License-Identifier: Apache-2.0
// Working calendars: reading them, a year of one day by day, trying and saving a change, and
// reading a file of somebody else's. All of them live in the document `calendars`.
#include <set>

#include "adapters/runtime/api/calendar_answers.hpp"
#include "adapters/runtime/api/rules_answers.hpp"
#include "config/calendar_import.hpp"
#include "config/document.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

namespace json = boost::json;
using config::CalendarBook;
using config::WrittenCalendar;
using postgres::Tx;

constexpr int kYearMin = 1970;
constexpr int kYearMax = 2100;
// How far around today an imported file may speak.
constexpr int kImportYearsBack = 2;
constexpr int kImportYearsAhead = 5;

// ------------------------------------------------------------------------------- reading
awaitable<Response> list_calendars(ApiContext& api, Request&) {
  auto find = [](Tx& tx, const Rules& rules) -> std::optional<std::pair<json::object, int>> {
    const auto stored = read_calendar_document(tx);
    if (!stored) return std::nullopt;
    json::array items;
    for (const auto& row : stored->book.calendars) {
      items.push_back(calendar_json(stored->book, row, rules.book));
    }
    return std::pair{json::object{{"version", stored->version}, {"items", std::move(items)}},
                     stored->version};
  };
  const auto found = co_await read_on(api, std::move(find));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("document");
  co_return versioned((*found)->first, (*found)->second);
}

awaitable<Response> get_year(ApiContext& api, Request& request) {
  const std::string code{request.param("code")};
  const auto year = path_id(request, "year");
  if (!year || *year < kYearMin || *year > kYearMax) co_return not_found("year");
  auto find = [code, year = static_cast<int>(*year)](Tx& tx,
                                                     const Rules&) -> std::optional<json::object> {
    const auto stored = read_calendar_document(tx);
    const WrittenCalendar* row = stored ? stored->book.calendar(code) : nullptr;
    if (row == nullptr) return std::nullopt;
    const auto definition = definition_of(stored->book, *row);
    const Date first{std::chrono::year{year}, std::chrono::January, std::chrono::day{1}};
    const Date last{std::chrono::year{year}, std::chrono::December, std::chrono::day{31}};
    const auto calendar = config::compile_calendar(definition, first, last);
    if (!calendar) throw std::runtime_error(calendar.error().text());
    json::array days;
    for (const Day& day : calendar->days()) days.push_back(day_json(*calendar, definition, day));
    return json::object{{"code", code},
                        {"year", year},
                        {"known_until", date_or_null(definition.complete_until)},
                        {"days", std::move(days)}};
  };
  const auto found = co_await read_on(api, std::move(find));
  if (!found) co_return failure_answer(found.error());
  if (!*found) co_return not_found("calendar");
  co_return json_answer(200, **found);
}

// ------------------------------------------------------------------------------- changing
bool is_calendar_code(std::string_view code) {
  return !code.empty() && code.size() <= 64 &&
         code.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == code.npos;
}

// The body as a tree, or what is wrong with it.
std::variant<config::Value, Response> entry_of(const Request& request) {
  auto entry = config::parse_json(request.body, "calendar");
  if (!entry) {
    return Response::problem(400, "malformed", "This is not JSON: " + entry.error().text());
  }
  return std::move(*entry);
}

std::string note_of(const config::Value& entry) {
  const auto note = entry.table()->find("note");
  if (note == entry.table()->end() || note->second.text() == nullptr) return {};
  return note->second.text()->substr(0, kLineMax);
}

awaitable<Response> preview_calendar(ApiContext& api, Request& request, std::string code,
                                     config::Value entry) {
  const Instant now = api.now();
  using Answer = std::variant<RulesPreview, config::Errors>;
  auto look = [now, code = std::move(code), entry = std::move(entry)](
                  Tx& tx, const Rules& in_force) -> Answer {
    auto stored = read_calendar_document(tx);
    if (!stored) stored.emplace();
    const auto edited = config::with_calendar(stored->book, code, entry);
    if (!edited) return edited.error();
    const std::string body = config::to_json(config::to_document(*edited));
    const auto wanted = rules_with(tx, in_force, {{"calendars", body}}, now);
    if (!wanted) return wanted.error();
    return preview_rules(tx, in_force, *wanted, now);
  };
  Response response = co_await preview_answer(api, request, std::move(look));
  co_return response;
}

awaitable<Response> put_calendar(ApiContext& api, Request& request) {
  std::string code{request.param("code")};
  if (!is_calendar_code(code)) co_return invalid("code", "This is not a calendar's code.");
  const bool only_preview = query_number(request, "preview", 0, 0, 1) == 1;
  const auto version = required_version(request);
  if (!only_preview) {
    if (const auto* missing = std::get_if<Response>(&version)) co_return *missing;
  }
  auto read = entry_of(request);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  auto& entry = std::get<config::Value>(read);
  if (only_preview) {
    Response previewed = co_await preview_calendar(api, request, std::move(code), std::move(entry));
    co_return previewed;
  }
  SaveWish wish;
  wish.document = "calendars";
  wish.note = note_of(entry);
  wish.by = UserId{subject_of(request).user_id()};
  wish.seen_version = static_cast<int>(std::get<std::int64_t>(version));
  auto write = [code, entry](Tx& tx, const Rules&) -> std::variant<std::string, config::Errors> {
    auto stored = read_calendar_document(tx);
    if (!stored) stored.emplace();
    const auto edited = config::with_calendar(stored->book, code, entry);
    if (!edited) return edited.error();
    return config::to_json(config::to_document(*edited));
  };
  const auto body = co_await read_on(api, std::move(write));
  if (!body) co_return failure_answer(body.error());
  if (const auto* errors = std::get_if<config::Errors>(&*body)) {
    co_return mistakes_answer(request, *errors);
  }
  wish.body = std::get<std::string>(*body);
  // Saved only while the document is the one that the editor saw, which this body was made from.
  Response response = co_await save_rules(api, request, std::move(wish));
  co_return response;
}

// ------------------------------------------------------------------------------- importing
// The file's days in the calendar, or in the set that it shares, and the set's last known date
// moved when the file is a whole year's notice.
CalendarBook with_import(CalendarBook book, const std::string& code, bool into_set,
                         const config::CalendarImport& import, config::ImportMode mode) {
  const auto row = std::find_if(book.calendars.begin(), book.calendars.end(),
                                [&](const auto& each) { return each.own.code == code; });
  config::HolidaySet* set = nullptr;
  for (auto& each : book.sets) {
    if (into_set && each.code == row->holiday_set) set = &each;
  }
  config::apply_import(import, mode, *row, set);
  auto& until = set != nullptr ? set->complete_until : row->own.complete_until;
  if (import.complete_until && until.value_or(Date{}) < *import.complete_until) {
    until = import.complete_until;
  }
  return book;
}

awaitable<Response> import_calendar(ApiContext& api, Request& request) {
  const std::string code{request.param("code")};
  auto read = entry_of(request);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const auto& fields = *std::get<config::Value>(read).table();
  const auto text = [&](std::string_view key) -> std::string {
    const auto found = fields.find(key);
    return found != fields.end() && found->second.text() ? *found->second.text() : std::string{};
  };
  for (const auto& [key, value] : fields) {
    static const std::set<std::string> known{"format", "body", "mode", "target", "draft"};
    if (!known.contains(key)) co_return invalid(key, "This field is not known.");
  }
  const std::string format = text("format");
  if (format != "ical" && format != "json") co_return invalid("format", "ical or json.");
  const auto mode = text("mode").empty() ? std::optional{config::ImportMode::merge}
                                         : from_word<config::ImportMode>(text("mode"));
  if (!mode) co_return invalid("mode", "merge or replace.");
  const std::string target = text("target");
  if (!target.empty() && target != "calendar" && target != "holiday_set") {
    co_return invalid("target", "calendar or holiday_set.");
  }
  std::optional<config::Value> draft;
  if (const auto found = fields.find("draft"); found != fields.end()) draft = found->second;
  const auto today = std::chrono::floor<std::chrono::days>(api.now());
  const std::chrono::year year = Date{today}.year();
  config::ImportOptions window;
  window.first =
      Date{year - std::chrono::years{kImportYearsBack}, std::chrono::January, std::chrono::day{1}};
  window.last = Date{year + std::chrono::years{kImportYearsAhead}, std::chrono::December,
                     std::chrono::day{31}};
  using Answer = std::variant<json::object, config::Errors, std::monostate>;
  auto work = [code, format, target, mode, draft, window, body = text("body")](
                  Tx& tx, const Rules& rules) -> Answer {
    const auto stored = read_calendar_document(tx);
    if (!stored || stored->book.calendar(code) == nullptr) return std::monostate{};
    CalendarBook book = stored->book;
    if (draft) {
      auto edited = config::with_calendar(book, code, *draft);
      if (!edited) return edited.error();
      book = std::move(*edited);
    }
    const WrittenCalendar& row = *book.calendar(code);
    config::ImportOptions options = window;
    options.zone = row.own.zone;
    const auto import =
        format == "ical" ? config::import_ical(body, options) : config::import_json(body, options);
    if (!import) return import.error();
    const bool into_set = target.empty() ? !row.holiday_set.empty() : target == "holiday_set";
    const CalendarBook wanted = with_import(book, code, into_set, *import, *mode);
    return import_json(*import, calendar_json(wanted, *wanted.calendar(code), rules.book));
  };
  const auto done = co_await read_on(api, std::move(work));
  if (!done) co_return failure_answer(done.error());
  if (const auto* errors = std::get_if<config::Errors>(&*done)) {
    co_return mistakes_answer(request, *errors);
  }
  if (std::holds_alternative<std::monostate>(*done)) co_return not_found("calendar");
  co_return json_answer(200, std::get<json::object>(*done));
}

}  // namespace

void add_calendar_routes(http::Router& router, ApiContext& api) {
  add_route(
      router, api,
      {"GET", "/api/v1/calendars", list_calendars, "list_calendars", "rules",
       "Working calendars; their version goes into If-Match", "see_rules", "", "CalendarList"});
  add_route(router, api,
            {"GET", "/api/v1/calendars/{code}/year/{year}", get_year, "get_calendar_year", "rules",
             "What each day of a year is", "see_rules", "", "CalendarYear"});
  add_route(router, api,
            {"PUT",
             "/api/v1/calendars/{code}",
             put_calendar,
             "save_calendar",
             "rules",
             "Save a calendar, or add one; with preview=1 only what that would do to clocks",
             "edit_rules",
             "CalendarEdit",
             "CalendarSaved",
             200,
             {{"preview", "integer", false, "1: nothing is saved; the answer is a RulesPreview"}},
             kDocumentRequestMax});
  add_route(router, api,
            {"POST",
             "/api/v1/calendars/{code}/import",
             import_calendar,
             "import_calendar",
             "rules",
             "Read a calendar file; nothing is saved",
             "edit_rules",
             "CalendarImportRequest",
             "CalendarImport",
             200,
             {},
             3 * 1024 * 1024});
}

}  // namespace firsthand::runtime::api
