-- SPDX-License-Identifier: Apache-2.0
-- KEYS writer, fence   ARGV holder, ttl_ms   Returns the fencing number, 0 when another holds it.
local value = redis.call('GET', KEYS[1])
if value then
  local fence, holder = string.match(value, '^(%d+) (.*)$')
  if holder ~= ARGV[1] then return '0' end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return fence
end
-- Never below the clock: a wiped Redis must not hand out a number it has handed out before.
local t = redis.call('TIME')
local fence = math.max(redis.call('INCR', KEYS[2]), tonumber(t[1]) * 1000000 + tonumber(t[2]))
redis.call('SET', KEYS[2], whole(fence))
redis.call('SET', KEYS[1], whole(fence) .. ' ' .. ARGV[1], 'PX', ARGV[2])
return whole(fence)
