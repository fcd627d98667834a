import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { why } from "../src/why-not-started.js";

const settings = { host: "127.0.0.1", port: 4701 };
const noFolder = "The data folder can't be written: set KUNJI_DATA to a folder that can.";
const store = new URL("../src/store/make-folder.ts", import.meta.url).href;

/** Makes a folder in a process of its own, which a loop without end can't take along. */
const makeFolder = (folder: string): Promise<string> =>
  new Promise((resolve) => {
    const script = `import { makeFolder } from ${JSON.stringify(store)};
      try { makeFolder(process.argv[1]); console.log("made"); } catch (error) { console.log(error.code); }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, folder], {
      timeout: 8_000,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    child.on("close", () => resolve(said.trim()));
  });

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kunji-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe("the data folder", () => {
  it("is made with those above it, and may be there", async () => {
    const folder = join(newFolder(), "a", "b", "c");
    expect(await makeFolder(folder)).toBe("made");
    expect(await makeFolder(folder)).toBe("made");
  });

  it.runIf(process.platform === "linux")("is refused at once in a file system that takes none", async () => {
    expect(await makeFolder("/proc/sandbox")).toMatch(/^E(NOENT|ACCES|PERM|ROFS)$/);
  });

  it("is refused behind a link that leads nowhere, and behind a file; a link to a folder is taken", async () => {
    const folder = newFolder();
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "there"));
    symlinkSync(join(folder, "there"), join(folder, "link"));
    expect(await makeFolder(join(folder, "dangling", "sandbox"))).toMatch(/^E(EXIST|NOENT)$/);
    expect(await makeFolder(join(folder, "file", "sandbox"))).toMatch(/^E(EXIST|NOTDIR)$/);
    expect(await makeFolder(join(folder, "link", "sandbox"))).toBe("made");
  });
});

describe("why the sandbox did not start", () => {
  const error = (code: string, syscall?: string) =>
    Object.assign(new Error("secret words"), { code, syscall });

  it.each(["ENOENT", "EACCES", "EROFS", "ENOTDIR", "EEXIST", "EPERM", "ELOOP", "ENAMETOOLONG"])(
    "is the data folder where it can't be made (%s)",
    (code) => {
      expect(why(error(code, "mkdir"), settings)).toBe(noFolder);
    },
  );

  it("is something else where the folder is not at fault", () => {
    expect(why(error("EADDRINUSE", "listen"), settings)).toContain("KUNJI_SANDBOX_PORT");
    expect(why(error("EACCES", "listen"), { ...settings, port: 80 })).toContain("1024");
    expect(why(error("EOTHER"), settings)).toBe("The sandbox could not start at 127.0.0.1 (EOTHER).");
    expect(why(new Error("secret words"), settings)).not.toContain("secret");
  });
});
