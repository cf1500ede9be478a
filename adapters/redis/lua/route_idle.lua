-- SPDX-License-Identifier: Apache-2.0
-- KEYS idle, versions, expiries   ARGV keep_ms, then (agent, version, idle since in ms or '')…
-- Returns {applied, stale}.
local now, applied, stale = now_ms(), 0, 0
for i = 2, #ARGV, 3 do
  if newer(KEYS[2], KEYS[3], ARGV[i], ARGV[i + 1], now, tonumber(ARGV[1])) then
    if ARGV[i + 2] == '' then
      redis.call('ZREM', KEYS[1], ARGV[i])
    else
      redis.call('ZADD', KEYS[1], ARGV[i + 2], ARGV[i])
    end
    applied = applied + 1
  else
    stale = stale + 1
  end
end
forget_old(KEYS[2], KEYS[3], now)
return {applied, stale}
