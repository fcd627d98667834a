import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { databases } from "../support/databases.js";
import { newWorld, redirectBrokers, returnUrl, type TestWorld } from "../support/world.js";
import { newPerson } from "./support/person.js";
import { newLink, serveBrowsers } from "./support/served.js";

const [[, onFile]] = databases;
let world: TestWorld;
let server: FastifyInstance;
beforeAll(async () => {
  world = await newWorld(await onFile());
  await world.addTenant("acme");
  server = await serveBrowsers(world.ports);
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const codeIn = (location: string | undefined) => new URL(location ?? "").searchParams.get("code") ?? "";

async function confirmed(id: string, location: string | undefined) {
  return confirmConnection(world.ports, "acme", id, { code: codeIn(location), user: "asha" });
}

describe.each(redirectBrokers)("a browser that connects %s", (broker) => {
  it("goes by the link's button to the broker and back to the app with a code that makes the connection active", async () => {
    const person = newPerson(server);
    const { id, path } = await newLink(world, broker);
    const page = await person.open(path);
    expect(page.status).toBe(200);
    expect(page.text).toContain(world.ports.brokers.traits[broker].name);

    const begun = await person.send(page.action);
    expect(begun.status).toBe(303);
    expect(begun.headers.location).toMatch(new RegExp(`^${world.sandboxUrl}/${broker}/`));
    let back = await person.open(await world.logIn(broker, begun.headers.location ?? ""));
    expect(back.status).toBe(303);
    if (!world.ports.brokers.traits[broker].echoesState) {
      expect(back.headers.location).toBe(`/callback/${broker}/handle-acme-${broker}/account`);
      const question = await person.open(back.headers.location ?? "");
      expect(question.status).toBe(200);
      expect(question.text).toContain('<p class="account">');
      back = await person.send(question.action, {
        connection: question.field("connection"),
        secret: question.field("secret"),
        answer: "yes",
      });
      expect(back.status).toBe(303);
    }
    expect(back.headers.location).toMatch(
      new RegExp(`^${returnUrl}\\?connection=${id}&code=[A-Za-z0-9]{43}$`),
    );
    expect([...person.jar]).toEqual([["kunji_looked", "1"]]);
    expect(await confirmed(id, back.headers.location)).toMatchObject({ status: "active" });
  });

  it("burns nothing by looking at the link, however often", async () => {
    const person = newPerson(server);
    const { id, path } = await newLink(world, broker);
    const before = (await world.ledger(broker)).length;
    for (let look = 0; look < 3; look++) expect((await person.open(path)).status).toBe(200);
    expect([...person.jar]).toEqual([["kunji_looked", "1"]]);
    expect((await world.ledger(broker)).length).toBe(before);
    expect(await world.store.connections.get("acme", id)).toMatchObject({ status: "new" });
    expect((await person.send(path)).status).toBe(303);
  });
});

it("reads the callback as it came: what is encoded in it stays so", async () => {
  const person = newPerson(server);
  const { path } = await newLink(world, "ventura");
  const begun = await person.send(path);
  const back = await world.logIn("ventura", begun.headers.location ?? "");
  const other = `${back}&note=${encodeURIComponent(`&${new URL(back).searchParams}`)}`;
  expect((await person.open(other)).headers.location).toMatch(/&code=[A-Za-z0-9]{43}$/);
});
