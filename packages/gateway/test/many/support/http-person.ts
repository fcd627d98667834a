import { request } from "node:http";
import type { FastifyInstance } from "fastify";
import { newPerson, type Person } from "../../browser/support/person.js";

interface Injected {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

/** A person's browser that goes over the network, each time to the origin that is named then, under the public URL's name. */
export function newHttpPerson(origin: () => string): Person {
  const inject = ({ method, url, headers, payload }: Injected) =>
    new Promise((resolve, reject) => {
      const length = payload === undefined ? {} : { "content-length": Buffer.byteLength(payload) };
      request(`${origin()}${url}`, { method, headers: { ...headers, ...length } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const { statusCode, headers: got } = answer;
          resolve({ statusCode, headers: got, body: Buffer.concat(chunks).toString() });
        });
      })
        .on("error", reject)
        .end(payload);
    });
  return newPerson({ inject } as unknown as FastifyInstance);
}
