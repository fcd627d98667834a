import type { TroubledWebhook } from "../adapters/database/open-look.js";
import { type Found, fault, inWords, ok, warn } from "./finding.js";

/** Which webhooks take nothing. Their URLs may hold what is nobody's business, and are not shown. @param now the gateways', in ms */
export function checkWebhooks(troubled: readonly TroubledWebhook[], now: number): readonly Found[] {
  if (troubled.length === 0) return [ok("None fails and none is paused.")];
  return troubled.map(({ tenant, id, failingSince, pausedAt }) =>
    pausedAt === null
      ? warn(
          `${tenant}/${id} has taken nothing for ${inWords(Math.max(0, now - (failingSince ?? now)))}.`,
          `Look at its deliveries: GET /v1/webhooks/${id}/deliveries. After a day it is paused.`,
        )
      : fault(
          `${tenant}/${id} has been paused for ${inWords(Math.max(0, now - pausedAt))}: it gets no events.`,
          `Mend its receiver, then POST /v1/webhooks/${id}/resume and replay from its paused_from.`,
        ),
  );
}
