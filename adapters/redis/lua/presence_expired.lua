-- SPDX-License-Identifier: Apache-2.0
-- KEYS leases   ARGV since_ms, limit
-- Returns {next since, member, expired_at_ms, agent still alive by another connection, …}.
local now, alive = now_ms(), {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. whole(now), '+inf')) do
  local agent = string.match(member, '^(%-?%d+):')
  if agent then alive[agent] = true end
end
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], whole(now), 'WITHSCORES',
                        'LIMIT', 0, ARGV[2])
local out = {whole(now)}
for i = 1, #gone, 2 do
  local agent = string.match(gone[i], '^(%-?%d+):')
  if agent then
    out[#out + 1] = gone[i]
    out[#out + 1] = whole(tonumber(gone[i + 1]))
    out[#out + 1] = alive[agent] and 1 or 0
  end
end
-- A full page may have cut a millisecond in two: read that millisecond again.
if #gone / 2 == tonumber(ARGV[2]) then out[1] = whole(tonumber(gone[#gone]) - 1) end
return out
