// SPDX-License-Identifier: Apache-2.0
// libcurl as a value: started once, handles that close themselves, and the settings every transfer
// of ours shares. A handle is used by one thread at a time.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "engine/time.hpp"

namespace firsthand::notify {

struct CurlClose {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlHandle = std::unique_ptr<CURL, CurlClose>;
using CurlList = std::unique_ptr<curl_slist, CurlClose>;
using CurlUrl = std::unique_ptr<CURLU, CurlClose>;

/// Thread-safe; throws std::runtime_error when libcurl cannot start.
CurlHandle make_curl();

/// Appends; keeps the list when memory runs out by throwing std::bad_alloc.
void append(CurlList& list, const std::string& line);

struct CurlLimits {
  Seconds connect{5};
  Seconds total{20};
};

/// No signals, no proxy and no configuration from the environment, bounded times, and `error`
/// filled in on failure (CURL_ERROR_SIZE bytes, must outlive the transfer).
void set_common(CURL* handle, const CurlLimits& limits, char* error);

}  // namespace firsthand::notify
