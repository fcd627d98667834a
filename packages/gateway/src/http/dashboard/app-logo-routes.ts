import multipart from "@fastify/multipart";
import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import type { PutApp } from "kunji/gateway";
import { Problem } from "../../domain/problem.js";
import { largestLogo, pictureType } from "../../flows/app-display.js";
import { putApp } from "../../flows/apps.js";
import type { App } from "../../ports/apps.js";
import { appPath } from "../pages/dashboard/apps.js";
import { type Refusal, refusedNotice } from "../pages/dashboard/form-field.js";
import { logoField } from "../pages/dashboard/logo-form.js";
import { refusalIn } from "./app-forms.js";
import type { DashboardPorts } from "./dashboard-routes.js";
import { goToSaying } from "./notices.js";
import type { OperatorRoute } from "./operator-route.js";
import { type OfApp, ownApp, showApp } from "./show-app.js";

type Picture = NonNullable<NonNullable<PutApp["display"]>["logo"]>;

const refused = (sentence: string): Refusal => ({ field: logoField, sentence });

/** The one file of the form, or why it can't be a logo. @throws Problem `request_invalid` for what is no such form */
async function pictureIn(request: FastifyRequest): Promise<Picture | Refusal> {
  const { RequestFileTooLargeError } = request.server.multipartErrors;
  try {
    let data: Buffer = Buffer.alloc(0);
    for await (const file of request.files()) data = await file.toBuffer();
    if (data.length === 0) return refused("Choose a picture first.");
    const type = pictureType(data);
    if (!type) return refused("The file is no picture of a kind that is taken: PNG, JPEG or WebP.");
    return { type, data: data.toString("base64") };
  } catch (error) {
    if (error instanceof RequestFileTooLargeError)
      return refused(`The picture is too large: a logo has at most ${largestLogo / 1024} KiB.`);
    throw new Problem("request_invalid", { field: logoField });
  }
}

const withLogo = ({ broker, returnUrls }: App, logo: Picture): PutApp => ({
  broker,
  return_urls: returnUrls,
  display: { logo },
});

/** `POST /apps/:id/logo`: the picture that an app's users see, from a form with a file. */
export const appLogoRoutes =
  (ports: DashboardPorts, options: OperatorRoute): FastifyPluginAsync =>
  async (server) => {
    await server.register(multipart, { limits: { fileSize: largestLogo, files: 1, fields: 0, parts: 1 } });
    const show = showApp(server, ports);

    server.post("/apps/:id/logo", options, async (request: OfApp, reply) => {
      const app = await ownApp(ports, request);
      const again = (refused: Refusal) => {
        const said = { notice: refusedNotice(refused), form: { name: "logo", values: {}, refused } } as const;
        return show(request, reply, app, said, 422);
      };
      const picture = await pictureIn(request);
      if ("sentence" in picture) return again(picture);
      const { tenant, id: operator } = request.operator;
      try {
        await putApp(ports, tenant, app.id, (known = app) => withLogo(known, picture), operator);
        return goToSaying(reply, appPath(app.id), "logo");
      } catch (error) {
        return again(refusalIn(error, ports.brokers.traits[app.broker]));
      }
    });
  };
