// SPDX-License-Identifier: Apache-2.0
// Whose customers they are: the pool, the lists of accounts, and what is done to one account.
#include "adapters/runtime/api/visible_customer.hpp"
#include "engine/words.hpp"

namespace firsthand::runtime::api {
namespace {

using postgres::AccountFile;
using postgres::AccountRow;
using postgres::Tx;

constexpr std::int64_t kReasonMax = 500;
constexpr std::chrono::days kLapsingSoon{7};

awaitable<Response> get_pool(ApiContext& api, Request& request) {
  postgres::PoolFilter filter;
  filter.tier = query_text(request, "tier", 20);
  filter.office = query_text(request, "office", 64);
  const std::string since = query_text(request, "since", 40);
  if (!since.empty()) {
    filter.since = parse_iso8601(since);
    if (!filter.since) co_return invalid("since", "This must be an instant.");
  }
  read_paging(request, filter);
  auto work = [filter, me = UserId{subject_of(request).user_id()}](Tx& tx, const Rules& rules) {
    return std::pair{postgres::list_pool(tx, rules, me, filter),
                     postgres::claims_of(tx, rules, me)};
  };
  const auto pool = co_await read_on(api, std::move(work));
  if (!pool) co_return failure_answer(pool.error());
  const auto& [page, claims] = *pool;
  if (!page) co_return no_such_page();
  boost::json::value out = boost::json::value_from(*page);
  out.as_object()["claims"] = boost::json::value_from(claims);
  co_return json_answer(200, out);
}

awaitable<Response> list_accounts(ApiContext& api, Request& request) {
  const Subject& subject = subject_of(request);
  const bool leads = can(subject, Action::give_account);
  const std::string list = query_text(request, "list", 20);
  postgres::HeldFilter filter;
  if (list == "lapsing") {
    filter.due_before = api.now() + kLapsingSoon;
  } else if (list != "mine" && !(leads && list == "all")) {
    co_return invalid("list", "There is no such list.");
  }
  // Those who lead see what lapses for anybody; everybody else his own.
  if (list == "mine" || !leads) filter.owner = subject.user_id();
  read_paging(request, filter);
  auto work = [filter](Tx& tx, const Rules& rules) {
    return postgres::list_held(tx, rules, filter);
  };
  Response response = co_await answer_page(api, std::move(work));
  co_return response;
}

/// The buttons of one account: permission and state together.
boost::json::object buttons_of(const Subject& subject, const std::optional<AccountRow>& account,
                               const Rules& rules, Instant now) {
  const Row row = account ? row_of(*account, rules, now) : Row{};
  const bool held = account && account->state == "held";
  const bool claimable = account && account->state == "pooled" && !account->hindrance;
  return {{"claim", claimable && can(subject, Action::claim_account)},
          {"assign", can(subject, Action::give_account)},
          {"extend", held && can(subject, Action::give_account)},
          {"release", held && can(subject, Action::give_up_account, &row)},
          {"follow_up", held && can(subject, Action::follow_up_account, &row)}};
}

awaitable<Response> account_answer(ApiContext& api, const Request& request, std::int64_t id) {
  auto work = [id, subject = subject_of(request), now = api.now()](Tx& tx, const Rules& rules) {
    const UserId me{subject.user_id()};
    const AccountFile file = postgres::read_account(tx, rules, me, id);
    boost::json::object out;
    out["account"] = boost::json::value_from(file.account);
    out["ledger"] = boost::json::value_from(file.ledger);
    out["claims"] = boost::json::value_from(postgres::claims_of(tx, rules, me));
    out["can"] = buttons_of(subject, file.account, rules, now);
    return out;
  };
  Response response = co_await answer_found(api, std::move(work));
  co_return response;
}

awaitable<Response> get_account(ApiContext& api, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  const auto facts = co_await visible_customer(api, request, *id);
  if (const auto* refused = std::get_if<Response>(&facts)) co_return *refused;
  Response response = co_await account_answer(api, request, *id);
  co_return response;
}

// ------------------------------------------------------------------------------- changes
struct Asked {
  CustomerId customer;
  const Body& body;
};

struct AccountAction {
  const char* pattern;
  const char* operation;
  const char* summary;
  Action action;
  std::vector<Rule> rules;
  const char* schema;
  Happening (*make)(const Asked&);
};

Rule reason() {
  return text("reason", kReasonMax).needed();
}

Happening make_claim(const Asked& asked) {
  return event::AccountClaimed{asked.customer, asked.body.number("version")};
}

Happening make_assignment(const Asked& asked) {
  return event::AccountAssigned{asked.customer, UserId{asked.body.number("to")},
                                asked.body.text("reason")};
}

Happening make_extension(const Asked& asked) {
  return event::AccountExtended{asked.customer, *asked.body.maybe_instant("until"),
                                asked.body.text("reason")};
}

Happening make_release(const Asked& asked) {
  return event::AccountAssigned{asked.customer, {}, asked.body.text("reason")};
}

Happening make_follow_up(const Asked& asked) {
  return event::AccountFollowedUp{asked.customer, *from_word<Channel>(asked.body.text("channel")),
                                  asked.body.text("text")};
}

const std::vector<AccountAction>& account_actions() {
  static const std::vector<AccountAction> kActions{
      {"/api/v1/customers/{id}/account/claim",
       "claim_account",
       "Take an account out of the pool",
       Action::claim_account,
       {number("version", 1, kIdMax).needed()},
       "AccountClaim",
       make_claim},
      {"/api/v1/customers/{id}/account/assign",
       "assign_account",
       "Give the account to somebody",
       Action::give_account,
       {id("to").needed(), reason()},
       "AccountAssignment",
       make_assignment},
      {"/api/v1/customers/{id}/account/extend",
       "extend_account",
       "Hold the account longer than its policy says",
       Action::give_account,
       {instant("until").needed(), reason()},
       "AccountExtension",
       make_extension},
      {"/api/v1/customers/{id}/account/release",
       "release_account",
       "Give the account up: it goes into the pool",
       Action::give_up_account,
       {reason()},
       "AccountRelease",
       make_release},
      {"/api/v1/customers/{id}/account/follow-up",
       "follow_up_account",
       "The owner has been in touch outside a call",
       Action::follow_up_account,
       {word("channel", {"field_visit", "walk_in", "email"}).needed(), text("text").needed()},
       "AccountFollowUp",
       make_follow_up}};
  return kActions;
}

awaitable<Response> change_account(ApiContext& api, const AccountAction& action, Request& request) {
  const auto id = path_id(request, "id");
  if (!id) co_return not_found("customer");
  auto read = read_body(request, action.rules);
  if (auto* mistake = std::get_if<Response>(&read)) co_return std::move(*mistake);
  const Subject& subject = subject_of(request);
  auto find = [id = *id, me = subject.user_id()](Tx& tx, const Rules&) {
    return postgres::customer_facts(tx, id, me, 0);
  };
  const auto facts = co_await read_on(api, std::move(find));
  if (!facts) co_return failure_answer(facts.error());
  // "B for A": whoever stands in for the owner. Who may do it is decided with the account locked.
  const UserId owner{facts->account_owner};
  const UserId me{subject.user_id()};
  const bool deputy = owner && owner != me && api.rules()->acting(owner, api.now()) == me;
  const UserId acting_for = deputy ? owner : UserId{};
  Happening what = action.make({CustomerId{*id}, std::get<Body>(read)});
  auto decided = co_await hand_in(api, request, std::move(what), acting_for);
  if (decided.refused) co_return std::move(*decided.refused);
  Response response = co_await account_answer(api, request, *id);
  co_return response;
}

}  // namespace

void add_account_routes(http::Router& router, ApiContext& api) {
  add_route(router, api,
            {"GET",
             "/api/v1/pool",
             get_pool,
             "get_pool",
             "accounts",
             "Accounts that nobody holds, newest first; what I have claimed today",
             "see_pool",
             "",
             "Pool",
             200,
             {{"tier", "string", false, "standard, silver, gold or key"},
              {"office", "string", false, "Of whoever held it last, by its code"},
              {"since", "string", false, "In the pool since then or later"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"GET",
             "/api/v1/accounts",
             list_accounts,
             "list_accounts",
             "accounts",
             "Accounts that are held, those that lapse first first",
             "see_pool",
             "",
             "AccountList",
             200,
             {{"list", "string", true, "mine, lapsing (within a week), or all for who leads"},
              {"after", "string", false, "The last page's next"},
              {"limit", "integer", false, "1 to 200"}}});
  add_route(router, api,
            {"GET", "/api/v1/customers/{id}/account", get_account, "get_account", "accounts",
             "Whose customer this is, since when and until when, and how it came about",
             "see_customer", "", "AccountFile"});
  for (const AccountAction& action : account_actions()) {
    const auto change = [&action](ApiContext& at, Request& request) {
      return change_account(at, action, request);
    };
    add_route(router, api,
              {"POST", action.pattern, change, action.operation, "accounts", action.summary,
               word_of(action.action), action.schema, "AccountFile"});
  }
}

}  // namespace firsthand::runtime::api
