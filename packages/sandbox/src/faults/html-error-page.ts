import type { Fault } from "./fault.js";

export const htmlErrorPage: Fault = {
  name: "html-error-page",
  kind: "protocol",
  says: "502 with a proxy's HTML page instead of the answer.",
  instead: () => ({
    status: 502,
    headers: { "content-type": "text/html" },
    body: "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n",
  }),
};
