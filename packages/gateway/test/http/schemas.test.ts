import type * as api from "kunji/gateway";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import type { app, putApp } from "../../src/http/schemas/apps.js";
import type { broker } from "../../src/http/schemas/brokers.js";
import type {
  choiceLink,
  connection,
  connectLink,
  patchConnection,
  postConfirm,
  postConnection,
  postConnectLink,
  sessionHeaders,
} from "../../src/http/schemas/connections.js";
import type { auditEntry, auditVerdict, event } from "../../src/http/schemas/history.js";
import type { apiKey, newApiKey, postKey } from "../../src/http/schemas/keys.js";
import { listed } from "../../src/http/schemas/page.js";
import type { problem } from "../../src/http/schemas/problem.js";
import type { readiness } from "../../src/http/schemas/readiness.js";
import type { newTenant, postTenant, tenant } from "../../src/http/schemas/tenants.js";
import { eventType } from "../../src/http/schemas/values.js";
import type { postRotation, rotation, vaultState } from "../../src/http/schemas/vault.js";
import type {
  delivery,
  newWebhook,
  patchWebhook,
  postReplay,
  postWebhook,
  replayed,
  webhook,
} from "../../src/http/schemas/webhooks.js";

/** A schema's type, read-only all the way down as the client's types are. */
type Of<S extends z.ZodType> = Frozen<z.infer<S>>;
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

describe("the schemas say what the typed client says", () => {
  it("of every answer", () => {
    expectTypeOf<Of<typeof broker>>().toEqualTypeOf<Frozen<api.BrokerInfo>>();
    expectTypeOf<Of<typeof app>>().toEqualTypeOf<Frozen<api.AppInfo>>();
    expectTypeOf<Of<typeof tenant>>().toEqualTypeOf<Frozen<api.TenantInfo>>();
    expectTypeOf<Of<typeof newTenant>>().toEqualTypeOf<Frozen<api.NewTenant>>();
    expectTypeOf<Of<typeof apiKey>>().toEqualTypeOf<Frozen<api.KeyRecord>>();
    expectTypeOf<Of<typeof newApiKey>>().toEqualTypeOf<Frozen<api.NewKey>>();
    expectTypeOf<Of<typeof webhook>>().toEqualTypeOf<Frozen<api.WebhookInfo>>();
    expectTypeOf<Of<typeof newWebhook>>().toEqualTypeOf<Frozen<api.NewWebhook>>();
    expectTypeOf<Of<typeof delivery>>().toEqualTypeOf<Frozen<api.DeliveryInfo>>();
    expectTypeOf<Of<typeof connection>>().toEqualTypeOf<Frozen<api.ConnectionInfo>>();
    expectTypeOf<Of<typeof connectLink>>().toEqualTypeOf<Frozen<api.ConnectLink>>();
    expectTypeOf<Of<typeof choiceLink>>().toEqualTypeOf<Frozen<api.ChoiceLink>>();
    expectTypeOf<Of<typeof sessionHeaders>>().toEqualTypeOf<Frozen<api.SessionHeaders>>();
    expectTypeOf<Of<typeof readiness>>().toEqualTypeOf<Frozen<api.Readiness>>();
    expectTypeOf<Of<typeof event>>().toEqualTypeOf<Frozen<api.EventInfo>>();
    expectTypeOf<Of<typeof auditEntry>>().toEqualTypeOf<Frozen<api.AuditEntry>>();
    expectTypeOf<Of<typeof auditVerdict>>().toEqualTypeOf<Frozen<api.AuditVerdict>>();
    expectTypeOf<Of<typeof replayed>>().toEqualTypeOf<Frozen<api.Replayed>>();
    expectTypeOf<Of<typeof vaultState>>().toEqualTypeOf<Frozen<api.VaultInfo>>();
    expectTypeOf<Of<typeof rotation>>().toEqualTypeOf<Frozen<api.RotationInfo>>();
    expectTypeOf<Of<typeof problem>>().toEqualTypeOf<Frozen<api.ProblemInfo>>();
  });

  it("of every request", () => {
    expectTypeOf<Of<typeof putApp>>().toEqualTypeOf<Frozen<api.PutApp>>();
    expectTypeOf<Of<typeof postRotation>>().toEqualTypeOf<Frozen<api.PostRotation>>();
    expectTypeOf<Of<typeof postTenant>>().toEqualTypeOf<Frozen<api.PostTenant>>();
    expectTypeOf<Of<typeof postKey>>().toEqualTypeOf<Frozen<api.PostKey>>();
    expectTypeOf<Of<typeof postWebhook>>().toEqualTypeOf<Frozen<api.PostWebhook>>();
    expectTypeOf<Of<typeof patchWebhook>>().toEqualTypeOf<Frozen<api.PatchWebhook>>();
    expectTypeOf<Of<typeof postReplay>>().toEqualTypeOf<Frozen<api.PostReplay>>();
    expectTypeOf<Of<typeof postConnection>>().toEqualTypeOf<Frozen<api.PostConnection>>();
    expectTypeOf<Of<typeof patchConnection>>().toEqualTypeOf<Frozen<api.PatchConnection>>();
    expectTypeOf<Of<typeof postConnectLink>>().toEqualTypeOf<Frozen<api.PostConnectLink>>();
    expectTypeOf<Of<typeof postConfirm>>().toEqualTypeOf<Frozen<api.PostConfirm>>();
  });

  it("and would notice a member more", () => {
    // @ts-expect-error: the types differ, which is what the tests above would say.
    expectTypeOf<Of<typeof app> & { readonly more: string }>().toEqualTypeOf<Frozen<api.AppInfo>>();
  });

  it("takes the same event types, and no other", () => {
    expect(eventType.safeParse("connection.active").success).toBe(true);
    expect(eventType.safeParse("connection.other").success).toBe(false);
    expect(listed(eventType).safeParse({ items: [], next: null, more: 1 }).success).toBe(false);
  });
});
