import { findSignedIn, type SessionPorts } from "../../flows/operators/operator-session.js";
import type { NothingHere } from "../not-found.js";
import { operatorCookie } from "../operator-cookie.js";
import { refusedPage } from "../pages/dashboard/refused.js";
import { problemPage } from "../pages/problem-page.js";
import { sendPage } from "../pages/send-page.js";
import { type FrameFacts, sendDashboardPage } from "./send-dashboard-page.js";

/** Where nothing is an operator who has signed in keeps the dashboard around them; anybody else gets a plain page. */
export const nothingHerePage =
  (
    ports: SessionPorts & { readonly publicUrl: string },
    frame: FrameFacts,
  ): NonNullable<NothingHere["page"]> =>
  async (problem, request, reply) => {
    const { status } = problem;
    const cookie = operatorCookie(request, ports.publicUrl);
    // Nobody is kept from the page by what could not be found out about them.
    const found = cookie && (await findSignedIn(ports, cookie, { use: true }).catch(() => undefined));
    if (!found) return sendPage(reply, problemPage(problem, request.id), { status });
    request.operator = found;
    return sendDashboardPage(reply, request, refusedPage(problem, request.id), { status, frame });
  };
