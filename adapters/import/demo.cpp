// SPDX-License-Identifier: Apache-2.0
#include "adapters/import/demo.hpp"

#include <algorithm>
#include <stdexcept>

#include "adapters/import/books.hpp"
#include "adapters/import/chronicle.hpp"
#include "adapters/import/holdings.hpp"
#include "adapters/import/story.hpp"
#include "adapters/import/ties.hpp"

namespace firsthand::import {
namespace {

/// A block of a sequence, taken in one statement; what is left over stays a gap.
class Block {
 public:
  Block(SqlSink& sink, const char* sequence, std::int64_t size) {
    const auto answer = sink.column(
        std::string{"select min(v) || ' ' || max(v) from (select nextval('"} + sequence +
        "') as v from generate_series(1, " + std::to_string(size) + ")) taken");
    const std::string& text = answer.at(0);
    next_ = std::stoll(text);
    last_ = std::stoll(text.substr(text.find(' ')));
    if (last_ - next_ + 1 != size) {
      throw std::runtime_error{"somebody else is using this database; stop the engine first"};
    }
  }
  std::int64_t take() {
    if (next_ > last_) throw std::logic_error{"the block of ids is too small"};
    return next_++;
  }

 private:
  std::int64_t next_ = 0, last_ = 0;
};

void begin(SqlSink& sink) {
  // Two starting at once: the second waits, and then finds everybody hired.
  sink.execute("select pg_advisory_xact_lock(7379559227127850)");
  sink.execute("set local statement_timeout = 0");
}

/// The mark of a loaded database is its administrator: same transaction, all or nothing.
bool has_people(SqlSink& sink) {
  return !sink.column("select 1 from user_account where login = 'administrator'").empty();
}

LoadReport keep_sign_in(SqlSink& sink, const Secrets& secrets, const LoadOptions& options) {
  LoadReport report;
  if (refresh_sign_in_url(options.data_dir, options.url)) return report;
  const auto logins = sink.column("select login from user_account");
  std::vector<Person> people = demo_people();
  std::erase_if(people, [&](const Person& person) {
    return std::find(logins.begin(), logins.end(), person.login) == logins.end();
  });
  const std::string text = renew_sign_in(sink, people, secrets, options.url);
  sink.commit();
  write_sign_in(options.data_dir, text);
  report.sign_in_renewed = true;
  return report;
}

/// A holiday that is coming, with a deputy who has one of her own in the middle of it.
void plan_absences(SqlSink& sink, Instant now) {
  const std::string from = sql_text(to_iso8601(now)) + "::timestamptz";
  const auto plan = [&](const char* away, const char* deputy, const char* begins, const char* ends,
                        const char* reason) {
    const auto agent = [](const char* place) {
      return std::string{
                 "(select id from user_account where role = 'agent' order by id desc "
                 "limit 1 offset "} +
             place + ")";
    };
    sink.execute(
        "insert into absence (id, user_id, deputy_id, from_at, until_at, reason, "
        "by_user_id, at) values (nextval('firsthand_id'), " +
        agent(away) + "," + agent(deputy) + "," + from + " + interval '" + begins + "'," + from +
        " + interval '" + ends + "'," + sql_text(reason) + "," + agent(away) + "," + from + ")");
  };
  plan("0", "1", "3 days", "10 days", "年假");
  plan("1", "2", "5 days", "6 days", "培训");
}

void finish(SqlSink& sink, const std::vector<Person>& people, const Secrets& secrets,
            const LoadOptions& options) {
  const std::string text = renew_sign_in(sink, people, secrets, options.url);
  sink.commit();
  write_sign_in(options.data_dir, text);
}

}  // namespace

LoadReport create_base(SqlSink& sink, const Rules& rules, const Secrets& secrets,
                       const LoadOptions& options) {
  begin(sink);
  if (has_people(sink)) return keep_sign_in(sink, secrets, options);
  const auto people = base_people();
  hire(sink, people, rules, options.now);
  finish(sink, people, secrets, options);
  LoadReport report;
  report.loaded = report.sign_in_renewed = true;
  return report;
}

LoadReport load_demo(SqlSink& sink, const Rules& rules, const Secrets& secrets,
                     const LoadOptions& options) {
  begin(sink);
  if (has_people(sink)) return keep_sign_in(sink, secrets, options);
  const auto people = demo_people();
  Rules with_people = rules;
  with_people.users = hire(sink, people, rules, options.now - std::chrono::days{options.days + 30});

  const std::int64_t volume = options.calls + options.written + options.customers + 1000;
  Block ids{sink, "firsthand_id", volume * 75};
  Block serials{sink, "case_number_sequence", options.calls + options.written + 200};
  HistoryWriter history{sink};
  Chronicle chronicle{with_people, [&] { return ids.take(); }, [&] { return serials.take(); },
                      [&](const HistoryEntry& entry) { history.write(entry); }};
  Story story{
      chronicle,
      with_people,
      {options.now, options.days, options.customers, options.calls, options.written, options.seed}};
  story.plan();
  chronicle.run(options.now);
  const Rows rows = chronicle.finish();
  history.flush();
  write(sink, rows);
  give_accounts(sink, history, rows, with_people, options.now, [&] { return ids.take(); });
  keep_books(sink, history, rows, options.now, [&] { return ids.take(); });
  const std::size_t second_records =
      tie_customers(sink, history, rows, with_people, options.now, [&] { return ids.take(); });
  for (const char* table : {"customer", "interaction", "case_file", "callback", "sla_clock",
                            "alert", "account", "business_fact", "history"}) {
    sink.execute(std::string{"analyze "} + table);  // the first screens should not wait for it
  }
  plan_absences(sink, options.now);
  finish(sink, people, secrets, options);

  LoadReport report;
  report.loaded = report.sign_in_renewed = true;
  report.customers = rows.customers.size() + second_records;
  report.interactions = rows.interactions.size();
  report.cases = rows.cases.size();
  report.open_cases = static_cast<std::size_t>(
      std::count_if(rows.cases.begin(), rows.cases.end(),
                    [](const CaseFile& file) { return file.facts.live(); }));
  report.history = history.written();
  report.refused = chronicle.refused();
  report.last_refusal = chronicle.last_refusal();
  return report;
}

}  // namespace firsthand::import
