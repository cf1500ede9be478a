// SPDX-License-Identifier: Apache-2.0
// The public complaint form and the status page. No session, no script: a form token, a trap field
// and a bucket per address keep programs away.
#include <memory>

#include "adapters/postgres/secrets.hpp"
#include "adapters/runtime/api/form_token.hpp"
#include "adapters/runtime/api/guard.hpp"
#include "adapters/runtime/api/intake.hpp"
#include "adapters/runtime/api/public_page.hpp"
#include "adapters/runtime/api/token_buckets.hpp"

namespace firsthand::runtime::api {
namespace {

using Fields = std::map<std::string, std::string>;
using Buckets = std::shared_ptr<TokenBuckets>;

Language language_of(const Request& request) {
  return query_text(request, "lang", 8) == "en" ? Language::en : Language::zh;
}

Response page(std::string html, int status = 200) {
  Response response = Response::html(status, std::move(html));
  response.add_header("Cache-Control", "no-store");
  // Not "no-referrer": the form's own POST would then come from the origin "null".
  response.add_header("Referrer-Policy", "same-origin");
  return response;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Like http::percent_decode, but a text area may hold line breaks.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+') c = ' ';
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (control && c != '\n' && c != '\r' && c != '\t') return std::nullopt;
    out += c;
  }
  if (!http::is_utf8(out)) return std::nullopt;
  return out;
}

std::optional<Fields> read_form(const Request& request) {
  std::string_view type = request.header("Content-Type");
  type = http::trim(type.substr(0, type.find(';')));
  if (!http::same_name(type, "application/x-www-form-urlencoded")) return std::nullopt;
  Fields fields;
  std::string_view rest = request.body;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equals));
    const auto value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value || fields.size() >= 32) return std::nullopt;
    fields[*name] = std::string(http::trim(*value));
  }
  return fields;
}

FormPage empty_form(const ApiContext& api, Language language) {
  FormPage form;
  form.language = language;
  form.company = api.settings.company;
  form.form_token = new_form_token(api.settings.form_secret, api.now());
  return form;
}

awaitable<Response> get_form(ApiContext& api, Request& request) {
  const FormPage form = empty_form(api, language_of(request));
  co_return page(form_page(form, *api.rules()));
}

/// Checks what was typed; the errors are sentences beside the fields.
Complaint complaint_of(const ApiContext& api, Fields& fields, Language l, FormPage& form) {
  Complaint complaint;
  const auto need = [&](const char* field, std::size_t most, std::string_view zh,
                        std::string_view en) {
    const std::string& value = fields[field];
    if (value.empty()) form.errors[field] = say(l, zh, en);
    if (value.size() > most) form.errors[field] = say(l, "内容过长。", "This is too long.");
    return value;
  };
  complaint.name = need("name", kLineMax, "请填写您的姓名。", "Please give your name.");
  const std::string phone =
      need("phone", 64, "请填写联系电话。", "Please give a telephone number.");
  complaint.text = need("text", kTextMax, "请写下发生了什么。", "Please write what happened.");
  if (!phone.empty()) {
    const auto number = telephony::parse_phone(phone, api.settings.numbers);
    complaint.number = number.number;
    if (!number.reachable()) {
      form.errors["phone"] =
          say(l, "这不是有效的电话号码。", "This is not a telephone number we can call.");
    }
  }
  complaint.email = fields["email"];
  if (complaint.email.size() > kLineMax ||
      (!complaint.email.empty() && complaint.email.find('@') == std::string::npos)) {
    form.errors["email"] = say(l, "这不是有效的邮箱。", "This is not an e-mail address.");
  }
  complaint.product = fields["product"].substr(0, kLineMax);
  if (!http::is_utf8(complaint.product)) complaint.product.clear();
  complaint.category = fields["category"];
  if (complaint.category.empty()) complaint.category = api.settings.web_category;
  const auto rules = api.rules();
  if (rules->book.category(complaint.category) == nullptr) {
    form.errors["category"] = say(l, "请重新选择类别。", "Please choose again.");
  }
  complaint.language = say(l, "zh", "en");
  complaint.channel = Channel::web;
  return complaint;
}

Response form_again(const ApiContext& api, FormPage form, Fields fields, int status) {
  fields.erase("form_token");
  form.values = std::move(fields);
  return page(form_page(form, *api.rules()), status);
}

