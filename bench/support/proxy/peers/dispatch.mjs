// The least that forwards a call by undici's dispatcher and streams its answer: it checks, finds and looks through nothing.
import { Pool } from "undici";
import { poolOptions, told } from "./calls.mjs";

const hop = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "proxy-authorization",
  "host",
  "authorization",
]);
const pool = new Pool(told.origin, poolOptions);

function passedOn(given) {
  const headers = {};
  for (const name in given) if (!hop.has(name)) headers[name] = given[name];
  return headers;
}

/** Forwards one call with the credential. */
export function forward(request, response) {
  const { method, url: path } = request;
  const headers = passedOn(request.headers);
  headers.authorization = told.authorization;
  const body = method === "GET" || method === "HEAD" ? null : request;
  pool.dispatch(
    { path, method, headers, body },
    {
      onRequestStart(control) {
        response.once("close", () => {
          if (!response.writableFinished) control.abort(new Error("the caller has left"));
        });
      },
      onResponseStart(_, status, headers) {
        response.writeHead(status, passedOn(headers));
      },
      onResponseData(control, chunk) {
        if (response.write(chunk)) return;
        control.pause();
        response.once("drain", () => control.resume());
      },
      onResponseEnd: () => response.end(),
      onResponseError() {
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end();
      },
    },
  );
}
