// What benchmarks call with over HTTP.

/** Calls by connections that are kept open. Answers `{status, headers, text}`. */
export function createCaller({ Agent, request }) {
  const dispatcher = new Agent({ pipelining: 1 });
  return {
    async call(method, url, { headers = {}, body } = {}) {
      const answer = await request(url, { method, headers, body, dispatcher });
      return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
    },
    close: () => dispatcher.close(),
  };
}
