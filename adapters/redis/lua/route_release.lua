-- SPDX-License-Identifier: Apache-2.0
-- KEYS interaction's lease, agent's lease   ARGV token   Frees what is still held under the token.
local freed = 0
for i = 1, 2 do
  if redis.call('GET', KEYS[i]) == ARGV[1] then freed = freed + redis.call('DEL', KEYS[i]) end
end
return freed
