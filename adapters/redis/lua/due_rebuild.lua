-- SPDX-License-Identifier: Apache-2.0
-- KEYS due, versions, epoch, building   ARGV epoch, longest rebuild in ms
-- Empties the index. Without an epoch every claim reports it lost, until epoch_finish.
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[2])
return 1
