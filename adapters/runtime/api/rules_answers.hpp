// SPDX-License-Identifier: Apache-2.0
// What the routes about rules answer in common: a preview, the mistakes of a document, a stored
// document. Any thread.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <variant>

#include "adapters/runtime/api/answers.hpp"
#include "adapters/runtime/rules_documents.hpp"
#include "adapters/runtime/rules_preview.hpp"
#include "adapters/runtime/rules_what_if.hpp"

namespace firsthand::runtime::api {

/// Bodies of documents are longer than what people write into forms.
inline constexpr std::int64_t kDocumentMax = 512 * 1024;
inline constexpr std::size_t kDocumentRequestMax = 2 * 1024 * 1024;  // JSON doubles quotes

boost::json::object to_json(const RulesPreview& preview);
boost::json::object to_json(const StoredDocument& document);
boost::json::object to_json(const DocumentVersion& version);
boost::json::object to_json(const RuleChange& change);
boost::json::object to_json(const WhatIf& what_if);

/// 422 with every mistake: errors:[{document,path,message}]; `field` is the first one's path.
Response mistakes_answer(const Request& request, const config::Errors& errors);

/// What a change would do to the clocks that run, or every mistake in it; runs on a pool thread.
using PreviewLook =
    std::function<std::variant<RulesPreview, config::Errors>(postgres::Tx&, const Rules& in_force)>;
awaitable<Response> preview_answer(ApiContext& api, const Request& request, PreviewLook look);

/// Saves, makes this node take the new rules at once, and answers 200 {document,version,revision}
/// with ETag, 412 with the document as it is now, or 422 with every mistake.
awaitable<Response> save_rules(ApiContext& api, const Request& request, SaveWish wish);

}  // namespace firsthand::runtime::api
