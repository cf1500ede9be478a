// SPDX-License-Identifier: Apache-2.0
// The built web application as the browser gets it.
#include <filesystem>
#include <fstream>

#include "tests/integration/http_harness.hpp"

namespace firsthand::http {
namespace {
namespace fs = std::filesystem;

class HttpStatic : public HttpFixture {
 protected:
  HttpStatic() {
    char name[] = "/tmp/firsthand-static-XXXXXX";
    root = fs::path(::mkdtemp(name));
    write("secret.txt", "outside");
    write("site/index.html", "<!doctype html>home");
    write("site/favicon.svg", "<svg/>");
    write("site/assets/app-1a2b.js", "console.log('plain')");
    write("site/assets/app-1a2b.js.br", "brotli bytes");
    write("site/assets/app-1a2b.js.gz", "gzip bytes");
    fs::create_symlink(root / "secret.txt", root / "site/assets/link.txt");
    add("GET", "/api/v1/hello",
        [](Request&) -> boost::asio::awaitable<Response> { co_return Response::json(200, "{}"); });
  }
  ~HttpStatic() override {
    server.reset();
    fs::remove_all(root);
  }

  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name) << bytes;
  }

  void serve() {
    auto files = StaticFiles::load(root / "site");
    ASSERT_TRUE(files.has_value());
    EXPECT_EQ(files->count(), 3U);
    make().set_static_files(std::move(*files));
    start();
  }

  fs::path root;
};

TEST_F(HttpStatic, CachesAssetsForEver) {
  serve();
  RawClient client(port);
  const auto plain = client.ask(get("/assets/app-1a2b.js"));
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.body, "console.log('plain')");
  EXPECT_TRUE(plain.has("Content-Type: text/javascript; charset=utf-8\r\n"));
  EXPECT_TRUE(plain.has("Cache-Control: public, max-age=31536000, immutable\r\n"));
  EXPECT_TRUE(plain.has("Vary: Accept-Encoding\r\n"));
  EXPECT_FALSE(plain.has("Content-Encoding"));
}

TEST_F(HttpStatic, ChoosesThePackingTheBrowserKnows) {
  serve();
  RawClient client(port);
  const auto ask = [&](const std::string& accepted) {
    return client.ask(get("/assets/app-1a2b.js", "Accept-Encoding: " + accepted + "\r\n"));
  };
  EXPECT_EQ(ask("gzip, deflate, br").body, "brotli bytes");
  EXPECT_TRUE(ask("br").has("Content-Encoding: br\r\n"));
  EXPECT_EQ(ask("gzip;q=0.5").body, "gzip bytes");
  EXPECT_EQ(ask("br;q=0, gzip").body, "gzip bytes");
  EXPECT_EQ(ask("br;q=0.000, gzip;q=0").body, "console.log('plain')");
}

TEST_F(HttpStatic, RevalidatesPagesByTag) {
  serve();
  RawClient client(port);
  const auto page = client.ask(get("/index.html"));
  EXPECT_TRUE(page.has("Cache-Control: no-cache\r\n"));
  EXPECT_TRUE(page.has("Content-Security-Policy: default-src 'self'; script-src 'self'"));
  const auto at = page.head.find("ETag: ");
  ASSERT_NE(at, std::string::npos);
  const auto tag = page.head.substr(at + 6, page.head.find("\r\n", at) - at - 6);
  const auto again = client.ask(get("/", "If-None-Match: \"x\", W/" + tag + "\r\n"));
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(client.ask(get("/", "If-None-Match: \"other\"\r\n")).status, 200);
}

TEST_F(HttpStatic, LetsTheApplicationRoute) {
  serve();
  RawClient client(port);
  EXPECT_EQ(client.ask(get("/desk/cases/7")).body, "<!doctype html>home");
  EXPECT_EQ(client.ask(get("/favicon.svg")).body, "<svg/>");
  EXPECT_EQ(client.ask(get("/api/v1/hello")).body, "{}");
  EXPECT_EQ(client.ask(get("/api/v1/nothing")).status, 404);
  EXPECT_EQ(client.ask(get("/ws")).status, 404);
  EXPECT_EQ(client.ask(get("/assets/nothing.js")).status, 404);
  EXPECT_EQ(client.ask(get("/apiary")).status, 200);
  EXPECT_EQ(client.ask(post("/desk", "x")).status, 404);
}

TEST_F(HttpStatic, NeverLeavesItsDirectory) {
  serve();
  const std::vector<std::pair<std::string, int>> paths = {
      {"/assets/../../secret.txt", 400},     {"/assets/%2e%2e/%2e%2e/secret.txt", 400},
      {"/assets/..%2f..%2fsecret.txt", 400}, {"/assets/link.txt", 404},
      {"/assets//etc/passwd", 404},          {"/assets/app-1a2b.js/../x", 400}};
  for (const auto& [path, status] : paths) {
    RawClient client(port);
    const auto reply = client.ask(get(path));
    EXPECT_EQ(reply.status, status) << path;
    EXPECT_EQ(reply.body.find("outside"), std::string::npos) << path;
  }
}

TEST_F(HttpStatic, RefusesToLoadTooMuch) {
  const auto files = StaticFiles::load(root / "site", 10);
  ASSERT_TRUE(files.has_error());
  EXPECT_EQ(files.error(), boost::system::errc::file_too_large);
  EXPECT_TRUE(StaticFiles::load(root / "nowhere").has_error());
}

}  // namespace
}  // namespace firsthand::http
