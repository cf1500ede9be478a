// SPDX-License-Identifier: Apache-2.0
#include "adapters/import/books.hpp"

#include <algorithm>

#include "engine/business_fact.hpp"
#include "engine/facts.hpp"
#include "engine/words.hpp"

namespace firsthand::import {
namespace {

using std::chrono::days;

constexpr const char* kSource = "erp";
constexpr const char* kDay = "date";

class Books {
 public:
  Books(SqlSink& sink, Instant now, const std::function<std::int64_t()>& next_id)
      : today_(std::chrono::floor<days>(now)),
        next_id_(next_id),
        import_(next_id()),
        references_(sink, "customer_reference",
                    {{"source", kText}, {"external_id", kText}, {"customer_id", kId}}),
        facts_(sink, "business_fact",
               {{"id", kId},
                {"source", kText},
                {"kind", kText},
                {"external_id", kText},
                {"customer_id", kId},
                {"on_date", kDay},
                {"due_on", kDay},
                {"ends_on", kDay},
                {"amount_cents", kId},
                {"cost_cents", kId},
                {"currency", kText},
                {"settles", kText},
                {"title", kText},
                {"import_id", kId}}) {
    sink.execute(
        "insert into import_run (id, kind, source, file_name, content_mark, dry_run, state, "
        "ended_at) values (" +
        std::to_string(import_) +
        ", 'facts', 'erp', 'erp-facts.csv', 'demo', false, 'done', now())");
  }

  /// A yearly contract with its fee, and every few months goods that are invoiced and paid.
  int keep(const Customer& customer, std::int64_t unpaid_cents) {
    const int before = count_;
    ++place_;
    customer_ = customer.id;
    references_.add(std::string{kSource}).add("K" + padded(place_)).add(customer.id).end_row();
    const auto began = std::chrono::floor<days>(customer.created_at);
    const auto known = (today_ - began).count();
    const std::int64_t fee = 120'000 + 10'000 * (place_ % 9);
    // Some contracts end within the next weeks, most within the year.
    const auto ends = today_ + days{place_ % 7 == 0 ? 5 + place_ % 40 : 70 + place_ * 37 % 280};
    const auto starts = ends - days{365};
    fact({FactKind::contract, number("HT"), "", starts, {}, ends, fee, {}, "", "", "年度维护合同"});
    const std::string yearly = number("WH");
    if (starts < today_ && known > 30) {
      fact({FactKind::fee,
            yearly,
            "",
            starts,
            starts + days{30},
            {},
            fee,
            {},
            "",
            "",
            "年度维护费"});
      if (place_ % 11 != 0) paid(yearly, starts + days{12}, fee);
    }
    for (int order = 0; order < 2 + place_ % 3 && known > 120 * (order + 1); ++order) {
      const auto on = today_ - days{40 + 110 * order + place_ % 23};
      const std::int64_t amount = 350'000 + 45'000 * ((place_ + order * 5) % 37);
      fact({FactKind::order, number("DD"), "", on, {}, {}, amount, {}, "", "", "电脑设备"});
      const std::string invoice = number("FP");
      fact({FactKind::invoice,
            invoice,
            "",
            on + days{3},
            on + days{33},
            {},
            amount,
            amount * (60 + place_ % 25) / 100,
            "",
            "",
            "电脑设备"});
      paid(invoice, on + days{20}, amount);
    }
    if (unpaid_cents > 0) {
      const auto on = today_ - days{35 + place_ % 60};
      fact({FactKind::invoice,
            number("FP"),
            "",
            on,
            on + days{30},
            {},
            unpaid_cents,
            unpaid_cents * 7 / 10,
            "",
            "",
            "扩容设备"});
    }
    return count_ - before;
  }

  void finish() {
    references_.flush();
    facts_.flush();
  }
  std::int64_t import() const { return import_; }
  int count() const { return count_; }

 private:
  struct Entry {
    FactKind kind;
    std::string external_id, customer;
    std::chrono::sys_days on;
    std::optional<std::chrono::sys_days> due_on, ends_on;
    std::int64_t amount_cents;
    std::optional<std::int64_t> cost_cents;
    std::string currency, settles, title;
  };

  static std::string padded(int value) {
    std::string digits = std::to_string(value);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
  }
  std::string number(const char* letters) { return letters + padded(++serial_); }

  void paid(const std::string& what, std::chrono::sys_days on, std::int64_t amount) {
    fact({FactKind::payment,
          number("SK"),
          "",
          std::min(on, today_),
          {},
          {},
          amount,
          {},
          "",
          what,
          "银行转账"});
  }

  void fact(const Entry& one) {
    const auto day = [this](const std::optional<std::chrono::sys_days>& at) {
      if (at) {
        facts_.add(to_iso8601(Date{*at}));
      } else {
        facts_.null();
      }
    };
    facts_.add(next_id_()).add(kSource).add(word(one.kind)).add(one.external_id).add(customer_);
    day(one.on);
    day(one.due_on);
    day(one.ends_on);
    facts_.add(one.amount_cents).add(one.cost_cents).add("CNY").add(one.settles).add(one.title);
    facts_.add(import_).end_row();
    ++count_;
  }

  const std::chrono::sys_days today_;
  const std::function<std::int64_t()>& next_id_;
  const std::int64_t import_;
  RowBatch references_, facts_;
  CustomerId customer_;
  int place_ = 0, serial_ = 0, count_ = 0;
};

}  // namespace

void keep_books(SqlSink& sink, HistoryWriter& history, const Rows& rows, Instant now,
                const std::function<std::int64_t()>& next_id) {
  Books books{sink, now, next_id};
  for (const auto& [customer, more] : rows.customers) {
    if (more.kind != "company" || customer.provisional) continue;
    const int added = books.keep(customer, more.unpaid_cents);
    HistoryEntry told;
    told.id = next_id();
    told.at = now;
    told.customer = customer.id;
    told.kind = "facts_imported";
    told.source = "import:erp";
    told.data = Facts{}.add("import", books.import()).add("added", added).add("changed", 0).json();
    history.write(told);
  }
  books.finish();
  history.flush();
  sink.execute("update import_run set lines = " + std::to_string(books.count()) + ", added = " +
               std::to_string(books.count()) + " where id = " + std::to_string(books.import()));
}

}  // namespace firsthand::import
