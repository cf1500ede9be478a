-- SPDX-License-Identifier: Apache-2.0
-- SPDX-License-Identifier: Apache-2.0
local function now_ms()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end
-- Lua numbers are doubles: this prints them whole.
local function whole(n) return string.format('%.0f', n) end
-- Notes that `id` was seen at `version` and says whether that is news. Versions live in a hash;
-- a sorted set of expiries beside it lets the oldest go, a few with every write.
local function newer(versions, expiries, id, version, now, keep_ms)
  local known = tonumber(redis.call('HGET', versions, id) or '')
  if known and known >= tonumber(version) then return false end
  redis.call('HSET', versions, id, version)
  redis.call('ZADD', expiries, whole(now + keep_ms), id)
  return true
end
local function forget_old(versions, expiries, now)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', expiries, '-inf', whole(now), 'LIMIT', 0, 100)) do
    redis.call('HDEL', versions, id)
    redis.call('ZREM', expiries, id)
  end
end