awaitable<Response> post_form(ApiContext& api, Buckets buckets, Request& request) {
  const Language l = language_of(request);
  const auto say_only = [&](int status, std::string_view heading, std::string_view sentence) {
    return page(notice_page(l, api.settings.company, heading, sentence), status);
  };
  if (!same_origin(request)) {
    co_return say_only(403, say(l, "无法提交", "Not sent"),
                       say(l, "请直接在本站提交。", "Please send the form from this site."));
  }
  auto read = read_form(request);
  if (!read) {
    co_return say_only(400, say(l, "无法提交", "Not sent"),
                       say(l, "表单内容无法读取。", "The form cannot be read."));
  }
  Fields fields = std::move(*read);
  if (!fields["website"].empty()) {
    // Whoever filled in the trap learns nothing from the answer.
    co_return say_only(200, say(l, "已收到", "Received"), say(l, "谢谢。", "Thank you."));
  }
  FormPage form = empty_form(api, l);
  const auto nonce = read_form_token(api.settings.form_secret, fields["form_token"], api.now());
  if (!nonce) {
    form.errors[""] =
        say(l, "表单已过期，请再提交一次。", "The form has expired; please send again.");
    co_return form_again(api, std::move(form), std::move(fields), 422);
  }
  const Complaint complaint = complaint_of(api, fields, l, form);
  if (!form.errors.empty()) co_return form_again(api, std::move(form), std::move(fields), 422);
  if (!buckets->take(request.client_address)) {
    Response slow = say_only(429, say(l, "请稍后再试", "Please wait a little"),
                             say(l, "提交过于频繁，请过几分钟再试，或直接致电我们。",
                                 "Too many at once: try again in some minutes, or call us."));
    slow.add_header("Retry-After", "180");
    co_return slow;
  }
  // The same form with the same content is a double click; with another content it is another
  // complaint.
  const std::string key = *nonce + ":" + fingerprint(complaint);
  Event event = complaint_event("web", key, complaint, new_public_token(complaint));
  const auto decided = co_await ask_whole(api.door, std::move(event));
  if (std::holds_alternative<Unavailable>(decided)) {
    form.errors[""] = say(l, "系统正忙，您的内容没有丢失，请稍后再提交一次。",
                          "We cannot store this at the moment; please send it again shortly.");
    Response busy = form_again(api, std::move(form), std::move(fields), 503);
    busy.add_header("Retry-After", "5");
    co_return busy;
  }
  const auto& outcome = std::get<Outcome>(decided);
  if (outcome.refusal) {
    form.errors[""] =
        say(l, "暂时无法受理，请直接致电我们。", "We cannot take this here; please call us.");
    co_return form_again(api, std::move(form), std::move(fields), 422);
  }
  const std::string where =
      "/status/" + outcome.reply.token + "?sent=1&lang=" + std::string(say(l, "zh", "en"));
  Response response = Response::redirect(where);
  response.add_header("Cache-Control", "no-store");
  co_return response;
}

awaitable<Response> get_status(ApiContext& api, Request& request) {
  const Language l = language_of(request);
  const std::string token(request.param("public_token"));
  auto work = [token](postgres::Tx& tx, const Rules&) { return postgres::status_page(tx, token); };
  const auto found = co_await read_on(api, std::move(work));
  const std::string& company = api.settings.company;
  if (!found) {
    Response busy = page(notice_page(l, company, say(l, "请稍后再试", "Please try again"),
                                     say(l, "系统正忙。", "We are busy at the moment.")),
                         503);
    busy.add_header("Retry-After", "5");
    co_return busy;
  }
  if (!*found) {
    co_return page(notice_page(l, company, say(l, "没有找到", "Not found"),
                               say(l, "请检查地址是否完整。", "Please check the address.")),
                   404);
  }
  StatusText text;
  text.language = l;
  text.company = company;
  text.just_sent = query_text(request, "sent", 4) == "1";
  co_return page(status_page(text, **found, api.rules()->company()));
}

}  // namespace

void add_public_routes(http::Router& router, ApiContext& api) {
  // An empty secret would let everybody sign. One of our own serves a single node.
  if (api.settings.form_secret.empty()) api.settings.form_secret = postgres::new_secret();
  const double per_hour = api.settings.public_forms_per_hour;
  const auto buckets = std::make_shared<TokenBuckets>(std::max(1.0, per_hour / 2), per_hour / 3600);
  add_route(router, api,
            {"GET",
             "/complaint",
             get_form,
             "get_complaint_form",
             "public",
             "The complaint form, as a page",
             "public",
             "",
             "",
             200,
             {{"lang", "string", false, "zh or en"}}});
  http::Route form;
  form.method = "POST";
  form.pattern = "/complaint";
  form.handler = [&api, buckets](Request& request) { return post_form(api, buckets, request); };
  form.operation_id = "send_complaint_form";
  form.summary = "The complaint form, sent";
  form.tag = "public";
  form.access = "public";
  form.response_status = 303;
  form.query = {{"lang", "string", false, "zh or en"}};
  router.add(std::move(form));
  add_route(router, api,
            {"GET",
             "/status/{public_token}",
             get_status,
             "get_status_page",
             "public",
             "How a complaint goes, as a page",
             "public",
             "",
             "",
             200,
             {{"lang", "string", false, "zh or en"}}});
}

}  // namespace firsthand::runtime::api
