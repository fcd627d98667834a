import { fastify } from "fastify";
import { afterEach, describe, expect, it, vi } from "vitest";
import { closeServer } from "../../src/http/close-server.js";

describe("closing a server", () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    ["that closes", undefined],
    ["that fails to", new Error("a part of it failed")],
  ] as const)("%s leaves nothing behind that would keep the process", async (_title, fault) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const server = fastify();
    server.addHook("onClose", async () => {
      // It sweeps while it waits.
      expect(vi.getTimerCount()).toBe(2);
      if (fault) throw fault;
    });
    await server.ready();
    const closing = closeServer(server, 10_000);
    if (fault) await expect(closing).rejects.toBe(fault);
    else await closing;
    expect(vi.getTimerCount()).toBe(0);
  });
});
