// SPDX-License-Identifier: Apache-2.0
// Why a rule document is refused: a stable code, a sentence for the operator, and the values in it,
// so that a screen can say the same in its reader's language. Every reason that a document can be
// refused for stands here and nowhere else: the console's catalogues have a sentence for each, and
// a test of theirs reads this file. Value types; any thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firsthand::config {

/// The sentence goes on after the path of what is wrong; {name} stands for a value.
struct ReasonText {
  std::string_view code, sentence;
};

struct Reason {
  std::string code;
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> values;

  // The usual one has no values.
  Reason(const ReasonText& text) : code(text.code), sentence(text.sentence) {}  // NOLINT
  Reason(const ReasonText& text,
         std::initializer_list<std::pair<std::string_view, std::string>> filled);
};

namespace why {

// ------------------------------------------------------------------------------- any document
inline constexpr ReasonText not_there{"not_there", "there is no such document"};
inline constexpr ReasonText not_json{"not_json", "is not valid JSON: {what}"};
inline constexpr ReasonText not_toml{"not_toml", "is not valid TOML: {what}"};
inline constexpr ReasonText no_object{"no_object", "must be a JSON object"};
inline constexpr ReasonText number_too_large{"number_too_large", "a number is too large"};
inline constexpr ReasonText null_in_list{"null_in_list",
                                         "null can only stand for an absent entry of a table"};
inline constexpr ReasonText appears_twice{"appears_twice", "\"{key}\" appears twice"};
inline constexpr ReasonText too_large{"too_large", "is larger than {max} bytes"};
inline constexpr ReasonText unreadable{"unreadable", "cannot be read"};
inline constexpr ReasonText unreadable_because{"unreadable_because", "cannot be read: {what}"};
inline constexpr ReasonText no_file{"no_file", "is not a file"};
inline constexpr ReasonText not_opened{"not_opened", "cannot be opened"};

// ------------------------------------------------------------------------------- any entry
inline constexpr ReasonText unknown_key{"unknown_key", "is not a known key"};
inline constexpr ReasonText missing{"missing", "is missing"};
inline constexpr ReasonText no_table{"no_table", "must be a table"};
inline constexpr ReasonText no_text{"no_text", "must be a text in quotes"};
inline constexpr ReasonText empty{"empty", "must not be empty"};
inline constexpr ReasonText too_long{"too_long", "is longer than {max} bytes"};
inline constexpr ReasonText no_code{"no_code",
                                    "\"{written}\" is not a code (1 to 64 of a-z 0-9 - _ .)"};
inline constexpr ReasonText no_number{"no_number", "must be a whole number"};
inline constexpr ReasonText out_of_bounds{"out_of_bounds", "must be from {min} to {max}"};
inline constexpr ReasonText no_flag{"no_flag", "must be true or false"};
inline constexpr ReasonText no_texts{"no_texts", "must be a list of texts in quotes"};
inline constexpr ReasonText no_short_texts{"no_short_texts",
                                           "must be a list of at most {max} texts"};
inline constexpr ReasonText no_numbers{"no_numbers", "must be a list of whole numbers"};
inline constexpr ReasonText no_numbers_between{
    "no_numbers_between", "must be a list of whole numbers from {min} to {max}"};
inline constexpr ReasonText no_tables{"no_tables", "must be a list of at most {max} tables"};
inline constexpr ReasonText none_of{"none_of", "\"{written}\" is not one of: {known}"};
inline constexpr ReasonText code_twice{"code_twice", "the code \"{code}\" is used twice"};
inline constexpr ReasonText at_least_one{"at_least_one", "at least one is needed"};
inline constexpr ReasonText no_date{"no_date", "\"{written}\" is not a date such as 2026-12-31"};
inline constexpr ReasonText no_time_of_day{"no_time_of_day",
                                           "\"{written}\" is not a time of day such as 17:00"};
inline constexpr ReasonText no_duration{"no_duration",
                                        "\"{written}\" is not a duration such as 15s, 30m or 2h"};
inline constexpr ReasonText no_budget{
    "no_budget",
    "\"{written}\" is not a budget such as \"2h working\", \"48h calendar\" or \"3 working days\""};
inline constexpr ReasonText no_step_point{
    "no_step_point", "\"{written}\" is not a point such as 50%, -15m, due or +1h"};
inline constexpr ReasonText no_language{"no_language", "must be zh or en"};

// ------------------------------------------------------------------------------- of each other
inline constexpr ReasonText no_calendar{"no_calendar", "there is no calendar \"{code}\""};
inline constexpr ReasonText no_category{"no_category", "there is no category \"{code}\""};
inline constexpr ReasonText no_department{"no_department", "there is no department \"{code}\""};
inline constexpr ReasonText no_choice{"no_choice", "there is no callback choice \"{code}\""};
inline constexpr ReasonText no_ladder{"no_ladder", "there is no ladder \"{code}\""};
inline constexpr ReasonText no_queue{"no_queue", "there is no queue \"{code}\""};
inline constexpr ReasonText category_group{
    "category_group", "\"{code}\" is a group of categories and no case is filed under it"};
inline constexpr ReasonText ladder_out_of_order{
    "ladder_out_of_order", "the steps of \"{code}\" are not in firing order for this budget"};

// ------------------------------------------------------------------------------- policies, ladders
inline constexpr ReasonText nobody_alerted{"nobody_alerted", "nobody would be alerted"};
inline constexpr ReasonText too_many_steps{"too_many_steps", "has more than {max} steps"};
inline constexpr ReasonText one_breach{"one_breach", "needs exactly one step at \"due\" (or 100%)"};
inline constexpr ReasonText step_out_of_order{"step_out_of_order",
                                              "\"{name}\" is not in firing order"};
inline constexpr ReasonText name_twice{"name_twice", "the name \"{name}\" is used twice"};
inline constexpr ReasonText waits_in_vain{
    "waits_in_vain", "\"{name}\" waits for an acknowledgement that no earlier step asks for"};
inline constexpr ReasonText condition_on_cases{
    "condition_on_cases", "is a condition on cases, not for a policy of the scope \"{scope}\""};
inline constexpr ReasonText condition_on_customers{
    "condition_on_customers",
    "is a condition on customers, not for a policy of the scope \"{scope}\""};
inline constexpr ReasonText clock_twice{"clock_twice", "has two clocks in this policy"};
inline constexpr ReasonText clock_of_other_scope{
    "clock_of_other_scope", "\"{clock}\" is no clock of a policy of the scope \"{scope}\""};
inline constexpr ReasonText no_clock{"no_clock", "a policy needs at least one clock"};
inline constexpr ReasonText hides_the_rest{
    "hides_the_rest", "has no conditions, so the policies after it would never apply"};
inline constexpr ReasonText no_policy_of_cases{
    "no_policy_of_cases", "at least one policy must be of the scope \"cases\""};
inline constexpr ReasonText cases_without_clocks{
    "cases_without_clocks",
    "the last policy of cases must have no conditions, so that every case gets clocks"};

// ------------------------------------------------------------------------------- calendars
inline constexpr ReasonText no_date_range{
    "no_date_range", "\"{written}\" is not a date or a range such as 2026-10-01..2026-10-07"};
inline constexpr ReasonText no_frame{"no_frame",
                                     "\"{written}\" is not a frame such as 09:00-18:00"};
inline constexpr ReasonText frames_overlap{"frames_overlap", "has frames that overlap"};
inline constexpr ReasonText date_twice{"date_twice", "names {date} twice"};
inline constexpr ReasonText no_zone_here{"no_zone_here",
                                         "\"{zone}\" is not a time zone of this machine"};
inline constexpr ReasonText no_holiday_set{"no_holiday_set",
                                           "\"{code}\" is not defined in this file"};
inline constexpr ReasonText make_up_hours_missing{
    "make_up_hours_missing", "is missing: the holiday set has make-up working days"};
inline constexpr ReasonText always_with_hours{
    "always_with_hours", "a calendar that never closes has no hours and no holidays"};
inline constexpr ReasonText never_open{"never_open",
                                       "has no working hours; a clock would never fall due"};
inline constexpr ReasonText holiday_too{"holiday_too", "{date} is a holiday too"};
inline constexpr ReasonText used_twice{"used_twice", "is used twice"};
inline constexpr ReasonText other_calendar{"other_calendar", "is not the calendar that is edited"};
inline constexpr ReasonText covers_nothing{"covers_nothing",
                                           "covers no dates, or more than {max} days"};
inline constexpr ReasonText zone_changes_twice{"zone_changes_twice",
                                               "the clock changes twice on {date}"};
inline constexpr ReasonText closed_too_long{
    "closed_too_long", "has no working time from {from} to {to}; clocks would stand still"};

// ------------------------------------------------------------------------------- imports
inline constexpr ReasonText no_holidays_no_days{"no_holidays_no_days",
                                                "has neither \"holidays\" nor \"days\""};
inline constexpr ReasonText no_year{"no_year", "must be a year"};
inline constexpr ReasonText too_many_entries{"too_many_entries", "has more than {max} entries"};
inline constexpr ReasonText no_list{"no_list", "must be a list"};
inline constexpr ReasonText no_date_no_table{"no_date_no_table", "must be a date or a table"};
inline constexpr ReasonText neither_off_nor_hours{"neither_off_nor_hours",
                                                  "says neither \"isOffDay\" nor \"hours\""};
inline constexpr ReasonText not_a_date{"not_a_date", "\"{written}\" is not a date"};
inline constexpr ReasonText no_hours{"no_hours",
                                     "must be a list of hours such as [\"09:00\",\"18:00\"]"};
inline constexpr ReasonText unreadable_hours{"unreadable_hours", "has hours that cannot be read"};
inline constexpr ReasonText nested_too_deeply{"nested_too_deeply", "is nested too deeply"};
inline constexpr ReasonText too_many_components{"too_many_components", "has too many components"};
inline constexpr ReasonText end_without_begin{"end_without_begin", "has an END without its BEGIN"};
inline constexpr ReasonText no_icalendar{"no_icalendar", "is not an iCalendar file"};
inline constexpr ReasonText no_events{"no_events", "is not an iCalendar file, or has no events"};
inline constexpr ReasonText too_many_events{"too_many_events", "has more than {max} events"};

// ------------------------------------------------------------------------------- the company
inline constexpr ReasonText bad_delay{"bad_delay", "each must be from 1m to 72h"};
inline constexpr ReasonText too_many_delays{"too_many_delays",
                                            "there are more delays than attempts to wait for"};
inline constexpr ReasonText no_initials{"no_initials",
                                        "must be the initials of the Chinese name, a-z"};
inline constexpr ReasonText within_or_at{"within_or_at",
                                         "a choice has either \"within\" or \"at\""};
inline constexpr ReasonText no_digit{"no_digit", "is not one digit of a telephone"};
inline constexpr ReasonText no_sound{"no_sound",
                                     "is not the name of a sound, such as sound:queue-thankyou"};
inline constexpr ReasonText widening_order{"widening_order", "is not later than the step before"};
inline constexpr ReasonText owner_wait_too_long{"owner_wait_too_long", "is longer than max_wait"};
inline constexpr ReasonText wrap_up_max_too_short{"wrap_up_max_too_short",
                                                  "is shorter than wrap_up"};
inline constexpr ReasonText shift_never_ends{"shift_never_ends",
                                             "\"{code}\" is open around the clock: no shift ends"};
inline constexpr ReasonText no_skills{"no_skills", "no agent would match"};
inline constexpr ReasonText parent_of_itself{"parent_of_itself", "leads back to this category"};
inline constexpr ReasonText too_many_levels{"too_many_levels",
                                            "the tree has more than {max} levels"};
inline constexpr ReasonText no_severity{"no_severity", "is missing, here and above"};
inline constexpr ReasonText no_email{"no_email", "is not an e-mail address"};
inline constexpr ReasonText channel_twice{"channel_twice", "\"{channel}\" leads to two queues"};
inline constexpr ReasonText no_written_channel{
    "no_written_channel", "\"{channel}\" is not a channel in writing: web, email or api"};
inline constexpr ReasonText number_twice{"number_twice", "\"{number}\" leads to two queues"};
inline constexpr ReasonText overflow_circle{
    "overflow_circle", "leads back to this queue: a caller would wait for ever"};
inline constexpr ReasonText no_queue_for_all{
    "no_queue_for_all", "one queue must take the number \"*\", or other calls go nowhere"};

// ------------------------------------------------------------------------------- accounts and the
// rest
inline constexpr ReasonText no_such_day{"no_such_day", "is not known to the time zone"};
inline constexpr ReasonText no_time_zone{"no_time_zone", "there is no time zone \"{zone}\""};
inline constexpr ReasonText office_twice{"office_twice", "the office \"{office}\" has two"};
inline constexpr ReasonText brace_open{"brace_open", "a brace is opened and not closed"};
inline constexpr ReasonText no_currency{"no_currency",
                                        "must be a code of three capitals, such as CNY"};
inline constexpr ReasonText letter_twice{"letter_twice",
                                         "there is a letter in this language already"};
inline constexpr ReasonText thresholds_fall{"thresholds_fall",
                                            "the thresholds must rise: silver, gold, key"};
inline constexpr ReasonText no_figure{"no_figure",
                                      "\"{code}\" is nothing that is known of a customer"};

}  // namespace why
}  // namespace firsthand::config
