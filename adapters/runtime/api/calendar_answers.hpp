// SPDX-License-Identifier: Apache-2.0
// The document of calendars as the API tells it. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "adapters/postgres/db.hpp"
#include "config/calendar_import.hpp"
#include "config/calendars.hpp"
#include "engine/policy.hpp"

namespace firsthand::runtime::api {

struct StoredCalendars {
  config::CalendarBook book;
  int version = 0;
};
/// None: there are no rules in the database yet. Throws when the document in force cannot be read,
/// which saving does not allow.
std::optional<StoredCalendars> read_calendar_document(postgres::Tx& tx);

config::CalendarDefinition definition_of(const config::CalendarBook& book,
                                         const config::WrittenCalendar& row);

/// null or "2026-12-31".
boost::json::value date_or_null(const std::optional<Date>& date);
/// A calendar as GET tells it and PUT takes it; `rules` say who uses it.
boost::json::object calendar_json(const config::CalendarBook& book,
                                  const config::WrittenCalendar& row, const RuleBook& rules);
/// One day of a year.
boost::json::object day_json(const Calendar& calendar, const config::CalendarDefinition& definition,
                             const Day& day);
/// What was understood and what was ignored, with the calendar as it would be.
boost::json::object import_json(const config::CalendarImport& import, boost::json::object calendar);

}  // namespace firsthand::runtime::api
