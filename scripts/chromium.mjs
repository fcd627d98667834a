// A Chromium for the browser tests: one that is there, else one that Playwright or Debian's packages bring.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { program } from "./prepare.mjs";
import { environment, Sentence, say, settings } from "./settings.mjs";

const downloadLimitMs = 180_000;
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

function usualPlaces() {
  switch (process.platform) {
    case "darwin":
      return ["/Applications", join(settings.home(), "Applications")].flatMap((folder) => [
        join(folder, "Chromium.app/Contents/MacOS/Chromium"),
        join(folder, "Google Chrome.app/Contents/MacOS/Google Chrome"),
      ]);
    case "win32":
      return settings
        .programFolders()
        .flatMap((folder) => [
          join(folder, "Chromium/Application/chrome.exe"),
          join(folder, "Google/Chrome/Application/chrome.exe"),
        ]);
    default:
      return ["/usr/lib/chromium/chromium", "/opt/google/chrome/chrome", "/snap/bin/chromium"];
  }
}

/** It is there and answers; on Windows, where asking would open a window, being there is enough. */
export function works(path) {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return false;
  }
  if (process.platform === "win32") return true;
  return spawnSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

async function playwrights() {
  const { chromium } = await import("playwright-core");
  return chromium.executablePath();
}

/**
 * The path of a Chromium that works, or undefined.
 * @throws Sentence where KUNJI_CHROMIUM names none
 */
export async function findChromium() {
  const named = settings.chromium();
  if (named) {
    if (works(named)) return named;
    throw new Sentence("KUNJI_CHROMIUM names no program that answers to --version.");
  }
  const suffix = process.platform === "win32" ? ".exe" : "";
  const onPath = settings
    .path()
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => names.map((name) => join(folder, name + suffix)));
  return [...onPath, ...usualPlaces(), await playwrights()].find(
    (path) => path && existsSync(path) && works(path),
  );
}

function tried(command, args, env = {}) {
  const answer = spawnSync(command, args, {
    stdio: "ignore",
    timeout: downloadLimitMs,
    env: environment(env),
  });
  return answer.status === 0;
}

function aptInstalls() {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return false;
  say("Installing Chromium by apt-get …");
  const quiet = { DEBIAN_FRONTEND: "noninteractive" };
  // A package list that can't be brought up to date may still do.
  tried("apt-get", ["update", "-qq"], quiet);
  return tried("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet);
}

function playwrightInstalls() {
  say("Installing Chromium by Playwright …");
  return tried(process.execPath, [program("playwright-core/cli.js"), "install", "chromium"]);
}

/**
 * The path of a Chromium that works; installs one where there is none: Playwright's, else the system's package.
 * @throws Sentence that says how to get one
 */
export async function ensureChromium(find = findChromium, installs = [playwrightInstalls, aptInstalls]) {
  const found = await find();
  if (found) return found;
  for (const install of installs) {
    const installed = install() && (await find());
    if (installed) return installed;
    say("  … there is none yet.");
  }
  throw new Sentence(
    "The browser tests need a Chromium, and none could be found or installed. Install Chromium or Chrome " +
      "(on Debian: apt-get install chromium), or name one in KUNJI_CHROMIUM, and run the same command again.",
  );
}
