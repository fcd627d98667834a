import { describe, expect, it } from "vitest";
import { ensurePrograms } from "../deployment-programs.mjs";

/** A machine that has these packages, and to which an install brings those. */
function machine(has, brings) {
  const here = new Set(has);
  const asked = [];
  const find = Object.fromEntries(
    ["postgresql", "nginx-light"].map((name) => [name, () => (here.has(name) ? `/bin/${name}` : undefined)]),
  );
  const install = (names) => {
    asked.push(names);
    for (const name of names) if (brings.includes(name)) here.add(name);
  };
  return { asked, ensure: () => ensurePrograms(["postgresql", "nginx-light"], { find, install }) };
}

describe("the programs for the deployment's tests", () => {
  it("are taken from the machine, and installed where they are missing, no others", () => {
    const whole = machine(["postgresql", "nginx-light"], []);
    whole.ensure();
    expect(whole.asked).toEqual([]);
    const lacking = machine(["nginx-light"], ["postgresql"]);
    lacking.ensure();
    expect(lacking.asked).toEqual([["postgresql"]]);
  });

  it("are named in one sentence with what to say where they can't be had, all that are missing", () => {
    const bare = machine([], []);
    expect(bare.ensure).toThrow(
      /^The deployment's tests need postgresql and nginx-light of the machine.*`sudo apt-get install postgresql nginx-light`.*again\.$/,
    );
    const half = machine([], ["nginx-light"]);
    expect(half.ensure).toThrow(/need postgresql of the machine.*`sudo apt-get install postgresql`/);
  });
});
