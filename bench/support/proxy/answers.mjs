// One call, looked at whole: what a load generator can't do for each.
import { request as overHttp } from "node:http";
import { request as overTls } from "node:https";

/**
 * What is wrong with a target's answer, in words; `undefined` where it is 200 with the very body. The stand-in answers nobody
 * without the credential, so that a right answer says that it was put in.
 * @param ca the certificate that a TLS target is trusted by
 */
export function flawOf({ url, headers, body }, ca) {
  const request = url.startsWith("https:") ? overTls : overHttp;
  return new Promise((done) => {
    request(url, { headers, ca, agent: false, timeout: 10_000 }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", () => done("the answer broke off"));
      answer.on("end", () => {
        const whole = Buffer.concat(chunks);
        if (answer.statusCode !== 200) done(`status ${answer.statusCode}`);
        else done(whole.equals(body) ? undefined : `${whole.length} bytes of another body`);
      });
    })
      .on("timeout", function () {
        this.destroy(new Error("no answer"));
      })
      .on("error", ({ code }) => done(code ?? "no answer"))
      .end();
  });
}
