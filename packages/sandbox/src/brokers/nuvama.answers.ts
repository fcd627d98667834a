import { nuvama as wire } from "kunji/wire";
import type { Answer, World } from "../broker.js";
import { json } from "../broker.js";

/** The page's error envelope, in its order: `msgID` is a UUID, `srvTm` ms since 1970. */
export function refuse(
  world: World,
  error: { readonly errCd: string; readonly errMsg: string },
  status = 401,
): Answer {
  return json(
    {
      config: {},
      error: { actCd: "52", errCd: error.errCd, errMsg: error.errMsg },
      msgID: world.uuid(),
      srvTm: world.now(),
    },
    status,
  );
}

export const badVendor = (world: World): Answer => refuse(world, wire.errors.vendorDetails);
export const badSourceToken = (world: World): Answer => refuse(world, wire.errors.sourceToken);
export const badSession = (world: World): Answer => refuse(world, wire.errors.session);
export const noData = (world: World): Answer => refuse(world, { errCd: "ETRD0002", errMsg: "No data" }, 404);

/** The envelope of a served call. */
export function served(world: World, appID: string, data: unknown): Answer {
  return json({ appID, config: { app: 0, info: 0 }, data, msgID: world.uuid(), srvTm: world.now() });
}
