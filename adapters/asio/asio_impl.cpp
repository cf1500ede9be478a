// SPDX-License-Identifier: Apache-2.0
// The one translation unit that holds the compiled parts of Asio, its TLS support and Beast; every
// other file only sees declarations, which keeps builds short.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
