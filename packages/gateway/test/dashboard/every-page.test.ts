import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type EveryPlace, openEveryPlace } from "./support/every-place.js";
import { lookAtPages, type SeenPage } from "./support/seen-page.js";
import { slowLatencyMs, slowPaints } from "./support/slow-phone.js";

/** Failures of each kind: to be tried again, over, of the app's own, and of the broker's. */
const failures = ["login_denied", "link_invalid", "keys_refused", "timed_out"];
/** A page with all that it loads, in bytes on the way. */
const mostBytes = 50_000;
/** When a page's first contents are there on a slow phone whose empty pages take no longer than the line does, in ms. */
const withinMs = 1_000;
/** How much later than an empty page's they may come, in ms. */
const mostLater = withinMs - slowLatencyMs;

let all: EveryPlace;
let seen: ReadonlyMap<string, SeenPage>;
let lost: Readonly<Record<string, string>>;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 1_800_000 });
beforeAll(async () => {
  all = await openEveryPlace(failures);
  const empty = await lookAtPages(all.browser, all.place, all.emptyPages);
  await all.fill();
  const full = await lookAtPages(all.browser, all.place, all.everyPage);
  seen = new Map([...empty.seen, ...full.seen]);
  lost = { ...empty.lost, ...full.lost };
});
afterAll(async () => {
  vi.resetConfig();
  await all.close();
});

/** The pages of which something is told, with what it is. */
const told = <Told>(of: (page: SeenPage) => Told, isWell: (told: Told) => boolean) =>
  Object.fromEntries(
    [...seen].map(([name, page]) => [name, of(page)] as const).filter(([, is]) => !isWell(is)),
  );
const isEmpty = (list: readonly unknown[]): boolean => list.length === 0;

describe("every page, before anything is connected and after", () => {
  it("can be come to, with scripts and without", () => {
    expect(lost).toEqual({});
    expect(seen.size).toBeGreaterThan(60);
  });

  it("has no violation that axe finds, in light, and in the dark at 360 pixels", () => {
    expect(told((page) => page.wrong, isEmpty)).toEqual({});
  });

  it("has one first heading", () => {
    expect(
      told(
        (page) => page.headings,
        (count) => count === 1,
      ),
    ).toEqual({});
  });

  it("asks no other origin for anything, and has nothing to complain of", () => {
    expect(told((page) => page.elsewhere, isEmpty)).toEqual({});
    expect(told((page) => page.complaints, isEmpty)).toEqual({});
  });

  it("has a policy that lets nothing in but what it names, and nothing unsafe", () => {
    // What a form's redirects may come by, and what pictures are drawn in a stylesheet, are named by their schemes.
    const strict = (policy: string) =>
      policy
        .split("; ")
        .filter((directive) => !/^(?:form-action|img-src) /.test(directive))
        .every((directive) => /^[a-z-]+ '(?:self|none)'$/.test(directive)) &&
      /^default-src 'none'; .*form-action '/.test(policy) &&
      !/unsafe-|\*/.test(policy);
    expect(told((page) => page.policy, strict)).toEqual({});
  });

  it("lets the keyboard come to every control, and shows where it is", () => {
    expect(told((page) => page.unreachable, isEmpty)).toEqual({});
  });

  it("scrolls nowhere sideways at 360 pixels", () => {
    expect(
      told(
        (page) => page.tooWide,
        (pixels) => pixels <= 0,
      ),
    ).toEqual({});
  });

  it("is called the same and offers the same without JavaScript", () => {
    const same = ([one, other]: SeenPage["offered"]) => JSON.stringify(one) === JSON.stringify(other);
    expect(told((page) => page.offered, same)).toEqual({});
  });

  it(`weighs under ${mostBytes} bytes with all that it loads`, () => {
    const heaviest = [...seen]
      .sort(([, a], [, b]) => b.weight.transferred - a.weight.transferred)
      .slice(0, 5);
    for (const [name, { weight }] of heaviest)
      console.log(`${name}: ${weight.transferred} bytes on the way, ${weight.decoded} unpacked`);
    expect(
      told(
        ({ weight }) => weight.transferred,
        // A page whose stylesheet comes from the cache is not weighed whole.
        (bytes) => bytes > 3_000 && bytes < mostBytes,
      ),
    ).toEqual({});
  });

  it(`shows what it has within ${withinMs} ms on a slow phone: ${mostLater} ms more than an empty page takes`, async () => {
    const addressed = [...seen].flatMap(([name, { address }]) =>
      address === undefined || name.includes("empty") ? [] : [{ name, address }],
    );
    const paints = await slowPaints(all.browser, all.place, addressed);
    expect(paints.length).toBeGreaterThan(40);
    const latest = [...paints].sort((a, b) => b.later - a.later);
    for (const { name, at, later } of latest.slice(0, 5))
      console.log(
        `${name}: first contents after ${Math.round(at)} ms, ${Math.round(later)} ms later than empty`,
      );
    expect(latest.filter(({ later }) => later >= mostLater)).toEqual([]);
  });
});
