// SPDX-License-Identifier: Apache-2.0
// The command line: one subcommand for each thing an operator does.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "adapters/postgres/migrate.hpp"
#include "adapters/postgres/sessions.hpp"
#include "adapters/runtime/clock_command.hpp"
#include "adapters/runtime/import_command.hpp"
#include "adapters/runtime/node.hpp"
#include "adapters/runtime/rules_store.hpp"
#include "adapters/runtime/setup.hpp"
#include "adapters/runtime/telephony_check.hpp"
#include "adapters/runtime/verify_history.hpp"

extern char** environ;

namespace firsthand::runtime {
namespace {

/// A mistake of the operator's, told in a sentence on standard error.
struct Complaint : std::runtime_error {
  using std::runtime_error::runtime_error;
};

config::Settings settings_from(const std::string& file) {
  const auto environment = config::firsthand_environment(environ);
  std::optional<std::filesystem::path> path;
  if (!file.empty()) path = file;
  if (const auto named = environment.find("FIRSTHAND_CONFIG"); !path && named != environment.end())
    path = named->second;
  auto settings = config::load_settings(path, environment);
  if (!settings) throw Complaint(settings.error().text());
  return std::move(*settings);
}

void set_up_log(const config::Settings& settings) {
  auto logger = std::make_shared<spdlog::logger>("firsthand",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  spdlog::set_default_logger(std::move(logger));
  spdlog::set_level(spdlog::level::from_str(settings.log.level));
  spdlog::flush_on(spdlog::level::info);
  spdlog::set_pattern(settings.log.format == "json"
                          ? R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":"%v"})"
                          : "%Y-%m-%dT%H:%M:%S.%eZ %-5l %v",
                      spdlog::pattern_time_type::utc);
}

int migrate(const config::Settings& settings) {
  const auto report = postgres::migrate(settings.postgres.url);
  if (!report) throw Complaint(report.error().message);
  for (const auto& name : report->applied) std::cout << "applied " << name << "\n";
  if (report->applied.empty())
    std::cout << "the schema is current, version " << report->version << "\n";
  return 0;
}

int load_defaults(const config::Settings& settings, const std::string& directory, bool replace) {
  postgres::ConnectOptions options;
  options.url = settings.postgres.url;
  options.role = "";
  postgres::Connection connection{options};
  postgres::Tx tx{connection};
  const auto done = load_defaults_into(tx, directory, replace);
  tx.commit();
  for (const auto& line : done) std::cout << line << "\n";
  if (done.empty()) std::cout << "the rules are current\n";
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app{"Firsthand: call-centre complaints with an owner from the first contact on",
               "firsthand"};
  app.set_version_flag("--version", FIRSTHAND_VERSION);
  app.require_subcommand(1);
  std::string file;
  app.add_option("--config", file,
                 "settings in TOML; the environment (FIRSTHAND_...) wins over it");

  auto* serve = app.add_subcommand("serve", "run one engine node until SIGINT or SIGTERM");
  auto* migrate_command = app.add_subcommand("migrate", "bring the database schema up to date");
  auto* defaults = app.add_subcommand(
      "load-defaults", "load calendars, policies, queues and departments from files");
  std::string directory = FIRSTHAND_DEFAULTS;
  defaults->add_option("--directory", directory, "folder of the TOML files")->capture_default_str();
  bool replace = false;
  defaults->add_flag("--replace", replace,
                     "also replace documents that were edited in the console");
  auto* demo = app.add_subcommand("load-demo", "load the demo company, once");
  auto* base = app.add_subcommand(
      "load-base", "make an administrator and the API tokens of an empty company, once");
  auto* take_in =
      app.add_subcommand("import", "take in customers or business facts from a CSV file");
  take_in->footer(kImportHelp);
  ImportFile imported;
  take_in->add_option("what", imported.kind, "customers or facts")->required();
  take_in->add_option("file", imported.file, "CSV")->required()->check(CLI::ExistingFile);
  take_in->add_option("--mapping", imported.mapping, "which column is which field, in TOML");
  take_in->add_option("--source", imported.source, "the system it comes from, such as erp");
  take_in->add_flag("--dry-run", imported.dry_run, "say what would happen and change nothing");
  auto* check = app.add_subcommand("check-config", "check the settings and say what is wrong");
  bool explain = false;
  check->add_flag("--explain", explain, "print every setting with its default and meaning");
  auto* clock = app.add_subcommand(
      "clock", "compute due times: a JSON object a line on standard input, one a line on output");
  clock->footer(kClockHelp);
  auto* verify = app.add_subcommand(
      "verify-history", "hold the history against its seals; says which row is not as it was");
  std::string expected;
  verify->add_option("--expect", expected, "a head that an earlier run has printed");
  auto* create = app.add_subcommand("create-user",
                                    "make a user; the password is read from standard input, and "
                                    "one is made and printed when there is none");
  NewUser user;
  create->add_option("--login", user.login)->required();
  create->add_option("--name", user.name)->required();
  create
      ->add_option("--role", user.role,
                   "agent, back_line, liaison, supervisor, manager or administrator")
      ->required();
  create->add_option("--department", user.department, "code of the department");
  create->add_flag("--head", user.department_head, "heads the department");
  create->add_option("--level", user.escalation_level, "of the back line: 1, 2 or 3");
  create->add_option("--office", user.office, "code of the office");
  create->add_option("--skill", user.skills, "what a queue asks for; may be given several times");
  create->add_option("--extension", user.extension, "the desk phone");
  create->add_option("--email", user.email);
  create->add_option("--language", user.language, "of the console and the mails: zh or en")
      ->capture_default_str();
  auto* telephony = app.add_subcommand("telephony", "the telephone system");
  telephony->require_subcommand(1);
  auto* check_pbx = telephony->add_subcommand(
      "check", "try the contract with the PBX and say what is wrong; places two calls of its own");
  TelephonyCheck tried;
  check_pbx->add_option("--number", tried.number, "a number of a queue, as a customer dials it")
      ->capture_default_str();
  check_pbx->add_option("--pbx", tried.pbx,
                        "which PBX: telephony.pbx_id or a name of telephony.ari.more");
  check_pbx->add_option("--context", tried.context, "the context of the dialplan contract")
      ->capture_default_str();
  auto* token_command =
      app.add_subcommand("create-token",
                         "make an API token for another system and print it; a signing secret for "
                         "what it pushes is read from standard input with --signs");
  NewToken token;
  bool signs = false;
  token_command->add_option("--name", token.name, "of the system; of call events: its source")
      ->required();
  token_command->add_option("--scope", token.scope, "complaints, telephony, import or read")
      ->required();
  token_command->add_flag("--signs", signs, "read the signing secret from standard input");
  token_command->add_flag("--renew", token.renew, "take the place of the token of that name");

  CLI11_PARSE(app, argc, argv);

  if (check->parsed() && explain) {
    std::cout << config::explain_settings();
    return 0;
  }
  if (clock->parsed()) return run_clock(0, 1);
  const config::Settings settings = settings_from(file);
  set_up_log(settings);
  if (check->parsed()) {
    std::cout << config::show_settings(settings);
    return 0;
  }
  if (migrate_command->parsed()) return migrate(settings);
  if (defaults->parsed()) return load_defaults(settings, directory, replace);
  if (demo->parsed()) return load_demo(settings);
  if (base->parsed()) return load_base(settings);
  if (take_in->parsed()) return import_file(settings, imported);
  if (verify->parsed()) return verify_history(settings, expected, std::cout);
  if (create->parsed()) {
    std::getline(std::cin, user.password);
    return create_user(settings, user);
  }
  if (check_pbx->parsed()) return telephony_check(settings, tried, std::cout);
  if (token_command->parsed()) {
    if (signs) std::getline(std::cin, token.signing_secret);
    return create_token(settings, token);
  }
  if (serve->parsed()) return run_node(settings);
  return 2;
}

}  // namespace
}  // namespace firsthand::runtime

int main(int argc, char** argv) {
  try {
    return firsthand::runtime::run(argc, argv);
  } catch (const std::exception& error) {
    using firsthand::postgres::FailureKind;
    const auto failure = firsthand::postgres::failure_of(error);
    const bool away =
        failure.kind == FailureKind::broken || failure.kind == FailureKind::unavailable;
    std::cerr << "firsthand: " << (away ? "PostgreSQL cannot be reached, or has gone away: " : "")
              << failure.message << "\n";
    return 1;
  }
}
