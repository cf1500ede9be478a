// SPDX-License-Identifier: Apache-2.0
// Which system pushes call events, and whether it is that system: by API token, or by a signature
// over what it sends. Any thread.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "adapters/runtime/api/answers.hpp"
#include "config/call_sources.hpp"

namespace firsthand::runtime::api {

/// The sources in force; none when the context knows of none.
std::shared_ptr<const config::CallSources> sources_in_force(const ApiContext& api);

/// Whether a push carries a signature, which the handler checks, in the place of a token.
bool is_signed_push(const ApiContext& api, const Request& request);

struct CallSender {
  std::string name;
  const config::CallSource* source = nullptr;  ///< nothing: known by its token or secret alone
};
/// `sources` must outlive the sender.
awaitable<std::variant<CallSender, Response>> call_sender(ApiContext& api,
                                                          const config::CallSources& sources,
                                                          const Request& request);

/// The address that the sender was given, as it knows it.
std::string pushed_to(const ApiContext& api, const config::CallSource* source,
                      const Request& request);

}  // namespace firsthand::runtime::api
