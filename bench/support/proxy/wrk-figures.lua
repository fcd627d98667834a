-- Each thread takes the port of its number, and the paths in turn where there are any; the figures are told as JSON.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  local ports, calls = {}, {}
  for _, given in ipairs(args) do
    if given:sub(1, 1) == "/" then
      calls[#calls + 1] = wrk.format("GET", given)
    elseif given:match("^%d+$") then
      ports[#ports + 1] = given
    end
  end
  if #ports > 1 then wrk.thread.addr = wrk.lookup("127.0.0.1", ports[number])[1] end
  if #calls == 0 then return end
  local next = 0
  function request()
    next = next % #calls + 1
    return calls[next]
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'figures {"requests":%d,"us":%d,"bytes":%d,"p50":%d,"p99":%d,"failed":%d,"refused":%d}',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
