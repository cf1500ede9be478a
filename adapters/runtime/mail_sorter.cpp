// SPDX-License-Identifier: Apache-2.0
#include "adapters/runtime/mail_sorter.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "adapters/notify/digest.hpp"

namespace firsthand::runtime {
namespace {

using notify::Pace;

// A person's mails are looked at together up to this many; 20,000 light rows are about 2 MB.
constexpr int kTogetherMax = 20000;

// Facts of a payload without a cast that could throw: one odd row must not stop everybody's mails.
#define FIRSTHAND_NUMBER(name) \
  "case when payload->>'" name "' ~ '^[0-9]{1,18}$' then (payload->>'" name "')::bigint end"
#define FIRSTHAND_RECIPIENT "coalesce(" FIRSTHAND_NUMBER("recipient") ", 0)"
#define FIRSTHAND_FLAG(name) "coalesce(payload->'" name "' = 'true'::jsonb, false)"

// After so many in one look the ready ones are sent first: whoever gets a few mails does not wait
// until other people's thousands are sorted.
constexpr std::size_t kSettledMax = 2000;

// From one address to the next along the index (outbox_mail_to), whatever waits for each; those
// with the least first. statement_timestamp() and not clock_timestamp(): only a stable bound lets
// an index scan end where the future begins.
constexpr postgres::Statement kPeople{
    "sorter_people",
    "with recursive address(word) as ((select payload->>'to' from outbox where kind = 'mail' and "
    "done_at is null and payload->>'to' is not null order by payload->>'to' limit 1) "
    "union all select (select o.payload->>'to' from outbox o where o.kind = 'mail' and "
    "o.done_at is null and o.payload->>'to' > a.word order by o.payload->>'to' limit 1) "
    "from address a where a.word is not null) "
    "select p.recipient, a.word from address a cross join lateral ("
    "select " FIRSTHAND_RECIPIENT
    " as recipient, count(*) as mails from ("
    "select payload from outbox where kind = 'mail' and done_at is null and payload->>'to' = "
    "a.word and pace <> 'single' and next_try_at <= statement_timestamp() limit 100) w group by 1) "
    "p "
    "where a.word is not null order by p.mails, a.word limit 500"};
constexpr postgres::Statement kLock{"sorter_lock",
                                    "select window_from, used from notice_pace where "
                                    "recipient_id = $1 for update skip locked"};
constexpr postgres::Statement kBegin{
    "sorter_begin",
    "insert into notice_pace (recipient_id) values ($1) on conflict (recipient_id) do nothing "
    "returning window_from, used"};
constexpr postgres::Statement kNow{"sorter_now", "select clock_timestamp()"};
constexpr postgres::Statement kWishes{
    "sorter_wishes",
    "select alert_mails, quiet_from_min, quiet_to_min, name, language from user_account where id = "
    "$1"};
// The severity of the case stands in for alerts that were written without one.
constexpr postgres::Statement kWaiting{
    "sorter_waiting",
    "select o.id, o.at, o.pace, coalesce(payload->>'what' = 'alert', false), "
    "coalesce(" FIRSTHAND_NUMBER("severity") ", f.severity, 0) >= 4 and " FIRSTHAND_FLAG("breach")
    ", " FIRSTHAND_FLAG("digest") ", coalesce(payload->>'department', d.code, ''), "
    FIRSTHAND_FLAG("breach") ", payload->>'due_at' "
    "from outbox o left join case_file f on f.id = " FIRSTHAND_NUMBER("case") " "
    "left join department d on d.id = f.department_id "
    "where o.kind = 'mail' and o.done_at is null and payload->>'to' = $2 "
    "and " FIRSTHAND_RECIPIENT " = $1::bigint and o.pace <> 'single' "
    "and o.next_try_at <= statement_timestamp() order by o.at, o.id limit $3 "
    "for update of o skip locked"};
constexpr postgres::Statement kSingle{
    "sorter_single", "update outbox set pace = 'single' where id = any($1::bigint[])"};
constexpr postgres::Statement kHold{
    "sorter_hold",
    "update outbox o set pace = h.pace, next_try_at = h.until from "
    "unnest($1::bigint[], $2::text[], $3::timestamptz[]) as h(id, pace, until) where o.id = h.id"};
constexpr postgres::Statement kWindow{
    "sorter_window", "update notice_pace set window_from = $2, used = $3 where recipient_id = $1"};
// One statement, so that what is gathered is named by a digest or is not gathered at all.
constexpr postgres::Statement kDigest{
    "sorter_digest",
    "with chosen as (select o.id, o.key, o.payload, w.place, d.code from "
    "unnest($1::bigint[]) with ordinality as w(id, place) join outbox o on o.id = w.id "
    "left join case_file f on f.id = " FIRSTHAND_NUMBER("case") " "
    "left join department d on d.id = f.department_id), "
    "made as (insert into outbox (id, kind, key, payload, at, next_try_at, pace) "
    "select nextval('firsthand_id'), 'mail', $2::text, jsonb_build_object('what', 'digest', "
    "'to', $3::text, 'recipient', $4::bigint, 'name', $5::text, 'language', $6::text, "
    "'count', count(*), 'items', jsonb_agg((payload - 'to' - 'name' - 'text' - 'recipient' - "
    "'language') || jsonb_build_object('department', coalesce(payload->>'department', code, '')) "
    "order by place)), "
    "clock_timestamp(), clock_timestamp(), 'single' from chosen), "
    "told as (insert into notice (effect_key, channel, recipient, state, digest_key) "
    "select key, 'email', $3::text, 'pending', $2::text from chosen "
    "on conflict (effect_key, channel, recipient) do update set digest_key = excluded.digest_key "
    "where notice.state <> 'sent') "
    "update outbox set done_at = clock_timestamp(), outcome = 'digest' where id = "
    "any($1::bigint[])"};

#undef FIRSTHAND_FLAG
#undef FIRSTHAND_RECIPIENT
#undef FIRSTHAND_NUMBER

Pace pace_of(const std::string& word) {
  if (word == "gather") return Pace::gather;
  if (word == "quiet") return Pace::quiet;
  return word == "single" ? Pace::single : Pace::fresh;
}

const char* word_of(Pace pace) {
  switch (pace) {
    case Pace::fresh: return "";
    case Pace::single: return "single";
    case Pace::gather: return "gather";
    case Pace::quiet: return "quiet";
  }
  return "";
}

/// In a digest: by department, what is overdue first, the oldest due time first.
struct Place {
  bool elsewhere = false;  ///< of no department: last
  std::string department;
  bool soon = false;
  std::string due;
  std::int64_t id = 0;
  auto order() const { return std::tie(elsewhere, department, soon, due, id); }
};

}  // namespace

std::size_t MailSorter::round(postgres::Connection& connection) {
  std::vector<Person> people;
  {
    postgres::Tx tx{connection, postgres::Access::read_only};
    for (const auto& row : tx.exec(kPeople)) {
      Person person;
      postgres::Columns(row) >> person.id >> person.address;
      people.push_back(std::move(person));
    }
  }
  std::size_t settled = 0;
  for (const Person& person : people) {
    settled += sort(connection, person);
    if (settled >= kSettledMax) break;
  }
  return settled;
}

std::size_t MailSorter::sort(postgres::Connection& connection, const Person& person) {
  postgres::Tx tx{connection};
  auto locked = tx.exec(kLock, person.id);
  if (locked.empty()) locked = tx.exec(kBegin, person.id);
  if (locked.empty()) return 0;  // another node sorts this person's mails
  notify::PaceWindow window;
  postgres::Columns(locked[0]) >> window.from >> window.used;

  const auto now = postgres::read<Instant>(tx.exec(kNow)[0][0]);
  notify::MailWishes wishes;
  std::string name;
  std::string language = "zh";
  for (const auto& row : tx.exec(kWishes, person.id)) {
    std::optional<int> from, to;
    std::string mails;
    postgres::Columns(row) >> mails >> from >> to >> name >> language;
    wishes.digests = mails == "digest";
    if (from && to) wishes.quiet_until = notify::quiet_until(*from, *to, rules_()->company(), now);
  }

  std::vector<notify::WaitingMail> waiting;
  std::map<std::int64_t, Place> places;
  for (const auto& row : tx.exec(kWaiting, person.id, person.address, kTogetherMax)) {
    notify::WaitingMail mail;
    Place place;
    std::string pace;
    bool late = false;
    postgres::Columns(row) >> mail.id >> mail.at >> pace >> mail.alert >> mail.urgent >>
        mail.digest >> place.department >> late >> place.due;
    mail.pace = pace_of(pace);
    place.elsewhere = place.department.empty();
    place.soon = !late;
    place.id = mail.id;
    waiting.push_back(mail);
    places.emplace(mail.id, std::move(place));
  }
  if (waiting.empty()) return 0;

  auto plan = notify::plan_mails(waiting, wishes, window, limits_, now);
  if (!plan.singles.empty()) tx.exec(kSingle, postgres::array_of(plan.singles));
  if (!plan.held.empty()) {
    postgres::ArrayLiteral ids, paces, until;
    for (const auto& hold : plan.held) {
      ids.add(hold.id);
      paces.add(word_of(hold.pace));
      until.add(hold.until);
    }
    tx.exec(kHold, ids, paces, until);
  }
  std::sort(plan.digest.begin(), plan.digest.end(), [&](std::int64_t a, std::int64_t b) {
    return places.at(a).order() < places.at(b).order();
  });
  for (std::size_t at = 0; at < plan.digest.size(); at += notify::kDigestItemsMax) {
    const auto end = std::min(plan.digest.size(), at + notify::kDigestItemsMax);
    const std::vector<std::int64_t> items(plan.digest.begin() + static_cast<std::ptrdiff_t>(at),
                                          plan.digest.begin() + static_cast<std::ptrdiff_t>(end));
    // A mail is gathered once in its life, so its id makes the key of its digest unique.
    const std::string key =
        "mail:digest:" + std::to_string(items.front()) + ":" + std::to_string(person.id);
    tx.exec(kDigest, postgres::array_of(items), key, person.address, person.id, name, language);
  }
  if (!(plan.window == window)) {
    tx.exec(kWindow, person.id, plan.window.from, plan.window.used);
  }
  tx.commit();
  return waiting.size();
}

}  // namespace firsthand::runtime
