import { isoOf } from "../../domain/iso-time.js";
import { makeChoiceLink } from "../../flows/choice-link.js";
import type { Ports } from "../../ports/ports.js";
import { choiceLink, postConnectLink } from "../schemas/connections.js";
import { answers } from "../schemas/problem.js";
import { type ApiServer, needs } from "./api-server.js";

/** Links by which users choose their broker. */
export function connectLinkRoutes(server: ApiServer, ports: Ports): void {
  server.post(
    "/v1/connect-links",
    {
      config: needs("connect"),
      schema: {
        summary: "Let a user choose among apps, and connect",
        description:
          "Send the user's browser to `connect_url`. The connection is made when an app is chosen; with one app alone it is made at once. The browser comes back with its id.",
        body: postConnectLink,
        response: answers(201, choiceLink),
      },
    },
    async ({ caller, body: { apps, user, return_url: returnUrl } }, reply) => {
      const link = await makeChoiceLink(ports, caller.tenant, { apps, user, returnUrl }, caller.id);
      reply.code(201);
      return { connect_url: link.url, expires_at: isoOf(link.expiresAt) };
    },
  );
}
