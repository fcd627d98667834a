import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "../../domain/problem.js";
import { addOperator, endOperator, tenantFor } from "../../flows/operators/operators.js";
import { readForm } from "../browser/form.js";
import { operatorAddedPage, operatorsPage } from "../pages/dashboard/operators.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { goToSaying, type Notices, noticeIn } from "./notices.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

const tenantField = z.string().optional();
const addForm = z.object({ name: z.string(), tenant: tenantField });
const endForm = z.object({ tenant: tenantField });
/** As many as a page shows. */
const most = 200;

const notices: Notices = { ended: { tone: "good", text: "Ended, and signed out everywhere." } };
/** What a name is refused for, by the problem's code. */
const refusals: Readonly<Record<string, string>> = {
  request_invalid: "That can’t be a name: letters and digits, and . _ - + @ after the first.",
  id_taken: "Somebody has this name already: choose another one.",
};

/** `/settings/operators`: who signs in, for one's own tenant and for those that the gateway's own has made. */
export const operatorsRoutes: DashboardRoutes = (server, ports, options) => {
  async function show(request: FastifyRequest, reply: FastifyReply, wanted?: string, refused?: string) {
    const { operator } = request;
    const tenant = await tenantFor(ports, operator, wanted);
    const made = operator.ofGateway
      ? (await ports.store.tenants.list(operator.tenant, { limit: most })).items
      : [];
    const { items } = await ports.store.operators.list(tenant, { limit: most });
    const page = operatorsPage({
      self: operator.id,
      tenant,
      tenants: [operator.tenant, ...made.filter(({ endedAt }) => endedAt === null).map(({ id }) => id)],
      operators: items,
      notice: refused === undefined ? noticeIn(request, notices) : { tone: "bad", text: refused },
    });
    return sendDashboardPage(reply, request, page, { status: refused === undefined ? 200 : 422 });
  }

  const pathOf = (request: FastifyRequest, tenant: string = request.operator.tenant): string =>
    tenant === request.operator.tenant
      ? "/settings/operators"
      : `/settings/operators?${new URLSearchParams({ tenant })}`;

  server.get("/settings/operators", options, (request, reply) => {
    const { tenant } = request.query as Readonly<Record<string, unknown>>;
    return show(request, reply, typeof tenant === "string" ? tenant : undefined);
  });

  server.post("/settings/operators", options, async (request, reply) => {
    const { name, tenant } = readForm(addForm, request.body);
    try {
      const { operator, password } = await addOperator(ports, request.operator, { name, tenant });
      const page = operatorAddedPage(operator.name, password.reveal(), pathOf(request, tenant));
      return sendDashboardPage(reply, request, page, { status: 201 });
    } catch (error) {
      const refused = error instanceof Problem ? refusals[error.code] : undefined;
      if (refused === undefined) throw error;
      return show(request, reply, tenant, refused);
    }
  });

  server.post(
    "/settings/operators/:id/end",
    options,
    async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
      const { tenant } = readForm(endForm, request.body);
      await endOperator(ports, request.operator, { id: request.params.id, tenant });
      return goToSaying(reply, pathOf(request, tenant), "ended");
    },
  );
};
