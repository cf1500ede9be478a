// SPDX-License-Identifier: Apache-2.0
// A process that carries changes of the rules to the clocks until it is killed. Argument: the URL
// of the database.
#include <cstdio>

#include "tests/integration/rules_world.hpp"

int main(int count, char** words) {
  if (count != 2) return 2;
  firsthand::postgres::ConnectOptions connect;
  connect.url = words[1];
  firsthand::test::RulesNode node(connect, "child");
  std::puts("ready");
  std::fflush(stdout);
  while (true) node.turn();
}
