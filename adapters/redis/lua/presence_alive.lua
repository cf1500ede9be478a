-- SPDX-License-Identifier: Apache-2.0
-- KEYS leases   Returns the agents with at least one live connection.
local out, seen = {}, {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. whole(now_ms()), '+inf')) do
  local agent = string.match(member, '^(%-?%d+):')
  if agent and not seen[agent] then
    seen[agent] = true
    out[#out + 1] = agent
  end
end
return out
