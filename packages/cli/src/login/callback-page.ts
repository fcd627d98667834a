/** The pages that the listener answers with. Their words are fixed: nothing that came with a request is shown. */
const page = (heading: string, text: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Kunji</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { max-width: 30rem; padding: 2rem; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
p { margin: 0; opacity: .8; }
</style>
</head>
<body><main><h1>${heading}</h1><p>${text}</p></main></body>
</html>
`;

export const pages = {
  done: page("You're logged in", "You can close this page and go back to the terminal."),
  failed: page("The login did not work", "The terminal says why and what to do next."),
  mismatch: page(
    "This answers no login of yours",
    "Nothing was used up: the command still waits. Finish the login in the browser in which it began.",
  ),
  otherBrowser: page(
    "This login began in another browser",
    "Nothing was used up. Go back to that browser, or end the command and run it again.",
  ),
  notHere: page("Nothing is here", "This address waits for a broker to send the browser back."),
} as const;

/** The answer's headers: no address of ours is told on, nothing is kept, nothing is loaded. */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  connection: "close",
} as const;
