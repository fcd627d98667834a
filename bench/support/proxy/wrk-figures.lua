-- Each thread takes the port of its number; at the end the figures are told as JSON.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  if #args > 1 then wrk.thread.addr = wrk.lookup("127.0.0.1", args[number])[1] end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'figures {"requests":%d,"us":%d,"bytes":%d,"p50":%d,"p99":%d,"failed":%d,"refused":%d}',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
